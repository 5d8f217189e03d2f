"""What goes into the book so that money and emissions can be measured: tariffs, charges, outlays, factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.corridor.money import TEU_PER_FEU, Party, TariffSpec
from sim.corridor.terminal import TerminalSpec
from sim.quantities import Name
from sim.trace import AlternativeFact, CarbonFact, ChargeFact, ExtraFact, Label, MoneyFact, TariffFact

if TYPE_CHECKING:
    from sim.corridor.opening import Plan

PARTIES: tuple[Party, ...] = ("operator", "shipper", "treasury")
KG_PER_G = 1e-3


def money_of(plan: Plan) -> MoneyFact | None:
    """Tariffs, charges and outlays in yuan; None if no service has a tariff."""
    if not any(spec.tariff for spec in plan.services.values()):
        return None
    cny = plan.exchange.cny
    nodes = {name: node for name, node in plan.nodes.items() if isinstance(node, TerminalSpec)}
    markets = {name: spec.choice for name, spec in plan.markets.items() if spec.choice}
    return MoneyFact(
        tariffs={name: _tariff(name, spec.tariff, plan) for name, spec in sorted(plan.services.items()) if spec.tariff},
        charges={
            name: ChargeFact(cny(node.charges.per_lift), cny(node.charges.storage_per_teu_day), node.charges.free_days)
            for name, node in sorted(nodes.items())
        },
        time_cny={name: cny(spec.value_of_time_per_feu_day) / TEU_PER_FEU for name, spec in sorted(markets.items())},
        outlays_cny={
            party: sum(
                one.cny_per_year(plan.exchange) for _, one in sorted(plan.outlays.items()) if one.paid_by == party
            )
            for party in PARTIES
        },
        extras={
            (market, channel): ExtraFact(cny(one.extra_cost_per_feu) / TEU_PER_FEU, one.extra_paid_by)
            for market, spec in sorted(markets.items())
            for channel, one in sorted(spec.alternatives.items())
            if channel in plan.channels and one.extra_cost_per_feu
        },
        reliefs={
            (market, channel): one.relief.paid_by
            for market, spec in sorted(markets.items())
            for channel, one in sorted(spec.alternatives.items())
            if channel in plan.channels and one.relief and plan.choice and plan.choice.active
        },
    )


def _tariff(name: str, spec: TariffSpec, plan: Plan) -> TariffFact:
    """A tariff in yuan per TEU; a cost per TEU and km over the lines of the route."""
    cny = plan.exchange.cny
    km = sum(plan.lines[place].km for place in plan.services[name].route if place in plan.lines)
    base = spec.base.price_per_feu if spec.base.price_per_feu is not None else spec.price_per_feu
    return TariffFact(
        price_cny=cny(spec.price_per_feu) / TEU_PER_FEU,
        observed_price_cny=cny(base) / TEU_PER_FEU,
        observed_subsidy_cny=_observed_subsidy(spec, plan) / TEU_PER_FEU,
        pass_through=plan.operators.pass_through,
        train_cny=cny(spec.cost_per_train),
        teu_cny=cny(spec.cost_per_feu) / TEU_PER_FEU + cny(spec.cost_per_teu_km) * km,
    )


def _observed_subsidy(spec: TariffSpec, plan: Plan) -> float:
    """Yuan of subsidy on a 40 ft box when prices were observed: a fact of then, whatever is granted now."""
    base, cny = spec.base, plan.exchange.cny
    if base.cap_share is None:
        return cny(base.subsidy_per_feu)
    return base.cap_share * cny(getattr(spec.cap_basis, base.cap_base))


def carbon_of(plan: Plan) -> CarbonFact | None:
    """Factors in kilograms; None if the scenario does not reckon emissions."""
    if plan.carbon is None:
        return None
    factors = plan.carbon.factors
    kg = {name: factor.g_per_tonne_km * KG_PER_G for name, factor in factors.items()}
    truck = kg.get("truck", 0.0)
    return CarbonFact(
        kg_per_tonne_km={name: kg.get(spec.emits or spec.mode, 0.0) for name, spec in sorted(plan.services.items())},
        road_kg_per_tonne={
            name: truck * (spec.road_km.first_mile + spec.road_km.last_mile)
            for name, spec in sorted(plan.markets.items())
        },
        tonnes_per_teu={name: spec.tonnes_per_teu for name, spec in sorted(plan.markets.items())},
        tare_tonnes_per_teu=plan.carbon.tare_tonnes_per_teu,
        empties_return=plan.carbon.empties == "returned",
    )


def alternatives_of(plan: Plan) -> dict[str, tuple[AlternativeFact, ...]]:
    """The alternatives of each market that chooses, in alphabetical order."""
    if plan.choice is None or not plan.choice.active:
        return {}
    found = {}
    for market, spec in sorted(plan.markets.items()):
        if spec.choice:
            found[market] = tuple(
                AlternativeFact(
                    name,
                    _label(name, spec.choice.alternatives[name].name, plan),
                    name in plan.channels,
                    spec.choice.alternatives[name].co2_t_per_teu or 0.0,
                )
                for name in spec.choice.names
            )
    return found


def _label(name: str, written: Name | None, plan: Plan) -> Label:
    called = plan.channels[name].name if name in plan.channels else written
    return Label(called.zh, called.en) if called else Label(name, name)
