"""The catalogue of dispatch rules: when does a train of a service leave?

Each rule is one file: what a planner writes, and `departures(service)`, a process that calls `service.depart` at the
right moments until the phase of the service ends. It can be re-entered at any moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.corridor.dispatch import timetable, when_full
from sim.corridor.dispatch.full_or_after import FullOrAfter
from sim.corridor.dispatch.timetable import Timetable
from sim.corridor.dispatch.when_full import WhenFull

if TYPE_CHECKING:
    from sim.corridor.service import Service
    from sim.corridor.world import Process

__all__ = ["FullOrAfter", "Timetable", "WhenFull", "departures"]

Rule = Timetable | WhenFull | FullOrAfter


def departures(service: Service, rule: Rule) -> Process:
    """The departures of a service under a rule."""
    match rule:
        case Timetable():
            return timetable.departures(service)
        case WhenFull():
            return when_full.departures(service)
        case FullOrAfter():
            return when_full.departures(service, rule.full_or_after_h)
