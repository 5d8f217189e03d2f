"""A second border crossing: a share of the trains, and of their cargo, takes another route."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.corridor.channel import ChannelSpec
from sim.corridor.line import LineSpec
from sim.corridor.market import MarketSpec
from sim.corridor.nodes import NodeSpec
from sim.corridor.service import ServiceSpec
from sim.levers.lever import About, Lever, both, known
from sim.levers.tree import Values, plain
from sim.quantities import Bilingual, Key, Spec
from sim.scenario import Scenario

Part = Annotated[float, Field(gt=0, lt=1)]


class ViaSpec(Spec):
    """The trains of a service that take the other route."""

    name: Bilingual
    """what people call them"""
    route: Annotated[tuple[Key, ...], Field(min_length=3, strict=False)]
    """their route, from the same terminal to the same terminal"""


class SecondCrossing(Lever):
    """A share of the departures of some services takes another route, as services and a channel of their own, to which
    the same share of the cargo of the channel goes. Figures of the first channel fall by that share: look at both.
    Boxes of each route wait for its own trains, where an operator would send them by the next of either; so waiting is
    overstated, the more the smaller the share, and where shippers choose they leave a route of few trains.
    """

    about = About(
        id="second_crossing",
        main="share",
        name=both("Second border crossing", "第二口岸通道"),
        does=both("a share of the trains runs by another border station", "部分列车改经另一口岸"),
        decided_by=both("the railways of both countries, customs", "两国铁路与海关"),
        costs=both(
            "the border station's tracks and gauge change, and the longer way; give them under `cost`",
            "口岸股道与换装设施，以及绕行运费；在 `cost` 中填写",
        ),
        anchor=both("none: route, times and share are assumed", "无文献：线路、时间与比例均为假设"),
    )

    key: Key
    """what the new services and the new channel are called: `hunchun` makes `west_hunchun`"""
    channel: Key
    """the channel whose trains and cargo are split"""
    channel_name: Bilingual
    """what people call the new channel"""
    share: Part = 0.2
    """the share that takes the other route"""
    nodes: dict[Key, NodeSpec] = {}
    """new nodes, as in a scenario"""
    lines: dict[Key, LineSpec] = {}
    """new lines, as in a scenario"""
    via: Annotated[dict[Key, ViaSpec], Field(min_length=1)]
    """for each service that is split, the trains of the other route"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        known("channel", [self.channel], scenario.channels, "channel")
        known("via", self.via, scenario.services, "service")
        found: Values = {f"nodes.{name}": plain(node) for name, node in self.nodes.items()}
        found |= {f"lines.{name}": plain(line) for name, line in self.lines.items()}
        for name, via in self.via.items():
            found |= self._split(name, via, scenario.services[name])
        found[f"channels.{self._channel}"] = self._other_channel(scenario.channels[self.channel])
        for name, market in scenario.markets.items():
            found |= self._markets(name, market)
        for name, subsidy in scenario.subsidies.items():
            also = [f"{service}_{self.key}" for service in subsidy.services if service in self.via]
            if also:
                found[f"subsidies.{name}.services"] = [*subsidy.services, *also]
        return found

    @property
    def _channel(self) -> str:
        return f"{self.channel}_{self.key}"

    def _split(self, name: str, via: ViaSpec, spec: ServiceSpec) -> Values:
        """The service with fewer departures, and the other one with the rest."""
        other = plain(spec) | {"name": plain(via.name), "route": list(via.route)}
        found: Values = {}
        if spec.timetable:
            found[f"services.{name}.timetable"] = _at_times(plain(spec.timetable), 1 - self.share)
            other["timetable"] = _at_times(other["timetable"], self.share)
        for day, change in spec.changes.items():
            if change.timetable:
                path = f"services.{name}.changes.{day}.timetable"
                found[path] = _at_times(plain(change.timetable), 1 - self.share)
                other["changes"][day]["timetable"] = _at_times(other["changes"][day]["timetable"], self.share)
        return {**found, f"services.{name}_{self.key}": other}

    def _other_channel(self, channel: ChannelSpec) -> dict[str, Any]:
        written = plain(channel) | {"name": plain(self.channel_name)}
        for side in ("outbound", "inbound"):
            for chain in written.get(side, {}).values():
                chain["services"] = [f"{one}_{self.key}" if one in self.via else one for one in chain["services"]]
        return written

    def _markets(self, name: str, market: MarketSpec) -> Values:
        """The shares of the two channels, and where shippers choose, of the two alternatives."""
        found: Values = {}
        channels = market.channels
        if self.channel in channels:
            whole = channels[self.channel]
            split = {self.channel: whole * (1 - self.share), self._channel: whole * self.share}
            found[f"markets.{name}.channels"] = {**channels, **split}
        if market.choice and self.channel in market.choice.alternatives:
            here, shares = f"markets.{name}.choice.alternatives", market.choice.shares
            one = market.choice.alternatives[self.channel]
            found[f"{here}.{self._channel}"] = plain(one) | {"base_share": shares[self.channel] * self.share}
            if one.base_share is not None:
                found[f"{here}.{self.channel}.base_share"] = one.base_share * (1 - self.share)
        return found


def _at_times(timetable: dict[str, Any], share: float) -> dict[str, Any]:
    return timetable | {"frequency_factor": float(f"{timetable.get('frequency_factor', 1.0) * share:.12g}")}
