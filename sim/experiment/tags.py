"""Where does a figure come from? Every figure that is reported carries one of three tags.

`input_echo`: scaling all demands together, or all timetables together, by 10 % moves it in the same proportion
(elasticity within 0.9–1.1), or it is a share equal to its input. `calibrated`: a parameter was set so that it comes
out (listed under `fitted:`), or so that a measure of the same family does. `predicted`: it could have come out wrong.

Beyond the letter of that: days and hours are never an echo, for a slope of 1 is chance there; a number of trains is one
within a train per direction, for trains are whole; a part of an echo (one direction, one cargo) is one if it is near;
what is true of the only channel is true of all channels together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np

from sim.experiment.outcome import Outcome
from sim.experiment.replicate import Wanted
from sim.experiment.variants import scaled_demand, scaled_prices, scaled_timetables, shippers_choose
from sim.kpis import BY_ID, Key
from sim.scenario import Scenario
from sim.statistics import Estimate, elasticity, jackknife

FACTOR = 1.1
PAIRS = 5
"""Replications of each scaled scenario, paired with those of the scenario itself."""

DEMAND, TIMETABLES, PRICES = "demand +10 %", "timetables +10 %", "prices +10 %"
"""The scaled scenarios."""

ECHO = (0.9, 1.1)
SAME_SHARE = 0.01
"""A share is its input within one point."""

NEAR = 0.3
"""How far from 1 the elasticity of a part of an echo may be: five years of one direction and cargo are noisy."""

TIMES = ("days", "h")
DAYS = ("lead_time_days", "lead_time_median_days", "lead_time_p90_days", "lead_time_p95_days", "transit_days")
FAMILIES = ((*DAYS, "stage_days", "dwell_days"),)
"""Measures that move together: who fits one of them has fitted all."""

ALL = "all"


class Tag(StrEnum):
    """Where a figure comes from."""

    INPUT_ECHO = "input-echo"
    CALIBRATED = "calibrated"
    PREDICTED = "predicted"


Tags = dict[tuple[str, Key], Tag]
Powers = dict[tuple[str, Key], dict[str, Estimate]]


def scaled(scenario: Scenario) -> dict[str, Wanted]:
    """The runs that tags need beside the first `PAIRS` replications of the scenario itself."""
    return {
        DEMAND: Wanted(scaled_demand(scenario, FACTOR), PAIRS),
        TIMETABLES: Wanted(scaled_timetables(scenario, FACTOR), PAIRS),
    } | ({PRICES: Wanted(scaled_prices(scenario, FACTOR), PAIRS)} if shippers_choose(scenario) else {})


def powers_of_carried(base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> Powers:
    """The elasticities of the TEU that each channel carries, and all together, to every scaling, with intervals."""
    base, runs = _paired(base, runs)
    keys = [key for key in base[0].values["carried_teu"] if key == Key(key.channel)]
    return {("carried_teu", key): powers("carried_teu", key, base, runs) for key in keys}


def powers(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> dict[str, Estimate]:
    """The elasticities of a figure with their intervals, by the jackknife over the pairs of years."""
    whole = elasticities(measure, key, base, runs)
    less = [
        elasticities(measure, key, [*base[:k], *base[k + 1 :]], {n: [*of[:k], *of[k + 1 :]] for n, of in runs.items()})
        for k in range(len(base))
    ]
    return {name: jackknife(power, [one[name] for one in less]) for name, power in whole.items()}


def tags(scenario: Scenario, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> Tags:
    """The tag of every figure. `base` are outcomes of the scenario, `runs` those of `scaled(scenario)`."""
    found: Tags = {}
    runs = {name: of for name, of in runs.items() if name != PRICES}  # a price is no echo
    fitted = _fitted(scenario)
    input_shares = input_local_shares(scenario)
    base, runs = _paired(base, runs)
    for measure in base[0].values:
        for key in dict.fromkeys(key for outcome in base for key in outcome.values[measure]):
            if (measure, key.channel) in fitted:
                found[measure, key] = Tag.CALIBRATED
            elif (
                _echoes(measure, key, base, runs)
                or _is_its_input(measure, key, base, input_shares)
                or _is_part_of_an_echo(measure, key, base, runs)
            ):
                found[measure, key] = Tag.INPUT_ECHO
            elif key.channel == ALL and any(measure == what for what, _ in fitted):
                found[measure, key] = Tag.CALIBRATED  # it is made of calibrated parts
            else:
                found[measure, key] = Tag.PREDICTED
    return found


def _paired(base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> tuple[list[Outcome], dict[str, list[Outcome]]]:
    """The replications that the scenario has in common with all its scaled runs, in order."""
    common = set.intersection(*({outcome.replication for outcome in one} for one in (base, *runs.values())))
    keep = [[outcome for outcome in one if outcome.replication in common] for one in (base, *runs.values())]
    return keep[0], dict(zip(runs, keep[1:], strict=True))


def _fitted(scenario: Scenario) -> set[tuple[str, str]]:
    """(measure, channel) of all that was fitted, with the families of the measures; of all channels if there is one."""
    fitted: set[tuple[str, str]] = set()
    for fit in scenario.fitted.values():
        family = next((family for family in FAMILIES if fit.measure in family), (fit.measure,))
        channels = {fit.channel, ALL} if len(scenario.channels) == 1 else {fit.channel}
        fitted |= {(measure, channel) for measure in family for channel in channels}
    return fitted


def elasticities(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> dict[str, float]:
    """By what power each scaling moves a figure; `nan` where it cannot be told.

    That of demand counts as it came out: with 10 % more cargo on average, five given years of one channel may well be
    offered 8 % or 13 % more. Where nothing tells what was offered, it counts as it was meant.
    """
    found = {}
    for name, scaled in runs.items():
        paired = base[: len(scaled)]
        factor = _more_offered(paired, scaled, key) if name == DEMAND else FACTOR
        found[name] = elasticity(_mean(paired, measure, key), _mean(scaled, measure, key), factor)
    return found


def _more_offered(paired: list[Outcome], scaled: list[Outcome], key: Key) -> float:
    """How many times as much cargo was offered, for the channel, direction and cargo of a figure.

    Where shippers choose, that is how much there was to choose for, on all channels and elsewhere.
    """
    chosen = [sum(_mean(one, "chosen_teu", k) for k in one[0].values.get("chosen_teu", {})) for one in (paired, scaled)]
    if chosen[0] > 0:
        return chosen[1] / chosen[0]
    before, after = (_mean(one, "offered_teu", Key(key.channel, key.direction, key.cargo)) for one in (paired, scaled))
    return after / before if before > 0 else FACTOR


def _echoes(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> bool:
    if BY_ID[measure].unit in TIMES:
        return False
    found = elasticities(measure, key, base, runs).values()
    if any(ECHO[0] <= power <= ECHO[1] for power in found if np.isfinite(power)):
        return True
    return measure == "trains_run" and any(_within_a_train(key, base, scaled) for scaled in runs.values())


def _is_part_of_an_echo(measure: str, key: Key, base: list[Outcome], runs: Mapping[str, list[Outcome]]) -> bool:
    """Whether a figure of one direction or cargo is an echo but for its noise: its whole is one, and it is near."""
    whole = Key(key.channel, place=key.place)
    if key == whole or not _echoes(measure, whole, base, runs):
        return False
    powers = elasticities(measure, key, base, runs).values()
    return any(abs(power - 1) <= NEAR for power in powers if np.isfinite(power))


def _within_a_train(key: Key, base: list[Outcome], scaled: list[Outcome]) -> bool:
    expected = FACTOR * _mean(base[: len(scaled)], "trains_run", key)
    directions = 2 if key.direction == ALL else 1
    return expected > 0 and abs(_mean(scaled, "trains_run", key) - expected) <= directions


def _mean(outcomes: list[Outcome], measure: str, key: Key) -> float:
    values = np.array([outcome.values.get(measure, {}).get(key, np.nan) for outcome in outcomes])
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else np.nan


def _is_its_input(measure: str, key: Key, base: list[Outcome], shares: dict[tuple[str, str], float]) -> bool:
    """Whether a local share is that of the markets: as drawn in the same years, or else as written."""
    if measure != "local_share":
        return False
    offered = [_offered_share(key, outcome) for outcome in base]
    written = shares.get((key.channel, key.direction), np.nan)
    share = float(np.mean(offered)) if np.isfinite(offered).all() else written
    return abs(_mean(base, measure, key) - share) <= SAME_SHARE


def _offered_share(key: Key, outcome: Outcome) -> float:
    offered = outcome.values.get("offered_teu", {})
    whole = offered.get(key, np.nan)
    return offered.get(key._replace(cargo="local"), 0.0) / whole if whole else np.nan


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
