"""`sim validate`: a hindcast, and what else must be plausible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sim
from sim.api.asked import RESULTS, SERIAL_BELOW, jobs_for
from sim.cli.run import progress_bar
from sim.cli.terminal import say_line, show_table
from sim.disk import hash_of, model_version
from sim.errors import FolderError
from sim.experiment.hindcast_file import load_hindcast
from sim.experiment.replicate import How
from sim.experiment.validate import FULL, QUICK, Effort, Validation, validate
from sim.experiment.workers import Workers
from sim.results.folder import Folder
from sim.results.hindcast import hindcast_tables
from sim.telling.hindcast import Told
from sim.words import Lang, say

FILE = Path("scenarios") / "validate" / "hindcast.yaml"


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line."""

    file: Path | None = None
    quick: bool = False
    jobs: int = 0
    lang: Lang = "en"
    out: Path | None = None
    figures: bool = True
    quiet: bool = False

    @property
    def path(self) -> Path:
        """The hindcast: as named, or the one that comes with this package."""
        if self.file:
            return self.file
        return FILE if FILE.is_file() else Path(sim.__file__).parents[1] / FILE

    @property
    def effort(self) -> Effort:
        """How much is simulated."""
        return QUICK if self.quick else FULL


def run_validation(asked: Asked) -> None:
    """Calibrate, forecast, score, check, print, and write the results folder. What it finds is no error.

    Raises ScenarioError, DrawsError, ModelError, FolderError, or SetAsideError.
    """
    spec = load_hindcast(asked.path)
    with Folder.open(asked.out or RESULTS / asked.path.stem) as folder:
        with progress_bar(say(asked.lang, "simulating"), None, quiet=asked.quiet) as tell:
            how = How(Workers(jobs_for(asked.jobs, SERIAL_BELOW)), progress=tell)
            found = validate(spec, asked.path.parent, asked.effort, how)
        told = Told(found, asked.lang)
        folder.begin()
        folder.tables(hindcast_tables(found))
        folder.text("hindcast.yaml", asked.path.read_text(encoding="utf-8"))
        if asked.figures:
            with folder.drawing() as figures:
                _draw(told, figures)
        folder.seal(_manifest(found, asked))
    if not asked.quiet:
        show(told)
        say_line(told.say("written", folder=folder.path))


def _manifest(found: Validation, asked: Asked) -> dict[str, object]:
    effort = found.effort
    return {
        "hindcast": asked.path.stem,
        "inputs": {asked.path.name: _hash_of(asked.path)},
        "frozen": {one.name: one.pair.frozen for one in found.forecasts},
        "model_version": model_version(),
        "seed": found.forecasts[0].pair.calibrated.seed,
        "draws": effort.draws,
        "replications": {"years": effort.years, "side_questions": effort.side},
        "language": asked.lang,
    }


def _hash_of(path: Path) -> str:
    try:
        return hash_of(path.read_bytes())
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}."
        raise FolderError(message) from error


def _draw(told: Told, folder: Path) -> None:
    from sim.figures import save
    from sim.figures.hindcast import Bar, Mark, draw
    from sim.figures.page import Message

    found, words = told.found, told.picture()
    intervals = [(told.name(one), one.interval, True) for one in found.forecasts]
    intervals += [(found.spec.naive[name].name.of(told.lang), one, False) for name, one in found.naive.items()]
    bars = [Bar(name, one.low, one.middle, one.high, model) for name, one, model in intervals]
    observed, known = found.spec.observed.value, found.spec.calibration.known.value
    message = Message(words["title"], words["what"], (words["note"],))
    picture = draw(bars, Mark(observed, words["observed"]), Mark(known, words["known"]), message)
    save(picture, folder, "hindcast")


def show(told: Told) -> None:
    """Print what was found."""
    spec, lang = told.found.spec, told.lang
    say_line(spec.name.of(lang), strong=True)
    say_line(spec.question.of(lang))
    say_line(told.verdict(), strong=True)
    for line in told.before():
        say_line(line)
    right = [False, True, True, True, True, False, True, False, True]
    show_table(told.title(), told.headings(), right, told.rows())
    for line in told.after():
        say_line(line)
    numbers = [False, True, True, True, False, True, False]
    show_table(told.needed_title(), told.needed_headings(), numbers, told.needed_rows())
    say_line(told.say("needed_note"))
    if told.found.checked:
        columns = [False, False, True, True, False]
        show_table(told.say("plausible_title"), told.check_headings(), columns, told.check_rows())
        for line in told.sources():
            say_line(line)
    effort = told.found.effort
    if effort != FULL:
        say_line(told.say("quick", draws=effort.draws, years=effort.years), warning=True)
