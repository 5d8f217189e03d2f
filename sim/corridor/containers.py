"""Containers are rows: the columns of all boxes of a replication, and their luck."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams
from sim.trace import ContainerTable

if TYPE_CHECKING:
    from sim.corridor.shippers import Choosing
    from sim.variation import Law

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Births:
    """The boxes of one market, in the order of their booking; all columns of shape (n,)."""

    market: str
    consignment: Ints
    teu: Ints
    chain: Ints
    booked_h: Floats
    at_gate_h: Floats
    last_mile_h: Floats
    choosing: Choosing | None = None
    """how the consignments choose, if they do; then `chain` is −1 until they have"""

    @cached_property
    def chains(self) -> set[int]:
        """The chains that occur, or may be chosen."""
        return self.choosing.chains if self.choosing else set(np.unique(self.chain).tolist())

    def __len__(self) -> int:
        return len(self.teu)


@dataclass(frozen=True)
class Chain:
    """The services a group of boxes takes, one after the other, the terminals it passes, and where it is cleared."""

    channel: str
    direction: str
    region: str
    services: tuple[str, ...]
    nodes: tuple[str, ...]
    clear_at: str | None


@dataclass(frozen=True)
class Way:
    """How boxes go on from a service: which leg of their chain it is, and their next service (None: they are there).

    `goes` says for each chain, and last for "elsewhere", whether it goes this way.
    """

    leg: int
    onward: str | None
    goes: Bools


class Cargo:
    """All boxes of a replication, market by market (by name), box by box (by booking)."""

    def __init__(self, births: list[Births], cargo_codes: list[int], chains: list[Chain], streams: Streams) -> None:
        self.births = births
        self._streams = streams
        self.chains = chains
        sizes = [len(b) for b in births]
        self.first = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self.n = int(self.first[-1])
        legs = max((len(c.services) for c in chains), default=1)
        self.last_mile_h: Floats = self._joined("last_mile_h")
        self.table = self._blank(legs, cargo_codes, sizes)

    def _joined(self, column: str) -> NDArray[Any]:
        parts = [getattr(births, column) for births in self.births]
        return np.concatenate(parts) if parts else np.empty(0)

    def _blank(self, legs: int, cargo_codes: list[int], sizes: list[int]) -> ContainerTable:
        n, joined = self.n, self._joined
        index = np.arange(len(sizes))
        unknown = {
            f.name: np.full((legs, n) if f.name in _BY_LEG else n, np.nan)
            for f in fields(ContainerTable)
            if f.name.endswith("_h")
        }
        unknown["booked_h"] = joined("booked_h").astype(np.float64)
        unknown["at_gate_h"] = joined("at_gate_h").astype(np.float64)
        return ContainerTable(
            market=np.repeat(index, sizes).astype(np.int64),
            number=np.concatenate([np.arange(s) for s in sizes]).astype(np.int64) if sizes else np.empty(0, np.int64),
            consignment=joined("consignment").astype(np.int64),
            teu=joined("teu").astype(np.int64),
            cargo=np.repeat(np.array(cargo_codes, dtype=np.int64), sizes),
            chain=joined("chain").astype(np.int64),
            inspected=np.zeros(n, dtype=np.bool_),
            relief_cny=np.zeros(n),
            turned_away=np.zeros(n, dtype=np.bool_),
            train=np.full((legs, n), -1, dtype=np.int64),
            **unknown,
        )

    def column(self, name: str, law: Law, chains: set[int] | None = None) -> Floats:
        """Attribute `name` of every box, shape (n,): element k of stream `market/<market>/<name>` for box k.

        Markets none of whose boxes take one of `chains` are not drawn and read `nan`.
        """
        return self._drawn(name, law.drawn, chains)

    def luck(self, name: str, chains: set[int]) -> Floats:
        """The bare luck of attribute `name`, as in `column`."""
        return self._drawn(name, Streams.luck, chains)

    def _drawn(self, name: str, draw: Callable[[Streams, str, int], Floats], chains: set[int] | None) -> Floats:
        drawn = np.full(self.n, np.nan)
        for births, begin in zip(self.births, self.first, strict=False):
            if len(births) and (chains is None or not chains.isdisjoint(births.chains)):
                stream = f"market/{births.market}/{name}"
                drawn[begin : begin + len(births)] = draw(self._streams, stream, len(births))
        return drawn

    def ways(self, service: str) -> list[Way]:
        """How boxes go on from a service."""
        found: dict[tuple[int, str | None], list[int]] = {}
        for k, chain in enumerate(self.chains):
            for leg, name in enumerate(chain.services):
                if name == service:
                    following = chain.services[leg + 1] if leg + 1 < len(chain.services) else None
                    found.setdefault((leg, following), []).append(k)
        return [Way(leg, onward, self._flags(chains)) for (leg, onward), chains in found.items()]

    def _flags(self, chains: Collection[int]) -> Bools:
        """For each chain, and last for "elsewhere", whether it is one of these."""
        return np.array([k in chains for k in range(len(self.chains))] + [False])

    def taking(self, chains: Collection[int]) -> Bools:
        """Which boxes take one of these chains, or may choose it, shape (n,)."""
        found = self._flags(chains)[self.table.chain]
        for births, begin in zip(self.births, self.first, strict=False):
            if births.choosing and not births.choosing.chains.isdisjoint(chains):
                found[begin : begin + len(births)] = True
        return found

    @property
    def some_choose(self) -> bool:
        """Whether there are boxes whose chain is chosen on the way."""
        return any(births.choosing for births in self.births)

    def chose(self, chains: Collection[int], ids: Ids) -> Bools:
        """Which of these boxes take one of these chains, as far as they have chosen."""
        return np.asarray(self._flags(chains)[self.table.chain[ids]])

    def by_way(self, boxes: Ids, ways: list[Way]) -> list[tuple[Way, slice | Bools]]:
        """The ways that these boxes go, each with an index of those that do."""
        if len(ways) == 1:
            return [(ways[0], _ALL)]
        chain = self.table.chain[boxes]
        return [(way, mine) for way in ways if (mine := way.goes[chain]).any()]


_ALL = slice(None)
_BY_LEG = frozenset({"ready_h", "loaded_h", "unloaded_h"})
