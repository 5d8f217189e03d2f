"""The frozen book that goes with every trace, and the uses of shared resources that it names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from sim.corridor.accounts import alternatives_of, carbon_of, money_of
from sim.corridor.border import BorderSpec
from sim.corridor.channel import chains_of
from sim.corridor.line import LineSpec
from sim.corridor.service import ServiceSpec
from sim.corridor.terminal import TerminalSpec
from sim.quantities import Name
from sim.trace import (
    Book,
    Bools,
    ChainFact,
    DepartureTable,
    Floats,
    Ints,
    Label,
    ResourceFact,
    ServiceFact,
    Stage,
    UseTable,
    VisitTable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.corridor.opening import Corridor, Plan
    from sim.corridor.pool import Background

SIDES = {"": ("", ""), "outbound": ("（出口）", " (outbound)"), "inbound": ("（进口）", " (inbound)")}


def book_of(plan: Plan, scenario: str, start: datetime, window: tuple[float, float]) -> Book:
    """What a reader needs to know of a plan to make sense of its trace."""
    order = sorted(plan.services)
    chains = chains_of(plan.channels, plan.services)
    channel_of = {service: chain.channel for chain in chains for service in chain.services}
    return Book(
        scenario=scenario,
        start=start,
        window=window,
        channels=tuple(sorted(plan.channels)),
        channel_names={name: _label(spec.name) for name, spec in sorted(plan.channels.items())},
        place_names={name: _label(spec.name) for name, spec in sorted((*plan.nodes.items(), *plan.lines.items()))},
        markets=tuple(sorted(plan.markets)),
        market_names={name: _label(spec.name) for name, spec in sorted(plan.markets.items())},
        services=tuple(_service(n, plan.services[n], channel_of.get(n, ""), plan.lines) for n in order),
        stages=(),
        resources=tuple(_resources(plan)),
        chains=tuple(
            ChainFact(
                channel=chain.channel,
                direction=chain.direction,
                region=chain.region,
                services=tuple(order.index(s) for s in chain.services),
                nodes=chain.nodes,
                clear_at=chain.clear_at or "",
            )
            for chain in chains
        ),
        alternatives=alternatives_of(plan),
        money=money_of(plan),
        carbon=carbon_of(plan),
    )


def _label(name: Name) -> Label:
    return Label(name.zh, name.en)


def _service(name: str, spec: ServiceSpec, channel: str, lines: Mapping[str, LineSpec]) -> ServiceFact:
    km, at = 0.0, {}
    for place in spec.route:
        if place in lines:
            km += lines[place].km
        else:
            at[place] = km
    return ServiceFact(
        id=name,
        name=_label(spec.name),
        mode=spec.mode,
        channel=channel,
        direction=spec.direction,
        origin=spec.origin,
        destination=spec.destination,
        route=spec.route,
        km_at=at,
    )


def _resources(plan: Plan) -> list[ResourceFact]:
    """All shared resources, by name."""
    found: list[ResourceFact] = []
    for name, node in sorted(plan.nodes.items()):
        found += _of_terminal(name, node) if isinstance(node, TerminalSpec) else _of_border(name, node)
    for name, line in sorted(plan.lines.items()):
        if line.trains_at_once:
            found.append(ResourceFact(f"{name}.track", _label(line.name), name, "track", "train", line.trains_at_once))
    return found


def _of_terminal(name: str, node: TerminalSpec) -> list[ResourceFact]:
    zh, en = node.name.zh, node.name.en
    units = float(node.yard_teu) if node.yard_teu else np.inf
    found = [ResourceFact(f"{name}.yard", Label(f"{zh}堆场", f"{en}, yard"), name, "yard", "TEU", units)]
    if node.handling:
        label = Label(f"{zh}装卸机械", f"{en}, handling units")
        found.append(ResourceFact(f"{name}.handling", label, name, "handling", "unit", node.handling.units))
    return found


def _of_border(name: str, node: BorderSpec) -> list[ResourceFact]:
    found = []
    for suffix in ("", "outbound", "inbound"):
        change = node.gauge_change if suffix == "" else node.side(suffix).gauge_change
        if change:
            zh, en = SIDES[suffix]
            label = Label(f"{node.name.zh}换装{zh}", f"{node.name.en}, gauge change{en}")
            found.append(ResourceFact(border_id(name, suffix), label, name, "gauge_change", "slot", change.slots))
    return found


def border_id(name: str, suffix: str) -> str:
    """The id of the gauge change at a border."""
    return f"{name}.gauge_change" + (f".{suffix}" if suffix else "")


def resources_of(corridor: Corridor, departures: DepartureTable, visits: VisitTable) -> dict[str, UseTable]:
    """All uses of all shared resources, by anybody."""
    uses: dict[str, UseTable] = {}
    for name, terminal in corridor.terminals.items():
        uses[f"{name}.yard"] = _yard(corridor, name)
        if terminal.handling and terminal.spec.handling:
            parts = terminal.handling.uses
            asked, begun, done = (np.concatenate([np.empty(0), *(p[i] for p in parts)]) for i in range(3))
            uses[f"{name}.handling"] = UseTable(asked, begun, done, np.ones(len(asked)))
    inbound = np.array([fact.direction == "inbound" for fact in corridor.book.services])
    side = inbound[departures.service[visits.train]] if len(visits.train) else np.empty(0, dtype=np.bool_)
    for name, border in corridor.borders.items():
        for suffix, pool in border.pools.items():
            mine = visits.stage == corridor.world.stage_number(Stage.GAUGE_CHANGE, name)
            mine &= True if suffix == "" else side == (suffix == "inbound")
            uses[border_id(name, suffix)] = _uses(visits, mine, pool.background)
    for name, line in corridor.lines.items():
        if line.track:
            mine = visits.stage == corridor.world.stage_number(Stage.RUNNING, name)
            uses[f"{name}.track"] = _uses(visits, mine, line.track.background)
    return uses


def _uses(visits: VisitTable, mine: Bools, others: Background) -> UseTable:
    served = np.isfinite(others.begun_h)
    asked = np.concatenate((visits.asked_h[mine], others.asked_h[served]))
    begun = np.concatenate((visits.begun_h[mine], others.begun_h[served]))
    done = np.concatenate((visits.done_h[mine], others.done_h[served]))
    return UseTable(asked, begun, done, np.ones(len(asked)))


def _yard(corridor: Corridor, name: str) -> UseTable:
    """The boxes in a yard: ours from the lift in (behind a gate that turns away: from the gate) to the lift out, and
    those of others.
    """
    table = corridor.world.cargo.table
    parts = [_others_in_yard(corridor, name)]
    for k, chain in enumerate(corridor.book.chains):
        ids = np.flatnonzero(table.chain == k) if name in chain.nodes else np.empty(0, dtype=np.int64)
        last = len(chain.nodes) - 1
        for position in (i for i, node in enumerate(chain.nodes) if node == name):
            came = _came_by_truck(corridor, name, ids) if position == 0 else table.unloaded_h[position - 1, ids]
            left = table.picked_up_h[ids] if position == last else table.loaded_h[position, ids]
            parts.append((came, left, table.teu[ids].astype(np.float64)))
    came, left, amount = (np.concatenate([part[i] for part in parts]) for i in range(3))
    here = np.isfinite(came)
    left = np.where(np.isfinite(left), left, np.inf)
    return UseTable(came[here], came[here], left[here], amount[here])


def _came_by_truck(corridor: Corridor, name: str, ids: Ints) -> Floats:
    """When boxes that trucks brought began to take their slots; `nan` if they did not."""
    table = corridor.world.cargo.table
    in_yard_h = table.gated_in_h[ids]
    if not corridor.terminals[name].spec.turns_away:
        return in_yard_h
    return np.where(np.isfinite(in_yard_h), table.at_gate_h[ids], np.nan)


def _others_in_yard(corridor: Corridor, name: str) -> tuple[Floats, Floats, Floats]:
    terminal = corridor.terminals[name]
    others_h = terminal.others_h
    half = len(others_h) // 2
    came, left = others_h[:half], others_h[half:]
    each = terminal.spec.others.teu_per_box if terminal.spec.others else 1.0
    return came, np.maximum(came, left), np.full(half, each)
