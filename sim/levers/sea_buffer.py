"""The sea as a buffer: shippers hear sooner of a long queue at the border, and find it cheaper to turn to the sea."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.corridor.money import Amount
from sim.levers.lever import About, Keys, Lever, LeverError, both
from sim.levers.prices import choosing_between, cny, dearer
from sim.levers.tree import Values
from sim.quantities import Key
from sim.scenario import Scenario


class SeaBuffer(Lever):
    """Shippers look at times every `news_days`, and pay `less_per_feu` on the alternative by sea.

    It acts through their choice: a long queue lengthens the days that boxes by land experience, and moves cargo. Its
    limits: the sea is cheaper all the time, not only while there is a queue; boxes that are booked stay on land; the
    news is that of delivered boxes, so it lags by a journey; nothing happens where shippers do not choose.
    """

    about = About(
        id="sea_buffer",
        main="news_days",
        name=both("Sea outlet as a buffer", "海运通道分流"),
        does=both("shippers hear of queues sooner, and pay less by sea", "货主更快获知口岸拥堵，改走海运费用更低"),
        decided_by=both("the train's operators and the ports, by a joint platform", "班列与港口经营人，经联合信息平台"),
        costs=both(
            "the rebate, which operators bear box by box; a platform, under `cost`",
            "运费优惠由经营人逐箱承担；信息平台在 `cost` 中填写",
        ),
        anchor=both(
            "congested spells at the border of 6–14 days (documented); what shippers do then is assumed",
            "口岸拥堵期 6–14 天（有文献）；货主反应为假设",
        ),
    )

    alternative: Key
    """the alternative by sea"""
    markets: Keys | None = None
    """the markets that may turn to it; without it, all that have it as an alternative"""
    less_per_feu: Amount | None = None
    """what a 40 ft box pays less on it"""
    news_days: Annotated[float, Field(gt=0, le=366)] = 1.0
    """days after which shippers look again"""
    memory_days: Annotated[float, Field(gt=0, le=3660)] | None = None
    """how long they remember, if that changes too"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        if scenario.choice is None:
            raise LeverError("alternative", "shippers do not choose in this scenario: it has no `choice`.")
        found: Values = {"choice.news_days": self.news_days}
        if self.memory_days is not None:
            found["choice.memory_days"] = self.memory_days
        less = cny(scenario, "less_per_feu", self.less_per_feu)
        for market, _ in choosing_between(scenario, self.alternative, self.markets):
            found |= dearer(scenario, market, self.alternative, -less, "operator") if less else {}
        return found
