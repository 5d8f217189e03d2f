"""`levers:` and `--lever`: policies are pulled once a scenario is known to be right without them.

A lever is called by its id in the catalogue, or by the name of a policy of the scenario, which brings parameters. What
was pulled is written into `applied`, and `levers` is empty afterwards: what `dump` writes pulls nothing twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.checks import check
from sim.checks.names import suggestion
from sim.errors import Problem
from sim.files import shapes
from sim.files.faults import faults_of
from sim.files.wording import problems_of
from sim.files.written import Place, Written, dotted, visible
from sim.levers import BY_ID, Lever, LeverError
from sim.quantities import Name
from sim.scenario import Fact, Scenario

LEVERS = "levers"


@dataclass(frozen=True)
class _Call:
    """A lever that is to be pulled: what it is called, what was written for it, and its parameters."""

    key: str
    node: Written
    parameters: Written
    lever: type[Lever]
    name: Name

    def problem(self, place: Place, what: str, cure: str = "") -> Problem:
        """A problem with one of the parameters, in the line in which it is written."""
        _, node = self.parameters.nearest(place)
        at = node if node.file else self.node
        return Problem(dotted((LEVERS, self.key, *place)), what, cure, at.line or None, at.file)


def pulled(scenario: Scenario, tree: Written, problems: list[Problem]) -> Scenario:
    """The scenario with its levers pulled, in the order in which they are written in `tree`. Problems are added."""
    problems += _unknown_levers_of_policies(scenario, tree)
    written = tree.child(LEVERS)
    if written is None:
        return scenario
    before = len(problems)
    done = scenario
    once: dict[tuple[str, str], str] = {}
    for key, node in written.value.items():
        call = _call(scenario, tree, key, node, problems)
        if call and not _again(call, once, problems):
            done = _pull(done, call, scenario, problems)
    return done if len(problems) > before else _finished(done, scenario, written)


def _again(call: _Call, once: dict[tuple[str, str], str], problems: list[Problem]) -> bool:
    """Whether a lever that may be pulled only once for the same thing was pulled for it before."""
    what = call.lever.about.once
    if what is None or what not in call.parameters.value:
        return False
    thing = str(call.parameters.value[what].value)
    before = once.setdefault((call.lever.about.id, thing), call.key)
    if before == call.key:
        return False
    message = f"changes the same {what} as {before}, '{thing}': the second would undo the first."
    problems.append(call.problem((), message, "Keep one, with all that is to change."))
    return True


def _unknown_levers_of_policies(scenario: Scenario, tree: Written) -> list[Problem]:
    found: list[Problem] = []
    for name, policy in scenario.policies.items():
        if policy.lever not in BY_ID:
            place = ("policies", name, "lever")
            what = f"there is no lever '{policy.lever}'."
            found.append(tree.nearest(place)[1].problem(place, what, suggestion(policy.lever, BY_ID, "Levers")))
    return found


def _call(scenario: Scenario, tree: Written, key: str, node: Written, problems: list[Problem]) -> _Call | None:
    """What is to be pulled, None if that cannot be told."""
    policy = scenario.policies.get(key)
    lever = BY_ID.get(policy.lever if policy else key)
    if lever is None and policy is None:
        cure = suggestion(key, {*scenario.policies, *BY_ID}, "Policies and levers")
        problems.append(node.problem((LEVERS, key), "there is no such policy or lever.", cure))
    if node.value is False:
        cure = "Write null to take it out, or leave it out."
        problems.append(node.problem((LEVERS, key), "cannot be false.", cure))
    if lever is None or node.value is False:
        return None
    own = tree.nearest(("policies", key, "with"))[1] if policy and policy.with_ else None
    parameters = node.but({**(own.value if own else {}), **_given(lever, node)})
    return _Call(key, node, parameters, lever, policy.name if policy else lever.about.name)


def _given(lever: type[Lever], node: Written) -> dict[str, Written]:
    """The parameters as written: a mapping of them, or (the short form) the value of the main one; none for `true`."""
    if node.value is True:
        return {}
    main = lever.about.main
    if not isinstance(node.value, dict):
        return {main: node}
    keys, known = set(node.value), set(shapes.fields(lever))
    of_main = shapes.keys_of(shapes.fields(lever)[main])
    is_main = keys and not keys & known and (of_main is None or keys <= set(of_main))
    return {main: node} if is_main else dict(node.value)


def _pull(scenario: Scenario, call: _Call, written: Scenario, problems: list[Problem]) -> Scenario:
    """The scenario with one lever pulled; as it was if that cannot be."""
    fact = written.facts.get(f"{LEVERS}.{call.key}")
    found: list[Problem] = []
    made = scenario
    try:
        lever = call.lever.model_validate(call.parameters.plain())
    except ValidationError as error:
        said = problems_of(faults_of(error, call.parameters, call.lever))
        problems += [Problem(dotted((LEVERS, call.key)) + f".{p.where}", p.what, p.help, p.line, p.file) for p in said]
        return scenario
    try:
        source = fact.source if fact else None
        made = lever.apply(scenario, key=call.key, name=call.name, source=source, facts=_stated(call, written))
        found = [call.problem((), f"makes {p.where} wrong: {p.what}", p.help) for p in check(made)]
    except LeverError as error:
        cure = suggestion(error.name, error.known, "There are") if error.name else ""
        found = [call.problem((error.where,), error.what, cure)]
    except ValidationError as error:
        found = [call.problem((), *_makes(detail)) for detail in error.errors(include_url=False)]
    problems += found
    return scenario if found else made


def _stated(call: _Call, written: Scenario) -> dict[str, Fact]:
    """What is said of the parameters of a lever, by path: where it is pulled, or else in its policy."""
    given = set(call.node.value) if isinstance(call.node.value, dict) else {call.lever.about.main}
    found: dict[str, Fact] = {}
    for above, here in ((f"policies.{call.key}.with.", False), (f"{LEVERS}.{call.key}.", True)):
        for path in (path for path in written.facts if path.startswith(above)):
            below = path.removeprefix(above)
            if (below.partition(".")[0] in given) == here:
                found[below] = written.facts[path]
    return found


def _makes(detail: Any) -> tuple[str]:
    """What a lever makes of a value, where the schema refuses it."""
    where = ".".join(map(str, detail["loc"])) or "the scenario"
    return (f"makes {where} wrong: {visible(detail['msg'].removeprefix('Value error, '), 200).rstrip('.')}.",)


def _finished(done: Scenario, scenario: Scenario, written: Written) -> Scenario:
    """The scenario without levers to pull, and with the list of those that were."""
    tree = done.model_dump(mode="json", by_alias=True, exclude_unset=True)
    tree.pop(LEVERS)
    facts = {path: fact for path, fact in tree.pop("facts", {}).items() if path.partition(".")[0] != LEVERS}
    told = [_told(key, node.plain()) for key, node in written.value.items()]
    applied = [*scenario.applied, *told]
    return Scenario.model_validate({**tree, **({"facts": facts} if facts else {}), "applied": applied})


def _told(key: str, value: Any) -> str:
    return key if value is True else f"{key} = {json.dumps(value, ensure_ascii=False)}"
