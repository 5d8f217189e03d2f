"""`sim levers`: the catalogue of levers, and the policies of a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.cli.terminal import say_line, show_table
from sim.corridor.money import OutlaySpec
from sim.files import load
from sim.levers import BY_ID, LEVERS, Lever
from sim.levers.lever import CostSpec
from sim.levers.tree import plain, put
from sim.scenario import PolicySpec, Scenario
from sim.words import Lang, say

HEADINGS = ("lever", "lever_does", "lever_decided", "lever_costs", "lever_anchor", "lever_parameters")
OF_POLICIES = ("policy", "policy_name", "lever", "policy_cost", "lever_parameters")
MILLION = 1e6


def show_levers(path: Path | None, lang: Lang) -> None:
    """Print the catalogue, and the policies of a scenario if one is named. Raises ScenarioError."""
    scenario = load(path) if path is not None else None
    headings = [say(lang, word) for word in HEADINGS]
    rows = [_row(lever, scenario, lang) for lever in LEVERS]
    show_table(say(lang, "levers_title"), headings, [False] * len(headings), rows)
    say_line(say(lang, "levers_how"))
    if scenario is None:
        say_line(say(lang, "levers_of_scenario"))
        return
    headings = [say(lang, word) for word in OF_POLICIES]
    title = say(lang, "policies_title", file=path)
    show_table(title, headings, [False] * len(headings), _policies(scenario, lang))
    say_line(say(lang, "policies_how"))


def _row(lever: type[Lever], scenario: Scenario | None, lang: Lang) -> list[str]:
    about = lever.about
    costs = "\n".join([about.costs.of(lang), *_costs(about.id, scenario, lang)])
    texts = [about.does.of(lang), about.decided_by.of(lang), costs, about.anchor.of(lang)]
    return [f"{about.id}\n{about.name.of(lang)}", *texts, "\n".join(_parameters(lever))]


def _costs(lever: str, scenario: Scenario | None, lang: Lang) -> Iterator[str]:
    """What the policies of the scenario that pull this lever cost a year."""
    for key, policy in (scenario.policies if scenario else {}).items():
        cost = _cost(key, policy, scenario, lang) if scenario and policy.lever == lever else ""
        if cost:
            yield f"{key}{'：' if lang == 'zh' else ': '}{cost}"


def _cost(key: str, policy: PolicySpec, scenario: Scenario, lang: Lang) -> str:
    """What a policy costs a year with its range, and who pays; empty if it has no outlay."""
    given = policy.with_.get("cost")
    if given is None:
        return ""
    cost = CostSpec.model_validate(given)
    outlay = cost.outlay(policy.name)
    low, high = (_at_end(key, outlay, scenario, worst=worst) for worst in (False, True))
    told = f"{outlay.cny_per_year(scenario.exchange) / MILLION:.1f}"
    ends = f" [{low / MILLION:.1f} – {high / MILLION:.1f}]" if high > low else ""
    text = say(lang, "a_year", amount=told + ends, party=say(lang, f"party_{outlay.paid_by}"))
    one, main = cost.for_value, BY_ID[policy.lever].about.main
    return text + (say(lang, "cost_for", main=main, value=f"{one:g}") if one else "")


def _at_end(key: str, outlay: OutlaySpec, scenario: Scenario, *, worst: bool) -> float:
    """Yuan a year with all that is known of a cost at its dear end, or at its cheap one: a long life is cheap."""
    tree = plain(outlay)
    above = f"policies.{key}.with.cost."
    for path, fact in scenario.facts.items():
        if path.startswith(above) and fact.range is not None:
            steps = path.removeprefix(above).split(".")
            put(tree, steps, fact.range[-1 if worst == (steps[0] != "life_years") else 0])
    return OutlaySpec.model_validate(tree).cny_per_year(scenario.exchange)


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


def _policies(scenario: Scenario, lang: Lang) -> Iterator[list[str]]:
    for key, policy in scenario.policies.items():
        given = json.dumps({name: value for name, value in policy.with_.items() if name != "cost"}, ensure_ascii=False)
        note = f" ({policy.note.of(lang)})" if policy.note else ""
        yield [key, policy.name.of(lang) + note, policy.lever, _cost(key, policy, scenario, lang) or "–", given]
