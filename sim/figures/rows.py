"""Rows of a horizontal chart, grouped by channel, with their names in columns on the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sim.figures.page import EDGE, WIDTH, Page, beside, clipped, width_of
from sim.figures.run import Lang, Run, name_of
from sim.figures.style import GREY, INK, LABEL, SMALL, colour_of
from sim.figures.words import say

PAD = 0.15
WIDEST = (2.2, 1.0, 2.1)
"""The most that a column of names may take, in inches."""
SIZES = (LABEL, LABEL, SMALL)


@dataclass(frozen=True)
class Row:
    """One row: what it shows, and its height in the panel, counted downwards in rows."""

    channel: str
    direction: str
    run: int
    y: float


@dataclass(frozen=True)
class Layout:
    """All rows of a chart, and how far down they reach."""

    rows: tuple[Row, ...]
    depth: float

    def of(self, channel: str, direction: str | None = None) -> list[Row]:
        """The rows of a channel, or of one direction of it."""
        return [row for row in self.rows if row.channel == channel and direction in (None, row.direction)]


def lay_out(groups: Sequence[tuple[str, str]], runs: int, gap: float) -> Layout:
    """Rows for each (channel, direction), one per run, with `gap` rows between channels."""
    rows: list[Row] = []
    y, before = 0.0, ""
    for channel, direction in groups:
        y += (gap if channel != before else 0.25 * (runs > 1)) if rows else gap / 2
        rows += [Row(channel, direction, run, y + run + 0.5) for run in range(runs)]
        y, before = y + runs, channel
    return Layout(tuple(rows), y + gap / 4)


def panel_with_names(page: Page, layout: Layout, runs: Sequence[Run], lang: Lang, right: float) -> Axes:
    """A panel for these rows, with the names of channels, directions and runs where there are several."""
    columns = _columns(layout, runs, lang)
    widths = [
        min(widest, max(width_of(text, size) for _, text, _ in column))
        for column, widest, size in zip(columns, WIDEST, SIZES, strict=True)
    ]
    left = EDGE + sum(width + PAD for width in widths if width)
    foot = 0.3
    axes = page.panel(left, page.bottom + foot, WIDTH - left - right, page.top - page.bottom - foot)
    axes.set_ylim(layout.depth, 0)
    axes.set_yticks([])
    x = EDGE
    for column, width, size in zip(columns, widths, SIZES, strict=True):
        look = {"xycoords": ("axes points", "data"), "size": size, "va": "center"}
        for y, text, colour in column:
            beside(axes, clipped(text, width + 0.01, size), ((x - left) * 72, y), (0, 0), color=colour, **look)
        x += width + PAD if width else 0
    return axes


Column = list[tuple[float, str, str]]


def _columns(layout: Layout, runs: Sequence[Run], lang: Lang) -> tuple[Column, Column, Column]:
    """The columns of names, each a list of (y, text, colour)."""
    channels = list(dict.fromkeys(row.channel for row in layout.rows))
    of_channels, of_directions = [], []
    for channel in channels:
        mine = layout.of(channel)
        of_channels.append((_middle(mine), name_of(runs, channel, lang), colour_of(channels, channel)))
        for direction in dict.fromkeys(row.direction for row in mine):
            text = say(direction, lang) if direction else ""
            of_directions.append((_middle(layout.of(channel, direction)), text, INK))
    of_runs = [(row.y, runs[row.run].name.of(lang) if len(runs) > 1 else "", GREY) for row in layout.rows]
    return of_channels, of_directions, of_runs


def _middle(rows: Sequence[Row]) -> float:
    return sum(row.y for row in rows) / len(rows)
