"""From a scenario file to a `Scenario`: read, merge, set, take the facts out, check; all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from sim.checks import check
from sim.errors import Problem, ScenarioError
from sim.files.faults import faults_of
from sim.files.facts import Facts, without_source
from sim.files.mending import checked_all_the_same
from sim.files.merging import read_with_base
from sim.files.series import with_series
from sim.files.setting import with_setting
from sim.files.wording import MISSING, problems_of
from sim.files.written import Written, dotted
from sim.scenario import Scenario


def load(path: str | Path, *, overrides: Sequence[str] = (), root: Path | None = None) -> Scenario:
    """The scenario that a file describes, with the files it is based on and with settings `path=value` applied.

    Files that it names must lie below `root`, which is the folder of the file unless given.
    Raises ScenarioError with everything that is wrong.
    """
    path = Path(path)
    problems: list[Problem] = []
    try:
        return _load(path, overrides, root or path.parent, problems)
    except ScenarioError as error:
        raise ScenarioError(_in_order(error.problems, str(path)), str(path)) from None


def _load(path: Path, overrides: Sequence[str], root: Path, problems: list[Problem]) -> Scenario:
    tree = read_with_base(path, root, problems)
    for setting in overrides:
        tree = with_setting(tree, setting, problems)
    facts = Facts(problems)
    tree = facts.taken_out(with_series(tree, root, problems))
    scenario = _validated(tree, facts, problems)
    if scenario is None or problems:
        raise ScenarioError(problems)
    return scenario


def _validated(tree: Written, facts: Facts, problems: list[Problem]) -> Scenario | None:
    """The scenario, or None if the schema refuses it. What checks find is added to `problems`, with its line."""
    required = tree.child("provenance")
    if required and required.value == "required":
        problems += without_source(tree, facts.of)
    if "facts" in tree.value:
        problems.append(tree.value["facts"].problem(("facts",), "cannot be written here.", "Write {is: …} at each value."))
        return None
    try:
        scenario = Scenario.model_validate({**tree.plain(), "facts": facts.of})
    except ValidationError as error:
        faults = faults_of(error, tree, Scenario)
        problems += problems_of(faults)
        scenario = None
        found = checked_all_the_same(tree, faults)
    else:
        found = check(scenario)
    problems += [_with_line(problem, tree) for problem in found]
    return scenario


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
