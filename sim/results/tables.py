"""Findings as tables: lists of rows with fixed columns, the same bytes for the same findings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from sim.experiment.findings import Findings
from sim.kpis import MEASURES, Key
from sim.kpis.series import LEAD_TIME_BIN_DAYS, added
from sim.statistics import estimate, percentiles_of_counts

Cell = str | int | float | None
ALL = "all"


@dataclass(frozen=True)
class Table:
    """A table of the results folder."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def all_tables(found: Findings, scenario: str) -> list[Table]:
    """Every table of a results folder; `scenario` is the id that they carry."""
    return [
        summary(found, scenario),
        per_replication(found, scenario),
        monthly(found, scenario),
        occupancy(found, scenario),
        lead_times(found, scenario),
        journeys(found, scenario),
        assumptions(found),
    ]


def summary(found: Findings, scenario: str) -> Table:
    """Every measure with its 95 % interval, its baseline and its tag."""
    columns = ["scenario", "measure", "channel", "direction", "cargo", "place", "unit", "mean", "low95", "high95"]
    columns += ["replications", "baseline", "difference_pct", "tag"]
    rows: list[tuple[Cell, ...]] = []
    for measure in MEASURES:
        for key in found.keys(measure.id):
            what = found.estimate(measure.id, key)
            baseline = _baseline(found, measure.id, key)
            change = 100 * (what.mean / baseline - 1) if baseline else None
            tag = found.tags.get((measure.id, key))
            head = (scenario, measure.id, *key, measure.unit)
            rows.append((*head, what.mean, what.low, what.high, what.n, baseline, change, str(tag) if tag else None))
    return Table("summary", tuple(columns), rows)


def _baseline(found: Findings, measure: str, key: Key) -> float | None:
    if key[1:] != (ALL, ALL, ALL):
        return None
    baseline = found.baseline(measure, key.channel)
    return baseline.value if baseline else None


def per_replication(found: Findings, scenario: str) -> Table:
    """Every value of every replication."""
    columns = ("scenario", "replication", "measure", "channel", "direction", "cargo", "place", "unit", "value")
    units = {measure.id: measure.unit for measure in MEASURES}
    rows: list[tuple[Cell, ...]] = [
        (scenario, outcome.replication, measure, *key, units[measure], value)
        for outcome in found.outcomes
        for measure, values in outcome.values.items()
        for key, value in values.items()
    ]
    return Table("replications", columns, rows)


def _bands(columns: Sequence[NDArray[np.float64]]) -> Iterator[tuple[float, float, float]]:
    """Mean, 5 % and 95 % quantile over replications, of each element of a series."""
    stacked = np.array(columns)
    quantiles = np.quantile(stacked, [0.05, 0.95], axis=0)
    yield from zip(stacked.mean(axis=0).tolist(), *quantiles.tolist(), strict=True)


def monthly(found: Findings, scenario: str) -> Table:
    """Carried TEU by month: mean with interval, and the 5 % and 95 % quantiles of the simulated years."""
    columns = ("scenario", "channel", "direction", "month", "unit", "mean", "low95", "high95", "p05", "p95")
    months = [label for label, _, _ in found.book.months()]
    rows: list[tuple[Cell, ...]] = []
    for key in _keys_of(outcome.monthly for outcome in found.outcomes):
        series = [outcome.monthly.get(key, np.zeros(len(months))) for outcome in found.outcomes]
        for m, (mean, low, high) in enumerate(_bands(series)):
            interval = estimate([column[m] for column in series])
            head = (scenario, key.channel, key.direction, months[m], "TEU")
            rows.append((*head, mean, interval.low, interval.high, low, high, len(series)))
    return Table("monthly", (*columns, "replications"), rows)


def _keys_of(series: Iterator[dict[Key, NDArray[np.float64]]]) -> list[Key]:
    return list(dict.fromkeys(key for one in series for key in one))


def occupancy(found: Findings, scenario: str) -> Table:
    """Use of yards and queues at borders at noon of each day: mean, and 5 % and 95 % quantiles of the years."""
    columns = ("scenario", "resource", "place", "kind", "date", "unit", "capacity", "mean", "p05", "p95")
    facts = {resource.id: resource for resource in found.book.resources}
    first = found.scenario.period.first_day
    rows: list[tuple[Cell, ...]] = []
    for resource, kind in found.outcomes[0].levels:
        fact = facts[resource]
        capacity = fact.units if kind == "in_use" and math.isfinite(fact.units) else None
        unit = fact.unit if kind == "in_use" else "trains"
        series = [outcome.levels[resource, kind] for outcome in found.outcomes]
        for day, (mean, low, high) in enumerate(_bands(series)):
            date = (first + timedelta(days=day)).isoformat()
            head = (scenario, resource, fact.place, kind, date, unit, capacity)
            rows.append((*head, mean, low, high, len(series)))
    return Table("occupancy", (*columns, "replications"), rows)


def lead_times(found: Findings, scenario: str) -> Table:
    """Percentiles of the days from booking to delivery, over the boxes of all replications together."""
    columns = ("scenario", "channel", "direction", "percentile", "days", "boxes")
    percents = np.arange(1, 100)
    rows: list[tuple[Cell, ...]] = []
    for key in list(dict.fromkeys(key for outcome in found.outcomes for key in outcome.lead_times)):
        counts = added(o.lead_times[key] for o in found.outcomes if key in o.lead_times)
        boxes = int(counts.sum())
        days = percentiles_of_counts(counts, LEAD_TIME_BIN_DAYS, percents)
        if boxes:
            rows += [(scenario, key.channel, key.direction, int(p), d, boxes) for p, d in zip(percents, days.tolist())]  # noqa: B905
    return Table("lead_times", columns, rows)


def journeys(found: Findings, scenario: str) -> Table:
    """The stops of all trains of the first replication, in local time."""
    columns = ("scenario", "train", "service", "channel", "direction", "place", "km", "arrived", "left")
    book, first = found.book, found.outcomes[0]

    def moment(hours: float | None) -> str | None:
        return None if hours is None else book.date(hours).isoformat(timespec="minutes")

    rows: list[tuple[Cell, ...]] = []
    for row, number, place, came_h, left_h in first.journeys:
        service = book.services[number]
        train = f"{service.id}/{first.departures[row][1] + 1}"
        head = (scenario, train, service.id, service.channel, service.direction, place, service.km_at[place])
        rows.append((*head, moment(came_h), moment(left_h)))
    return Table("journeys", columns, rows)


def assumptions(found: Findings) -> Table:
    """Every number of the scenario that has a source: where it stands, what it is, and how well it is known."""
    columns = ("path", "value", "grade", "range", "source", "note")
    tree = found.scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    rows: list[tuple[Cell, ...]] = []
    for path, fact in sorted(found.scenario.stated.items()):
        rows.append((path, flat(value_at(tree, path)), fact.grade, flat(fact.range), fact.source, fact.note))
    return Table("assumptions", columns, rows)


def value_at(tree: object, path: str) -> object:
    """What stands at a dotted path of nested mappings and lists (counted from 0); None if nothing does."""
    for step in path.split("."):
        if isinstance(tree, dict) and step in tree:
            tree = tree[step]
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def flat(value: object) -> str | None:
    """A value in one cell, as a planner would write it."""
    if value is None:
        return None
    if isinstance(value, dict):
        if set(value) == {"always"}:
            return flat(value["always"])
        return ", ".join(f"{key} {flat(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return " / ".join(str(flat(inner)) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
