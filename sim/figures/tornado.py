"""Which inputs move what a channel carries: a bar from the draws in the lowest to those in the highest third of each.

Not one of the catalogue, for it is drawn only from a run whose inputs were drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.page import EDGE, WIDTH, Message, Page, beside, clipped, empty, width_of
from sim.figures.run import ALL, Lang, numbers, select
from sim.figures.style import GREY, INK, LABEL, PALE, colour_of, styled, tint
from sim.figures.words import count, say
from sim.trace import Label

MOST = 6
"""Inputs that are shown of a channel; the dummy stands below them."""
HEADING, ROW = 1.5, 0.235
"""Rows that a heading takes, and inches of a row."""
NAMES = 3.7
"""The widest that names may be, in inches."""
NOISE = "#8a9197"
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""From one tick to the next, as a share of the mean."""


@dataclass(frozen=True)
class Tornado:
    """What is drawn: of each channel the inputs, the one that moves most first, and the dummy that is noise.

    table: channel, input, rank_correlation, low_third, high_third, told (yes or no), in that order
    means: carried TEU of each channel, the mean over the draws
    """

    table: pd.DataFrame
    means: Mapping[str, float]
    labels: Mapping[str, Label]
    dummy: str
    draws: int
    main: str
    """the channel that the title speaks of"""


@dataclass(frozen=True)
class Row:
    """A bar: its name, its ends as shares of the mean and in TEU, its colour, and its height counted downwards."""

    name: str
    ends: tuple[float, float]
    teu: tuple[float, float]
    colour: str
    told: bool
    y: float


def draw(tornado: Tornado, lang: Lang) -> Figure:
    """A group of rows per channel, all on one scale in per cent of what the channel carries."""
    with styled():
        channels = sorted(c for c in tornado.means if c != ALL)
        groups = _groups(tornado, channels, lang)
        rows = [row for each in groups.values() for row in each]
        depth = sum(len(each) + HEADING for each in groups.values())
        page = Page(_message(tornado, lang), 2.0 + ROW * max(4, depth))
        if not rows:
            empty(page.panel(EDGE, page.bottom, WIDTH - 2 * EDGE, page.top - page.bottom), say("no_data", lang))
            return page.figure
        told = {row.y: _told(row, lang) for row in rows}
        right, foot = max(width_of(text, LABEL) for text in told.values()) + 0.45, 0.35
        left = EDGE + min(NAMES, max(width_of(row.name, LABEL) for row in rows)) + 0.15
        axes = page.panel(left, page.bottom + foot, WIDTH - left - right, page.top - page.bottom - foot)
        axes.set_ylim(depth, 0)
        axes.set_yticks([])
        _scale(axes, rows)
        start = -(left - EDGE) * 72
        for channel, mine in groups.items():
            _heading(axes, _name(tornado, channel, lang), mine, start, colour_of(channels, channel))
            for row in mine:
                _row(axes, row, told[row.y], start)
        return page.figure


def _groups(tornado: Tornado, channels: Sequence[str], lang: Lang) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    y = 0.0
    for channel in channels:
        table = select(tornado.table, channel=channel)
        names = [str(name) for name in table["input"]]
        shown = [name for name in names if name != tornado.dummy][:MOST] + [tornado.dummy] * (tornado.dummy in names)
        y += HEADING
        groups[channel] = []
        for name in shown:
            (low,), (high,) = (numbers(select(table, input=name), end) for end in ("low_third", "high_third"))
            mean = tornado.means[channel]
            told = select(table, input=name)["told"].iloc[0] == "yes"
            colour = colour_of(channels, channel) if told else NOISE
            ends = ((low - mean) / mean, (high - mean) / mean) if mean else (0.0, 0.0)
            text = say("tornado.dummy", lang) if name == tornado.dummy else _name(tornado, name, lang)
            groups[channel].append(Row(text, ends, (float(low), float(high)), colour, bool(told), y))
            y += 1
    return {channel: rows for channel, rows in groups.items() if rows}


def _name(tornado: Tornado, thing: str, lang: Lang) -> str:
    return tornado.labels[thing].of(lang) if thing in tornado.labels else thing


def _scale(axes: Axes, rows: Sequence[Row]) -> None:
    """An axis in per cent, about the mean of the draws."""
    reach = max(0.01, *(abs(end) for row in rows for end in row.ends if np.isfinite(end)))
    axes.set_xlim(-1.06 * reach, 1.06 * reach)
    step = next(s for s in STEPS if 2 * reach / s <= 6 or s == STEPS[-1])
    at = np.arange(-np.floor(reach / step), np.floor(reach / step) + 1) * step
    labels = [f"{100 * tick:+.0f} %".replace("-", "−") if round(tick, 6) else "0" for tick in at]
    axes.set_xticks(at, labels=labels)
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.7)


def _heading(axes: Axes, name: str, rows: Sequence[Row], left: float, colour: str) -> None:
    look = {"xycoords": ("axes points", "data"), "size": LABEL + 2, "va": "center"}
    text = clipped(name, WIDTH - 2 * EDGE, LABEL + 2)
    beside(axes, text, (left, rows[0].y - 0.55), (0, 0), color=colour, **look)
    axes.plot([0, 0], [rows[0].y - 0.1, rows[-1].y + 1], color=INK, linewidth=1.0, zorder=1)


def _row(axes: Axes, row: Row, told: str, left: float) -> None:
    """Pale from the mean to the low end, full to the high end."""
    y, look = row.y + 0.5, {"va": "center", "size": LABEL}
    name = clipped(row.name, NAMES, LABEL)
    ink = INK if row.told else GREY
    beside(axes, name, (left, y), (0, 0), xycoords=("axes points", "data"), color=ink, **look)
    beside(axes, told, (1, y), (14, 0), xycoords=("axes fraction", "data"), color=ink, **look)
    for end, strength in zip(row.ends, (0.4, 1.0), strict=True):
        if np.isfinite(end):
            axes.barh(y, end, height=0.62, color=tint(row.colour, strength), linewidth=0, zorder=2)


def _told(row: Row, lang: Lang) -> str:
    return say("tornado.ends", lang, low=count(row.teu[0]), high=count(row.teu[1]))


def _message(tornado: Tornado, lang: Lang) -> Message:
    what = say("tornado.what", lang)
    return Message(_title(tornado, lang), what, (say("tornado.note", lang, n=tornado.draws),))


def _title(tornado: Tornado, lang: Lang) -> str:
    channel = _name(tornado, tornado.main, lang)
    told = select(tornado.table, channel=tornado.main, told="yes")
    if told.empty:
        return say("tornado.none", lang, channel=channel)
    first = told.iloc[0]
    ends = {"low": count(float(first["low_third"])), "high": count(float(first["high_third"]))}
    return say("tornado.title", lang, channel=channel, input=_name(tornado, str(first["input"]), lang), **ends)
