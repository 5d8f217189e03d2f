"""`sim levers`: the catalogue of levers, and the policies of a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.cli.terminal import say_line, show_table
from sim.files import load
from sim.levers import LEVERS, Lever
from sim.words import Lang, say

HEADINGS = ("lever", "lever_does", "lever_decided", "lever_costs", "lever_anchor", "lever_parameters")
OF_POLICIES = ("policy", "policy_name", "lever", "lever_parameters")


def show_levers(path: Path | None, lang: Lang) -> None:
    """Print the catalogue, and the policies of a scenario if one is named. Raises ScenarioError."""
    headings = [say(lang, word) for word in HEADINGS]
    show_table(say(lang, "levers_title"), headings, [False] * len(headings), [_row(lever, lang) for lever in LEVERS])
    say_line(say(lang, "levers_how"))
    if path is not None:
        headings = [say(lang, word) for word in OF_POLICIES]
        title = say(lang, "policies_title", file=path)
        show_table(title, headings, [False] * len(headings), _policies(path, lang))


def _row(lever: type[Lever], lang: Lang) -> list[str]:
    about = lever.about
    texts = [one.of(lang) for one in (about.does, about.decided_by, about.costs, about.anchor)]
    return [f"{about.id}\n{about.name.of(lang)}", *texts, "\n".join(_parameters(lever))]


def _parameters(lever: type[Lever]) -> Iterator[str]:
    """The parameters, the main one with a star, the needed ones without a default."""
    for name, info in lever.model_fields.items():
        if name != "cost":
            key = info.alias or name
            yield f"{key}{'*' if key == lever.about.main else ''}{_default(info)}"


def _default(info: FieldInfo) -> str:
    if info.default is PydanticUndefined:
        return ""
    if info.default is None:
        return " = –"
    value = info.default.model_dump(mode="json") if hasattr(info.default, "model_dump") else info.default
    if isinstance(value, dict) and set(value) == {"always"}:
        value = value["always"]
    return f" = {json.dumps(value)}"


def _policies(path: Path, lang: Lang) -> Iterator[list[str]]:
    for key, policy in load(path).policies.items():
        given = json.dumps(policy.with_, ensure_ascii=False)
        note = f" ({policy.note})" if policy.note else ""
        yield [key, policy.name.of(lang) + note, policy.lever, given]
