"""The reference of scenario files, scenarios/README.md: made from the specs and from the scenarios themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic.fields import FieldInfo

from sim import variation
from sim.errors import ScenarioError
from sim.files import shapes
from sim.files.reading import read_scenario_file
from sim.quantities import Name, Spec
from sim.scenario import Fact, Scenario

INTRODUCTION = Path(__file__).parents[1] / "data" / "scenarios-introduction.md"
_UNITS = {
    "_km_per_day": "km a day",
    "_teu_per_year": "TEU a year",
    "_tonnes_per_teu": "tonnes for each TEU",
    "_t_per_teu": "tonnes for each TEU",
    "_g_per_tonne_km": "grams for each tonne and km",
    "_per_usd": "for each USD",
    "_per_year": "a year",
    "_teu": "TEU",
    "_per_box": "TEU a box",
    "_min": "minutes",
    "_days": "days",
    "_share": "share, 0 to 1",
    "_share_40ft": "share, 0 to 1",
    "_h": "hours",
    "_cv": "ratio",
    "_km": "km",
}
"""What the end of a key says about its unit."""


def reference(folder: Path = Path("scenarios")) -> str:
    """The text of the README in the folder of scenarios: which there are, and how to write one."""
    nouns = "\n\n".join(_noun(path, spec) for path, spec in _nouns())
    introduction = INTRODUCTION.read_text(encoding="utf-8")
    return introduction.format(scenarios=_scenarios(folder), laws=_laws(), facts=_table(Fact), nouns=nouns)


def _scenarios(folder: Path) -> str:
    rows = []
    for path in sorted(
        (*folder.glob("*.yaml"), *folder.glob("what-if/*.yaml")), key=lambda path: (len(path.parts), path.name)
    ):
        try:
            written = read_scenario_file(path, []).plain()
        except ScenarioError:
            continue
        name = path.relative_to(folder).as_posix()
        asks = _english(written.get("question") or written.get("name"))
        rows.append(f"| [{name}]({name}) | {asks} | {written.get('based_on', '')} |")
    return "\n".join(["| file | the question that it answers | based on |", "|---|---|---|", *rows])


def _english(written: Any) -> str:
    text = written.get("en", "") if isinstance(written, dict) else written or ""
    return str(text).replace("|", "\\|").replace("\n", " ")


def _laws() -> str:
    """The table of laws, from the docstring of their module."""
    lines = (inspect.getdoc(variation) or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def _nouns() -> Iterator[tuple[str, type[Spec]]]:
    """Every spec that a planner may write, each once, with the path at which it is first met."""
    to_do: list[tuple[str, type[Spec]]] = [("", Scenario)]
    seen: set[type[Spec]] = {Name, Fact}
    while to_do:
        path, spec = to_do.pop(0)
        if spec in seen or issubclass(spec, variation.Law | variation.ErlangTerms):
            continue
        seen.add(spec)
        yield path, spec
        to_do = [*_below(path, spec), *to_do]


def _below(path: str, spec: type[Spec]) -> Iterator[tuple[str, type[Spec]]]:
    for key, kind in shapes.fields(spec).items():
        here = f"{path}.{key}" if path else key
        for member in shapes.members(kind):
            if shapes.origin(member) is dict:
                yield from ((f"{here}.NAME", below) for below in shapes.specs(get_args(member)[1]))
        yield from ((here, below) for below in shapes.specs(kind))


def _noun(path: str, spec: type[Spec]) -> str:
    chosen = spec.model_fields.get("type")
    which = f" ({get_args(chosen.annotation)[0]})" if chosen else ""
    title = f"### `{path}`{which}" if path else "### The file"
    return f"{title}\n\n{' '.join((inspect.getdoc(spec) or '').split())}\n\n{_table(spec)}"


def _table(spec: type[Spec]) -> str:
    """The fields of a spec: key, what to write, what it means, what holds if it is left out."""
    keys = {info.alias or name: info for name, info in spec.model_fields.items()}
    if spec is Scenario:
        del keys["facts"]
    rows = [
        f"| `{key}` | {_wanted(key, info)} | {_cell(info.description)} | {_default(info)} |"
        for key, info in keys.items()
    ]
    return "\n".join(["| key | unit or form | meaning | default |", "|---|---|---|---|", *rows])


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


def _wanted(key: str, info: FieldInfo) -> str:
    """The unit of a number, or the form of what is not one; `~` marks what may vary."""
    kind = info.annotation
    unit = next((unit for end, unit in _UNITS.items() if f"_{key}".endswith(end)), "")
    if shapes.is_law(kind):
        return f"{unit or 'number'} ~"
    first = next(iter(shapes.members(kind)), None)
    if shapes.origin(first) is Literal:
        return " or ".join(f"`{str(word).lower() if word is True else word}`" for word in get_args(first))
    forms: dict[Any, str] = {dict: "named values", tuple: "list"}
    words: dict[Any, str] = {float: unit or "number", int: unit or "whole number", str: "text", Name: "name"}
    words[bool] = "`true` or `false`"
    form = forms.get(shapes.origin(first)) or words.get(first)
    return form or ("keys of its own" if shapes.specs(kind) else "day" if key.endswith("day") else "list")


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**needed**"
    value = info.default
    if isinstance(value, variation.Always):
        value = value.always
    if value is None or value == () or isinstance(value, Spec | dict):
        return "—"
    if isinstance(value, tuple):
        return ", ".join(sorted({f"{item:g}" for item in value})) + " each"
    return f"{value:g}" if isinstance(value, float) else f"`{value}`" if isinstance(value, str) else str(value)
