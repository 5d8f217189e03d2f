"""What each what-if does with cargo and money: a row per what-if, grouped by what it does, with both its intervals.

Not one of the catalogue, for it is drawn only from a library of what-ifs. Cargo stands in the left panel, cost in the
right one, the numbers beside them, and at the right what a TEU costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Stroke
from matplotlib.ticker import MaxNLocator

from sim.figures.decision_words import say
from sim.figures.page import EDGE, WIDTH, Message, Page, balanced, empty, width_of
from sim.figures.run import Lang
from sim.figures.style import GREY, INK, LABEL, PALE, SMALL, TITLE, styled, tint
from sim.statistics import Estimate
from sim.trace import Label

COLOURS = {"buys": "#0072B2", "free": "#009E73", "saves": "#B8860B", "loses": "#D55E00", "happens": "#44546A"}
UNTOLD = "#6b7378"
GROUPS = ("buys", "free", "untold", "not_priced", "unpriced", "saves", "loses", "happens", "no_gain")
"""What a what-if does, in the order in which they are shown."""
HOLLOW = ("untold", "not_priced", "no_gain")
"""Groups of which something is not known."""
HEADING, LINE_IN, PAD = 0.42, 0.135, 0.13
"""Inches of the heading of a group, of each line of a name, and what a row takes beside them."""
NAMES = 3.15
"""The widest that names may be, in inches; longer ones are broken."""
NUMBERS = 0.55
"""The room for the number beside a panel."""
GAP = 0.14
TICKS = 4
"""Ticks of a panel, at the most."""
BEYOND = 2.2
"""What reaches so many times further than all others is cut off, with an arrow, so that others can be told apart."""
FEWEST = 3
"""With fewer than these to one side, nothing is cut off."""
MILLION = 1e6


@dataclass(frozen=True)
class Point:
    """A what-if: its name, its group, its differences (cost in yuan), what a TEU costs, and whether it is the one of
    which the title speaks.
    """

    name: Label
    group: str
    gain: Estimate
    cost: Estimate
    each: Estimate
    best: bool = False


@dataclass(frozen=True)
class EffectCost:
    """What is drawn, in groups in their own order; `channel` is None for all channels together, `cost` what is meant by
    it.
    """

    title: Label
    channel: Label | None
    cost: Label
    points: tuple[Point, ...]
    replications: int


@dataclass(frozen=True)
class Row:
    """A what-if in its place: the lines of its name, and how many inches below the top its middle is."""

    point: Point
    lines: tuple[str, ...]
    y: float
    height: float


@dataclass(frozen=True)
class Panel:
    """One of the two panels: its axes, and where in it the numbers stand (inches from the left of the page)."""

    axes: Axes
    numbers: float
    digits: int


def draw(found: EffectCost, lang: Lang) -> Figure:
    """A group of rows for each thing that what-ifs do, cargo to the left and cost to the right."""
    with styled():
        rows, headings, depth, shared = _placed(found, lang)
        message = _message(found, lang)
        page = Page(message, 1.95 + 0.3 * len(balanced(message.title, WIDTH - 2 * EDGE, TITLE)) + max(depth, 0.8))
        if not rows:
            blank = page.panel(EDGE, page.bottom, WIDTH - 2 * EDGE, page.top - page.bottom)
            empty(blank, say("effect_cost.none", lang))
            return page.figure
        top, bottom = page.top - 0.45, page.top - 0.45 - depth
        money = any(np.isfinite(row.point.cost.mean) for row in rows)
        names = max(width_of(line, SMALL + 0.5) for row in rows for line in row.lines)
        names = max(
            names, width_of(shared, SMALL + 0.5), *(width_of(say(f"group.{group}", lang), LABEL) for group in headings)
        )
        ratios = max((width_of(_each(row.point, lang), SMALL + 0.5) for row in rows), default=0.0)
        ratios = max(ratios, width_of(say("effect_cost.each", lang), SMALL + 0.5)) if money else 0.0
        left, panels = EDGE + names + GAP, 2 if money else 1
        room = WIDTH - EDGE - left - ratios - (2 * GAP if money else 0.0)
        width = room / panels - NUMBERS - 2 * GAP
        gain = page.panel(left, bottom, width, depth)
        shown = [Panel(gain, left + width + GAP + NUMBERS, 0)]
        if money:
            start = left + width + NUMBERS + 3 * GAP
            shown.append(Panel(page.panel(start, bottom, width, depth), start + width + GAP + NUMBERS, 1))
        _heads(page, shown, found, shared, lang)
        for panel, values in zip(shown, (_gain, _cost), strict=False):
            panel.axes.set_ylim(depth, 0)
            panel.axes.set_yticks([])
            _scale(panel.axes, [values(row.point) for row in rows])
            for row in rows:
                _interval(panel.axes, row, values(row.point))
                _number(page, panel, row, values(row.point), top)
        for group, y in headings.items():
            page.write(EDGE, top - y - 0.27, say(f"group.{group}", lang), size=LABEL, color=_colour(group), va="center")
            _line(page, top - y - HEADING + 0.02)
        for row in rows:
            _name(page, row, top)
            if money:
                look: dict[str, Any] = {"size": SMALL + 0.5, "color": _colour(row.point.group), "va": "center"}
                text = page.write(WIDTH - EDGE, top - row.y, _each(row.point, lang), ha="right", **look)
                _strong(text, row.point)
        return page.figure


def _message(found: EffectCost, lang: Lang) -> Message:
    channel = found.channel.of(lang) if found.channel else say("all", lang)
    money = any(np.isfinite(point.cost.mean) for point in found.points)
    what = say("effect_cost.what" if money else "effect_cost.cargo", lang, channel=channel, cost=found.cost.of(lang))
    notes = [say("effect_cost.note", lang, n=found.replications, k=len(found.points))]
    if any(point.group == "not_priced" for point in found.points):
        notes.append(say("effect_cost.not_priced", lang))
    if any(_cut([values(point) for point in found.points]) for values in (_gain, _cost)):
        notes.append(say("effect_cost.beyond", lang))
    return Message(found.title.of(lang), what, tuple(notes))


# --- rows


def _placed(found: EffectCost, lang: Lang) -> tuple[list[Row], dict[str, float], float, str]:
    """The rows from top to bottom, where the headings of their groups are, how deep all is, what names share."""
    shared, names = shortened([point.name.of(lang) for point in found.points])
    rows: list[Row] = []
    headings: dict[str, float] = {}
    y = 0.0
    for group in GROUPS:
        for point, name in zip(found.points, names, strict=True):
            if point.group != group or not np.isfinite(point.gain.mean):
                continue
            if group not in headings:
                headings[group] = y
                y += HEADING
            lines = tuple(balanced(name, NAMES, SMALL + 0.5))
            height = PAD + LINE_IN * len(lines)
            rows.append(Row(point, lines, y + height / 2, height))
            y += height
    return rows, headings, y, shared


def shortened(names: Sequence[str]) -> tuple[str, list[str]]:
    """What all names begin with (whole words), or else end with, and the names without it; "" where that is little."""
    if len(names) < 2:
        return "", [*names]
    begin = _begin(names)
    begin = begin[: begin.rfind(" ") + 1]
    if len(begin) >= 5:
        return f"{begin.rstrip()} …", [f"… {name[len(begin) :]}" for name in names]
    end = _begin([name[::-1] for name in names])[::-1]
    if len(end) >= 3:
        return f"……{end}", [name[: -len(end)] for name in names]
    return "", [*names]


def _begin(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts), max(texts)
    return first[: next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]


def _colour(group: str) -> str:
    return COLOURS.get(group, UNTOLD)


def _name(page: Page, row: Row, top: float) -> None:
    """The name of a row, and a band behind the row of the best."""
    if row.point.best:
        band = (0.0, (top - row.y - row.height / 2) / page.height, 1.0, row.height / page.height)
        ground = page.figure.add_axes(band, zorder=-1)
        ground.set_axis_off()
        ground.axhspan(0, 1, color=tint(_colour(row.point.group), 0.13), linewidth=0)
    for k, line in enumerate(row.lines):
        y = top - row.y + LINE_IN * ((len(row.lines) - 1) / 2 - k)
        _strong(page.write(EDGE, y, line, size=SMALL + 0.5, color=INK, va="center"), row.point)


def _strong(text: Any, point: Point) -> None:
    if point.best:
        text.set_path_effects([Stroke(linewidth=0.4, foreground=text.get_color())])  # the font has no bold


def _each(point: Point, lang: Lang) -> str:
    """What a TEU costs, or saves, to three digits."""
    if point.group not in ("buys", "saves") or not np.isfinite(point.each.mean):
        return ""
    mean, low, high = (_three(end) for end in (point.each.mean, point.each.low, point.each.high))
    if point.group == "saves":
        return say("effect_cost.saves", lang, each=mean)
    return say("effect_cost.ends", lang, each=mean, low=low, high=high) if np.isfinite(point.each.low) else mean


def _three(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.0f}" if np.isfinite(value) else "–"


# --- panels


def _gain(point: Point) -> Estimate:
    return point.gain


def _cost(point: Point) -> Estimate:
    cost = point.cost
    return Estimate(cost.mean / MILLION, cost.low / MILLION, cost.high / MILLION, cost.n)


def _cut(shown: Sequence[Estimate]) -> bool:
    low, high = _ends(shown)
    return any(one.mean < low or one.mean > high for one in shown)


def _ends(shown: Sequence[Estimate]) -> tuple[float, float]:
    """From where to where a panel reaches: zero and all intervals, but for the one that reaches much further."""
    low, high = -_reach(shown, -1), _reach(shown, 1)
    pad = 0.06 * max(high - low, 1e-9)
    return low - pad, high + pad


def _reach(shown: Sequence[Estimate], way: int) -> float:
    """How far intervals reach to one side; without the furthest, if there are others and it is far from them all."""
    ends = ([way * end for end in (one.mean, one.low, one.high) if np.isfinite(end)] for one in shown)
    reach = sorted(furthest for each in ends if (furthest := max(each, default=0.0)) > 0)
    if len(reach) >= FEWEST and reach[-1] > BEYOND * reach[-2]:
        return reach[-2]
    return reach[-1] if reach else 0.0


def _scale(axes: Axes, shown: Sequence[Estimate]) -> None:
    """Ticks on either side of zero; of their labels as many as have room, counted from zero."""
    low, high = _ends(shown)
    axes.set_xlim(low, high)
    ticks = MaxNLocator(TICKS, steps=[1, 2, 5, 10]).tick_values(low, high)
    at = [float(tick) for tick in ticks if low <= tick <= high]
    digits = 0 if all(tick.is_integer() for tick in at) else 1 if high - low >= 1 else 2
    labels = [_signed(tick, digits) for tick in at]
    apart = (at[1] - at[0]) / (high - low) * axes.get_position().width * WIDTH if len(at) > 1 else WIDTH
    each = int(np.ceil((max(width_of(label, SMALL) for label in labels) + GAP / 2) / apart))
    zero = labels.index("0")
    axes.set_xticks(at, labels=[label if (k - zero) % each == 0 else "" for k, label in enumerate(labels)])
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.6)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)


def _interval(axes: Axes, row: Row, shown: Estimate) -> None:
    """The mean of a row with its interval; an arrow where it lies beyond the panel."""
    colour, y = _colour(row.point.group), row.y
    if not np.isfinite(shown.mean):
        return
    low, high = axes.get_xlim()
    if not low <= shown.mean <= high:
        at, mark = (low, "<") if shown.mean < low else (high, ">")
        axes.plot([at], [y], marker=mark, color=colour, markersize=6.5, clip_on=False, zorder=5)
        axes.plot([0, at], [y, y], color=tint(colour, 0.35), linewidth=1.2, zorder=2)
        return
    axes.plot([0, shown.mean], [y, y], color=tint(colour, 0.35), linewidth=1.2, zorder=2)
    if np.isfinite([shown.low, shown.high]).all():
        axes.plot([shown.low, shown.high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt", zorder=3)
    fill = "white" if row.point.group in HOLLOW else colour
    mark, size = ("*", 12.0) if row.point.best else ("o", 5.0)
    axes.plot([shown.mean], [y], marker=mark, markersize=size, color=colour, markerfacecolor=fill, zorder=5)


def _number(page: Page, panel: Panel, row: Row, shown: Estimate, top: float) -> None:
    told = _signed(shown.mean, panel.digits) if np.isfinite(shown.mean) else "–"
    look: dict[str, Any] = {"size": SMALL + 0.5, "color": INK, "ha": "right", "va": "center"}
    _strong(page.write(panel.numbers, top - row.y, told, **look), row.point)


def _signed(value: float, digits: int) -> str:
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else "0"


def _heads(page: Page, panels: Sequence[Panel], found: EffectCost, shared: str, lang: Lang) -> None:
    """What stands above the columns: what all names share, cargo, cost, and what a TEU costs."""
    y = page.top - 0.4
    look: dict[str, Any] = {"size": SMALL + 0.5, "color": GREY, "va": "bottom"}
    page.write(EDGE, y, shared, **look)
    for panel, text in zip(panels, (say("effect_cost.gain", lang), found.cost.of(lang)), strict=False):
        start = panel.axes.get_position().x0 * WIDTH
        unit = "" if panel is panels[0] else say("effect_cost.million", lang)
        lines = balanced(text + unit, panel.numbers - start, SMALL + 0.5)
        for k, line in enumerate(reversed(lines)):
            page.write(start, y + k * LINE_IN, line, **look)
    if len(panels) > 1:
        page.write(WIDTH - EDGE, y, say("effect_cost.each", lang), ha="right", **look)


def _line(page: Page, y: float) -> None:
    ground = page.figure.add_axes((EDGE / WIDTH, y / page.height, 1 - 2 * EDGE / WIDTH, 0.001), zorder=-1)
    ground.set_axis_off()
    ground.axhline(0, color=PALE, linewidth=0.8)
