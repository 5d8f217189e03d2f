"""A corridor put together: all its nouns, opened, run, stopped, saved, continued, and written down as a trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.corridor.book import resources_of
from sim.corridor.border import Border, BorderSpec
from sim.corridor.carbon import CarbonSpec
from sim.corridor.channel import ChannelSpec, chains_of
from sim.corridor.choice import ChoiceSpec
from sim.corridor.containers import Cargo
from sim.corridor.departed import Departed
from sim.corridor.disruption import DisruptionSpec, Place, availability_of, cancellations, demand_shocks
from sim.corridor.line import Line, LineSpec, Run
from sim.corridor.loading import Loading, Unloading
from sim.corridor.market import Chooses, MarketSpec, births
from sim.corridor.money import TEU_PER_FEU, ExchangeSpec, OperatorsSpec, OutlaySpec, SubsidySpec
from sim.corridor.periods import phases_of
from sim.corridor.recursion import Availability
from sim.corridor.service import JourneyStage, Service, ServiceSpec
from sim.corridor.shippers import Offers, Shippers
from sim.corridor.terminal import Terminal, TerminalSpec
from sim.corridor.treasury import Treasury
from sim.corridor.waits import Waits
from sim.corridor.world import Kind, World, rank
from sim.streams import Streams
from sim.trace import CARGOES, Book, Stage, StageAt, Trace, VisitTable

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Plan(Protocol):
    """What a corridor is built from: the nouns of a scenario."""

    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def nodes(self) -> Mapping[str, TerminalSpec | BorderSpec]: ...  # noqa: D102
    @property
    def lines(self) -> Mapping[str, LineSpec]: ...  # noqa: D102
    @property
    def services(self) -> Mapping[str, ServiceSpec]: ...  # noqa: D102
    @property
    def channels(self) -> Mapping[str, ChannelSpec]: ...  # noqa: D102
    @property
    def markets(self) -> Mapping[str, MarketSpec]: ...  # noqa: D102
    @property
    def disruptions(self) -> Mapping[str, DisruptionSpec]: ...  # noqa: D102
    @property
    def exchange(self) -> ExchangeSpec: ...  # noqa: D102
    @property
    def subsidies(self) -> Mapping[str, SubsidySpec]: ...  # noqa: D102
    @property
    def operators(self) -> OperatorsSpec: ...  # noqa: D102
    @property
    def choice(self) -> ChoiceSpec | None: ...  # noqa: D102
    @property
    def carbon(self) -> CarbonSpec | None: ...  # noqa: D102
    @property
    def outlays(self) -> Mapping[str, OutlaySpec]: ...  # noqa: D102


class Corridor:
    """One replication of a corridor from `start` on, for `horizon_h` hours."""

    def __init__(self, plan: Plan, book: Book, replication: int) -> None:
        self.book = book
        self.replication = replication
        self.horizon_h = book.window[1]
        streams = Streams(plan.seed, replication)
        cargo = _cargo(plan, book.start, streams, self.horizon_h)
        self.world = World(streams, cargo, self.horizon_h)
        self.departed = Departed()
        run = (book.start, self.horizon_h)
        there = {
            place: availability_of(on_duty(place, plan.nodes.get(place)), plan.disruptions, streams, *run)
            for place in sorted({*plan.nodes, *plan.lines})
        }
        self.availability = there
        self._build_places(plan, there)
        self._build_services(plan, book.start)
        self._build_trade(plan)
        self.events = 0

    def _build_places(self, plan: Plan, there: dict[str, Availability]) -> None:
        self.terminals: dict[str, Terminal] = {}
        self.borders: dict[str, Border] = {}
        for name, spec in sorted(plan.nodes.items()):
            if isinstance(spec, TerminalSpec):
                self.terminals[name] = Terminal(name, spec, self.world, there[name])
            else:
                self.borders[name] = Border(name, spec, self.world, there[name])
        self.lines = {n: Line(n, s, self.world, there[n]) for n, s in sorted(plan.lines.items())}

    def _build_services(self, plan: Plan, start: datetime) -> None:
        self.services: dict[str, Service] = {}
        for order, (name, spec) in enumerate(sorted(plan.services.items()), start=1):
            service = Service(name, order, phases_of(name, spec, start, self.world), self.world, self.departed)
            service.cancellations = cancellations(name, plan.disruptions, start)
            origin = self.terminals[spec.origin]
            origin.serve(name, service.queue.join)
            stages = self._stages(name, spec)
            service.lay_out(origin, stages, leaves=0, arrives=len(stages) - 2)
            self.services[name] = service

    def _build_trade(self, plan: Plan) -> None:
        """Who pays subsidies, whether operators react to what pays, and the shippers who choose."""
        tariffs = self.book.money.tariffs if self.book.money else {}
        written = {name: spec.tariff for name, spec in plan.services.items()}
        self.treasury = Treasury(plan.subsidies, written, tariffs, plan.exchange, self.book.start)
        operators = plan.operators if plan.operators.react else None
        for service in self.services.values():
            service.trade(self.treasury if tariffs else None, operators)
        self.shippers: Shippers | None = None
        if plan.choice and self.world.cargo.some_choose:
            per_cny = plan.choice.scale_per_usd / plan.exchange.rate("usd")
            directions = [spec.direction for _, spec in sorted(plan.services.items())]
            waits = Waits(self.world, self.departed, {**self.borders, **self.lines}, directions)
            offers = Offers(self._dearer, self._offered, waits.wait_h)
            self.shippers = Shippers(self.world, plan.choice, per_cny, offers)
            self.world.heard = self.shippers.hear_of

    def _dearer(self, now_h: float) -> Floats:
        """Yuan for a 40 ft box more than at base conditions, by chain, as tariffs and subsidies are now."""
        tariffs = self.book.money.tariffs if self.book.money else {}
        more = {
            name: TEU_PER_FEU * (self.treasury.price(name, now_h) - tariff.observed_price_cny)
            for name, tariff in tariffs.items()
        }
        return np.array([sum(more.get(name, 0.0) for name in c.services) for c in self.world.cargo.chains])

    def _offered(self, now_h: float) -> Bools:
        """Whether all services of each chain can be booked now."""
        offered = {name: service.is_offered(now_h) for name, service in self.services.items()}
        return np.array([all(offered[name] for name in c.services) for c in self.world.cargo.chains])

    def _decided(self, boxes: Ids) -> None:
        for terminal in self.terminals.values():
            terminal.decided(boxes)

    def _stages(self, name: str, spec: ServiceSpec) -> list[JourneyStage]:
        """The route as stages: load, run, pass the nodes on the way, run, unload."""
        running = Stage.RUNNING if spec.mode == "train" else Stage.SAILING
        stages: list[JourneyStage] = [Loading(self.terminals[spec.origin], name, spec.make_up_h)]
        for place in spec.route[1:-1]:
            if place in self.lines:
                stages.append(Run(self.lines[place], name, running))
            elif place in self.borders:
                stages.extend(self.borders[place].stages(name, spec.direction))
        stages.append(Unloading(self.terminals[spec.destination], name, spec.placing_h))
        return stages

    @property
    def now_h(self) -> float:
        """The hour it is."""
        return self.world.clock.now

    def open(self) -> None:
        """Open all places and services at the start of the run."""
        for terminal in self.terminals.values():
            terminal.open()
        self._start()

    def _start(self) -> None:
        if self.shippers:
            self.world.clock.process(self.shippers.run(self._decided))
        for border in self.borders.values():
            for pool in border.pools.values():
                pool.open()
        for service in self.services.values():
            self.world.clock.process(service.run())

    def run(self, until_h: float) -> None:
        """Run until `until_h`; what is due at that very moment has not yet happened, unless it is the end."""
        if until_h > self.now_h:
            self.world.clock.run(until=self.world.clock.at(until_h, rank(Kind.STOP, 0, 0)))
        if until_h >= self.horizon_h:
            for terminal in self.terminals.values():
                terminal.advance(self.horizon_h)
            for border in self.borders.values():
                for pool in border.pools.values():
                    pool.advance(self.horizon_h)

    # --- stop, save, continue

    def _pools(self) -> dict[str, Any]:
        pools: dict[str, Any] = {
            f"{name}/{side}": pool for name, border in self.borders.items() for side, pool in border.pools.items()
        }
        pools |= {name: line.track for name, line in self.lines.items() if line.track}
        return pools | {name: t.handling for name, t in self.terminals.items() if t.handling}

    def state(self) -> dict[str, Any]:
        """What must be saved, beside the plan, to go on from here."""
        return {
            "table": self.world.cargo.table,
            "notes": self.world.notes,
            "departed": self.departed,
            "services": {name: service.state() for name, service in self.services.items()},
            "pools": {name: pool.state() for name, pool in self._pools().items()},
            "treasury": self.treasury.state(),
            "shippers": self.shippers.state() if self.shippers else None,
        }

    def restore(self, state: dict[str, Any], now_h: float) -> None:
        """Go on from a saved state."""
        self.world.clock = type(self.world.clock)(now_h)
        self.world.cargo.table = state["table"]
        self.world.notes = state["notes"]
        self.departed.restore(state["departed"])
        self.treasury.restore(state["treasury"])
        if self.shippers:
            self.shippers.restore(state["shippers"])
        for terminal in self.terminals.values():
            terminal.expect()
        for name, pool in self._pools().items():
            pool.restore(state["pools"][name])
        for name, service in self.services.items():
            service.restore(state["services"][name])
        self._start()

    def dissolve(self) -> None:
        """Forget all nouns; the corridor is of no more use, and what was recorded stays.

        They know each other in circles. Left to Python, which looks for circles now and then, several corridors of the
        past would wait in memory beside the present one, a hundred megabytes and more.
        """
        nouns: list[object] = [*self.terminals.values(), *self.borders.values(), *self.lines.values()]
        nouns += [*self.services.values(), self.shippers, self.world.clock, self.world, self]
        for noun in nouns:
            if noun is not None:
                vars(noun).clear()

    # --- the record

    def trace(self) -> Trace:
        """The record of the run so far."""
        notes, departures = self.world.notes, self.departed.table()
        visits = VisitTable(
            train=np.array(notes.train, dtype=np.int64),
            stage=np.array(notes.stage, dtype=np.int64),
            asked_h=np.array(notes.asked_h),
            begun_h=np.array(notes.begun_h),
            done_h=np.array(notes.done_h),
        )
        stages = tuple(StageAt(stage, place) for stage, place in self.world.stages)
        return Trace(
            book=self.book.with_stages(stages),
            replication=self.replication,
            containers=self.world.cargo.table,
            departures=departures,
            visits=visits,
            uses=resources_of(self, departures, visits),
            events=self.world.clock.scheduled,
            choices=self.shippers.table() if self.shippers else None,
            budgets_end_h=self.treasury.budgets_end_h,
        )


def on_duty(name: str, node: TerminalSpec | BorderSpec | None) -> Place:
    """A place with the calendar of its handling units or of its gauge change."""
    if isinstance(node, BorderSpec):
        return Place(name, node.calendar, node.most_slots)
    return Place(name, node.handling.calendar, node.handling.units) if node and node.handling else Place(name)


def chooses(plan: Plan, spec: MarketSpec) -> Chooses | None:
    """How the shippers of a market choose; None if its shares are fixed."""
    return (
        Chooses(plan.choice, spec.choice, plan.exchange) if plan.choice and plan.choice.active and spec.choice else None
    )


def regions(spec: MarketSpec, plan: Plan) -> list[tuple[str, str]]:
    """The channels that the cargo of a market may take, each with the region it is asked for."""
    if not chooses(plan, spec):
        return [(channel, spec.region) for channel in spec.channels]
    assert spec.choice
    ours = {name: one for name, one in spec.choice.alternatives.items() if name in plan.channels}
    return [(name, one.region or spec.region) for name, one in ours.items()]


def _cargo(plan: Plan, start: datetime, streams: Streams, horizon_h: float) -> Cargo:
    chains = chains_of(plan.channels, plan.services)
    number = {(c.channel, c.direction, c.region): k for k, c in enumerate(chains)}
    born = []
    for name, spec in sorted(plan.markets.items()):
        chain_of = {channel: number[channel, spec.direction, region] for channel, region in regions(spec, plan)}
        shocks = demand_shocks(name, plan.disruptions, start)
        born.append(births(name, spec, chain_of, streams, (start, horizon_h), chooses(plan, spec), shocks))
    codes = [CARGOES.index(plan.markets[name].cargo) for name in sorted(plan.markets)]
    return Cargo(born, codes, chains, streams)
