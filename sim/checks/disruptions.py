"""Rules about disruptions: what they name can suffer what they say, and those that meet at one place agree."""

from __future__ import annotations

from collections.abc import Iterator

from sim.checks.names import suggestion
from sim.corridor.border import BorderSpec
from sim.corridor.dispatch import Timetable
from sim.corridor.disruption import DisruptionSpec
from sim.errors import Problem
from sim.scenario import Scenario


def disruptions_agree(scenario: Scenario) -> list[Problem]:
    """Disruptions of one place do the same with work in hand when it shuts."""
    found: list[Problem] = []
    first_at: dict[str, str] = {}
    shutting = {name: one for name, one in sorted(scenario.disruptions.items()) if one.closed or one.outage}
    for name, disruption in shutting.items():
        for place in disruption.at:
            first = first_at.setdefault(place, name)
            other = scenario.disruptions[first].when_closed
            if other != disruption.when_closed:
                what = f"is '{disruption.when_closed}', and '{first}' says '{other}' for the same place, '{place}'."
                found.append(Problem(f"disruptions.{name}.when_closed", what, "Make them agree."))
    return found


def disruptions_take_units_away(scenario: Scenario) -> list[Problem]:
    """Units that are left are fewer than there are, of handling units, slots or tracks."""
    return [
        problem
        for name, one in scenario.disruptions.items()
        if one.units is not None
        for place in one.at
        for problem in _of_units(scenario, f"disruptions.{name}.units", place, one.units)
    ]


def _of_units(scenario: Scenario, path: str, place: str, left: int) -> Iterator[Problem]:
    units = _units(scenario, place)
    if not units:
        yield Problem(path, f"'{place}' has no handling units, slots or tracks that are counted.", "Write what it has.")
    elif left >= max(units):
        yield Problem(path, f"'{place}' has no more than {max(units)}.", "Write fewer, or take it out.")


def _units(scenario: Scenario, place: str) -> list[int]:
    """How many units a place has; a border has some for each direction."""
    if place in scenario.lines:
        tracks = scenario.lines[place].trains_at_once
        return [tracks] if tracks else []
    node = scenario.nodes.get(place)
    if isinstance(node, BorderSpec):
        changes = (node.gauge_change_of(direction)[0] for direction in ("outbound", "inbound"))
        return [change.slots for change in changes if change]
    return [node.handling.units] if node and node.handling else []


def disruptions_name_cargo_and_trains(scenario: Scenario) -> list[Problem]:
    """Cargo that stays away, and trains that do not run, are in the scenario; these have a timetable."""
    found: list[Problem] = []
    for name, one in scenario.disruptions.items():
        path = f"disruptions.{name}"
        for market in one.demand:
            if market not in scenario.markets:
                cure = suggestion(market, scenario.markets, "Markets")
                found.append(Problem(f"{path}.demand", f"there is no market '{market}'.", cure))
            elif scenario.markets[market].arrivals:
                what = f"'{market}' has fixed arrivals, which no factor moves."
                found.append(Problem(f"{path}.demand.{market}", what, "Write teu_per_year."))
        found += _of_trains(scenario, f"{path}.cancelled", one)
    return found


def _of_trains(scenario: Scenario, path: str, one: DisruptionSpec) -> Iterator[Problem]:
    for service in one.cancelled:
        spec = scenario.services.get(service)
        if spec is None:
            yield Problem(path, f"there is no service '{service}'.", suggestion(service, scenario.services, "Services"))
        elif not any(isinstance(phase.rule, Timetable) for _, _, phase in spec.phases):
            what = f"'{service}' has no timetable whose departures could be cancelled."
            yield Problem(f"{path}.{service}", what, "It runs when there is cargo: change demand.")
