"""From the errors of pydantic to problems in a planner's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.checks.names import nearest, suggestion
from sim.errors import Problem
from sim.files import scalars, shapes
from sim.files.faults import Fault
from sim.files.written import Place, quoted, visible
from sim.quantities import Name

FACT_KEYS = ("is", "grade", "source", "range", "note")
MISSING = "is missing."
Said = tuple[str, str]
"""What is wrong, and what would help."""


def problems_of(faults: list[Fault]) -> list[Problem]:
    """What is wrong, one problem for each place."""
    found: dict[Place, Problem] = {}
    for fault in faults:
        say = _WORDS.get(fault.type, _otherwise)
        found.setdefault(fault.place, fault.node.problem(fault.place, *say(fault)))
    return list(found.values())


def described(value: Any) -> str:
    """A value, and what kind of value it is."""
    if isinstance(value, bool):
        return f"{str(value).lower()} is not a quantity"
    if isinstance(value, str):
        return f"{quoted(value)} is a text"
    if isinstance(value, int | float):
        return f"{quoted(value)} is a number"
    return "this is nothing" if value is None else f"this is a {'list' if isinstance(value, list) else 'mapping'}"


def _needs(wanted: str) -> Callable[[Fault], Said]:
    return lambda fault: (f"needs {wanted}; {described(fault.value)}.", _lookalike(fault))


def _lookalike(fault: Fault) -> str:
    return scalars.cure(fault.value) if fault.node.bare and isinstance(fault.value, str) else ""


def _text(fault: Fault) -> Said:
    single = isinstance(fault.value, bool | int | float)
    return f"needs a text; {described(fault.value)}.", "Put it in quotes." if single else ""


def _mapping(fault: Fault) -> Said:
    if fault.kind is Name:
        return f"needs a name; {described(fault.value)}.", 'Write a text, or {zh: 长春, en: "Changchun"}.'
    keys = shapes.keys_of(fault.kind)
    return f"needs keys of its own; {described(fault.value)}.", f"Keys here: {', '.join(keys)}." if keys else ""


def _unknown(fault: Fault) -> Said:
    if fault.place[-1] in FACT_KEYS:
        return "stands beside no value.", "Write the value as {is: 100, grade: …, source: …}."
    return "no such key.", suggestion(str(fault.place[-1]), fault.keys, "Keys here")


def _missing(fault: Fault) -> Said:
    if isinstance(fault.node.value, list):
        return "has too few values.", ""
    meaning = shapes.meaning_of(fault.holder, str(fault.place[-1])) if fault.holder else ""
    return MISSING, f"It says: {meaning.rstrip('.')}." if meaning else ""


def _law(fault: Fault) -> Said:
    if isinstance(fault.value, dict) and fault.value:
        return f"no way to vary has the keys {visible(', '.join(map(str, fault.value)))}.", _WAYS
    return f"needs a number or a way to vary; {described(fault.value)}.", _lookalike(fault) or _WAYS


_WAYS = (
    "Ways to vary: {low, likely, high}, {median, p95}, {mean, cv}, triangular, exponential, erlang, uniform, observed."
)


def _limit(words: str, name: str) -> Callable[[Fault], Said]:
    def say(fault: Fault) -> Said:
        bound = fault.bound(name)
        return (
            f"must be {words} {bound if not isinstance(bound, float) else f'{bound:g}'}; it is {quoted(fault.value)}.",
            "",
        )

    return say


def _length(words: str, name: str) -> Callable[[Fault], Said]:
    def say(fault: Fault) -> Said:
        unit = "characters" if isinstance(fault.value, str) else "values"
        return f"needs {words} {fault.bound(name)} {unit}.", ""

    return say


def _choice(fault: Fault) -> Said:
    expected = str(fault.bound("expected")).replace("True", "true")
    words = [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]
    close = nearest(str(fault.value), words)
    return f"must be {expected}; it is {quoted(fault.value)}.", _lookalike(fault) or (
        f"Did you mean '{close}'?" if close else ""
    )


def _tag(fault: Fault) -> Said:
    expected = fault.bound("expected_tags")
    if expected is None:
        return MISSING, "It is 'terminal' or 'border'."
    return f"must be {' or '.join(expected.split(', '))}; it is {quoted(fault.bound('tag'))}.", ""


def _pattern(fault: Fault) -> Said:
    if ":" in str(fault.bound("pattern")):
        return f"{quoted(fault.value)} is not a time of day.", 'Write it as "18:00".'
    cure = "A name begins with a letter; letters, digits and _ follow, 63 at most."
    return f"{quoted(fault.value)} cannot be a name.", cure


MOST_OWN = 400
"""So many characters of what a rule says are shown."""


def _own(fault: Fault) -> Said:
    return f"{visible(str(fault.bound('error')), MOST_OWN).rstrip('.')}.", ""


def _otherwise(fault: Fault) -> Said:
    said = fault.error["msg"]
    return f"cannot be {quoted(fault.value)}: {said[:1].lower()}{visible(said[1:], 200).rstrip('.')}.", ""


_WORDS: dict[str, Callable[[Fault], Said]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "value_error": _own,
    "float_type": _needs("a number"),
    "finite_number": _needs("a finite number"),
    "int_type": _needs("a whole number"),
    "int_from_float": _needs("a whole number"),
    "bool_type": _needs("true or false"),
    "date_type": _needs("a day, such as 2020-01-31"),
    "tuple_type": _needs("a list, such as [a, b]"),
    "string_type": _text,
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "law": _law,
    "greater_than": _limit("more than", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("less than", "lt"),
    "less_than_equal": _limit("at most", "le"),
    "too_short": _length("at least", "min_length"),
    "too_long": _length("at most", "max_length"),
    "string_too_short": _length("at least", "min_length"),
    "string_too_long": _length("at most", "max_length"),
    "literal_error": _choice,
    "union_tag_not_found": _tag,
    "union_tag_invalid": _tag,
    "string_pattern_mismatch": _pattern,
}
"""How each type of error is put to a planner."""
