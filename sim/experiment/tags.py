"""Where does a figure come from? Every figure that is reported carries one of three tags.

`input_echo`: scaling all demands together, or all timetables together, by 10 % moves it in the same proportion
(elasticity within 0.9–1.1), or it is a share equal to its input. `calibrated`: a parameter was set so that it comes
out (listed under `fitted:`). `predicted`: it could have come out wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np

from sim.experiment.outcome import Outcome
from sim.experiment.replicate import Wanted
from sim.experiment.variants import scaled_demand, scaled_timetables
from sim.kpis import Key
from sim.scenario import Scenario
from sim.statistics import elasticity

FACTOR = 1.1
PAIRS = 8
"""Replications of each scaled scenario, paired with those of the scenario itself."""

ECHO = (0.9, 1.1)
SAME_SHARE = 0.01


class Tag(StrEnum):
    """Where a figure comes from."""

    INPUT_ECHO = "input-echo"
    CALIBRATED = "calibrated"
    PREDICTED = "predicted"


Tags = dict[tuple[str, Key], Tag]


def scaled(scenario: Scenario) -> dict[str, Wanted]:
    """The runs that tags need beside the first `PAIRS` replications of the scenario itself."""
    return {
        "demand +10 %": Wanted(scaled_demand(scenario, FACTOR), PAIRS),
        "timetables +10 %": Wanted(scaled_timetables(scenario, FACTOR), PAIRS),
    }


def tags(scenario: Scenario, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> Tags:
    """The tag of every figure. `base` are outcomes of the scenario, `runs` those of `scaled(scenario)`."""
    found: Tags = {}
    fitted = {(fit.measure, fit.channel) for fit in scenario.fitted.values()}
    input_shares = input_local_shares(scenario)
    base = base[:PAIRS]  # tags are kept from run to run: they must not depend on how many replications there are
    for measure in base[0].values:
        for key in dict.fromkeys(key for outcome in base for key in outcome.values[measure]):
            if (measure, key.channel) in fitted:
                found[measure, key] = Tag.CALIBRATED
            elif _echoes(measure, key, base, runs) or _is_its_input(measure, key, base, input_shares):
                found[measure, key] = Tag.INPUT_ECHO
            else:
                found[measure, key] = Tag.PREDICTED
    return found


def elasticities(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> dict[str, float]:
    """By what power each scaling moves a figure."""
    return {
        name: elasticity(_mean(base[: len(scaled)], measure, key), _mean(scaled, measure, key), FACTOR)
        for name, scaled in runs.items()
    }


def _echoes(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> bool:
    found = elasticities(measure, key, base, runs).values()
    return any(ECHO[0] <= power <= ECHO[1] for power in found if np.isfinite(power))


def _mean(outcomes: list[Outcome], measure: str, key: Key) -> float:
    values = np.array([outcome.values[measure].get(key, np.nan) for outcome in outcomes])
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else np.nan


def _is_its_input(measure: str, key: Key, base: list[Outcome], shares: dict[tuple[str, str], float]) -> bool:
    share = shares.get((key.channel, key.direction)) if measure == "local_share" else None
    return share is not None and abs(_mean(base, measure, key) - share) <= SAME_SHARE


def input_local_shares(scenario: Scenario) -> dict[tuple[str, str], float]:
    """The share of local cargo in what the markets offer in the measured year, by (channel, direction)."""
    year = scenario.period.first_day.year
    offered: dict[tuple[str, str], list[float]] = {}
    for market in scenario.markets.values():
        for channel, share in market.channels.items():
            teu = market.teu_in(year) * share
            for key in ((c, d) for c in (channel, "all") for d in (market.direction, "all")):
                sums = offered.setdefault(key, [0.0, 0.0])
                sums[0] += teu
                sums[1] += teu if market.cargo == "local" else 0.0
    return {key: local / total for key, (total, local) in offered.items() if total}
