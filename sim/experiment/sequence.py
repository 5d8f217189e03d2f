"""As many replications as a precision takes: carried TEU and days of every channel, each within its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, Wanted, replications
from sim.kpis import Key
from sim.scenario import Scenario
from sim.statistics import Floats, Precise, precise

FIRST, STEP, CAP = 10, 10, 1000
"""The fewest replications, how many are added at a time, and the most."""

MEASURES = ("carried_teu", "lead_time_days")
"""What must be precise, in every channel."""


@dataclass(frozen=True)
class Sequence:
    """Replications that were added until the precision held. `reached` is None if it was not, at the cap."""

    precision: float
    outcomes: list[Outcome]
    reached: int | None


def until_precise(scenario: Scenario, precision: float, how: How) -> Sequence:
    """Add replications until every measure of every channel was within `precision`, and stayed so (see `precise`).

    The number does not depend on how many run side by side: what was simulated beyond it is left out.
    """
    outcomes: list[Outcome] = []
    for first, n in _steps():
        outcomes += replications({"": Wanted(scenario, n, first)}, how)[""]  # those that were set aside are left out
        judged = _judged(scenario, outcomes)
        found = _all_precise(judged, precision)
        if found:
            return Sequence(precision, outcomes[: found.n], found.reached)
        if not judged:  # nothing moves: more years would tell no more
            break
    return Sequence(precision, outcomes, None)


def _steps() -> Iterator[tuple[int, int]]:
    """From which replication to which (not included), step by step."""
    ends = [*range(FIRST, CAP, STEP), CAP]
    return zip([0, *ends], ends, strict=False)


def _judged(scenario: Scenario, outcomes: list[Outcome]) -> list[Floats]:
    """The figures that must be precise, each year by year; those without any cargo are none."""
    found = [
        np.array([outcome.values[measure].get(Key(channel), np.nan) for outcome in outcomes])
        for measure in MEASURES
        for channel in scenario.channels
    ]
    return [values for values in found if np.nan_to_num(values).any()]


def _all_precise(judged: list[Floats], precision: float) -> Precise | None:
    found = [precise(values, precision, FIRST) for values in judged]
    reached = [one for one in found if one is not None]
    if len(reached) < len(found) or not found:
        return None
    return Precise(max(one.reached for one in reached), max(one.n for one in reached))
