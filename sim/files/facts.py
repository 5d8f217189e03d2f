"""Facts: `{is: 100, grade: documented, source: …, range: [82, 100]}` in place of a value says where it comes from."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem
from sim.files.faults import faults_of
from sim.files.merging import is_fact, is_law
from sim.files.wording import FACT_KEYS, problems_of
from sim.files.written import Place, Written, dotted, path_of, visible
from sim.scenario import CORRIDOR, Fact

NEED_FACTS = CORRIDOR
NEED_NONE = frozenset({"type", "priority", "name"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_GRADES = "grade: documented or derived or assumed, source: who says so"


class Facts:
    """The facts of a scenario, taken out of what was written, by the place of the value that they are about."""

    def __init__(self, problems: list[Problem]) -> None:
        self.of: dict[str, dict[str, Any]] = {}
        self._problems = problems

    def taken_out(self, node: Written, place: Place = ()) -> Written:
        """The value with every `{is: …}` replaced by what it is."""
        if place and is_fact(node):
            return self._value_of(node, place)
        if place and _lacks_value(node):
            cure = "Write {is: 100, grade: …, source: …}."
            self._problems.append(node.problem(place, "has a grade and no value.", cure))
        if isinstance(node.value, dict):
            return node.but({key: self.taken_out(below, (*place, key)) for key, below in node.value.items()})
        if isinstance(node.value, list):
            return node.but([self.taken_out(below, (*place, k)) for k, below in enumerate(node.value)])
        return node

    def _value_of(self, node: Written, place: Place) -> Written:
        value = node.value["is"]
        if is_fact(value):
            self._problems.append(value.problem((*place, "is"), "is a fact inside a fact.", "Keep one."))
            return self.taken_out(value, place)
        value = self.taken_out(value, place)
        about = node.but({key: below for key, below in node.value.items() if key != "is"})
        problems = _problems_of_fact(about, place) or _problems_of_range(about, value, place)
        if not problems:
            self.of[path_of(place)] = about.plain()
        self._problems += problems
        return value


def _lacks_value(node: Written) -> bool:
    """Whether a mapping is a fact but for its value."""
    keys = node.value.keys() if isinstance(node.value, dict) else set()
    return "grade" in keys and keys <= set(FACT_KEYS)


def _problems_of_fact(about: Written, place: Place) -> list[Problem]:
    try:
        Fact.model_validate(about.plain())
    except ValidationError as error:
        found = problems_of(faults_of(error, about, Fact))
    else:
        return []
    return [Problem(f"{dotted(place)}.{p.where}", p.what, p.help, p.line, p.file) for p in found]


def _problems_of_range(about: Written, value: Written, place: Place) -> list[Problem]:
    grade, written = about.value["grade"].value, about.value.get("range")
    if written is None:
        lacks = grade == "assumed" and _is_number(value)
        cure = "Write range: [low, high] or [low, likely, high]."
        return [about.problem((*place, "range"), "is missing; what is assumed needs one.", cure)] if lacks else []
    limits = written.plain()
    if not _is_range(limits):
        what = "needs two or three numbers, or days, that do not decrease."
        return [written.problem((*place, "range"), what, "Write [low, high] or [low, likely, high].")]
    comparable = _is_number(value) == isinstance(limits[0], int | float) and not isinstance(value.value, dict | list)
    if grade == "what-if" or not comparable or limits[0] <= value.value <= limits[-1]:
        return []
    what = f"is {value.value}, outside its own range, {limits[0]} to {limits[-1]}."
    return [value.problem(place, what, "Correct one of the two, or set grade: what-if.")]


def _is_number(node: Written) -> bool:
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and bool(_DAY.fullmatch(value))


def _is_range(limits: Any) -> bool:
    if not isinstance(limits, list) or len(limits) not in (2, 3):
        return False
    numbers = all(isinstance(limit, int | float) and not isinstance(limit, bool) for limit in limits)
    return (numbers or all(_is_day(limit) for limit in limits)) and limits == sorted(limits)


def without_source(tree: Written, facts: dict[str, Any]) -> list[Problem]:
    """Every number, day and choice of weekdays that has no fact, as `provenance: required` demands of each."""
    places = [((key,), tree.value[key]) for key in NEED_FACTS if key in tree.value]
    return [
        node.problem(place, "needs a grade and a source.", _example(node))
        for top, section in places
        for place, node in _bare(section, top, facts)
    ]


def _bare(node: Written, place: Place, facts: dict[str, Any]) -> list[tuple[Place, Written]]:
    """The quantities without a fact at or below `place`."""
    if path_of(place) in facts:
        return []
    if isinstance(node.value, dict):
        below = [(key, value) for key, value in node.value.items() if key not in NEED_NONE]
    elif isinstance(node.value, list):
        below = list(enumerate(node.value))
    else:
        return [(place, node)] if _is_number(node) or _is_day(node.value) or place[-2:-1] == ("weekdays",) else []
    found = [bare for step, value in below for bare in _bare(value, (*place, step), facts)]
    whole = found and (is_law(node) or isinstance(node.value, list))
    return [(place, node)] if whole else found


def _example(node: Written) -> str:
    limits = ", range: [low, high]" if _is_number(node) else ""
    return f"Write {{is: {visible(str(node.plain()))}, {_GRADES}{limits}}}.".replace("'", "")
