"""Lower port fees, and longer free storage."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.corridor.money import Amount
from sim.corridor.terminal import TerminalSpec
from sim.levers.lever import About, Keys, Lever, LeverError, both, known
from sim.levers.prices import choosing_between, cny, dearer
from sim.levers.tree import Values
from sim.scenario import Scenario


class PortFees(Lever):
    """Shippers pay so much less on these channels, and their boxes stand longer for nothing at these terminals.

    Operators bear what shippers pay less on channels of ours.
    """

    about = About(
        id="port_fees",
        main="less_per_feu",
        name=both("Port-fee cut and free storage", "减免港口费与免费堆存"),
        does=both(
            "lower fees on the channels named; more free days at terminals", "所列通道费用减免；场站免费堆存期延长"
        ),
        decided_by=both("the port, the Ministry of Transport", "港口企业、交通运输部"),
        costs=both("fees that operators do not earn: counted box by box", "经营人减少的收入：按箱逐笔计算"),
        anchor=both(
            "port fees −50 % from January to April 2020 (documented); what that is for one box is assumed",
            "2020 年 1–4 月港口费 −50%（有文献）；折合每箱金额为假设",
        ),
    )

    channels: Keys | None = None
    """the alternatives that become cheaper, by name"""
    less_per_feu: Amount | None = None
    """what a 40 ft box pays less"""
    markets: Keys | None = None
    """only for these markets; without it, for all that may choose the channels"""
    nodes: Keys | None = None
    """terminals with longer free storage"""
    free_days: Annotated[float, Field(ge=0, le=3660)] | None = None
    """days in their yards that cost nothing"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        if (self.channels is None) != (self.less_per_feu is None) or (self.nodes is None) != (self.free_days is None):
            raise LeverError("channels", "channels and less_per_feu go together, and so do nodes and free_days.")
        found: Values = {}
        for channel in self.channels or ():
            for market, _ in choosing_between(scenario, channel, self.markets):
                less = cny(scenario, "less_per_feu", self.less_per_feu)
                found |= dearer(scenario, market, channel, -less, "operator")
        known("nodes", self.nodes or (), scenario.nodes, "node")
        for name in self.nodes or ():
            if not isinstance(scenario.nodes[name], TerminalSpec):
                raise LeverError("nodes", f"'{name}' is no terminal: it has no yard.")
            found[f"nodes.{name}.charges.free_days"] = self.free_days
        return found
