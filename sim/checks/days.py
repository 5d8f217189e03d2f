"""Rules about days: seasons, and what happens in the measured period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil

from sim.corridor.dispatch import Timetable
from sim.corridor.dispatch.timetable import WEEKDAYS
from sim.corridor.service import ServiceSpec
from sim.errors import Problem
from sim.quantities import day_of
from sim.scenario import Scenario

_DAY = timedelta(days=1)


def seasons_are_in_order(scenario: Scenario) -> list[Problem]:
    """Services and markets do not end before they begin."""
    seasons = {f"services.{name}": (spec.first_day, spec.last_day) for name, spec in scenario.services.items()}
    seasons |= {f"markets.{name}": (spec.first_day, spec.last_day) for name, spec in scenario.markets.items()}
    return [
        Problem(f"{path}.last_day", f"the last day, {last}, is before the first, {first}.")
        for path, (first, last) in seasons.items()
        if first and last and last < first
    ]


def changes_lie_in_season(scenario: Scenario) -> list[Problem]:
    """A service changes on days on which it runs."""
    found: list[Problem] = []
    for name, service in scenario.services.items():
        for day in service.changes:
            path = f"services.{name}.changes.{day}"
            if service.first_day and day_of(day) < service.first_day:
                found.append(Problem(path, f"the service begins only on {service.first_day}."))
            if service.last_day and day_of(day) > service.last_day:
                found.append(Problem(path, f"the service has ended on {service.last_day}."))
    return found


def services_run(scenario: Scenario) -> list[Problem]:
    """A service that cargo is sent by runs in the measured period."""
    used = sorted({service for _, service in cargo_by_service(scenario)})
    return [
        Problem(f"services.{name}", "no train leaves in the measured period.", "Look at its timetable and its days.")
        for name in used
        if not _runs(scenario.services[name], scenario)
    ]


def cargo_by_service(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Each (market, service) such that the market sends a share of its cargo by the service."""
    for code, market in scenario.markets.items():
        for channel in (scenario.channels.get(c) for c, share in market.channels.items() if share > 0):
            chain = channel.side(market.direction).get(market.region) if channel else None
            for service in chain.services if chain else ():
                if service in scenario.services:
                    yield code, service


def phases_in_period(service: ServiceSpec, scenario: Scenario) -> Iterator[tuple[float, float, ServiceSpec]]:
    """How a service runs in the measured period: (from, to, what is in force), in hours of the run."""
    begin_h, end_h = scenario.period.window
    if service.last_day:
        end_h = min(end_h, _hour(service.last_day + _DAY, scenario.period.start))
    for first, following, spec in service.phases:
        low = max(begin_h, _hour(first, scenario.period.start)) if first else begin_h
        high = min(end_h, _hour(following, scenario.period.start)) if following else end_h
        if low < high:
            yield low, high, spec


def _hour(day: date, start: datetime) -> float:
    return (datetime(day.year, day.month, day.day) - start) / timedelta(hours=1)


def departures_between(timetable: Timetable, start: datetime, low_h: float, high_h: float) -> int:
    """Planned departures from `low_h` on and before `high_h`, in hours from the start of the run."""
    factor = timetable.frequency_factor
    return sum(
        max(0, ceil((high_h * factor - first_h) / every_h)) - max(0, ceil((low_h * factor - first_h) / every_h))
        for first_h, every_h in _rhythms(timetable, start)
    )


def _rhythms(timetable: Timetable, start: datetime) -> list[tuple[float, float]]:
    """A timetable before its frequency factor, as departures at first_h, first_h + every_h, first_h + 2 · every_h …"""
    if timetable.every_h is not None:
        return [(timetable.every_h if timetable.first_h is None else timetable.first_h, timetable.every_h)]
    hour, minute = (int(part) for part in (timetable.at or "00:00").split(":"))
    days = ((WEEKDAYS.index(day) - start.weekday()) % 7 for day in sorted(set(timetable.weekdays or ())))
    return [(day * 24.0 + hour + minute / 60, 168.0) for day in days]


def _runs(service: ServiceSpec, scenario: Scenario) -> bool:
    start = scenario.period.start
    return any(
        spec.cancelled_share < 1
        and (not isinstance(spec.rule, Timetable) or departures_between(spec.rule, start, low_h, high_h) > 0)
        for low_h, high_h, spec in phases_in_period(service, scenario)
    )


def places_open(scenario: Scenario) -> list[Problem]:
    """No place is shut on every day of the measured period."""
    found: list[Problem] = []
    for place in (*scenario.nodes, *scenario.lines):
        here = {name: spec for name, spec in sorted(scenario.disruptions.items()) if place in spec.at}
        shut = [(days.first_day, days.last_day) for spec in here.values() for days in spec.closed.values()]
        if shut and _covered(shut, scenario.period.first_day, scenario.period.last_day):
            path = f"disruptions.{next(name for name, spec in here.items() if spec.closed)}.closed"
            found.append(
                Problem(path, f"'{place}' is shut on every day of the measured period.", "Take it out of the routes.")
            )
        found += [
            Problem(f"disruptions.{name}.outage.up_h", f"'{place}' is never open.", "Write hours above 0.")
            for name, spec in here.items()
            if spec.outage and spec.outage.up_h.mean == 0
        ]
    return found


def _covered(shut: list[tuple[date, date]], first: date, last: date) -> bool:
    """Whether each day from first to last lies in one of the closures."""
    day = first
    for begin, end in sorted(shut):
        if begin <= day:
            day = max(day, end + _DAY)
    return day > last
