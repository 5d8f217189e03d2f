"""A terminal: inland terminal, dry port or port. Gate, yard, lifts and clearance.

Trucks bring boxes to the gate; a handling unit lifts each into the yard; it is cleared if this is the place for it; it
waits for its train or vessel. In the other direction a unit lifts each box off, it is cleared, and a truck fetches it.
Trains, trucks and other traffic ask the same units, first come first served.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from simpy.events import Event

from sim.corridor.border import poisson_times
from sim.corridor.recursion import Closures, serve
from sim.quantities import HOURS_PER_YEAR, Bilingual, Count, PerYear, Share, Spec, Teu
from sim.trace import Stage
from sim.variation import NOTHING, Varying

if TYPE_CHECKING:
    from sim.corridor.containers import Cargo
    from sim.corridor.train import Train
    from sim.corridor.world import World

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]
MINUTES_PER_HOUR = 60.0


class OtherBoxesSpec(Spec):
    """Boxes of other traffic on the same units and in the same yard: each is lifted twice, in and out."""

    teu_per_year: PerYear
    """how many TEU a year (Poisson, evenly over the year)"""
    teu_per_box: float = Field(ge=1, le=2, default=1.9)
    """TEU to a box, on average"""
    stay_h: Varying
    """hours between the two lifts"""


class HandlingSpec(Spec):
    """Reach stackers or gantries, shared by trains, trucks and other traffic, first come first served."""

    units: Count
    """how many work at once"""
    lift_min: Varying
    """minutes for one lift"""


class ClearanceSpec(Spec):
    """Customs clearance of each box; it takes its time, without a queue."""

    time_h: Varying
    """hours for any box"""
    inspection_share: Share = 0.0
    """share of boxes that are inspected"""
    inspection_h: Varying = NOTHING
    """hours more for a box that is inspected"""


class TerminalSpec(Spec):
    """An inland terminal, a dry port or a port. What is not written takes no time and has no limit."""

    type: Literal["terminal"] = Field(frozen=True)
    """`terminal`"""
    name: Bilingual
    """what people call it"""
    yard_teu: Teu | None = None
    """slots of the yard, in TEU, for all traffic; a yard that runs over is reported, nobody is turned away"""
    handling: HandlingSpec | None = None
    """the handling units"""
    others: OtherBoxesSpec | None = None
    """other traffic on the same units and yard"""
    export_clearance: ClearanceSpec | None = None
    """for boxes whose chain says `clear_at` here, on their way out"""
    import_clearance: ClearanceSpec | None = None
    """for boxes whose chain says `clear_at` here, on their way in"""


Lifted = Callable[[Ids, Floats], None]
"""What to do with boxes once they are lifted, given their numbers and the hours."""


class Lane:
    """Requests for lifts by trucks and other traffic that lie ahead, in time order."""

    def __init__(self) -> None:
        self.ids = np.empty(0, dtype=np.int64)
        self.asked_h = np.empty(0)
        self.work_h = np.empty(0)

    def add(self, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Add requests; those already here go first at the same instant."""
        ids = np.concatenate((self.ids, ids))
        asked_h = np.concatenate((self.asked_h, asked_h))
        work_h = np.concatenate((self.work_h, work_h))
        order = np.argsort(asked_h, kind="stable")
        self.ids, self.asked_h, self.work_h = ids[order], asked_h[order], work_h[order]

    def take(self, until_h: float) -> tuple[Ids, Floats, Floats]:
        """Remove and return the requests made at or before `until_h`."""
        n = int(np.searchsorted(self.asked_h, until_h, side="right"))
        taken = self.ids[:n], self.asked_h[:n], self.work_h[:n]
        self.ids, self.asked_h, self.work_h = self.ids[n:], self.asked_h[n:], self.work_h[n:]
        return taken

    @property
    def next_h(self) -> float:
        """When the next request will be made."""
        return float(self.asked_h[0]) if len(self.asked_h) else np.inf


OTHERS, FETCHING, BRINGING = 0, 1, 2
"""Who asks for lifts beside trains, in their order at the same instant."""


class Handling:
    """Handling units as a recursion: requests of trucks and others are merged in up to the moment a train asks."""

    def __init__(self, spec: HandlingSpec, closures: Closures, lifted: Mapping[int, Lifted]) -> None:
        self.spec = spec
        self._closures = closures
        self._lifted = lifted
        self._free = [0.0] * spec.units
        self.lanes = {lane: Lane() for lane in (OTHERS, FETCHING, BRINGING)}
        self.uses: list[tuple[Floats, Floats, Floats]] = []

    def ask(self, lane: int, ids: Ids, asked_h: Floats, work_h: Floats) -> None:
        """Trucks or others will ask for these lifts."""
        self.lanes[lane].add(ids, asked_h, work_h)

    def advance(self, until_h: float) -> None:
        """Serve trucks and others up to `until_h`; what they set in motion before then is served too."""
        while self.next_h <= until_h:
            self._advance_once(until_h)

    def _advance_once(self, until_h: float) -> None:
        taken = {lane: self.lanes[lane].take(until_h) for lane in self.lanes}
        who = np.repeat(list(taken), [len(ids) for ids, _, _ in taken.values()])
        ids, asked_h, work_h = (np.concatenate([row[i] for row in taken.values()]) for i in range(3))
        order = np.argsort(asked_h, kind="stable")
        done_h = self._serve(asked_h[order], work_h[order])
        who, ids = who[order], ids[order]
        for lane, lifted in self._lifted.items():
            of_lane = who == lane
            if of_lane.any():
                lifted(ids[of_lane], done_h[of_lane])

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
        return min(lane.next_h for lane in self.lanes.values())

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        return {"free": self._free, "lanes": self.lanes, "uses": self.uses}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._free, self.lanes, self.uses = state["free"], state["lanes"], state["uses"]


class Terminal:
    """A terminal at work."""

    def __init__(self, name: str, spec: TerminalSpec, world: World, closures: Closures) -> None:
        self.name = name
        self.spec = spec
        self.world = world
        self._join: dict[str, Callable[[Ids, Floats], None]] = {}
        self.others_h = np.empty(0)
        """When the boxes of others are lifted in (first half) and out (second half): asked for, then done."""
        self.handling: Handling | None = None
        if spec.handling:
            then = {OTHERS: self._other_lifted, FETCHING: self._picked_up, BRINGING: self._gated_in}
            self.handling = Handling(spec.handling, closures, then)

    def serve(self, service: str, join: Callable[[Ids, Floats], None]) -> None:
        """Boxes for `service` wait here: `join` takes them, and the hours at which they may board."""
        self._join[service] = join

    # --- what trucks and other traffic do

    def open(self) -> None:
        """Let the trucks of all boxes that begin here, and the other traffic, come."""
        self._open_for_others()
        cargo = self.world.cargo
        starting = [k for k, chain in enumerate(cargo.chains) if chain.services[0] in self._join]
        ids = np.flatnonzero(np.isin(cargo.table.chain, starting))
        at_h = cargo.table.at_gate_h[ids]
        if self.handling:
            self.handling.ask(BRINGING, ids, at_h, self._lift_h("in")[ids])
        else:
            self._gated_in(ids, at_h)

    def _open_for_others(self) -> None:
        spec, world = self.spec.others, self.world
        if spec is None or spec.teu_per_year == 0:
            return
        stream = f"terminal/{self.name}/others"
        in_h = poisson_times(world, stream, spec.teu_per_year / spec.teu_per_box / HOURS_PER_YEAR)
        n = len(in_h)
        out_h = in_h + spec.stay_h.at(world.streams.luck(f"{stream}/stay", n))
        self.others_h = np.concatenate((in_h, out_h))
        if self.handling:
            lift_h = self.handling.spec.lift_min
            work_h = lift_h.at(world.streams.luck(f"{stream}/lift", 2 * n)) / MINUTES_PER_HOUR
            self.handling.ask(OTHERS, np.arange(2 * n), self.others_h, work_h)

    def _other_lifted(self, ids: Ids, done_h: Floats) -> None:
        self.others_h[ids] = done_h

    def _gated_in(self, ids: Ids, done_h: Floats) -> None:
        """Boxes that trucks brought stand in the yard: they wait for the first service of their chain."""
        table = self.world.cargo.table
        table.gated_in_h[ids] = done_h
        for service, goes in self._first_services:
            mine = self.world.cargo.going(ids, goes)
            self._wait_for(service, 0, ids[mine], done_h[mine])

    def _wait_for(self, service: str, leg: int, ids: Ids, in_yard_h: Floats) -> None:
        """Clear the boxes if this is the place for it, and let them wait for their next service."""
        if not len(ids):
            return
        ready_h = self._cleared_h(ids, in_yard_h)
        self.world.cargo.table.ready_h[leg][ids] = ready_h
        self._join[service](ids, ready_h)

    def _cleared_h(self, ids: Ids, in_yard_h: Floats) -> Floats:
        clearance_h = self._clearance_h
        return in_yard_h if clearance_h is None else in_yard_h + clearance_h[ids]

    def _picked_up(self, ids: Ids, done_h: Floats) -> None:
        table = self.world.cargo.table
        table.picked_up_h[ids] = done_h
        table.delivered_h[ids] = done_h + self.world.cargo.last_mile_h[ids]

    # --- what trains do

    def load(self, train: Train) -> None:
        """Lift the boxes of a train onto it, in their order."""
        table = self.world.cargo.table
        done_h = self._lift(train, "load")
        train.due_h = float(done_h.max(initial=train.due_h))
        for way in train.ways:
            mine = self.world.cargo.going(train.boxes, way.goes)
            table.loaded_h[way.leg][train.boxes[mine]] = done_h[mine]

    def unload(self, train: Train) -> None:
        """Lift the boxes of a train into the yard, and send them on their ways."""
        table = self.world.cargo.table
        done_h = self._lift(train, "unload")
        train.due_h = float(done_h.max(initial=train.due_h))
        for way in train.ways:
            mine = self.world.cargo.going(train.boxes, way.goes)
            ids, in_yard_h = train.boxes[mine], done_h[mine]
            table.unloaded_h[way.leg][ids] = in_yard_h
            if way.onward is None:
                self._release(ids, in_yard_h)
            else:
                self._wait_for(way.onward, way.leg + 1, ids, in_yard_h)

    def _lift(self, train: Train, what: str) -> Floats:
        if self.handling is None:
            return np.full(len(train.boxes), train.due_h)
        return self.handling.lift(train.due_h, self._lift_h(what)[train.boxes])

    def _release(self, ids: Ids, in_yard_h: Floats) -> None:
        released_h = self._cleared_h(ids, in_yard_h)
        self.world.cargo.table.released_h[ids] = released_h
        if self.handling:
            self.handling.ask(FETCHING, ids, released_h, self._lift_h("out")[ids])
        else:
            self._picked_up(ids, released_h)

    def advance(self, until_h: float) -> None:
        """Bring trucks and other traffic up to `until_h`."""
        if self.handling:
            self.handling.advance(until_h)

    @property
    def next_h(self) -> float:
        """Until when what is known of waiting boxes is certain, as far as trucks go."""
        return self.handling.next_h if self.handling else np.inf

    # --- the luck of boxes here, drawn once for the whole run

    def _lift_h(self, what: str) -> Floats:
        column = self._lifts.get(what)
        if column is None:
            assert self.handling is not None
            law = self.handling.spec.lift_min
            column = self.world.cargo.column(f"{self.name}/lift_{what}", law, self._passing) / MINUTES_PER_HOUR
            self._lifts[what] = column
        return column

    @cached_property
    def _lifts(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def _passing(self) -> set[int]:
        """The chains that begin, change or end here."""
        return {k for k, chain in enumerate(self.world.cargo.chains) if self.name in chain.nodes}

    @cached_property
    def _first_services(self) -> list[tuple[str, Bools | None]]:
        """The services that chains begin with here, and for each chain whether it does (None: all do)."""
        found: dict[str, list[int]] = {}
        for k, chain in enumerate(self.world.cargo.chains):
            if chain.services[0] in self._join:
                found.setdefault(chain.services[0], []).append(k)
        which = self.world.cargo.which
        return [(service, which(chains, len(found) == 1)) for service, chains in found.items()]

    @cached_property
    def _clearance_h(self) -> Floats | None:
        """How long each box is cleared here (0 if elsewhere), or None if none is; marks who is inspected."""
        return clearance_h(self.name, self.spec, self.world.cargo)


def clearance_h(place: str, spec: TerminalSpec, cargo: Cargo) -> Floats | None:
    """Hours of clearance at `place` for every box, shape (n,), or None; marks those that are inspected."""
    if all(chain.clear_at != place for chain in cargo.chains):
        return None
    hours = np.zeros(cargo.n)
    sides = (("outbound", spec.export_clearance), ("inbound", spec.import_clearance))
    for direction, clearance in sides:
        chains = {k for k, c in enumerate(cargo.chains) if c.clear_at == place and c.direction == direction}
        if clearance is None or not chains:
            continue
        mine = np.isin(cargo.table.chain, list(chains))
        time_h = cargo.column(f"{place}/clearance", clearance.time_h, chains)
        hours[mine] = time_h[mine]
        if clearance.inspection_share > 0:
            chosen = mine & (cargo.luck(f"{place}/inspected") < clearance.inspection_share)
            hours[chosen] += cargo.column(f"{place}/inspection", clearance.inspection_h, chains)[chosen]
            cargo.table.inspected |= chosen
    return hours


class Loading:
    """The stage of loading: the list is closed, the boxes are lifted on, the train is made up and leaves.

    It is noted as begun so late that it ends with the departure: what a cut-off leaves over is waiting, not work.
    """

    def __init__(self, terminal: Terminal, service: str, make_up_h: Varying) -> None:
        world = terminal.world
        self._terminal = terminal
        self._number = world.stage_number(Stage.LOADING, terminal.name)
        self._make_up_h = world.streams.growing(f"service/{service}/make_up", make_up_h.at)

    def handle(self, train: Train) -> Generator[Event, Any, None]:
        """Load the boxes, then make the train up; it does not leave before its time."""
        yield from ()  # the list has closed at this very moment
        world, closed_h = self._terminal.world, train.due_h
        self._terminal.load(train)
        made_up_h = train.due_h + self._make_up_h[train.number]
        train.due_h = max(made_up_h, train.planned_h)
        begun_h = min(closed_h + (train.due_h - made_up_h), train.due_h)
        world.note(train.row, self._number, closed_h, begun_h, train.due_h)


class Unloading:
    """The stage of unloading: the train is placed (the vessel berthed), then its boxes are lifted off."""

    def __init__(self, terminal: Terminal, service: str, placing_h: Varying) -> None:
        world = terminal.world
        self._terminal = terminal
        self._number = world.stage_number(Stage.UNLOADING, terminal.name)
        self._placing_h = world.streams.growing(f"service/{service}/placing", placing_h.at)

    def handle(self, train: Train) -> Generator[Event, Any, None]:
        """Place the train and unload it; `due_h` becomes the end of the last lift."""
        world, arrived_h = self._terminal.world, train.due_h
        placed_h = arrived_h + self._placing_h[train.number]
        if self._terminal.handling:  # units are shared: ask for them when the train is there, not before
            yield world.clock.at(placed_h, train.rank)
        train.due_h = placed_h
        self._terminal.unload(train)
        world.note(train.row, self._number, arrived_h, placed_h, train.due_h)
