"""How text reaches the terminal: tables by rich, sentences as they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 160
"""Columns of what does not go to a terminal, at the least."""
FRAME = 3
"""Columns that the frame takes beside each cell."""
WIDEST = 2000
"""Columns of a table that does not go to a terminal, at the most: nothing is folded in a file or a pipe."""


def say_line(text: str, *, warning: bool = False, strong: bool = False) -> None:
    """One line on standard output, in yellow or bold where the terminal can."""
    style = "yellow" if warning else "bold" if strong else ""
    _console().print(Text(text, style=style), soft_wrap=True)


def show_table(
    title: str, headings: Sequence[str], right: Sequence[bool], rows: Iterable[Sequence[str]], *, whole: bool = False
) -> None:
    """A table on standard output; `right` says which columns are numbers, `whole` that names are kept on one line."""
    table = Table(title=Text(title), title_justify="left")
    for column, (heading, number) in enumerate(zip(headings, right, strict=True)):
        justify: Literal["right", "left"] = "right" if number else "left"
        table.add_column(Text(heading), justify=justify, overflow="fold", no_wrap=whole and column == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = _console()
    if not sys.stdout.isatty():
        console.width = max(WIDE, console.measure(table, options=console.options.update(max_width=WIDEST)).maximum)
    console.print(table)


def show_wide_table(title: str, headings: Sequence[str], right: Sequence[bool], rows: Iterable[Sequence[str]]) -> None:
    """A table whose numbers are never broken: where the terminal is too narrow it comes in parts, each with the first
    column."""
    table = [list(row) for row in rows]
    width = _console().width if sys.stdout.isatty() else WIDEST
    for part, columns in enumerate(_parts(headings, table, width)):
        cells = ([row[column] for column in columns] for row in table)
        show_table(
            "" if part else title, [headings[c] for c in columns], [right[c] for c in columns], cells, whole=True
        )


def _parts(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """The columns of each part of a table: as many as fit beside the first, and at least one."""
    needed = [
        FRAME + max(cell_len(text) for text in (*heading.split(), *(row[column] for row in rows)))
        for column, heading in enumerate(headings)
    ]
    parts: list[list[int]] = [[0]]
    for column in range(1, len(headings)):
        if len(parts[-1]) > 1 and 1 + sum(needed[c] for c in (*parts[-1], column)) > width:
            parts.append([0])
        parts[-1].append(column)
    return parts


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
