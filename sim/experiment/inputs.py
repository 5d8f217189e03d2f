"""What differs between the inputs of two scenarios: old and new value, with grade and source on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sim.scenario import Fact, Scenario

Kind = Literal["changed", "added", "removed"]
WORDS_ONLY = {
    "name",
    "question",
    "happens",
    "provenance",
    "facts",
    "fitted",
    "baselines",
    "together",
    "policies",
    "applied",
}
"""Sections that no run depends on."""


@dataclass(frozen=True)
class Change:
    """An input that differs; a value that is not written is None."""

    path: str
    base: Any
    other: Any
    base_fact: Fact | None
    other_fact: Fact | None

    @property
    def kind(self) -> Kind:
        """Whether it is there on both sides, or only in the other scenario (added) or the base (removed)."""
        if self.base is None:
            return "added"
        return "removed" if self.other is None else "changed"


def changes(base: Scenario, other: Scenario) -> list[Change]:
    """Every input that differs, in the order of paths. Equal inputs are left out, whatever their sources say.

    A value that has a source on either side is one input, even if it is a law or a timetable.
    """
    whole = base.facts.keys() | other.facts.keys()
    a, b = _leaves(base, whole), _leaves(other, whole)
    found = [
        Change(path, a.get(path), b.get(path), _fact(base, path), _fact(other, path))
        for path in sorted(a.keys() | b.keys())
        if a.get(path) != b.get(path)
    ]
    return sorted([*found, *_of_other_years(base, other)], key=lambda change: change.path)


def _of_other_years(base: Scenario, other: Scenario) -> Iterator[Change]:
    """What the markets of both offer in the measured years, where these are not the same year."""
    mine, theirs = (scenario.period.first_day.year for scenario in (base, other))
    if mine == theirs:
        return
    for name in sorted(base.markets.keys() & other.markets.keys()):
        path = f"markets.{name}.teu_per_year"
        before, after = base.markets[name].teu_in(mine), other.markets[name].teu_in(theirs)
        if before != after:
            facts = _fact(base, f"{path}.{mine}"), _fact(other, f"{path}.{theirs}")
            yield Change(f"{path}.{mine}/{theirs}", before, after, *facts)


def _leaves(scenario: Scenario, whole: set[str]) -> Mapping[str, Any]:
    tree = scenario.model_dump(mode="json", by_alias=True, exclude=WORDS_ONLY, exclude_none=True)
    found: dict[str, Any] = {}

    def gather(value: Any, path: str) -> None:
        if isinstance(value, dict) and path not in whole:
            for key, inner in value.items():
                gather(inner, f"{path}.{key}" if path else key)
        else:
            found[path] = value

    gather(tree, "")
    return found


def _fact(scenario: Scenario, path: str) -> Fact | None:
    """The source of a value: its own, or that of what it is a part of."""
    steps = path.split(".")
    above = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
    return next((scenario.facts[at] for at in above if at in scenario.facts), None)


def thing_of(path: str) -> str:
    """The named thing that a path lies in, such as `services.cmo_west`; the section where it has no names."""
    return ".".join(path.split(".")[:2])


def whole_things(found: list[Change], base: Scenario, other: Scenario) -> dict[str, Kind]:
    """Things (a service, a market, …) that only one of the two scenarios has."""
    only: dict[str, Kind] = {}
    for change in found:
        section, _, name = thing_of(change.path).partition(".")
        mine, theirs = (getattr(scenario, section, None) for scenario in (base, other))
        if isinstance(mine, dict) and isinstance(theirs, dict) and (name in mine) != (name in theirs):
            only[thing_of(change.path)] = "removed" if name in mine else "added"
    return only
