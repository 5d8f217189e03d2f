"""Carried TEU of the year per channel, with its interval; the baseline on the channel that it was counted on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.figures.page import Margins, Message, Page, beside, empty, paper, width_of
from sim.figures.rows import Layout, lay_out, panel_with_names
from sim.figures.run import Lang, Run, Value, channels_of, main_channel, name_of, value
from sim.figures.style import GREY, INK, LABEL, SMALL, colour_of, highest, shade, styled, value_axis
from sim.figures.words import TAGS, count, percent, replications_note, say

MEASURE = "carried_teu"


def draw(runs: Sequence[Run], lang: Lang) -> Figure:
    """Bars from zero, one per channel and run."""
    with styled():
        channels = channels_of(runs)
        values = {(channel, n): value(run, MEASURE, channel) for channel in channels for n, run in enumerate(runs)}
        message = Message(_title(runs, lang), say("carried.what", lang), _notes(runs, list(values.values()), lang))
        page = Page(message, 2.0 + max(2.0, len(channels) * (0.4 + 0.35 * len(runs))))
        layout = lay_out([(channel, "") for channel in channels], len(runs), gap=0.8)
        if not channels:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
            return page.figure
        told = {key: _told(each, lang) for key, each in values.items()}
        right = 0.4 + max(width_of(main + side, LABEL) for main, side in told.values())
        axes = panel_with_names(page, layout, runs, lang, right)
        value_axis(axes, "x", 1.02 * _reach(runs, channels, values))
        for row in layout.rows:
            key = row.channel, row.run
            colour = shade(colour_of(channels, row.channel), row.run, len(runs))
            _bar(axes, row.y, values[key], colour)
            baseline = _baseline(runs, row.channel)
            _tell(axes, row.y, max(_end(values[key]), baseline), told[key])
        for channel in channels:
            _draw_baseline(axes, layout, runs, channel, lang)
        return page.figure


def _reach(runs: Sequence[Run], channels: list[str], values: dict[tuple[str, int], Value]) -> float:
    baselines = [_baseline(runs, channel) for channel in channels]
    return max(*map(_end, values.values()), *baselines)


def _end(drawn: Value) -> float:
    return highest(np.array([drawn.mean, drawn.one_year[1]]))


def _bar(axes: Axes, y: float, drawn: Value, colour: str) -> None:
    if np.isfinite(drawn.mean):
        axes.barh(y, drawn.mean, height=0.78, color=colour, linewidth=0)
    if drawn.has_interval:
        lines = [[(low, y), (high, y)] for low, high in (drawn.one_year, (drawn.low, drawn.high))]
        for ink, widths in (("white", (2.8, 5.0)), (INK, (1.2, 3.4))):
            axes.add_collection(LineCollection(lines, colors=ink, linewidths=widths, snap=False))


def _told(drawn: Value, lang: Lang) -> tuple[str, str]:
    """The value in figures, and what stands beside it in grey."""
    side = say("carried.range", lang, low=count(drawn.low), high=count(drawn.high)) if drawn.has_interval else ""
    tag = say(drawn.tag, lang) if drawn.tag in TAGS else ""
    return count(drawn.mean), "  " + "  ".join(part for part in (side, tag) if part)


def _tell(axes: Axes, y: float, x: float, told: tuple[str, str]) -> None:
    main, side = told
    offset = 8 + width_of(main, LABEL) * 72
    beside(axes, side, (x, y), (offset, 0), size=SMALL, color=GREY, va="center", bbox=paper(1))
    beside(axes, main, (x, y), (8, 0), size=LABEL, va="center", bbox=paper(1))


def _baseline(runs: Sequence[Run], channel: str) -> float:
    baseline = runs[0].baseline(MEASURE, channel)
    return baseline.value if baseline else 0.0


def _draw_baseline(axes: Axes, layout: Layout, runs: Sequence[Run], channel: str, lang: Lang) -> None:
    """A line across the bars of this channel only, with its year and value above."""
    baseline = runs[0].baseline(MEASURE, channel)
    if not baseline:
        return
    ys = [row.y for row in layout.of(channel)]
    top = min(ys) - 0.62
    axes.plot([baseline.value] * 2, [top, max(ys) + 0.5], color=INK, linewidth=1.4)
    text = say("carried.baseline", lang, year=baseline.year, value=count(baseline.value))
    left = baseline.value < axes.get_xlim()[1] / 2
    beside(axes, text, (baseline.value, top), (0, 2), size=SMALL, ha="left" if left else "right")


def _title(runs: Sequence[Run], lang: Lang) -> str:
    channel = main_channel(runs)
    drawn = value(runs[0], MEASURE, channel) if channel else Value()
    if channel is None or not any(value(run, MEASURE, channel).mean > 0 for run in runs):
        return say("carried.none", lang)
    if len(runs) > 1:
        return _compared(runs, channel, lang)
    said = {"channel": name_of(runs, channel, lang), "teu": count(drawn.mean)}
    baseline = runs[0].baseline(MEASURE, channel)
    if not baseline:
        return say("carried.most" if len(channels_of(runs)) > 1 else "carried.only", lang, **said)
    said |= {"year": str(baseline.year), "baseline": count(baseline.value)}
    if not drawn.has_interval or not baseline.value:
        return say("carried.unsure", lang, **said)
    low, high = drawn.one_year
    verdict = "above" if low >= baseline.value else "below" if high < baseline.value else "same"
    return say(f"carried.{verdict}", lang, **said, percent=percent(abs(drawn.mean / baseline.value - 1), lang, 1))


def _compared(runs: Sequence[Run], channel: str, lang: Lang) -> str:
    """The message about the run that differs most from the first."""
    first, *others = ((run, value(run, MEASURE, channel)) for run in runs)
    base = first[1]
    run, other = max(others, key=lambda pair: np.nan_to_num(abs(pair[1].mean - base.mean)))
    said = {"channel": name_of(runs, channel, lang), "run": run.name.of(lang), "teu": count(other.mean)}
    said |= {"first": first[0].name.of(lang), "first_teu": count(base.mean)}
    if not (base.mean > 0 and base.has_interval and other.has_interval):
        return say("carried.beside", lang, **said)
    if other.low <= base.high and base.low <= other.high:
        return say("carried.overlap", lang, **said)
    said["percent"] = percent(abs(other.mean / base.mean - 1), lang, decimals=1)
    return say("carried.more" if other.mean > base.mean else "carried.less", lang, **said)


def _notes(runs: Sequence[Run], values: list[Value], lang: Lang) -> tuple[str, ...]:
    tags = [say(f"{tag}.note", lang) for tag in TAGS if any(each.tag == tag for each in values)]
    key = "carried.note" if runs[0].baselines else "carried.note_alone"
    whiskers = [say(key, lang)] if any(each.has_interval for each in values) else []
    return (replications_note(runs, lang), *whiskers, *tags)
