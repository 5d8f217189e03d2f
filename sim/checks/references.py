"""Rules about names that refer to something else in the scenario."""

from __future__ import annotations

from typing import Any

from sim.checks.names import suggestion
from sim.errors import Problem
from sim.kpis import BY_ID
from sim.quantities import Spec
from sim.scenario import Scenario


def places_have_their_own_names(scenario: Scenario) -> list[Problem]:
    """No line has the name of a node: routes, disruptions and results tell places by their names."""
    both = sorted(scenario.nodes.keys() & scenario.lines.keys())
    return [Problem(f"lines.{name}", "is the name of a node too.", "Give the line another name.") for name in both]


def disruptions_name_places(scenario: Scenario) -> list[Problem]:
    """What a disruption shuts exists."""
    places = [*scenario.nodes, *scenario.lines]
    return [
        Problem(
            f"disruptions.{name}.at", f"there is no node or line '{at}'.", suggestion(at, places, "Nodes and lines")
        )
        for name, disruption in scenario.disruptions.items()
        for at in disruption.at
        if at not in places
    ]


def baselines_name_channels(scenario: Scenario) -> list[Problem]:
    """The channels of baselines and of fitted parameters exist."""
    named = {f"baselines.{name}": baseline.channel for name, baseline in scenario.baselines.items()}
    named |= {f"fitted.{name}": fitted.channel for name, fitted in scenario.fitted.items()}
    return [
        Problem(f"{path}.channel", f"there is no channel '{code}'.", suggestion(code, scenario.channels, "Channels"))
        for path, code in named.items()
        if code not in scenario.channels
    ]


def expectations_name_figures(scenario: Scenario) -> list[Problem]:
    """The measures and channels of what is expected exist."""
    found: list[Problem] = []
    for name, expected in scenario.expect.items():
        if expected.measure not in BY_ID:
            cure = suggestion(expected.measure, BY_ID, "Measures")
            found.append(Problem(f"expect.{name}.measure", f"there is no measure '{expected.measure}'.", cure))
        if expected.channel not in {*scenario.channels, "all"}:
            cure = suggestion(expected.channel, scenario.channels, "Channels")
            found.append(Problem(f"expect.{name}.channel", f"there is no channel '{expected.channel}'.", cure))
    return found


def fitted_paths_exist(scenario: Scenario) -> list[Problem]:
    """The parameters that are said to be fitted are in the scenario."""
    return [
        Problem(f"fitted.{name}.parameters", f"the scenario has no '{path}'.", cure)
        for name, fitted in scenario.fitted.items()
        for path in fitted.parameters
        if (cure := _where_it_breaks(scenario, path)) is not None
    ]


def groups_name_numbers(scenario: Scenario) -> list[Problem]:
    """What is said to move together has its source, unless a `*` stands for nothing, and is no other assumption too."""
    found = [
        Problem(f"together.{name}", f"no number with a source is called '{pattern}'.", "Write its path.")
        for name, group in scenario.together.items()
        for pattern in (*group.paths, *group.opposite)
        if "*" not in pattern and pattern not in scenario.facts
    ]
    for path in scenario.facts:
        groups = [name for name, group in scenario.together.items() if group.mirrors(path) is not None]
        if len(groups) > 1:
            found.append(Problem(f"together.{groups[1]}", f"'{path}' is in together.{groups[0]} too.", "Keep one."))
    return found


def _where_it_breaks(scenario: Scenario, path: str) -> str | None:
    """What would mend a path that leads nowhere; None if it leads somewhere."""
    here: Any = scenario
    for step in path.split("."):
        below = _below(here)
        if step not in below:
            return suggestion(step, below, f"Below '{path.rpartition(step)[0].rstrip('.')}'")
        here = below[step]
    return None


def _below(value: Any) -> dict[str, Any]:
    """What stands below a value, by key."""
    if isinstance(value, Spec):
        named = {info.alias or name: getattr(value, name) for name, info in type(value).model_fields.items()}
        return {key: below for key, below in named.items() if below is not None}
    if isinstance(value, tuple):
        return {str(k): below for k, below in enumerate(value)}
    return value if isinstance(value, dict) else {}
