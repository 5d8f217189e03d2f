"""The hinge: what happened, when, where, to whom.

The corridor writes a `Trace`; measures, figures and stories read it and know nothing else. It holds the table of
containers (one column per milestone, one row per leg), the table of departures, the table of visits that trains and
vessels paid to each stage of their journey, the uses of shared resources by anybody, and the frozen `Book` of what a
reader needs to make sense of them. All times are hours since `Book.start`; `nan`, or a time after the end of the run,
means "not yet by the end": what was settled before the end may lie ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Stage(StrEnum):
    """The stages that fill the time between booking and delivery, in the order of a journey."""

    FIRST_MILE = "first_mile"
    GATE = "gate"
    CLEARANCE = "clearance"
    WAITING = "waiting"
    LOADING = "loading"
    RUNNING = "running"
    CHECKS = "border_checks"
    QUEUE = "border_queue"
    GAUGE_CHANGE = "gauge_change"
    SAILING = "sailing"
    UNLOADING = "unloading"
    PICK_UP = "pick_up"
    LAST_MILE = "last_mile"


STAGES = tuple(Stage)
CARGOES = ("local", "hub")
DIRECTIONS = ("outbound", "inbound")


class Ran(IntEnum):
    """What became of a planned departure."""

    RAN = 0
    CANCELLED = 1
    TOO_FEW = 2
    UNPAID = 3


class What(StrEnum):
    """The vocabulary of events, as stories and logs tell them."""

    BOOKED = "booked"
    ELSEWHERE = "elsewhere"
    AT_GATE = "at_gate"
    TURNED_AWAY = "turned_away"
    GATED_IN = "gated_in"
    READY = "ready"
    CLEARED = "cleared"
    INSPECTED = "inspected"
    CLOSED = "closed"
    LOADED = "loaded"
    DEPARTED = "departed"
    HELD = "held"
    ENTERED = "entered"
    CHECKED = "checked"
    BEGUN = "gauge_change_begun"
    CHANGED = "gauge_changed"
    ARRIVED = "arrived"
    UNLOADED = "unloaded"
    RELEASED = "released"
    PICKED_UP = "picked_up"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    TOO_FEW = "too_few"
    UNPAID = "unpaid"


@dataclass(frozen=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The name in language `lang`."""
        return self.zh if lang == "zh" else self.en


STAGE_NAMES = {
    Stage.FIRST_MILE: Label("集货运输", "first mile"),
    Stage.GATE: Label("进站", "gate"),
    Stage.CLEARANCE: Label("通关", "customs clearance"),
    Stage.WAITING: Label("待发", "waiting for departure"),
    Stage.LOADING: Label("装车", "loading"),
    Stage.RUNNING: Label("铁路运行", "running by rail"),
    Stage.CHECKS: Label("口岸检查", "border checks"),
    Stage.QUEUE: Label("途中排队", "queue on the way"),
    Stage.GAUGE_CHANGE: Label("换装", "gauge change"),
    Stage.SAILING: Label("海运", "sailing"),
    Stage.UNLOADING: Label("卸载", "unloading"),
    Stage.PICK_UP: Label("候提", "waiting for pick-up"),
    Stage.LAST_MILE: Label("末端派送", "last mile"),
}
"""What the stages are called."""


@dataclass(frozen=True)
class StageAt:
    """A stage at a place, as a visit refers to it."""

    stage: Stage
    place: str


@dataclass(frozen=True)
class ServiceFact:
    """What a reader needs to know of a service: its channel, its ends, and where its stops lie, in km."""

    id: str
    name: Label
    mode: str
    channel: str
    direction: str
    origin: str
    destination: str
    route: tuple[str, ...]
    km_at: dict[str, float]


@dataclass(frozen=True)
class ResourceFact:
    """A shared resource: `units` may be used at once, for ever (`unlimited` is infinity)."""

    id: str
    name: Label
    place: str
    kind: str
    unit: str
    units: float


@dataclass(frozen=True)
class ChainFact:
    """The chain of services a group of containers takes, and the node where it is cleared."""

    channel: str
    direction: str
    region: str
    services: tuple[int, ...]
    nodes: tuple[str, ...]
    clear_at: str


@dataclass(frozen=True)
class TariffFact:
    """What a service costs and what is paid for it, in yuan per TEU, and per train."""

    price_cny: float
    observed_price_cny: float
    observed_subsidy_cny: float
    pass_through: float
    train_cny: float
    teu_cny: float

    def price_at(self, subsidy_cny: Floats | float) -> Any:
        """What shippers pay when so much is granted: a change of the subsidy moves the price by its pass-through."""
        return np.maximum(self.price_cny - self.pass_through * (subsidy_cny - self.observed_subsidy_cny), 0.0)


@dataclass(frozen=True)
class ChargeFact:
    """What a terminal charges, in yuan."""

    lift_cny: float
    teu_day_cny: float
    free_days: float


@dataclass(frozen=True)
class ExtraFact:
    """What a TEU costs more than at base conditions beside tariffs, in yuan, and which party bears it."""

    cny: float
    paid_by: str | None


@dataclass(frozen=True)
class MoneyFact:
    """Tariffs by service, charges by terminal, values of time by market (yuan per TEU and day), outlays by party.

    `extras` is what a TEU of a market costs more (negative: less) on a channel of ours than at base conditions, and who
    bears it, by (market, channel); `reliefs` is who bears what boxes cost less while trains wait on the way.
    """

    tariffs: dict[str, TariffFact]
    charges: dict[str, ChargeFact]
    time_cny: dict[str, float]
    outlays_cny: dict[str, float]
    extras: dict[tuple[str, str], ExtraFact]
    reliefs: dict[tuple[str, str], str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class CarbonFact:
    """Kilograms of CO2 equivalent per tonne and km by service, and per tonne for the roads of a market."""

    kg_per_tonne_km: dict[str, float]
    road_kg_per_tonne: dict[str, float]
    tonnes_per_teu: dict[str, float]
    tare_tonnes_per_teu: float
    empties_return: bool


@dataclass(frozen=True)
class AlternativeFact:
    """One way of the cargo of a market: its name, whether it is ours, and what it emits if it is not."""

    name: str
    label: Label
    ours: bool
    tonnes_co2_per_teu: float


@dataclass(frozen=True)
class Book:
    """Everything that does not change during a run. `window` is the measured period in hours."""

    scenario: str
    start: datetime
    window: tuple[float, float]
    channels: tuple[str, ...]
    channel_names: dict[str, Label]
    place_names: dict[str, Label]
    markets: tuple[str, ...]
    market_names: dict[str, Label]
    services: tuple[ServiceFact, ...]
    stages: tuple[StageAt, ...]
    resources: tuple[ResourceFact, ...]
    chains: tuple[ChainFact, ...]
    alternatives: dict[str, tuple[AlternativeFact, ...]] = field(default_factory=dict)
    """of each market that chooses"""
    money: MoneyFact | None = None
    carbon: CarbonFact | None = None

    def with_stages(self, stages: tuple[StageAt, ...]) -> Book:
        """This book with the stages that visits refer to."""
        return replace(self, stages=stages)

    def date(self, hours: float) -> datetime:
        """The calendar date and time of an hour of the run."""
        return self.start + timedelta(hours=float(hours))

    def months(self) -> list[tuple[str, float, float]]:
        """The calendar months that the window touches: (YYYY-MM, from, to) in hours, cut to the window."""
        found = []
        begin, end = self.window
        year, month = self.date(begin).year, self.date(begin).month
        while (first := (datetime(year, month, 1) - self.start).total_seconds() / 3600) < end:
            label = f"{year:04d}-{month:02d}"
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
            until = (datetime(year, month, 1) - self.start).total_seconds() / 3600
            found.append((label, max(first, begin), min(until, end)))
        return found


@dataclass
class ContainerTable:
    """One row per container (columns of shape (n,)), and per leg for what happens once a leg (shape (legs, n)).

    `at_gate_h` is when the truck asks for its lift, `gated_in_h` when the box stands in the yard, `ready_h` when it
    may board, `train` the departure (row of `DepartureTable`, −1: none yet), `loaded_h` and `unloaded_h` the end of
    the lift, `released_h` when the consignee may fetch it, `picked_up_h` when it left the yard. Chain −1 is
    "elsewhere": cargo that never came to us. `relief_cny` is what a box pays less because it was booked while trains
    waited long on the way. Who was `turned_away` came at `at_gate_h` to a full yard, and went again.
    """

    market: Ints
    number: Ints
    consignment: Ints
    teu: Ints
    cargo: Ints
    chain: Ints
    relief_cny: Floats
    inspected: Bools
    turned_away: Bools
    booked_h: Floats
    at_gate_h: Floats
    gated_in_h: Floats
    ready_h: Floats
    train: Ints
    loaded_h: Floats
    unloaded_h: Floats
    released_h: Floats
    picked_up_h: Floats
    delivered_h: Floats

    def __len__(self) -> int:
        return len(self.market)


@dataclass
class DepartureTable:
    """One row per planned departure, run or not. `closed_h` is when the loading list closed."""

    service: Ints
    number: Ints
    planned_h: Floats
    closed_h: Floats
    departed_h: Floats
    arrived_h: Floats
    ran: Ints
    capacity_teu: Ints
    boxes: Ints
    load_teu: Ints
    left_teu: Ints
    subsidy_cny: Floats


@dataclass
class ChoiceTable:
    """One row per consignment that chose: its market, when it was booked, its TEU, and the number of what it chose."""

    market: Ints
    booked_h: Floats
    teu: Ints
    alternative: Ints


@dataclass
class VisitTable:
    """One row per stage of each run train or vessel: asked for, begun and done."""

    train: Ints
    stage: Ints
    asked_h: Floats
    begun_h: Floats
    done_h: Floats


@dataclass
class UseTable:
    """All uses of one resource, ours and background: `amount` units from `begun_h` to `done_h`."""

    asked_h: Floats
    begun_h: Floats
    done_h: Floats
    amount: Floats

    @cached_property
    def path(self) -> tuple[Floats, Floats]:
        """Every moment at which a use ends or begins, in order (what ends goes first), and how much is in use then."""
        moments = np.concatenate((self.done_h, self.begun_h))
        order = np.argsort(moments, kind="stable")
        return moments[order], np.concatenate((-self.amount, self.amount))[order].cumsum()


@dataclass
class Trace:
    """The record of one replication."""

    book: Book
    replication: int
    containers: ContainerTable
    departures: DepartureTable
    visits: VisitTable
    uses: dict[str, UseTable] = field(default_factory=dict)
    choices: ChoiceTable | None = None
    budgets_end_h: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """when the budget of a subsidy ran out, year by year, by its name; a subsidy without a budget is not listed"""
    events: int = 0

    def departed_h(self, leg: int) -> Floats:
        """When the train of leg `leg` of each container left, shape (n,)."""
        return self._of_train(self.departures.departed_h, leg)

    def arrived_h(self, leg: int) -> Floats:
        """When the train of leg `leg` of each container arrived, shape (n,)."""
        return self._of_train(self.departures.arrived_h, leg)

    def closed_h(self, leg: int) -> Floats:
        """When the loading list of leg `leg` of each container closed, shape (n,)."""
        return self._of_train(self.departures.closed_h, leg)

    def _of_train(self, column: Floats, leg: int) -> Floats:
        train = self.containers.train[leg]
        padded = np.append(column, np.nan)
        return np.asarray(padded[train])
