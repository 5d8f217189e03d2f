"""A border station: checks, and the change of gauge with everybody else's trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.calendar import CalendarSpec
from sim.corridor.pool import NO_BACKGROUND, FifoPool, Pool, PriorityPool
from sim.corridor.recursion import Availability
from sim.corridor.world import Process, World, poisson_times
from sim.quantities import HOURS_PER_YEAR, Bilingual, Count, Direction, Hours, PerYear, Spec
from sim.trace import Stage
from sim.variation import NOTHING, Always, Varying

if TYPE_CHECKING:
    from sim.corridor.train import Train

Floats = NDArray[np.float64]


class OtherTrainsSpec(Spec):
    """Trains of other lines that change gauge on the same slots. They come at random times, evenly over the year."""

    trains_per_year: PerYear
    """how many a year (Poisson)"""
    containers_per_train: Varying
    """containers on one of them, not TEU"""
    priority: int = 5
    """as for a service; counts only where `order: priority`"""


class GaugeChangeSpec(Spec):
    """The resource that moves boxes from wagons of one gauge to the other. A train of n containers takes
    (`base_h` + `per_container_h` · n) × `noise` hours of one slot.
    """

    slots: Count
    """trains that can be worked on at once"""
    base_h: Hours
    """hours for any train, shunting included"""
    per_container_h: Hours = 0.0
    """more hours for each container on it"""
    trains_per_day: Count | None = None
    """trains, those of other lines too, whose gauge change may begin on one day; without it, any number"""
    noise: Varying = Always(always=1)
    """a factor on the work of each train, mean 1"""
    order: Literal["first_come", "priority"] = "first_come"
    """who is next: the first to come, or the train with the lowest priority number (nobody is interrupted)"""
    others: OtherTrainsSpec | None = None
    """trains of other lines on the same slots"""

    def work_h(self, containers: float, noise: float = 1.0) -> float:
        """The work of one train, in hours."""
        return (self.base_h + self.per_container_h * containers) * noise


class BorderSideSpec(Spec):
    """What happens to trains of one direction at a border station."""

    checks_h: Varying = NOTHING
    """checks and formalities per train, in hours, before the gauge change; trains do not queue for them"""
    gauge_change: GaugeChangeSpec | None = None
    """the gauge change of this direction; none where the train keeps its wagons"""


class BorderSpec(Spec):
    """A border station. Each direction has its own checks and slots, unless `gauge_change` stands at the station
    itself: then both directions queue for the same slots.
    """

    type: Literal["border"] = Field(frozen=True)
    """`border`"""
    name: Bilingual
    """what people call it"""
    outbound: BorderSideSpec = BorderSideSpec()
    """trains out of the hinterland"""
    inbound: BorderSideSpec = BorderSideSpec()
    """trains into the hinterland"""
    gauge_change: GaugeChangeSpec | None = None
    """slots that both directions share"""
    calendar: CalendarSpec | None = None
    """when gauge is changed; without it, day and night"""

    @model_validator(mode="after")
    def _one_gauge_change(self) -> BorderSpec:
        if self.gauge_change and (self.outbound.gauge_change or self.inbound.gauge_change):
            message = "has a gauge change that both directions share and one of a single direction: keep one"
            raise ValueError(message)
        return self

    def side(self, direction: str) -> BorderSideSpec:
        """What happens to trains of this direction."""
        return self.outbound if direction == "outbound" else self.inbound

    @property
    def most_slots(self) -> int:
        """The slots of the direction that has most."""
        changes = (self.gauge_change_of(direction)[0] for direction in ("outbound", "inbound"))
        return max((change.slots for change in changes if change), default=0)

    def gauge_change_of(self, direction: str) -> tuple[GaugeChangeSpec | None, str]:
        """The gauge change of trains of this direction, and the suffix of its name (empty where it is shared)."""
        return (self.gauge_change, "") if self.gauge_change else (self.side(direction).gauge_change, direction)


class Border:
    """A border station at work."""

    def __init__(self, name: str, spec: BorderSpec, world: World, availability: Availability) -> None:
        self.name = name
        self.spec = spec
        self.world = world
        self.pools: dict[str, Pool] = {}
        for direction in ("outbound", "inbound"):
            change, suffix = spec.gauge_change_of(direction)
            if change and suffix not in self.pools:
                self.pools[suffix] = self._pool(change, suffix, availability)

    def _pool(self, change: GaugeChangeSpec, suffix: str, availability: Availability) -> Pool:
        background = self._others(change, f"border/{self.name}/{suffix}/others")
        if change.order == "first_come":
            return FifoPool(self.world, change.slots, availability, background, change.trains_per_day)
        others = change.others.priority if change.others else 5
        return PriorityPool(self.world, change.slots, availability, background, (others, change.trains_per_day))

    def _others(self, change: GaugeChangeSpec, stream: str) -> tuple[Floats, Floats]:
        if change.others is None or change.others.trains_per_year == 0:
            return NO_BACKGROUND
        world, others = self.world, change.others
        asked_h = poisson_times(world, stream, others.trains_per_year / HOURS_PER_YEAR)
        containers = others.containers_per_train.drawn(world.streams, f"{stream}/containers", len(asked_h))
        noise = change.noise.drawn(world.streams, f"{stream}/noise", len(asked_h))
        return asked_h, (change.base_h + change.per_container_h * containers) * noise

    def wait_h(self, direction: Direction) -> float:
        """How long a train of this direction that came now, behind all that wait, would wait for a slot; hours."""
        change, suffix = self.spec.gauge_change_of(direction)
        return self.pools[suffix].wait_h() if change else 0.0

    def waited_h(self, direction: Direction) -> float:
        """How long the train of this direction that waits longest has waited, where waiting is a real event; hours."""
        change, suffix = self.spec.gauge_change_of(direction)
        return self.pools[suffix].waited_h() if change else 0.0

    def stages(self, service: str, direction: Direction) -> list[Checks | GaugeChange]:
        """The stages of a train of this service and direction; what is absent is no stage."""
        stages: list[Checks | GaugeChange] = []
        checks_h = self.spec.side(direction).checks_h
        if checks_h != NOTHING:
            stages.append(Checks(self, service, checks_h))
        change, suffix = self.spec.gauge_change_of(direction)
        if change:
            stages.append(GaugeChange(self, service, change, self.pools[suffix]))
        return stages


class Checks:
    """The stage of checks and formalities: takes its time, without a queue."""

    def __init__(self, border: Border, service: str, checks_h: Varying) -> None:
        world = border.world
        self._world = world
        self._number = world.stage_number(Stage.CHECKS, border.name)
        self._checks_h = checks_h.by_number(world.streams, f"service/{service}/{border.name}/checks")

    def handle(self, train: Train) -> None:
        """Pass the checks."""
        asked_h = train.due_h
        train.due_h = asked_h + self._checks_h[train.number]
        self._world.note(train.row, self._number, asked_h, asked_h, train.due_h)


class GaugeChange:
    """The stage of changing gauge: a train waits for a slot, on its own track, and holds it while it is worked."""

    def __init__(self, border: Border, service: str, spec: GaugeChangeSpec, pool: Pool) -> None:
        world = border.world
        self._world = world
        self._spec = spec
        self._pool = pool
        self._number = world.stage_number(Stage.GAUGE_CHANGE, border.name)
        self._noise = spec.noise.by_number(world.streams, f"service/{service}/{border.name}/noise")

    def handle(self, train: Train) -> Process:
        """Wait for a slot and change gauge."""
        asked_h = train.due_h
        work_h = self._spec.work_h(len(train.boxes), self._noise[train.number])
        begun_h, done_h = yield from self._pool.serve(train, work_h)
        train.due_h = done_h
        self._world.note(train.row, self._number, asked_h, begun_h, done_h)
