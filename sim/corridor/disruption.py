"""Disruptions: places that are shut on given days, or that fail and are mended at random."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.corridor.recursion import Closures
from sim.quantities import Bilingual, Day, Key, Spec
from sim.variation import Varying

if TYPE_CHECKING:
    from sim.streams import Streams


class DaysSpec(Spec):
    """From the beginning of the first day to the end of the last."""

    first_day: Day
    """the first day"""
    last_day: Day
    """the last day, included"""

    @model_validator(mode="after")
    def _ordered(self) -> DaysSpec:
        if self.last_day < self.first_day:
            message = f"the last day, {self.last_day}, is before the first, {self.first_day}"
            raise ValueError(message)
        return self


class OutageSpec(Spec):
    """Random outages: open for a while, shut for a while, and so on; open at the start of the run."""

    up_h: Varying
    """hours from the end of one outage to the start of the next"""
    down_h: Varying
    """hours that an outage lasts"""

    @model_validator(mode="after")
    def _moves(self) -> OutageSpec:
        if self.up_h.mean + self.down_h.mean < 1:
            message = "up_h and down_h together must last an hour or more on average"
            raise ValueError(message)
        return self


class DisruptionSpec(Spec):
    """What shuts nodes or lines: planned closures (`closed`), random outages (`outage`), or both.

    At a border and at a terminal no work begins while it is shut (gauge change; lifts); a line is not entered. Trains
    wait where they are: before a gauge change without a slot, before a line in the station.
    """

    name: Bilingual
    """what people call it"""
    at: Annotated[tuple[Key, ...], Field(min_length=1, strict=False)]
    """the nodes and lines that are shut, all at the same time"""
    closed: dict[str, DaysSpec] = {}
    """planned closures, each with a name of its own"""
    outage: OutageSpec | None = None
    """random outages"""
    when_closed: Literal["finish", "resume"] = "finish"
    """work in hand when it shuts: `finish` it, or stop and `resume` it afterwards"""

    @model_validator(mode="after")
    def _does_something(self) -> DisruptionSpec:
        if not self.closed and self.outage is None:
            message = "needs closed or outage"
            raise ValueError(message)
        return self


def shut_times(
    name: str, spec: DisruptionSpec, streams: Streams, start: datetime, horizon_h: float
) -> list[tuple[float, float]]:
    """All times at which this disruption shuts its places, drawn ahead: (from, to) in hours."""
    planned = [(_hours(days.first_day, start), _hours(days.last_day, start) + 24) for days in spec.closed.values()]
    return [*planned, *(_outages(name, spec.outage, streams, horizon_h) if spec.outage else [])]


def _hours(day: date, start: datetime) -> float:
    return (datetime(day.year, day.month, day.day) - start) / timedelta(hours=1)


def _outages(name: str, spec: OutageSpec, streams: Streams, horizon_h: float) -> list[tuple[float, float]]:
    up_h = spec.up_h.by_number(streams, f"disruption/{name}/up")
    down_h = spec.down_h.by_number(streams, f"disruption/{name}/down")
    times: list[tuple[float, float]] = []
    at_h, k = 0.0, 0
    while at_h < horizon_h:
        shut_h = at_h + up_h[k]
        at_h = shut_h + down_h[k]
        times.append((shut_h, at_h))
        k += 1
    return times


def closures_of(
    place: str, disruptions: Mapping[str, DisruptionSpec], streams: Streams, start: datetime, horizon_h: float
) -> Closures:
    """When `place` is shut, by all disruptions together."""
    mine = {name: spec for name, spec in sorted(disruptions.items()) if place in spec.at}
    times = [t for name, spec in mine.items() for t in shut_times(name, spec, streams, start, horizon_h)]
    rules = {spec.when_closed for spec in mine.values()}
    return Closures(times, "resume" if rules == {"resume"} else "finish")
