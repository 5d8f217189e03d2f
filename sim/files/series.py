"""`{csv: lifts.csv, column: minutes}` in the place of observed values."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from sim.checks.names import suggestion
from sim.errors import Problem, ScenarioError
from sim.files.merging import inside
from sim.files.reading import read_text
from sim.files.written import Place, Written, quoted, visible

MOST_BYTES = 1024 * 1024
MOST_SHOWN = 5
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,2})?")


def with_series(node: Written, root: Path, problems: list[Problem], place: Place = ()) -> Written:
    """The value with every reference to a CSV column under `observed` or `replay` replaced by its numbers."""
    if isinstance(node.value, list):
        return node.but([with_series(below, root, problems, (*place, k)) for k, below in enumerate(node.value)])
    if not isinstance(node.value, dict):
        return node
    below: dict[str, Written] = {}
    for key, value in node.value.items():
        read = _column if refers(key, value) else with_series
        below[key] = read(value, root, problems, (*place, key))
    return node.but(below)


def refers(key: str, value: Written) -> bool:
    """Whether the value of a key is a reference to a column of a file."""
    return key in ("observed", "replay") and isinstance(value.value, dict) and "csv" in value.value


def _column(node: Written, root: Path, problems: list[Problem], place: Place) -> Written:
    try:
        if node.value.keys() != {"csv", "column"}:
            raise _refusal(node, place, "is not a column of a file.", "Write {csv: file.csv, column: name}.")
        folder = Path(node.file).parent if node.line else root
        path = inside(node.value["csv"], (*place, "csv"), folder, root)
        cells = _cells(path, node, place)
        wrong = [(row, cell) for row, cell in cells if not _NUMBER.fullmatch(cell)]
        if wrong or not cells:
            shown = "; ".join(f"row {row} has {quoted(cell)}" for row, cell in wrong[:MOST_SHOWN]) or "it has no rows"
            raise _refusal(node, place, f"needs numbers from {quoted(path.name)}: {shown}.", "")
    except ScenarioError as error:
        problems += error.problems
        return node.but([node.but(0.0)])
    return node.but([node.but(float(cell)) for _, cell in cells])


def _cells(path: Path, node: Written, place: Place) -> list[tuple[int, str]]:
    """The cells of the column, each with the number of its row; empty rows are left out."""
    column = str(node.value["column"].plain())
    try:
        rows = list(csv.reader(io.StringIO(read_text(path, MOST_BYTES), newline=""), strict=True))
    except csv.Error as error:
        raise _refusal(node, place, f"names {quoted(path.name)}, which is not CSV: {error}.", "") from None
    header = rows[0] if rows else []
    if column not in header:
        cure = suggestion(column, map(visible, header), "Columns")
        raise _refusal(node, place, f"names a column that {quoted(path.name)} does not have, {quoted(column)}.", cure)
    at = header.index(column)
    return [(number, row[at].strip() if at < len(row) else "") for number, row in enumerate(rows[1:], start=2) if row]


def _refusal(node: Written, place: Place, what: str, cure: str) -> ScenarioError:
    return ScenarioError([node.problem(place, what, cure)], node.file)
