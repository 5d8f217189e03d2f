"""Small corridors for tests: a story writes only what it is about, the rest is filled in here.

Unless said: 1 January 2001 (a Monday) is hour 0, nothing takes time, a box is 20 ft (1 TEU), and everything is one
channel `c` to one region `r`. Terminals are `a` and `b`, a border on the way is `g`.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.scenario import Scenario
from sim.simulate import build, finish, resume, save, simulate
from sim.trace import Stage, Trace

NEVER_H = 1e8
"""Longer than any run."""

START = date(2001, 1, 1)


def scenario(
    services: dict[str, Any], markets: dict[str, Any] | None = None, *, days: int = 30, **what: Any
) -> Scenario:
    """A scenario of `days` days. `chains` ({direction: [service, …]}) and `clear_at` make the one channel."""
    ends = sorted({service["route"][end] for service in services.values() for end in (0, -1)} | {"a", "b"})
    nodes = {end: {} for end in ends} | what.pop("nodes", {})
    lines = {place: {} for service in services.values() for place in service["route"][1::2]} | what.pop("lines", {})
    chains = what.pop("chains", None) or {"outbound": list(services)[:1]}
    clear_at = what.pop("clear_at", None)
    warm_up_days = what.pop("warm_up_days", 0)
    first_day = what.pop("first_day", START)
    written = {
        "name": "test",
        "period": {
            "first_day": first_day,
            "last_day": first_day + timedelta(days=days - 1),
            "warm_up_days": warm_up_days,
        },
        "seed": 1,
        "nodes": {name: {"type": "terminal", "name": name} | node for name, node in nodes.items()},
        "lines": {name: {"name": name, "km": 1.0} | (line or {"run_h": 0}) for name, line in lines.items()},
        "services": services,
        "channels": {
            "c": {"name": "c"}
            | {side: {"r": {"services": chain, "clear_at": clear_at}} for side, chain in chains.items()},
        },
        "markets": {"m": NO_CARGO} if markets is None else markets,
    }
    return Scenario.model_validate(written | what)


def run(services: dict[str, Any], markets: dict[str, Any] | None = None, **what: Any) -> Trace:
    """One replication of that scenario, with all the checks of a production run."""
    return simulate(scenario(services, markets, **what), 0)


# --- trains, vessels, places


def train(*route: str, **what: Any) -> dict[str, Any]:
    """A train outbound along a route (a, out, b unless said), with room for all, every 24 h unless said."""
    rule = {} if {"timetable", "dispatch"} & what.keys() else {"timetable": {"every_h": 24.0}}
    basic = {"name": "t", "mode": "train", "direction": "outbound", "route": route or ("a", "out", "b")}
    return basic | {"capacity_teu": 1_000_000} | rule | what


def vessel(*route: str, **what: Any) -> dict[str, Any]:
    """A vessel, likewise."""
    return train(*route, **what) | {"mode": "vessel"}


def single(*route: str, **what: Any) -> dict[str, Any]:
    """Trains of one 20 ft box each, which leave as soon as it is ready: boxes as customers of what lies on the way."""
    return train(*route, dispatch={"when_full": True}, capacity_teu=1, **what)


def border(**what: Any) -> dict[str, Any]:
    """A border station."""
    return {"type": "border", **what}


def slots(n: int, base_h: float, **what: Any) -> dict[str, Any]:
    """A border station whose outbound gauge change has n slots and takes `base_h` hours."""
    return border(outbound={"gauge_change": {"slots": n, "base_h": float(base_h)} | what})


def others(per_hour: float, containers: Any = 0) -> dict[str, Any]:
    """Trains of other lines, so many an hour."""
    return {"trains_per_year": per_hour * 8760, "containers_per_train": containers}


# --- cargo


def market(**what: Any) -> dict[str, Any]:
    """A market outbound, all of it by our channel."""
    basic = {"name": "m", "direction": "outbound", "cargo": "local", "region": "r", "channels": {"c": 1.0}}
    return basic | {"share_40ft": 0.0} | what


def every(hours: float, first_h: float, last_h: float | None = None, **what: Any) -> dict[str, Any]:
    """A market with a consignment every so many hours."""
    return market(arrivals={"every_h": float(hours), "first_h": float(first_h), "last_h": last_h}, **what)


def boxes_at(*hours: float, **what: Any) -> dict[str, Any]:
    """Boxes that are at the gate at exactly these hours (all booked at hour 0)."""
    mile = {"boxes_per_consignment": len(hours), "first_mile_h": {"replay": [float(hour) for hour in hours]}}
    return every(1_000_000, 0, 0.0, **mile, **what)


def poisson(per_hour: float, **what: Any) -> dict[str, Any]:
    """A market with boxes at random, so many an hour in every year, leap years too."""
    years = {str(year): per_hour * (8784 if calendar.isleap(year) else 8760) for year in range(1995, 2105)}
    return market(teu_per_year=years, **what)


NO_CARGO = market(teu_per_year={"2001": 0.0})
BIG = {"share_40ft": 1.0}


# --- what came of it


def departures(trace: Trace, service: str) -> SimpleNamespace:
    """The departures of a service, every column as a list."""
    mine = trace.departures.service == [fact.id for fact in trace.book.services].index(service)
    return SimpleNamespace(**{name: column[mine].tolist() for name, column in vars(trace.departures).items()})


def visits(trace: Trace, stage: Stage, place: str) -> list[tuple[float, float, float]]:
    """All visits to a stage at a place, by the time of asking: (asked, begun, done)."""
    table, stages = trace.visits, trace.book.stages
    rows = [k for k, at in enumerate(table.stage.tolist()) if (stages[at].stage, stages[at].place) == (stage, place)]
    return sorted(zip(*(column[rows].tolist() for column in (table.asked_h, table.begun_h, table.done_h)), strict=True))


def uses(trace: Trace, resource: str) -> list[tuple[float, float, float]]:
    """All uses of a resource by anybody, by the time of asking: (asked, begun, done)."""
    table = trace.uses[resource]
    return sorted(zip(table.asked_h.tolist(), table.begun_h.tolist(), table.done_h.tolist(), strict=True))


def waits(trace: Trace, resource: str) -> np.ndarray:
    """How long each use of a resource was waited for, by the time of asking."""
    table = trace.uses[resource]
    return (table.begun_h - table.asked_h)[np.argsort(table.asked_h, kind="stable")]


def waited(trace: Trace, leg: int = 0) -> np.ndarray:
    """How long each box that a train took waited from readiness to the closing of the list, in order of boxes."""
    hours = trace.closed_h(leg) - trace.containers.ready_h[leg]
    return hours[np.isfinite(hours)]


def broken_and_whole(plan: Scenario, *stops_h: float) -> tuple[Trace, Trace]:
    """A run that was stopped, saved and resumed at each of these hours, and one that never stopped."""
    corridor = build(plan, 0)
    corridor.open()
    for stop_h in stops_h:
        corridor.run(stop_h)
        corridor = resume(plan, save(corridor))
    corridor.run(corridor.horizon_h)
    return finish(corridor), simulate(plan, 0)
