"""`sim run`: the main job."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.answers import answers, show
from sim.disk import hash_of, model_version
from sim.experiment.draws import REPLICATIONS, Design, design_of
from sim.experiment.findings import Findings, find, wanted_runs
from sim.experiment.replicate import How, Progress
from sim.experiment.store import Store
from sim.experiment.uncertainty import Uncertainty
from sim.experiment.workers import Workers
from sim.files import dump, inputs, load, scenario_hash
from sim.results.folder import Folder
from sim.results.tables import all_tables
from sim.results.uncertainty import uncertainty_tables
from sim.words import Lang, say

if TYPE_CHECKING:
    from sim.figures.run import Run
    from sim.scenario import Scenario

RESULTS = Path("results")
SERIAL_BELOW = 20
"""With fewer runs than this, starting processes costs more than it saves."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    scenario: Path
    replications: int = 30
    precision: float | None = None
    jobs: int = 0
    cluster: str | None = None
    seed: int | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    lang: Lang = "en"
    figures: bool = True
    quiet: bool = False
    as_json: bool = False
    draws: int = 0
    """draws of the inputs, 0 if none were asked for"""

    @property
    def folder(self) -> Path:
        """Where the results go; what was changed on the command line does not overwrite the scenario's own."""
        return self.out or RESULTS / (self.scenario.stem + ("+set" if self.changes else ""))


def run_scenario(options: Options) -> None:
    """Load, simulate, print and write. Raises ScenarioError, ModelError, FolderError, or SetAsideError at the end."""
    scenario = loaded(options)
    design = design_of(scenario, options.draws) if options.draws else None
    with Folder.open(options.folder) as folder:
        how = how_to_run(options)
        found = findings(scenario, options, how, design)
        write(folder, found, options, how)
    if not options.quiet:
        if options.as_json:
            print(json.dumps(answers(found, options.folder.name), ensure_ascii=False, indent=2))
        else:
            show(found, options.folder, options.lang)
    how.complain()


def loaded(options: Options) -> Scenario:
    """The scenario that was asked for, with its changes and seed."""
    changes = options.changes if options.seed is None else (*options.changes, f"seed={options.seed}")
    return load(options.scenario, overrides=changes)


def how_to_run(options: Options) -> How:
    """By whom replications are run, and where they are kept."""
    return How(
        Workers(jobs_for(options.jobs, options.replications + REPLICATIONS * options.draws), options.cluster),
        Store(options.folder),
    )


def findings(scenario: Scenario, options: Options, how: How, design: Design | None = None) -> Findings:
    """Run the main job, with the draws of `design` if there is one."""
    wanted = wanted_runs(scenario, options.replications, design)
    total = None if options.precision else sum(want.n for want in wanted.values())
    with (
        progress_bar(say(options.lang, "simulating"), total, quiet=options.quiet) as how.progress,
        ThreadPoolExecutor(1) as meanwhile,
    ):
        if how.workers.jobs > 1:  # other processes simulate: this one has time to load what it needs afterwards
            meanwhile.submit(_load_for_later, options)
        return find(scenario, options.replications, how, precision=options.precision, design=design)


def _load_for_later(options: Options) -> None:
    """Import the slow ones: scipy for quantiles, matplotlib and pandas for figures."""
    import_module("scipy.special")
    if options.figures:
        import_module("sim.cli.pictures")
        import_module("sim.figures")


def jobs_for(asked: int, runs: int) -> int:
    """How many processes: as asked, or (0) all processors if there is enough to do."""
    if asked:
        return asked
    return (os.cpu_count() or 1) if runs >= SERIAL_BELOW else 1


@contextmanager
def progress_bar(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda step: bar.advance(task, step)


def write(folder: Folder, found: Findings, options: Options, how: How) -> None:
    """Write the results folder, sealed last."""
    tables = [*all_tables(found, options.folder.name), *uncertainty_tables(found, options.folder.name)]
    folder.begin()
    folder.tables(tables)
    folder.text("scenario.yaml", dump(found.scenario))
    if options.figures:
        from sim.cli.pictures import draw_tornado, run_of
        from sim.figures import render_all

        run: Run = run_of(tables, found.scenario, found.book)
        render_all([run], folder.path / "figures", options.lang)
        if found.uncertainty:
            draw_tornado(found, tables, folder.path / "figures", options.lang)
    design = found.uncertainty.design if found.uncertainty else None
    wanted = wanted_runs(found.scenario, len(found.outcomes), design)
    Store(folder.path).sweep(scenario_hash(want.scenario) for want in wanted.values())
    folder.seal(manifest(found, options, how))


def manifest(found: Findings, options: Options, how: How) -> dict[str, object]:
    """What the manifest says of the run itself."""
    scenario = found.scenario
    period = scenario.period
    asked: dict[str, object] = {"asked": options.replications}
    if found.sequence:
        asked = {"precision": found.sequence.precision, "reached_at": found.sequence.reached}
    return {
        "scenario": options.folder.name,
        "scenario_hash": scenario_hash(scenario),
        "inputs": {name: hash_of(content) for name, content in inputs(options.scenario).items()},
        "set": list(options.changes),
        "model_version": model_version(),
        "seed": scenario.seed,
        "bit_generator": "PCG64",
        "replications": {
            **asked,
            "finished": len(found.outcomes),
            "failed": how.named_aside,
        },
        "draws": _of_draws(found.uncertainty) if found.uncertainty else None,
        "warm_up_days": period.warm_up_days,
        "measured": [period.first_day.isoformat(), period.last_day.isoformat()],
        "horizon_h": period.window[1],
        "language": options.lang,
        "figures": options.figures,
    }


def _of_draws(found: Uncertainty) -> dict[str, object]:
    """What the manifest says of the draws of the inputs."""
    design = found.design
    finished = sum(len(outcomes) == REPLICATIONS for outcomes in found.outcomes.values())
    return {
        "asked": design.n,
        "finished": finished,
        "refused": sorted(design.refused),
        "replications_each": REPLICATIONS,
        "ranges": len(design.inputs),
        "inputs": len(design.luck) - 1,
    }
