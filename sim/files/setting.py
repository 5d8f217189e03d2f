"""`services.west.capacity_teu=90`: one value of a scenario changed, on the command line (`--set`) or in Python."""

from __future__ import annotations

from dataclasses import replace

from sim.checks.names import suggestion
from sim.errors import Problem, ScenarioError
from sim.files import shapes
from sim.files.merging import is_fact
from sim.files.reading import parse
from sim.files.written import THE_FILE, Place, Written, path_of, visible
from sim.scenario import Scenario

SOURCE = "--set on the command line"
Steps = tuple[str, ...]


def with_setting(tree: Written, setting: str, problems: list[Problem], source: str = SOURCE) -> Written:
    """The scenario with one setting `path=value` applied; what it sets becomes a what-if that names this source."""
    name = f"--set {visible(setting, 120)}" if source == SOURCE else visible(setting, 120)
    try:
        return _set(tree, setting, name, source)
    except ScenarioError as error:
        path = visible(setting.partition("=")[0])
        for problem in error.problems:
            where = path if problem.where == THE_FILE else problem.where
            problems.append(replace(problem, where=where, line=None, file=name))
        return tree


def with_lever(tree: Written, setting: str, problems: list[Problem]) -> Written:
    """The scenario with one more lever to pull: `dalian_frequency=7`, or `tianjin_regular` as it stands.

    One that the scenario pulls already gets this value, in its old place; `=null` takes it out.
    """
    name = f"--lever {visible(setting, 120)}"
    key, equals, text = setting.partition("=")
    found: list[Problem] = []
    try:
        _refuse_again(tree, key.strip(), name)
        value = _unlined(parse(text, name, found), name) if equals else Written(True, name, 0)
        _refuse(key, found, name)
        return _put(tree, (), ("levers", key.strip()), value)
    except ScenarioError as error:
        where = f"levers.{visible(key)}"
        problems += [
            replace(problem, where=where if problem.where == THE_FILE else problem.where, line=None, file=name)
            for problem in error.problems
        ]
        return tree


def _refuse_again(tree: Written, key: str, name: str) -> None:
    written = tree.child("levers")
    before = written.child(key) if written else None
    if before is not None and before.file.startswith("--lever "):
        raise _refusal(("levers", key), "is pulled twice on the command line.", "Keep one of the two.", name)


def _refuse(key: str, found: list[Problem], name: str) -> None:
    if not key.strip() or "." in key:
        raise _refusal((), "no lever.", "Write its name, = and a value: dalian_frequency=7.", name)
    if found:
        raise ScenarioError(found)


def _set(tree: Written, setting: str, name: str, source: str) -> Written:
    path, equals, text = setting.partition("=")
    place = tuple(path.strip().split("."))
    if not equals or not path.strip() or place == ("based_on",):
        cure = "Write a path of the scenario, = and a value: period.warm_up_days=90."
        raise _refusal((), "nothing to set.", cure, name)
    found: list[Problem] = []
    value = _unlined(parse(text, name, found), name)
    if found:
        raise ScenarioError(found)
    return _put(tree, (), place, value if is_fact(value) or value.value is None else _what_if(value, source))


def _unlined(node: Written, name: str) -> Written:
    """The value as it stands on no line."""
    value = node.value
    if isinstance(value, dict):
        value = {key: _unlined(below, name) for key, below in value.items()}
    elif isinstance(value, list):
        value = [_unlined(below, name) for below in value]
    return Written(value, name, 0, node.bare)


def _what_if(value: Written, source: str) -> Written:
    return value.but({"is": value, "grade": value.but("what-if"), "source": value.but(source)})


def _put(node: Written, done: Steps, to_do: Steps, value: Written) -> Written:
    """`node`, which stands at `done`, with the value at `to_do` below it."""
    if not to_do:
        return value
    if is_fact(node):
        return node.but({**node.value, "is": _put(node.value["is"], done, to_do, value)})
    if isinstance(node.value, dict):
        return node.but(_put_key(node.value, done, to_do, value))
    here, below = (*done, to_do[0]), node.child(to_do[0])
    if below is None:
        size = len(node.value) if isinstance(node.value, list) else 0
        cure = f"The list has {size} values, counted from 0." if size else f"{path_of(done)} is a single value."
        raise _refusal(here, "no such key.", cure, value.file)
    return node.but([_put(item, here, to_do[1:], value) if item is below else item for item in node.value])


def _put_key(mapping: dict[str, Written], done: Steps, to_do: Steps, value: Written) -> dict[str, Written]:
    key, rest, here = to_do[0], to_do[1:], (*done, to_do[0])
    if not rest and value.value is None:
        if key not in mapping:
            raise _refusal(here, "is null, and there is nothing to take out.", "", value.file)
        return {other: below for other, below in mapping.items() if other != key}
    known = shapes.keys_of(shapes.follow(Scenario, done))
    names = sorted(mapping) if known is None else known
    if key not in mapping and key not in names and (rest or known is not None):
        raise _refusal(here, "no such key.", suggestion(key, names, "Keys here"), value.file)
    return {**mapping, key: _put(mapping.get(key, value.but({})), here, rest, value)}


def _refusal(place: Place, what: str, cure: str, name: str) -> ScenarioError:
    return ScenarioError([Written(None, name, 0).problem(place, what, cure)], name)
