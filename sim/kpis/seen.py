"""What a measure looks at: a trace through a window, with the columns that several measures share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from math import prod
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.trace import CARGOES, DIRECTIONS, Bools, Floats, Ints, Stage, Trace

HOURS_PER_DAY = 24.0
Found = TypeVar("Found")


class Key(NamedTuple):
    """Where a value belongs; `all` where it is not told apart."""

    channel: str = "all"
    direction: str = "all"
    cargo: str = "all"
    place: str = "all"


Values = dict[Key, float]


class Seen:
    """A trace, seen through the window [begin_h, end_h)."""

    def __init__(self, trace: Trace, window: tuple[float, float] | None = None) -> None:
        self.trace = trace
        self.begin_h, self.end_h = window or trace.book.window
        self.book = trace.book
        self.boxes = trace.containers
        self._found: dict[object, Any] = {}

    def once(self, find: Callable[[Seen], Found]) -> Found:
        """What `find` finds in this view: several measures may ask, it is worked out once."""
        if find not in self._found:
            self._found[find] = find(self)
        found: Found = self._found[find]
        return found

    @property
    def length_h(self) -> float:
        """The length of the window, in hours."""
        return self.end_h - self.begin_h

    def within(self, hours: Floats) -> Bools:
        """Which of these moments lie in the window; `nan` does not."""
        return np.asarray((hours >= self.begin_h) & (hours < self.end_h))

    # --- boxes, by channel, direction and cargo

    @cached_property
    def channel(self) -> Ints:
        """The number of the channel of each box; −1 elsewhere."""
        of_chain = np.array([self.book.channels.index(c.channel) for c in self.book.chains] + [-1])
        return of_chain[self.boxes.chain]

    @cached_property
    def direction(self) -> Ints:
        """The number of the direction of each box (in the order of `DIRECTIONS`); −1 elsewhere."""
        of_chain = np.array([DIRECTIONS.index(c.direction) for c in self.book.chains] + [-1])
        return of_chain[self.boxes.chain]

    @cached_property
    def last_leg(self) -> Ints:
        """The number of the last leg of each box."""
        of_chain = np.array([len(c.services) - 1 for c in self.book.chains] + [0])
        return of_chain[self.boxes.chain]

    @cached_property
    def _cell(self) -> Ints:
        cells = (self.channel * len(DIRECTIONS) + self.direction) * len(CARGOES) + self.boxes.cargo
        return np.where(self.boxes.chain >= 0, cells, -1)

    @cached_property
    def _shape(self) -> tuple[int, int, int]:
        return len(self.book.channels), len(DIRECTIONS), len(CARGOES)

    def totals(self, mask: Bools, weights: NDArray[np.generic] | None = None) -> NDArray[np.float64]:
        """Sums over the boxes of `mask`, shape (channels + 1, directions + 1, cargoes + 1); the last is `all`."""
        mask = mask & (self.boxes.chain >= 0)
        chosen = None if weights is None else np.asarray(weights[mask], dtype=np.float64)
        sums = self.no_totals()
        sums[:-1, :-1, :-1] = np.bincount(self._cell[mask], chosen, minlength=prod(self._shape)).reshape(self._shape)
        sums[-1] = sums[:-1].sum(axis=0)
        sums[:, -1] = sums[:, :-1].sum(axis=1)
        sums[:, :, -1] = sums[:, :, :-1].sum(axis=2)
        return sums

    def no_totals(self) -> NDArray[np.float64]:
        """The `totals` of no boxes."""
        return np.zeros([n + 1 for n in self._shape])

    @cached_property
    def cells(self) -> list[tuple[Key, tuple[int, int, int]]]:
        """All (channel, direction, cargo) that occur in this corridor, with their place in `totals`."""
        occurs = self.totals(np.ones(len(self.boxes), dtype=np.bool_)) > 0
        names = ((*self.book.channels, "all"), (*DIRECTIONS, "all"), (*CARGOES, "all"))
        return [
            (Key(names[0][i], names[1][j], names[2][k]), (i, j, k))
            for i in range(len(names[0]))
            for j in range(3)
            for k in range(3)
            if occurs[i, j, k] or (j == 2 and k == 2)
        ]

    def sums(self, mask: Bools, weights: NDArray[np.generic] | None = None) -> Values:
        """The sum of `weights` (or the number of boxes) over `mask`, for every cell."""
        table = self.totals(mask, weights)
        return {key: float(table[at]) for key, at in self.cells}

    def means(self, mask: Bools, weights: NDArray[np.generic]) -> Values:
        """The mean of `weights` over `mask`, for every cell; `nan` where there is no box."""
        return self.means_of(mask, [weights])[0]

    def means_of(self, mask: Bools, columns: Iterable[NDArray[np.generic]]) -> list[Values]:
        """As `means`, for several columns of weights over the same boxes."""
        count = self.totals(mask)
        nowhere = np.full(count.shape, np.nan)
        means = (np.divide(self.totals(mask, one), count, out=nowhere.copy(), where=count > 0) for one in columns)
        return [{key: float(mean[at]) for key, at in self.cells} for mean in means]

    def groups(self, mask: Bools) -> Iterator[tuple[Key, Bools]]:
        """For every cell, which boxes of `mask` belong to it."""
        mask = mask & (self.boxes.chain >= 0)
        for key, (i, j, k) in self.cells:
            chosen = mask
            if i < self._shape[0]:
                chosen = chosen & (self.channel == i)
            if j < self._shape[1]:
                chosen = chosen & (self.direction == j)
            if k < self._shape[2]:
                chosen = chosen & (self.boxes.cargo == k)
            yield key, chosen

    # --- milestones of boxes

    @cached_property
    def first_departed_h(self) -> Floats:
        """When the first train of each box left."""
        return self.trace.departed_h(0)

    @cached_property
    def last_arrived_h(self) -> Floats:
        """When the last train of each box arrived."""
        legs = np.array([self.trace.arrived_h(leg) for leg in range(len(self.boxes.train))])
        return np.asarray(legs[self.last_leg, np.arange(len(self.boxes))])

    @cached_property
    def carried(self) -> Bools:
        """Boxes carried in the window: outbound when the first train leaves, inbound when the last one arrives."""
        return self.within(self.carried_h)

    @cached_property
    def carried_h(self) -> Floats:
        """The moment at which each box counts as carried."""
        return np.where(self.direction == 0, self.first_departed_h, self.last_arrived_h)

    @cached_property
    def delivered(self) -> Bools:
        """Boxes delivered in the window."""
        return self.within(self.boxes.delivered_h)

    @cached_property
    def lead_time_days(self) -> Floats:
        """Booked to delivered, in days."""
        return (self.boxes.delivered_h - self.boxes.booked_h) / HOURS_PER_DAY

    # --- trains

    @cached_property
    def train_ran(self) -> Bools:
        """Departures that ran and left in the window."""
        return np.asarray((self.trace.departures.ran == 0) & self.within(self.trace.departures.departed_h))

    @cached_property
    def of_trains(self) -> Bools:
        """Departures of trains, not of vessels."""
        trains = np.array([s.mode == "train" for s in self.book.services], dtype=np.bool_)
        return trains[self.trace.departures.service]

    def by_service(self, mask: Bools, weights: NDArray[np.generic] | None = None) -> Values:
        """Sums over departures by channel and direction of their service."""
        departures = self.trace.departures
        chosen = None if weights is None else np.asarray(weights[mask], dtype=np.float64)
        per_service = np.bincount(departures.service[mask], chosen, minlength=len(self.book.services))
        values: Values = {}
        for channel in (*self.book.channels, "all"):
            for direction in (*DIRECTIONS, "all"):
                values[Key(channel, direction)] = float(
                    sum(
                        per_service[n]
                        for n, service in enumerate(self.book.services)
                        if channel in (service.channel, "all") and direction in (service.direction, "all")
                    )
                )
        return values

    @cached_property
    def train_stage_h(self) -> dict[Stage, Floats]:
        """Hours of each run train from the closing of its list to arrival, by stage, shape (departures,).

        Waits are told apart from work: before the gauge change and before a line as the queue on the way, before
        loading as waiting.
        """
        visits, n = self.trace.visits, len(self.trace.departures.service)
        kinds = np.array([list(Stage).index(at.stage) for at in self.book.stages], dtype=np.int64)
        kind = kinds[visits.stage] if len(visits.stage) else np.empty(0, dtype=np.int64)
        hours: dict[Stage, Floats] = {}
        for stage in (Stage.LOADING, Stage.RUNNING, Stage.CHECKS, Stage.GAUGE_CHANGE, Stage.SAILING):
            mine = kind == list(Stage).index(stage)
            train, asked_h, done_h = visits.train[mine], visits.asked_h[mine], visits.done_h[mine]
            if stage in WAITS:
                begun_h = visits.begun_h[mine]
                waited_h = np.bincount(train, begun_h - asked_h, minlength=n).astype(np.float64)
                hours[WAITS[stage]] = hours.get(WAITS[stage], 0.0) + waited_h
                asked_h = begun_h
            hours[stage] = np.bincount(train, done_h - asked_h, minlength=n).astype(np.float64)
        return hours


WAITS = {Stage.LOADING: Stage.WAITING, Stage.RUNNING: Stage.QUEUE, Stage.GAUGE_CHANGE: Stage.QUEUE}
"""The stages before which trains wait, and what that wait is called."""


def ratio(top: Values, bottom: Values) -> Values:
    """One set of values over another, key by key; `nan` where the lower one is 0."""
    return {key: top[key] / bottom[key] if bottom[key] else float("nan") for key in top}
