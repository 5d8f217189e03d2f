"""Carried TEU month by month, per channel, with the spread of single years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.page import Margins, Message, Page, empty, head, name_column, ticks_below
from sim.figures.run import ALL, Lang, Run, channels_of, contrast, main_channel, name_of, numbers, select
from sim.figures.style import GREY, Floats, band, colour_of, highest, styled, value_axis
from sim.figures.words import count, listed, month_name, month_tick, replications_note, say

ACROSS = 4
"""At most so many channels side by side."""


def draw(runs: Sequence[Run], lang: Lang) -> Figure:
    """One run: a panel per channel, on one scale. Several: a column per run, a row per channel with its own scale."""
    with styled():
        channels = channels_of(runs)
        page = _page(runs, lang, max(1, len(channels)))
        if not channels:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
        elif len(runs) == 1:
            _side_by_side(page, runs[0], channels, lang)
        else:
            _compared(page, runs, channels, lang)
        return page.figure


def _page(runs: Sequence[Run], lang: Lang, channels: int) -> Page:
    several = len(runs) > 1
    notes = [replications_note(runs, lang), say("monthly.note", lang)]
    if several:
        notes.append(say("monthly.first", lang, first=runs[0].name.of(lang)))
    height = 2.2 + 1.35 * channels if several else 1.7 + 2.9 * -(-channels // ACROSS)
    return Page(Message(_title(runs, lang), say("monthly.what", lang), tuple(notes)), height)


def _side_by_side(page: Page, run: Run, channels: list[str], lang: Lang) -> None:
    columns = min(ACROSS, len(channels))
    grid = page.grid(-(-len(channels) // columns), columns, Margins())
    panels = [panel for row in grid for panel in row]
    ticks_below(grid, len(channels))
    top = _top([run], channels)
    for n, axes in enumerate(panels):
        if n >= len(channels):
            axes.set_visible(False)
            continue
        colour = colour_of(channels, channels[n])
        _panel(axes, _table(run, channels[n]), colour, lang)
        value_axis(axes, "y", top)
        if n % columns:
            axes.tick_params(labelleft=False)
        head(axes, name_of([run], channels[n], lang), colour)


def _compared(page: Page, runs: Sequence[Run], channels: list[str], lang: Lang) -> None:
    grid = page.grid(len(channels), len(runs), Margins(head=0.55))
    for channel, row in zip(channels, grid, strict=True):
        top, colour = _top(runs, [channel]), colour_of(channels, channel)
        for n, (run, axes) in enumerate(zip(runs, row, strict=True)):
            if n:
                first = numbers(_table(runs[0], channel), "mean")
                axes.plot(np.arange(len(first)), first, color=GREY, linewidth=1.0)
            _panel(axes, _table(run, channel), colour, lang)
            value_axis(axes, "y", top, ticks=3)
            if n:
                axes.tick_params(labelleft=False)
            else:
                head(axes, name_of(runs, channel, lang), colour)
    ticks_below(grid, len(channels) * len(runs))
    for run, axes in zip(runs, grid[0], strict=True):
        name_column(page, axes, run.name.of(lang))


def _table(run: Run, channel: str) -> pd.DataFrame:
    return select(run.monthly, channel=channel, direction=ALL).sort_values("month")


def _top(runs: Sequence[Run], channels: list[str]) -> float:
    tables = [_table(run, channel) for run in runs for channel in channels]
    return 1.05 * highest(*(numbers(table, column) for table in tables for column in ("mean", "p95")))


def _panel(axes: Axes, table: pd.DataFrame, colour: str, lang: Lang) -> None:
    """The months of one channel in one run."""
    if table.empty:
        empty(axes, say("no_data", lang))
    months = [str(month) for month in table["month"]]
    x: Floats = np.arange(len(months), dtype=np.float64)
    band(axes, x, (numbers(table, "mean"), numbers(table, "p05"), numbers(table, "p95")), colour)
    axes.set_xlim(-0.1, max(len(months) - 0.9, 0.9))
    every = max(1, -(-len(months) // 4))
    axes.set_xticks(x[::every], labels=_ticks(months[::every], lang), ha="left")


def _ticks(months: list[str], lang: Lang) -> list[str]:
    """Short names of months; the first of each year has the year below."""
    split = [(int(month[:4]), int(month[5:7])) for month in months]
    return [
        month_tick(year, month, lang, with_year=n == 0 or year != split[n - 1][0])
        for n, (year, month) in enumerate(split)
    ]


def _title(runs: Sequence[Run], lang: Lang) -> str:
    channel = main_channel(runs)
    peaks = {n: highest(numbers(_table(run, channel), "mean")) for n, run in enumerate(runs)} if channel else {}
    if channel is None or not any(peaks.values()):
        return say("monthly.none", lang)
    name = name_of(runs, channel, lang)
    if len(runs) > 1:
        values = listed(contrast(runs, list(peaks.values())), count, lang)
        return say("monthly.compared", lang, channel=name, values=values)
    table = _table(runs[0], channel)
    teu = numbers(table, "mean")
    months = [str(month) for month in table["month"]]
    busiest, quietest = int(np.nanargmax(teu)), int(np.nanargmin(teu))
    high, low = (month_name(months[n], lang) for n in (busiest, quietest))
    said = {"channel": name, "month": high, "low_month": low}
    return say("monthly.peak", lang, **said, high=count(teu[busiest]), low=count(teu[quietest]))
