"""Where the days go: mean days by stage, from booking to delivery, as a waterfall per channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.figures.page import Margins, Message, Page, beside, clipped, empty, head, paper, width_of
from sim.figures.run import ALL, Lang, Run, channels_of, contrast, main_channel, name_of, numbers, select, value
from sim.figures.style import GREY, INK, LABEL, SMALL, Floats, colour_of, shade, styled, tint, value_axis
from sim.figures.words import change, days_note, listed, replications_note, say, tenths
from sim.trace import STAGES, Stage

MOVING = (Stage.FIRST_MILE, Stage.RUNNING, Stage.SAILING, Stage.LAST_MILE)
TINY = 0.015
"""A stage that is less than this share of every total is put with the other stages."""
HARDLY = 0.05
"""Fewer days than this round to nothing."""
REST, OTHER, TOTAL = "rest", "other", "total"
WIDEST_NAME = 1.9


@dataclass(frozen=True)
class Falls:
    """Days by stage for every (channel, run), over the same stages."""

    days: dict[tuple[str, int], dict[str, float]]
    """all of them, so that they add up to the lead time"""
    stages: tuple[str, ...]
    """those that have a row"""
    merged: tuple[str, ...]
    """those that count as other stages, which have no row if they hardly take any time together"""

    def total(self, channel: str, run: int) -> float:
        """All days of a box, from booking to delivery; `nan` if none was delivered."""
        return sum(self.days[channel, run].values()) or np.nan


def draw(runs: Sequence[Run], lang: Lang) -> Figure:
    """A panel per channel; the stages of a journey from top to bottom, the days from left to right."""
    with styled():
        falls, channels = falls_of(runs), channels_of(runs)
        page = Page(
            Message(_title(runs, falls, lang), say("waterfall.what", lang), _notes(runs, falls, lang)),
            2.1 + max(1.5, len(falls.stages) * (0.21 + 0.1 * len(runs)) + 0.3 * len(runs)),
        )
        names = _names(runs, falls, lang)
        left = min(WIDEST_NAME, max(width_of(name, LABEL) for name in names.values()))
        grid = page.grid(1, max(1, len(channels)), Margins(left=left + 0.1, across=0.2, foot=0.3))[0]
        if not falls.stages:
            for axes in grid:
                empty(axes, say("no_data", lang))
            return page.figure
        longest = np.nanmax([falls.total(channel, n) for channel in channels for n in range(len(runs))])
        for axes, channel in zip(grid, channels, strict=True):
            value_axis(axes, "x", longest * 1.2, ticks=5)
            axes.set_ylim(max(names) + 0.7, -0.55)
            head(axes, name_of(runs, channel, lang), colour_of(channels, channel))
            _panel(axes, falls, channel, len(runs), colour_of(channels, channel))
            axes.set_yticks([])
        grid[0].set_yticks(list(names), labels=[clipped(name, WIDEST_NAME, LABEL) for name in names.values()])
        grid[0].tick_params(axis="y", labelsize=LABEL, colors=INK)
        return page.figure


def _names(runs: Sequence[Run], falls: Falls, lang: Lang) -> dict[float, str]:
    """What stands beside each height: the stages, then the total, or the name of each run beside its own total."""
    stages = [_name(runs, stage, lang) for stage in falls.stages]
    totals = [run.name.of(lang) for run in runs] if len(runs) > 1 else [say("waterfall.total", lang)]
    heights = [*map(float, range(len(stages))), *(_height_of_total(falls, n, len(runs)) for n in range(len(runs)))]
    return dict(zip(heights, [*stages, *totals], strict=True))


def _height_of_total(falls: Falls, run: int, runs: int) -> float:
    return len(falls.stages) + run * (1.0 if runs == 1 else 0.6)


def falls_of(runs: Sequence[Run]) -> Falls:
    """The days by stage: tiny stages merged; what the stages leave of the lead time is called not attributed."""
    found = {(channel, n): _days(run, channel) for channel in channels_of(runs) for n, run in enumerate(runs)}
    known = {stage for days in found.values() for stage in days}
    order = [stage for stage in (*STAGES, *sorted(known - set(STAGES) - {REST}), REST) if stage in known]
    big = [s for s in order if any(abs(days.get(s, 0.0)) > TINY * sum(days.values()) for days in found.values())]
    merged = [stage for stage in order if stage not in big and any(days.get(stage) for days in found.values())]
    if len(merged) == 1:
        big, merged = [stage for stage in order if stage in (*big, *merged)], []
    stages = [*big, OTHER] if merged else big
    days = {
        key: {stage: sum(own.get(s, 0.0) for s in (merged if stage == OTHER else [stage])) for stage in stages}
        for key, own in found.items()
    }
    if merged and all(abs(own[OTHER]) < HARDLY for own in days.values()):
        stages = big
    return Falls(days, tuple(stages), tuple(merged))


def _days(run: Run, channel: str) -> dict[str, float]:
    rows = select(run.summary, measure="stage_days", channel=channel, direction=ALL, cargo=ALL)
    rows = rows[rows["place"] != ALL]
    days = dict(zip(map(str, rows["place"]), np.nan_to_num(numbers(rows, "mean")).tolist(), strict=True))
    rest = value(run, "lead_time_days", channel).mean - sum(days.values())
    return days | {REST: rest} if np.isfinite(rest) and abs(rest) >= HARDLY else days


def _panel(axes: Axes, falls: Falls, channel: str, runs: int, colour: str) -> None:
    """The bars of one channel: each stage begins where the one before it ended."""
    height = 0.76 / runs
    first = [falls.days[channel, 0][stage] for stage in falls.stages]
    for n in range(runs):
        days = np.array([falls.days[channel, n][stage] for stage in falls.stages])
        ends, full = np.cumsum(days), shade(colour, n, runs)
        y = np.arange(len(days)) + (n - (runs - 1) / 2) * height
        fills = [tint(full, 0.4) if stage in MOVING else full for stage in falls.stages]
        axes.barh(y, days, left=ends - days, height=height * 0.92, color=fills, linewidth=0)
        total, under = falls.total(channel, n), _height_of_total(falls, n, runs)
        axes.barh(
            under,
            np.nan_to_num(total),
            height=0.76 if runs == 1 else 0.5,
            color=GREY if runs == 1 else full,
            linewidth=0,
        )
        if runs == 1:
            axes.add_collection(LineCollection(_steps(days, height), colors=GREY, linewidths=0.6))
        for end, length, at, before in zip(ends, days, y, first, strict=True):
            if tenths(length) != (tenths(before) if n else tenths(0.0)):
                beside(axes, tenths(length), (end, at), (3, 0), size=SMALL, va="center", bbox=paper(0.3))
        beside(axes, tenths(total), (np.nan_to_num(total), under), (3, 0), size=LABEL, va="center", bbox=paper(0.3))


def _steps(days: Floats, height: float) -> list[list[tuple[float, float]]]:
    """Lines from the end of each bar down to the next one; stages that take no time are passed by."""
    there, ends = [*np.flatnonzero(days).tolist(), len(days)], np.cumsum(days)
    return [[(ends[n], n + height / 2), (ends[n], following - height / 2)] for n, following in pairwise(there)]


def _name(runs: Sequence[Run], stage: str, lang: Lang) -> str:
    if stage in (REST, OTHER, TOTAL):
        return say(f"waterfall.{stage}", lang)
    named = stage not in STAGES or any(stage in run.labels for run in runs)
    return name_of(runs, stage, lang) if named else say(f"stage.{stage}", lang)


def _title(runs: Sequence[Run], falls: Falls, lang: Lang) -> str:
    channel = main_channel(runs)
    if channel is None or not any(falls.total(channel, n) > 0 for n in range(len(runs))):
        return say("waterfall.none", lang)
    name, totals = name_of(runs, channel, lang), [falls.total(channel, n) for n in range(len(runs))]
    first, last = falls.days[channel, 0], falls.days[channel, len(runs) - 1]
    if len(runs) == 1:
        moving = sum(days for stage, days in first.items() if stage in MOVING)
        return say("waterfall.title", lang, channel=name, total=tenths(totals[0]), moving=tenths(moving))
    values = listed(contrast(runs, totals), tenths, lang)
    stage = max(falls.stages, key=lambda stage: abs(last[stage] - first[stage]))
    moved = last[stage] - first[stage]
    if len(runs) > 2 or not np.isfinite(totals).all() or abs(moved) < HARDLY:
        return say("waterfall.unchanged", lang, channel=name, values=values)
    return say(
        "waterfall.compared", lang, channel=name, values=values, stage=_name(runs, stage, lang), change=change(moved)
    )


def _notes(runs: Sequence[Run], falls: Falls, lang: Lang) -> tuple[str, ...]:
    merged = ("、" if lang == "zh" else ", ").join(_name(runs, stage, lang) for stage in falls.merged)
    key = "waterfall.other_note" if OTHER in falls.stages else "waterfall.hidden"
    other = say(key, lang, stages=merged) if falls.merged else ""
    same = say("waterfall.same", lang, first=runs[0].name.of(lang)) if len(runs) > 1 else ""
    return replications_note(runs, lang), say("waterfall.note", lang), other, same, days_note(runs, lang)
