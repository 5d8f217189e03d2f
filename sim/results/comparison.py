"""A comparison as tables, and a run read back to be compared."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.experiment.compare import Figure, Paired, Sample
from sim.experiment.inputs import Change
from sim.kpis import BY_ID
from sim.results.folder import csv_bytes, read_csv
from sim.results.tables import Cell, Table, flat
from sim.scenario import Fact


def sample(folder: Path) -> Sample:
    """Each figure in each replication, from replications.csv. Raises FolderError if it is not there."""
    return _sample(read_csv(folder / "replications.csv"))


def sample_of(table: Table) -> Sample:
    """The same from the table itself, digit for digit."""
    return _sample(csv.DictReader(io.StringIO(csv_bytes(table).decode("utf-8-sig"), newline="")))


def _sample(rows: Iterable[Mapping[str, str]]) -> Sample:
    found: dict[Figure, dict[int, float]] = defaultdict(dict)
    for row in rows:
        if row["measure"] in BY_ID:
            figure = (row["measure"], row["channel"], row["direction"], row["cargo"], row["place"])
            found[figure][int(row["replication"])] = float(row["value"] or "nan")
    n = 1 + max((number for values in found.values() for number in values), default=-1)
    return {figure: np.array([values.get(number, np.nan) for number in range(n)]) for figure, values in found.items()}


def differences(found: Sequence[list[Paired]], ids: Sequence[str]) -> Table:
    """Every figure of every other scenario against the first of `ids`; the interval holds jointly over them."""
    columns = ["measure", "channel", "direction", "cargo", "place", "unit", "base", "base_mean", "scenario", "mean"]
    columns += ["difference", "low95", "high95", "p_holm", "replications"]
    base, *others = ids
    rows: list[tuple[Cell, ...]] = []
    for other, pairs in zip(others, found, strict=True):
        for d in pairs:
            measured = (*d.figure, BY_ID[d.figure[0]].unit, base, d.base_mean, other, d.mean)
            interval = (d.difference.low, d.difference.high)
            rows.append((*measured, d.difference.mean, *interval, d.p_holm, d.difference.n))
    return Table("comparison", tuple(columns), rows)


def inputs(found: Sequence[list[Change]], ids: Sequence[str]) -> Table:
    """Every input that differs from the base: value, grade and source on both sides."""
    columns = ("path", "change", "base", "base_value", "base_grade", "base_source", "scenario", "value", "grade")
    base, *others = ids
    rows: list[tuple[Cell, ...]] = []
    for other, changes in zip(others, found, strict=True):
        for c in changes:
            before = (base, flat(c.base), *_source(c.base_fact))
            after = (other, flat(c.other), *_source(c.other_fact))
            rows.append((c.path, c.kind, *before, *after, _note(c)))
    return Table("inputs", (*columns, "source", "note"), rows)


def _source(fact: Fact | None) -> tuple[Cell, Cell]:
    return (fact.grade, fact.source) if fact else (None, None)


def _note(change: Change) -> Cell:
    notes = [fact.note for fact in (change.other_fact, change.base_fact) if fact and fact.note]
    return "; ".join(dict.fromkeys(notes)) or None
