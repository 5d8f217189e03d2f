"""Door-to-door days per channel and direction: the spread between boxes, the median, and nine in ten."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.figures.page import Margins, Message, Page, beside, empty, width_of
from sim.figures.rows import Row, lay_out, panel_with_names
from sim.figures.run import (
    Lang,
    Run,
    channels_of,
    contrast,
    directions_of,
    main_channel,
    name_of,
    numbers,
    percentile_days,
    select,
)
from sim.figures.style import GREY, INK, SMALL, colour_of, highest, shade, styled, value_axis
from sim.figures.words import count, days_note, listed, replications_note, say, tenths

FEW = 100
"""Fewer boxes than this, and the row says so: its percentiles rest on little."""

Days = dict[int, float]


def draw(runs: Sequence[Run], lang: Lang) -> Figure:
    """A row per channel, direction and run."""
    with styled():
        channels = channels_of(runs)
        groups = [(channel, direction) for channel in channels for direction in directions_of(runs, channel)]
        message = Message(_title(runs, lang), say("lead_times.what", lang), _notes(runs, lang))
        rows = len(groups) * len(runs)
        page = Page(message, 2.0 + max(1.5, 0.32 * rows + 0.25 * len({channel for channel, _ in groups})))
        if not groups:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
            return page.figure
        layout = lay_out(groups, len(runs), gap=0.7)
        axes = panel_with_names(
            page, layout, runs, lang, right=0.4 + width_of(say("lead_times.few", lang, n=99), SMALL)
        )
        days = {row: percentile_days(runs[row.run], row.channel, row.direction) for row in layout.rows}
        value_axis(axes, "x", 1.03 * highest(*(np.array(list(each.values())[:95]) for each in days.values())), ticks=7)
        known = [row for row in layout.rows if np.isfinite(days[row].get(50, np.nan))]
        for row in known:
            _spread(axes, row.y, days[row], shade(colour_of(channels, row.channel), row.run, len(runs)))
            _say(axes, row.y, days[row], "lead_times.{}_key" if row is known[0] else "lead_times.{}", lang)
            _say_if_few(axes, row, runs[row.run], days[row], lang)
        return page.figure


def _spread(axes: Axes, y: float, days: Days, colour: str) -> None:
    """5–95 % thin, 25–75 % thick, the median as a dot and the 90th percentile as a tick."""
    low, first, middle, third, ninety, high = (days[percent] for percent in (5, 25, 50, 75, 90, 95))
    lines = [[(low, y), (high, y)], [(first, y), (third, y)], [(ninety, y - 0.2), (ninety, y + 0.2)]]
    axes.add_collection(LineCollection(lines, colors=[colour, colour, INK], linewidths=[1.6, 6.0, 1.6]))
    axes.plot([middle], [y], marker="o", markersize=5.5, color="white", markeredgecolor=colour, markeredgewidth=1.2)


def _say(axes: Axes, y: float, days: Days, key: str, lang: Lang) -> None:
    """The figures above the dot and the tick; the first row says what they are."""
    median, ninety = (say(key.format(part), lang, days=tenths(days[at])) for part, at in (("median", 50), ("p90", 90)))
    beside(axes, median, (days[50], y), (8, 5), size=SMALL, color=GREY, ha="right")
    beside(axes, ninety, (days[90], y), (-2, 7), size=SMALL)


def _say_if_few(axes: Axes, row: Row, run: Run, days: Days, lang: Lang) -> None:
    boxes = highest(numbers(select(run.lead_times, channel=row.channel, direction=row.direction), "boxes"))
    if boxes < FEW:
        text = say("lead_times.few", lang, n=count(boxes))
        beside(axes, text, (days[95], row.y), (6, 0), size=SMALL, color=GREY, va="center")


def _title(runs: Sequence[Run], lang: Lang) -> str:
    channel = main_channel(runs)
    directions = list(directions_of(runs, channel)) if channel else []
    if channel is None or not directions:
        return say("lead_times.none", lang)
    if len(runs) > 1:
        return _title_compared(runs, lang)
    name = name_of(runs, channel, lang)
    first = {direction: percentile_days(runs[0], channel, direction) for direction in directions}
    ninety = {direction: tenths(days.get(90, np.nan)) for direction, days in first.items()}
    if len(directions) == 2:
        return say("lead_times.both", lang, channel=name, **ninety)
    return say("lead_times.one", lang, channel=name, direction=say(directions[0], lang), days=ninety[directions[0]])


def _title_compared(runs: Sequence[Run], lang: Lang) -> str:
    """The message is where the runs differ most; the channel that titles speak of, where they do not differ."""
    main = main_channel(runs)
    channels = sorted(channels_of(runs), key=lambda channel: channel != main)
    pairs = [(channel, direction) for channel in channels for direction in directions_of(runs, channel)]
    within = {pair: [percentile_days(run, *pair).get(90, np.nan) for run in runs] for pair in pairs}
    spread = {pair: np.nan_to_num(np.ptp(days)) for pair, days in within.items()}
    channel, direction = max(pairs, key=lambda pair: round(float(spread[pair]), 1))
    values = listed(
        contrast(runs, within[channel, direction]), lambda days: f"{tenths(days)} {say('days', lang)}", lang
    )
    name = name_of(runs, channel, lang)
    return say("lead_times.compared", lang, channel=name, direction=say(direction, lang), values=values)


def _notes(runs: Sequence[Run], lang: Lang) -> tuple[str, ...]:
    return replications_note(runs, lang), say("lead_times.note", lang), days_note(runs, lang)
