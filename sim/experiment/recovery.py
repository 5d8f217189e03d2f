"""What a disruption does, and how long it takes until it is over: each year with it and without it, same luck.

Boxes are born the same whatever goes wrong, so that the k-th box of a market is the same one in both years: what came
later, went another way or was lost is counted box by box. Where the disruption changes how much cargo there is, a box
is still the k-th, but is booked on another day; then only its days on the way are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.corridor.days import DaysSpec
from sim.errors import CorridorError
from sim.experiment.findings import book
from sim.experiment.replicate import How, SetAsideError
from sim.kpis import BY_ID, Key, Seen
from sim.kpis.seen import HOURS_PER_DAY
from sim.kpis.warm_up import from_empty
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.statistics import Estimate, estimate
from sim.trace import Book, Bools, Floats

ALL = "all"
NORMAL = 0.05
"""As good as normal: within a twentieth of what would be on the way without the disruption."""
STEADY_DAYS = 7
"""…on so many days in a row: a week, for timetables repeat by the week."""
LATE_DAYS = 1.0
"""A box is late if it takes so many days more."""


class NothingDatedError(CorridorError):
    """There is no disruption with days, or none of this name: nothing of which a corridor could recover."""

    exit_code = 2


@dataclass(frozen=True)
class Year:
    """What a disruption did to one channel in one year.

    `usual_teu` is on the way without it from its first day on, on average; `extra_teu` is what was on the way more, at
    the end of each day of the run, shape (days,);
    `cleared_days` the days from its end until nothing worth speaking of is on the way more, `normal_days` until nothing
    is on the way less either: who has gone another way is back. Both are `nan` if that was not so before the end of the
    run. `away_teu` went another way, and `carried_teu` is what the measured period carried more (negative: less).
    """

    usual_teu: float
    extra_teu: Floats
    cleared_days: float
    normal_days: float
    late_teu: float
    late_days: float
    away_teu: float
    carried_teu: float


@dataclass(frozen=True)
class Spell:
    """The days of what goes wrong: from the first to the last, counted from the start of the run, both included."""

    first_day: int
    last_day: int


@dataclass(frozen=True)
class Recovery:
    """A scenario with what goes wrong in it, held against the same years without it, by channel and in all."""

    scenario: Scenario
    book: Book
    names: tuple[str, ...]
    spell: Spell
    years: Mapping[str, Sequence[Year]]

    @property
    def replications(self) -> int:
        """How many years were simulated."""
        return len(self.years[ALL])

    def date(self, day: int) -> date:
        """The calendar day of a day of the run."""
        return (self.scenario.period.start + timedelta(day)).date()

    def estimate(self, channel: str, what: str) -> Estimate:
        """The mean of a figure over the years, with its interval; years without the figure are left out."""
        return estimate([getattr(year, what) for year in self.years[channel]])

    def more_on_the_way(self, channel: str) -> Floats:
        """TEU on the way more than without the disruption, by year and day, shape (years, days)."""
        return np.array([year.extra_teu for year in self.years[channel]])

    def worst(self, channel: str) -> tuple[int, Estimate]:
        """The day on which most is on the way more, on average, and how much that is."""
        more = self.more_on_the_way(channel)
        day = int(more.mean(axis=0).argmax())
        return day, estimate(more[:, day])

    def is_felt(self, channel: str) -> bool:
        """Whether more was on the way on the worst day than is normal."""
        return self.worst(channel)[1].mean > NORMAL * self.estimate(channel, "usual_teu").mean


def dated(scenario: Scenario) -> dict[str, list[DaysSpec]]:
    """The disruptions of a scenario that fall on known days of its run, with these days."""
    first, last = scenario.period.start.date(), scenario.period.last_day
    found = {}
    for name, one in scenario.disruptions.items():
        days = [*one.closed.values(), *one.days.values()]
        within = [spell for spell in days if spell.last_day >= first and spell.first_day <= last]
        if within:
            found[name] = within
    return found


def recovery(scenario: Scenario, names: Sequence[str], n: int, how: How | None = None) -> Recovery:
    """How a scenario recovers from these disruptions, or from all that have days if none is named, over n years.

    Raises NothingDatedError, and SetAsideError if a year was set aside.
    """
    how = how or How()
    known = dated(scenario)
    strange = [name for name in names if name not in known]
    if strange or not known:
        there = f"There are: {', '.join(known)}." if known else "Write one, or pull a lever that brings one."
        what = f"no disruption '{strange[0]}' with days" if strange else "no disruption with days"
        raise NothingDatedError(f"this scenario has {what} in its run. {there}")
    chosen = tuple(names or known)
    spell = _spell(scenario, [days for name in chosen for days in known[name]])
    without = scenario.model_copy(
        update={"disruptions": {name: one for name, one in scenario.disruptions.items() if name not in chosen}}
    )
    years: dict[int, dict[str, Year]] = {}
    for number, result in how.workers.results(year_of, {k: (scenario, without, spell, k) for k in range(n)}):
        if result is None:
            how.aside.append(("", number))
            continue
        years[number] = result
        how.tell()
    if how.aside:
        raise SetAsideError(how.named_aside)
    in_order = [years[k] for k in range(n)]
    by_channel = {channel: [year[channel] for year in in_order] for channel in (*scenario.channels, ALL)}
    return Recovery(scenario, book(scenario), chosen, spell, by_channel)


def _spell(scenario: Scenario, days: Sequence[DaysSpec]) -> Spell:
    start: date = scenario.period.start.date()
    first = max((min(one.first_day for one in days) - start).days, 0)
    return Spell(first, (min(max(one.last_day for one in days), scenario.period.last_day) - start).days)


def year_of(scenario: Scenario, without: Scenario, spell: Spell, replication: int) -> dict[str, Year]:
    """One year with and without, by channel and in all."""
    return compared(Seen(simulate(scenario, replication)), Seen(simulate(without, replication)), spell)


def compared(with_it: Seen, without: Seen, spell: Spell) -> dict[str, Year]:
    """What is different in a year, by channel and in all."""
    mine, theirs = (_levels(seen) for seen in (with_it, without))
    carried = [BY_ID["carried_teu"].of(seen) for seen in (with_it, without)]
    rows, others = _pairs(with_it, without)
    teu = without.boxes.teu[others]
    longer = _days(with_it)[rows] - _days(without)[others]
    known = np.isfinite(without.boxes.delivered_h[others])  # of others nobody knows how long they would have taken
    ways, before = _way(with_it)[rows], _way(without)[others]
    found = {}
    for number, channel in (*enumerate(with_it.book.channels), (None, ALL)):
        ours = before >= 0 if number is None else before == number
        stayed = ways >= 0 if number is None else ways == number
        late = ours & stayed & known & (longer >= LATE_DAYS)
        extra = mine[channel] - theirs[channel]
        found[channel] = Year(
            usual_teu=(usual := float(theirs[channel][spell.first_day :].mean())),
            extra_teu=extra,
            cleared_days=_steady_from(extra, usual, spell),
            normal_days=_steady_from(np.abs(extra), usual, spell),
            late_teu=float(teu[late].sum()),
            late_days=_weighted(longer, teu, late),
            away_teu=float(teu[ours & ~stayed].sum()),
            carried_teu=carried[0].get(Key(channel), 0.0) - carried[1].get(Key(channel), 0.0),
        )
    return found


def _steady_from(apart: Floats, usual: float, spell: Spell) -> float:
    """Days from the end of the last day until a week begins in which what is on the way is as little apart as is
    normal; `nan` if none does before the end of the run.
    """
    after = apart[spell.last_day + 1 :]
    if len(after) < STEADY_DAYS:
        return np.nan
    steady = np.convolve(after <= NORMAL * usual, np.ones(STEADY_DAYS), "valid") > STEADY_DAYS - 0.5
    return float(steady.argmax()) if steady.any() else np.nan


def _levels(seen: Seen) -> dict[str, Floats]:
    """TEU booked and not yet delivered at the end of each day of the run, by channel and in all."""
    found = {channel: level for (channel, what), level in from_empty(seen).items() if what == "in_system"}
    return {**found, ALL: np.sum(list(found.values()), axis=0)}


def _days(seen: Seen) -> Floats:
    """Days of each box from booking to delivery; of those under way, so far."""
    delivered_h = np.where(np.isnan(seen.boxes.delivered_h), seen.end_h, seen.boxes.delivered_h)
    return np.asarray((np.minimum(delivered_h, seen.end_h) - seen.boxes.booked_h) / HOURS_PER_DAY)


def _way(seen: Seen) -> Floats:
    """The number of the channel of each box; −1 elsewhere, and for those that were turned away."""
    return np.where(seen.boxes.turned_away, -1, seen.channel)


def _pairs(one: Seen, other: Seen) -> tuple[Floats, Floats]:
    """The rows of the boxes that both years have, in the one and in the other: by market and number."""
    rows, others = [], []
    for market in range(len(one.book.markets)):
        mine, theirs = (np.flatnonzero(seen.boxes.market == market) for seen in (one, other))
        n = min(len(mine), len(theirs))
        rows.append(mine[:n])
        others.append(theirs[:n])
    return np.concatenate(rows), np.concatenate(others)


def _weighted(values: Floats, weights: Floats, mask: Bools) -> float:
    return float(np.average(values[mask], weights=weights[mask])) if mask.any() else np.nan
