"""Whether a what-if has its price in the model: what its levers cost, or whose money they move.

A lever has a price if it brings an outlay or a rebate that somebody bears, or changes what trains cost, earn, are
granted, or how often they run: then treasury and operators feel it. A lever that only makes things faster or larger is
a gift in the model, and no more than half an answer.
"""

from __future__ import annotations

from sim.scenario import Scenario

CALLED = " = "
"""Between a lever that was pulled and what was written for it, in `applied`."""
FELT = frozenset({"timetable", "dispatch", "tariff"})
"""What of a service moves the money of its operator and of the treasury."""


def levers_of(base: Scenario, scenario: Scenario) -> list[str]:
    """The levers that a scenario pulls beside those of its base."""
    before = list(base.applied)
    pulled = list(scenario.applied)
    new = pulled[len(before) :] if pulled[: len(before)] == before else pulled
    return list(dict.fromkeys(one.partition(CALLED)[0] for one in new))


def without_price(base: Scenario, scenario: Scenario) -> tuple[str, ...]:
    """Those of its levers whose investment is not priced, in the order in which they were pulled."""
    return tuple(lever for lever in levers_of(base, scenario) if not _has_price(scenario, lever))


def _has_price(scenario: Scenario, lever: str) -> bool:
    return lever in scenario.outlays or any(_moves_money(scenario, path) for path in _set_by(scenario, lever))


def _set_by(scenario: Scenario, lever: str) -> list[str]:
    """The paths that a lever set; all that levers set where a planner gave it a source of his own."""
    levered = {path: fact.source for path, fact in scenario.facts.items() if fact.grade == "what-if"}
    own = [path for path, source in levered.items() if source == f"lever {lever}"]
    return own or [path for path, source in levered.items() if not source.startswith("lever ")]


def _borne(scenario: Scenario, market: str, alternative: str) -> bool:
    choice = scenario.markets[market].choice
    if choice is None or alternative not in scenario.channels:  # nobody here bears what others charge less
        return False
    one = choice.alternatives[alternative]
    return one.extra_paid_by is not None or (one.relief is not None and one.relief.paid_by is not None)


def _moves_money(scenario: Scenario, path: str) -> bool:
    section, _, below = path.partition(".")
    name, _, what = below.partition(".")
    if section == "markets":
        return what.endswith((".extra_cost_per_feu", ".relief")) and _borne(scenario, name, what.split(".")[-2])
    if section != "services":
        return section == "subsidies"
    if not what:  # a service that is new: it costs what its tariff says
        return name in scenario.services and scenario.services[name].tariff is not None
    return not FELT.isdisjoint(what.split("."))
