"""A channel: a named chain of services between the hinterland and a region, in each direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sim.corridor.containers import Chain
from sim.quantities import Bilingual, Key, Spec

if TYPE_CHECKING:
    from sim.corridor.service import ServiceSpec


class ChainSpec(Spec):
    """The services that a box takes, one after the other; each begins where the last one ended."""

    services: Annotated[tuple[Key, ...], Field(min_length=1, max_length=8, strict=False)]
    """the services, in running order"""
    clear_at: Key | None = None
    """the terminal where the box is cleared by customs; without it, clearance takes no time"""


class ChannelSpec(Spec):
    """A channel (通道). Its first service out, and its last one in, are at the hinterland: carried TEU count there."""

    name: Bilingual
    """what people call it"""
    outbound: dict[Key, ChainSpec] = {}
    """for each region, the chain out"""
    inbound: dict[Key, ChainSpec] = {}
    """for each region, the chain in"""

    def side(self, direction: str) -> dict[str, ChainSpec]:
        """The chains of one direction."""
        return self.outbound if direction == "outbound" else self.inbound


def chains_of(channels: Mapping[str, ChannelSpec], services: Mapping[str, ServiceSpec]) -> list[Chain]:
    """All chains, by channel, direction and region, in alphabetical order."""
    return [
        Chain(name, direction, region, chain.services, _nodes(chain, services), chain.clear_at)
        for name, channel in sorted(channels.items())
        for direction in ("inbound", "outbound")
        for region, chain in sorted(channel.side(direction).items())
    ]


def _nodes(chain: ChainSpec, services: Mapping[str, ServiceSpec]) -> tuple[str, ...]:
    """The terminals on a chain: where each service begins, and where the last one ends."""
    return (*(services[name].origin for name in chain.services), services[chain.services[-1]].destination)
