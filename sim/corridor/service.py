"""A service: trains or vessels that run a route, and how one of them lives."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.departed import Departed
from sim.corridor.dispatch import FullOrAfter, Rule, Timetable, WhenFull, departures
from sim.corridor.disruption import Shock
from sim.corridor.money import OperatorsSpec, TariffSpec
from sim.corridor.periods import Phase, Planned
from sim.corridor.queue import Queue
from sim.corridor.train import Train
from sim.corridor.world import Kind, Process, World, rank
from sim.quantities import Bilingual, Day, Direction, Hours, Key, Mode, Share, Spec, Teu, day_of
from sim.trace import Ran
from sim.variation import NOTHING, Varying

if TYPE_CHECKING:
    from sim.corridor.terminal import Terminal
    from sim.corridor.treasury import Treasury

Floats = NDArray[np.float64]


class RunningSpec(Spec):
    """How the trains of a service run; all of it may change from a given day on (`changes`)."""

    timetable: Timetable | None = None
    """fixed departures"""
    dispatch: WhenFull | FullOrAfter | None = None
    """departures on demand, in place of a timetable: `{when_full: true}` or `{full_or_after_h: 48}`"""
    capacity_teu: Teu | None = None
    """TEU that a train takes; for a vessel, the allotment of this corridor"""
    minimum_teu: Annotated[int, Field(ge=0)] | None = None
    """a planned train with less cargo than this is cancelled"""
    cut_off_h: Hours | None = None
    """hours before departure at which the loading list closes"""
    cancelled_share: Share | None = None
    """share of planned departures that are cancelled for other reasons"""
    jitter_h: Hours | None = None
    """a planned departure is up to so many hours early or late (uniform)"""


class ServiceSpec(RunningSpec):
    """A regular train or vessel: route, timetable, capacity, and what becomes of it."""

    name: Bilingual
    """what people call it"""
    mode: Mode
    """`train`, `vessel` or `air`; what is no train is shown as sailing"""
    direction: Direction
    """`outbound` (out of the hinterland) or `inbound`"""
    route: Annotated[tuple[Key, ...], Field(min_length=3, strict=False)]
    """terminal, line, node, line, … terminal, in running order; lines and nodes take turns"""
    capacity_teu: Teu
    """TEU that a train takes; for a vessel, the allotment of this corridor"""
    minimum_teu: Annotated[int, Field(ge=0)] = 0
    """a planned train with less cargo than this is cancelled"""
    cut_off_h: Hours = 0.0
    """hours before departure at which the loading list closes"""
    cancelled_share: Share = 0.0
    """share of planned departures that are cancelled for other reasons"""
    jitter_h: Hours = 0.0
    """a planned departure is up to so many hours early or late (uniform)"""
    tariff: TariffSpec | None = None
    """what it costs, and what shippers pay"""
    emits: Key | None = None
    """the emission factor that holds for it (`carbon`); without it, that of its mode"""
    priority: Annotated[int, Field(ge=0, le=9)] = 5
    """who goes first where `order: priority`; lower is more urgent"""
    make_up_h: Varying = NOTHING
    """hours from the last lift to departure: shunting, brake test, papers"""
    placing_h: Varying = NOTHING
    """hours from arrival to the first lift: placing the wagons; berthing and discharging the vessel"""
    first_day: Day | None = None
    """the service begins on this day; without it, it runs from the start"""
    last_day: Day | None = None
    """the last day of the service"""
    changes: dict[str, RunningSpec] = {}
    """what changes from a day on: `"2020-01-01": {timetable: …}`"""

    @model_validator(mode="after")
    def _one_rule(self) -> ServiceSpec:
        if (self.timetable is None) == (self.dispatch is None):
            message = "needs either a timetable or a dispatch rule, and not both"
            raise ValueError(message)
        for day, change in self.changes.items():
            day_of(day)
            if change.timetable and change.dispatch:
                message = f"changes.{day} has a timetable and a dispatch rule: keep one"
                raise ValueError(message)
        return self

    @property
    def origin(self) -> str:
        """The terminal where it begins."""
        return self.route[0]

    @property
    def destination(self) -> str:
        """The terminal where it ends."""
        return self.route[-1]

    @property
    def rule(self) -> Rule:
        """The rule by which trains leave."""
        rule = self.timetable or self.dispatch
        assert rule is not None
        return rule

    @cached_property
    def phases(self) -> list[tuple[date | None, date | None, ServiceSpec]]:
        """The service by period: (first day or None, first day of the next or None, what is in force)."""
        spec, begins = self.but(changes={}), self.first_day
        periods: list[tuple[date | None, date | None, ServiceSpec]] = []
        for day, change in sorted(self.changes.items()):
            periods.append((begins, day_of(day), spec))
            written = change.model_dump(by_alias=True, exclude_unset=True)
            other = {"timetable": "dispatch", "dispatch": "timetable"}
            cleared = {other[key]: None for key in written if key in other}
            spec, begins = spec.but(**cleared, **written), day_of(day)
        return [*periods, (begins, None, spec)]


class JourneyStage(Protocol):
    """One stage of a journey: takes the train at `train.due_h` and moves `due_h` on.

    `handle` does so at once and returns None; or, where the train must wait for what others do, it returns that wait.
    """

    def handle(self, train: Train) -> Process | None: ...  # noqa: D102


class Service:
    """A service at work: it closes loading lists, takes cohorts, and sends trains on their journeys."""

    def __init__(self, name: str, order: int, phases: list[Phase], world: World, departed: Departed) -> None:
        self.name = name
        self.order = order
        self.phases = phases
        self.world = world
        self.queue = Queue(world)
        self.number = 0
        self.cancellations: list[Shock] = []
        """When such a share of its departures does not run, beside what is cancelled always."""
        self.under_way: dict[int, Train] = {}
        self._departed = departed
        self._treasury: Treasury | None = None
        self._operators: OperatorsSpec | None = None
        self._phase = 0
        self._in_phase = 0
        self._ways = world.cargo.ways(name)
        self._cancelled = world.streams.growing(f"service/{name}/cancelled")

    def trade(self, treasury: Treasury | None, operators: OperatorsSpec | None) -> None:
        """Give the service who pays subsidies, and the operator's rule if he cancels what does not pay."""
        self._treasury, self._operators = treasury, operators

    def lay_out(self, origin: Terminal, stages: list[JourneyStage], leaves: int, arrives: int) -> None:
        """Give the service its origin and the stages of its journey; it has left after stage `leaves`, and has
        arrived after stage `arrives`.
        """
        self._origin = origin
        self._stages = stages
        self._marks = {leaves: self._departed.departed_h, arrives: self._departed.arrived_h}

    @property
    def phase(self) -> Phase:
        """The way in which the service runs now."""
        return self.phases[self._phase]

    @cached_property
    def smallest_teu(self) -> int:
        """The smallest box that ever takes this service, in TEU."""
        cargo = self.world.cargo
        mine = {k for k, chain in enumerate(cargo.chains) if self.name in chain.services}
        return int(cargo.table.teu[cargo.taking(mine)].min(initial=2))

    def is_offered(self, now_h: float) -> bool:
        """Whether shippers can book: the service has begun, and a departure is to come."""
        last = self.phases[-1]
        ends_h = last.planned[-1].closing_h if np.isfinite(last.ends_h) and last.planned else last.ends_h
        return self.phases[0].begins_h <= now_h < ends_h

    @property
    def next_news_h(self) -> float:
        """Until when what is known of waiting boxes is certain, as far as trucks go."""
        return self._origin.next_h

    def bring_up_to_date(self) -> None:
        """Let the origin deal with all trucks up to now."""
        self._origin.advance(self.world.clock.now)

    def next_planned(self) -> Planned | None:
        """The next planned departure of this phase."""
        planned = self.phase.planned
        return planned[self._in_phase] if self._in_phase < len(planned) else None

    def run(self) -> Process:
        """Run the service through all its phases."""
        while True:
            yield from departures(self, self.phase.spec.rule)
            if self._phase + 1 == len(self.phases):
                return
            self._phase, self._in_phase = self._phase + 1, 0

    def depart(self, closing_h: float, planned_h: float, *, planned: bool = False) -> None:
        """Close the loading list: take the boxes that board and send the train, or cancel it. Takes no time."""
        self.bring_up_to_date()
        spec, number = self.phase.spec, self.number
        self.number, self._in_phase = number + 1, self._in_phase + 1
        ran = self._fate(closing_h, planned_h, number) if planned else Ran.RAN
        runs, room = ran is Ran.RAN, spec.capacity_teu
        boxes, load_teu, left_teu = self.queue.board(closing_h, room if runs else 0)
        ours = len(boxes) > 0 or spec.mode == "train"  # a vessel sails without our boxes too, but is no concern of ours
        departed = self._departed
        paid = self._treasury.pay(self.name, load_teu, closing_h) if load_teu and self._treasury else 0.0
        row = (self.order - 1, number, planned_h, closing_h, int(ran), room, len(boxes), load_teu, left_teu, paid)
        departed.rows.append(row)
        departed.departed_h.append(np.nan if ours or not runs else planned_h)
        departed.arrived_h.append(np.nan)
        if runs and ours:
            self._send(len(departed.rows) - 1, number, planned_h, closing_h, boxes)

    def _fate(self, closing_h: float, planned_h: float, number: int) -> Ran:
        spec = self.phase.spec
        cancelled = spec.cancelled_share
        for begin_h, end_h, share in self.cancellations:
            if begin_h <= planned_h < end_h:
                cancelled = 1 - (1 - cancelled) * (1 - share)
        if cancelled and self._cancelled[number] < cancelled:
            return Ran.CANCELLED
        if spec.minimum_teu and self.queue.waiting_teu(closing_h) < spec.minimum_teu:
            return Ran.TOO_FEW
        return Ran.RAN if self._pays(closing_h) else Ran.UNPAID

    def _pays(self, closing_h: float) -> bool:
        """Whether a departure covers its avoidable cost, where its operator asks."""
        if self._operators is None or self._treasury is None:
            return True
        load_teu = min(self.queue.waiting_teu(closing_h), self.phase.spec.capacity_teu)
        return self._treasury.pays(self.name, load_teu, closing_h, self._operators)

    def _send(self, row: int, number: int, planned_h: float, closing_h: float, boxes: NDArray[np.int64]) -> None:
        place = rank(Kind.WORK, self.order, number)
        ways = self.world.cargo.by_way(boxes, self._ways)
        train = Train(row, number, place, self.phase.spec.priority, planned_h, boxes, ways, closing_h)
        for way, mine in ways:
            self.world.cargo.table.train[way.leg][boxes[mine]] = row
        self.start(train)

    def start(self, train: Train) -> None:
        """Put a train on its journey, from the stage at which it stands; it is a process from where it first waits."""
        self.under_way[train.number] = train
        wait = self._go_on(train)
        if wait is not None:
            self.world.clock.process(self._journey(train, wait))

    def _journey(self, train: Train, wait: Process | None) -> Process:
        """The life of one train, from the closing of its list to its last box on the ground: wait, go on, wait …"""
        while wait is not None:
            yield from wait
            self._passed(train)
            wait = self._go_on(train)

    def _go_on(self, train: Train) -> Process | None:
        """Take a train through its stages up to one where it must wait: that wait, or None when it is unloaded."""
        while train.stage < len(self._stages):
            wait = self._stages[train.stage].handle(train)
            if wait is not None:
                return wait
            self._passed(train)
        del self.under_way[train.number]
        return None

    def _passed(self, train: Train) -> None:
        mark = self._marks.get(train.stage)
        if mark is not None:
            mark[train.row] = train.due_h
        train.stage += 1

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        return {
            "queue": self.queue.state(),
            "number": self.number,
            "phase": self._phase,
            "in_phase": self._in_phase,
            "under_way": list(self.under_way.values()),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self.queue.restore(state["queue"])
        self.number, self._phase, self._in_phase = state["number"], state["phase"], state["in_phase"]
        for train in state["under_way"]:
            self.start(train)
