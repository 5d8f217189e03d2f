"""Rules about the routes of services."""

from __future__ import annotations

from sim.checks.names import suggestion
from sim.corridor.terminal import TerminalSpec
from sim.errors import Problem
from sim.scenario import Scenario

_TURNS = "A route is terminal, line, node, line, … terminal."


def routes_name_places(scenario: Scenario) -> list[Problem]:
    """The names in a route exist, and nodes and lines take turns."""
    return [
        Problem(f"services.{name}.route", *wrong)
        for name, service in scenario.services.items()
        for k, step in enumerate(service.route)
        if (wrong := _misplaced(scenario, k, step))
    ]


def _misplaced(scenario: Scenario, k: int, step: str) -> tuple[str, str] | None:
    here, there = (scenario.nodes, scenario.lines) if k % 2 == 0 else (scenario.lines, scenario.nodes)
    what, other, label = ("node", "line", "Nodes") if k % 2 == 0 else ("line", "node", "Lines")
    if step in here:
        return None
    if step in there:
        return f"'{step}' is a {other}, and stands where a {what} must stand.", _TURNS
    return f"there is no {what} '{step}'.", suggestion(step, here, label)


def routes_end_in_terminals(scenario: Scenario) -> list[Problem]:
    """A route begins and ends in terminals, and passes only borders in between."""
    found: list[Problem] = []
    for name, service in scenario.services.items():
        path = f"services.{name}.route"
        if len(service.route) % 2 == 0:
            found.append(Problem(path, f"ends on the line '{service.route[-1]}'.", _TURNS))
        last = len(service.route) - 1
        for k, step in enumerate(service.route):
            node = scenario.nodes.get(step) if k % 2 == 0 else None
            if node and k in (0, last) and not isinstance(node, TerminalSpec):
                found.append(Problem(path, f"'{step}' is a border, and a route ends in terminals.", _TURNS))
            if node and 0 < k < last and isinstance(node, TerminalSpec):
                cure = "Make two services of it, one up to there and one from there on."
                found.append(
                    Problem(path, f"'{step}' is a terminal, and a train is loaded and unloaded only at its ends.", cure)
                )
    return found
