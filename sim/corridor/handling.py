"""Handling units: reach stackers or gantries that trains, trucks and other traffic share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.corridor.calendar import CalendarSpec
from sim.corridor.recursion import Availability, serve
from sim.quantities import Count, Spec
from sim.variation import Varying

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]


class HandlingSpec(Spec):
    """Reach stackers or gantries, shared by trains, trucks and other traffic, first come first served."""

    units: Count
    """how many work at once"""
    lift_min: Varying
    """minutes for one lift"""
    calendar: CalendarSpec | None = None
    """when they work; without it, day and night"""


Places = slice | Ids
"""Places in the lane."""
Lifted = Callable[[Ids, Floats], None]
"""What to do with boxes once they are lifted, given their numbers and the hours."""


@dataclass(frozen=True)
class Announced:
    """Lifts that are known from the start: of which boxes (in increasing order), when they are asked for, how much work
    they are.
    """

    ids: Ids
    asked_h: Floats
    work_h: Floats
    choose: bool = False
    """whether the boxes come only if they choose to, which is settled on the way, but before they would ask"""


@dataclass(frozen=True)
class _Followed:
    """Announced lifts after which something is done: the boxes in time order, and where they stand in the lane."""

    ids: Ids
    places: Ids
    listed: list[int]
    lifted: Lifted

    def between(self, begin: int, end: int) -> slice:
        """Which of them stand in this part of the lane."""
        return slice(bisect_left(self.listed, begin), bisect_left(self.listed, end))


class Handling:
    """Handling units as a recursion: requests of trucks and others are merged in up to the moment a train asks.

    What is announced from the start (trucks that bring boxes, other traffic) stands in one lane, sorted once; what
    comes up on the way (trucks that fetch boxes) is called, and goes second at the same instant.
    """

    def __init__(self, spec: HandlingSpec, availability: Availability, fetched: Lifted) -> None:
        self.spec = spec
        self._availability = availability
        self._fetched = fetched
        self._free = [0.0] * spec.units
        self._asked_h, self._work_h, self._done_h = np.empty(0), np.empty(0), np.empty(0)
        self._at = 0
        self._comes: Bools | None = None
        self._announced: list[Ids] = []
        self._places: list[Ids] = []
        self._followed: list[_Followed] = []
        self._called: tuple[Floats, Ids, Floats] = (np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))
        self.uses: list[tuple[Floats, Floats, Floats]] = []

    def open(self, announced: list[tuple[Announced, Lifted | None]]) -> None:
        """These lifts will be asked for, each lot with what follows it, if anything does."""
        asked_h = np.concatenate([lot.asked_h for lot, _ in announced])
        order = np.argsort(asked_h, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self._asked_h, self._work_h = asked_h[order], np.concatenate([lot.work_h for lot, _ in announced])[order]
        self._done_h = np.full(len(order), np.nan)
        ends = np.cumsum([len(lot.ids) for lot, _ in announced])
        self._announced, self._places = [lot.ids for lot, _ in announced], np.split(place, ends[:-1])
        if any(lot.choose for lot, _ in announced):
            self._comes = np.repeat([not lot.choose for lot, _ in announced], [len(lot.ids) for lot, _ in announced])
            self._comes = self._comes[order]
        for (lot, lifted), places in zip(announced, self._places, strict=True):
            if lifted:
                by_hour = np.argsort(places)
                ordered = places[by_hour]
                self._followed.append(_Followed(lot.ids[by_hour], ordered, ordered.tolist(), lifted))

    def settle(self, lot: int, ids: Ids) -> None:
        """These boxes of an announced lot (0, 1, …) have chosen to come."""
        assert self._comes is not None
        self._comes[self._places[lot][self._announced[lot].searchsorted(ids)]] = True

    def done_h(self, lot: int) -> Floats:
        """When each box of an announced lot (0, 1, …) was lifted; `nan` if it is not yet."""
        return self._done_h[self._places[lot]]

    def call(self, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Trucks will fetch these boxes."""
        asked, others, work = self._called
        asked_h = np.concatenate((asked, asked_h))
        order = asked_h.argsort(kind="stable")
        self._called = asked_h[order], np.concatenate((others, ids))[order], np.concatenate((work, work_h))[order]

    @property
    def next_h(self) -> float:
        """When the next truck or other box will ask."""
        announced_h = float(self._asked_h[self._at]) if self._at < len(self._asked_h) else np.inf
        called_h = float(self._called[0][0]) if len(self._called[0]) else np.inf
        return min(announced_h, called_h)

    def advance(self, until_h: float) -> None:
        """Serve trucks and others up to `until_h`."""
        if self.next_h > until_h:
            return
        begin, end = self._at, int(self._asked_h.searchsorted(until_h, side="right"))
        asked_h, ids, work_h = self._called
        n = int(asked_h.searchsorted(until_h, side="right"))
        self._at, self._called = end, (asked_h[n:], ids[n:], work_h[n:])
        known = self._known(begin, end)
        m = end - begin if isinstance(known, slice) else len(known)
        done_h = self._serve_both(known, (asked_h[:n], ids[:n], work_h[:n]))
        if n:
            self._fetched(ids[:n], done_h[m:])
        self._done_h[known] = done_h[:m]
        for lot in self._followed:
            self._follow(lot, begin, end)

    def _known(self, begin: int, end: int) -> Places:
        """Which places of this part of the lane are asked for: all, but for boxes that chose another way."""
        return slice(begin, end) if self._comes is None else begin + np.flatnonzero(self._comes[begin:end])

    def _follow(self, lot: _Followed, begin: int, end: int) -> None:
        """Do what follows the lifts of a lot in this part of the lane."""
        mine = lot.between(begin, end)
        if mine.start == mine.stop:
            return
        ids, places = lot.ids[mine], lot.places[mine]
        if self._comes is not None:
            comes = self._comes[places]
            ids, places = ids[comes], places[comes]
        if len(ids):
            lot.lifted(ids, self._done_h[places])

    def _serve_both(self, known: Places, called: tuple[Floats, Ids, Floats]) -> Floats:
        """When these of the lane, and then the called ones, are done; they are served in the order of time."""
        asked_h, _, work_h = called
        if not len(asked_h):
            return self._serve(self._asked_h[known], self._work_h[known])
        asked_h = np.concatenate((self._asked_h[known], asked_h))
        order = asked_h.argsort(kind="stable")
        work_h = np.concatenate((self._work_h[known], work_h))
        done_h = np.empty(len(order))
        done_h[order] = self._serve(asked_h[order], work_h[order])
        return done_h

    def lift(self, now_h: float, work_h: Floats) -> Floats:
        """A train asks for lifts, one after the other in the order of its boxes: when each is done."""
        self.advance(now_h)
        return self._serve(np.full(len(work_h), now_h), work_h)

    def _serve(self, asked_h: Floats, work_h: Floats) -> Floats:
        begun_h, done_h = serve(self._free, asked_h, work_h, self._availability)
        self.uses.append((asked_h, begun_h, done_h))
        return done_h

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        state = {"free": self._free, "at": self._at, "done": self._done_h}
        return state | {"called": self._called, "uses": self.uses}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state, after `open`."""
        self._free, self.uses = state["free"], state["uses"]
        self._at, self._done_h, self._called = state["at"], state["done"], state["called"]
