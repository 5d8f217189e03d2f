"""What may stand where: the keys and types that the specs allow at a place of a scenario."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from sim.files.written import Place, Step
from sim.quantities import Spec
from sim.scenario import Scenario
from sim.variation import LAW_KEYS, LAWS, Law

Kind = Any
"""A type as pydantic reads it: a spec, a dict, a tuple, a number, a union of these."""


def origin(kind: Kind) -> Any:
    """What a kind with brackets is made with, such as dict or Union; None if it has none."""
    return get_origin(kind)


def members(kind: Kind) -> list[Kind]:
    """The types that a kind is made of: those of a union, else itself; None is left out."""
    if origin(kind) is Annotated:
        return members(get_args(kind)[0])
    if origin(kind) in (Union, UnionType):
        return [member for part in get_args(kind) for member in members(part)]
    return [] if kind is NoneType else [kind]


def specs(kind: Kind) -> list[type[Spec]]:
    """The specs among the types that a kind is made of."""
    return [member for member in members(kind) if isinstance(member, type) and issubclass(member, Spec)]


def fields(spec: type[Spec]) -> dict[str, Kind]:
    """The keys that a planner may write in a spec, and their kinds."""
    return {info.alias or name: info.annotation for name, info in spec.model_fields.items()}


def meaning_of(spec: type[Spec], key: str) -> str:
    """The sentence below a field."""
    return next((f.description or "" for name, f in spec.model_fields.items() if key in (f.alias, name)), "")


def keys_of(kind: Kind) -> list[str] | None:
    """The keys that may stand in a value of this kind, None where names are free, empty where it has no keys."""
    if any(origin(member) is dict or member is Any for member in members(kind)):
        return None
    found = specs(kind)
    keys = {key for spec in found for key in fields(spec)}
    if Scenario in found:
        keys ^= {"facts", "based_on"}  # written beside each value; read before there is a scenario
    return sorted(keys | LAW_KEYS if is_law(kind) else keys)


def is_law(kind: Kind) -> bool:
    """Whether this is a way to vary."""
    return any(issubclass(spec, Law) for spec in specs(kind))


def child(kind: Kind, step: Step) -> Kind | None:
    """The kind of what stands below at `step`, None if nothing may."""
    for member in members(kind):
        if member is Any:
            return Any
        if origin(member) is dict:
            return get_args(member)[1]
        if origin(member) is tuple:
            return get_args(member)[0]
        if member in specs(member) and step in fields(member):
            return fields(member)[step]
    return None


def follow(kind: Kind, place: Place) -> Kind | None:
    """The kind of what stands at `place` below a value of this kind, None if nothing may."""
    for step in place:
        if kind is not None:
            kind = child(kind, step)
    return kind


def tag_of(kind: Kind, step: Step) -> type[Spec] | None:
    """The member of a union that pydantic names `step` in the place of an error."""
    found = specs(kind)
    if len(found) < 2:
        return None
    return next((spec for spec in found if step in _tags(spec)), None)


def _tags(spec: type[Spec]) -> set[Any]:
    chosen = spec.model_fields.get("type")
    return {
        spec.__name__,
        *(tag for tag, law in LAWS.items() if law is spec),
        *(get_args(chosen.annotation) if chosen else ()),
    }
