"""More or fewer departures: so many a week, on fixed days spread evenly."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from sim.corridor.service import ServiceSpec
from sim.levers.lever import About, Keys, Lever, both, known
from sim.levers.running import in_force, running, weekly
from sim.levers.tree import Values
from sim.quantities import Clock, Day
from sim.scenario import Scenario


class Frequency(Lever):
    """So many departures a week. Up to seven, if whole, go on fixed weekdays, evenly spread from the first weekday of
    the present timetable; others go every so many hours.
    """

    about = About(
        id="frequency",
        main="per_week",
        name=both("Frequency", "开行频次"),
        does=both("so many departures a week, on fixed weekdays", "每周固定日期开行若干列"),
        decided_by=both(
            "the train's operator, with the railway's yearly plan of paths", "班列平台公司，经铁路年度运行图安排"
        ),
        costs=both(
            "the running cost of every further train (tariff of the service)", "每增开一列的运行成本（见该线路运价）"
        ),
        anchor=both(
            "Dalian train: every other day, later daily (2024, documented); the frequency of 2019 is assumed",
            "大连班列：隔日，后为每日（2024 年，有文献）；2019 年频次为假设",
        ),
    )

    services: Keys
    """the services, each way"""
    per_week: Annotated[float, Field(gt=0, le=168)]
    """departures a week"""
    at: Clock | None = None
    """time of departure; without it as now, or 20:00"""
    minimum_teu: Annotated[int, Field(ge=0)] | None = None
    """the least load with which they run, if that changes too"""
    from_day: Day | None = Field(default=None, alias="from")
    """from this day on; without it, throughout the run, its warm-up included"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("services", self.services, scenario.services, "service")
        found: Values = {}
        for name in self.services:
            what: dict[str, Any] = {"timetable": self._timetable(scenario.services[name], self.from_day)}
            if self.minimum_teu is not None:
                what["minimum_teu"] = self.minimum_teu
            found |= running(scenario, name, what, self.from_day)
        return found

    def _timetable(self, spec: ServiceSpec, day: date | None) -> dict[str, Any]:
        now = in_force(spec, day).timetable
        first = now.weekdays[0] if now and now.weekdays else "mon"
        return weekly(self.per_week, first, self.at or (now.at if now else None) or "20:00")
