"""Errors of pydantic, placed where the planner wrote what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.checks.names import nearest
from sim.files import shapes
from sim.files.written import Place, Step, Written
from sim.quantities import Spec


class Choice(NamedTuple):
    """A member that pydantic tried where a value may be one of several."""

    place: Place
    spec: type[Spec]


@dataclass(frozen=True)
class Fault:
    """An error of pydantic at a place: `kind` is what must stand there, `holder` the spec around it."""

    error: ErrorDetails
    place: Place
    kind: shapes.Kind
    holder: type[Spec] | None
    choices: tuple[Choice, ...]
    node: Written

    @property
    def type(self) -> str:
        """The type of the error, as pydantic calls it."""
        return self.error["type"]

    @property
    def value(self) -> Any:
        """What was written."""
        return self.error["input"]

    def bound(self, name: str) -> Any:
        """A detail of the error, such as the limit that was not kept."""
        return self.error.get("ctx", {}).get(name)

    @property
    def keys(self) -> list[str]:
        """The keys that may stand beside this one."""
        return shapes.keys_of(self.holder) or []


def faults_of(error: ValidationError, tree: Written, kind: shapes.Kind) -> list[Fault]:
    """The faults of `tree`, which must be of this kind.

    Left out are those of members that a union tried without need, and a missing key that is there but misspelt.
    """
    faults = [_placed(detail, tree, kind) for detail in error.errors(include_url=False)]
    meant = _meant(faults, tree)
    faults = [fault for fault in faults if all(meant[choice.place] is choice.spec for choice in fault.choices)]
    misspelt = {(*fault.place[:-1], nearest(str(fault.place[-1]), fault.keys)) for fault in faults if unknown(fault)}
    return [fault for fault in faults if not (missing(fault) and fault.place in misspelt)]


def unknown(fault: Fault) -> bool:
    """Whether a key is not known."""
    return fault.type == "extra_forbidden"


def missing(fault: Fault) -> bool:
    """Whether a key is missing."""
    return fault.type == "missing"


def _placed(error: ErrorDetails, tree: Written, kind: shapes.Kind) -> Fault:
    place: list[Step] = []
    choices: list[Choice] = []
    holder: type[Spec] | None = None
    for step in _steps(error):
        tag = shapes.tag_of(kind, step)
        if tag:
            choices.append(Choice(tuple(place), tag))
            kind = tag
        else:
            holder = next(iter(shapes.specs(kind)), None)
            place.append(step)
            kind = shapes.child(kind, step)
    reached, node = tree.nearest(tuple(place))
    absent = error["type"] in ("missing", *_BY_TAG) and isinstance(node.value, dict)
    return Fault(error, tuple(place[: len(reached) + absent]), kind, holder, tuple(choices), node)


_BY_TAG = ("union_tag_not_found", "union_tag_invalid")


def _steps(error: ErrorDetails) -> list[Step]:
    steps: list[Step] = [step for step in error["loc"] if step != "[key]"]
    return [*steps, "type"] if error["type"] in _BY_TAG else steps


def _meant(faults: list[Fault], tree: Written) -> dict[Place, type[Spec]]:
    """For each place with a choice, the member whose keys are nearest to those written."""
    best: dict[Place, type[Spec]] = {}
    for choice in (choice for fault in faults for choice in fault.choices):
        value = tree.nearest(choice.place)[1].value
        keys = set(value) if isinstance(value, dict) else set()
        other = best.setdefault(choice.place, choice.spec)
        if len(keys & shapes.fields(choice.spec).keys()) > len(keys & shapes.fields(other).keys()):
            best[choice.place] = choice.spec
    return best
