"""Exact answers: scenarios whose figures are known by hand or by theory, run and held against them.

Honest on both sides: a mean passes if the exact figure lies in its 99.9 % interval *and* the interval is narrow. A wide
interval proves nothing: it is inconclusive, which is no pass. A figure by hand must come out of one run to the digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, Wanted, replications
from sim.kpis import Key
from sim.scenario import Expectation, Scenario
from sim.statistics import Estimate, estimate, t_quantile

Floats = NDArray[np.float64]
CONFIDENCE = 0.999
DIGITS = 1e-9
"""How near, relatively, a figure by hand must come: what rounding may do, and nothing more."""

QUICK = 4
"""A quick run makes this part of the replications, and at least `LEAST`; its intervals may be as much wider as that
makes them.
"""
LEAST = 10


class Reading(StrEnum):
    """What is to be said of a figure."""

    PASS = "pass"  # noqa: S105  (no password)
    OUTSIDE = "outside"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Finding:
    """A figure that was expected of a row, and what came. `allowed_pct` is None where it must come to the digit."""

    row: str
    expected: Expectation
    found: Estimate
    allowed_pct: float | None
    reading: Reading

    @property
    def half_width_pct(self) -> float:
        """Half the width of the interval, in % of the exact figure; `nan` where there is none."""
        exact = self.expected.exact
        return 100 * self.found.half_width / abs(exact) if isinstance(exact, float) and exact else math.nan


def verify(rows: Mapping[str, Scenario], *, quick: bool = False, how: How | None = None) -> list[Finding]:
    """Run each row and hold it against what it expects; in the order of the rows and of what they expect."""
    wanted = runs(rows, quick=quick)
    done = replications(wanted, how)
    return [
        judge(row, expected, values(done[row], expected), wider(scenario.verify_replications, wanted[row].n))
        for row, scenario in rows.items()
        for expected in scenario.expect.values()
    ]


def runs(rows: Mapping[str, Scenario], *, quick: bool = False) -> dict[str, Wanted]:
    """The replications that the rows need: one where all is by hand."""
    return {row: Wanted(scenario, _replications(scenario, quick)) for row, scenario in rows.items()}


def _replications(scenario: Scenario, quick: bool) -> int:
    if all(expected.max_half_width_pct is None for expected in scenario.expect.values()):
        return 1
    n = scenario.verify_replications
    return min(n, max(LEAST, math.ceil(n / QUICK))) if quick else n


def wider(stated: int, made: int) -> float:
    """By how much fewer replications than stated widen an interval, if they vary as much."""
    if made in (1, stated):
        return 1.0
    per_deviation = [t_quantile((1 + CONFIDENCE) / 2, n - 1) / math.sqrt(n) for n in (made, stated)]
    return per_deviation[0] / per_deviation[1]


def values(outcomes: list[Outcome], expected: Expectation) -> Floats:
    """The expected figure in each replication, in the unit of `exact`; `nan` where there is none."""
    key = Key(expected.channel, expected.direction, expected.cargo, expected.place)
    found = [outcome.values[expected.measure].get(key, math.nan) for outcome in outcomes]
    return np.array(found) * expected.times


def judge(row: str, expected: Expectation, found: Floats, factor: float = 1.0) -> Finding:
    """Hold replications of a figure against what is expected; intervals may be wider than written by this factor."""
    if expected.max_half_width_pct is None or isinstance(expected.exact, str):
        first = estimate(found[:1])
        return Finding(row, expected, first, None, Reading.PASS if _is(first.mean, expected) else Reading.OUTSIDE)
    allowed_pct = expected.max_half_width_pct * factor
    mean = estimate(found, CONFIDENCE)
    if not mean.half_width <= allowed_pct / 100 * abs(expected.exact):  # also where there is no interval
        return Finding(row, expected, mean, allowed_pct, Reading.INCONCLUSIVE)
    inside = mean.low <= expected.exact <= mean.high
    return Finding(row, expected, mean, allowed_pct, Reading.PASS if inside else Reading.OUTSIDE)


def _is(value: float, expected: Expectation) -> bool:
    if isinstance(expected.exact, str):
        return math.isnan(value)
    return math.isclose(value, expected.exact, rel_tol=DIGITS, abs_tol=DIGITS)
