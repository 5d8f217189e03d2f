"""From an empty start: daily series per channel, Welch's average, and what the proposed warm-up cuts off.

Not one of the catalogue, for it is not drawn from the tables of a run, but from those of `sim warmup`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.page import WIDTH, Margins, Message, Page, clipped, empty, head, ticks_below, width_of
from sim.figures.run import Lang, numbers, select
from sim.figures.style import GREY, INK, LABEL, SMALL, Floats, colour_of, highest, styled, tint, value_axis
from sim.figures.words import day_name, say
from sim.trace import Label

SERIES = ("in_system", "waiting", "lead_time")
GROUND = "#e9ebed"


@dataclass(frozen=True)
class Start:
    """What is drawn. `daily` has the columns channel, series, day (0, 1, …), mean and welch.

    `proposed` and `present` are days of warm-up, `by` says which rule gave the proposal (`lead_time`, `mser`), `change`
    is the day on which something changes by the calendar, `window` the days of Welch's average on either side.
    """

    daily: pd.DataFrame
    labels: Mapping[str, Label]
    first_day: date
    replications: int
    present: int
    proposed: int | None
    by: str
    change: int | None
    window: int


def draw(start: Start, lang: Lang) -> Figure:
    """A row per channel, a column per series; each panel has its own scale."""
    with styled():
        channels = sorted({str(channel) for channel in start.daily["channel"]})
        page = Page(_message(start, lang), 1.7 + 1.3 * max(1, len(channels)))
        if not channels:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
            return page.figure
        grid = page.grid(len(channels), len(SERIES), Margins(across=0.55, head=0.58, foot=0.35))
        for channel, row in zip(channels, grid, strict=True):
            colour = colour_of(channels, channel)
            for series, axes in zip(SERIES, row, strict=True):
                _panel(axes, start, select(start.daily, channel=channel, series=series), colour, lang)
            name = start.labels[channel].of(lang) if channel in start.labels else channel
            head(row[0], name, colour)
        ticks_below(grid, len(channels) * len(SERIES))
        _column_names(page, grid[0], lang)
        _mark(grid[0], start, lang)
        return page.figure


def _message(start: Start, lang: Lang) -> Message:
    verdict = "unknown"
    if start.proposed is not None:
        verdict = "enough" if start.present >= start.proposed else "short"
    title = say(f"warm_up.{verdict}", lang, proposed=start.proposed, present=start.present)
    first = start.first_day
    what = say("warm_up.what", lang, date=day_name(first.year, first.month, first.day, lang))
    notes = [
        say("one_replication", lang) if start.replications == 1 else say("replications", lang, n=start.replications)
    ]
    notes.append(say("warm_up.note", lang, window=start.window))
    if start.proposed is not None:
        notes.append(say(f"warm_up.by_{start.by}", lang))
    if start.change is not None:
        notes.append(say("warm_up.change", lang, day=start.change))
    return Message(title, what, tuple(notes))


def _panel(axes: Axes, start: Start, table: pd.DataFrame, colour: str, lang: Lang) -> None:
    """One series of one channel."""
    table = table.sort_values("day")
    mean, smooth = numbers(table, "mean"), numbers(table, "welch")
    if not np.isfinite(mean).any():
        empty(axes, say("no_data", lang))
        return
    days: Floats = numbers(table, "day")
    axes.axvspan(0, start.proposed or 0, color=GROUND, linewidth=0, zorder=0.5)
    axes.plot(days, mean, color=tint(colour, 0.4), linewidth=0.7)
    axes.plot(days, smooth, color=colour, linewidth=1.8, solid_capstyle="round")
    axes.axvline(start.present, color=INK, linewidth=1.0, linestyle=(0, (4, 2)))
    if start.change is not None:
        axes.axvline(start.change, color=GREY, linewidth=1.0, linestyle=(0, (1, 2)))
    value_axis(axes, "y", 1.05 * highest(mean), ticks=3)
    value_axis(axes, "x", float(max(days[-1] + 1, start.present, start.proposed or 0)), ticks=5)
    axes.grid(visible=False, axis="x")


def _column_names(page: Page, row: list[Axes], lang: Lang) -> None:
    for series, axes in zip(SERIES, row, strict=True):
        place = axes.get_position()
        name = clipped(say(f"warm_up.{series}", lang), place.width * WIDTH + 0.3, LABEL + 1)
        page.write(place.x0 * WIDTH, page.top - 0.05, name, size=LABEL + 1, va="top")


def _mark(row: list[Axes], start: Start, lang: Lang) -> None:
    """Name the grey ground above the second panel and the dashed line above the third, so that they never touch."""
    if start.proposed is not None:
        _above(row[1], start.proposed, say("warm_up.proposed", lang, days=start.proposed), GREY)
    _above(row[2], start.present, say("warm_up.present", lang, days=start.present), INK)


def _above(axes: Axes, day: int, text: str, colour: str) -> None:
    """A text above a day of the panel, moved to stay within its width."""
    inches = axes.get_position().width * WIDTH
    half = width_of(text, SMALL) / 2 / inches
    at = float(np.clip(day / axes.get_xlim()[1], half, max(1 - half, half)))
    axes.annotate(
        text,
        (at, 1),
        (0, 4),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        color=colour,
        size=SMALL,
        annotation_clip=False,
    )
