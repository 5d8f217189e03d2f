"""What each factor of a design does, alone and with the others: a row per effect, a panel per measure.

Not one of the catalogue, for it is drawn only from a factorial design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.figures.decision_words import say
from sim.figures.page import EDGE, WIDTH, Message, Page, balanced, empty, paper, width_of
from sim.figures.run import Lang
from sim.figures.style import GREY, INK, LABEL, PALE, SMALL, TITLE, styled
from sim.statistics import Estimate
from sim.trace import Label

NAMES = 2.7
"""The room for names, in inches."""
HEADING, ROW, LINE_IN = 0.34, 0.4, 0.135
"""Inches of a heading, of a row, and of a line of text."""
GAP = 0.25
MORE, LESS, UNTOLD = "#0072B2", "#D55E00", "#8a9197"
"""Effects that are told from chance, by their sign, and those that are not."""


@dataclass(frozen=True)
class Bar:
    """An effect on a measure, in the unit that is shown, and whether it is told from chance."""

    effect: Estimate
    clear: bool


@dataclass(frozen=True)
class Measured:
    """A panel: what is measured, with its unit, and the effects on it in the order of the rows."""

    name: Label
    digits: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Effects:
    """What is drawn: the factors, by id, with their names; the effects, each the ids of its factors; the panels."""

    title: Label
    reference: Label
    factors: dict[str, Label]
    effects: tuple[tuple[str, ...], ...]
    panels: tuple[Measured, ...]
    replications: int


def draw(found: Effects, lang: Lang) -> Figure:
    """Main effects above, interactions below; the panels side by side."""
    with styled():
        title = found.title.of(lang)
        lines = len(balanced(title, WIDTH - 2 * EDGE, TITLE))
        main = sum(len(effect) == 1 for effect in found.effects)
        depth = 2 * HEADING + ROW * len(found.effects)
        what = say("factorial.what", lang, reference=found.reference.of(lang))
        note = say("factorial.note", lang, n=found.replications, k=len(found.effects))
        page = Page(Message(title, what, (note,)), 2.0 + 0.3 * lines + depth)
        top = page.top - 0.45
        if not found.panels:
            blank = page.panel(EDGE, page.bottom, WIDTH - 2 * EDGE, page.top - page.bottom)
            empty(blank, say("effect_cost.none", lang))
            return page.figure
        places = [HEADING * (1 + (k >= main)) + ROW * (k + 0.5) for k in range(len(found.effects))]
        for word, y in (("factorial.main", 0.0), ("factorial.together", HEADING + ROW * main)):
            page.write(EDGE, top - y - HEADING / 2, say(word, lang), size=LABEL, color=GREY, va="center")
        for effect, y in zip(found.effects, places, strict=True):
            _name(page, found, effect, top - y, lang)
        left = EDGE + NAMES + GAP
        width = (WIDTH - EDGE - left) / len(found.panels) - GAP
        for n, panel in enumerate(found.panels):
            axes = page.panel(left + n * (width + GAP), top - depth, width, depth)
            axes.set_ylim(depth, 0)
            axes.set_yticks([])
            _panel(axes, panel, places, lang)
            for k, line in enumerate(reversed(_heading(panel, width + GAP / 2, lang))):
                x = left + n * (width + GAP)
                page.write(x, top + 0.04 + k * LINE_IN, line, size=SMALL + 0.5, color=INK, va="bottom")
        return page.figure


def _heading(panel: Measured, room: float, lang: Lang) -> list[str]:
    """The lines above a panel: what is measured, and below it where."""
    return [line for part in panel.name.of(lang).split("\n") for line in balanced(part, room, SMALL + 0.5)]


def _name(page: Page, found: Effects, effect: Sequence[str], y: float, lang: Lang) -> None:
    """A factor by its id and its name; an interaction by the ids of its factors."""
    told = " × ".join(effect)
    if len(effect) == 1:
        told += ("：" if lang == "zh" else ": ") + found.factors[told].of(lang)
    lines = balanced(told, NAMES, SMALL + 0.5)
    for k, line in enumerate(lines):
        at = y + LINE_IN * ((len(lines) - 1) / 2 - k)
        page.write(EDGE, at, line, size=SMALL + 0.5, color=INK, va="center")


def _panel(axes: Axes, panel: Measured, places: Sequence[float], lang: Lang) -> None:
    """The effects on a measure, each with its number above it."""
    ends = [end for bar in panel.bars for end in (bar.effect.mean, bar.effect.low, bar.effect.high)]
    known = [end for end in ends if np.isfinite(end)]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    span = high - low or 1.0
    low, high = low - 0.14 * span, high + 0.14 * span
    axes.set_xlim(low, high)
    _ticks(axes, panel.digits)
    axes.axvline(0, color=INK, linewidth=0.9, zorder=1)
    for bar, y in zip(panel.bars, places, strict=True):
        _bar(axes, bar, y, panel.digits, lang)


def _bar(axes: Axes, bar: Bar, y: float, digits: int, lang: Lang) -> None:
    mean, colour = bar.effect.mean, _colour(bar)
    look: dict[str, Any] = {"color": colour, "solid_capstyle": "butt"}
    if np.isfinite([bar.effect.low, bar.effect.high]).all():
        axes.plot([bar.effect.low, bar.effect.high], [y + 0.08] * 2, linewidth=2.2, zorder=3, **look)
    fill = colour if bar.clear else "white"
    axes.plot([mean], [y + 0.08], marker="o", markersize=5, color=colour, markerfacecolor=fill, zorder=4)
    still = mean == 0 and not bar.effect.half_width > 0
    told = say("factorial.none", lang) if still else _signed(mean, digits)
    low, high = axes.get_xlim()
    half = width_of(told, SMALL) / 2 / (axes.get_position().width * WIDTH) * (high - low)
    at = min(max(mean, low + half), high - half)
    look = {"size": SMALL, "color": colour if bar.clear else GREY, "bbox": paper(0.5)}
    axes.text(at, y - 0.08, told, ha="center", va="center", zorder=5, **look)


def _colour(bar: Bar) -> str:
    if not bar.clear or bar.effect.mean == 0:
        return UNTOLD
    return MORE if bar.effect.mean > 0 else LESS


def _ticks(axes: Axes, digits: int) -> None:
    low, high = axes.get_xlim()
    edge = 0.1 * (high - low)
    ticks = MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(low, high)
    at = [float(tick) for tick in ticks if low + edge <= tick <= high - edge]
    shown = 0 if all(tick.is_integer() for tick in at) else max(digits, 1)
    axes.set_xticks(at, labels=[_signed(tick, shown) for tick in at])
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.6)


def _signed(value: float, digits: int) -> str:
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else "0"
