"""From a scenario file to a `Scenario`: read, merge, set, take the facts out, check; all problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.checks import check
from sim.checks.names import nearest
from sim.errors import Problem, ScenarioError
from sim.files.dumping import dump
from sim.files.facts import NEED_FACTS, Facts, without_source
from sim.files.faults import faults_of
from sim.files.levering import pulled
from sim.files.mending import checked_all_the_same
from sim.files.merging import read_with_base, root_of
from sim.files.reading import parse
from sim.files.series import with_series
from sim.files.setting import with_lever, with_setting
from sim.files.wording import MISSING, problems_of
from sim.files.written import Written, as_written, dotted
from sim.scenario import Scenario

CHANGED = "the scenario"
"""What messages call a scenario that is no file."""
IN_PYTHON = "changed in Python"

WRITTEN_KIB = 64
"""The longest file that a planner writes."""
RESOLVED_KIB = 1024
"""What `dump` wrote, with every base and series in it, may be longer than a planner's own file."""


def load(
    path: str | Path,
    *,
    overrides: Sequence[str] = (),
    levers: Sequence[str] = (),
    root: Path | None = None,
    most_kib: int = WRITTEN_KIB,
) -> Scenario:
    """The scenario that a file describes, with the files it is based on, with settings `path=value` applied, and with
    its levers pulled, and after them those named here: `dalian_frequency=7`.

    Files that it names must lie below `root`; unless given, that is the folder of scenarios (`root_of`). None may be
    larger than `most_kib`; for what `dump` wrote that is `RESOLVED_KIB`.
    Raises ScenarioError with everything that is wrong.
    """
    path = Path(path)
    problems: list[Problem] = []
    try:
        root = root or root_of(path)
        tree = read_with_base(path, root, problems, most_kib * 1024)
        for setting in overrides:
            tree = with_setting(tree, setting, problems)
        for lever in levers:
            tree = with_lever(tree, lever, problems)
        scenario = _validated(with_series(tree, root, problems), problems)
    except ScenarioError as error:
        problems += error.problems
        scenario = None
    if scenario is None or problems:
        raise ScenarioError(_in_order(problems, str(path)), str(path))
    return scenario


def change(
    scenario: Scenario, *settings: str, name: str | None = None, levers: Mapping[str, Any] | None = None
) -> Scenario:
    """The scenario with settings `path=value` applied, each a what-if, then with levers pulled, and with another name
    if one is given.

    `change(plan, "services.cmo_west.capacity_teu=90", name="90 TEU a train")`. A setting is written as after `--set`:
    its value is YAML. `change(plan, levers={"dalian_frequency": 7, "tianjin_depot": True})` pulls policies of the
    scenario or levers of the catalogue: with the value of the main parameter, a mapping of parameters, or True.
    Raises ScenarioError with everything that is wrong.
    """
    problems: list[Problem] = []
    tree = parse(dump(scenario), CHANGED, problems)
    if name is not None:
        tree = tree.but({**tree.value, "name": Written(name, CHANGED, 0)})
    for setting in settings:
        tree = with_setting(tree, setting, problems, IN_PYTHON)
    if levers:
        tree = tree.but({**tree.value, "levers": as_written(levers, CHANGED)})
    try:
        changed = _validated(with_series(tree, Path(), problems), problems)
    except ScenarioError as error:
        problems += error.problems
        changed = None
    if changed is None or problems:
        # the lines are those of a text that nobody sees
        unlined = [replace(problem, line=None) for problem in problems]
        raise ScenarioError(_in_order(unlined, CHANGED), CHANGED)
    return changed


def _validated(written: Written, problems: list[Problem]) -> Scenario | None:
    """The scenario, or None if the schema refuses it. What is wrong is added to `problems`, with its line."""
    facts, before = Facts(problems), len(problems)
    tree = facts.taken_out(written)
    broken = tuple(problem.where.rpartition(".")[0] + "." for problem in problems[before:])
    if "facts" in tree.value:
        problems.append(
            tree.value["facts"].problem(("facts",), "cannot be written here.", "Write {is: …} at each value.")
        )
        return None
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate({**tree.plain(), "facts": facts.of})
    except ValidationError as error:
        faults = faults_of(error, tree, Scenario)
        problems += _misspelt(problems_of(faults), tree)
        found = checked_all_the_same(tree, faults, facts.of)
    else:
        found = check(scenario)
        if not found and len(problems) == before:
            scenario = pulled(scenario, tree, problems)
    problems += [_with_line(problem, tree) for problem in found]
    required = tree.child("provenance")
    if required and required.value == "required":  # last: at one place, what is wrong matters more than its source
        problems += [p for p in without_source(tree, facts.of) if not p.where.startswith(broken or "\0")]
    return scenario


def _misspelt(found: list[Problem], tree: Written) -> list[Problem]:
    """The problems, but where a new thing lacks its keys and is named almost like another, that it may be misspelt."""
    missing = Counter(problem.where.rpartition(".")[0] for problem in found if problem.what == MISSING)
    kept = list(found)
    for thing, times in missing.items():
        section, _, name = thing.partition(".")
        others = (
            set(tree.value[section].value) - {name} if section in NEED_FACTS and "." not in name and name else set()
        )
        close = nearest(name, others)
        if times > 1 and close:
            _, node = tree.nearest((section, name))
            kept = [p for p in kept if not (p.what == MISSING and p.where.startswith(f"{thing}."))]
            what = f"is new here, and lacks {times} keys that a new one needs."
            kept.append(Problem(thing, what, f"Did you mean '{close}'?", node.line or None, node.file))
    return kept


def _with_line(problem: Problem, tree: Written) -> Problem:
    place = tuple(problem.where.split("."))
    _, node = tree.nearest(place)
    return replace(problem, where=dotted(place), line=node.line or None, file=node.file)


def _in_order(problems: list[Problem], file: str) -> list[Problem]:
    """Each place once; first those of the file itself, by line."""
    first: dict[tuple[str, str, int | None], Problem] = {}
    named = {problem.where for problem in problems if problem.what != MISSING}
    for problem in problems:
        if problem.what != MISSING or problem.where not in named:
            first.setdefault((problem.file, problem.where, problem.line), problem)
    return sorted(first.values(), key=lambda p: (p.file != file, p.file, p.line or 0))
