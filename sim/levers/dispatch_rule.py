"""Departure when full, or so many hours after the first box, in place of a timetable."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.levers.lever import About, Keys, Lever, both, known
from sim.levers.running import running
from sim.levers.tree import Values
from sim.quantities import Day
from sim.scenario import Scenario


class DispatchRule(Lever):
    """Trains leave when full, or `after_h` hours after their first box was ready, whichever comes first."""

    about = About(
        id="dispatch_rule",
        main="after_h",
        name=both("Dispatch rule", "发车规则"),
        does=both("trains leave when full, or so long after the first box", "满列发车，或首箱到站若干小时后发车"),
        decided_by=both("the train's operator", "班列平台公司"),
        costs=both(
            "nothing by itself: fewer, fuller trains, and boxes that wait", "本身无费用：列车更少、更满，箱等车"
        ),
        anchor=both(
            "none: that a trial train runs when full or on announced dates is assumed, and the hours",
            "无文献：试运行班列满列或按公告日期开行，及其小时数，均为假设",
        ),
    )

    services: Keys
    """the services"""
    after_h: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    """the longest that a first box waits, in hours; without it, until the train is full"""
    from_day: Day | None = Field(default=None, alias="from")
    """from this day on; without it, throughout the run, its warm-up included"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("services", self.services, scenario.services, "service")
        rule: dict[str, Any] = {"when_full": True} if self.after_h is None else {"full_or_after_h": self.after_h}
        found: Values = {}
        for name in self.services:
            found |= running(scenario, name, {"dispatch": rule}, self.from_day)
        return found
