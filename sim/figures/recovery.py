"""What is on the way more than without a disruption, day by day, until it is over; and less, while shippers stay away.

Not one of the catalogue, for it is not drawn from the tables of a run, but from those of `sim recovery`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.figures.page import Margins, Message, Page, beside, head, ticks_below
from sim.figures.run import Lang
from sim.figures.style import GREY, INK, PALE, SMALL, Floats, band, colour_of, styled
from sim.figures.words import count, month_tick, say

BEFORE_DAYS = 14
"""Days shown before the first day of what went wrong."""
GROUND = "#e9ebed"


@dataclass(frozen=True)
class Return:
    """What is drawn. `more` is TEU on the way more than without the disruption, shape (years, days), by channel;
    `spell` its first and last day, counted from `first_day`; `cleared` the mean days until nothing is on the way more.
    """

    names: tuple[str, ...]
    labels: Mapping[str, str]
    more: Mapping[str, Floats]
    first_day: date
    spell: tuple[int, int]
    cleared: Mapping[str, float]


def draw(told: Return, lang: Lang) -> Figure:
    """A panel per channel, one below the other, on the same days and the same scale: who hardly feels it looks so."""
    with styled():
        channels = sorted(told.more)
        page = Page(_message(told, lang), 2.0 + 1.5 * len(channels))
        grid = page.grid(len(channels), 1, Margins(left=0.75, down=0.5, head=0.35, foot=0.55))
        limits = _limits(told)
        for channel, (axes,) in zip(channels, grid, strict=True):
            colour = colour_of(channels, channel)
            _panel(axes, told, told.more[channel], colour, lang)
            _scale(axes, limits)
            head(axes, told.labels[channel], colour)
        ticks_below(grid, len(channels))
        return page.figure


def _message(told: Return, lang: Lang) -> Message:
    names = ("、" if lang == "zh" else ", ").join(told.names)
    felt = {channel: days for channel, days in told.cleared.items() if _worst(told.more[channel])[1] >= 1}
    if felt:
        hardest = max(felt, key=lambda channel: _worst(told.more[channel])[1])
        known = np.isfinite(felt[hardest])
        days = count(felt[hardest]) if known else ""
        key = "recovery.cleared" if known else "recovery.never"
        title = say(key, lang, channel=told.labels[hardest], days=days, names=names)
    else:
        title = say("recovery.nothing", lang, names=names)
    years = len(next(iter(told.more.values())))
    notes = (say("replications", lang, n=years), say("recovery.note", lang))
    return Message(title, say("recovery.what", lang, names=names), notes)


def _worst(more: Floats) -> tuple[int, float]:
    """The day on which most is on the way more, on average, and how much."""
    mean = more.mean(axis=0)
    return int(mean.argmax()), float(mean.max())


def _panel(axes: Axes, told: Return, more: Floats, colour: str, lang: Lang) -> None:
    first = max(told.spell[0] - BEFORE_DAYS, 0)
    days = np.arange(first, more.shape[1], dtype=np.float64)
    low, high = (np.quantile(more, p, axis=0)[first:] for p in (0.05, 0.95))
    axes.axvspan(told.spell[0] - 1, told.spell[1], color=GROUND, linewidth=0, zorder=0.5)
    axes.axhline(0, color=INK, linewidth=0.8)
    band(axes, days, (more.mean(axis=0)[first:], low, high), colour)
    axes.set_xlim(first, more.shape[1] - 1)
    _months(axes, told.first_day, first, more.shape[1], lang)
    day, worst = _worst(more)
    if worst >= 1:
        axes.plot([day], [worst], "o", color=colour, markersize=4)
        at = told.first_day + timedelta(day)
        text = say("recovery.worst", lang, teu=count(worst), date=at.isoformat())
        right = day < first + 0.7 * (more.shape[1] - first)
        beside(
            axes, text, (day, worst), (7 if right else -7, 9), size=SMALL, color=GREY, ha="left" if right else "right"
        )


def _limits(told: Return) -> tuple[float, float]:
    """The lowest and the highest point of all bands, about zero."""
    bands = [
        np.quantile(more[:, max(told.spell[0] - BEFORE_DAYS, 0) :], (0.05, 0.95), axis=0) for more in told.more.values()
    ]
    return min(-1.0, *(float(one.min()) for one in bands)), max(1.0, *(float(one.max()) for one in bands))


def _scale(axes: Axes, limits: tuple[float, float]) -> None:
    bottom, top = limits
    axes.set_ylim(1.08 * bottom, 1.15 * top)
    ticks = [tick for tick in MaxNLocator(4, integer=True).tick_values(bottom, top) if bottom <= tick <= top]
    axes.set_yticks(ticks, labels=[count(tick).replace("-", "−") for tick in ticks])
    axes.grid(visible=True, axis="y", color=PALE, linewidth=0.7)


def _months(axes: Axes, start: date, first: int, end: int, lang: Lang) -> None:
    """A tick at the first of each month."""
    days = [day for day in range(first, end) if (start + timedelta(day)).day == 1]
    names = [start + timedelta(day) for day in days]
    years = [k == 0 or one.month == 1 for k, one in enumerate(names)]
    labels = [month_tick(o.year, o.month, lang, with_year=y) for o, y in zip(names, years, strict=True)]
    axes.set_xticks(days, labels=labels)
