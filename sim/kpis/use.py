"""Shared resources: how much of each is used, its peak, and how long trains wait for it."""

from __future__ import annotations

import numpy as np

from sim.kpis.measure import Measure
from sim.kpis.seen import Key, Seen, Values
from sim.trace import Floats, Label, Stage, UseTable


def utilisation(seen: Seen) -> Values:
    """Share of each resource in use over the window, by all traffic; of each service, TEU carried over TEU offered."""
    values: Values = {}
    for resource in seen.book.resources:
        if np.isfinite(resource.units):
            busy = used_unit_hours(seen.trace.uses[resource.id], seen.begin_h, seen.end_h)
            values[Key(place=resource.id)] = busy / (resource.units * seen.length_h)
    departures, ran = seen.trace.departures, seen.train_ran
    for n, service in enumerate(seen.book.services):
        mine = ran & (departures.service == n)
        room = departures.capacity_teu[mine].sum()
        if room:
            key = Key(service.channel or "all", service.direction, "all", service.id)
            values[key] = float(departures.load_teu[mine].sum() / room)
    return values


def used_unit_hours(use: UseTable, begin_h: float, end_h: float) -> float:
    """Unit hours of use that fall into [begin_h, end_h)."""
    inside = np.minimum(use.done_h, end_h) - np.maximum(use.begun_h, begin_h)
    return float((np.maximum(inside, 0.0) * use.amount).sum())


def peak(seen: Seen) -> Values:
    """The most that was ever in use of each resource at one moment of the window; place is the resource."""
    return {
        Key(place=resource.id): peak_use(seen.trace.uses[resource.id], seen.begin_h, seen.end_h)
        for resource in seen.book.resources
    }


def peak_use(use: UseTable, begin_h: float, end_h: float) -> float:
    """The highest level of use in [begin_h, end_h)."""
    moments, in_use = use.path
    within = slice(*moments.searchsorted((begin_h, end_h)))
    return float(max(level(use, np.array([begin_h]))[0], in_use[within].max(initial=0.0)))


def level(use: UseTable, at_h: Floats) -> Floats:
    """How much is in use at each of these moments, shape of `at_h`."""
    moments, in_use = use.path
    return np.append(0.0, in_use)[moments.searchsorted(at_h, side="right")]


def border_wait(seen: Seen) -> Values:
    """Mean hours that our trains wait for a slot of a gauge change; place is the border, by direction of the train."""
    visits, departures = seen.trace.visits, seen.trace.departures
    values: Values = {}
    directions = np.array([s.direction for s in seen.book.services])
    for n, at in enumerate(seen.book.stages):
        if at.stage != Stage.GAUGE_CHANGE:
            continue
        mine = (visits.stage == n) & seen.within(visits.begun_h)
        waited, whose = (visits.begun_h - visits.asked_h)[mine], directions[departures.service[visits.train[mine]]]
        for direction in ("outbound", "inbound"):
            of_side = waited[whose == direction]
            if len(of_side):
                values[Key("all", direction, "all", at.place)] = float(of_side.mean())
    return values


MEASURES = (
    Measure("utilisation", "share", "neither", Label("利用率", "utilisation"), utilisation),
    Measure("peak_use", "units", "less", Label("峰值占用", "peak use"), peak),
    Measure("border_wait_hours", "h", "less", Label("口岸候装时间", "wait for gauge change"), border_wait),
)
