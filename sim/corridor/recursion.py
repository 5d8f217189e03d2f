"""The few loops over single containers and trains that exactness needs; nothing else in the house loops over rows.

A pool that serves first come first served, without interruption, is a recursion over the moments at which its units
become free: start = max(asked, earliest free unit). No event, no queue object (Kiefer & Wolfowitz 1955).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
WhenClosed = Literal["finish", "resume"]


class Closures:
    """When a place is shut: disjoint intervals [shut, opened) in increasing order, drawn ahead for the whole run.

    `finish`: work in hand when the place shuts is finished. `resume`: it stops, and goes on when the place opens.
    """

    def __init__(self, intervals: list[tuple[float, float]] | None = None, when_closed: WhenClosed = "finish") -> None:
        self.shut: list[float] = []
        self.opened: list[float] = []
        self.when_closed = when_closed
        for shut, opened in sorted(intervals or []):
            if opened <= shut:
                continue
            if self.opened and shut <= self.opened[-1]:
                self.opened[-1] = max(opened, self.opened[-1])
            else:
                self.shut.append(shut)
                self.opened.append(opened)

    def __bool__(self) -> bool:
        return bool(self.shut)

    def next_open(self, at_h: float) -> float:
        """The first moment not before `at_h` at which the place is open."""
        i = bisect_right(self.shut, at_h) - 1
        return self.opened[i] if i >= 0 and at_h < self.opened[i] else at_h

    def end_of(self, begun_h: float, work_h: float) -> float:
        """When work begun at `begun_h`, an open moment, is done."""
        if self.when_closed == "finish":
            return begun_h + work_h
        i = bisect_right(self.shut, begun_h)
        at_h, left_h = begun_h, work_h
        while i < len(self.shut) and at_h + left_h > self.shut[i]:
            left_h -= self.shut[i] - at_h
            at_h = self.opened[i]
            i += 1
        return at_h + left_h


def serve(free: list[float], asked_h: Floats, work_h: Floats, closures: Closures) -> tuple[Floats, Floats]:
    """Serve requests in the order given by the units of a pool: (begun, done), each of shape (n,).

    `free` is a heap of the hours at which each unit is free; it is moved on. Requests must be in time order.
    """
    if closures:
        return _serve_with_closures(free, asked_h, work_h, closures)
    begun: list[float] = []
    for asked, work in zip(asked_h.tolist(), work_h.tolist(), strict=True):
        earliest = free[0]
        start = earliest if earliest > asked else asked
        heapreplace(free, start + work)
        begun.append(start)
    begun_h = np.array(begun)
    return begun_h, begun_h + work_h


def serve_one(free: list[float], asked_h: float, work_h: float, closures: Closures) -> tuple[float, float]:
    """Serve one request: (begun, done). The same as `serve` with one row, without the arrays."""
    begun_h = closures.next_open(max(free[0], asked_h))
    done_h = closures.end_of(begun_h, work_h)
    heapreplace(free, done_h)
    return begun_h, done_h


def _serve_with_closures(
    free: list[float], asked_h: Floats, work_h: Floats, closures: Closures
) -> tuple[Floats, Floats]:
    begun: list[float] = []
    done: list[float] = []
    for asked, work in zip(asked_h.tolist(), work_h.tolist(), strict=True):
        start = closures.next_open(max(free[0], asked))
        end = closures.end_of(start, work)
        heapreplace(free, end)
        begun.append(start)
        done.append(end)
    return np.array(begun), np.array(done)


ROUNDING_TEU = 1e-6
"""Boxes of others may be 1.9 TEU each: sums of such numbers are exact to this."""


@dataclass
class Room:
    """The slots of a yard, in TEU: how many are taken, and the hours at which boxes will give some back or take some.

    What is known to be given back at an instant is free for who comes at that instant.
    """

    slots: float
    taken: float = 0.0
    ahead: list[tuple[float, float]] = field(default_factory=list)
    """A heap of (hour, TEU taken; negative where given back)."""

    def expect(self, at_h: Floats, teu: Floats) -> None:
        """At these hours, none of them past, boxes take so many slots, or give them back where `teu` is negative."""
        for change in zip(at_h.tolist(), teu.tolist(), strict=True):
            heappush(self.ahead, change)

    def settle(self, until_h: float) -> None:
        """Let happen what is known up to `until_h`."""
        while self.ahead and self.ahead[0][0] <= until_h:
            self.taken += heappop(self.ahead)[1]

    def holds(self, teu: float) -> bool:
        """Whether so many slots are free now."""
        return self.taken + teu <= self.slots + ROUNDING_TEU


@dataclass(frozen=True)
class Requests:
    """Requests for lifts in a yard with limited room, in the order of time; columns of shape (n,).

    `teu` is positive where a box takes slots when it comes, negative where it gives them back when it is lifted;
    `knocks` says which are turned away if there is no room for them.
    """

    asked_h: Floats
    work_h: Floats
    teu: Floats
    knocks: Bools


def serve_where_there_is_room(
    free: list[float], requests: Requests, room: Room, closures: Closures
) -> tuple[Floats, Floats]:
    """As `serve`, but who finds no room is not served: (begun, done), both `nan` for who was turned away."""
    begun: list[float] = []
    done: list[float] = []
    columns = (requests.asked_h, requests.work_h, requests.teu, requests.knocks)
    for asked, work, teu, knocks in zip(*(column.tolist() for column in columns), strict=True):
        room.settle(asked)
        if knocks and not room.holds(teu):
            start = end = np.nan
        else:
            start = closures.next_open(max(free[0], asked))
            end = closures.end_of(start, work)
            heapreplace(free, end)
            if teu > 0:
                room.taken += teu
            else:
                heappush(room.ahead, (end, teu))
        begun.append(start)
        done.append(end)
    return np.array(begun), np.array(done)
