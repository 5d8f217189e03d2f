"""A bonus on local cargo: its shippers pay less on one of our channels."""

from __future__ import annotations

from sim.corridor.money import Amount
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.prices import choosing_between, cny, dearer
from sim.levers.tree import Values
from sim.quantities import Key
from sim.scenario import Scenario


class LocalBonus(Lever):
    """Shippers of local cargo pay so much less for a 40 ft box on this channel; the treasury pays it, box by box."""

    about = About(
        id="local_bonus",
        main="per_feu",
        name=both("Local-cargo bonus", "本地货奖励"),
        does=both("local cargo pays less on the channel named", "本地货走所列通道少付运费"),
        decided_by=both("the city or the zone", "市政府或开发区"),
        costs=both("the bonus on all local boxes: counted box by box", "对全部本地箱的奖励：按箱逐笔计算"),
        anchor=both(
            "local share 52 % in 2019 (documented); the amount is assumed", "2019 年本地货占 52%（有文献）；金额为假设"
        ),
    )

    channel: Key
    """the channel"""
    per_feu: Amount
    """the bonus for a 40 ft box"""
    markets: Keys | None = None
    """these markets of local cargo; without it, all whose shippers may choose the channel"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        less = cny(scenario, "per_feu", self.per_feu)
        found: Values = {}
        for name in self._local(scenario):
            found |= dearer(scenario, name, self.channel, -less, "treasury")
        return found

    def _local(self, scenario: Scenario) -> list[str]:
        known("channel", [self.channel], scenario.channels, "channel")
        found = [
            name for name, market in choosing_between(scenario, self.channel, self.markets) if market.cargo == "local"
        ]
        if not found:
            raise LeverError("markets", "none of these markets is of local cargo.")
        return found
