"""`sim check` and `sim schema`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from sim.checks import Load, loads
from sim.files import load, schema
from sim.words import Lang, number, percent, say


def check_scenario(path: Path, changes: list[str], lang: Lang) -> None:
    """Check a scenario and print load against capacity. Raises ScenarioError with all problems."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    scenario = load(path, overrides=changes)
    console = Console(highlight=False)
    console.print(say(lang, "no_problem", file=path), markup=False)
    grades = Counter(str(fact.grade) for fact in scenario.facts.values())
    words = {"assumed": "assumed_grade"}
    listed = ", ".join(f"{say(lang, words.get(grade, grade))} {n}" for grade, n in sorted(grades.items()))
    if grades:
        console.print(say(lang, "grades", list=listed), markup=False)
    table = Table(title=say(lang, "load_title"), title_justify="left")
    for word in ("resource", "offered", "capacity", "share", ""):
        table.add_column(say(lang, word) if word else "", justify="left" if word in ("resource", "") else "right")
    for one in loads(scenario):
        table.add_row(*(Text(cell) for cell in _row(one, lang)))
    console.print(table)


def _row(one: Load, lang: Lang) -> list[str]:
    name = one.name.of(lang)
    if one.share is None:
        return [name, f"{number(one.offered)} {one.unit}", say(lang, "unlimited"), "", ""]
    growing = say(lang, "must_grow", rate=f"{one.grows_per_day:.1f} {one.unit}") if one.grows_per_day > 0 else ""
    return [
        name,
        f"{number(one.offered)} {one.unit}",
        f"{number(one.capacity)} {one.unit}",
        percent(one.share),
        growing,
    ]


def print_schema() -> None:
    """Print the JSON Schema of scenario files."""
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
