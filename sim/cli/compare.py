"""`sim compare`: two results folders, or two scenario files, side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.cli.pictures import run_of_folder
from sim.cli.plain import what, where
from sim.cli.run import RESULTS, Options, findings, loaded, write
from sim.cli.terminal import say_line, show_table
from sim.experiment.compare import Figure, Paired, Sample, paired
from sim.files import load, scenario_hash
from sim.kpis import BY_ID
from sim.results.folder import Folder, FolderError, hash_of, model_version, read_csv, read_manifest
from sim.results.tables import Cell, Table
from sim.words import Lang, number, say

if TYPE_CHECKING:
    from sim.scenario import Scenario

HEADLINES = ["carried_teu", "trains_run", "teu_per_train", "local_share", "lead_time_days", "lead_time_p90_days"]
HEADLINES += ["transit_days", "backlog_teu"]


def compare_runs(base: Path, other: Path, options: Options) -> None:
    """Compare two runs: print the paired table, write comparison.csv and the plots. Runs scenario files first."""
    folders = [_folder_of(path, options) for path in (base, other)]
    manifests = [read_manifest(folder) for folder in folders]
    if manifests[0]["seed"] != manifests[1]["seed"]:
        seeds = " and ".join(str(m["seed"]) for m in manifests)
        message = f"the two runs have different luck (seeds {seeds}): run both with the same --seed."
        raise FolderError(message)
    differences = paired(*(_sample(folder) for folder in folders))
    names = [folder.name for folder in folders]
    folder = Folder.open(options.out or RESULTS / f"{names[0]}_vs_{names[1]}")
    folder.begin()
    folder.tables([_table(differences, names)])
    if options.figures:
        from sim.figures import render_all

        render_all([run_of_folder(one) for one in folders], folder.path / "figures", options.lang)
    folder.seal({"compared": {one.name: hash_of((one / "manifest.json").read_bytes()) for one in folders}})
    if not options.quiet:
        _show(differences, folders, options.lang)
        say_line(say(options.lang, "written", folder=folder.path))


def _folder_of(path: Path, options: Options) -> Path:
    """The results folder itself, or that of a scenario file: run now, unless the same run is already there."""
    if path.is_dir():
        return path
    mine = replace(options, scenario=path, out=None, quiet=True)
    scenario = loaded(mine)
    if not _is_there(mine.folder, scenario, options.replications):
        folder = Folder.open(mine.folder)
        write(folder, findings(scenario, replace(mine, quiet=options.quiet)), mine)
    return mine.folder


def _is_there(folder: Path, scenario: Scenario, replications: int) -> bool:
    try:
        manifest = read_manifest(folder)
    except FolderError:
        return False
    same = manifest["scenario_hash"] == scenario_hash(scenario) and manifest["model_version"] == model_version()
    return bool(same and manifest["replications"]["finished"] == replications)


def _sample(folder: Path) -> Sample:
    """Each figure in each replication, from replications.csv."""
    found: dict[Figure, dict[int, float]] = defaultdict(dict)
    for row in read_csv(folder / "replications.csv"):
        figure = (row["measure"], row["channel"], row["direction"], row["cargo"], row["place"])
        found[figure][int(row["replication"])] = float(row["value"] or "nan")
    n = 1 + max((number for values in found.values() for number in values), default=-1)
    return {figure: np.array([values.get(number, np.nan) for number in range(n)]) for figure, values in found.items()}


def _table(differences: list[Paired], names: list[str]) -> Table:
    columns = ["measure", "channel", "direction", "cargo", "place", "unit", "base", "base_mean", "scenario", "mean"]
    columns += ["difference", "low95", "high95", "p_holm", "replications"]
    rows: list[tuple[Cell, ...]] = []
    for d in differences:
        measured = (*d.figure, BY_ID[d.figure[0]].unit, names[0], d.base_mean, names[1], d.mean)
        rows.append((*measured, d.difference.mean, d.difference.low, d.difference.high, d.p, d.difference.n))
    return Table("comparison", tuple(columns), rows)


def _show(differences: list[Paired], folders: list[Path], lang: Lang) -> None:
    scenarios = [load(folder / "scenario.yaml", most_kib=1024) for folder in folders]
    base, other = (scenario.name.of(lang) for scenario in scenarios)
    channels = {name: spec.name.of(lang) for name, spec in scenarios[0].channels.items()}
    n = max((d.difference.n for d in differences), default=0)
    headings = [say(lang, "measure"), say(lang, "channel"), base, other]
    headings += [say(lang, word) for word in ("change", "correlation", "reading")]
    wanted = {d.figure: d for d in differences if d.figure[0] in HEADLINES and d.figure[2:] == ("all",) * 3}
    rows = []
    for measure in HEADLINES:
        for channel in (*sorted(channels), "all"):
            d = wanted.get((measure, channel, "all", "all", "all"))
            if d:
                rows.append(_row(d, channels.get(channel, say(lang, "all")), lang))
    title = say(lang, "compare_title", base=base, other=other, n=n)
    show_table(title, headings, [False, False, True, True, True, True, False], rows)
    say_line(say(lang, "paired"))
    for name, scenario in zip((base, other), scenarios, strict=True):
        for path in (path for path, fact in sorted(scenario.facts.items()) if fact.grade == "what-if"):
            value = what(path, scenario, lang)
            say_line(f"{name}: " + say(lang, "what_if", path=where(path, scenario, lang), value=value), warning=True)


def _row(d: Paired, channel: str, lang: Lang) -> list[str]:
    measure = BY_ID[d.figure[0]]
    share, digits = measure.unit == "share", 0 if measure.unit == "TEU" and measure.id != "teu_per_train" else 2
    scale = 100 if share else 1
    mean, half = round(scale * d.difference.mean, digits) + 0.0, scale * d.difference.half_width
    tiny = mean == 0 and round(half, digits) == 0 and not d.unchanged
    return [
        measure.name.of(lang) + ("（%）" if share and lang == "zh" else ", %" if share else ""),
        channel,
        number(scale * d.base_mean, digits),
        number(scale * d.mean, digits),
        f"{mean:+,.{digits}f} ± {number(half, digits)}",
        number(d.correlation, 2),
        say(lang, "tiny" if tiny else _reading(d, measure.better)),
    ]


def _reading(d: Paired, better: str) -> str:
    if d.unchanged:
        return "same"
    if not d.clear:
        return "calm"
    if better == "neither":
        return "changed"
    return "better" if (d.difference.mean > 0) == (better == "more") else "worse"
