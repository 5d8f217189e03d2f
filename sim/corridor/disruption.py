"""Disruptions: places that are shut, fail, are short of units or slow; cargo that stays away; trains that do not go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from sim.corridor.calendar import CalendarSpec, off_duty
from sim.corridor.days import DaysSpec, span
from sim.corridor.recursion import Availability, Limit, Slowness
from sim.quantities import Bilingual, Count, Key, Share, Spec
from sim.variation import Varying

if TYPE_CHECKING:
    from sim.streams import Streams


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
    """What goes wrong, at some places, for some cargo, with some trains: closures and outages, and what holds on some
    `days` only: fewer units, slow work, less cargo, trains that do not run. Several may hold at once.

    At a border and at a terminal no work begins while it is shut (gauge change; lifts); a line is not entered. Trains
    wait where they are: before a gauge change without a slot, before a line in the station.
    """

    name: Bilingual
    """what people call it"""
    at: Annotated[tuple[Key, ...], Field(strict=False)] = ()
    """the nodes and lines that are shut, short of units or slow, all at the same time"""
    closed: dict[str, DaysSpec] = {}
    """planned closures, each with a name of its own"""
    outage: OutageSpec | None = None
    """random outages"""
    when_closed: Literal["finish", "resume"] = "finish"
    """work in hand when it shuts: `finish` it, or stop and `resume` it afterwards"""
    days: dict[str, DaysSpec] = {}
    """the days on which what follows holds, each spell with a name of its own"""
    units: Count | None = None
    """units that are left at these places: handling units, slots of the gauge change (of each direction), trains at
    once on a line; work in hand is finished"""
    slower: Annotated[float, Field(ge=1, le=1000)] = 1.0
    """times as long as otherwise: lifts, gauge changes and runs that begin on these days"""
    demand: dict[Key, Annotated[float, Field(ge=0, le=100)]] = {}
    """times as much cargo as otherwise, by market"""
    cancelled: dict[Key, Share] = {}
    """share of the departures of a timetable that do not run, by service"""

    @model_validator(mode="after")
    def _does_something(self) -> DisruptionSpec:
        wanted = [name for name in ("units", "slower", "demand", "cancelled") if name in self.model_fields_set]
        if not (self.closed or self.outage or wanted):
            message = "needs closed, outage, or days with units, slower, demand or cancelled"
            raise ValueError(message)
        if bool(wanted) != bool(self.days):
            what = f"{wanted[0]} needs days" if wanted else "days needs units, slower, demand or cancelled"
            raise ValueError(what)
        if not self.at and (self.closed or self.outage or {"units", "slower"} & set(wanted)):
            message = "needs at, the nodes and lines where it happens"
            raise ValueError(message)
        return self


def spells(spec: DisruptionSpec, start: datetime) -> list[tuple[float, float]]:
    """The days on which a disruption holds, as (from, to) in hours of the run; spells that overlap are one."""
    days = Availability([span(days, start) for days in spec.days.values()])
    return list(zip(days.shut, days.opened, strict=True))


Shock = tuple[float, float, float]
"""From one hour up to another, a factor or a share."""


def demand_shocks(market: str, disruptions: Mapping[str, DisruptionSpec], start: datetime) -> list[Shock]:
    """When a market has so many times as much cargo as otherwise; factors that hold at once multiply."""
    here = [spec for _, spec in sorted(disruptions.items()) if market in spec.demand]
    return [(*spell, spec.demand[market]) for spec in here for spell in spells(spec, start)]


def cancellations(service: str, disruptions: Mapping[str, DisruptionSpec], start: datetime) -> list[Shock]:
    """When such a share of the departures of a service does not run."""
    here = [spec for _, spec in sorted(disruptions.items()) if service in spec.cancelled]
    return [(*spell, spec.cancelled[service]) for spec in here for spell in spells(spec, start)]


def shut_times(
    name: str, spec: DisruptionSpec, streams: Streams, start: datetime, horizon_h: float
) -> list[tuple[float, float]]:
    """All times at which this disruption shuts its places, drawn ahead: (from, to) in hours."""
    planned = [span(days, start) for days in spec.closed.values()]
    return [*planned, *(_outages(name, spec.outage, streams, horizon_h) if spec.outage else [])]


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


class Place(NamedTuple):
    """A place, with its calendar and its units, if it has one."""

    name: str
    calendar: CalendarSpec | None = None
    units: int = 0


def availability_of(
    place: Place, disruptions: Mapping[str, DisruptionSpec], streams: Streams, start: datetime, horizon_h: float
) -> Availability:
    """When a place is shut, short of units or slow, by its calendar and all disruptions together."""
    mine = {name: spec for name, spec in sorted(disruptions.items()) if place.name in spec.at}
    times = [t for name, spec in mine.items() for t in shut_times(name, spec, streams, start, horizon_h)]
    rules = {spec.when_closed for spec in mine.values() if spec.closed or spec.outage}
    limits = [Limit(*spell, spec.units) for spec in mine.values() if spec.units for spell in spells(spec, start)]
    if place.calendar:
        closed, fewer = off_duty(place.calendar, place.units, start, horizon_h)
        times, limits, rules = times + closed, limits + fewer, rules | {"finish"}
    slow = [Slowness(*one, spec.slower) for spec in mine.values() if spec.slower > 1 for one in spells(spec, start)]
    return Availability(times, "resume" if rules == {"resume"} else "finish", limits, slow)
