"""Regular running: departures on named weekdays."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.corridor.dispatch.timetable import Weekday
from sim.levers.lever import About, Lever, both, known
from sim.levers.running import running
from sim.levers.tree import Values
from sim.quantities import Clock, Day, Key
from sim.scenario import Scenario

Days = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7, strict=False)]


class FixedDays(Lever):
    """Trains leave on fixed days, whatever their load unless `minimum_teu` says otherwise."""

    about = About(
        id="fixed_days",
        main="at",
        name=both("Fixed days (regular running)", "固定日期开行（常态化）"),
        does=both("departures on named weekdays, at any load", "每周按固定日期开行，不论箱量"),
        decided_by=both("the train's operator, with the port and the railway", "班列平台公司，会同港口与铁路"),
        costs=both(
            "the running cost of every train, also of nearly empty ones (tariff of the service)",
            "每列的运行成本，箱量不足也须开行（见该线路运价）",
        ),
        anchor=both(
            "the plan for 2020 names regular running (documented); the days are assumed",
            "2020 年计划提出常态化运行（有文献）；具体日期为假设",
        ),
    )

    days: Annotated[dict[Key, Days], Field(min_length=1)]
    """the weekdays of each service: `{west: [tue, fri]}`"""
    at: Clock = "20:00"
    """time of departure"""
    minimum_teu: Annotated[int, Field(ge=0)] = 0
    """the least load with which they run; 0: at any load"""
    from_day: Day | None = Field(default=None, alias="from")
    """from this day on; without it, throughout the run, its warm-up included"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("days", self.days, scenario.services, "service")
        found: Values = {}
        for name, days in self.days.items():
            timetable: dict[str, Any] = {"weekdays": list(days), "at": self.at}
            what = {"timetable": timetable, "minimum_teu": self.minimum_teu}
            found |= running(scenario, name, what, self.from_day)
        return found
