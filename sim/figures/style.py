"""How every figure looks: its font, its colours, its axes. Nothing here touches matplotlib's global state for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import fontManager
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FAMILY = ["DejaVu Sans", "Noto Sans SC"]
"""Latin letters from the first, which comes with matplotlib; Chinese from the second, which comes with this package."""

INK, GREY, PALE = "#1f2326", "#5f666b", "#d9dde0"
YARD, BORDER = "#4a5568", "#7b5a3c"
CHANNEL_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Told apart by colour-blind readers too (Okabe & Ito 2008)."""

TITLE, SUBTITLE, LABEL, SMALL = 15.0, 10.0, 9.0, 8.0
LOOK = {
    "font.family": FAMILY,
    "font.size": LABEL,
    "text.color": INK,
    "text.hinting": "none",  # letters keep their proportions at every size, so a text is as wide as it was measured
    "text.parse_math": False,  # a planner's name may hold a dollar sign
    "svg.fonttype": "path",  # Chinese text on any machine; each glyph is stored once
    "svg.hashsalt": "freight-corridor-sim",  # the same data, the same bytes
    "path.simplify": True,
}


@contextmanager
def styled() -> Iterator[None]:
    """Inside, matplotlib has our look whatever the user's settings; afterwards, the user's again."""
    know_font()
    with matplotlib.style.context(LOOK, after_reset=True):
        yield


@cache
def know_font() -> None:
    """Make our font known to matplotlib, once."""
    with as_file(files("sim") / "data" / "NotoSansSC-gb2312.otf") as path:
        fontManager.addfont(path)


def colour_of(channels: Sequence[str], channel: str) -> str:
    """The colour of a channel: the same in every figure of the same channels, in whatever order they come."""
    return CHANNEL_COLOURS[sorted(set(channels)).index(channel) % len(CHANNEL_COLOURS)]


def tint(colour: str, strength: float) -> str:
    """A colour mixed with white; strength 1 is the colour itself."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def shade(colour: str, run: int, runs: int) -> str:
    """The colour of one of several runs: the last has the full colour, earlier ones are paler."""
    return tint(colour, 1.0 if runs == 1 else 0.45 + 0.55 * run / (runs - 1))


def bare(axes: Axes) -> Axes:
    """Take away the box, the ticks and all but the labels."""
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=GREY, linewidth=0.8)
    axes.tick_params(length=0, labelsize=SMALL, colors=GREY, labelfontfamily=FAMILY)
    axes.set_axisbelow(True)
    axes.set_facecolor("none")
    return axes


def value_axis(axes: Axes, which: str, top: float, *, ticks: int = 5) -> None:
    """An axis from zero to `top` with round ticks, thousands separators and thin grid lines."""
    if not top > 0:  # nothing to show: the axis is no more than its zero
        top, ticks = 1.0, 0
    steps = [1, 2, 5, 10] if top < 20 else [1, 2, 2.5, 5, 10]
    found = MaxNLocator(ticks, steps=steps).tick_values(0, top) if ticks else (0.0,)
    at = [tick for tick in found if 0 <= tick <= top * 1.001]
    whole = all(float(tick).is_integer() for tick in at)
    labels = [f"{tick:,.0f}" if whole else f"{tick:,.4g}" for tick in at]
    (axes.set_xlim if which == "x" else axes.set_ylim)(0, top)
    (axes.set_xticks if which == "x" else axes.set_yticks)(at, labels=labels)
    axes.grid(visible=True, axis="x" if which == "x" else "y", color=PALE, linewidth=0.7)


def band(axes: Axes, x: Floats, around: tuple[Floats, Floats, Floats], colour: str, width: float = 1.6) -> None:
    """A line within a band: (mean, low, high)."""
    mean, low, high = around
    axes.fill_between(x, low, high, color=tint(colour, 0.25), linewidth=0)
    axes.plot(x, mean, color=colour, linewidth=width, solid_capstyle="round", solid_joinstyle="round")


def highest(*columns: Floats) -> float:
    """The highest finite number; 0 if there is none."""
    together = np.concatenate([np.ravel(column) for column in columns]) if columns else np.zeros(1)
    return float(np.max(together[np.isfinite(together)], initial=0.0))
