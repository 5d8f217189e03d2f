"""What must be believed: the answer over a grid of two inputs, and the line on which it reaches the target.

Not one of the catalogue, for it is drawn only from a grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.figures.decision_words import say
from sim.figures.page import Margins, Message, Page, empty
from sim.figures.run import Lang
from sim.figures.style import GREY, INK, LABEL, SMALL, styled, tint
from sim.trace import Label

Floats = NDArray[np.float64]

HOLDS, FAILS = "#0072B2", "#D55E00"
HEIGHT = 6.4
STRONGEST = 0.75
"""How strong the colour of the cell is that lies farthest from the target."""


@dataclass(frozen=True)
class Side:
    """An axis: what the input is called, its values with their words, and where it is assumed to be."""

    name: Label
    values: tuple[float, ...]
    told: tuple[str, ...]
    assumed: float


@dataclass(frozen=True)
class BelieveGrid:
    """What is drawn: means of shape (values of y, values of x), `nan` where there is none; where it is undecided."""

    title: Label
    measure: Label
    x: Side
    y: Side
    means: Floats
    undecided: NDArray[np.bool_]
    target: float
    more: bool
    """whether the answer holds above the target, and not below it"""
    digits: int
    replications: int


def draw(found: BelieveGrid, lang: Lang) -> Figure:
    """A cell per pair of values, blue where the answer holds and orange where it does not."""
    with styled():
        page = Page(_message(found, lang), HEIGHT)
        ((axes,),) = page.grid(1, 1, Margins(left=1.0, right=0.3, head=0.15, foot=0.75))
        if not np.isfinite(found.means).any():
            empty(axes, "–")
            return page.figure
        edges = [_edges(np.array(side.values)) for side in (found.x, found.y)]
        axes.pcolormesh(*edges, np.ma.masked_invalid(found.means), cmap=_colours(found), norm=_norm(found), zorder=1)
        _contour(axes, found)
        _cells(axes, found)
        _sides(axes, found, lang)
        axes.plot(*_inside(found), marker="x", markersize=11, markeredgewidth=2.2, color=INK, zorder=5)
        return page.figure


def _message(found: BelieveGrid, lang: Lang) -> Message:
    told = {"n": found.replications, "measure": found.measure.of(lang)}
    what = say("believe.what", lang, x=found.x.name.of(lang), y=found.y.name.of(lang), **told)
    notes = [say("believe.line", lang, target=f"{found.target:,.{found.digits}f}")] if _crosses(found) else []
    notes.append(say("believe.note", lang))
    if not np.isfinite(found.means).all():
        notes.append(say("believe.refused", lang))
    return Message(found.title.of(lang), what, tuple(notes))


def _edges(values: Floats) -> Floats:
    """The edges of cells around these values."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = (values[:-1] + values[1:]) / 2
    return np.concatenate(([2 * values[0] - middles[0]], middles, [2 * values[-1] - middles[-1]]))


def _norm(found: BelieveGrid) -> TwoSlopeNorm:
    reach = float(np.nanmax(np.abs(found.means - found.target))) or 1.0
    return TwoSlopeNorm(found.target, found.target - reach, found.target + reach)


def _colours(found: BelieveGrid) -> LinearSegmentedColormap:
    ends = (FAILS, HOLDS) if found.more else (HOLDS, FAILS)
    steps = [tint(ends[0], STRONGEST), tint(ends[0], 0.12), tint(ends[1], 0.12), tint(ends[1], STRONGEST)]
    return LinearSegmentedColormap.from_list("answer", list(zip((0.0, 0.499, 0.501, 1.0), steps, strict=True)))


def _crosses(found: BelieveGrid) -> bool:
    return min(found.means.shape) >= 2 and bool(np.nanmin(found.means) < found.target < np.nanmax(found.means))


def _contour(axes: Axes, found: BelieveGrid) -> None:
    """The line on which the mean is the target, where it crosses it."""
    if not _crosses(found):
        return
    look: dict[str, Any] = {"levels": [found.target], "colors": INK, "linewidths": 2.0, "zorder": 3}
    axes.contour(found.x.values, found.y.values, np.ma.masked_invalid(found.means), **look)


def _cells(axes: Axes, found: BelieveGrid) -> None:
    for j, y in enumerate(found.y.values):
        for i, x in enumerate(found.x.values):
            if np.isfinite(found.means[j, i]):
                text = f"{found.means[j, i]:,.{found.digits}f}" + (" ?" if found.undecided[j, i] else "")
                axes.text(x, y, text, ha="center", va="bottom", size=SMALL, color=INK, zorder=4)


def _sides(axes: Axes, found: BelieveGrid, lang: Lang) -> None:
    axes.set_xticks(found.x.values, labels=found.x.told)
    axes.set_yticks(found.y.values, labels=found.y.told)
    for name, which in ((found.x.name, axes.set_xlabel), (found.y.name, axes.set_ylabel)):
        which(name.of(lang), size=LABEL, color=GREY)


def _inside(found: BelieveGrid) -> tuple[list[float], list[float]]:
    """Where both are as assumed; nowhere if that is outside of the grid."""
    sides = (found.x, found.y)
    inside = all(min(side.values) <= side.assumed <= max(side.values) for side in sides)
    return ([found.x.assumed], [found.y.assumed]) if inside else ([], [])
