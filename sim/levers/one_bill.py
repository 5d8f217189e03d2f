"""One bill (一单制): the functions of the port are moved inland, to a dry port."""

from __future__ import annotations

from sim.levers.cargo import markets
from sim.levers.lever import About, Keys, Lever, both, known
from sim.levers.tree import Values
from sim.quantities import Key
from sim.scenario import Scenario
from sim.variation import Uniform, Varying


class OneBill(Lever):
    """Boxes of these channels are cleared at the dry port and nowhere else; exports of these markets are collected,
    and imports are delivered, in `collection_h`.
    """

    about = About(
        id="one_bill",
        main="collection_h",
        name=both("One-bill dry port", "一单制无水港"),
        does=both(
            "clearance, bill and boxes at the dry port; collection and delivery in hours",
            "报关、签单、提还箱前移至无水港；集疏以小时计",
        ),
        decided_by=both(
            "customs, shipping lines, the port and the dry port together", "海关、船公司、港口与无水港共同决定"
        ),
        costs=both(
            "systems, customs yard, depot; give them under `cost`", "信息系统、监管场所、箱管；在 `cost` 中填写"
        ),
        anchor=both(
            "collection and delivery 3 days → 8–12 h (documented, 2025)", "集疏时间 3 天 → 8–12 小时（有文献，2025）"
        ),
    )

    channels: Keys
    """the channels whose boxes are cleared there"""
    clear_at: Key
    """the dry port: a terminal on their way"""
    markets: Keys | None = None
    """the markets whose collection (exports) or delivery (imports) becomes shorter"""
    collection_h: Varying = Uniform(uniform=(8, 12))
    """hours to the dry port, or from it"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("channels", self.channels, scenario.channels, "channel")
        known("clear_at", [self.clear_at], scenario.nodes, "node")
        found: Values = {
            f"channels.{name}.{side}.{region}.clear_at": self.clear_at
            for name in self.channels
            for side in ("outbound", "inbound")
            for region in scenario.channels[name].side(side)
        }
        law = self.collection_h.model_dump(mode="json", by_alias=True)
        for name, market in markets(scenario, self.markets or ()).items():
            mile = "first_mile_h" if market.direction == "outbound" else "last_mile_h"
            found[f"markets.{name}.{mile}"] = law
        return found
