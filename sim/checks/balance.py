"""Load against capacity, before anything runs: where cargo must pile up, and how fast.

Everything is a mean over the measured period, as if nothing upstream held boxes back. A share above 1 means that the
backlog must grow; a share near 1 means long queues, and how long only a run can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.checks.traffic import Traffic, capacity_hours, traffic_of
from sim.corridor.book import book_of
from sim.corridor.border import BorderSpec, GaugeChangeSpec
from sim.corridor.clearance import ClearanceSpec
from sim.corridor.line import LineSpec
from sim.corridor.terminal import MINUTES_PER_HOUR, TerminalSpec
from sim.quantities import HOURS_PER_DAY, HOURS_PER_YEAR
from sim.scenario import Scenario
from sim.trace import Label, ResourceFact


@dataclass(frozen=True)
class Load:
    """What is asked of a service or resource in the measured period, and what it can give, both in `unit`.

    `capacity` is None where there is no limit. `grows_per_day` is what is left undone each day; a yard, whose load is
    its mean stock, has none. `turns_away` says that it refuses trucks when it is full.
    """

    resource: str
    name: Label
    place: str
    kind: str
    unit: str
    offered: float
    capacity: float | None
    grows_per_day: float = 0.0
    turns_away: bool = False

    @property
    def share(self) -> float | None:
        """Load divided by capacity, None where there is no limit; above 1 the backlog must grow."""
        if self.capacity is None:
            return None
        return self.offered / self.capacity if self.capacity > 0 else (np.inf if self.offered > 0 else 0.0)


def loads(scenario: Scenario) -> list[Load]:
    """Load against capacity of every service and every shared resource, by name."""
    traffic = traffic_of(scenario)
    book = book_of(scenario, "", scenario.period.start, scenario.period.window)
    return [
        *(_of_service(name, scenario, traffic) for name in sorted(scenario.services)),
        *(_of_resource(resource, scenario, traffic) for resource in book.resources),
    ]


def _of_service(name: str, scenario: Scenario, traffic: Traffic) -> Load:
    spec, flow = scenario.services[name], traffic.services[name]
    days = traffic.hours / HOURS_PER_DAY
    grows = max(0.0, flow.teu - flow.capacity_teu) / days if flow.capacity_teu is not None else 0.0
    label = Label(spec.name.zh, spec.name.en)
    return Load(name, label, spec.origin, "service", "TEU", flow.teu, flow.capacity_teu, grows)


def _of_resource(resource: ResourceFact, scenario: Scenario, traffic: Traffic) -> Load:
    place = scenario.nodes.get(resource.place) or scenario.lines[resource.place]
    if isinstance(place, TerminalSpec) and resource.kind == "yard":
        stock = _yard_teu(resource.place, place, traffic)
        capacity = None if np.isinf(resource.units) else resource.units
        turns_away = place.turns_away
        return Load(resource.id, resource.name, resource.place, "yard", "TEU", stock, capacity, turns_away=turns_away)
    capacity_h = capacity_hours(resource.place, resource.units, scenario)
    if isinstance(place, TerminalSpec):
        work_h = _lifting_h(resource.place, place, traffic)
    elif isinstance(place, BorderSpec):
        suffix = resource.id.rpartition("gauge_change")[2].lstrip(".")
        change, _ = place.gauge_change_of(suffix or "outbound")
        assert change is not None
        work_h, trains = _changing_gauge_h(resource.place, change, suffix, traffic)
        if change.trains_per_day and trains:
            capacity_h = min(capacity_h, change.trains_per_day * traffic.hours / HOURS_PER_DAY * work_h / trains)
    else:
        work_h = _running_h(resource.place, place, traffic)
    grows = max(0.0, work_h - capacity_h) / (traffic.hours / HOURS_PER_DAY)
    return Load(resource.id, resource.name, resource.place, resource.kind, "h", work_h, capacity_h, grows)


def _lifting_h(place: str, terminal: TerminalSpec, traffic: Traffic) -> float:
    """Hours of one unit: every box, ours and others', is lifted twice."""
    assert terminal.handling is not None
    others = terminal.others
    boxes = others.teu_per_year / others.teu_per_box * traffic.hours / HOURS_PER_YEAR if others else 0.0
    boxes += sum(parcel.boxes for parcel in traffic.parcels if place in parcel.stops)
    return 2 * boxes * terminal.handling.lift_min.mean / MINUTES_PER_HOUR


def _changing_gauge_h(place: str, change: GaugeChangeSpec, suffix: str, traffic: Traffic) -> tuple[float, float]:
    """Hours of one slot, and how many trains: ours, as full as they will be, and those of others."""
    passing = [flow for flow in traffic.services.values() if place in flow.spec.route]
    ours = [flow for flow in passing if suffix in ("", flow.spec.direction)]
    trains = sum(flow.trains for flow in ours)
    work_h = sum(flow.trains * change.work_h(flow.boxes_per_train) for flow in ours)
    if change.others:
        others = change.others.trains_per_year * traffic.hours / HOURS_PER_YEAR
        trains += others
        work_h += others * change.work_h(change.others.containers_per_train.mean)
    return work_h * change.noise.mean, trains


def _running_h(place: str, line: LineSpec, traffic: Traffic) -> float:
    """Hours of one place on the line."""
    return sum(flow.trains * line.mean_run_h for flow in traffic.services.values() if place in flow.spec.route)


def _yard_teu(place: str, terminal: TerminalSpec, traffic: Traffic) -> float:
    """The mean stock by Little's law: others' boxes by their stay; ours until cleared, then half a headway."""
    others = terminal.others
    stock = others.teu_per_year / HOURS_PER_YEAR * others.stay_h.mean if others else 0.0
    for parcel in traffic.parcels:
        if place not in parcel.stops:
            continue
        stop = parcel.stops.index(place)
        clearance = terminal.export_clearance if parcel.direction == "outbound" else terminal.import_clearance
        stay_h = _clearing_h(clearance) if clearance and parcel.chain.clear_at == place else 0.0
        if stop < len(parcel.chain.services):
            stay_h += traffic.services[parcel.chain.services[stop]].wait_h
        stock += parcel.teu / traffic.hours * stay_h
    return stock


def _clearing_h(clearance: ClearanceSpec) -> float:
    return clearance.time_h.mean + clearance.inspection_share * clearance.inspection_h.mean
