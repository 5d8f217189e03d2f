"""The JSON Schema of scenario files, for editors: completion, explanations and warnings while typing.

It is made from the specs and then widened to what a file may hold: an overlay says only what differs and takes out with
`null`, a constant is a plain number, a name is one text, a value is a fact `{is: …}`, a series stands in a CSV file.
"""

from __future__ import annotations

import json
from typing import Any

from sim.levers import LEVERS, Lever
from sim.scenario import Scenario
from sim.variation import LAWS

Schema = dict[str, Any]

_LAWS = {law.__name__ for law in LAWS.values()}
_DROPPED = frozenset(
    ("title", "discriminator", "required", "minProperties", "patternProperties", "prefixItems", "oneOf", "pattern")
)
_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_BASED_ON = "the file that this one is based on, in the folder of scenarios; then only what differs is written here"
_SERIES: Schema = {
    "type": "object",
    "description": "a column of a CSV file in the folder of scenarios",
    "properties": {"csv": {"type": "string"}, "column": {"type": "string"}},
    "required": ["csv", "column"],
    "additionalProperties": False,
}


def schema() -> Schema:
    """The JSON Schema (draft 7) of a scenario file."""
    made = Scenario.model_json_schema(by_alias=True)
    defs: Schema = made.pop("$defs")
    made["properties"].pop("facts")
    root = _widened(made, "Scenario")
    root["properties"] = {"based_on": {"type": "string", "description": _BASED_ON}, **root["properties"]}
    for lever in LEVERS:
        of_lever = lever.model_json_schema(by_alias=True)
        defs = {**of_lever.pop("$defs"), **defs, lever.__name__: of_lever}
    shared = {name: _widened(definition, name) for name, definition in sorted(defs.items())}
    shared["Varying"] = {"anyOf": [{"type": "number", "minimum": 0}, *(_ref(name) for name in sorted(_LAWS))]}
    shared["Text"] = {"anyOf": [{"type": "string"}, _ref("Name")]}
    shared["Fact"] = _fact_of_anything(defs["Fact"])
    pulled = {lever.about.id: _pulled(lever, defs[lever.__name__]) for lever in LEVERS}
    root["properties"]["levers"]["anyOf"][0]["properties"] = pulled
    shared["PolicySpec"]["allOf"] = [_of_policy(lever) for lever in LEVERS]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Scenario of a freight corridor",
        **root,
        "$defs": shared,
    }


def _pulled(lever: type[Lever], definition: Schema) -> Schema:
    """What may be written to pull a lever: `true`, the value of its main parameter, or a mapping of parameters."""
    main = {key: value for key, value in definition["properties"][lever.about.main].items() if key != "default"}
    whole = {"anyOf": [{"const": True}, _bare(main), _ref(lever.__name__)]}
    return {"description": lever.about.does.en, "anyOf": [*whole["anyOf"], _fact(whole), {"type": "null"}]}


def _of_policy(lever: type[Lever]) -> Schema:
    """What a policy that pulls this lever may say of it."""
    is_it = {"properties": {"lever": {"const": lever.about.id}}, "required": ["lever"]}
    return {"if": is_it, "then": {"properties": {"with": {"anyOf": [_ref(lever.__name__), {"type": "null"}]}}}}


def schema_text() -> str:
    """The schema as it is kept in scenarios/schema.json."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _widened(definition: Schema, name: str) -> Schema:
    """A spec as a file may write it; what is inside a way to vary stays required, for it is replaced whole."""
    whole = name in _LAWS or name == "ErlangTerms"
    wide = _stripped(definition)
    wide["properties"] = {key: _value(value, null=not whole) for key, value in definition["properties"].items()}
    if whole:
        wide["required"] = definition["required"]
    if name in ("Observed", "Replay"):
        (series,) = wide["properties"].values()
        series["anyOf"].append(_SERIES)
    return wide


def _value(written: Schema, *, null: bool) -> Schema:
    """A value: itself, or a fact about it, or null; with the explanation outside."""
    outside = {key: _default(written[key]) for key in ("description", "default") if written.get(key) is not None}
    inside = _bare({key: value for key, value in written.items() if key not in ("description", "default")})
    choices = [inside] if _holds_names(inside) else [inside, _fact(inside)]
    return {**outside, "anyOf": [*choices, {"type": "null"}] if null else choices}


def _holds_names(bare: Schema) -> bool:
    """Whether a mapping is one of named things, which have facts inside them, and none about them all."""
    below = bare.get("additionalProperties")
    return isinstance(below, dict) and below["anyOf"][0].get("type") != "number"


def _fact_of_anything(definition: Schema) -> Schema:
    fact = _stripped(definition)
    about = {key: _stripped(value) for key, value in definition["properties"].items()}
    fact["properties"] = {"is": {"description": "the value"}, **about}
    return {**fact, "required": ["is", *definition["required"]]}


def _fact(inside: Schema) -> Schema:
    return {"allOf": [_ref("Fact"), {"properties": {"is": inside}}]}


def _bare(written: Schema) -> Schema:
    """A value without its explanation."""
    choices: list[Schema] = written.get("anyOf") or written.get("oneOf") or []
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if {choice.get("$ref", "").rpartition("/")[2] for choice in kept} >= _LAWS:
        return _ref("Varying")
    if kept:
        return _bare(kept[0]) if len(kept) == 1 else {"anyOf": [_bare(choice) for choice in kept]}
    if written.get("$ref") == "#/$defs/Name":
        return _ref("Text")
    return _stripped(written)


def _stripped(written: Schema) -> Schema:
    """What stays of a part of the schema once what a file may leave open is gone."""
    kept = {key: value for key, value in written.items() if key not in _DROPPED}
    if written.get("default", ...) is None:
        del kept["default"]
    if ":" in written.get("pattern", ""):
        kept["pattern"] = _CLOCK  # a Key may be Chinese, which \\w is not in every editor
    below = next(iter(written.get("patternProperties", {}).values()), written.get("additionalProperties"))
    if isinstance(below, dict):
        kept["additionalProperties"] = _value(below, null=True)
    items: Any = written.get("prefixItems", [written.get("items")])[0]
    if items:
        kept["items"] = _value(items, null=False) if items.get("type") == "number" else _bare(items)
    return kept


def _default(value: Any) -> Any:
    """A default as a planner would write it."""
    if isinstance(value, dict) and value.keys() == {"always"}:
        return value["always"]
    return value
