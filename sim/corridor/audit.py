"""What must always be true, checked after every run: a violation is our error, never the planner's.

Conservation of boxes, Little's law on every yard, loads and uses within capacity, time that never runs backwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.corridor.recursion import ROUNDING_TEU
from sim.trace import Floats, ResourceFact, Trace, UseTable

if TYPE_CHECKING:
    from sim.corridor.opening import Corridor

RULES_HOLD_TO = 1e-9
"""Relative accuracy of Little's law in its sample-path form."""


def audit(corridor: Corridor, trace: Trace) -> list[str]:
    """Every rule that this run broke, in words; empty if all is well."""
    problems = [*_conservation(corridor, trace), *_time(trace), *_loads(trace), *_boxes_on_trains(trace)]
    problems += _gates(corridor, trace)
    for resource in trace.book.resources:
        use = trace.uses[resource.id]
        problems += _capacity(resource, use)
        problems += _little(resource.id, use, trace.book.window[1])
    return problems


def _conservation(corridor: Corridor, trace: Trace) -> list[str]:
    """Generated = elsewhere + turned away + not yet ready + waiting + aboard + unloaded and not delivered + delivered.

    The left side counts rows; the right side asks the live queues and trains where boxes really are.
    """
    table, end_h = trace.containers, trace.book.window[1]
    places = np.zeros(len(table), dtype=np.int64)
    places += table.chain < 0
    for service in corridor.services.values():
        places[service.queue.ids] += 1
        for train in service.under_way.values():
            for way, mine in train.ways:
                boxes = train.boxes[mine]
                places[boxes[np.isnan(table.unloaded_h[way.leg][boxes])]] += 1
    places += np.isfinite(table.released_h)
    places += table.turned_away
    at_gate = (table.chain >= 0) & np.isnan(table.gated_in_h) & ~table.turned_away
    places += at_gate
    wrong = np.flatnonzero(places != 1)
    if not len(wrong):
        return []
    first = wrong[0]
    market = trace.book.markets[table.market[first]]
    box = f"box {table.number[first]} of {market}"
    return [f"{len(wrong)} boxes are not in one place at {end_h:g} h; {box} is in {places[first]}"]


def _time(trace: Trace) -> list[str]:
    """Milestones never run backwards."""
    table = trace.containers
    legs = range(len(table.train))
    columns: list[tuple[str, Floats]] = [
        ("booked", table.booked_h),
        ("at gate", table.at_gate_h),
        ("gated in", table.gated_in_h),
    ]
    for leg in legs:
        columns += [
            (f"ready {leg}", table.ready_h[leg]),
            (f"closed {leg}", trace.closed_h(leg)),
            (f"loaded {leg}", table.loaded_h[leg]),
            (f"departed {leg}", trace.departed_h(leg)),
            (f"arrived {leg}", trace.arrived_h(leg)),
            (f"unloaded {leg}", table.unloaded_h[leg]),
        ]
    columns += [("released", table.released_h), ("picked up", table.picked_up_h), ("delivered", table.delivered_h)]
    before, reached = columns[0]
    problems = []
    for name, column in columns[1:]:
        if (column < reached).any():  # never true of what is not yet known
            problems.append(f"time runs backwards between {before} and {name}")
        before, reached = name, np.where(np.isnan(column), reached, column)
    visits = trace.visits
    if (visits.begun_h < visits.asked_h).any() or (visits.done_h < visits.begun_h).any():
        problems.append("a visit ends before it begins")
    return problems


def _loads(trace: Trace) -> list[str]:
    over = trace.departures.load_teu > trace.departures.capacity_teu
    return [f"{over.sum()} trains carry more than their capacity"] if over.any() else []


def _boxes_on_trains(trace: Trace) -> list[str]:
    """The load of each train, as it was noted, is that of the boxes that name it."""
    table, departures = trace.containers, trace.departures
    load = np.zeros(len(departures.service) + 1)  # the last, of boxes that are on no train
    for train in table.train:
        load += np.bincount(train % len(load), table.teu, minlength=len(load))
    wrong = load[:-1] != departures.load_teu
    return [f"{wrong.sum()} trains do not carry the boxes that name them"] if wrong.any() else []


def _capacity(resource: ResourceFact, use: UseTable) -> list[str]:
    """Never more in use than there is. (A yard may run over: that is reported to the planner, not an error.)"""
    if resource.kind == "yard" or not np.isfinite(resource.units):
        return []
    highest = use.path[1].max(initial=0.0)
    return [f"{resource.id}: {highest:g} in use of {resource.units:g}"] if highest > resource.units else []


def _gates(corridor: Corridor, trace: Trace) -> list[str]:
    """A gate lets in who finds room, and nobody else; recounted from the record of the yard.

    What came or went at the very instant of a knock is counted in favour of the gate: it may have been before or after.
    """
    problems, table = [], trace.containers
    for name, terminal in corridor.terminals.items():
        if not (terminal.spec.turns_away and terminal.spec.yard_teu):
            continue
        use, slots = trace.uses[f"{name}.yard"], terminal.spec.yard_teu
        starts_here = np.array([chain.nodes[0] == name for chain in trace.book.chains] + [False])[table.chain]
        let_in = np.flatnonzero(starts_here & np.isfinite(table.gated_in_h))
        refused = np.flatnonzero(starts_here & table.turned_away)
        least, most = _taken(use, table.at_gate_h[let_in])[0], _taken(use, table.at_gate_h[refused])[1]
        if (least + table.teu[let_in] > slots + ROUNDING_TEU).any():
            problems.append(f"{name}: a box was let into a full yard")
        if (most + table.teu[refused] <= slots + ROUNDING_TEU).any():
            problems.append(f"{name}: a box was turned away though there was room")
    return problems


def _taken(use: UseTable, at_h: Floats) -> tuple[Floats, Floats]:
    """The least and the most that may have been in use at these moments, whatever the order of things at an instant."""

    def upto(hours: Floats, side: Literal["left", "right"]) -> Floats:
        order = np.argsort(hours, kind="stable")
        sums = np.append(0.0, use.amount[order].cumsum())
        return np.asarray(sums[hours[order].searchsorted(at_h, side=side)])

    came, gone = use.begun_h, use.done_h
    return upto(came, "left") - upto(gone, "right"), upto(came, "right") - upto(gone, "left")


def _little(name: str, use: UseTable, end_h: float) -> list[str]:
    """Little's law on the path: the area under the number present equals the sum of the stays, to 1e-9."""
    moments, in_use = use.path
    area = float((in_use * np.diff(np.minimum(np.append(moments, end_h), end_h))).sum())
    stays = float((use.amount * (np.minimum(use.done_h, end_h) - np.minimum(use.begun_h, end_h))).sum())
    fine = abs(area - stays) <= RULES_HOLD_TO * max(1.0, stays)
    return [] if fine else [f"{name}: Little's law fails, {area!r} against {stays!r}"]
