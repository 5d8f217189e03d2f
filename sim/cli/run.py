"""`sim run`: the main job."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.asked import Asked, design_for, how_to_run, loaded, runs_of, write
from sim.cli.beside import Beside
from sim.cli.run_output import show
from sim.errors import CHECK_FAILED, CorridorError
from sim.experiment.findings import Findings, find
from sim.experiment.replicate import How, Progress
from sim.results.folder import Folder
from sim.telling.answers import answers
from sim.telling.economy import targets
from sim.words import say

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Options(Asked):
    """What was asked for on the command line."""

    scenario: Path
    quiet: bool = False
    as_json: bool = False


class TargetMissedError(CorridorError):
    """Targets of the scenario that too few of its years reach, beyond chance."""

    exit_code = CHECK_FAILED

    def __init__(self, which: list[str]) -> None:
        super().__init__(f"targets missed: {', '.join(which)}")


def run_scenario(options: Options) -> None:
    """Load, simulate, print and write. Raises ScenarioError, ModelError, FolderError, or SetAsideError at the end."""
    found, how = run_into_folder(loaded(options), options)
    if options.as_json:
        print(json.dumps(answers(found, options.folder.name), ensure_ascii=False, indent=2))
    elif not options.quiet:
        show(found, options.folder, options.lang)
    how.complain()
    missed = [one.name for one in targets(found) if one.verdict == "missed"]
    if missed:
        raise TargetMissedError(missed)


def run_into_folder(scenario: Scenario, options: Options) -> tuple[Findings, How]:
    """Simulate and write the results folder."""
    with Folder.open(options.folder) as folder:
        how = how_to_run(options, runs_of(scenario, options))
        try:
            beside = Beside(scenario, options)
            found = findings(scenario, options, how, beside)
            how.workers.dismiss()
            write(folder, found, options, how, beside.ready())
        except KeyboardInterrupt:
            print(say(options.lang, "kept", folder=folder.path), file=sys.stderr)
            raise
    return found, how


def findings(scenario: Scenario, options: Options, how: How, beside: Beside) -> Findings:
    """Run the main job."""
    runs = runs_of(scenario, options)
    with progress_bar(say(options.lang, "simulating"), runs, quiet=options.quiet) as how.progress:
        if how.workers.jobs > 1:
            beside.start()
            how.complete = None if options.precision else beside.hear  # how many years there will be shows on the way
        design = design_for(scenario, options)
        return find(scenario, options.replications, how, precision=options.precision, design=design)


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
