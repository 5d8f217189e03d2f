"""Who sends how much by which service in the measured period, and how often the service runs: means, without a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from sim.checks.days import departures_between, phases_in_period
from sim.corridor.border import BorderSpec
from sim.corridor.channel import ChainSpec
from sim.corridor.dispatch import FullOrAfter, Timetable
from sim.corridor.disruption import availability_of, cancellations, demand_shocks
from sim.corridor.market import MarketSpec, cumulative_teu
from sim.corridor.opening import on_duty
from sim.corridor.service import ServiceSpec
from sim.errors import Problem
from sim.scenario import Scenario
from sim.streams import Streams


@dataclass(frozen=True)
class Parcel:
    """Cargo of one market on one chain in the measured period; `stops` are its terminals, in order."""

    direction: str
    chain: ChainSpec
    stops: tuple[str, ...]
    teu: float
    boxes: float


@dataclass(frozen=True)
class Flow:
    """What a service is asked to carry in the measured period, and how it runs.

    `capacity_teu` is None if trains come as cargo does; `wait_h` is half a headway.
    """

    spec: ServiceSpec
    teu: float
    boxes: float
    capacity_teu: float | None
    trains: float
    wait_h: float

    @property
    def boxes_per_train(self) -> float:
        """Mean boxes on a train; what does not fit is left behind."""
        fits = 1.0 if self.capacity_teu is None or self.teu <= self.capacity_teu else self.capacity_teu / self.teu
        return self.boxes * fits / self.trains if self.trains else 0.0


@dataclass(frozen=True)
class Traffic:
    """All cargo and all services of the measured period, which has so many `hours`."""

    hours: float
    parcels: tuple[Parcel, ...]
    services: dict[str, Flow]


def traffic_of(scenario: Scenario) -> Traffic:
    """The traffic of the measured period. The rules of `CHECKS` must hold."""
    begin_h, end_h = scenario.period.window
    parcels = tuple(parcel for name, market in scenario.markets.items() for parcel in _parcels(name, market, scenario))
    services = {name: _flow(name, spec, parcels, scenario) for name, spec in scenario.services.items()}
    return Traffic(end_h - begin_h, parcels, services)


def _parcels(name: str, market: MarketSpec, scenario: Scenario) -> list[Parcel]:
    teu = _teu(name, market, scenario)
    found = []
    for code, share in sorted(market.channels.items()):
        chain = scenario.channels[code].side(market.direction)[market.region]
        services = [scenario.services[name] for name in chain.services]
        stops = (services[0].origin, *(service.destination for service in services))
        found.append(Parcel(market.direction, chain, stops, teu * share, teu * share / market.teu_per_box))
    return found


def _teu(name: str, market: MarketSpec, scenario: Scenario) -> float:
    """TEU that a market offers in the measured period."""
    begin_h, end_h = scenario.period.window
    if market.arrivals:
        last_h = end_h if market.arrivals.last_h is None else market.arrivals.last_h
        times = Timetable(every_h=market.arrivals.every_h, first_h=market.arrivals.first_h)
        n = departures_between(times, scenario.period.start, begin_h, min(end_h, np.nextafter(last_h, np.inf)))
        return max(n, 0) * market.boxes_mean * market.teu_per_box
    start = scenario.period.start
    hours, teu = cumulative_teu(market, start, end_h, demand_shocks(name, scenario.disruptions, start))
    return float(np.interp(end_h, hours, teu) - np.interp(begin_h, hours, teu))


def _flow(name: str, spec: ServiceSpec, parcels: tuple[Parcel, ...], scenario: Scenario) -> Flow:
    mine = [parcel for parcel in parcels if name in parcel.chain.services]
    teu, boxes = sum(parcel.teu for parcel in mine), sum(parcel.boxes for parcel in mine)
    begin_h, end_h = scenario.period.window
    trains, capacity_teu, running_h, limited = 0.0, 0.0, 0.0, True
    for low_h, high_h, phase in phases_in_period(spec, scenario):
        runs = _trains(phase, teu / (end_h - begin_h), low_h, high_h, scenario.period.start)
        for first_h, last_h, share in cancellations(name, scenario.disruptions, scenario.period.start):
            if isinstance(phase.rule, Timetable) and max(low_h, first_h) < min(high_h, last_h):
                runs -= share * _trains(phase, 0.0, max(low_h, first_h), min(high_h, last_h), scenario.period.start)
        trains += runs
        capacity_teu += runs * phase.capacity_teu
        running_h += high_h - low_h
        limited = limited and isinstance(phase.rule, Timetable)
    wait_h = running_h / trains / 2 if trains else 0.0
    return Flow(spec, teu, boxes, capacity_teu if limited else None, trains, wait_h)


def _trains(spec: ServiceSpec, teu_per_h: float, low_h: float, high_h: float, start: datetime) -> float:
    """Trains that run from `low_h` to `high_h`; those called up by cargo as often as it fills them, or has waited."""
    if isinstance(spec.rule, Timetable):
        return departures_between(spec.rule, start, low_h, high_h) * (1 - spec.cancelled_share)
    if teu_per_h == 0:
        return 0.0
    fills_h = spec.capacity_teu / teu_per_h
    return (high_h - low_h) / (
        min(fills_h, spec.rule.full_or_after_h) if isinstance(spec.rule, FullOrAfter) else fills_h
    )


def capacity_hours(place: str, units: float, scenario: Scenario) -> float:
    """Hours of all units of a place in the measured period: less what its calendar and planned disruptions take away of
    time, of units and of speed, and less outages on average.
    """
    start, (begin_h, end_h) = scenario.period.start, scenario.period.window
    planned = {name: one.model_copy(update={"outage": None}) for name, one in scenario.disruptions.items()}
    there = availability_of(on_duty(place, scenario.nodes.get(place)), planned, Streams(0, 0), start, end_h)
    edges = {*there.shut, *there.opened, *(edge for one in (*there.limits, *there.slow) for edge in one[:2])}
    within = [begin_h, *sorted(edge for edge in edges if begin_h < edge < end_h), end_h]
    hours = 0.0
    for low, high in pairwise(within):
        if there.next_open(low) == low:
            hours += (high - low) * there.units_at(low, int(units)) / there.slowed(1.0, low)
    for outage in (one.outage for one in scenario.disruptions.values() if place in one.at and one.outage):
        hours *= outage.up_h.mean / (outage.up_h.mean + outage.down_h.mean)
    return hours


def places_work(scenario: Scenario) -> list[Problem]:
    """Where there is a calendar, there is work to be done in the measured period."""
    found = []
    for name, node in scenario.nodes.items():
        place = on_duty(name, node)
        if place.calendar and not capacity_hours(name, place.units, scenario):
            path = f"nodes.{name}.calendar" if isinstance(node, BorderSpec) else f"nodes.{name}.handling.calendar"
            what = f"'{name}' never works in the measured period."
            found.append(Problem(path, what, "Are the holidays right?"))
    return found
