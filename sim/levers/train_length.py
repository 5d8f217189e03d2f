"""Longer or shorter trains."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.levers.lever import About, Keys, Lever, both, known
from sim.levers.running import running
from sim.levers.tree import Values
from sim.quantities import Day
from sim.scenario import Scenario

TEU_PER_WAGON = 2


class TrainLength(Lever):
    """Trains of so many wagons, each for a box of 40 ft (2 TEU). The cost of a train stays as its tariff says."""

    about = About(
        id="train_length",
        main="wagons",
        name=both("Train length", "编组长度"),
        does=both("trains of so many wagons (2 TEU each)", "每列编组若干车（每车 2 标箱）"),
        decided_by=both(
            "China Railway (the norm), the terminals (their sidings)", "国铁集团（编组标准）、场站（线路有效长）"
        ),
        costs=both(
            "more wagons, and longer sidings where they are too short; give them under `cost`",
            "增加车辆，股道不足时须延长；在 `cost` 中填写",
        ),
        anchor=both(
            "50 wagons to 2022, 55 from January 2023; 41–42 in use in 2019 (documented)",
            "2022 年前 50 车，2023 年 1 月起 55 车；2019 年实际 41–42 车（有文献）",
        ),
    )

    services: Keys
    """the services"""
    wagons: Annotated[int, Field(ge=1, le=500)]
    """wagons of a train"""
    from_day: Day | None = Field(default=None, alias="from")
    """from this day on; without it, throughout the run, its warm-up included"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("services", self.services, scenario.services, "service")
        found: Values = {}
        for name in self.services:
            found |= running(scenario, name, {"capacity_teu": TEU_PER_WAGON * self.wagons}, self.from_day)
        return found
