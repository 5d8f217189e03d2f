"""Build a corridor from a scenario, open it, run it, and hand over the trace."""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import Any

import numpy as np

from sim.corridor.audit import audit
from sim.corridor.book import book_of
from sim.corridor.opening import Corridor
from sim.errors import ModelError
from sim.scenario import Scenario
from sim.trace import Trace


def simulate(scenario: Scenario, replication: int) -> Trace:
    """One replication from an empty start through warm-up and measured period.

    Raises ModelError if the model broke one of its own rules.
    """
    corridor = build(scenario, replication)
    corridor.open()
    corridor.run(corridor.horizon_h)
    trace = finish(corridor)
    corridor.dissolve()
    return trace


def build(scenario: Scenario, replication: int) -> Corridor:
    """The corridor of a scenario, closed and empty."""
    period = scenario.period
    book = book_of(scenario, scenario.name.en, period.start, period.window)
    return Corridor(scenario, book, replication)


def finish(corridor: Corridor) -> Trace:
    """The trace of a corridor that has run to its end, checked."""
    trace = corridor.trace()
    problems = audit(corridor, trace)
    if problems:
        message = f"replication {corridor.replication}: " + "; ".join(problems)
        raise ModelError(message)
    return trace


def save(corridor: Corridor) -> bytes:
    """The state of a corridor at this moment: what `resume` needs, beside the same scenario, to go on."""
    return pickle.dumps({"now": corridor.now_h, "replication": corridor.replication, "state": corridor.state()})


def resume(scenario: Scenario, saved: bytes) -> Corridor:
    """The corridor as it was saved; `run` goes on bit for bit as if it had never stopped.

    `saved` must be your own: it is a pickle, and opening a stranger's runs the stranger's code.
    """
    content: dict[str, Any] = pickle.loads(saved)  # noqa: S301  (own file, said in the docstring)
    corridor = build(scenario, content["replication"])
    corridor.restore(content["state"], content["now"])
    return corridor


def same(a: Trace, b: Trace) -> bool:
    """Whether two traces hold the same facts, bit for bit."""
    tables: list[tuple[Any, Any]] = [(a.containers, b.containers), (a.departures, b.departures), (a.visits, b.visits)]
    tables += [(a.uses[name], b.uses[name]) for name in a.uses]
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for one, other in tables for f in fields(one)]
    return all(np.array_equal(x, y, equal_nan=x.dtype.kind == "f") for x, y in pairs)
