"""Fast clearance (快通): formalities at a border, or clearance at a terminal, in a fraction of the time."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.corridor.border import BorderSpec
from sim.corridor.terminal import TerminalSpec
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.tree import Values
from sim.quantities import DIRECTIONS, Direction, Share
from sim.scenario import Scenario
from sim.variation import Always, Varying

_SIDE = {"outbound": "export_clearance", "inbound": "import_clearance"}


class FastClearance(Lever):
    """Checks at borders, and clearance at terminals that have any, take `time_h`.

    A box is examined once in this model, where it is cleared. With `inspection_share` it may be examined less often.
    """

    about = About(
        id="fast_clearance",
        main="time_h",
        name=both("Fast clearance", "快速通关（快通）"),
        does=both(
            "checks at borders and clearance at terminals in so many hours; one examination",
            "口岸检查、场站通关在若干小时内完成；只查验一次",
        ),
        decided_by=both("General Administration of Customs, the border station", "海关总署、口岸站"),
        costs=both("systems and staff of customs; give them under `cost`", "海关系统与人员；在 `cost` 中填写"),
        anchor=both(
            "railway customs reform: about half a day → under 0.5 h (documented)",
            "铁路快通改革：约半天 → 不到 0.5 小时（有文献）",
        ),
    )

    nodes: Keys
    """border stations, and terminals that clear boxes"""
    directions: Annotated[tuple[Direction, ...], Field(min_length=1, strict=False)] = DIRECTIONS
    """`outbound`, `inbound`, or both"""
    time_h: Varying = Always(always=0.5)
    """hours that checks (of a train) or clearance (of a box) take"""
    inspection_share: Share | None = None
    """share of boxes examined where they are cleared, if that changes too"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("nodes", self.nodes, scenario.nodes, "node")
        found: Values = {}
        for name in self.nodes:
            node = scenario.nodes[name]
            here = self._border(name) if isinstance(node, BorderSpec) else self._terminal(name, node)
            if not here:
                raise LeverError(
                    "nodes", f"'{name}' clears no boxes in this direction: there is nothing to make faster."
                )
            found |= here
        return found

    def _time(self) -> dict[str, Any]:
        return self.time_h.model_dump(mode="json", by_alias=True)

    def _border(self, name: str) -> Values:
        return {f"nodes.{name}.{side}.checks_h": self._time() for side in self.directions}

    def _terminal(self, name: str, node: TerminalSpec) -> Values:
        found: Values = {}
        for key in (_SIDE[side] for side in self.directions):
            if getattr(node, key) is not None:
                found[f"nodes.{name}.{key}.time_h"] = self._time()
                if self.inspection_share is not None:
                    found[f"nodes.{name}.{key}.inspection_share"] = self.inspection_share
        return found
