"""Full-timetable trains (全程时刻表班列): fixed paths over the whole route, and so shorter running times."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.tree import Values
from sim.scenario import Scenario


class FullTimetable(Lever):
    """The lines on the route of these trains take a share less time, for all who run over them: a line has one running
    time in this model. Every law keeps its shape, so that a slow train stays slow.
    """

    about = About(
        id="full_timetable",
        main="less_share",
        name=both("Full-timetable trains", "全程时刻表班列"),
        does=both("running times a share shorter on all lines of the route", "全程各区段运行时间按比例缩短"),
        decided_by=both("the railways of all countries on the route", "沿线各国铁路"),
        costs=both(
            "priority and fixed paths, paid to the railways; no price is published: give it under `cost`",
            "向铁路支付的优先权与固定运行线费用，无公开价格；在 `cost` 中填写",
        ),
        anchor=both(
            "none for this route: running time −30 % on fixed paths is assumed",
            "本线无文献：固定运行线使全程时间 −30% 为假设",
        ),
    )

    services: Keys
    """the trains whose routes get fixed paths"""
    lines: Keys | None = None
    """only these lines of the routes; without it, all"""
    less_share: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """share of the running time that is saved"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("services", self.services, scenario.services, "service")
        routes = [scenario.services[name] for name in self.services]
        if any(route.mode != "train" for route in routes):
            raise LeverError("services", "names a service that is no train: only trains have paths.")
        on_route = dict.fromkeys(line for route in routes for line in route.route[1::2])
        known("lines", self.lines or (), on_route, "line on these routes")
        return dict(self._faster(scenario, line) for line in self.lines or on_route)

    def _faster(self, scenario: Scenario, name: str) -> tuple[str, Any]:
        spec, left = scenario.lines[name], 1 - self.less_share
        law, key, factor = (
            (spec.run_h, "run_h", left) if spec.run_h else (spec.speed_km_per_day, "speed_km_per_day", 1 / left)
        )
        assert law is not None
        return f"lines.{name}.{key}", law.times(factor).model_dump(mode="json", by_alias=True)
