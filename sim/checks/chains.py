"""Rules about chains of services, and about the markets that use them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.checks.names import suggestion
from sim.corridor.channel import ChainSpec
from sim.corridor.terminal import TerminalSpec
from sim.errors import Problem
from sim.quantities import DIRECTIONS
from sim.scenario import Scenario


def all_chains(scenario: Scenario) -> Iterator[tuple[str, str, ChainSpec]]:
    """Every chain: (path, direction, chain)."""
    for name, channel in scenario.channels.items():
        for direction in DIRECTIONS:
            for region, chain in channel.side(direction).items():
                yield f"channels.{name}.{direction}.{region}", direction, chain


def chains_link_up(scenario: Scenario) -> list[Problem]:
    """The services of a chain exist, run in its direction, and each begins where the last one ended."""
    found: list[Problem] = []
    for path, direction, chain in all_chains(scenario):
        for name in chain.services:
            service = scenario.services.get(name)
            if service is None:
                cure = suggestion(name, scenario.services, "Services")
                found.append(Problem(f"{path}.services", f"there is no service '{name}'.", cure))
            elif service.direction != direction:
                what = f"'{name}' runs {service.direction}, and the chain is {direction}."
                found.append(Problem(f"{path}.services", what))
        known = [scenario.services[name] for name in chain.services if name in scenario.services]
        if len(known) == len(chain.services):
            found += [
                Problem(
                    f"{path}.services",
                    f"'{first}' ends at '{one.destination}', and '{second}' begins at '{other.origin}'.",
                )
                for (first, second), (one, other) in zip(pairwise(chain.services), pairwise(known), strict=True)
                if one.destination != other.origin
            ]
    return found


def clearance_is_on_the_way(scenario: Scenario) -> list[Problem]:
    """A chain is cleared at one of its terminals, and that terminal clears boxes of its direction."""
    found: list[Problem] = []
    for path, direction, chain in all_chains(scenario):
        services = [scenario.services[name] for name in chain.services if name in scenario.services]
        ends = sorted({end for service in services for end in (service.origin, service.destination)})
        if chain.clear_at is None or len(services) < len(chain.services):
            continue
        node = scenario.nodes.get(chain.clear_at)
        if chain.clear_at not in ends:
            what = f"'{chain.clear_at}' is not a terminal of this chain."
            found.append(Problem(f"{path}.clear_at", what, suggestion(chain.clear_at, ends, "Its terminals")))
        elif isinstance(node, TerminalSpec):
            kind = "export_clearance" if direction == "outbound" else "import_clearance"
            if getattr(node, kind) is None:
                cure = f"Write it at nodes.{chain.clear_at}."
                found.append(Problem(f"{path}.clear_at", f"'{chain.clear_at}' has no {kind}.", cure))
    return found


def markets_have_chains(scenario: Scenario) -> list[Problem]:
    """The channels of a market exist, and have a chain for its direction and region."""
    found: list[Problem] = []
    for name, market in scenario.markets.items():
        for code in market.channels:
            path = f"markets.{name}.channels.{code}"
            channel = scenario.channels.get(code)
            if channel is None:
                cure = suggestion(code, scenario.channels, "Channels")
                found.append(Problem(path, f"there is no channel '{code}'.", cure))
            elif market.region not in channel.side(market.direction):
                what = f"'{code}' has no {market.direction} chain for the region '{market.region}'."
                regions = channel.side(market.direction)
                found.append(Problem(path, what, suggestion(market.region, regions, f"Its {market.direction} regions")))
    return found
