"""Handling units: reach stackers or gantries that trains, trucks and other traffic share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.corridor.recursion import Closures, serve
from sim.quantities import Count, Spec
from sim.variation import Varying

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


class HandlingSpec(Spec):
    """Reach stackers or gantries, shared by trains, trucks and other traffic, first come first served."""

    units: Count
    """how many work at once"""
    lift_min: Varying
    """minutes for one lift"""


OTHERS, FETCHING, BRINGING = 0, 1, 2
"""Who asks for lifts beside trains: other traffic, trucks that fetch boxes, trucks that bring them."""

Lifted = Callable[[Ids, Floats], None]
"""What to do with boxes once they are lifted, given their numbers and the hours."""


class Lane:
    """Requests for lifts that lie ahead, in time order; those that were here first go first at the same instant."""

    def __init__(self) -> None:
        self.who = np.empty(0, dtype=np.int64)
        self.ids = np.empty(0, dtype=np.int64)
        self.asked_h = np.empty(0)
        self.work_h = np.empty(0)

    def add(self, who: int, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Add requests."""
        asked_h = np.concatenate((self.asked_h, asked_h))
        order = np.argsort(asked_h, kind="stable")
        self.who = np.concatenate((self.who, np.full(len(ids), who)))[order]
        self.ids = np.concatenate((self.ids, ids))[order]
        self.work_h = np.concatenate((self.work_h, work_h))[order]
        self.asked_h = asked_h[order]

    def take(self, until_h: float) -> tuple[Ids, Ids, Floats, Floats]:
        """Remove and return the requests made at or before `until_h`: who, which box, when asked, how much work."""
        n = int(self.asked_h.searchsorted(until_h, side="right"))
        taken = self.who[:n], self.ids[:n], self.asked_h[:n], self.work_h[:n]
        self.who, self.ids, self.asked_h, self.work_h = self.who[n:], self.ids[n:], self.asked_h[n:], self.work_h[n:]
        return taken

    @property
    def next_h(self) -> float:
        """When the next request will be made."""
        return float(self.asked_h[0]) if len(self.asked_h) else np.inf


class Handling:
    """Handling units as a recursion: requests of trucks and others are merged in up to the moment a train asks.

    What is known from the start (trucks that bring boxes, other traffic) stands in a long lane that is sorted once;
    what comes up on the way (trucks that fetch boxes) in a short one.
    """

    def __init__(self, spec: HandlingSpec, closures: Closures, lifted: Mapping[int, Lifted]) -> None:
        self.spec = spec
        self._closures = closures
        self._lifted = lifted
        self._free = [0.0] * spec.units
        self._known = Lane()
        self._called = Lane()
        self.uses: list[tuple[Floats, Floats, Floats]] = []

    def ask(self, who: int, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Trucks or others will ask for these lifts."""
        (self._called if who == FETCHING else self._known).add(who, ids, asked_h, work_h)

    def advance(self, until_h: float) -> None:
        """Serve trucks and others up to `until_h`."""
        if self.next_h > until_h:
            return
        known, called = self._known.take(until_h), self._called.take(until_h)
        if len(called[0]):
            who, ids, asked_h, work_h = (np.concatenate(pair) for pair in zip(known, called, strict=True))
            order = np.argsort(asked_h, kind="stable")
            who, ids, asked_h, work_h = who[order], ids[order], asked_h[order], work_h[order]
        else:
            who, ids, asked_h, work_h = known
        done_h = self._serve(asked_h, work_h)
        for one, lifted in self._lifted.items():
            mine = who == one
            if mine.any():
                lifted(ids[mine], done_h[mine])

    def lift(self, now_h: float, work_h: Floats) -> Floats:
        """A train asks for lifts, one after the other in the order of its boxes: when each is done."""
        self.advance(now_h)
        return self._serve(np.full(len(work_h), now_h), work_h)

    def _serve(self, asked_h: Floats, work_h: Floats) -> Floats:
        begun_h, done_h = serve(self._free, asked_h, work_h, self._closures)
        self.uses.append((asked_h, begun_h, done_h))
        return done_h

    @property
    def next_h(self) -> float:
        """When the next truck or other box will ask."""
        return min(self._known.next_h, self._called.next_h)

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        return {"free": self._free, "known": self._known, "called": self._called, "uses": self.uses}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._free, self.uses = state["free"], state["uses"]
        self._known, self._called = state["known"], state["called"]
