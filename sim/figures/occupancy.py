"""Who fills up, and when: TEU in the yards against their capacity, and trains that wait at the borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.page import WIDTH, Margins, Message, Page, beside, empty, head, name_column, ticks_below
from sim.figures.run import Lang, Run, contrast, name_of, numbers, select
from sim.figures.style import BORDER, INK, LABEL, SMALL, YARD, Floats, band, highest, styled, value_axis
from sim.figures.words import count, listed, month_tick, percent, replications_note, say, tenths

KINDS = ("in_use", "waiting")
COLOURS = {"in_use": YARD, "waiting": BORDER}
MOST = 4
"""At most so many resources of each kind for one run; half as many in a comparison."""


@dataclass(frozen=True)
class Thing:
    """A resource, where it is, and what is shown of it."""

    resource: str
    place: str
    kind: str

    def table(self, run: Run) -> pd.DataFrame:
        """Its days in one run."""
        return select(run.occupancy, resource=self.resource, kind=self.kind).sort_values("date")

    def level(self, run: Run, column: str) -> Floats:
        """Day by day; of a yard with a capacity, as a share of it."""
        table = self.table(run)
        limited = self.kind == "in_use" and self.has_capacity(run)
        return numbers(table, column) / (numbers(table, "capacity") if limited else 1.0)

    def has_capacity(self, run: Run) -> bool:
        """Whether it has a limit."""
        return bool(np.isfinite(numbers(self.table(run), "capacity")).any())

    def average(self, run: Run) -> float:
        """The mean over all days; 0 where nothing is known."""
        mean = self.level(run, "mean")
        return float(np.nanmean(mean)) if np.isfinite(mean).any() else 0.0

    def on_bad_days(self, run: Run) -> float:
        """The highest point of the band."""
        return highest(self.level(run, "p95"), self.level(run, "mean"))


def draw(runs: Sequence[Run], lang: Lang) -> Figure:
    """One run: yards on the left, waiting trains on the right. Several: a column per run, a row per resource."""
    with styled():
        found = {kind: things(runs, kind) for kind in KINDS}
        most = MOST if len(runs) == 1 else MOST // 2
        shown = {kind: busiest[:most] for kind, busiest in found.items()}
        left_out = sum(map(len, found.values())) - sum(map(len, shown.values()))
        notes = [replications_note(runs, lang), say("occupancy.note", lang)]
        if len(runs) == 1 and found["in_use"]:
            notes.append(say("occupancy.bad_days", lang))
        if left_out:
            notes.append(say("occupancy.left_out", lang, n=left_out))
        what = say("occupancy.what" if len(runs) == 1 else "occupancy.what_compared", lang)
        rows = max(map(len, shown.values())) if len(runs) == 1 else sum(map(len, shown.values()))
        page = Page(Message(_title(runs, found, lang), what, tuple(notes)), 2.0 + 1.15 * max(rows, 1))
        if not rows:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
        elif len(runs) == 1:
            _one(page, runs[0], shown, lang)
        else:
            _compared(page, runs, [*shown["in_use"], *shown["waiting"]], lang)
        return page.figure


def things(runs: Sequence[Run], kind: str) -> list[Thing]:
    """All resources of a kind, the busiest first; yards without a limit after all others."""
    tables = pd.concat([select(run.occupancy, kind=kind)[["resource", "place"]] for run in runs]).drop_duplicates()
    found = [Thing(str(resource), str(place), kind) for resource, place in tables.itertuples(index=False)]

    def idleness(thing: Thing) -> tuple[bool, float, str]:
        unlimited = kind == "in_use" and not any(thing.has_capacity(run) for run in runs)
        busy = [thing.on_bad_days(run) if kind == "in_use" else thing.average(run) for run in runs]
        return unlimited, -max(busy), thing.resource

    return sorted(found, key=idleness)


def _one(page: Page, run: Run, shown: dict[str, list[Thing]], lang: Lang) -> None:
    kinds = [kind for kind in KINDS if shown[kind]]
    rows = max(len(shown[kind]) for kind in kinds)
    grid = page.grid(rows, len(kinds), Margins(across=0.6))
    for column, kind in enumerate(kinds):
        ticks_below([[grid[row][column]] for row in range(rows)], len(shown[kind]))
        together = max(_top([run], thing) for thing in shown[kind]) if kind == "waiting" else None
        for row in range(rows):
            axes = grid[row][column]
            if row >= len(shown[kind]):
                axes.set_visible(False)
                continue
            thing = shown[kind][row]
            _panel(axes, run, thing, lang)
            value_axis(axes, "y", together or _top([run], thing), ticks=3)
            head(axes, _heading([run], thing, lang), size=LABEL)


def _compared(page: Page, runs: Sequence[Run], shown: list[Thing], lang: Lang) -> None:
    grid = page.grid(len(shown), len(runs), Margins(head=0.55))
    for thing, row in zip(shown, grid, strict=True):
        for n, (run, axes) in enumerate(zip(runs, row, strict=True)):
            _panel(axes, run, thing, lang)
            value_axis(axes, "y", _top(runs, thing), ticks=3)
            if n:
                axes.tick_params(labelleft=False)
            else:
                head(axes, _heading(runs, thing, lang), size=LABEL, room=WIDTH - 1)
    ticks_below(grid, len(shown) * len(runs))
    for run, axes in zip(runs, grid[0], strict=True):
        name_column(page, axes, run.name.of(lang))


def _heading(runs: Sequence[Run], thing: Thing, lang: Lang) -> str:
    return say(f"occupancy.{thing.kind}", lang, resource=name_of(runs, thing.resource, lang))


def _top(runs: Sequence[Run], thing: Thing) -> float:
    columns = [numbers(thing.table(run), column) for run in runs for column in ("mean", "p95", "capacity")]
    return 1.3 * highest(*columns)


def _panel(axes: Axes, run: Run, thing: Thing, lang: Lang) -> None:
    """The days of one resource in one run, with its capacity."""
    table = thing.table(run)
    if table.empty:
        empty(axes, say("no_data", lang))
        axes.set_xticks([])
        return
    days = pd.DatetimeIndex(pd.to_datetime(table["date"]))
    x = np.asarray((days - days[0]).days, dtype=np.float64)
    capacity = numbers(table, "capacity")
    band(axes, x, (numbers(table, "mean"), numbers(table, "p05"), numbers(table, "p95")), COLOURS[thing.kind], 1.0)
    axes.set_xlim(0, max(x[-1], 1))
    _months(axes, days, lang)
    if thing.kind == "in_use" and np.isfinite(capacity).any():
        ends = [0, -1] if np.ptp(capacity) == 0 else slice(None)
        axes.plot(x[ends], capacity[ends], color=INK, linewidth=1.1, linestyle=(0, (3, 1.5)))
        text = say("occupancy.capacity", lang, capacity=count(float(capacity[np.isfinite(capacity)][-1])))
        beside(axes, text, (x[-1], capacity[-1]), (0, 2), size=SMALL, ha="right")


def _months(axes: Axes, days: pd.DatetimeIndex, lang: Lang) -> None:
    """Ticks at the first of months, four or so; the first of each year has the year below."""
    firsts = [n for n, day in enumerate(days) if day.day == 1] or [0]
    chosen = firsts[:: -(-len(firsts) // 4)]
    years = [days[n].year for n in chosen]
    labels = [
        month_tick(days[n].year, days[n].month, lang, with_year=k == 0 or years[k] != years[k - 1])
        for k, n in enumerate(chosen)
    ]
    axes.set_xticks([(days[n] - days[0]).days for n in chosen], labels=labels, ha="left")


def _title(runs: Sequence[Run], found: dict[str, list[Thing]], lang: Lang) -> str:
    yards, borders = found["in_use"], found["waiting"]
    if not yards and not borders:
        return say("occupancy.none", lang)
    if len(runs) > 1:
        return _title_compared(runs, yards, borders, lang)
    told = [_fullest(runs[0], yards[0], lang)] if yards else []
    if borders:
        trains = borders[0].average(runs[0])
        key = ("occupancy.waits" if trains >= 0.05 else "occupancy.nobody") + ("" if yards else "_alone")
        told.append(say(key, lang, place=name_of(runs, borders[0].place, lang), trains=tenths(trains)))
    return ("；" if lang == "zh" else "; ").join(told)


def _fullest(run: Run, yard: Thing, lang: Lang) -> str:
    said = {"place": name_of([run], yard.place, lang)}
    mean, most = yard.average(run), yard.on_bad_days(run)
    if yard.has_capacity(run):
        return say("occupancy.full", lang, **said, mean=percent(mean, lang), most=percent(most, lang))
    return say("occupancy.most", lang, **said, mean=count(mean), most=count(most))


def _title_compared(runs: Sequence[Run], yards: list[Thing], borders: list[Thing], lang: Lang) -> str:
    full = bool(yards) and all(yards[0].has_capacity(run) for run in runs)
    thing = yards[0] if full or not borders else borders[0]
    key, written = ("full", lambda share: percent(share, lang)) if full else (thing.kind, tenths)
    told = listed(contrast(runs, [thing.average(run) for run in runs]), written, lang)
    return say(f"occupancy.compared_{key}", lang, place=name_of(runs, thing.place, lang), values=told)
