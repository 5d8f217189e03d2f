"""Rules about disruptions: what they name can suffer what they say, and those that meet at one place agree."""

from __future__ import annotations

from collections.abc import Iterator

from sim.checks.names import suggestion
from sim.corridor.dispatch import Timetable
from sim.corridor.disruption import DisruptionSpec
from sim.corridor.opening import on_duty
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


def disruptions_have_something_to_act_on(scenario: Scenario) -> list[Problem]:
    """Where units are taken away there are some, and where work is slow there is work."""
    found: list[Problem] = []
    for name, one in scenario.disruptions.items():
        keys = [key for key in ("units", "slower") if key in one.model_fields_set]
        for place in one.at:
            if place in scenario.nodes and keys and not on_duty(place, scenario.nodes[place]).units:
                what = f"'{place}' has no handling units and changes no gauge."
                found.append(Problem(f"disruptions.{name}.{keys[0]}", what, "Write what it has."))
            elif place in scenario.lines and "units" in keys and not scenario.lines[place].trains_at_once:
                what = f"'{place}' does not count the trains that are on it."
                found.append(Problem(f"disruptions.{name}.units", what, f"Write lines.{place}.trains_at_once."))
    return found


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
