"""The level and the taper of a subsidy, for one corridor or, as a national rule, for all lines."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.corridor.money import Amount, CapBase, SubsidySpec
from sim.corridor.treasury import grant_of
from sim.levers.lever import About, Lever, LeverError, both, known
from sim.levers.prices import dearer
from sim.levers.tree import Values, plain
from sim.quantities import Day, Key, Share, day_of
from sim.scenario import Scenario

_WRITTEN = ("per_feu", "cap_share", "cap_base", "budget_per_year", "taper")


class Subsidy(Lever):
    """Another grant, cap, budget or taper of a subsidy that the scenario has.

    `national: true` says that the rule holds for the lines of others too: those alternatives in the same nest that are
    not ours become dearer by what shippers see of the fall. They do so for the whole run, without taper or budget.
    """

    about = About(
        id="subsidy",
        main="level",
        name=both("Subsidy", "运费补贴"),
        does=both("another level, cap, budget or taper of a subsidy", "调整补贴水平、上限、预算或退坡"),
        decided_by=both(
            "Ministry of Finance (the cap); province and city (grant, budget)",
            "财政部（上限）；省、市财政（补贴额、预算）",
        ),
        costs=both("the subsidy itself: counted box by box", "补贴本身：按箱逐笔计算"),
        anchor=both(
            "cap 50 % in 2018, 40 % in 2019, 30 % in 2020 (documented); its base is in dispute: run both",
            "上限 2018 年 50%、2019 年 40%、2020 年 30%（有文献）；计算基数说法不一，应分别计算",
        ),
        once="programme",
    )

    programme: Key
    """the subsidy, as it is called under `subsidies`"""
    level: Annotated[float, Field(ge=0, le=10)] | None = None
    """the grant, and its cap, times so much: 0 is no subsidy, 0.5 half of it"""
    per_feu: Amount | None = None
    """what is granted for a loaded 40 ft box"""
    cap_share: Share | None = None
    """the most that may be granted, as a share of running cost"""
    cap_base: CapBase | None = None
    """the running cost that the cap is a share of"""
    budget_per_year: Amount | None = None
    """what may be paid in a calendar year"""
    taper: dict[str, Share] | None = None
    """the share of the grant that is paid from a day on: `{"2020-07-01": 0.5}`"""
    national: bool = False
    """whether the lines of others have the same rule"""
    from_day: Day | None = Field(default=None, alias="from")
    """`level`, or a lower `cap_share`, from this day on; without it, throughout the run, its warm-up included"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("programme", [self.programme], scenario.subsidies, "subsidy")
        beside = [key for key in ("per_feu", "cap_share") if getattr(self, key) is not None]
        if self.level is not None and beside:
            raise LeverError(
                "level", f"is a factor on what was granted before, and {beside[0]} says what is now: keep one."
            )
        before = scenario.subsidies[self.programme]
        what = self._tapered(before) if self.from_day else self._throughout(before)
        found: Values = {f"subsidies.{self.programme}.{key}": value for key, value in what.items()}
        if self.national:
            after = _scaled(before, self._left(before)) if self.from_day else what
            found |= self._others(scenario, before, before.but(**after))
        return found

    def _throughout(self, before: SubsidySpec) -> dict[str, Any]:
        given = plain(self)
        what = {key: given[key] for key in _WRITTEN if given.get(key) is not None}
        if self.level is not None:
            what |= _scaled(before.but(**what), self.level)
        return what

    def _tapered(self, before: SubsidySpec) -> dict[str, Any]:
        """The taper that makes the subsidy fall to its new level on a day."""
        assert self.from_day
        earlier = {day: share for day, share in before.taper.items() if day_of(day) < self.from_day}
        now = earlier[max(earlier)] if earlier else 1.0
        return {"taper": {**earlier, self.from_day.isoformat(): _times(now, self._left(before))}}

    def _left(self, before: SubsidySpec) -> float:
        given = {key for key in _WRITTEN if getattr(self, key) is not None}
        if self.level is not None and not given:
            left = self.level
        elif given == {"cap_share"} and self.level is None and self.cap_share is not None and before.cap_share:
            left = self.cap_share / before.cap_share
            if before.per_feu is not None:
                raise LeverError("from", "a cap beside a grant changes throughout the run: leave `from` out.")
        else:
            raise LeverError("from", "goes with `level` alone, or `cap_share` alone.")
        if left > 1:
            raise LeverError("from", "a subsidy cannot rise on a day, only fall: leave `from` out.")
        return left

    def _others(self, scenario: Scenario, before: SubsidySpec, after: SubsidySpec) -> Values:
        """What the lines of others cost more, market by market."""
        found: Values = {}
        for name, market in scenario.markets.items():
            ours = market.choice.alternatives if market.choice else {}
            falls: dict[str, float] = {}
            for code, one in ours.items():
                fall = self._fall(scenario, (code, market.direction, one.region or market.region), before, after)
                falls[one.nest] = max(falls.get(one.nest, 0.0), fall, key=abs)
            for code, one in ours.items():
                if code not in scenario.channels and falls[one.nest]:
                    found |= dearer(scenario, name, code, scenario.operators.pass_through * falls[one.nest])
        return found

    def _fall(self, scenario: Scenario, chain: tuple[str, str, str], before: SubsidySpec, after: SubsidySpec) -> float:
        """Yuan that a 40 ft box of one of our channels is granted less."""
        code, direction, region = chain
        channel = scenario.channels.get(code)
        services = channel.side(direction)[region].services if channel and region in channel.side(direction) else ()
        tariffs = [scenario.services[service].tariff for service in services if service in before.services]
        exchange = scenario.exchange
        return sum(grant_of(before, one, exchange) - grant_of(after, one, exchange) for one in tariffs if one)


def _scaled(subsidy: SubsidySpec, level: float) -> dict[str, Any]:
    """The grant and its cap, times so much."""
    now = plain(subsidy)
    return {key: _times(now[key], level) for key in ("per_feu", "cap_share") if now.get(key) is not None}


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, dict):
        return {key: _times(below, factor) for key, below in value.items()}
    return float(f"{value * factor:.12g}")
