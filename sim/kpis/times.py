"""Days: lead time and its quantiles, transit, and where the days go."""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.kpis.measure import Measure
from sim.kpis.seen import HOURS_PER_DAY, Key, Seen, Values
from sim.trace import Floats, Label, Stage


def lead_time(seen: Seen) -> Values:
    """Mean days from booking to delivery, over boxes delivered in the window."""
    return seen.means(seen.delivered, seen.lead_time_days)


def lead_time_quantile(seen: Seen, q: float) -> Values:
    """Quantile q of the days from booking to delivery, over boxes delivered in the window."""
    return {
        key: _quantile(days, q) if len(days) else float("nan") for key, days in seen.once(_lead_times_by_cell).items()
    }


def _quantile(ordered: Floats, q: float) -> float:
    """`np.quantile` to the last bit, for numbers in increasing order; without its checks, ten times as fast."""
    at = (len(ordered) - 1) * q
    below = int(at)
    low, high, share = ordered[below], ordered[min(below + 1, len(ordered) - 1)], at - below
    return float(low + (high - low) * share if share < 0.5 else high - (high - low) * (1 - share))


def _lead_times_by_cell(seen: Seen) -> dict[Key, Floats]:
    """The days of the delivered boxes of each cell, in increasing order."""
    order = np.argsort(seen.lead_time_days, kind="stable")
    ordered = seen.lead_time_days[order]
    return {key: ordered[mine[order]] for key, mine in seen.groups(seen.delivered)}


def transit(seen: Seen) -> Values:
    """Mean days from the departure of the first train to the arrival of the last, over boxes that arrived."""
    return seen.means(seen.within(seen.last_arrived_h), (seen.last_arrived_h - seen.first_departed_h) / HOURS_PER_DAY)


def stage_hours(seen: Seen) -> dict[Stage, Floats]:
    """Hours of each box in each stage, shape (n,); over the stages they add up to the lead time."""
    boxes, trace = seen.boxes, seen.trace
    none = np.zeros(len(boxes))
    hours = dict.fromkeys(Stage, none)
    hours[Stage.FIRST_MILE] = boxes.at_gate_h - boxes.booked_h
    hours[Stage.GATE] = boxes.gated_in_h - boxes.at_gate_h
    hours[Stage.PICK_UP] = boxes.picked_up_h - boxes.released_h
    hours[Stage.LAST_MILE] = boxes.delivered_h - boxes.picked_up_h
    in_yard_h = boxes.gated_in_h
    for leg in range(len(boxes.train)):
        mine = seen.last_leg >= leg
        closed_h = trace.closed_h(leg)
        parts = {
            Stage.CLEARANCE: boxes.ready_h[leg] - in_yard_h,
            Stage.WAITING: closed_h - boxes.ready_h[leg],
            Stage.UNLOADING: boxes.unloaded_h[leg] - trace.arrived_h(leg),
        }
        train = boxes.train[leg]
        of_trains = [(stage, np.append(of_train, 0.0)[train]) for stage, of_train in seen.train_stage_h.items()]
        for stage, part in (*parts.items(), *of_trains):
            hours[stage] = hours[stage] + np.where(mine, part, 0.0)
        in_yard_h = np.where(mine, boxes.unloaded_h[leg], in_yard_h)
    hours[Stage.CLEARANCE] = hours[Stage.CLEARANCE] + (boxes.released_h - in_yard_h)
    return hours


def stage_days(seen: Seen) -> Values:
    """Mean days in each stage over boxes delivered in the window; place is the stage."""
    values: Values = {}
    hours = stage_hours(seen)
    means = seen.means_of(seen.delivered, (of_stage / HOURS_PER_DAY for of_stage in hours.values()))
    for stage, by_cell in zip(hours, means, strict=True):
        for key, mean in by_cell.items():
            if key.cargo == "all":
                values[key._replace(place=str(stage))] = mean
    return values


def dwell(seen: Seen) -> Values:
    """Mean days that a box spends at each node on its way, over stays that ended in the window; place is the node."""
    values: Values = {}
    for node in seen.book.place_names:
        total, count = _yard_stays(seen, node)
        border_total, border_count = _border_stays(seen, node)
        total, count = total + border_total, count + border_count
        for key, at in seen.cells:
            if key.cargo == "all" and count[at]:
                values[Key(key.channel, key.direction, "all", node)] = float(total[at] / count[at]) / HOURS_PER_DAY
    return values


def _yard_stays(seen: Seen, node: str) -> tuple[Floats, Floats]:
    """Hours and number of stays of boxes in the yard of a node, by cell."""
    boxes = seen.boxes
    total, count = seen.no_totals(), seen.no_totals()
    for position in range(len(boxes.train) + 1):
        here = np.array([len(c.nodes) > position and c.nodes[position] == node for c in seen.book.chains] + [False])
        if not here.any():
            continue
        came_h = boxes.gated_in_h if position == 0 else boxes.unloaded_h[position - 1]
        left_h = boxes.loaded_h[position] if position < len(boxes.train) else boxes.picked_up_h
        left_h = np.where(seen.last_leg + 1 == position, boxes.picked_up_h, left_h)
        mine = here[boxes.chain] & seen.within(left_h)
        total, count = total + seen.totals(mine, left_h - came_h), count + seen.totals(mine)
    return total, count


def _border_stays(seen: Seen, node: str) -> tuple[Floats, Floats]:
    """Hours and number of stays of boxes at a border station, by cell."""
    visits, boxes, n = seen.trace.visits, seen.boxes, len(seen.trace.departures.service)
    total, count = seen.no_totals(), seen.no_totals()
    border = np.array(
        [at.place == node and at.stage in (Stage.CHECKS, Stage.GAUGE_CHANGE) for at in seen.book.stages] + [False]
    )
    mine = border[visits.stage]
    if not mine.any():
        return total, count
    train, left_h = visits.train[mine], np.full(n, -np.inf)
    hours = np.bincount(train, (visits.done_h - visits.asked_h)[mine], minlength=n)
    np.maximum.at(left_h, train, visits.done_h[mine])
    stayed = seen.within(left_h)
    for of_leg in boxes.train:
        aboard = np.append(stayed, False)[of_leg]
        total, count = total + seen.totals(aboard, np.append(hours, 0.0)[of_leg]), count + seen.totals(aboard)
    return total, count


MEASURES = (
    Measure("lead_time_days", "days", "less", Label("全程时效（均值）", "door to door, mean"), lead_time),
    Measure(
        "lead_time_median_days",
        "days",
        "less",
        Label("全程时效（中位数）", "door to door, median"),
        partial(lead_time_quantile, q=0.5),
    ),
    Measure(
        "lead_time_p90_days",
        "days",
        "less",
        Label("全程时效（九成以内）", "door to door, 90 % within"),
        partial(lead_time_quantile, q=0.9),
    ),
    Measure(
        "lead_time_p95_days",
        "days",
        "less",
        Label("全程时效（九成五以内）", "door to door, 95 % within"),
        partial(lead_time_quantile, q=0.95),
    ),
    Measure("transit_days", "days", "less", Label("站到站时间", "station to station"), transit),
    Measure("stage_days", "days", "less", Label("各环节天数", "days by stage"), stage_days),
    Measure("dwell_days", "days", "less", Label("停留天数", "dwell"), dwell),
)
