"""Rules about money, choice and carbon: what they name exists, and amounts have a rate of exchange."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.checks.names import suggestion
from sim.corridor.border import BorderSpec
from sim.corridor.choice import AlternativeSpec, ReliefSpec
from sim.corridor.market import MarketSpec
from sim.corridor.money import SubsidySpec
from sim.errors import Problem
from sim.kpis import BY_ID
from sim.scenario import Scenario

FOREIGN = {"usd", "eur"}


def amounts_have_rates(scenario: Scenario) -> list[Problem]:
    """Every currency that is used has a rate of exchange."""
    rates = {currency for currency in FOREIGN if getattr(scenario.exchange, currency) is not None}
    written = scenario.model_dump(mode="json", exclude={"exchange", "facts"}, exclude_unset=True)
    used = dict(_foreign(written, ()))
    if scenario.choice and scenario.choice.active:
        used.setdefault("usd", "choice.scale_per_usd")
    cure = "Write it under exchange: {{{0}: 7}}, in CNY for one {0}."
    return [
        Problem(where, f"there is no rate of exchange for {currency}.", cure.format(currency))
        for currency, where in sorted(used.items())
        if currency not in rates
    ]


def _foreign(value: Any, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Currencies other than CNY with the path of an amount."""
    if isinstance(value, dict):
        if len(value) == 1 and value.keys() <= FOREIGN:
            yield next(iter(value)), ".".join(place)
        for key, below in value.items():
            yield from _foreign(below, (*place, key))


def subsidies_name_services(scenario: Scenario) -> list[Problem]:
    """The services of a subsidy exist, and say what a cap on it is reckoned on."""
    found: list[Problem] = []
    for name, subsidy in scenario.subsidies.items():
        for service in subsidy.services:
            found += _of_subsidy(scenario, f"subsidies.{name}", subsidy, service)
    return found


def _of_subsidy(scenario: Scenario, path: str, subsidy: SubsidySpec, service: str) -> list[Problem]:
    spec = scenario.services.get(service)
    if spec is None:
        cure = suggestion(service, scenario.services, "Services")
        return [Problem(f"{path}.services", f"there is no service '{service}'.", cure)]
    if spec.tariff is None:
        return [Problem(f"{path}.services", f"'{service}' has no tariff.", f"Write one at services.{service}.tariff.")]
    if subsidy.cap_share is not None and getattr(spec.tariff.cap_basis, subsidy.cap_base) is None:
        cure = f"Write it at services.{service}.tariff.cap_basis.{subsidy.cap_base}."
        return [Problem(f"{path}.cap_base", f"'{service}' does not say what its {subsidy.cap_base} costs.", cure)]
    return []


def base_subsidies_have_a_basis(scenario: Scenario) -> list[Problem]:
    """Where prices were net of all that a cap allowed, the tariff says what the cap was reckoned on."""
    found: list[Problem] = []
    for name, spec in scenario.services.items():
        tariff = spec.tariff
        if tariff and tariff.base.cap_share is not None and getattr(tariff.cap_basis, tariff.base.cap_base) is None:
            path, base = f"services.{name}.tariff", tariff.base.cap_base
            cure = f"Write it at {path}.cap_basis.{base}."
            found.append(Problem(f"{path}.base.cap_share", f"'{name}' does not say what its {base} costs.", cure))
    return found


def alternatives_are_ways(scenario: Scenario) -> list[Problem]:
    """What shippers choose between: channels with a chain, or what has a name; the channels of the market among it."""
    found: list[Problem] = []
    for name, market in scenario.markets.items():
        if market.choice is None:
            continue
        path = f"markets.{name}.choice.alternatives"
        for code, one in market.choice.alternatives.items():
            found += _of_alternative(scenario, f"{path}.{code}", market, (code, one))
        found += [
            Problem(path, f"lacks '{code}', which is one of the channels of the market.", f"Write {code}: {{nest: …}}.")
            for code in market.channels
            if code not in market.choice.alternatives
        ]
        if not market.channels:
            found.append(Problem(path, "the market has no channels whose share would tell how large it is."))
    return found


def _of_alternative(
    scenario: Scenario, path: str, market: MarketSpec, named: tuple[str, AlternativeSpec]
) -> list[Problem]:
    code, one = named
    channel = scenario.channels.get(code)
    if channel is None:
        if one.name is not None:
            return []
        cure = suggestion(code, scenario.channels, "Channels") + " What is not ours needs a name."
        return [Problem(path, f"there is no channel '{code}'.", cure)]
    regions, region = channel.side(market.direction), one.region or market.region
    if region in regions:
        return []
    what = f"'{code}' has no {market.direction} chain for the region '{region}'."
    return [Problem(path, what, suggestion(region, regions, f"Its {market.direction} regions"))]


def reliefs_name_places(scenario: Scenario) -> list[Problem]:
    """Relief hangs on how long trains wait at a line, or at a border where those of its direction change gauge."""
    return [
        problem
        for name, market in scenario.markets.items()
        for code, one in (market.choice.alternatives.items() if market.choice else ())
        for at in (one.relief.at if one.relief else ())
        for problem in _of_relief(scenario, f"markets.{name}.choice.alternatives.{code}.relief.at", at, one.relief)
    ]


def reliefs_are_paid_on_channels_of_ours(scenario: Scenario) -> list[Problem]:
    """Who bears a rebate is only said of a channel of ours: what others charge less is their own affair."""
    return [
        Problem(
            f"markets.{name}.choice.alternatives.{code}.relief.paid_by",
            f"'{code}' is no channel of ours, so that nobody here pays for it.",
            "Take it out.",
        )
        for name, market in scenario.markets.items()
        for code, one in (market.choice.alternatives.items() if market.choice else ())
        if one.relief and one.relief.paid_by and code not in scenario.channels
    ]


def _of_relief(scenario: Scenario, path: str, at: str, relief: ReliefSpec | None) -> list[Problem]:
    node = scenario.nodes.get(at)
    if relief is None or at in scenario.lines:
        return []
    if node is None:
        known = {**scenario.nodes, **scenario.lines}
        return [Problem(path, f"there is no border or line '{at}'.", suggestion(at, known, "Places"))]
    if not isinstance(node, BorderSpec):
        return [Problem(path, f"'{at}' is a terminal, where no train queues.", "Name borders and lines.")]
    if node.gauge_change_of(relief.direction)[0] is None:
        what = f"no {relief.direction} train changes gauge at '{at}', so that none waits there."
        return [Problem(path, what, "Name the station where trains of that direction change gauge.")]
    return []


def services_have_factors(scenario: Scenario) -> list[Problem]:
    """Every service has an emission factor, where emissions are reckoned."""
    if scenario.carbon is None:
        return []
    factors = scenario.carbon.factors
    return [
        Problem(
            f"services.{name}.emits" if spec.emits else "carbon.factors",
            f"there is no emission factor '{spec.emits or spec.mode}'.",
            suggestion(spec.emits or spec.mode, factors, "Factors"),
        )
        for name, spec in scenario.services.items()
        if (spec.emits or spec.mode) not in factors
    ]


def targets_name_figures(scenario: Scenario) -> list[Problem]:
    """The measures and channels of targets exist."""
    found: list[Problem] = []
    for name, target in scenario.targets.items():
        if target.measure not in BY_ID:
            cure = suggestion(target.measure, BY_ID, "Measures")
            found.append(Problem(f"targets.{name}.measure", f"there is no measure '{target.measure}'.", cure))
        if target.channel not in {*scenario.channels, "all"}:
            cure = suggestion(target.channel, scenario.channels, "Channels")
            found.append(Problem(f"targets.{name}.channel", f"there is no channel '{target.channel}'.", cure))
    return found
