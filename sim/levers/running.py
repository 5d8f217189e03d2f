"""How levers change the trains of a service: throughout, or from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.corridor.dispatch.timetable import WEEKDAYS, Weekday
from sim.corridor.service import ServiceSpec
from sim.levers.tree import Values
from sim.quantities import day_of
from sim.scenario import Scenario

_OTHER = {"timetable": "dispatch", "dispatch": "timetable"}


def in_force(spec: ServiceSpec, day: date | None) -> ServiceSpec:
    """The service as it runs on a day; without one, as it begins."""
    phases = spec.phases
    begun = [what for begins, _, what in phases if day and begins and begins <= day]
    return begun[-1] if begun else phases[0][2]


def running(scenario: Scenario, service: str, what: dict[str, Any], day: date | None) -> Values:
    """Values that make a service run so from a day on, or (None, or before it begins) throughout.

    What later changes say of the same is taken out, so that the lever holds to the end.
    """
    spec = scenario.services[service]
    path = f"services.{service}"
    day = None if day and spec.first_day and day <= spec.first_day else day
    values: Values = {}
    for other, change in sorted(spec.changes.items()):
        if day is None or day_of(other) >= day:
            gone = [key for key in _both(what) if getattr(change, key) is not None]
            values |= {f"{path}.changes.{other}.{key}": None for key in gone}
    here = path if day is None else f"{path}.changes.{day.isoformat()}"
    if day is None:
        values |= {f"{path}.{_OTHER[key]}": None for key in what if key in _OTHER}
    return values | {f"{here}.{key}": value for key, value in what.items()}


def _both(what: dict[str, Any]) -> list[str]:
    return [*what, *(_OTHER[key] for key in what if key in _OTHER and _OTHER[key] not in what)]


def weekly(per_week: float, first: Weekday, at: str) -> dict[str, Any]:
    """A timetable of so many departures a week: up to seven, if whole, on fixed days, evenly spread from the first."""
    if per_week > 7 or per_week != int(per_week):
        return {"every_h": float(f"{168 / per_week:.12g}")}
    n, start = int(per_week), WEEKDAYS.index(first)
    days = sorted((start + 7 * k // n) % 7 for k in range(n))
    return {"weekdays": [WEEKDAYS[day] for day in days], "at": at}
