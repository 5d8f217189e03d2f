"""A hindcast at work: a year at fixed shares is measured and frozen as base conditions; then only what changed from
outside moves what shippers pay, and they choose.

The base conditions of a forecast are those of the calibrated scenario: its prices, what its subsidies grant, and the
days that its boxes took, in each draw of the inputs its own. So each draw carries in the year of calibration what was
carried, and the constants of its logit follow in closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sim.corridor.accounts import money_of
from sim.corridor.channel import chains_of
from sim.corridor.choice import AlternativeSpec, MarketChoiceSpec
from sim.corridor.market import MarketSpec
from sim.corridor.money import TEU_PER_FEU
from sim.corridor.treasury import Treasury, grant_of
from sim.errors import Problem, ScenarioError
from sim.experiment.hindcast_file import HindcastSpec, VariantSpec, scenario_of
from sim.experiment.needed import Volume
from sim.experiment.outcome import Outcome
from sim.files import scenario_hash
from sim.kpis import Key
from sim.kpis.series import LEAD_TIME_BIN_DAYS, added
from sim.quantities import DIRECTIONS
from sim.scenario import Scenario

Days = Mapping[tuple[str, str], tuple[float, float]]
"""Mean and standard deviation of the days from door to door, by channel and direction."""
TWO_YEARS = float(np.sqrt(2))


@dataclass(frozen=True)
class Pair:
    """The calibrated scenario and the forecast of a variant, before draws; `frozen` is the hash of the former."""

    variant: VariantSpec
    calibrated: Scenario
    forecast: Scenario

    @property
    def frozen(self) -> str:
        """The hash of what was calibrated."""
        return scenario_hash(self.calibrated)


def pairs_of(spec: HindcastSpec, folder: Path) -> dict[str, Pair]:
    """The scenarios of each variant. Raises ScenarioError."""
    file, given = spec.calibration.scenario, spec.calibration.set
    data = as_data(scenario_of(file, folder, *given), spec)
    _chooses(scenario_of(file, folder, *given, *data), spec)
    loaded = cache(lambda *settings: scenario_of(file, folder, *given, *data, *settings))
    return {
        name: Pair(variant, loaded(*variant.both), loaded(*variant.both, *spec.forecast, *variant.set))
        for name, variant in spec.variants.items()
    }


def _chooses(scenario: Scenario, spec: HindcastSpec) -> None:
    """Raise ScenarioError unless shippers of the cargo that is scored choose, and the figure is of a channel."""
    what = ""
    if spec.figure.channel not in scenario.channels:
        what = f"there is no channel '{spec.figure.channel}' to forecast."
    elif scenario.choice is None or not scenario.choice.active:
        what = "its shippers do not choose: set choice.active=true."
    elif scenario.exchange.usd is None:
        what = "it has no rate for US dollars (exchange.usd), in which sensitivity to price is told."
    elif not scored(scenario, spec):
        what = "no market of the cargo that is scored chooses (`choice` of the market)."
    if what:
        raise ScenarioError([Problem("calibration.scenario", what)], spec.calibration.scenario)


def scored(scenario: Scenario, spec: HindcastSpec) -> dict[str, MarketSpec]:
    """The markets whose cargo is scored: they choose, and may choose the channel."""
    return {
        name: market
        for name, market in sorted(scenario.markets.items())
        if spec.figure.cargo in ("all", market.cargo)
        and market.choice is not None
        and spec.figure.channel in market.choice.alternatives
    }


def as_data(scenario: Scenario, spec: HindcastSpec) -> list[str]:
    """Settings by which all other cargo goes in as data: at fixed shares, and years that do not vary."""
    others = sorted(scenario.markets.keys() - scored(scenario, spec).keys())
    return [
        setting
        for name in others
        for setting in (
            f"markets.{name}.year_cv=0",
            *([f"markets.{name}.choice=null"] if scenario.markets[name].choice else []),
        )
    ]


# --- the base conditions


def at_fixed_shares(scenario: Scenario) -> Scenario:
    """The scenario in which nobody chooses: it carries what was observed, and shows the days that this took.

    Unless operators react, subsidies move nothing in it: without them it is the same for all readings of a cap.
    """
    assert scenario.choice is not None
    bare = {"choice": scenario.choice.but(active=False), "facts": {}}
    return scenario.model_copy(update=bare if scenario.operators.react else {**bare, "subsidies": {}})


def days_of(outcomes: Sequence[Outcome]) -> Days:
    """The days that boxes took, over all these years."""
    keys = {key for one in outcomes for key in one.lead_times if key.direction in DIRECTIONS}
    counts = {
        (key.channel, key.direction): added(one.lead_times[key] for one in outcomes if key in one.lead_times)
        for key in sorted(keys)
        if key == Key(key.channel, key.direction)
    }
    return {key: _mean_and_sd(column) for key, column in counts.items() if len(column)}


def _mean_and_sd(counts: np.ndarray) -> tuple[float, float]:
    days = (np.arange(len(counts)) + 0.5) * LEAD_TIME_BIN_DAYS
    mean = float(np.average(days, weights=counts))
    return mean, float(np.sqrt(np.average((days - mean) ** 2, weights=counts)))


def linked(scenario: Scenario, base: Scenario, days: Days, follow: Mapping[str, str] | None = None) -> Scenario:
    """The scenario with the base conditions of another: prices and grants as in `base`, days as they were there.

    `follow` names alternatives that are not ours and the channel whose change of price they share.
    """
    services = {name: _as_observed(scenario, base, name) for name in scenario.services}
    priced = scenario.model_copy(update={"services": services})
    markets = {name: _at_base(priced, market, days, follow or {}) for name, market in scenario.markets.items()}
    return priced.model_copy(update={"markets": markets, "facts": {}})


def _as_observed(scenario: Scenario, base: Scenario, name: str) -> object:
    service, before = scenario.services[name], base.services.get(name)
    if service.tariff is None or before is None or before.tariff is None:
        return service
    granted = sum(
        grant_of(one, before.tariff, base.exchange) for _, one in sorted(base.subsidies.items()) if name in one.services
    )
    then = {"price_per_feu": before.tariff.price_per_feu, "subsidy_per_feu": {"cny": granted}}
    return service.model_copy(update={"tariff": service.tariff.but(base=then)})


def _at_base(scenario: Scenario, market: MarketSpec, days: Days, follow: Mapping[str, str]) -> MarketSpec:
    if market.choice is None:
        return market
    alternatives = {}
    for name, one in market.choice.alternatives.items():
        found = one
        if name in scenario.channels and (name, market.direction) in days:
            mean, sd = days[name, market.direction]
            found = one.model_copy(update={"base_days": mean, "base_sd_days": sd})
        if name in follow:
            dearer = dearer_cny(scenario, market, follow[name])
            extra = scenario.exchange.cny(one.extra_cost_per_feu) + dearer
            found = found.model_copy(update={"extra_cost_per_feu": {"cny": extra}})
        alternatives[name] = found
    return market.model_copy(update={"choice": market.choice.model_copy(update={"alternatives": alternatives})})


def dearer_cny(scenario: Scenario, market: MarketSpec, channel: str) -> float:
    """Yuan that a channel costs a 40 ft box of a market more than at base conditions, when measuring begins."""
    money = money_of(scenario)
    if money is None:
        return 0.0
    written = {name: service.tariff for name, service in scenario.services.items()}
    start, now_h = scenario.period.start, scenario.period.window[0]
    treasury = Treasury(scenario.subsidies, written, money.tariffs, scenario.exchange, start)
    region = _region(market, channel)
    return sum(
        TEU_PER_FEU * (treasury.price(name, now_h) - money.tariffs[name].observed_price_cny)
        for chain in chains_of(scenario.channels, scenario.services)
        if (chain.channel, chain.direction, chain.region) == (channel, market.direction, region)
        for name in chain.services
        if name in money.tariffs
    )


def _region(market: MarketSpec, channel: str) -> str:
    alternatives: Mapping[str, AlternativeSpec] = market.choice.alternatives if market.choice else {}
    asked = alternatives[channel].region if channel in alternatives else None
    return asked or market.region


# --- variants of a forecast


def two_years(scenario: Scenario, spec: HindcastSpec) -> Scenario:
    """The scenario whose scored markets vary as two years differ: the year calibrated on was itself one draw."""
    varied = {
        name: market.model_copy(update={"year_cv": min(market.year_cv * TWO_YEARS, 2.0)})
        for name, market in scored(scenario, spec).items()
    }
    return scenario.model_copy(update={"markets": scenario.markets | varied})


def with_scale(scenario: Scenario, scale_per_usd: float) -> Scenario:
    """The scenario whose shippers are so sensitive to price."""
    assert scenario.choice is not None
    return scenario.model_copy(update={"choice": scenario.choice.but(scale_per_usd=scale_per_usd)})


def volumes(base: Scenario, forecast: Scenario, spec: HindcastSpec) -> list[Volume]:
    """The markets that are scored, and how much dearer their alternatives are in the forecast, linked to its base."""
    assert base.choice is not None
    rate, theta = forecast.exchange.rate("usd"), base.choice.nest_parameter
    year = base.period.first_day.year
    found = []
    for name, market in scored(base, spec).items():
        choice, after = market.choice, forecast.markets[name]
        assert choice is not None
        found.append(
            Volume(
                teu=market.teu_in(year) * sum(market.channels.values()),
                channel=spec.figure.channel,
                shares=choice.shares,
                nests={one: alternative.nest for one, alternative in choice.alternatives.items()},
                theta=theta,
                dearer_usd={one: _dearer(forecast, after, choice, one) / rate for one in choice.alternatives},
            )
        )
    return found


def _dearer(forecast: Scenario, market: MarketSpec, before: MarketChoiceSpec, name: str) -> float:
    assert market.choice is not None
    cny = forecast.exchange.cny
    extra = cny(market.choice.alternatives[name].extra_cost_per_feu)
    extra -= cny(before.alternatives[name].extra_cost_per_feu)
    return extra + (dearer_cny(forecast, market, name) if name in forecast.channels else 0.0)
