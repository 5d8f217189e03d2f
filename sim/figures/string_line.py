"""A month of trains in time and distance (a string-line diagram), for the channel with the longest route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.figures.journeys import NEVER, Month, Stop, kilometres, longest_channel, month_of
from sim.figures.page import Margins, Message, Page, beside, clipped, empty, head, paper, width_of
from sim.figures.run import Lang, Run, channels_of, contrast, name_of
from sim.figures.spread import spread
from sim.figures.style import LABEL, PALE, SMALL, colour_of, styled, tint
from sim.figures.words import count, day_tick, listed, month_name, say, tenths

WIDEST_NAME = 2.2
LABELLED = 3
"""So many stops of a panel are labelled: the longest, at different places and far apart in time."""
TWO_ROWS = 4
"""From so many runs on, their panels stand in two rows."""
WORTH_SAYING = 0.25
"""Shorter stops, in days, are not labelled."""

Point = tuple[float, float]


def draw(runs: Sequence[Run], lang: Lang, month: str | None = None) -> Figure:
    """A panel per run; `month` is YYYY-MM, or else the month in the middle of each run's window."""
    with styled():
        channel = longest_channel(runs)
        km = kilometres(runs, channel)
        months = [month_of(run, channel, month) for run in runs]
        channels = channels_of(runs)
        colour = colour_of([*channels, channel], channel)
        columns = len(runs) if len(runs) < TWO_ROWS else 2
        page = Page(_message(runs, channel, months, lang), 6.2 if len(runs) < TWO_ROWS else 8.4)
        names = {
            place: say("string_line.km", lang, place=name_of(runs, place, lang), km=count(at))
            for place, at in km.items()
        }
        left = min(WIDEST_NAME, max((width_of(name, SMALL) for name in names.values()), default=0.0))
        margins = Margins(left=left + 0.08, across=0.25, head=0.35 if len(runs) > 1 else 0.15, down=0.65, foot=0.3)
        grid = page.grid(-(-len(runs) // columns), columns, margins)
        y = heights(km, len(runs))
        for n, drawn in enumerate(months):
            axes = grid[n // columns][n % columns]
            labels = [clipped(name, WIDEST_NAME, SMALL) for name in names.values()] if n % columns == 0 else []
            _stations(axes, y, labels)
            _trains(axes, drawn, y, colour, lang)
            if len(runs) > 1:
                head(axes, f"{runs[n].name.of(lang)} · {month_name(drawn.name, lang, with_year=True)}")
        return page.figure


def heights(km: Mapping[str, float], runs: int = 1) -> dict[str, float]:
    """Where each place is drawn: at its km, but never closer to the next than its name needs."""
    gap = (0.045 if runs < TWO_ROWS else 0.075) * max(km.values(), default=1.0)
    return dict(zip(km, spread(list(km.values()), gap), strict=True))


def _stations(axes: Axes, y: Mapping[str, float], labels: Sequence[str]) -> None:
    at = list(y.values())
    low, high = min(at, default=0.0), max(at, default=1.0)
    axes.set_ylim(low - 0.02 * (high - low), high + 0.02 * (high - low))
    axes.set_yticks(at if labels else [], labels=labels)
    for height in at:
        axes.axhline(height, color=PALE, linewidth=0.9, zorder=0.5)
    axes.spines["bottom"].set_visible(False)


def _trains(axes: Axes, month: Month, y: Mapping[str, float], colour: str, lang: Lang) -> None:
    """The lines of a month: outbound full and just above the lines of the stations, inbound broken and just below."""
    axes.set_xlim(0, month.days)
    firsts = list(range(0, month.days - 1, 7))
    axes.set_xticks(firsts, labels=[day_tick(month.begin.month, day + 1, lang) for day in firsts])
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.7)
    aside = 0.006 * (axes.get_ylim()[1] - axes.get_ylim()[0])
    for direction, style, shift, near in (("outbound", "-", aside, 0.25), ("inbound", (0, (4, 2)), -aside, 0.7)):
        shade = colour if direction == "outbound" else tint(colour, 0.65)
        trains = [train for train in month.trains if train.direction == direction]
        lines = [[(at, y[place] + shift) for at, place in train.points] for train in trains]
        stands = [[(at, y[stop.place] + shift) for at in (stop.came, stop.left)] for t in trains for stop in t.stops]
        axes.add_collection(LineCollection(lines, colors=shade, linewidths=1.2, linestyles=[style]))
        axes.add_collection(LineCollection(stands, colors=shade, linewidths=3.4, zorder=2.5))
        _say_direction(axes, lines, month.days * near, say(direction, lang), shade)
    _say_stops(axes, month, y, lang)
    if not y:
        empty(axes, say("no_data", lang))
    elif not month.trains:
        axes.text(month.days / 2, max(y.values()) / 2, say("no_data", lang), ha="center", bbox=paper(1.5))


def _say_direction(axes: Axes, lines: list[list[Point]], near: float, text: str, colour: str) -> None:
    """The direction, written on the longest leg of the train that is nearest to a day."""
    legs = [max(pairwise(line), key=lambda leg: abs(leg[1][1] - leg[0][1])) for line in lines if len(line) > 1]
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in legs]
    seen = [(x, y) for x, y in middles if 0.1 < x / axes.get_xlim()[1] < 0.9]
    if seen:
        x, y = min(seen, key=lambda at: abs(at[0] - near))
        axes.text(x, y, text, color=colour, size=LABEL, ha="center", va="center", bbox=paper(1.5))


def _say_stops(axes: Axes, month: Month, y: Mapping[str, float], lang: Lang) -> None:
    """How long the longest stops were, well apart from each other."""
    said: list[tuple[float, str]] = []
    for stop in sorted(month.stops, key=lambda stop: -stop.days):
        middle = (max(stop.came, 0.0) + min(stop.left, month.days)) / 2
        apart = all(place != stop.place and abs(at - middle) > month.days / 5 for at, place in said)
        if len(said) == LABELLED or stop.days < WORTH_SAYING:
            return
        if apart and 0.09 < middle / month.days < 0.91:
            said.append((middle, stop.place))
            text = say("string_line.stop", lang, days=tenths(stop.days))
            shift, va = ((0, -7), "top") if _has_neighbour_above(stop.place, y) else ((0, 7), "bottom")
            beside(
                axes, text, (middle, y[stop.place]), shift, size=SMALL, ha="center", va=va, zorder=4, bbox=paper(0.8)
            )


def _has_neighbour_above(place: str, y: Mapping[str, float]) -> bool:
    above = [height - y[place] for height in y.values() if height > y[place]]
    return bool(above) and min(above) < 0.08 * max(y.values())


def _message(runs: Sequence[Run], channel: str, months: list[Month], lang: Lang) -> Message:
    name = name_of(runs, channel, lang)
    km = kilometres(runs, channel)
    notes = [say("string_line.note", lang, from_=name_of(runs, next(iter(km)), lang))] if km else []
    if any(abs(at - km[place]) > 1 for place, at in heights(km, len(runs)).items()):
        notes.append(say("string_line.apart", lang))
    return Message(_title(runs, name, months, lang), say("string_line.what", lang), tuple(notes))


def _title(runs: Sequence[Run], name: str, months: list[Month], lang: Lang) -> str:
    longest = [max(month.stops, key=lambda stop: stop.days, default=Stop("", 0.0, 0.0)) for month in months]
    if len(runs) > 1:
        days = [stop.days if month.trains else np.nan for stop, month in zip(longest, months, strict=True)]
        values = listed(contrast(runs, days), tenths, lang)
        return say("string_line.compared", lang, channel=name, values=values)
    month, stop = months[0], longest[0]
    said = {"month": month_name(month.name, lang, with_year=True), "channel": name, "n": len(month.trains)}
    if not month.trains:
        return say("string_line.never" if month.name == NEVER else "string_line.none", lang, **said)
    if stop.days < 0.05:
        return say("string_line.moving", lang, **said)
    return say("string_line.title", lang, place=name_of(runs, stop.place, lang), days=tenths(stop.days), **said)
