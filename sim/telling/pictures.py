"""From tables, fresh or read back, to what figures take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.experiment.compare import HEADLINES, last_digit
from sim.experiment.draws import DUMMY
from sim.experiment.findings import book as book_of_scenario
from sim.experiment.reasons import mix_moved
from sim.figures.contrast import Contrast, MeasureFact
from sim.figures.run import BaselineFact, Lang, Run, select
from sim.figures.save import save
from sim.figures.tornado import Tornado, draw
from sim.files import RESOLVED_KIB, load
from sim.kpis import MEASURES
from sim.results.comparison import differences
from sim.results.folder import read_manifest
from sim.results.tables import Table, all_tables
from sim.results.uncertainty import spreads
from sim.telling.plain import input_name
from sim.telling.sentences import headline
from sim.trace import Label

if TYPE_CHECKING:
    from sim.experiment.findings import Findings
    from sim.scenario import Scenario
    from sim.telling.comparison import Comparison, Side
    from sim.trace import Book

DRAWN = ("summary", "monthly", "occupancy", "lead_times", "journeys")


def run_of(tables: Sequence[Table], scenario: Scenario, book: Book) -> Run:
    """What figures take, from the tables of a run."""
    frames = {
        table.name: pd.DataFrame(table.rows, columns=list(table.columns)) for table in tables if table.name in DRAWN
    }
    return _run(frames, scenario, book)


def run_of_folder(folder: Path, name: Label | None = None) -> Run:
    """What figures take, from a finished results folder; named so. Raises FolderError if it is not sealed."""
    read_manifest(folder)
    scenario = load(folder / "scenario.yaml", most_kib=RESOLVED_KIB)
    texts = {"month": str, "date": str, "train": str, "arrived": str, "left": str}
    frames = {name: pd.read_csv(folder / f"{name}.csv", encoding="utf-8-sig", dtype=texts) for name in DRAWN}
    run = _run(frames, scenario, book_of_scenario(scenario))
    return replace(run, name=name) if name else run


def contrast_of(table: Table, runs: Sequence[Run], ids: Sequence[str]) -> Contrast:
    """What figures of differences take, from the table of a comparison; runs and their ids with the base first."""
    measures = {
        measure.id: MeasureFact(measure.name, measure.unit, measure.better, last_digit(measure.id))
        for measure in MEASURES
    }
    return Contrast(tuple(runs), tuple(ids), pd.DataFrame(table.rows, columns=list(table.columns)), measures, HEADLINES)


def contrast_between(found: Comparison) -> Contrast:
    """What figures of a comparison take. Raises FolderError if the folder of a run is gone."""
    runs = [_run_of_side(side) for side in found.sides]
    mixed = {
        (run, whole.figure[0])
        for run, pairs in enumerate(found.found, start=1)
        for whole in pairs
        if whole.figure == headline(whole.figure[0]) and mix_moved(whole, pairs)
    }
    return replace(contrast_of(differences(found.found, found.ids), runs, found.ids), mixed=frozenset(mixed))


def _run_of_side(side: Side) -> Run:
    if side.findings:
        tables = all_tables(side.findings, side.id)
        return replace(run_of(tables, side.scenario, side.findings.book), name=side.name)
    assert side.folder
    return run_of_folder(side.folder, side.name)


def draw_tornado(found: Findings, tables: Sequence[Table], folder: Path, lang: Lang) -> None:
    """Draw and save what moves the carried TEU of each channel, from the tables of a run with draws."""
    scenario = found.scenario
    table = next(table for table in tables if table.name == "tornado")
    frame = pd.DataFrame(table.rows, columns=list(table.columns))
    means = {f[1]: one.centres.mean() + one.apart for f, one in spreads(found).items() if f[0] == "carried_teu"}
    labels = {name: Label(*(input_name(name, scenario, each) for each in ("zh", "en"))) for name in set(frame["input"])}
    held = {b.channel for b in scenario.baselines.values() if b.measure == "carried_teu"}
    main = max(found.book.channels, key=lambda channel: (channel in held, means.get(channel, 0.0)))
    tornado = Tornado(
        table=select(frame, measure="carried_teu"),
        means={channel: float(mean) for channel, mean in means.items()},
        labels={**found.book.channel_names, **labels},
        dummy=DUMMY,
        draws=len(found.uncertainty.draws().numbers) if found.uncertainty else 0,
        main=main,
    )
    save(draw(tornado, lang), folder, "tornado")


def _run(frames: dict[str, pd.DataFrame], scenario: Scenario, book: Book) -> Run:
    labels: dict[str, Label] = {**book.place_names, **book.channel_names}
    labels |= {resource.id: resource.name for resource in book.resources}
    labels |= {service.id: service.name for service in book.services}
    name = type(next(iter(labels.values())))(scenario.name.zh, scenario.name.en)
    baselines = tuple(
        BaselineFact(b.measure, b.channel, b.year, b.value, b.source) for b in scenario.baselines.values()
    )
    return Run(
        name=name,
        labels=labels,
        baselines=baselines,
        replications=int(frames["summary"]["replications"].max()),
        **{table: frames[table] for table in DRAWN},
    )
