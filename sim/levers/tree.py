"""A scenario with some of its values replaced, each a what-if, and checked again as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.quantities import Spec
from sim.scenario import Fact, Scenario

Values = dict[str, Any]
"""New values by path, as in a file; None takes out what stands there."""


def with_values(
    scenario: Scenario, values: Mapping[str, Any], source: str, known: Mapping[str, Fact | None] | None = None
) -> Scenario:
    """The scenario with these values; what was said of the values before is replaced by what is `known` of them (None
    for what needs no source; it may be of a part of a value), else by `what-if` and this source.

    What was fitted or moved together and is overwritten no longer is. Raises pydantic.ValidationError.
    """
    tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    facts = tree.pop("facts", {})
    for path, value in values.items():
        put(tree, path.split("."), value)
        facts = {at: fact for at, fact in facts.items() if not _within(at, path)}
        fact = (known or {}).get(path, Fact(grade="what-if", source=source))
        if value is not None and fact is not None:
            facts[path] = plain(fact)
    inside = {path: fact for path, fact in (known or {}).items() if fact is not None and path not in values}
    facts |= {path: plain(fact) for path, fact in inside.items()}
    _forget(tree, "fitted", "parameters", lambda path: _is_lost(path, values))
    _forget(tree, "together", "paths", lambda path: _is_lost(path, values))
    return Scenario.model_validate({**tree, "facts": facts} if facts else tree)


def put(tree: dict[str, Any], steps: list[str], value: Any) -> None:
    """Write a value into nested mappings, or take it out (None); mappings on the way are made where there are none."""
    *above, last = steps
    for step in above:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            below = tree[step] = {}
        tree = below
    if value is None:
        tree.pop(last, None)
    else:
        tree[last] = value


def plain(spec: Spec) -> dict[str, Any]:
    """A spec as it is written in a file."""
    return spec.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _within(path: str, whole: str) -> bool:
    return path == whole or path.startswith(f"{whole}.")


def _is_lost(path: str, values: Mapping[str, Any]) -> bool:
    """Whether a number stood below what was replaced, or in what was taken out; patterns with `*` never do."""
    return "*" not in path and any(_within(path, at) and (path != at or new is None) for at, new in values.items())


def _forget(tree: dict[str, Any], section: str, key: str, is_lost: Callable[[str], bool]) -> None:
    """Take lost paths out of the lists of a section, and entries whose list is empty then."""
    for name, entry in list(tree.get(section, {}).items()):
        entry[key] = _kept(entry[key], is_lost)
        if not entry[key]:
            del tree[section][name]


def _kept(paths: Iterable[str], is_lost: Callable[[str], bool]) -> list[str]:
    return [path for path in paths if not is_lost(path)]
