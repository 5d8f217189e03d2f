"""Places that work only on some days of the week for a time: too few staff, or too little traffic."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from sim.corridor.dispatch.timetable import WEEKDAYS, Weekday
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.tree import Values
from sim.quantities import Day, Key
from sim.scenario import Scenario


class ShortStaff(Lever):
    """Between two days these places are shut on some weekdays: gauge change and lifts rest, lines are not entered."""

    about = About(
        id="short_staff",
        main="closed_on",
        name=both("Working days cut", "减少作业日"),
        does=both(
            "border stations, terminals or lines rest on some weekdays for a time",
            "口岸、场站或线路在一段时间内每周若干天停工",
        ),
        decided_by=both("customs, railways, health authorities", "海关、铁路、卫生防疫部门"),
        costs=both("nothing is reckoned: what it costs are boxes that wait", "不计费用：代价是货物等待"),
        anchor=both("none: places, days and weekdays are assumed", "无文献：地点、时段与停工日均为假设"),
    )

    at: Keys
    """nodes and lines"""
    first_day: Day
    """the first day"""
    last_day: Day
    """the last day, included"""
    closed_on: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7, strict=False)]
    """weekdays on which they rest"""
    key: Key = "short_staff"
    """what the disruption is called"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("at", self.at, [*scenario.nodes, *scenario.lines], "node or line")
        days = [self.first_day + timedelta(k) for k in range((self.last_day - self.first_day).days + 1)]
        shut = [day for day in days if WEEKDAYS[day.weekday()] in self.closed_on]
        if not shut:
            raise LeverError("closed_on", "no such weekday lies between the two days.")
        spells = {f"from_{first:%Y_%m_%d}": (first, last) for first, last in _spells(shut)}
        closed = {k: {"first_day": a.isoformat(), "last_day": b.isoformat()} for k, (a, b) in spells.items()}
        name = self.about.name.model_dump()
        return {f"disruptions.{self.key}": {"name": name, "at": list(self.at), "closed": closed}}


def _spells(days: list[date]) -> list[tuple[date, date]]:
    """Days in a row, as first and last of each row."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
