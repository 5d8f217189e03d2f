"""A line: track, or a sea route, between two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import model_validator

from sim.corridor.pool import NO_BACKGROUND, FifoPool
from sim.corridor.recursion import Availability
from sim.quantities import HOURS_PER_DAY, Bilingual, Count, Direction, Km, Spec
from sim.streams import ByNumber
from sim.trace import Stage
from sim.variation import Varying

if TYPE_CHECKING:
    from sim.corridor.train import Train
    from sim.corridor.world import Process, World


class LineSpec(Spec):
    """A line between two places. How long a train takes is written as `run_h` or as `speed_km_per_day`."""

    name: Bilingual
    """what people call it"""
    km: Km
    """its length in km"""
    run_h: Varying | None = None
    """hours that a train or vessel takes from end to end"""
    speed_km_per_day: Varying | None = None
    """km that a train or vessel makes in a day, all stops on the way included"""
    trains_at_once: Count | None = None
    """how many trains may be on the line at once; without it, any number"""

    @model_validator(mode="after")
    def _one_running_time(self) -> LineSpec:
        if (self.run_h is None) == (self.speed_km_per_day is None):
            message = "needs either run_h or speed_km_per_day, and not both"
            raise ValueError(message)
        return self

    @property
    def mean_run_h(self) -> float:
        """The mean running time, in hours (for a speed: at the mean speed)."""
        if self.run_h is not None:
            return self.run_h.mean
        assert self.speed_km_per_day is not None
        return self.km / self.speed_km_per_day.mean * HOURS_PER_DAY


class Line:
    """A line that trains run over. With `trains_at_once`, a train keeps its place until it has left the line."""

    def __init__(self, name: str, spec: LineSpec, world: World, availability: Availability) -> None:
        self.name = name
        self.spec = spec
        self.world = world
        self.availability = availability
        units = spec.trains_at_once
        self.track = FifoPool(world, units, availability, NO_BACKGROUND) if units else None

    def waited_h(self, _: Direction) -> float:
        """Nothing: who waits is noted with the hour at which he will enter."""
        return 0.0

    def wait_h(self, _: Direction) -> float:
        """How long a train of any direction that came now would wait before it may enter; hours."""
        now_h = self.world.clock.now
        return self.track.wait_h() if self.track else self.availability.next_open(now_h) - now_h

    def run_h(self, service: str) -> ByNumber:
        """How long departures 0, 1, 2 … of a service take, in hours."""
        stream, spec = f"service/{service}/{self.name}/run", self.spec
        if spec.run_h is not None:
            return spec.run_h.by_number(self.world.streams, stream)
        speed = spec.speed_km_per_day
        assert speed is not None
        return self.world.streams.growing(stream, lambda luck: spec.km / speed.at(luck) * HOURS_PER_DAY)


class Run:
    """The stage of running over one line, for the trains of one service."""

    def __init__(self, line: Line, service: str, stage: Stage) -> None:
        self._line = line
        self._number = line.world.stage_number(stage, line.name)
        self._run_h = line.run_h(service)

    def handle(self, train: Train) -> Process | None:
        """Run over the line; it is entered only while it is open and, if tracks are counted, when one is free."""
        line, run_h = self._line, self._run_h[train.number]
        if line.track:
            return self._on_track(line.track, train, run_h)
        begun_h = line.availability.next_open(train.due_h)
        self._ran(train, begun_h, line.availability.end_of(begun_h, run_h))
        return None

    def _on_track(self, track: FifoPool, train: Train, run_h: float) -> Process:
        self._ran(train, *(yield from track.serve(train, run_h)))

    def _ran(self, train: Train, begun_h: float, done_h: float) -> None:
        asked_h, train.due_h = train.due_h, done_h
        self._line.world.note(train.row, self._number, asked_h, begun_h, done_h)
