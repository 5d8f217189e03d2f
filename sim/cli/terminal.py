"""How text reaches the terminal: tables by rich, sentences as they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 160
"""Columns of a table that does not go to a terminal: nothing is folded in a file or a pipe."""


def say_line(text: str, *, warning: bool = False, strong: bool = False) -> None:
    """One line on standard output, in yellow or bold where the terminal can."""
    style = "yellow" if warning else "bold" if strong else ""
    _console().print(Text(text, style=style), soft_wrap=True)


def show_table(title: str, headings: Sequence[str], right: Sequence[bool], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output; `right` says which columns are numbers."""
    table = Table(title=Text(title), title_justify="left")
    for heading, number in zip(headings, right, strict=True):
        justify: Literal["right", "left"] = "right" if number else "left"
        table.add_column(Text(heading), justify=justify, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
