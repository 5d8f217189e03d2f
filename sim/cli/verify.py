"""`sim verify`: exact answers, and the coverage of our own intervals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

import sim
from sim.api.asked import jobs_for
from sim.cli.run import progress_bar
from sim.cli.terminal import say_line, show_table
from sim.errors import CHECK_FAILED
from sim.experiment import coverage as covering
from sim.experiment.coverage import Cell, coverage
from sim.experiment.replicate import How
from sim.experiment.verify import Finding, Reading, runs, verify
from sim.experiment.workers import Workers
from sim.files import load
from sim.scenario import Scenario
from sim.words import Lang, percent, say

FOLDER = Path("scenarios") / "verify"


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line."""

    rows: tuple[str, ...]
    folder: Path | None
    quick: bool
    jobs: int
    lang: Lang


def verify_rows(asked: Asked) -> None:
    """Run the rows and print the table. Exits with 3 if a row does not pass."""
    rows = scenarios(asked.rows, asked.folder)
    total = sum(want.n for want in runs(rows, quick=asked.quick).values())
    with progress_bar(say(asked.lang, "simulating"), total) as tell:
        how = How(Workers(jobs_for(asked.jobs, total)), progress=tell)
        found = verify(rows, quick=asked.quick, how=how)
    headings = ("row", "figure", "exact", "mean_or_run", "interval_999", "half_width", "allowed", "verdict_row")
    right = [False, False, True, True, True, True, True, False]
    lines = [_line(one, asked.lang) for one in found]
    show_table(say(asked.lang, "verify_title"), [say(asked.lang, word) for word in headings], right, lines)
    passed = sum(one.reading == Reading.PASS for one in found)
    say_line(say(asked.lang, "verified", passed=passed, n=len(found), runs=total), warning=passed < len(found))
    how.complain()
    if passed < len(found):
        raise typer.Exit(CHECK_FAILED)


def scenarios(rows: tuple[str, ...], folder: Path | None) -> dict[str, Scenario]:
    """The scenarios of these rows (of all, if none is named) by name: `E1` means E1 and all that begin with `E1-`.

    Raises ScenarioError, or a wrong usage that says which rows there are.
    """
    folder = folder or (FOLDER if FOLDER.is_dir() else Path(sim.__file__).parents[1] / FOLDER)
    files = {path.stem: path for path in sorted(folder.glob("[!_]*.yaml"), key=lambda path: path.stem)}
    if not files:
        message = f"there are no rows in {folder}; name their folder with --folder"
        raise typer.BadParameter(message)
    for row in rows:
        if not any(_means(row, name) for name in files):
            message = f"there is no row '{row}'. Rows: {', '.join(files)}"
            raise typer.BadParameter(message)
    return {name: load(path) for name, path in files.items() if not rows or any(_means(row, name) for row in rows)}


def _means(row: str, name: str) -> bool:
    return name.lower() == row.lower() or name.lower().startswith(f"{row.lower()}-")


def _line(one: Finding, lang: Lang) -> list[str]:
    expected, found = one.expected, one.found
    exact = say(lang, "none") if isinstance(expected.exact, str) else _figure(expected.exact)
    by_hand = one.allowed_pct is None
    return [
        one.row,
        expected.name.of(lang),
        exact,
        say(lang, "none") if found.n == 0 else _figure(found.mean),
        "–" if by_hand else f"{_figure(found.low)} – {_figure(found.high)}",
        "–" if by_hand else f"{one.half_width_pct:.2f} %",
        say(lang, "to_the_digit") if one.allowed_pct is None else f"{one.allowed_pct:.3g} %",
        say(lang, f"row_{one.reading}"),
    ]


def _figure(value: float) -> str:
    """Eight digits, and no zeros at the end."""
    return f"{value:.8g}"


def verify_coverage(asked: Asked, macros: int) -> None:
    """Measure and print the coverage of our intervals. Exits with 3 if a cell fails, or a control does not."""
    rows = scenarios(("E1",), asked.folder)
    total = covering.runs(macros)
    with progress_bar(say(asked.lang, "simulating"), total) as tell:
        cells = coverage(rows, macros, How(Workers(jobs_for(asked.jobs, total)), progress=tell))
    headings = [
        say(asked.lang, word) for word in ("procedure", "row", "n", "nominal", "covered", "band", "verdict_row")
    ]
    right = [False, False, True, True, True, True, False]
    title = say(asked.lang, "coverage_title", macros=f"{macros:,}")
    show_table(title, headings, right, [_cell(cell, asked.lang) for cell in cells])
    failing = sum(not cell.as_it_should for cell in cells)
    say_line(say(asked.lang, "coverage_all" if not failing else "coverage_fails", n=failing), warning=failing > 0)
    if failing:
        raise typer.Exit(CHECK_FAILED)


def _cell(cell: Cell, lang: Lang) -> list[str]:
    low, high = cell.band
    if cell.control:
        reading = "control_fails" if cell.fails else "control_passes"
    else:
        reading = "cell_fails" if cell.fails else "cell_wide" if cell.share > high else "row_pass"
    return [
        say(lang, f"covers_{cell.procedure}"),
        cell.row,
        str(cell.n),
        percent(cell.nominal),
        percent(cell.share, 2),
        f"{percent(low, 2)} – {percent(high, 2)}",
        say(lang, reading),
    ]
