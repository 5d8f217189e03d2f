"""A terminal: inland terminal, dry port or port. Gate, yard, lifts and clearance.

Trucks bring boxes to the gate; a handling unit lifts each into the yard; it is cleared if this is the place for it; it
waits for its train or vessel. In the other direction a unit lifts each box off, it is cleared, and a truck fetches it.
Trains, trucks and other traffic ask the same units, first come first served.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.clearance import Clearance, ClearanceSpec, clearance
from sim.corridor.gate import GatedHandling, Yard
from sim.corridor.handling import Announced, Handling, HandlingSpec, Lifted
from sim.corridor.money import ChargesSpec
from sim.corridor.recursion import Availability, Room
from sim.corridor.world import World, poisson_times
from sim.quantities import HOURS_PER_YEAR, Bilingual, PerYear, Spec, Teu
from sim.variation import NOTHING, Varying

if TYPE_CHECKING:
    from sim.corridor.train import Train

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
MINUTES_PER_HOUR = 60.0


class OtherBoxesSpec(Spec):
    """Boxes of other traffic on the same units and in the same yard: each is lifted twice, in and out."""

    teu_per_year: PerYear
    """how many TEU a year (Poisson, evenly over the year)"""
    teu_per_box: float = Field(ge=1, le=2, default=1.9)
    """TEU to a box, on average"""
    stay_h: Varying
    """hours between the two lifts"""


class TerminalSpec(Spec):
    """An inland terminal, a dry port or a port. What is not written takes no time and has no limit."""

    type: Literal["terminal"] = Field(frozen=True)
    """`terminal`"""
    name: Bilingual
    """what people call it"""
    yard_teu: Teu | None = None
    """slots of the yard, in TEU, for all traffic"""
    yard_when_full: Literal["overflow", "turn_away"] = "overflow"
    """what happens to boxes that trucks bring when the yard is full: `overflow` takes them in, and it is reported that
    the yard ran over; `turn_away` refuses them at the gate, and they are lost"""
    handling: HandlingSpec | None = None
    """the handling units"""
    others: OtherBoxesSpec | None = None
    """other traffic on the same units and yard"""
    charges: ChargesSpec = ChargesSpec()
    """what it charges for lifts and for storage"""
    export_clearance: ClearanceSpec | None = None
    """for boxes whose chain says `clear_at` here, on their way out"""
    import_clearance: ClearanceSpec | None = None
    """for boxes whose chain says `clear_at` here, on their way in"""

    @model_validator(mode="after")
    def _can_be_full(self) -> TerminalSpec:
        if self.turns_away and self.yard_teu is None:
            message = "yard_when_full: turn_away needs yard_teu, the slots that may all be taken"
            raise ValueError(message)
        return self

    @property
    def turns_away(self) -> bool:
        """Whether trucks are turned away when the yard is full."""
        return self.yard_when_full == "turn_away"


class Terminal:
    """A terminal at work."""

    def __init__(self, name: str, spec: TerminalSpec, world: World, availability: Availability) -> None:
        self.name = name
        self.spec = spec
        self.world = world
        self._join: dict[str, Callable[[Ids, Floats], None]] = {}
        self._others = Announced(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
        """The boxes of others: their lifts in (first half) and out (second half)."""
        self.handling = self._handling(availability)

    def _handling(self, availability: Availability) -> Handling | None:
        """The units; behind a gate where there is one, and then also where lifts take no time."""
        spec = self.spec
        if spec.turns_away and spec.yard_teu:
            others_teu = spec.others.teu_per_box if spec.others else 0.0
            yard = Yard(Room(spec.yard_teu), self.world.cargo.table.teu, others_teu)
            return GatedHandling(spec.handling, availability, self._picked_up, yard)
        return Handling(spec.handling, availability, self._picked_up) if spec.handling else None

    def serve(self, service: str, join: Callable[[Ids, Floats], None]) -> None:
        """Boxes for `service` wait here: `join` takes them, and the hours at which they may board."""
        self._join[service] = join

    # --- what trucks and other traffic do

    def open(self) -> None:
        """Let the other traffic, and the trucks of all boxes that begin here, come."""
        self.expect()
        self._come_without_lift(self._everybody)

    def decided(self, ids: Ids) -> None:
        """These boxes have chosen: those that chose a chain from here will come, those that clear here will be cleared.

        Where there are no handling units, they come to the gate now.
        """
        self._settle(ids)
        self._come_without_lift(ids)

    def _come_without_lift(self, ids: Ids) -> None:
        """Where there are no handling units, let those of these boxes that begin here come to the gate."""
        for service, (chains, _) in self._beginning.items() if not self.handling else ():
            coming = ids[self.world.cargo.chose(chains, ids)]
            if len(coming):
                self._gated_in(service, coming, self.world.cargo.table.at_gate_h[coming])

    def expect(self) -> None:
        """Tell the handling units of all lifts that are known from the start."""
        cargo = self.world.cargo
        if self.spec.others and self.spec.others.teu_per_year:
            self._others = self._other_boxes(self.spec.others)
        if self.handling:
            come_in = self._knocked if self.spec.turns_away else self._gated_in
            announced: list[tuple[Announced, Lifted | None]] = [(self._others, None)]
            for service, (_, ids) in self._beginning.items():
                lifts = Announced(ids, cargo.table.at_gate_h[ids], self._lift_h("in")[ids], cargo.some_choose)
                announced.append((lifts, partial(come_in, service)))
            self.handling.open(announced)
        if cargo.some_choose:
            self._settle(self._everybody)

    def _settle(self, ids: Ids) -> None:
        """These boxes have chosen, or never had a choice: who is lifted in, and who is cleared here."""
        if self.handling:
            for lot, (chains, _) in enumerate(self._beginning.values(), start=1):
                self.handling.settle(lot, ids[self.world.cargo.chose(chains, ids)])
        if self._clearance:
            self._clearance.settle(ids)

    @property
    def _everybody(self) -> Ids:
        return np.arange(self.world.cargo.n)

    def _other_boxes(self, spec: OtherBoxesSpec) -> Announced:
        """When the boxes of others come and go, and the work of their lifts."""
        world = self.world
        stream = f"terminal/{self.name}/others"
        in_h = poisson_times(world, stream, spec.teu_per_year / spec.teu_per_box / HOURS_PER_YEAR)
        n = len(in_h)
        out_h = in_h + spec.stay_h.drawn(world.streams, f"{stream}/stay", n)
        lift_min = self.handling.spec.lift_min if self.handling else NOTHING
        work_h = lift_min.drawn(world.streams, f"{stream}/lift", 2 * n) / MINUTES_PER_HOUR
        return Announced(np.arange(2 * n), np.concatenate((in_h, out_h)), work_h)

    @property
    def others_h(self) -> Floats:
        """When the boxes of others are lifted in (first half) and out (second half): done, or else asked for.

        Behind a gate that turns away, they take their slots when they come.
        """
        asked_h = self._others.asked_h
        if not self.handling:
            return asked_h
        done_h = self.handling.done_h(0)
        at_once = np.arange(len(asked_h)) < (len(asked_h) // 2 if self.spec.turns_away else 0)
        return np.where(np.isnan(done_h) | at_once, asked_h, done_h)

    def _knocked(self, service: str, ids: Ids, done_h: Floats) -> None:
        """Trucks came to the gate: the boxes that found room stand in the yard, the others are lost."""
        let_in = np.isfinite(done_h)
        self.world.cargo.table.turned_away[ids[~let_in]] = True
        if let_in.any():
            self._gated_in(service, ids[let_in], done_h[let_in])

    def _gated_in(self, service: str, ids: Ids, done_h: Floats) -> None:
        """Boxes that trucks brought stand in the yard: they wait for the first service of their chain."""
        self.world.cargo.table.gated_in_h[ids] = done_h
        self._wait_for(service, 0, ids, done_h)

    def _wait_for(self, service: str, leg: int, ids: Ids, in_yard_h: Floats) -> None:
        """Clear the boxes if this is the place for it, and let them wait for their next service."""
        ready_h = self._cleared_h(ids, in_yard_h)
        self.world.cargo.table.ready_h[leg][ids] = ready_h
        self._join[service](ids, ready_h)

    def _cleared_h(self, ids: Ids, in_yard_h: Floats) -> Floats:
        clearance = self._clearance
        return in_yard_h if clearance is None else in_yard_h + clearance.of(ids)

    def _picked_up(self, ids: Ids, done_h: Floats) -> None:
        table = self.world.cargo.table
        table.picked_up_h[ids] = done_h
        table.delivered_h[ids] = delivered_h = done_h + self.world.cargo.last_mile_h[ids]
        if self.world.heard:
            self.world.heard(ids, delivered_h)

    # --- what trains do

    def load(self, train: Train) -> None:
        """Lift the boxes of a train onto it, in their order."""
        done_h = self._lift(train, "load")
        if isinstance(self.handling, GatedHandling):
            self.handling.left_by_train(train.boxes, done_h)
        for way, mine in train.ways:
            self.world.cargo.table.loaded_h[way.leg][train.boxes[mine]] = done_h[mine]

    def unload(self, train: Train) -> None:
        """Lift the boxes of a train into the yard, and send them on their ways."""
        done_h = self._lift(train, "unload")
        if isinstance(self.handling, GatedHandling):
            self.handling.came_by_train(train.boxes, done_h)
        for way, mine in train.ways:
            ids, in_yard_h = train.boxes[mine], done_h[mine]
            self.world.cargo.table.unloaded_h[way.leg][ids] = in_yard_h
            if way.onward is None:
                self._release(ids, in_yard_h)
            else:
                self._wait_for(way.onward, way.leg + 1, ids, in_yard_h)

    def _lift(self, train: Train, what: str) -> Floats:
        """When each box of a train is lifted; the train is due when the last one is."""
        if self.handling is None:
            return np.full(len(train.boxes), train.due_h)
        done_h = self.handling.lift(train.due_h, self._lift_h(what)[train.boxes])
        train.due_h = float(done_h.max(initial=train.due_h))
        return done_h

    def _release(self, ids: Ids, in_yard_h: Floats) -> None:
        released_h = self._cleared_h(ids, in_yard_h)
        self.world.cargo.table.released_h[ids] = released_h
        if self.handling:
            self.handling.call(ids, released_h, self._lift_h("out")[ids])
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
            column = self.world.cargo.column(f"{self.name}/lift_{what}", law, self._lifted(what)) / MINUTES_PER_HOUR
            self._lifts[what] = column
        return column

    @cached_property
    def _lifts(self) -> dict[str, Floats]:
        return {}

    def _lifted(self, what: str) -> set[int]:
        """The chains whose boxes are lifted so here: trucks bring and fetch them at the ends, trains elsewhere."""
        places = {"in": slice(1), "load": slice(-1), "unload": slice(1, None), "out": slice(-1, None)}[what]
        return {k for k, chain in enumerate(self.world.cargo.chains) if self.name in chain.nodes[places]}

    @cached_property
    def _beginning(self) -> dict[str, tuple[list[int], Ids]]:
        """For each service that chains begin with here, these chains, and the boxes that take or may choose them."""
        found: dict[str, list[int]] = {}
        for k, chain in enumerate(self.world.cargo.chains):
            if chain.services[0] in self._join:
                found.setdefault(chain.services[0], []).append(k)
        cargo = self.world.cargo
        return {service: (chains, np.flatnonzero(cargo.taking(chains))) for service, chains in found.items()}

    @cached_property
    def _clearance(self) -> Clearance | None:
        """How long each box is cleared here, or None if none is."""
        sides = {"outbound": self.spec.export_clearance, "inbound": self.spec.import_clearance}
        return clearance(self.name, sides, self.world.cargo)
