"""More or less cargo, in all months or in some: no policy, but what policies meet."""

from __future__ import annotations

from calendar import monthrange
from typing import Annotated

from pydantic import Field

from sim.corridor.market import MarketSpec
from sim.levers.cargo import markets
from sim.levers.lever import About, Keys, Lever, LeverError, both
from sim.levers.tree import Values
from sim.scenario import Scenario

Month = Annotated[int, Field(ge=1, le=12)]


class Demand(Lever):
    """These markets offer so many times as much in some months; other months stay exactly as they were. The months are
    those of every simulated year, those of the warm-up included.
    """

    about = About(
        id="demand",
        main="times",
        name=both("Demand", "货源波动"),
        does=both("so many times the cargo, in some months or in all", "部分或全部月份的货源乘以系数"),
        decided_by=both("nobody: it happens", "非决策：外部冲击"),
        costs=both("nothing: it is a shock, not a policy", "无费用：是冲击，不是政策"),
        anchor=both(
            "none: no source says by how much demand fell or rose in 2020; assumed",
            "无文献：2020 年货源增减幅度无据可查，为假设",
        ),
    )

    times: Annotated[float, Field(ge=0, le=100)]
    """how many times as much is offered"""
    months: Annotated[tuple[Month, ...], Field(min_length=1, max_length=12, strict=False)] = tuple(range(1, 13))
    """these months, 1 to 12"""
    markets: Keys | None = None
    """these markets; without it, all"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        found: Values = {}
        for name, market in markets(scenario, self.markets or tuple(scenario.markets)).items():
            if not market.teu_per_year:
                raise LeverError("markets", f"'{name}' has fixed arrivals: it offers no TEU a year.")
            found |= self._of(name, market)
        return found

    def _of(self, name: str, market: MarketSpec) -> Values:
        before = market.month_index
        after = [index * self.times if month in self.months else index for month, index in enumerate(before, 1)]
        found: Values = {}
        if len(set(self.months)) < 12:
            if not any(after):
                raise LeverError("times", f"nothing would be left of '{name}' in any month.")
            found[f"markets.{name}.month_index"] = [float(f"{index:.12g}") for index in after]
        for year, teu in market.teu_per_year.items():
            days = [monthrange(int(year), month)[1] for month in range(1, 13)]
            grown = sum(map(_product, after, days)) / sum(map(_product, before, days))
            found[f"markets.{name}.teu_per_year.{year}"] = float(f"{teu * grown:.12g}")
        return found


def _product(a: float, b: float) -> float:
    return a * b
