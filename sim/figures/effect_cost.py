"""What each what-if does with cargo and public money: a point per what-if, with both its intervals.

Not one of the catalogue, for it is drawn only from a library of what-ifs. Names stand in a column at the right, in the
order of the points from top to bottom, each with a line to its point: so none covers another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.figures.decision_words import say
from sim.figures.page import EDGE, WIDTH, Message, Page, clipped, empty, paper, width_of
from sim.figures.run import Lang
from sim.figures.style import GREY, INK, LABEL, PALE, SMALL, styled, tint
from sim.statistics import Estimate
from sim.trace import Label

COLOURS = {"buys": "#0072B2", "free": "#009E73", "saves": "#B8860B", "loses": "#D55E00"}
UNTOLD = "#8a9197"
QUADRANTS = (
    ("more_cheaper", (0, 1), "#009E73", 0.12),
    ("more_dearer", (1, 1), "#0072B2", 0.05),
    ("less_cheaper", (0, 0), "#E69F00", 0.08),
    ("less_dearer", (1, 0), "#D55E00", 0.12),
)
"""Their word, their corner (right, up), their colour and its strength."""
NAMES = 3.1
"""The widest that names may be, in inches."""
ROW = 0.33
"""From one name to the next, in inches."""
BESIDE = 0.35
"""From the panel to the names, in inches."""


@dataclass(frozen=True)
class Point:
    """A what-if: its name, what it does (buys, free, saves, loses, no_gain), and its differences, cost in yuan; and
    whether it is the one of which the title speaks.
    """

    name: Label
    kind: str
    gain: Estimate
    cost: Estimate
    best: bool = False


@dataclass(frozen=True)
class EffectCost:
    """What is drawn; `channel` is None for all channels together."""

    title: Label
    channel: Label | None
    points: tuple[Point, ...]
    replications: int


def draw(found: EffectCost, lang: Lang) -> Figure:
    """Cost to the right, cargo up, the reference in the middle of the four quadrants."""
    with styled():
        points = [point for point in found.points if np.isfinite([point.gain.mean, point.cost.mean]).all()]
        points.sort(key=lambda point: (-point.gain.mean, -point.cost.mean))
        page = Page(_message(found, lang), max(5.6, 2.2 + ROW * len(points)))
        room = min(NAMES, max((width_of(_name(point, lang), LABEL) for point in points), default=0.0) + 0.05)
        left, foot = EDGE + 0.62, 0.35
        width = WIDTH - left - EDGE - BESIDE - max(room, 1.6)
        axes = page.panel(left, page.bottom + foot, width, page.top - page.bottom - foot - 0.1)
        if not points:
            empty(axes, say("effect_cost.none", lang))
            return page.figure
        _scales(axes, points)
        _quadrants(axes, lang)
        for point in points:
            _point(axes, point)
        _names(page, axes, points, lang)
        return page.figure


def _message(found: EffectCost, lang: Lang) -> Message:
    channel = found.channel.of(lang) if found.channel else say("all", lang)
    what = say("effect_cost.what", lang, channel=channel)
    note = say("effect_cost.note", lang, n=found.replications, k=len(found.points))
    return Message(found.title.of(lang), what, (note,))


def _millions(one: Estimate) -> tuple[float, float, float]:
    return one.mean / 1e6, one.low / 1e6, one.high / 1e6


def _scales(axes: Axes, points: Sequence[Point]) -> None:
    """Both axes hold all intervals, and zero with some room on either side of it."""
    for which, ends in (
        ("x", [end for point in points for end in _millions(point.cost)]),
        ("y", [end for point in points for end in (point.gain.mean, point.gain.low, point.gain.high)]),
    ):
        known = [end for end in ends if np.isfinite(end)]
        low, high = min(known), max(known)
        span = max(high, 0.0) - min(low, 0.0) or 1.0
        low, high = min(low - 0.11 * span, -0.16 * span), max(high + 0.11 * span, 0.16 * span)
        (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
        at = [tick for tick in MaxNLocator(6).tick_values(low, high) if low <= tick <= high]
        digits = 0 if all(float(tick).is_integer() for tick in at) else 1 if span >= 1 else 2
        labels = [f"{tick:+,.{digits}f}".replace("-", "−") if abs(tick) > 1e-9 else "0" for tick in at]
        (axes.set_xticks if which == "x" else axes.set_yticks)(at, labels=labels)
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=True, color=PALE, linewidth=0.6)


def _quadrants(axes: Axes, lang: Lang) -> None:
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for word, (across, up), colour, strength in QUADRANTS:
        x, y = (0.0 if across else left), (0.0 if up else low)
        size = (right if across else -left), (high if up else -low)
        axes.add_patch(Rectangle((x, y), *size, color=tint(colour, strength), linewidth=0, zorder=0))
        if size[0] / (right - left) < 0.3 and not across:
            continue  # too narrow for its words
        x, y = 0.99 if across else 0.01, 0.985 if up else 0.015
        side: dict[str, Any] = {"ha": "right" if across else "left", "va": "top" if up else "bottom"}
        look: dict[str, Any] = {
            "transform": axes.transAxes,
            "size": SMALL + 0.5,
            "color": GREY,
            "zorder": 4,
            "bbox": paper(1.5),
        }
        axes.text(x, y, say(word, lang), **side, **look)
    axes.axhline(0, color=INK, linewidth=0.9, zorder=1)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)


def _point(axes: Axes, point: Point) -> None:
    colour = COLOURS.get(point.kind, UNTOLD)
    x, left, right = _millions(point.cost)
    y = point.gain.mean
    look: dict[str, Any] = {"color": colour, "linewidth": 1.4, "zorder": 6, "solid_capstyle": "butt"}
    if np.isfinite([left, right]).all():
        axes.plot([left, right], [y, y], **look)
    if np.isfinite([point.gain.low, point.gain.high]).all():
        axes.plot([x, x], [point.gain.low, point.gain.high], **look)
    fill = "white" if point.kind == "no_gain" else tint(colour, 0.45)
    mark, size = ("*", 15.0) if point.best else ("o", 6.0)
    axes.plot([x], [y], marker=mark, markersize=size, color=colour, markerfacecolor=fill, zorder=5)


def _name(point: Point, lang: Lang) -> str:
    return clipped(point.name.of(lang), NAMES, LABEL)


def _names(page: Page, axes: Axes, points: Sequence[Point], lang: Lang) -> None:
    """The names at the right, each as near the height of its point as the others let it."""
    place = axes.get_position()
    low, high = axes.get_ylim()
    bottom, height = place.y0 * page.height, place.height * page.height
    wanted = [bottom + height * (point.gain.mean - low) / (high - low) for point in points]
    at = spread(wanted, ROW, bottom + ROW / 2, bottom + height - ROW / 2)
    for point, y in zip(points, at, strict=True):
        colour = COLOURS.get(point.kind, GREY)
        x, where = _millions(point.cost)[0], (y - bottom) / height
        edge = 1 + (BESIDE - 0.06) / (place.width * WIDTH)
        axes.annotate(
            "",
            (x, point.gain.mean),
            (edge, where),
            textcoords="axes fraction",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": tint(colour, 0.45), "linewidth": 0.7, "shrinkA": 0, "shrinkB": 3},
            zorder=2,
        )
        text_x = place.x1 * WIDTH + BESIDE
        told = {"teu": _signed(point.gain.mean, 0), "cost": _signed(point.cost.mean / 1e6, 1)}
        page.write(text_x, y + 0.005, _name(point, lang), size=LABEL, color=colour, va="bottom")
        page.write(text_x, y - 0.005, say("point", lang, **told), size=SMALL - 1, color=GREY, va="top")


def _signed(value: float, digits: int) -> str:
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else "0"


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Heights in falling order, as wanted but at least so far apart, and within the ends if there is room."""
    if not wanted:
        return []
    apart = min(apart, (high - low) / max(len(wanted) - 1, 1))
    found = []
    last = high + apart
    for y in wanted:
        last = min(y, last - apart)
        found.append(last)
    floor = low - apart
    for k in range(len(found) - 1, -1, -1):
        found[k] = max(found[k], floor + apart)
        floor = found[k]
    return found
