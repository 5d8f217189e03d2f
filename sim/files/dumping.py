"""From a `Scenario` back to YAML, and to the number by which two of them are told apart."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from sim.files.scalars import is_ambiguous
from sim.files.written import Place, path_of
from sim.quantities import Name, Spec
from sim.scenario import ONLY_VERIFIED, Fact, Scenario
from sim.variation import Always, Law


def scenario_hash(scenario: Scenario) -> str:
    """A number (SHA-256, in hexadecimal) that is the same for scenarios that say the same, however they are written.

    What is only verified, such as the text of an expectation, does not count.
    """
    said = scenario.model_dump(mode="json", by_alias=True, exclude=set(ONLY_VERIFIED))
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def dump(scenario: Scenario) -> str:
    """The scenario as YAML: complete, with its facts, named things in alphabetical order.

    `load` reads it back as an equal scenario.
    """
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = 4096
    stream = io.StringIO()
    yaml.dump(_Dumper(scenario.facts).written(scenario, ()), stream)
    return stream.getvalue()


class _Dumper:
    """Turns specs into what ruamel writes, and puts each fact around its value."""

    def __init__(self, facts: dict[str, Fact]) -> None:
        self._facts = facts

    def written(self, value: Any, place: Place) -> Any:
        """The value at `place`, as it is written."""
        inner = self._inner(value, place)
        fact = self._facts.get(path_of(place)) if place else None
        return CommentedMap({"is": inner, **_plain(fact)}) if fact else inner

    def _inner(self, value: Any, place: Place) -> Any:
        if isinstance(value, Spec):
            return self._spec(value, place)
        if isinstance(value, dict):
            return CommentedMap({_text(key): self.written(value[key], (*place, key)) for key in sorted(value)})
        if isinstance(value, tuple | list):
            return _on_one_line(CommentedSeq(self.written(below, (*place, k)) for k, below in enumerate(value)))
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return int(value)
        return _text(value) if isinstance(value, str) else value

    def _spec(self, spec: Spec, place: Place) -> Any:
        short = self._short(spec, place)
        if short is not None:
            return self._inner(short, place)
        keys = {
            info.alias or name: name for name, info in type(spec).model_fields.items() if name in spec.model_fields_set
        }
        values = {key: getattr(spec, name) for key, name in keys.items() if place or key != "facts"}
        found = CommentedMap({k: self.written(v, (*place, k)) for k, v in values.items() if v is not None})
        return _on_one_line(found) if isinstance(spec, Law | Name) else found

    def _short(self, spec: Spec, place: Place) -> str | float | None:
        """The short form of a constant, or of a name that is the same in both languages."""
        below = path_of(place) + "."
        if any(path.startswith(below) for path in self._facts):
            return None
        if isinstance(spec, Always):
            return spec.always
        return spec.zh if isinstance(spec, Name) and spec.zh == spec.en else None


def _plain(fact: Fact) -> dict[str, Any]:
    said = fact.model_dump(exclude_unset=True, exclude_none=True)
    return {key: _on_one_line(CommentedSeq(value)) if key == "range" else _text(value) for key, value in said.items()}


def _on_one_line(found: Any) -> Any:
    """The same, written with brackets, if nothing in it takes more than a line."""
    values = found.values() if isinstance(found, CommentedMap) else found
    if not any(isinstance(value, CommentedMap | CommentedSeq) and not value.fa.flow_style() for value in values):
        found.fa.set_flow_style()
    return found


def _text(text: str) -> str:
    """A text, in quotes where some program would take it for a number, a switch or a sign such as `?`."""
    return DoubleQuotedScalarString(text) if is_ambiguous(text) or not text[:1].isalnum() else text


class _Representer(RoundTripRepresenter):
    """Writes broken numbers so that every YAML program reads them: 1.0e-05, not 1e-05."""

    def broken(self, value: float) -> Any:
        """A broken number."""
        text = repr(value)
        return self.represent_scalar("tag:yaml.org,2002:float", text if "." in text else text.replace("e", ".0e"))


_Representer.add_representer(float, _Representer.broken)
