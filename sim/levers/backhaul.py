"""Backhaul promotion: more cargo in the direction that runs emptier."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.levers.cargo import offers
from sim.levers.lever import About, Keys, Lever, both
from sim.levers.tree import Values
from sim.scenario import Scenario


class Backhaul(Lever):
    """These markets (as a rule imports) offer a share more, from a year on. That promotion works is assumed: the lever
    says what follows if it does.
    """

    about = About(
        id="backhaul",
        main="more_share",
        name=both("Backhaul promotion", "回程货源组织"),
        does=both("a share more cargo in the markets named", "所列市场货源按比例增加"),
        decided_by=both("the zone's trade office and the train's operator", "开发区商务部门与班列平台公司"),
        costs=both(
            "promotion, rebates, a purchasing office; give them under `cost`", "招商、让利、海外揽货；在 `cost` 中填写"
        ),
        anchor=both(
            "nation, loaded ratio inbound: 71 % (2018), 85 % (January–August 2019), documented; the effect is assumed",
            "全国回程重箱率 71%（2018）→85%（2019 年 1–8 月），有文献；此处效果为假设",
        ),
    )

    markets: Keys
    """the markets"""
    more_share: Annotated[float, Field(ge=-1, le=10)] = 0.3
    """how much more they offer: 0.3 is thirty per cent"""
    from_year: Annotated[int, Field(ge=1900, le=2999)] | None = None
    """from this calendar year on; without it, in every year"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        return offers(scenario, self.markets, 1 + self.more_share, self.from_year)
