"""A scenario that the schema refuses, mended for the sake of the rules between nouns: so all problems come at once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from sim.checks import check
from sim.errors import Problem
from sim.files import shapes
from sim.files.faults import Fault, unknown
from sim.files.written import Written, path_of
from sim.quantities import Name
from sim.scenario import Scenario


def checked_all_the_same(tree: Written, faults: list[Fault], facts: Mapping[str, Any]) -> list[Problem]:
    """What the rules find whatever stands in the place of each fault: a harmless value, or nothing where none need be.

    Nothing is said about the places of the faults and what surrounds them, nor if the rest is no scenario even then.
    """
    found: list[list[Problem]] = []
    for leave_out in (False, True):
        plain = tree.plain()
        for fault in sorted(faults, key=lambda fault: len(fault.place), reverse=True):
            _mend(plain, fault, leave_out=leave_out)
        with suppress(ValidationError):
            found.append(check(Scenario.model_validate({**plain, "facts": facts})))
    return [
        problem
        for problem in (found[0] if found else [])
        if all(problem in others for others in found) and not any(_meets(problem.where, fault) for fault in faults)
    ]


def _mend(plain: Any, fault: Fault, *, leave_out: bool) -> None:
    holder = plain
    for step in fault.place[:-1]:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not fault.place:
        return
    key = fault.place[-1]
    harmless = "x" if fault.holder is Name else _harmless(fault.kind)
    if unknown(fault) or not (_is_required(fault) or (harmless == 1 and not leave_out)):
        holder.pop(key, None)
    else:
        holder[key] = harmless


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
