"""`sim whatif`, `sim factorial`, `sim believe`: run, print, write."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sim.api import decisions
from sim.api.decisions import Believe, Factorial, Manner, WhatIf
from sim.cli.run import progress_bar
from sim.cli.terminal import say_line, show_table, show_wide_table
from sim.files import load
from sim.results.folder import Folder
from sim.telling import beliefs as belief_words
from sim.telling import whatif as wording
from sim.telling.whatif_words import say
from sim.words import Lang


@dataclass(frozen=True)
class Shown:
    """How it is run, and what is shown of it."""

    replications: int
    jobs: int
    cluster: str | None
    out: Path | None
    draws: int
    lang: Lang
    figures: bool = True
    quiet: bool = False
    as_json: bool = False

    @property
    def manner(self) -> Manner:
        """How it is run."""
        return Manner(self.replications, self.jobs, self.cluster, self.out, self.draws)

    @contextmanager
    def writing(self, path: Path, runs: int) -> Iterator[tuple[Folder, Manner]]:
        """The results folder, with a progress bar while it is filled; who interrupts is told that nothing is lost."""
        with Folder.open(path) as folder:
            try:
                with progress_bar(say(self.lang, "simulating"), runs, quiet=self.quiet) as progress:
                    yield folder, replace(self.manner, out=path, progress=progress)
            except KeyboardInterrupt:
                print(say(self.lang, "kept", folder=path), file=sys.stderr)
                raise


def show_whatif(
    folder: Path, names: Sequence[str], reference: Path, asked: tuple[str, Sequence[str]], shown: Shown
) -> None:
    """Hold a library against its reference; `asked` is the channel that counts, and whose diversion is shown."""
    files = decisions.library(folder, names)
    scenarios, bases = {name: load(path) for name, path in files.items()}, decisions.bases_of(files)
    base = load(reference)
    channel, crossed = asked
    crossed = [*scenarios] if "all" in crossed else [name.removesuffix(".yaml") for name in crossed]
    path = shown.out or decisions.default_folder(folder.resolve().name)
    runs = decisions.runs_of_whatif(base, scenarios, bases, (crossed, shown.manner))
    with shown.writing(path, runs) as (results, manner):
        done = decisions.compared(base, scenarios, (channel, crossed), manner, shown.lang, bases)
        decisions.write_whatif(results, done, figures=shown.figures)
    if shown.as_json:
        print(json.dumps(wording.as_data(done.found, done.diversions, shown.lang), ensure_ascii=False, indent=2))
    elif not shown.quiet:
        _tell_whatif(done, path)


def _tell_whatif(done: WhatIf, path: Path) -> None:
    found, lang = done.found, done.lang
    for number, sentence in enumerate(wording.sentences(found, lang)):
        say_line(sentence, strong=number == 0)
    names = wording.headings(found, lang)
    show_wide_table(wording.title(found, lang), names, [False] + [True] * (len(names) - 1), wording.rows(found, lang))
    for line in (*wording.legend(found, lang), *wording.footnotes(found, lang)):
        say_line(line)
    for id_, one in done.diversions.items():
        headings, *rows = wording.diversion_rows(one, lang)
        right = [False] + [True] * (len(headings) - 1)
        show_table(wording.diversion_title(found, id_, one, lang), headings, right, rows)
        say_line(wording.diversion_sentence(one, lang))
    say_line(say(lang, "written", folder=path))


def show_factorial(reference: Path, factors: Sequence[Path], shown: Shown) -> None:
    """All combinations of factors over a reference."""
    of = decisions.factors_of(factors)
    path = shown.out or decisions.default_folder("_x_".join(of))
    with shown.writing(path, 2 ** len(of) * shown.replications) as (results, manner):
        done = decisions.designed(load(reference), of, manner, shown.lang)
        decisions.write_factorial(results, done, figures=shown.figures)
    if not shown.quiet:
        _tell_factorial(done, path)


def _tell_factorial(done: Factorial, path: Path) -> None:
    found, lang = done.found, done.lang
    for line in belief_words.factorial_legend(found, lang):
        say_line(line)
    for measure, channel in belief_words.shown(found):
        say_line(belief_words.factorial_title(found, measure, channel, lang))
        show_table(
            "",
            belief_words.factorial_headings(lang),
            (False, True, True, False),
            belief_words.factorial_rows(found, measure, channel, lang),
        )
    for sentence in belief_words.factorial_sentences(found, lang):
        say_line(sentence)
    say_line(say(lang, "written", folder=path))


def show_believe(
    scenario: Path,
    axes: tuple[str, str],
    asked: tuple[str, str, float | None, float | None],
    effort: tuple[int, Shown],
) -> None:
    """The answer over a grid; `asked` is measure, channel, at least, at most; `effort` the values of each input."""
    steps, shown = effort
    question = decisions.question_of(*asked)
    path = shown.out or decisions.default_folder(f"believe-{scenario.stem}")
    with shown.writing(path, steps * steps * shown.replications) as (results, manner):
        done = decisions.believed(load(scenario), axes, question, (steps, manner), shown.lang)
        decisions.write_believe(results, done, figures=shown.figures)
    if not shown.quiet:
        _tell_believe(done, path)


def _tell_believe(done: Believe, path: Path) -> None:
    found, lang = done.found, done.lang
    for number, sentence in enumerate(done.sentences()):
        say_line(sentence, strong=number == 0)
    names = [belief_words.value_told(found.x, value) for value in found.x.values]
    digits = 0 if abs(found.question.target) >= 100 else 2
    rows = []
    for j in reversed(range(len(found.y.values))):
        cells = [belief_words.cell_told(found, i, j, digits) for i in range(len(found.x.values))]
        rows.append([belief_words.value_told(found.y, found.y.values[j]), *cells])
    sides = {"x": belief_words.axis_name(found, found.x, lang), "y": belief_words.axis_name(found, found.y, lang)}
    say_line(say(lang, "grid_sides", **sides))
    show_table("", ["", *names], [True] * (1 + len(names)), rows)
    say_line(say(lang, "written", folder=path))
