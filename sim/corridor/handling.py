"""Handling units: reach stackers or gantries that trains, trucks and other traffic share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
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


Lifted = Callable[[Ids, Floats], None]
"""What to do with boxes once they are lifted, given their numbers and the hours."""


@dataclass
class Party:
    """Boxes whose lifts are known from the start: when they ask, how much work they are, and what follows."""

    ids: Ids
    asked_h: Floats
    work_h: Floats
    lifted: Lifted | None = None
    places: Ids = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Where they stand in the lane."""
    upto: list[int] = field(default_factory=list)
    """The same as a list, if something follows: it is looked up often."""

    def stand(self, places: Ids) -> None:
        """Take these places in the lane."""
        self.places = places
        if self.lifted:
            by_hour = np.argsort(places)
            self.ids, self.places = self.ids[by_hour], places[by_hour]
            self.upto = self.places.tolist()


class Handling:
    """Handling units as a recursion: requests of trucks and others are merged in up to the moment a train asks.

    What is known from the start (trucks that bring boxes, other traffic) stands in one lane, sorted once; what comes up
    on the way (trucks that fetch boxes) is called, and goes second at the same instant.
    """

    def __init__(self, spec: HandlingSpec, closures: Closures, fetched: Lifted) -> None:
        self.spec = spec
        self._closures = closures
        self._fetched = fetched
        self._free = [0.0] * spec.units
        self._asked_h, self._work_h, self._done_h = np.empty(0), np.empty(0), np.empty(0)
        self._asked: list[float] = []
        self._parties: list[Party] = []
        self._at = 0
        self._called: tuple[Floats, Ids, Floats] = (np.empty(0), np.empty(0, dtype=np.int64), np.empty(0))
        self.next_h = np.inf
        """When the next truck or other box will ask."""
        self.uses: list[tuple[Floats, Floats, Floats]] = []

    def open(self, parties: list[Party]) -> None:
        """These will ask for lifts."""
        asked_h = np.concatenate([party.asked_h for party in parties])
        order = np.argsort(asked_h, kind="stable")
        self._asked_h, self._work_h = asked_h[order], np.concatenate([party.work_h for party in parties])[order]
        self._asked, self._done_h = self._asked_h.tolist(), np.full(len(order), np.nan)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        ends = np.cumsum([len(party.ids) for party in parties])
        for party, places in zip(parties, np.split(place, ends[:-1]), strict=True):
            party.stand(places)
        self._parties = [party for party in parties if party.lifted]
        self._look_ahead()

    def done_h(self, party: Party) -> Floats:
        """When each box of a party was lifted; `nan` if it is not yet."""
        return self._done_h[party.places]

    def call(self, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Trucks will fetch these boxes."""
        asked, others, work = self._called
        asked_h = np.concatenate((asked, asked_h))
        order = asked_h.argsort(kind="stable")
        self._called = (
            asked_h[order],
            np.concatenate((others, ids))[order],
            np.concatenate((work, work_h))[order],
        )
        self._look_ahead()

    def _look_ahead(self) -> None:
        known_h = self._asked[self._at] if self._at < len(self._asked) else np.inf
        called_h = float(self._called[0][0]) if len(self._called[0]) else np.inf
        self.next_h = min(known_h, called_h)

    def advance(self, until_h: float) -> None:
        """Serve trucks and others up to `until_h`."""
        if self.next_h > until_h:
            return
        begin, end = self._at, bisect_right(self._asked, until_h, self._at)
        asked_h, ids, work_h = self._called
        n = int(asked_h.searchsorted(until_h, side="right"))
        self._at, self._called = end, (asked_h[n:], ids[n:], work_h[n:])
        if n:
            asked_h = np.concatenate((self._asked_h[begin:end], asked_h[:n]))
            order = asked_h.argsort(kind="stable")
            work_h = np.concatenate((self._work_h[begin:end], work_h[:n]))
            done_h = np.empty(len(order))
            done_h[order] = self._serve(asked_h[order], work_h[order])
            self._fetched(ids[:n], done_h[end - begin :])
        else:
            done_h = self._serve(self._asked_h[begin:end], self._work_h[begin:end])
        self._done_h[begin:end] = done_h[: end - begin]
        self._look_ahead()
        for party in self._parties:
            first, last = bisect_left(party.upto, begin), bisect_left(party.upto, end)
            if first < last and party.lifted:
                party.lifted(party.ids[first:last], self._done_h[party.places[first:last]])

    def lift(self, now_h: float, work_h: Floats) -> Floats:
        """A train asks for lifts, one after the other in the order of its boxes: when each is done."""
        self.advance(now_h)
        return self._serve(np.full(len(work_h), now_h), work_h)

    def _serve(self, asked_h: Floats, work_h: Floats) -> Floats:
        begun_h, done_h = serve(self._free, asked_h, work_h, self._closures)
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
        self._look_ahead()
