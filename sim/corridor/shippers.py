"""Shippers at work: every few days they hear what boxes have experienced and what it costs, and choose.

A consignment chooses once, when it is booked, by what was known at the last news. Its taste was drawn at birth, so the
same consignment has the same taste in every scenario. What is experienced is smoothed over delivered boxes, weight
exp(−age / memory); at first it is what was published, which counts as much as `PUBLISHED_BOXES`. Boxes later than
nearly all before them are known of too: they count, at their age so far, as if they came today. What has not begun to
run, or has closed its last list, cannot be chosen. Where there is relief while trains wait on the way, they hear how
long a train would wait there now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.corridor.choice import ChoiceSpec, MarketChoiceSpec, ReliefSpec, base_utilities, tastes
from sim.corridor.money import TEU_PER_FEU
from sim.corridor.world import Kind, Process, World, rank
from sim.quantities import HOURS_PER_DAY
from sim.trace import ChoiceTable

if TYPE_CHECKING:
    from sim.corridor.money import ExchangeSpec
    from sim.quantities import Direction
    from sim.streams import Streams

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PUBLISHED_BOXES = 40.0
"""As many boxes as what was published counts for at first: about those of one train."""
FAR = -1e300
"""The utility of what is no alternative."""
LATE_SD = 2.0
"""A box is late from so many standard deviations above the mean on: of what runs as it did, few boxes ever are."""


class Relief(NamedTuple):
    """A rebate in yuan per 40 ft box while a train would wait at least so long at one of some places."""

    at: tuple[str, ...]
    direction: Direction
    queue_h: float
    cny: float


@dataclass(frozen=True)
class Choosing:
    """The alternatives of a market's consignments: the chain of each (−1: not ours), and how it is valued.

    Columns of shape (alternatives,); `taste` of shape (consignments, alternatives). Money is in yuan per 40 ft box.
    """

    names: tuple[str, ...]
    chain: Ints
    base_utility: Floats
    base_days: Floats
    base_sd_days: Floats
    extra_cny: Floats
    extra_days: Floats
    reliefs: tuple[Relief | None, ...]
    vot_cny: float
    vor_cny: float
    taste: Floats

    @property
    def chains(self) -> set[int]:
        """The chains that may be chosen."""
        return {int(chain) for chain in self.chain if chain >= 0}


def choosing(  # noqa: PLR0913, PLR0917  (a market chooses by its spec, the scenario's, and its luck)
    market: str,
    choice: ChoiceSpec,
    spec: MarketChoiceSpec,
    exchange: ExchangeSpec,
    chain_of: Mapping[str, int],
    n: int,
    streams: Streams,
) -> Choosing:
    """How n consignments of a market choose."""
    names = spec.names
    alternatives = [spec.alternatives[name] for name in names]
    nests = {name: spec.alternatives[name].nest for name in names}
    base = base_utilities(spec.shares, nests, choice.nest_parameter)
    return Choosing(
        names=tuple(names),
        chain=np.array([chain_of.get(name, -1) for name in names], dtype=np.int64),
        base_utility=np.array([base[name] for name in names]),
        base_days=np.array([one.base_days for one in alternatives]),
        base_sd_days=np.array([one.base_sd_days for one in alternatives]),
        extra_cny=np.array([exchange.cny(one.extra_cost_per_feu) for one in alternatives]),
        extra_days=np.array([one.extra_days for one in alternatives]),
        reliefs=tuple(_relief(one.relief, exchange) for one in alternatives),
        vot_cny=exchange.cny(spec.value_of_time_per_feu_day),
        vor_cny=exchange.cny(spec.value_of_reliability_per_feu_day),
        taste=tastes(market, nests, choice.nest_parameter, n, streams),
    )


def _relief(spec: ReliefSpec | None, exchange: ExchangeSpec) -> Relief | None:
    if spec is None:
        return None
    return Relief(spec.at, spec.direction, spec.queue_days * HOURS_PER_DAY, exchange.cny(spec.per_feu))


class Experience:
    """What boxes of each chain have experienced: weight, weighted days and weighted squares, by chain."""

    def __init__(self, days: Floats, sd_days: Floats, memory_h: float) -> None:
        self._sums = PUBLISHED_BOXES * np.array([np.ones(len(days)), days, days**2 + sd_days**2])
        self._memory_h = memory_h
        self._at_h = 0.0

    def hear(self, chain: Ints, days: Floats, delivered_h: Floats, now_h: float) -> None:
        """Boxes were delivered since the last time."""
        self._sums *= np.exp((self._at_h - now_h) / self._memory_h)
        self._at_h = now_h
        if len(chain):
            weight = np.exp((delivered_h - now_h) / self._memory_h)
            n = self._sums.shape[1]
            for row, what in enumerate((weight, weight * days, weight * days**2)):
                self._sums[row] += np.bincount(chain, what, minlength=n)

    @property
    def days(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the days of delivered boxes, by chain."""
        return _moments(self._sums)

    def days_with_late(self, chain: Ints, age_days: Floats) -> tuple[Floats, Floats]:
        """The same with the boxes among these, not yet delivered, that are late; they are not remembered."""
        mean, sd = self.days
        late = age_days > (mean + LATE_SD * sd)[chain]
        if not late.any():
            return mean, sd
        chain, age_days = chain[late], age_days[late]
        powers = (None, age_days, age_days**2)
        return _moments(self._sums + [np.bincount(chain, power, minlength=len(mean)) for power in powers])


def _moments(sums: Floats) -> tuple[Floats, Floats]:
    weight, first, second = sums
    mean = first / weight
    return mean, np.sqrt(np.maximum(second / weight - mean**2, 0.0))


class Offers(NamedTuple):
    """What is offered at an hour, by chain: yuan for a 40 ft box more than at base conditions; what can be booked. And
    how many hours a train of a direction would wait now at a border or a line.
    """

    dearer: Callable[[float], Floats]
    offered: Callable[[float], Bools]
    wait_h: Callable[[str, Direction], float]


class Shippers:
    """All consignments that choose, in the order of their booking, and what they have heard."""

    def __init__(self, world: World, spec: ChoiceSpec, scale_per_cny: float, offers: Offers) -> None:
        self.world = world
        self._spec = spec
        self._scale = scale_per_cny
        self._offers = offers
        self.letters: list[tuple[Ints, Floats]] = []
        """Boxes that will be delivered, and when."""
        self._open: Ints = np.empty(0, dtype=np.int64)
        """Boxes on our channels that may not be delivered yet."""
        self._step = 0
        self._gather()

    def _gather(self) -> None:
        """Put the consignments of all markets that choose into one order, with their boxes."""
        cargo = self.world.cargo
        self._markets = [(k, births.choosing) for k, births in enumerate(cargo.births) if births.choosing]
        most = max(len(one.names) for _, one in self._markets)
        sizes = [len(one.taste) for _, one in self._markets]
        market = np.repeat(np.arange(len(sizes)), sizes)
        taste = np.full((len(market), most), FAR)
        firsts, booked, begin = [], [], 0
        for (k, one), n in zip(self._markets, sizes, strict=True):
            taste[begin : begin + n, : len(one.names)] = one.taste
            first = np.searchsorted(cargo.births[k].consignment, np.arange(n))
            firsts.append(cargo.first[k] + first)
            booked.append(cargo.births[k].booked_h[first] if n else np.empty(0))
            begin += n
        first, booked_h = np.concatenate(firsts), np.concatenate(booked)
        ends = np.concatenate(
            [np.append(f, cargo.first[k + 1])[1:] for f, (k, _) in zip(firsts, self._markets, strict=True)]
        )
        order = np.argsort(booked_h, kind="stable")
        self._market, self._taste, self._booked_h = market[order], taste[order], booked_h[order]
        self._size = (ends - first)[order]
        starts = np.concatenate(([0], np.cumsum(self._size)))
        self._start = starts
        self._boxes = np.repeat(first[order] - starts[:-1], self._size) + np.arange(starts[-1])
        self._chosen = np.full(len(order), -1, dtype=np.int64)
        self._chain = self._padded("chain", -1).astype(np.int64)
        self._relieved = {
            (row, column): relief
            for row, (_, one) in enumerate(self._markets)
            for column, relief in enumerate(one.reliefs)
            if relief
        }
        self._experience = self._published()
        self._settle()

    def _padded(self, column: str, filling: float) -> Floats:
        """A column of all markets, shape (markets, alternatives)."""
        most = self._taste.shape[1]
        rows = [getattr(one, column) for _, one in self._markets]
        return np.array([np.append(row, np.full(most - len(row), filling)) for row in rows])

    def _published(self) -> Experience:
        """What was published of each chain; of several markets, the mean of what they believe."""
        n = len(self.world.cargo.chains)
        days, sd_days, believed = np.zeros(n), np.zeros(n), np.zeros(n)
        for _, one in self._markets:
            ours = one.chain >= 0
            np.add.at(days, one.chain[ours], one.base_days[ours])
            np.add.at(sd_days, one.chain[ours], one.base_sd_days[ours])
            np.add.at(believed, one.chain[ours], 1)
        known = np.maximum(believed, 1)
        return Experience(days / known, sd_days / known, self._spec.memory_days * HOURS_PER_DAY)

    # --- what happens

    def hear_of(self, ids: Ints, delivered_h: Floats) -> None:
        """These boxes will be delivered."""
        self.letters.append((ids, delivered_h))

    def run(self, decided: Callable[[Ints], None]) -> Process:
        """At every news: hear, and let all choose that are booked before the next one; `decided` takes their boxes."""
        every_h = self._spec.news_days * HOURS_PER_DAY
        while self._step * every_h < self.world.horizon_h:
            yield self.world.clock.at(self._step * every_h, rank(Kind.NEWS, 0, 0))
            self._hear()
            self._step += 1
            decided(self._choose(self._step * every_h))

    def _hear(self) -> None:
        now_h = self.world.clock.now
        ids, delivered_h = (np.concatenate([letter[k] for letter in self.letters] or [_NONE[k]]) for k in (0, 1))
        known = delivered_h <= now_h
        self.letters = [(ids[~known], delivered_h[~known])]
        ids, delivered_h = ids[known], delivered_h[known]
        table = self.world.cargo.table
        days = (delivered_h - table.booked_h[ids]) / HOURS_PER_DAY
        self._experience.hear(table.chain[ids], days, delivered_h, now_h)

    def _choose(self, until_h: float) -> Ints:
        """Let all choose that are booked before `until_h` and have not yet; their boxes."""
        begin, end = self._decided, int(self._booked_h.searchsorted(until_h, side="left"))
        market = self._market[begin:end]
        relief_cny = self._relief_cny()
        chosen = (self.utilities(relief_cny)[market] + self._taste[begin:end]).argmax(axis=1)
        self._chosen[begin:end] = chosen
        boxes = self._boxes[self._start[begin] : self._start[end]]
        size, table = self._size[begin:end], self.world.cargo.table
        table.chain[boxes] = chain = np.repeat(self._chain[market, chosen], size)
        if self._relieved:
            table.relief_cny[boxes] = np.repeat(relief_cny[market, chosen], size) / TEU_PER_FEU * table.teu[boxes]
        self._open = np.concatenate((self._open, boxes[chain >= 0]))
        return boxes

    @property
    def _decided(self) -> int:
        """How many have chosen: all that are booked before the last news reached."""
        every_h = self._spec.news_days * HOURS_PER_DAY
        return int(self._booked_h.searchsorted((self._step - 1) * every_h, side="left"))

    def _relief_cny(self) -> Floats:
        """The rebate on each alternative now, shape (markets, alternatives)."""
        found = np.zeros(self._chain.shape)
        for place, relief in self._relieved.items():
            if max(self._offers.wait_h(at, relief.direction) for at in relief.at) >= relief.queue_h:
                found[place] = relief.cny
        return found

    def utilities(self, relief_cny: Floats) -> Floats:
        """The utility of each alternative now, without tastes, shape (markets, alternatives)."""
        now_h, table = self.world.clock.now, self.world.cargo.table
        here = ~(table.delivered_h[self._open] <= now_h) & ~table.turned_away[self._open]
        waiting = self._open = self._open[here]
        age_days = (now_h - table.booked_h[waiting]) / HOURS_PER_DAY
        days, sd_days = self._experience.days_with_late(table.chain[waiting], age_days)
        heard = np.zeros((3, len(days) + 1))  # the last, of what is not ours, stays 0
        heard[:, :-1] = days, sd_days, self._offers.dearer(now_h)
        heard = heard[:, self._chain]
        cost = self._vot_cny * heard[0] + self._vor_cny * heard[1] + heard[2] - relief_cny
        offered = np.append(self._offers.offered(now_h), True)[self._chain]
        return np.where(offered, self._settled - self._scale * cost, FAR)

    def _settle(self) -> None:
        """Work out what does not change: the part of the utility that was settled at base conditions."""
        columns = {name: self._padded(name, 0.0) for name in ("base_days", "base_sd_days", "extra_cny", "extra_days")}
        ours = self._chain >= 0
        self._vot_cny = np.array([[one.vot_cny] for _, one in self._markets])
        self._vor_cny = np.array([[one.vor_cny] for _, one in self._markets])
        since = columns["extra_days"] - np.where(ours, columns["base_days"], 0.0)
        steadier = np.where(ours, columns["base_sd_days"], 0.0)
        cost = columns["extra_cny"] + self._vot_cny * since - self._vor_cny * steadier
        self._settled = self._padded("base_utility", FAR) - self._scale * cost

    # --- stop, save, continue; the record

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        state = {"step": self._step, "letters": self.letters, "experience": self._experience}
        return state | {"chosen": self._chosen, "open": self._open}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._step, self.letters = state["step"], state["letters"]
        self._experience, self._chosen, self._open = state["experience"], state["chosen"], state["open"]

    def table(self) -> ChoiceTable:
        """What each consignment chose."""
        numbers = np.array([k for k, _ in self._markets], dtype=np.int64)
        of_boxes = self.world.cargo.table.teu[self._boxes]
        teu = np.add.reduceat(of_boxes, self._start[:-1]) if len(of_boxes) else of_boxes
        return ChoiceTable(numbers[self._market], self._booked_h, teu, self._chosen)


_NONE: tuple[Any, Any] = (np.empty(0, dtype=np.int64), np.empty(0))
