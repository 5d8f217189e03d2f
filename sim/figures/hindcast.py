"""A hindcast: the interval of each forecast and of each naive rule, with what was observed and the year before.

Not one of the catalogue, for it is not drawn from the tables of a run, but from what `sim validate` found.
"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.page import EDGE, WIDTH, Message, Page, beside, clipped, width_of, wrapped
from sim.figures.style import CHANNEL_COLOURS, GREY, INK, LABEL, SMALL, styled, tint, value_axis

WIDEST_NAME = 3.1
ROW = 0.46


@dataclass(frozen=True)
class Bar:
    """One forecast: its name, its interval with the middle, and whether it is the model's or a naive rule's."""

    name: str
    low: float
    middle: float
    high: float
    model: bool


@dataclass(frozen=True)
class Mark:
    """A line across all rows: where it stands, and what it is."""

    value: float
    name: str


def draw(bars: list[Bar], observed: Mark, known: Mark, message: Message) -> Figure:
    """A row per forecast, in their order; the full line is the observed figure, the dashed one the year before."""
    with styled():
        page = Page(message, 2.0 + ROW * max(1, len(bars)))
        names = max((min(WIDEST_NAME, width_of(bar.name, LABEL)) for bar in bars), default=0.0)
        left, foot, head = EDGE + names + 0.15, 0.3, 0.28
        height = page.top - page.bottom - foot - head
        axes = page.panel(left, page.bottom + foot, WIDTH - left - EDGE, height)
        axes.set_ylim(len(bars), 0)
        axes.set_yticks([])
        value_axis(axes, "x", 1.05 * max([*(bar.high for bar in bars), observed.value, known.value]))
        _marks(axes, observed, known)
        for k, bar in enumerate(bars):
            _bar(axes, bar, k + 0.5, left, names)
        return page.figure


def _marks(axes: Axes, observed: Mark, known: Mark) -> None:
    axes.axvline(observed.value, color=INK, linewidth=1.4)
    axes.axvline(known.value, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
    right = known.value >= observed.value
    for mark, colour, to_right in ((observed, INK, not right), (known, GREY, right)):
        look = {"xycoords": ("data", "axes fraction"), "color": colour, "size": SMALL, "va": "bottom"}
        points = (-2.0 if not to_right else 2.0, 3.0)
        beside(axes, mark.name, (mark.value, 1), points, ha="left" if to_right else "right", **look)


def _bar(axes: Axes, bar: Bar, y: float, left: float, room: float) -> None:
    colour = CHANNEL_COLOURS[0] if bar.model else GREY
    axes.plot([bar.low, bar.high], [y, y], color=tint(colour, 0.45), linewidth=7, solid_capstyle="butt")
    axes.plot([bar.middle], [y], "o", color=colour, markersize=6)
    lines = wrapped(bar.name, room + 0.01, LABEL)
    text = "\n".join([*lines[:1], clipped(" ".join(lines[1:]), room, LABEL)] if len(lines) > 1 else lines)
    look = {"xycoords": ("axes points", "data"), "size": LABEL, "va": "center", "color": INK if bar.model else GREY}
    beside(axes, text, ((EDGE - left) * 72, y), (0, 0), **look)
