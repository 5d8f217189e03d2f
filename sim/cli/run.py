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
from sim.experiment.findings import Findings, find, wanted_runs
from sim.experiment.replicate import Progress
from sim.experiment.tags import PAIRS
from sim.files import dump, load, scenario_hash
from sim.results.folder import Folder, model_version
from sim.results.tables import all_tables
from sim.results.tag_cache import keep_tags, load_tags
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
    jobs: int = 0
    seed: int | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    lang: Lang = "en"
    figures: bool = True
    quiet: bool = False
    as_json: bool = False

    @property
    def folder(self) -> Path:
        """Where the results go; what was changed on the command line does not overwrite the scenario's own."""
        return self.out or RESULTS / (self.scenario.stem + ("+set" if self.changes else ""))


def run_scenario(options: Options) -> None:
    """Load, simulate, print and write. Raises ScenarioError, ModelError or FolderError."""
    scenario = loaded(options)
    folder = Folder.open(options.folder)
    found = findings(scenario, options)
    write(folder, found, options)
    if not options.quiet:
        if options.as_json:
            print(json.dumps(answers(found, options.folder.name), ensure_ascii=False, indent=2))
        else:
            show(found, options.folder, options.lang)


def loaded(options: Options) -> Scenario:
    """The scenario that was asked for, with its changes and seed."""
    changes = options.changes if options.seed is None else (*options.changes, f"seed={options.seed}")
    return load(options.scenario, overrides=changes)


def findings(scenario: Scenario, options: Options) -> Findings:
    """Run the main job, with tags from the cache where they are known."""
    known = load_tags(RESULTS, scenario_hash(scenario))
    with_tags = known is None and options.replications >= PAIRS
    wanted = wanted_runs(scenario, options.replications, with_tags=with_tags, with_ranges=True)
    total = sum(want.n for want in wanted.values())
    jobs = jobs_for(options.jobs, total)
    with (
        progress_bar(say(options.lang, "simulating"), total, quiet=options.quiet) as tell,
        ThreadPoolExecutor(1) as meanwhile,
    ):
        if jobs > 1:  # other processes simulate: this one has time to load what it needs afterwards
            meanwhile.submit(_load_for_later, options)
        found = find(scenario, options.replications, jobs=jobs, known_tags=known, progress=tell)
    if found.tags and known is None:
        keep_tags(RESULTS, scenario_hash(scenario), found.tags)
    return found


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
def progress_bar(what: str, total: int, *, quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda step: bar.advance(task, step)


def write(folder: Folder, found: Findings, options: Options) -> None:
    """Write the results folder, sealed last."""
    tables = all_tables(found, options.folder.name)
    folder.begin()
    folder.tables(tables)
    folder.text("scenario.yaml", dump(found.scenario))
    if options.figures:
        from sim.cli.pictures import run_of
        from sim.figures import render_all

        run: Run = run_of(tables, found.scenario, found.book)
        render_all([run], folder.path / "figures", options.lang)
    folder.seal(manifest(found, options))


def manifest(found: Findings, options: Options) -> dict[str, object]:
    """What the manifest says of the run itself."""
    scenario = found.scenario
    return {
        "scenario": options.folder.name,
        "scenario_hash": scenario_hash(scenario),
        "model_version": model_version(),
        "seed": scenario.seed,
        "bit_generator": "PCG64",
        "replications": {"asked": options.replications, "finished": len(found.outcomes), "failed": 0},
        "warm_up_days": scenario.period.warm_up_days,
        "measured": [scenario.period.first_day.isoformat(), scenario.period.last_day.isoformat()],
        "language": options.lang,
    }
