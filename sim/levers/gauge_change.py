"""A larger gauge change: more trains at once, or less time for each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.corridor.border import BorderSpec, GaugeChangeSpec
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.tree import Values
from sim.quantities import DIRECTIONS, Direction
from sim.scenario import Scenario


class GaugeChange(Lever):
    """The gauge change of these border stations makes `times` as many trains a day, by more slots or by faster work."""

    about = About(
        id="gauge_change",
        main="times",
        name=both("Gauge-change expansion", "换装能力扩容"),
        does=both(
            "so many times the gauge change's capacity, by more slots or faster work",
            "换装能力扩大若干倍：增加作业台位或缩短作业时间",
        ),
        decided_by=both("the railways on both sides of the border", "边境两侧铁路"),
        costs=both(
            "tracks, gantries, land: an investment, give it under `cost`", "股道、门吊、用地等投资；在 `cost` 中填写"
        ),
        anchor=both(
            "Manzhouli 420 → 840 TEU a day from mid-2022; Zabaikalsk 4–4.5 → 8–9 trains a day from 2023 (documented)",
            "满洲里 2022 年年中起 420→840 标箱/日；后贝加尔斯克 2023 年起 4–4.5→8–9 列/日（有文献）",
        ),
    )

    nodes: Keys
    """border stations"""
    directions: Annotated[tuple[Direction, ...], Field(min_length=1, strict=False)] = DIRECTIONS
    """whose gauge change grows, where each direction has its own"""
    times: Annotated[float, Field(gt=0, le=100)] = 2.0
    """how many times as many trains a day"""
    by: Literal["slots", "faster"] = "slots"
    """`slots`: more trains at once; `faster`: each takes less time, for what is no whole number of slots"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("nodes", self.nodes, scenario.nodes, "node")
        found: Values = {}
        for name in self.nodes:
            changes = _changes_of(scenario, name, self.directions)
            if not changes:
                raise LeverError("nodes", f"'{name}' changes no gauge in this direction.")
            for path, change in changes.items():
                found |= self._more_slots(path, change) if self.by == "slots" else self._faster(path, change)
        return found

    def extent(self, value: float) -> float:  # noqa: D102
        return value - 1

    def _more_slots(self, path: str, change: GaugeChangeSpec) -> Values:
        slots = change.slots * self.times
        if slots != int(slots) or slots < 1:
            raise LeverError(
                "times", f"{self.times:g} times {change.slots} slots is no whole number; write by: faster."
            )
        return {f"{path}.slots": int(slots)}

    def _faster(self, path: str, change: GaugeChangeSpec) -> Values:
        hours = {"base_h": change.base_h, "per_container_h": change.per_container_h}
        return {f"{path}.{key}": float(f"{hour / self.times:.12g}") for key, hour in hours.items()}


def _changes_of(scenario: Scenario, name: str, directions: tuple[Direction, ...]) -> dict[str, GaugeChangeSpec]:
    node, path = scenario.nodes[name], f"nodes.{name}"
    if not isinstance(node, BorderSpec):
        return {}
    if node.gauge_change:
        return {f"{path}.gauge_change": node.gauge_change}
    sides = {side: node.side(side).gauge_change for side in directions}
    return {f"{path}.{side}.gauge_change": change for side, change in sides.items() if change}
