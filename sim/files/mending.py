"""A scenario that the schema refuses, mended for the sake of the rules between nouns: so all problems come at once."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from sim.checks import check
from sim.errors import Problem
from sim.files import shapes
from sim.files.faults import Fault, unknown
from sim.files.written import Written, path_of
from sim.quantities import Name
from sim.scenario import Scenario


def checked_all_the_same(tree: Written, faults: list[Fault]) -> list[Problem]:
    """What the rules find once each fault is left out, or a harmless value put in its place.

    Nothing is said about the places of the faults and what surrounds them, nor if the rest is no scenario even then.
    """
    plain = tree.plain()
    for fault in sorted(faults, key=lambda fault: len(fault.place), reverse=True):
        _mend(plain, fault)
    try:
        problems = check(Scenario.model_validate(plain))
    except ValidationError:
        return []
    return [problem for problem in problems if not any(_meets(problem.where, fault) for fault in faults)]


def _mend(plain: Any, fault: Fault) -> None:
    holder = plain
    for step in fault.place[:-1]:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not fault.place:
        return
    key = fault.place[-1]
    if unknown(fault) or not _is_required(fault):
        holder.pop(key, None)
    else:
        holder[key] = "x" if fault.holder is Name else _harmless(fault.kind)


def _is_required(fault: Fault) -> bool:
    required = (info.is_required() for name, info in _fields(fault) if fault.place[-1] in (name, info.alias))
    return next(required, True)


def _fields(fault: Fault) -> list[tuple[str, Any]]:
    return list(fault.holder.model_fields.items()) if fault.holder else []


def _harmless(kind: shapes.Kind) -> Any:
    members = shapes.members(kind)
    if shapes.is_law(kind) or {int, float} & set(members):
        return 1
    return "x" if Name in members else None


def _meets(where: str, fault: Fault) -> bool:
    path, found = path_of(fault.place) + ".", where + "."
    return path.startswith(found) or found.startswith(path)
