"""How the findings of a run are printed."""

from __future__ import annotations

from pathlib import Path

from sim.cli.terminal import say_line, show_table
from sim.experiment.findings import Findings
from sim.telling.answers import assumed_lines, columns_of, demand_lines, headings, loaded_line, rows, title
from sim.telling.caveats import warnings
from sim.telling.drawn import drawn_lines
from sim.telling.economy import choice_lines, money_rows, party_lines, regime_lines, target_lines
from sim.words import Lang, say


def show(found: Findings, folder: Path, lang: Lang) -> None:
    """Print the table, what binds, what was assumed, and what to beware of."""
    say_line(found.scenario.name.of(lang), strong=True)
    if found.scenario.question:
        say_line(found.scenario.question.of(lang))
    columns = columns_of(found)
    names = headings(found, columns, lang)
    channels = [column.channel for column in columns]
    table = [*rows(columns, lang), *money_rows(found, channels, lang)]
    show_table(title(found, lang), names, [h != "" for h in names], table)
    if any(column.against for column in columns) or found.uncertainty:
        say_line(say(lang, "if_true"))
    for line in drawn_lines(found, lang):
        say_line(line)
    say_line(loaded_line(found, lang))
    for line in (*regime_lines(found, lang), *choice_lines(found, lang), *party_lines(found, lang)):
        say_line(line)
    for line in (*demand_lines(found, lang), *assumed_lines(found, folder, lang)):
        say_line(line)
    for warning in warnings(found, lang):
        say_line(warning, warning=True)
    for line in target_lines(found, lang):
        say_line(line, strong=True)
    say_line(say(lang, "written", folder=folder))
