"""A page: the message on top, then what is shown, panels in the middle, notes at the foot. All lengths in inches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Stroke
from matplotlib.text import Text

from sim.figures.style import FAMILY, GREY, INK, LABEL, SMALL, SUBTITLE, TITLE, bare, know_font

WIDTH = 10.0
EDGE = 0.25
LINE = 1.45 / 72
"""Inches from one line of text to the next, per point of its size."""

_PIECE = re.compile(r"[“（(]*(?:[\u2e80-\uff00]|[^\s\u2e80-\uffff]+)[\uff01-\uffff、。）”]*\s*")
_RENDERER = RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Message:
    """What a page says in words: its title, what is shown, and the notes at its foot."""

    title: str
    what: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Margins:
    """The room around the panels, and across and down between them."""

    left: float = 0.5
    right: float = 0.1
    across: float = 0.35
    down: float = 0.35
    head: float = 0.3
    foot: float = 0.45


class Page:
    """A figure with its words in place; what is left in the middle is for panels."""

    def __init__(self, message: Message, height: float) -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(self.figure)
        at = height - EDGE
        for line in balanced(message.title, WIDTH - 2 * EDGE, TITLE):
            title = self.write(EDGE, at, line, size=TITLE, va="top")
            title.set_path_effects([Stroke(linewidth=0.55, foreground=INK)])  # the font has no bold
            at -= TITLE * LINE
        for line in wrapped(message.what, WIDTH - 2 * EDGE, SUBTITLE):
            self.write(EDGE, at, line, size=SUBTITLE, color=GREY, va="top")
            at -= SUBTITLE * LINE
        self.top = at - 0.05
        self.bottom = self._notes(message.notes)

    def _notes(self, notes: tuple[str, ...]) -> float:
        """Write the notes at the foot; the height that they take."""
        text = "".join(note if note.endswith("。") else note + " " for note in notes if note)
        lines = wrapped(text, WIDTH - 2 * EDGE, SMALL)
        at = EDGE * 0.7
        for line in reversed(lines):
            self.write(EDGE, at, line, size=SMALL, color=GREY, va="bottom")
            at += SMALL * LINE
        return at + 0.05

    def write(self, x: float, y: float, text: str, **look: Any) -> Text:
        """A text at this place of the page."""
        return self.figure.text(x / WIDTH, y / self.height, text, **look)

    def panel(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """A bare panel at this place."""
        share = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return bare(self.figure.add_axes(share))

    def grid(self, rows: int, columns: int, margins: Margins) -> list[list[Axes]]:
        """Panels of one size in rows and columns."""
        left, top = EDGE + margins.left, self.top - margins.head
        width = (WIDTH - EDGE - margins.right - left - margins.across * (columns - 1)) / columns
        height = (top - self.bottom - margins.foot - margins.down * (rows - 1)) / rows
        return [
            [
                self.panel(
                    left + j * (width + margins.across), top - (i + 1) * height - i * margins.down, width, height
                )
                for j in range(columns)
            ]
            for i in range(rows)
        ]


def head(axes: Axes, text: str, colour: str = INK, size: float = LABEL + 1, room: float | None = None) -> None:
    """The heading of a panel, cut to its width or to `room`."""
    room = room or axes.get_position().width * WIDTH + 0.2
    beside(axes, clipped(text, room, size), (0, 1), (0, 5), xycoords="axes fraction", color=colour, size=size)


def beside(axes: Axes, text: str, at: tuple[float, float], points: tuple[float, float], **look: Any) -> None:
    """A text near a point of the panel, so many points right and up of it; the panel's edge does not cut it."""
    axes.annotate(text, at, points, textcoords="offset points", annotation_clip=False, **look)


def paper(pad: float) -> dict[str, Any]:
    """A white ground for a text that lies on lines."""
    return {"facecolor": "white", "edgecolor": "none", "pad": pad, "alpha": 0.85}


def ticks_below(grid: list[list[Axes]], shown: int) -> None:
    """Keep the labels of the horizontal axis only at the lowest of the `shown` panels in each column."""
    columns = len(grid[0])
    for n, axes in enumerate(axes for row in grid for axes in row):
        if n + columns < shown:
            axes.tick_params(labelbottom=False)


def name_column(page: Page, axes: Axes, name: str) -> None:
    """The name of a run above its column of panels."""
    place = axes.get_position()
    room = place.width * WIDTH + 0.1
    page.write(place.x0 * WIDTH, page.top - 0.05, clipped(name, room, LABEL + 1), size=LABEL + 1, va="top")


def empty(axes: Axes, text: str) -> None:
    """Say in a panel that there is nothing to show, instead of its axes."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, transform=axes.transAxes, color=GREY, size=LABEL, ha="center", va="center")


@lru_cache(maxsize=4096)
def _ems(letter: str) -> float:
    know_font()
    font = FontProperties(family=FAMILY, size=72)
    measured = _RENDERER.get_text_width_height_descent(letter, font, ismath=False)  # type: ignore[no-untyped-call]
    return float(measured[0]) / 72


def width_of(text: str, size: float) -> float:
    """How wide a text is, in inches."""
    return max((sum(map(_ems, line)) for line in text.split("\n")), default=0.0) * size / 72


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The lines of a text: English broken at spaces, Chinese anywhere but before a closing mark, and a
    word that is wider than the line anywhere."""
    lines = [""]
    pieces = _PIECE.findall(text)
    letters_or_piece = (piece if width_of(piece, size) > width else [piece] for piece in pieces)
    for piece in chain.from_iterable(letters_or_piece):
        if lines[-1] and width_of((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines if line]


def balanced(text: str, width: float, size: float) -> list[str]:
    """The lines of a text, as few as `wrapped` needs, and about equally long."""
    lines = wrapped(text, width, size)
    for narrower in (width * share / 100 for share in range(50, 100, 5)):
        if len(lines) > 1 and len(closer := wrapped(text, narrower, size)) == len(lines):
            return closer
    return lines


def clipped(text: str, width: float, size: float) -> str:
    """A text cut to a width, with … where something is missing."""
    if width_of(text, size) <= width:
        return text
    kept = text
    while kept and width_of(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"
