"""Hub consolidation: cargo of other places is gathered in an inland hub, and comes sooner."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.levers.cargo import markets, offers
from sim.levers.lever import About, Keys, Lever, both
from sim.levers.tree import Values
from sim.scenario import Scenario
from sim.variation import Varying


class HubCargo(Lever):
    """These markets (as a rule hub cargo) offer a share more from a year on, and reach the first terminal in
    `first_mile_h`. How much a hub draws in is assumed.
    """

    about = About(
        id="hub_cargo",
        main="more_share",
        name=both("Hub consolidation", "集结中心"),
        does=both("a share more hub cargo, and another first mile", "外地集结货源按比例增加，首程时间改变"),
        decided_by=both("the province, the train's operator, China Railway", "省政府、班列平台公司、国铁集团"),
        costs=both(
            "marketing, feeder trains and the yard of the hub; give them under `cost`",
            "揽货、支线集货列车与集结场站；在 `cost` 中填写",
        ),
        anchor=both(
            "hub cargo of these trains fell by 21.3 % from 2018 to 2019 (derived, reading A); the effect is assumed",
            "本线外地货 2018→2019 下降 21.3%（推算，读法 A）；效果为假设",
        ),
    )

    markets: Keys
    """the markets"""
    more_share: Annotated[float, Field(ge=-1, le=10)] = 0.0
    """how much more they offer: 0.2 is twenty per cent"""
    first_mile_h: Varying | None = None
    """hours from booking to the gate of the first terminal, if that changes"""
    from_year: Annotated[int, Field(ge=1900, le=2999)] | None = None
    """more is offered from this calendar year on; without it, in every year"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        found = offers(scenario, self.markets, 1 + self.more_share, self.from_year) if self.more_share else {}
        if self.first_mile_h is not None:
            law = self.first_mile_h.model_dump(mode="json", by_alias=True)
            found |= {f"markets.{name}.first_mile_h": law for name in markets(scenario, self.markets)}
        return found
