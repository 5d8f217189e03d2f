"""Variants of a scenario that experiments need: demands or timetables scaled, demand at the end of its range."""

from __future__ import annotations

from typing import Literal

from sim.corridor.dispatch import Timetable
from sim.corridor.market import MarketSpec
from sim.corridor.service import RunningSpec, ServiceSpec
from sim.scenario import Scenario

Level = Literal["low", "mode", "high"]


def scaled_demand(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with `factor` times the cargo in every market."""
    return scenario.model_copy(
        update={"markets": {name: _scaled(market, factor) for name, market in scenario.markets.items()}}
    )


def _scaled(market: MarketSpec, factor: float) -> MarketSpec:
    if market.arrivals:
        fixed = market.arrivals
        return market.but(arrivals=fixed.but(every_h=fixed.every_h / factor))
    return market.but(teu_per_year={year: teu * factor for year, teu in market.teu_per_year.items()})


def scaled_timetables(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with `factor` times the departures of every service that has a timetable."""
    return scenario.model_copy(
        update={"services": {name: _closer(service, factor) for name, service in scenario.services.items()}}
    )


def _closer(service: ServiceSpec, factor: float) -> ServiceSpec:
    changes = {
        day: change.but(timetable=_denser(change.timetable, factor)) if change.timetable else change
        for day, change in service.changes.items()
    }
    update: dict[str, object] = {"changes": {day: _written(change) for day, change in changes.items()}}
    if service.timetable:
        update["timetable"] = _denser(service.timetable, factor)
    return service.but(**update)


def _written(change: RunningSpec) -> dict[str, object]:
    return change.model_dump(by_alias=True, exclude_unset=True)


def _denser(timetable: Timetable, factor: float) -> dict[str, object]:
    return _written_timetable(timetable.but(frequency_factor=timetable.frequency_factor * factor))


def _written_timetable(timetable: Timetable) -> dict[str, object]:
    return timetable.model_dump(by_alias=True, exclude_unset=True)


def shippers_choose(scenario: Scenario) -> bool:
    """Whether prices make a difference: shippers choose in some market."""
    active = scenario.choice is not None and scenario.choice.active
    return active and any(market.choice for market in scenario.markets.values())


def scaled_prices(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with `factor` times the price of every service; what was observed stays as it was."""
    return scenario.model_copy(
        update={"services": {name: _dearer(service, factor) for name, service in scenario.services.items()}}
    )


def _dearer(service: ServiceSpec, factor: float) -> ServiceSpec:
    tariff = service.tariff
    if tariff is None or tariff.price_per_feu is None:
        return service
    base = tariff.base
    if base.price_per_feu is None:
        base = base.but(price_per_feu=tariff.price_per_feu)
    price = {currency: factor * amount for currency, amount in tariff.price_per_feu.items()}
    return service.model_copy(update={"tariff": tariff.model_copy(update={"price_per_feu": price, "base": base})})


def demand_ranges(scenario: Scenario) -> dict[tuple[str, str], tuple[float, float]]:
    """For each market and measured year whose demand has a range: (lowest, highest) TEU a year."""
    period = scenario.period
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for name in scenario.markets:
        for year in map(str, range(period.first_day.year, period.last_day.year + 1)):
            fact = scenario.facts.get(f"markets.{name}.teu_per_year.{year}")
            if fact and fact.range:
                found[name, year] = (float(fact.range[0]), float(fact.range[-1]))
    return found


def with_demand(scenario: Scenario, level: Level) -> Scenario:
    """The scenario with the demand of its measured years at the low or high end of its range, in every market."""
    if level == "mode":
        return scenario
    markets = dict(scenario.markets)
    for (name, year), (low, high) in demand_ranges(scenario).items():
        market = markets[name]
        markets[name] = market.but(teu_per_year={**market.teu_per_year, year: low if level == "low" else high})
    return scenario.model_copy(update={"markets": markets})
