"""Rules about sizes: what fits on what."""

from __future__ import annotations

from collections.abc import Iterator

from sim.checks.days import cargo_by_service
from sim.corridor.dispatch import Timetable, WhenFull
from sim.corridor.disruption import demand_shocks
from sim.corridor.market import MarketSpec, cumulative_teu
from sim.corridor.service import ServiceSpec
from sim.corridor.terminal import TerminalSpec
from sim.errors import Problem
from sim.scenario import Scenario

MOST_BOXES = 20_000_000
MOST_DEPARTURES = 5_000_000
_LARGEST_BOX_TEU = 2


def boxes_fit(scenario: Scenario) -> list[Problem]:
    """The largest box of a market fits on the trains that it is sent by."""
    found = {
        path: Problem(
            path, f"is {teu} TEU: boxes of 40 ft from '{market}', 2 TEU each, never board.", "Write 2 or more."
        )
        for market, name in cargo_by_service(scenario)
        if scenario.markets[market].share_40ft > 0
        for path, teu in _capacities(f"services.{name}", scenario.services[name])
        if teu < _LARGEST_BOX_TEU
    }
    return list(found.values())


def _capacities(path: str, service: ServiceSpec) -> Iterator[tuple[str, int]]:
    """What trains of a service take, in all its phases: (path, TEU)."""
    yield f"{path}.capacity_teu", service.capacity_teu
    for day, change in service.changes.items():
        if change.capacity_teu is not None:
            yield f"{path}.changes.{day}.capacity_teu", change.capacity_teu


def trains_can_fill(scenario: Scenario) -> list[Problem]:
    """A train can have the load that it waits for: it does not exceed its capacity, nor the yard that it fills in."""
    found: list[Problem] = []
    for name, service in scenario.services.items():
        origin = scenario.nodes.get(service.origin)
        yard_teu = origin.yard_teu if isinstance(origin, TerminalSpec) else None
        for first, _, spec in service.phases:
            day = str(first)
            path = f"services.{name}.changes.{day}" if day in service.changes else f"services.{name}"
            if spec.minimum_teu > spec.capacity_teu:
                what = (
                    f"trains take {spec.capacity_teu} TEU and are cancelled below {spec.minimum_teu}: none ever runs."
                )
                found.append(Problem(path, what, "Correct capacity_teu or minimum_teu."))
            wanted = spec.capacity_teu if isinstance(spec.rule, WhenFull) else spec.minimum_teu
            if yard_teu is not None and min(wanted, spec.capacity_teu) > yard_teu:
                what = f"waits for {wanted} TEU, and the yard of '{service.origin}' holds {yard_teu}."
                found.append(Problem(path, what, f"Correct it, or nodes.{service.origin}.yard_teu."))
    return found


def runs_fit_a_computer(scenario: Scenario) -> list[Problem]:
    """A run has at most 20 million boxes of a market, and 5 million departures of a service."""
    found: list[Problem] = []
    for name, market in scenario.markets.items():
        boxes = _boxes(name, market, scenario)
        if boxes > MOST_BOXES:
            what = f"ships {boxes / 1e6:.0f} million boxes in a run; {MOST_BOXES / 1e6:.0f} million is the most."
            found.append(Problem(f"markets.{name}", what, "Are the TEU right? Is the period too long?"))
    weeks = scenario.period.window[1] / 168
    for name, service in scenario.services.items():
        rules = [spec.rule for _, _, spec in service.phases]
        most = max((rule.per_week * weeks for rule in rules if isinstance(rule, Timetable)), default=0.0)
        if most > MOST_DEPARTURES:
            what = f"departs {most / 1e6:.0f} million times in a run; {MOST_DEPARTURES / 1e6:.0f} million is the most."
            found.append(Problem(f"services.{name}", what, "Is the timetable right? Is the period too long?"))
    return found


def _boxes(name: str, market: MarketSpec, scenario: Scenario) -> float:
    until_h = scenario.period.window[1]
    if market.arrivals:
        return until_h / market.arrivals.every_h * market.boxes_mean
    start = scenario.period.start
    shocks = demand_shocks(name, scenario.disruptions, start)
    return float(cumulative_teu(market, start, until_h, shocks)[1][-1]) / market.teu_per_box
