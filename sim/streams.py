"""A random stream for every name, from (seed, replication): luck is drawn at birth and looked up by number.

Element k of a stream does not depend on how many elements are drawn, nor on which other streams exist. So container
k of a market, or departure k of a service, has the same luck in every scenario: that is what pairs two scenarios.
Source: numpy's SeedSequence with `spawn_key=(replication, hash of the name)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SMALLEST = 2.0**-54


def stable_hash(name: str) -> int:
    """A 64-bit number for `name`, the same in every process and on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest(), "big")


class Streams:
    """All random streams of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication

    def luck(self, name: str, n: int) -> Floats:
        """The first n elements of stream `name`: uniform on (0, 1), shape (n,)."""
        key = (self._replication, stable_hash(name))
        bits = np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=key))
        return np.maximum(np.random.Generator(bits).random(n), _SMALLEST)

    def growing(self, name: str, values: Callable[[Floats], Floats] | None = None) -> Growing:
        """Stream `name`, by number, for things whose number is not known beforehand, such as departures.

        `values` turns luck into what is wanted, such as hours; without it, the luck itself.
        """
        return Growing(self, name, values or _itself)


class ByNumber(Protocol):
    """Something with an element for every number."""

    def __getitem__(self, k: int) -> float: ...


class Repeating:
    """The same value for every number."""

    def __init__(self, value: float) -> None:
        self._value = value

    def __getitem__(self, k: int) -> float:
        return self._value


def _itself(luck: Floats) -> Floats:
    return luck


class Growing:
    """The elements of a stream by number, drawn in blocks that double."""

    def __init__(self, streams: Streams, name: str, values: Callable[[Floats], Floats]) -> None:
        self._streams = streams
        self._name = name
        self._values = values
        self._drawn: list[float] = []

    def __getitem__(self, k: int) -> float:
        if k >= len(self._drawn):
            luck = self._streams.luck(self._name, max(512, 2 * (k + 1)))
            self._drawn = self._values(luck).tolist()
        return self._drawn[k]
