"""The main job: replications of a scenario, the tags of its figures, and what the range of demand implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.corridor.book import book_of
from sim.experiment.draws import Design
from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, SetAsideError, Wanted, replications
from sim.experiment.sequence import Sequence, until_precise
from sim.experiment.tags import PAIRS, Powers, Tags, powers_of_carried, scaled, tags
from sim.experiment.uncertainty import Uncertainty, uncertainty_of
from sim.experiment.variants import Level, demand_ranges, with_demand
from sim.kpis import Key
from sim.scenario import Baseline, Scenario
from sim.statistics import Estimate, estimate
from sim.trace import Book

DEMAND_RUNS = 5
"""Replications at each end of the range of demand, paired with those of the scenario itself."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a scenario. `tags` is empty if they were not asked for."""

    scenario: Scenario
    book: Book
    outcomes: list[Outcome]
    tags: Tags = field(default_factory=dict)
    demand: Mapping[str, list[Outcome]] = field(default_factory=dict)
    sequence: Sequence | None = None
    """How many replications the precision took, if one was asked for."""
    powers: Powers = field(default_factory=dict)
    """The elasticities of what each channel carries to demand, timetables and prices, if tags were asked for."""
    uncertainty: Uncertainty | None = None
    """What draws of the inputs say, if they were asked for."""

    def values(self, measure: str, key: Key) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """A figure in each replication, shape (replications,); `nan` where there is none."""
        return np.array([outcome.values[measure].get(key, np.nan) for outcome in self.outcomes])

    def estimate(self, measure: str, key: Key) -> Estimate:
        """A figure with its 95 % interval."""
        return estimate(self.values(measure, key))

    def keys(self, measure: str) -> list[Key]:
        """Where a measure has values, in the order in which it gives them."""
        return list(dict.fromkeys(key for outcome in self.outcomes for key in outcome.values[measure]))

    def baseline(self, measure: str, channel: str) -> Baseline | None:
        """The documented figure to hold a measure against: that of the measured year, or else the latest one."""
        fitting = [b for b in self.scenario.baselines.values() if (b.measure, b.channel) == (measure, channel)]
        year = self.scenario.period.first_day.year
        return max(fitting, key=lambda b: (b.year == year, b.year), default=None)


def wanted_runs(scenario: Scenario, n: int, design: Design | None = None) -> dict[str, Wanted]:
    """All runs that the main job needs, by name; "" is the scenario itself.

    With fewer than `PAIRS` replications there are no tags: there would be nothing to pair with.
    """
    wanted = {"": Wanted(scenario, n)}
    if n >= PAIRS:
        wanted |= scaled(scenario)
    if demand_ranges(scenario):
        ends: tuple[Level, ...] = ("low", "high")
        wanted |= {end: Wanted(with_demand(scenario, end), min(n, DEMAND_RUNS)) for end in ends}
    return wanted | (design.wanted() if design else {})


def find(
    scenario: Scenario,
    n: int,
    how: How | None = None,
    *,
    precision: float | None = None,
    design: Design | None = None,
) -> Findings:
    """Run the main job with n replications or, with a relative `precision`, with as many as it takes (at most `CAP`);
    with a `design`, its draws too.

    Raises SetAsideError if no replication could be finished.
    """
    how = how or How()
    sequence = until_precise(scenario, precision, how) if precision else None
    n = len(sequence.outcomes) if sequence else n
    wanted = wanted_runs(scenario, n, design)
    if sequence:
        del wanted[""]
    done = replications(wanted, how)
    outcomes = sequence.outcomes if sequence else done.pop("")
    if not outcomes:
        raise SetAsideError(how.named_aside)
    demand: dict[str, list[Outcome]] = {level: done.pop(level) for level in ("low", "high") if level in done}
    drawn = {name: done.pop(name) for name in design.wanted()} if design else {}
    found = tags(scenario, outcomes, done) if done else {}
    powers = powers_of_carried(outcomes, done) if done else {}
    uncertainty = uncertainty_of(design, drawn) if design else None
    return Findings(scenario, book(scenario), outcomes, found, demand, sequence, powers, uncertainty)


def book(scenario: Scenario) -> Book:
    """The book of a scenario."""
    return book_of(scenario, scenario.name.en, scenario.period.start, scenario.period.window)
