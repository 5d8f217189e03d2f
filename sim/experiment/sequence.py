"""As many replications as a precision takes: carried TEU and days of every channel, each within its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, Wanted, replications
from sim.kpis import Key
from sim.scenario import Scenario
from sim.statistics import Precise, precise

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
    while len(outcomes) < CAP:
        first, n = len(outcomes), min(CAP, max(FIRST, len(outcomes) + STEP))
        more = replications({"": Wanted(scenario, n, first)}, how)[""]
        if len(more) < n - first:  # some were set aside
            return Sequence(precision, outcomes + more, None)
        outcomes += more
        found = _all_precise(scenario, outcomes, precision)
        if found:
            return Sequence(precision, outcomes[: found.n], found.reached)
    return Sequence(precision, outcomes, None)


def _all_precise(scenario: Scenario, outcomes: list[Outcome], precision: float) -> Precise | None:
    found = []
    for measure in MEASURES:
        for channel in scenario.channels:
            values = np.array([outcome.values[measure].get(Key(channel), np.nan) for outcome in outcomes])
            if np.isnan(values).any() or not values.any():
                continue  # a channel without cargo
            found.append(precise(values, precision, FIRST))
    reached = [one for one in found if one is not None]
    if len(reached) < len(found) or not found:
        return None
    return Precise(max(one.reached for one in reached), max(one.n for one in reached))
