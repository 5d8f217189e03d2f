"""The sea as a buffer: while trains queue at the border, who turns to the sea pays less, and hears of it sooner."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.corridor.border import BorderSpec
from sim.corridor.money import Amount
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.prices import choosing_between, cny
from sim.levers.tree import Values
from sim.quantities import Direction, Key
from sim.scenario import Scenario


class SeaBuffer(Lever):
    """While a train would wait `queue_days` or longer at one of `places`, boxes that are booked by sea pay
    `less_per_feu`; shippers look every `news_days`.

    It acts through their choice, market by market, on the waits of trains of its direction. Its limits:
    boxes that are booked stay where they are; a box that would have gone by sea anyway has the rebate too; nothing
    happens where shippers do not choose.
    """

    about = About(
        id="sea_buffer",
        main="queue_days",
        name=both("Sea outlet as a buffer", "海运通道分流"),
        does=both(
            "while trains queue so many days, the sea is cheaper; all shippers look more often",
            "列车排队超过设定天数期间，改走海运享受运费优惠；全体货主更频繁地查看行情",
        ),
        decided_by=both("the train's operators and the ports, by a joint platform", "班列与港口经营人，经联合信息平台"),
        costs=both(
            "the rebate, which operators bear box by box; a platform, under `cost`",
            "运费优惠由经营人逐箱承担；信息平台在 `cost` 中填写",
        ),
        anchor=both(
            "congested spells at the border of 6–14 days (documented); what shippers do then is assumed",
            "口岸拥堵期 6–14 天（有文献）；货主反应为假设",
        ),
        once="alternative",
    )

    alternative: Key
    """the alternative by sea"""
    places: Keys
    """where trains may wait: borders, for their change of gauge, and lines, while they are shut or full"""
    queue_days: Annotated[float, Field(gt=0, le=366)] = 2.0
    """days that a train which came now would wait at one of them, from which on there is a rebate"""
    less_per_feu: Amount
    """what a 40 ft box pays less by sea while there is"""
    markets: Keys | None = None
    """the markets that may turn to it; without it, all that have it as an alternative"""
    news_days: Annotated[float, Field(gt=0, le=366)] = 1.0
    """days after which shippers look again, at the queue too"""
    memory_days: Annotated[float, Field(gt=0, le=3660)] | None = None
    """how long they remember, if that changes too"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        if scenario.choice is None:
            raise LeverError("alternative", "shippers do not choose in this scenario: it has no `choice`.")
        found: Values = {"choice.news_days": self.news_days}
        if self.memory_days is not None:
            found["choice.memory_days"] = self.memory_days
        known("places", self.places, {**scenario.nodes, **scenario.lines}, "place")
        cny(scenario, "less_per_feu", self.less_per_feu)  # there is a rate of exchange
        for market, spec in choosing_between(scenario, self.alternative, self.markets):
            found[f"markets.{market}.choice.alternatives.{self.alternative}.relief"] = {
                "at": self._where_trains_wait(scenario, spec.direction),
                "direction": spec.direction,
                "queue_days": self.queue_days,
                "per_feu": dict(self.less_per_feu),
                **({"paid_by": "operator"} if self.alternative in scenario.channels else {}),
            }
        return found

    def _where_trains_wait(self, scenario: Scenario, direction: Direction) -> list[str]:
        """Those of the places where trains of a direction may wait. Raises LeverError if there is none."""
        nodes = scenario.nodes
        borders = {name: node for name, node in nodes.items() if isinstance(node, BorderSpec)}
        found = [at for at in self.places if at not in borders or borders[at].gauge_change_of(direction)[0]]
        if not found:
            raise LeverError("places", f"no {direction} train changes gauge at '{self.places[0]}'.")
        return found
