"""An inland depot of empty boxes: exporters need not fetch one from the port."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.levers.cargo import markets
from sim.levers.lever import About, Keys, Lever, LeverError, both
from sim.levers.tree import Values
from sim.quantities import HOURS_PER_DAY
from sim.scenario import Scenario
from sim.variation import Varying


class EmptiesDepot(Lever):
    """The first mile of these markets is `first_mile_h`, or else shorter by `saves_days` on average, its spread
    shrinking in proportion. What is saved on the way back of an empty box comes after delivery, and is not counted.
    """

    about = About(
        id="empties_depot",
        main="saves_days",
        name=both("Inland empties depot", "内陆还箱点（空箱堆场）"),
        does=both("exporters get empty boxes inland: a shorter first mile", "出口商就地提空箱，首程缩短"),
        decided_by=both("shipping lines, with the inland terminal", "船公司与内陆场站"),
        costs=both("moving and keeping empty boxes; give it under `cost`", "空箱调运与堆存；在 `cost` 中填写"),
        anchor=both(
            "Jinan–Qingdao: a dry port saves about 3 days of fetching and returning the box (documented analogue)",
            "济南—青岛：无水港节省提还箱约 3 天（有文献的类比）",
        ),
    )

    markets: Keys
    """the markets, as a rule exports"""
    saves_days: Annotated[float, Field(ge=0, le=365)] = 3.0
    """days saved on average, unless `first_mile_h` is given"""
    first_mile_h: Varying | None = None
    """hours from booking to the gate of the first terminal with the depot"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        return {f"markets.{name}.first_mile_h": self._law(scenario, name) for name in markets(scenario, self.markets)}

    def _law(self, scenario: Scenario, name: str) -> object:
        law = self.first_mile_h
        if law is None:
            now = scenario.markets[name].first_mile_h
            left = now.mean - self.saves_days * HOURS_PER_DAY
            if left < 0 or now.mean == 0:
                days = f"{now.mean / HOURS_PER_DAY:.1f} days"
                raise LeverError("saves_days", f"more than the first mile of '{name}', which takes {days}.")
            law = now.times(left / now.mean)
        return law.model_dump(mode="json", by_alias=True)
