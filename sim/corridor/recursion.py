"""The few loops over single containers and trains that exactness needs; nothing else in the house loops over rows.

A pool that serves first come first served, without interruption, is a recursion over the moments at which its units
become free: start = max(asked, earliest free unit). No event, no queue object (Kiefer & Wolfowitz 1955).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.quantities import HOURS_PER_DAY

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
WhenClosed = Literal["finish", "resume"]


class Limit(NamedTuple):
    """From one hour up to another, so many units of a place may work at once."""

    from_h: float
    to_h: float
    units: int


class Slowness(NamedTuple):
    """From one hour up to another, work takes so many times as long."""

    from_h: float
    to_h: float
    factor: float


class Availability:
    """When a place is shut, short of units, or slow: drawn ahead for the whole run.

    It is shut in disjoint intervals [shut, opened) in increasing order. `finish`: work in hand when the place shuts is
    finished. `resume`: it stops, and goes on when the place opens. Where fewer units may work, those that are at work
    are not interrupted; nobody else begins until fewer are at work than may be. Slow is the work that begins while the
    place is slow.
    """

    def __init__(
        self,
        intervals: Sequence[tuple[float, float]] = (),
        when_closed: WhenClosed = "finish",
        limits: Sequence[Limit] = (),
        slow: Sequence[Slowness] = (),
    ) -> None:
        self.shut: list[float] = []
        self.opened: list[float] = []
        self.when_closed = when_closed
        self.limits = _disjoint(limits)
        self.slow = tuple(slow)
        for shut, opened in sorted(intervals):
            if opened <= shut:
                continue
            if self.opened and shut <= self.opened[-1]:
                self.opened[-1] = max(opened, self.opened[-1])
            else:
                self.shut.append(shut)
                self.opened.append(opened)

    def __bool__(self) -> bool:
        return bool(self.shut or self.limits or self.slow)

    def next_open(self, at_h: float) -> float:
        """The first moment not before `at_h` at which the place is open."""
        i = bisect_right(self.shut, at_h) - 1
        return self.opened[i] if i >= 0 and at_h < self.opened[i] else at_h

    def units_at(self, at_h: float, units: int) -> int:
        """How many of its units may work at `at_h`."""
        limit = self._limit_at(at_h) if self.limits else None
        return min(units, limit.units) if limit else units

    def changes_h(self) -> list[float]:
        """When the place opens, or more units may work again, in increasing order."""
        return sorted({*self.opened, *(limit.to_h for limit in self.limits)})

    def begin(self, free: list[float], asked_h: float) -> float:
        """When work asked for at `asked_h` may begin. `free` is a heap of the hours at which each unit is free.

        Of c units k may work: it begins once all but k − 1 are free, the (c − k + 1)th of these hours.
        """
        at_h = self.next_open(max(free[0], asked_h))
        while self.limits and (limit := self._limit_at(at_h)) and limit.units < len(free):
            few_h = max(at_h, sorted(free)[len(free) - limit.units])
            opened_h = self.next_open(min(few_h, limit.to_h))
            if opened_h == at_h:
                return at_h
            at_h = opened_h
        return at_h

    def end_of(self, begun_h: float, work_h: float) -> float:
        """When work begun at `begun_h`, an open moment, is done; `work_h` is what it takes where nothing is slow."""
        work_h = self.slowed(work_h, begun_h)
        if self.when_closed == "finish":
            return begun_h + work_h
        i = bisect_right(self.shut, begun_h)
        at_h, left_h = begun_h, work_h
        while i < len(self.shut) and at_h + left_h > self.shut[i]:
            left_h -= self.shut[i] - at_h
            at_h = self.opened[i]
            i += 1
        return at_h + left_h

    def slowed(self, work_h: float, begun_h: float) -> float:
        """Hours of work that begins at `begun_h`, as long as it takes then."""
        for slow in self.slow:
            work_h *= slow.factor if slow.from_h <= begun_h < slow.to_h else 1.0
        return work_h

    def _limit_at(self, at_h: float) -> Limit | None:
        i = bisect_right(self.limits, at_h, key=lambda limit: limit.from_h) - 1
        return self.limits[i] if i >= 0 and at_h < self.limits[i].to_h else None


@dataclass
class Quota:
    """How many may begin on one day, when the latest one began, and how many did on that day. Nobody begins before one
    who was served before him.
    """

    per_day: int
    latest_h: float = 0.0
    begun: int = 0

    def room_h(self, at_h: float) -> float:
        """The first moment not before `at_h` at which one more may begin."""
        at_h, day = max(at_h, self.latest_h), self.latest_h // HOURS_PER_DAY
        full = at_h // HOURS_PER_DAY == day and self.begun >= self.per_day
        return (day + 1) * HOURS_PER_DAY if full else at_h

    def count(self, begun_h: float) -> None:
        """One more has begun."""
        same_day = begun_h // HOURS_PER_DAY == self.latest_h // HOURS_PER_DAY
        self.latest_h, self.begun = begun_h, self.begun + 1 if same_day else 1


def _disjoint(limits: Sequence[Limit]) -> list[Limit]:
    """Limits that overlap, as limits one after the other: the lowest of those in force."""
    edges = sorted({edge for limit in limits for edge in (limit.from_h, limit.to_h)})
    found = []
    for begin, end in pairwise(edges):
        units = [limit.units for limit in limits if limit.from_h <= begin < limit.to_h]
        if units:
            found.append(Limit(begin, end, min(units)))
    return found


def serve(
    free: list[float], asked_h: Floats, work_h: Floats, availability: Availability, quota: Quota | None = None
) -> tuple[Floats, Floats]:
    """Serve requests in the order given by the units of a pool: (begun, done), each of shape (n,).

    `free` is a heap of the hours at which each unit is free; it is moved on. Requests must be in time order.
    """
    if availability or quota:
        return _serve_with_care(free, asked_h, work_h, availability, quota)
    begun: list[float] = []
    for asked, work in zip(asked_h.tolist(), work_h.tolist(), strict=True):
        earliest = free[0]
        start = earliest if earliest > asked else asked
        heapreplace(free, start + work)
        begun.append(start)
    begun_h = np.array(begun)
    return begun_h, begun_h + work_h


def serve_one(
    free: list[float], asked_h: float, work_h: float, availability: Availability, quota: Quota | None = None
) -> tuple[float, float]:
    """Serve one request: (begun, done). The same as `serve` with one row, without the arrays."""
    begun_h = begin_of(free, asked_h, availability, quota)
    if quota:
        quota.count(begun_h)
    done_h = availability.end_of(begun_h, work_h)
    heapreplace(free, done_h)
    return begun_h, done_h


def begin_of(free: list[float], asked_h: float, availability: Availability, quota: Quota | None) -> float:
    """When work asked for at `asked_h` may begin, on a day on which one more may."""
    begun_h = availability.begin(free, asked_h)
    while quota and (room_h := quota.room_h(begun_h)) > begun_h:
        begun_h = availability.begin(free, room_h)
    return begun_h


def _serve_with_care(
    free: list[float], asked_h: Floats, work_h: Floats, availability: Availability, quota: Quota | None
) -> tuple[Floats, Floats]:
    begun: list[float] = []
    done: list[float] = []
    for asked, work in zip(asked_h.tolist(), work_h.tolist(), strict=True):
        start, end = serve_one(free, asked, work, availability, quota)
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
    free: list[float], requests: Requests, room: Room, availability: Availability
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
            start = availability.begin(free, asked)
            end = availability.end_of(start, work)
            heapreplace(free, end)
            if teu > 0:
                room.taken += teu
            else:
                heappush(room.ahead, (end, teu))
        begun.append(start)
        done.append(end)
    return np.array(begun), np.array(done)
