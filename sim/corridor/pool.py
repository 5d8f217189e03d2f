"""Shared resources that trains wait for, called one way: `begun_h, done_h = yield from pool.serve(train, work_h)`.

Two kinds stand behind it. `FifoPool` serves first come first served by recursion: it knows at the moment of asking
when the work will begin and end. `PriorityPool` is for order that can be overtaken: waiting is a real event. Both
merge the background work of other traffic. A test holds that they agree on first come first served.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator
from dataclasses import replace
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

from sim.corridor.recursion import Availability, Quota, begin_of, serve, serve_one
from sim.corridor.world import Kind, Process, World, rank

if TYPE_CHECKING:
    from sim.corridor.train import Train

Floats = NDArray[np.float64]
Served = Generator[Event, Any, tuple[float, float]]


class Background:
    """The work of other traffic on the same units: rows in time order (a `PriorityPool` lets them come by events)."""

    def __init__(self, asked_h: Floats, work_h: Floats) -> None:
        self.asked_h = asked_h
        self.work_h = work_h
        self.begun_h = np.full(len(asked_h), np.nan)
        self.done_h = np.full(len(asked_h), np.nan)
        self.next = 0

    def due(self, until_h: float) -> slice:
        """The rows not yet taken that ask at or before `until_h`; they count as taken."""
        upto = int(np.searchsorted(self.asked_h, until_h, side="right"))
        rows = slice(self.next, max(self.next, upto))
        self.next = rows.stop
        return rows


NO_BACKGROUND = (np.empty(0), np.empty(0))


class FifoPool:
    """Units that serve trains and background first come first served, without interruption."""

    def __init__(
        self,
        world: World,
        units: int,
        availability: Availability,
        background: tuple[Floats, Floats],
        per_day: int | None = None,
    ) -> None:
        self._world = world
        self._quota = Quota(per_day) if per_day else None
        self.units = units
        self._availability = availability
        self.background = Background(*background)
        self._free = [0.0] * units

    def serve(self, train: Train, work_h: float) -> Served:
        """Wait until the train is there, then take the first unit that comes free: (begun, done)."""
        yield self._world.clock.at(train.due_h, train.rank)
        self.advance(train.due_h)
        return serve_one(self._free, train.due_h, work_h, self._availability, self._quota)

    def wait_h(self) -> float:
        """How long a train that asked now would wait for a unit; hours."""
        now_h = self._world.clock.now
        self.advance(now_h)
        return begin_of(self._free, now_h, self._availability, self._quota) - now_h

    def waited_h(self) -> float:
        """Nothing: who waits is noted with the hour at which he will begin."""
        return 0.0

    def advance(self, until_h: float) -> None:
        """Serve the background work that asked up to now."""
        rows = self.background.due(until_h)
        if rows.stop > rows.start:
            work = self.background
            begun, done = serve(self._free, work.asked_h[rows], work.work_h[rows], self._availability, self._quota)
            work.begun_h[rows], work.done_h[rows] = begun, done

    def open(self) -> None:
        """Nothing to start: the other traffic is rows."""

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        other = self.background
        saved = {"free": self._free, "next": other.next, "begun": other.begun_h, "done": other.done_h}
        return saved | {"quota": self._quota}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._free, self._quota = state["free"], state["quota"]
        self.background.next = state["next"]
        self.background.begun_h, self.background.done_h = state["begun"], state["done"]


class PriorityPool:
    """Units that serve the most urgent waiting train first (lowest number), without interrupting anybody.

    Background work has the priority `others`. Within a priority: first come first served. `rules` are that priority,
    and how many may begin on one day.
    """

    def __init__(
        self,
        world: World,
        units: int,
        availability: Availability,
        background: tuple[Floats, Floats],
        rules: tuple[int, int | None],
    ) -> None:
        self._world = world
        self.units = units
        self._availability = availability
        self.background = Background(*background)
        self._others, per_day = rules
        self._quota = Quota(per_day) if per_day else None
        self._wakes_h = -1.0
        self._free = units
        self._running: dict[int, float] = {}
        self._waiting: list[tuple[int, float, int]] = []
        self._turns: dict[int, Event] = {}
        self._work: dict[int, float] = {}

    def open(self) -> None:
        """Let the other traffic come, from where it stands."""
        for place in self._running:
            self._world.clock.process(self._give_back(place))
        for k in range(self.background.next):
            if _other(k) in self._turns:
                self._world.clock.process(self._pass(k))
        if self.background.next < len(self.background.asked_h):
            self._world.clock.process(self._feed())
        if self._availability:
            self._world.clock.process(self._reopen())
        if self._waiting and self._quota:
            self._wake(self._quota.room_h(self._world.clock.now))

    def serve(self, train: Train, work_h: float) -> Served:
        """Wait until the train is there and no more urgent one waits, then take a unit: (begun, done)."""
        return (yield from self._occupy(train.rank, train.priority, train.due_h, work_h))

    def wait_h(self) -> float:
        """How long a train that asked now would wait for a unit, if it let all go first that wait; hours."""
        now_h = self._world.clock.now
        free = [*self._running.values(), *[now_h] * (self.units - len(self._running))]
        heapify(free)
        quota = replace(self._quota) if self._quota else None
        for _, asked_h, place in sorted(self._waiting):
            serve_one(free, max(asked_h, now_h), self._work[place], self._availability, quota)
        return begin_of(free, now_h, self._availability, quota) - now_h

    def waited_h(self) -> float:
        """How long the train that waits longest has waited, those of others too; hours."""
        return max((self._world.clock.now - asked_h for _, asked_h, _ in self._waiting), default=0.0)

    def _occupy(self, place: int, priority: int, asked_h: float, work_h: float) -> Served:
        """Wait for a unit and begin; from then on the end of the work is known, and the unit is given back then."""
        clock = self._world.clock
        if place not in self._turns:
            yield clock.at(asked_h, place)
            self._turns[place], self._work[place] = clock.event(), work_h
            heappush(self._waiting, (priority, asked_h, place))
            self._call_next()
        yield self._turns[place]
        del self._turns[place], self._work[place]
        begun_h, done_h = clock.now, self._availability.end_of(clock.now, work_h)
        self._running[place] = done_h
        clock.process(self._give_back(place))
        return begun_h, done_h

    def _give_back(self, place: int) -> Process:
        yield self._world.clock.at(self._running[place], place)
        del self._running[place]
        self._free += 1
        self._call_next()

    def _call_next(self) -> None:
        """Call the most urgent ones; while the place is shut nobody is called: somebody more urgent may still come."""
        now_h = self._world.clock.now
        if self._availability.next_open(now_h) > now_h:
            return
        may_work = self._availability.units_at(now_h, self.units)
        while self._waiting and self.units - self._free < may_work:
            if self._quota:
                room_h = self._quota.room_h(now_h)
                if room_h > now_h:
                    self._wake(room_h)
                    return
                self._quota.count(now_h)
            self._free -= 1
            self._turns[heappop(self._waiting)[2]].succeed()

    def _wake(self, at_h: float) -> None:
        """Call the next ones at `at_h`, the beginning of a day, once."""
        if at_h > self._wakes_h:
            self._wakes_h = at_h
            self._world.clock.process(self._woken(at_h))

    def _woken(self, at_h: float) -> Process:
        yield self._world.clock.at(at_h, rank(Kind.CLOSING, 0, 0))
        self._call_next()

    def _reopen(self) -> Process:
        clock = self._world.clock
        changes_h = self._availability.changes_h()
        for changed_h in changes_h[bisect_left(changes_h, clock.now) :]:
            yield clock.at(changed_h, rank(Kind.CLOSING, 0, 0))
            self._call_next()

    def _feed(self) -> Process:
        other = self.background
        while (k := other.next) < len(other.asked_h):
            yield self._world.clock.at(float(other.asked_h[k]), _other(k))
            other.next = k + 1
            self._world.clock.process(self._pass(k))

    def _pass(self, k: int) -> Process:
        other = self.background
        asked_h, work_h = float(other.asked_h[k]), float(other.work_h[k])
        other.begun_h[k], other.done_h[k] = yield from self._occupy(_other(k), self._others, asked_h, work_h)

    def advance(self, until_h: float) -> None:
        """Nothing to do: here the other traffic comes by its own events."""

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        other = self.background
        saved = {"next": other.next, "begun": other.begun_h, "done": other.done_h}
        saved |= {"free": self._free, "running": self._running, "waiting": self._waiting}
        return saved | {"work": self._work, "quota": self._quota}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state; call before `open` and before the trains re-enter."""
        other = self.background
        other.next, other.begun_h, other.done_h = state["next"], state["begun"], state["done"]
        self._free, self._running, self._waiting = state["free"], state["running"], state["waiting"]
        self._work, self._quota = state["work"], state["quota"]
        heapify(self._waiting)
        self._turns = {place: self._world.clock.event() for _, _, place in self._waiting}


def _other(k: int) -> int:
    return rank(Kind.WORK, 0, k)


Pool = FifoPool | PriorityPool
