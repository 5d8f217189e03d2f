"""Rules about disruptions that meet at one place."""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario import Scenario


def disruptions_agree(scenario: Scenario) -> list[Problem]:
    """Disruptions of one place do the same with work in hand when it shuts."""
    found: list[Problem] = []
    first_at: dict[str, str] = {}
    for name, disruption in sorted(scenario.disruptions.items()):
        for place in disruption.at:
            first = first_at.setdefault(place, name)
            other = scenario.disruptions[first].when_closed
            if other != disruption.when_closed:
                what = f"is '{disruption.when_closed}', and '{first}' says '{other}' for the same place, '{place}'."
                found.append(Problem(f"disruptions.{name}.when_closed", what, "Make them agree."))
    return found
