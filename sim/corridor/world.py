"""The clock, the streams and the notebook that everything in one replication shares."""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum
from heapq import heappush
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Event

if TYPE_CHECKING:
    from sim.corridor.containers import Cargo
    from sim.streams import Streams
    from sim.trace import Stage

Process = Generator[Event, Any, None]
Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


class Kind(IntEnum):
    """The order of what happens at the same instant: a run stops first; shippers choose; trains come and finish before
    lists close.
    """

    STOP = 0
    NEWS = 1
    WORK = 2
    CLOSING = 3


_SERVICES = 1 << 12
_NUMBERS = 1 << 28


def rank(kind: Kind, service: int, number: int) -> int:
    """The place of an event among others at the same instant: by kind, then service (by name), then number."""
    return (kind * _SERVICES + service) * _NUMBERS + number


class Clock(simpy.Environment):
    """SimPy's environment with exact due times and a stated order of simultaneous events.

    `Environment.timeout` adds a delay to `now` and orders ties by insertion. A run that was stopped, saved and
    continued inserts in another order, and a sum of floats is not the float that was meant: hence `at`.
    """

    @property
    def scheduled(self) -> int:
        """How many events have been scheduled so far (SimPy's own counter; reading it takes one number)."""
        return next(self._eid)

    def at(self, time_h: float, place: int) -> Event:
        """An event exactly at `time_h` (not before now), in the given place among others at that instant."""
        event = Event(self)
        event._ok = True  # noqa: SLF001  (what simpy.Timeout does to be triggered from birth)
        event._value = None  # noqa: SLF001
        heappush(self._queue, (max(time_h, self.now), place, next(self._eid), event))  # type: ignore[misc]
        return event


class Notes:
    """Visits as they are noted: columns of plain lists, which are cheap to append to and to save."""

    def __init__(self) -> None:
        self.train: list[int] = []
        self.stage: list[int] = []
        self.asked_h: list[float] = []
        self.begun_h: list[float] = []
        self.done_h: list[float] = []


class World:
    """What all nouns of a running corridor share; it knows none of them."""

    def __init__(self, streams: Streams, cargo: Cargo, horizon_h: float) -> None:
        self.clock = Clock()
        self.streams = streams
        self.cargo = cargo
        self.horizon_h = horizon_h
        self.notes = Notes()
        self.stages: list[tuple[Stage, str]] = []
        self.heard: Callable[[Ids, Floats], None] | None = None
        """who is told of boxes that will be delivered, and when; None if nobody asks"""

    def stage_number(self, stage: Stage, place: str) -> int:
        """The number under which visits to `stage` at `place` are noted."""
        key = (stage, place)
        if key not in self.stages:
            self.stages.append(key)
        return self.stages.index(key)

    def note(self, train: int, stage: int, asked_h: float, begun_h: float, done_h: float) -> None:
        """Note one visit: a train asked for a stage, began it and was done (which may lie in the future)."""
        notes = self.notes
        notes.train.append(train)
        notes.stage.append(stage)
        notes.asked_h.append(asked_h)
        notes.begun_h.append(begun_h)
        notes.done_h.append(done_h)


def poisson_times(world: World, stream: str, per_hour: float) -> Floats:
    """The times of a Poisson process over the whole run, in hours; its k-th gap is the k-th element of the stream."""
    expected = per_hour * world.horizon_h
    n = int(expected + 8 * np.sqrt(expected) + 16)
    unit = np.cumsum(-np.log1p(-world.streams.luck(f"{stream}/gap", n)))
    return np.asarray(unit[unit < expected] / per_hour)
