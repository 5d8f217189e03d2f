"""Who changes over: each consignment's choice in the base crossed with its choice in another scenario, same luck.

Tastes are drawn at birth, so that the k-th consignment of a market is the same one in both scenarios: what differs
between its choices is what the scenarios make different.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import CorridorError
from sim.experiment.replicate import How, SetAsideError
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.statistics import Estimate, estimate
from sim.trace import ChoiceTable, Ints, Label

ALL = "all"
NOT_BOOKED = "not_booked"
"""Where a consignment comes from, or goes to, that only one of the two scenarios has in its window."""

Crossing = tuple[str, str, str]
"""market, from, to: what was chosen in the base, and in the other scenario"""


class DiversionError(CorridorError):
    """Scenarios in which nobody chooses have no diversion."""

    exit_code = 2


@dataclass(frozen=True)
class Chosen:
    """The choices of one replication, and what their numbers stand for."""

    table: ChoiceTable
    markets: Sequence[str]
    alternatives: Mapping[str, Sequence[str]]
    """of each market, in the order of their numbers"""
    window: tuple[float, float]
    """only consignments booked in it are counted, in hours"""


@dataclass(frozen=True)
class Diversion:
    """Mean TEU a year from each alternative to each other one, by market and over all markets."""

    teu: Mapping[Crossing, Estimate]
    names: Mapping[str, Label]
    """what the alternatives are called"""

    def matrix(self, market: str = ALL) -> dict[tuple[str, str], float]:
        """(from, to) → mean TEU, what stayed among them."""
        return {(a, b): one.mean for (of, a, b), one in self.teu.items() if of == market}


def crossed(base: Chosen, other: Chosen) -> dict[Crossing, int]:
    """TEU of consignments by market, by what they chose in the base and in the other scenario."""
    found: dict[Crossing, int] = {}
    for market in dict.fromkeys((*base.markets, *other.markets)):
        sides = [_of_market(one, market) for one in (base, other)]
        for k in range(max(len(teu) for _, teu in sides)):
            ways = [names[k] if k < len(names) else NOT_BOOKED for names, _ in sides]
            if set(ways) != {NOT_BOOKED}:
                (_, mine), (_, theirs) = sides
                teu = int(mine[k] if ways[0] != NOT_BOOKED else theirs[k])
                found[market, ways[0], ways[1]] = found.get((market, ways[0], ways[1]), 0) + teu
    return found


def _of_market(chosen: Chosen, market: str) -> tuple[list[str], Ints]:
    """What each consignment of a market chose, in the order of booking, and its TEU; NOT_BOOKED outside the window."""
    if market not in chosen.markets:
        return [], np.empty(0, dtype=np.int64)
    table, names = chosen.table, chosen.alternatives.get(market, ())
    rows = np.flatnonzero(table.market == list(chosen.markets).index(market))
    rows = rows[np.argsort(table.booked_h[rows], kind="stable")]
    begin_h, end_h = chosen.window
    inside = (table.booked_h[rows] >= begin_h) & (table.booked_h[rows] < end_h) & (table.alternative[rows] >= 0)
    each = zip(inside.tolist(), table.alternative[rows].tolist(), strict=True)
    return [names[way] if here else NOT_BOOKED for here, way in each], table.teu[rows]


def diversions(base: Scenario, others: Mapping[str, Scenario], n: int, how: How | None = None) -> dict[str, Diversion]:
    """The diversion from a base to each of the others, the mean of n replications with its interval.

    Raises DiversionError if shippers do not choose in one of them, and SetAsideError if a replication was set aside.
    """
    how = how or How()
    every = {"": base, **others}
    for id_, one in every.items():
        if one.choice is None or not one.choice.active:
            raise DiversionError(f"in {id_ or 'the base'} shippers do not choose (choice.active): nobody changes over.")
    jobs = {(id_, number): (one, number) for id_, one in every.items() for number in range(n)}
    chosen: dict[tuple[str, int], Chosen] = {}
    labels: dict[str, Label] = {}
    for job, result in how.workers.results(chosen_in, jobs):
        if result is None:
            how.aside.append(job)
            continue
        chosen[job], named = result
        labels = named | labels
        how.tell()
    if how.aside:
        raise SetAsideError(how.named_aside)
    return {
        id_: Diversion(_means([crossed(chosen["", k], chosen[id_, k]) for k in range(n)]), labels) for id_ in others
    }


def chosen_in(scenario: Scenario, replication: int) -> tuple[Chosen, dict[str, Label]]:
    """The choices of one replication, and what the alternatives are called."""
    trace = simulate(scenario, replication)
    book = trace.book
    assert trace.choices is not None
    names = {market: tuple(one.name for one in ways) for market, ways in book.alternatives.items()}
    labels = {one.name: one.label for ways in book.alternatives.values() for one in ways}
    return Chosen(trace.choices, book.markets, names, book.window), labels


def _means(years: Sequence[Mapping[Crossing, int]]) -> dict[Crossing, Estimate]:
    """The mean over years, of each market and of all together; a way that nobody took in a year counts as 0."""
    whole = [dict(year) for year in years]
    for year, of in zip(whole, years, strict=True):
        for (_, before, after), teu in of.items():
            year[ALL, before, after] = year.get((ALL, before, after), 0) + teu
    crossings = sorted({crossing for year in whole for crossing in year})
    return {crossing: estimate([float(year.get(crossing, 0)) for year in whole]) for crossing in crossings}
