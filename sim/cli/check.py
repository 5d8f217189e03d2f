"""`sim check` and `sim schema`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from sim.checks import Load, loads
from sim.cli.terminal import say_line, show_table
from sim.experiment.recovery import dated
from sim.files import load, schema
from sim.words import Lang, number, percent, say

GRADE_WORDS = {"assumed": "assumed_grade", "documented": "documented", "derived": "derived", "what-if": "what-if"}


def check_scenario(path: Path, changes: list[str], levers: list[str], lang: Lang) -> None:
    """Check a scenario and print load against capacity. Raises ScenarioError with all problems."""
    scenario = load(path, overrides=changes, levers=levers)
    say_line(say(lang, "no_problem", file=path))
    if scenario.applied:
        say_line(say(lang, "levers_applied", list="; ".join(scenario.applied)))
    grades = Counter(str(fact.grade) for fact in scenario.stated.values())
    if grades:
        counted = [f"{say(lang, GRADE_WORDS[grade])} {n}" for grade, n in sorted(grades.items())]
        listed = ("、" if lang == "zh" else ", ").join(counted)
        say_line(say(lang, "grades", list=listed))
    headings = [*(say(lang, word) for word in ("resource", "offered", "capacity", "share")), ""]
    rows = [_row(one, lang) for one in loads(scenario)]
    show_table(say(lang, "load_title"), headings, [False, True, True, True, False], rows)
    known = dated(scenario)
    for name, one in scenario.disruptions.items():
        if (one.closed or one.days) and name not in known:
            say_line(say(lang, "never_in_the_run", name=one.name.of(lang)), warning=True)


def _row(one: Load, lang: Lang) -> list[str]:
    name, unit = one.name.of(lang), say(lang, f"unit_{one.unit}")
    offered = f"{number(one.offered)} {unit}"
    if one.share is None:
        return [name, offered, say(lang, "unlimited"), "", ""]
    remark = say(lang, "must_grow", rate=f"{one.grows_per_day:.1f} {unit}") if one.grows_per_day > 0 else ""
    remark = say(lang, "turns_away") if one.turns_away else remark
    return [name, offered, f"{number(one.capacity or 0.0)} {unit}", percent(one.share), remark]


def print_schema() -> None:
    """Print the JSON Schema of scenario files."""
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
