"""More reach stackers or gantries at a terminal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.corridor.terminal import TerminalSpec
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.tree import Values
from sim.scenario import Scenario


class HandlingUnits(Lever):
    """So many more handling units at these terminals (negative: fewer)."""

    about = About(
        id="handling_units",
        main="more",
        name=both("Extra handling units", "增加装卸机械"),
        does=both("so many more reach stackers or gantries", "增加若干台正面吊或门吊"),
        decided_by=both("the terminal", "场站经营人"),
        costs=both("the units and their drivers; give them under `cost`", "设备购置与司机；在 `cost` 中填写"),
        anchor=both(
            "three reach stackers work one train at Xinglong (2024, documented); 2 / 3 / 4 in 2019 (assumed)",
            "兴隆 2024 年三台正面吊作业一列（有文献）；2019 年 2 / 3 / 4 台（假设）",
        ),
    )

    nodes: Keys
    """terminals"""
    more: Annotated[int, Field(ge=-100, le=100)] = 1
    """how many more"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("nodes", self.nodes, scenario.nodes, "node")
        return dict(self._units(scenario, name) for name in self.nodes)

    def _units(self, scenario: Scenario, name: str) -> tuple[str, int]:
        node = scenario.nodes[name]
        handling = node.handling if isinstance(node, TerminalSpec) else None
        if handling is None:
            raise LeverError("nodes", f"'{name}' has no handling units: its lifts take no time in this scenario.")
        return f"nodes.{name}.handling.units", handling.units + self.more
