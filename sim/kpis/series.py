"""Series behind the figures: carried TEU by month, levels of use by day, lead times, and the journeys of trains."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.kpis.seen import HOURS_PER_DAY, Key, Seen
from sim.kpis.use import level
from sim.trace import Floats, Ints, Stage, UseTable

LEAD_TIME_BIN_DAYS = 0.05
LEAD_TIME_BINS = 8000
"""Lead times are pooled over replications in bins of 0.05 days, up to 400 days."""


def monthly_carried(seen: Seen) -> dict[Key, Floats]:
    """Carried TEU in each calendar month of the window, by channel and direction."""
    months = seen.book.months()
    columns: dict[Key, list[float]] = {}
    for _, begin_h, end_h in months:
        mine = (seen.carried_h >= begin_h) & (seen.carried_h < end_h)
        for key, teu in seen.sums(mine, seen.boxes.teu).items():
            if key.cargo == "all":
                columns.setdefault(key, []).append(teu)
    return {key: np.array(column) for key, column in columns.items()}


def daily_levels(seen: Seen) -> dict[tuple[str, str], Floats]:
    """What is in use of each yard (`in_use`, TEU), and the trains that wait for each gauge change or track (`waiting`),
    at noon of every day of the window: {(resource, kind): levels}.
    """
    noons = np.arange(seen.begin_h + HOURS_PER_DAY / 2, seen.end_h, HOURS_PER_DAY)
    levels: dict[tuple[str, str], Floats] = {}
    for resource in seen.book.resources:
        use = seen.trace.uses[resource.id]
        if resource.kind == "yard":
            levels[resource.id, "in_use"] = level(use, noons)
        elif resource.kind in ("gauge_change", "track"):
            levels[resource.id, "waiting"] = level(_waits(use), noons)
    return levels


def _waits(use: UseTable) -> UseTable:
    return UseTable(use.asked_h, use.asked_h, use.begun_h, use.amount)


def lead_time_counts(seen: Seen) -> dict[Key, Ints]:
    """Boxes delivered in the window by lead time, in bins of `LEAD_TIME_BIN_DAYS`, by channel and direction.

    Up to the last bin that is not empty.
    """
    counts: dict[Key, Ints] = {}
    for key, mine in seen.groups(seen.delivered):
        if key.cargo == "all":
            bins = (seen.lead_time_days[mine] / LEAD_TIME_BIN_DAYS).astype(np.int64)
            counts[key] = np.bincount(np.minimum(bins, LEAD_TIME_BINS - 1))
    return counts


def added(counts: Iterable[Ints]) -> Ints:
    """Counts by lead time added up, bin by bin."""
    total = np.zeros(LEAD_TIME_BINS, dtype=np.int64)
    for column in counts:
        total[: len(column)] += column
    return np.trim_zeros(total, "b")


Stop = tuple[int, int, str, float | None, float | None]
"""One stop of a journey: departure row, service number, node, arrival and departure in hours (None: not yet)."""


def journeys(seen: Seen) -> list[Stop]:
    """The stops of every train that was under way in the window: nodes in running order."""
    trace, book = seen.trace, seen.book
    departures, visits = trace.departures, trace.visits
    nodes = {place for service in book.services for place in service.km_at}
    at_node = [at.place in nodes and at.stage in (Stage.CHECKS, Stage.GAUGE_CHANGE) for at in book.stages]
    passed: dict[int, dict[str, tuple[float, float]]] = {}
    for train, stage, asked_h, done_h in zip(
        visits.train.tolist(), visits.stage.tolist(), visits.asked_h.tolist(), visits.done_h.tolist(), strict=True
    ):
        if at_node[stage]:
            stops, place = passed.setdefault(train, {}), book.stages[stage].place
            came_h = stops[place][0] if place in stops else asked_h
            stops[place] = (came_h, done_h)
    found: list[Stop] = []
    for row in np.flatnonzero(departures.departed_h < seen.end_h).tolist():
        number = int(departures.service[row])
        service, arrived_h = book.services[number], float(departures.arrived_h[row])
        if service.mode != "train" or arrived_h < seen.begin_h:
            continue
        middle = [(node, *times) for node, times in passed.get(row, {}).items()]
        found.append((row, number, service.origin, None, float(departures.departed_h[row])))
        found += [(row, number, node, came_h, left_h) for node, came_h, left_h in middle]
        if np.isfinite(arrived_h):
            found.append((row, number, service.destination, arrived_h, None))
    return found
