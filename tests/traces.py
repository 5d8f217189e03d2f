"""Traces written by hand, and the smallest corridors: what a test says is all that happens.

`Hand` writes a trace without simulating anything. What is not said takes no time: a box is at the gate when it is
booked, is ready when it is in the yard, is loaded when the list closes, is unloaded when its train arrives, and so on.

The corridor of all hand-written traces: `home` is the hinterland. Channel `land` runs by rail from home over `border`
to `west` and back; channel `sea` by rail from home to `port` and by vessel from there to `abroad`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from sim.trace import (
    CARGOES,
    Book,
    ChainFact,
    ContainerTable,
    DepartureTable,
    Label,
    Ran,
    ResourceFact,
    ServiceFact,
    Stage,
    StageAt,
    Trace,
    UseTable,
    VisitTable,
)

START = datetime(2020, 1, 1)
NAN = float("nan")

PLACES = {
    "home": Label("长春", "Changchun"),
    "border": Label("满洲里", "Manzhouli"),
    "west": Label("布列斯特", "Brest"),
    "port": Label("大连港", "Dalian port"),
    "abroad": Label("釜山", "Busan"),
    "home_border": Label("长满线", "Changchun–Manzhouli"),
    "border_west": Label("西线", "Manzhouli–Brest"),
    "home_port": Label("哈大线", "Changchun–Dalian"),
    "ocean": Label("黄海", "Yellow Sea"),
}

SERVICES = {
    "land_in": ("train", "land", "inbound", ("west", "border_west", "border", "home_border", "home")),
    "land_out": ("train", "land", "outbound", ("home", "home_border", "border", "border_west", "west")),
    "sea_train": ("train", "sea", "outbound", ("home", "home_port", "port")),
    "sea_vessel": ("vessel", "sea", "outbound", ("port", "ocean", "abroad")),
}
SERVICE_IDS = tuple(SERVICES)

CHAINS = {
    "land_in": ChainFact("land", "inbound", "europe", (0,), ("west", "home"), "home"),
    "land_out": ChainFact("land", "outbound", "europe", (1,), ("home", "west"), "home"),
    "sea_out": ChainFact("sea", "outbound", "korea", (2, 3), ("home", "port", "abroad"), "home"),
}
CHAIN_IDS = tuple(CHAINS)

RESOURCES = (
    ResourceFact(
        "border.gauge_change", Label("满洲里换装", "Manzhouli, gauge change"), "border", "gauge_change", "slot", 2
    ),
    ResourceFact("home.handling", Label("长春装卸", "Changchun, handling"), "home", "handling", "unit", 4),
    ResourceFact("home.yard", Label("长春堆场", "Changchun, yard"), "home", "yard", "TEU", 100),
    ResourceFact("port.yard", Label("大连港堆场", "Dalian port, yard"), "port", "yard", "TEU", float("inf")),
)

Visit = tuple[Stage, str, float, float, float]
"""stage, place, asked, begun, done"""


def _service(name: str) -> ServiceFact:
    mode, channel, direction, route = SERVICES[name]
    km_at = {place: 500.0 * k for k, place in enumerate(route) if k % 2 == 0}
    label = Label(f"{name}班列", name)
    return ServiceFact(name, label, mode, channel, direction, route[0], route[-1], route, km_at)


@dataclass
class Hand:
    """A trace being written. `window` is the measured period in hours from `start`."""

    window: tuple[float, float] = (0.0, 240.0)
    start: datetime = START
    trains: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)
    visits: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    uses: dict[str, list[tuple[float, float, float, float]]] = field(default_factory=dict)
    stages: list[StageAt] = field(default_factory=list)

    def train(
        self,
        service: str,
        departed_h: float,
        arrived_h: float = NAN,
        *,
        closed_h: float | None = None,
        capacity_teu: int = 100,
        left_teu: int = 0,
        visits: list[Visit] | None = None,
    ) -> int:
        """A train or vessel that ran: its row. Without `visits` it runs over its first line all the way.

        It is loaded from the closing of its list to its departure, unless `visits` say otherwise.
        """
        row = self._departure(service, departed_h, departed_h if closed_h is None else closed_h, Ran.RAN)
        self.trains[row] |= {"departed_h": departed_h, "arrived_h": arrived_h}
        self.trains[row] |= {"capacity_teu": capacity_teu, "left_teu": left_teu}
        if visits is None:
            running = Stage.SAILING if SERVICES[service][0] == "vessel" else Stage.RUNNING
            visits = [(running, SERVICES[service][3][1], departed_h, departed_h, arrived_h)]
        if Stage.LOADING not in (stage for stage, *_ in visits):
            closed_h = self.trains[row]["closed_h"]
            visits = [(Stage.LOADING, SERVICES[service][3][0], closed_h, closed_h, departed_h), *visits]
        for visit in visits:
            self.visit(row, *visit)
        return row

    def cancelled(self, service: str, planned_h: float, ran: Ran = Ran.CANCELLED, closed_h: float | None = None) -> int:
        """A planned departure that did not run: its row."""
        return self._departure(service, planned_h, planned_h if closed_h is None else closed_h, ran)

    def _departure(self, service: str, planned_h: float, closed_h: float, ran: Ran) -> int:
        code = SERVICE_IDS.index(service)
        earlier = sum(train["service"] == code for train in self.trains)
        self.trains.append(
            {
                "service": code,
                "number": earlier,
                "planned_h": planned_h,
                "closed_h": closed_h,
                "departed_h": NAN,
                "arrived_h": NAN,
                "ran": int(ran),
                "capacity_teu": 100,
                "left_teu": 0,
            }
        )
        return len(self.trains) - 1

    def visit(self, train: int, stage: Stage, place: str, asked_h: float, begun_h: float, done_h: float) -> None:
        """A stage of a train's journey."""
        at = StageAt(stage, place)
        if at not in self.stages:
            self.stages.append(at)
        self.visits.append((train, self.stages.index(at), asked_h, begun_h, done_h))

    def box(
        self,
        chain: str,
        *trains: int,
        booked_h: float = 0.0,
        teu: int = 2,
        cargo: str = "local",
        inspected: bool = False,
        **milestones: float | tuple[float, ...],
    ) -> int:
        """A box on its way by `trains`, the first few of its chain or all of them; its row.

        Milestones of a leg (`ready_h`, `loaded_h`, `unloaded_h`) are tuples, one value for each leg.
        """
        self.boxes.append(
            {
                "chain": CHAIN_IDS.index(chain) if chain != "elsewhere" else -1,
                "trains": trains,
                "booked_h": booked_h,
                "teu": teu,
                "cargo": CARGOES.index(cargo),
                "inspected": inspected,
                "said": milestones,
            }
        )
        return len(self.boxes) - 1

    def use(
        self, resource: str, begun_h: float, done_h: float, amount: float = 1.0, asked_h: float | None = None
    ) -> None:
        """A use of a shared resource, by anybody."""
        asked_h = begun_h if asked_h is None else asked_h
        self.uses.setdefault(resource, []).append((asked_h, begun_h, done_h, amount))

    # --- the trace

    def trace(self) -> Trace:
        """The trace as written."""
        return Trace(
            book=self._book(),
            replication=0,
            containers=self._containers(),
            departures=self._departures(),
            visits=VisitTable(
                train=np.array([v[0] for v in self.visits], dtype=np.int64),
                stage=np.array([v[1] for v in self.visits], dtype=np.int64),
                asked_h=np.array([v[2] for v in self.visits], dtype=np.float64),
                begun_h=np.array([v[3] for v in self.visits], dtype=np.float64),
                done_h=np.array([v[4] for v in self.visits], dtype=np.float64),
            ),
            uses={r.id: _uses(self.uses.get(r.id, [])) for r in RESOURCES},
        )

    def _book(self) -> Book:
        return Book(
            scenario="by hand",
            start=self.start,
            window=self.window,
            channels=("land", "sea"),
            channel_names={"land": Label("陆路", "Land"), "sea": Label("海路", "Sea")},
            place_names=PLACES,
            markets=("only",),
            market_names={"only": Label("唯一", "Only")},
            services=tuple(_service(name) for name in SERVICES),
            stages=tuple(self.stages),
            resources=RESOURCES,
            chains=tuple(CHAINS.values()),
        )

    def _departures(self) -> DepartureTable:
        aboard = [[b["teu"] for b in self.boxes if row in b["trains"]] for row in range(len(self.trains))]
        columns: dict[str, Any] = {
            name: np.array([train[name] for train in self.trains], dtype=kind)
            for kind, names in (
                (np.float64, ("planned_h", "closed_h", "departed_h", "arrived_h")),
                (np.int64, ("service", "number", "ran", "capacity_teu", "left_teu")),
            )
            for name in names
        }
        return DepartureTable(
            **columns,
            boxes=np.array([len(teu) for teu in aboard], dtype=np.int64),
            load_teu=np.array([sum(teu) for teu in aboard], dtype=np.int64),
            subsidy_cny=np.zeros(len(aboard)),
        )

    def _containers(self) -> ContainerTable:
        n = len(self.boxes)
        of_leg = {name: np.full((2, n), NAN) for name in ("ready_h", "loaded_h", "unloaded_h")}
        names = ("booked_h", "at_gate_h", "gated_in_h", "released_h", "picked_up_h", "delivered_h")
        of_box = {name: np.full(n, NAN) for name in names}
        train = np.full((2, n), -1, dtype=np.int64)
        for k, box in enumerate(self.boxes):
            of_box["booked_h"][k] = box["booked_h"]
            if box["chain"] >= 0:
                lived = self._life(box)
                for name in names:
                    of_box[name][k] = lived[name]
                for name, column in of_leg.items():
                    column[: len(lived[name]), k] = lived[name]
                train[: len(box["trains"]), k] = box["trains"]
        return ContainerTable(
            market=np.zeros(n, dtype=np.int64),
            number=np.arange(n, dtype=np.int64),
            consignment=np.arange(n, dtype=np.int64),
            teu=np.array([box["teu"] for box in self.boxes], dtype=np.int64),
            cargo=np.array([box["cargo"] for box in self.boxes], dtype=np.int64),
            chain=np.array([box["chain"] for box in self.boxes], dtype=np.int64),
            relief_cny=np.array([box["said"].get("relief_cny", 0.0) for box in self.boxes]),
            inspected=np.array([box["inspected"] for box in self.boxes], dtype=np.bool_),
            turned_away=np.array([box["said"].get("turned_away", False) for box in self.boxes], dtype=np.bool_),
            train=train,
            **of_box,
            **of_leg,
        )

    def _life(self, box: dict[str, Any]) -> dict[str, Any]:
        """Every milestone of a box: as said, or else that of the milestone before it."""
        said, trains = box["said"], box["trains"]
        life: dict[str, Any] = {"booked_h": box["booked_h"]}
        life["at_gate_h"] = said.get("at_gate_h", life["booked_h"])
        life["gated_in_h"] = said.get("gated_in_h", life["at_gate_h"])
        life |= {name: list(said.get(name, ())) for name in ("ready_h", "loaded_h", "unloaded_h")}
        here_h = life["gated_in_h"]
        legs = len(CHAINS[CHAIN_IDS[box["chain"]]].services)
        for leg in range(min(len(trains) + 1, legs)):
            if leg == len(life["ready_h"]):
                life["ready_h"].append(here_h)
            if leg < len(trains):
                train = self.trains[trains[leg]]
                if leg == len(life["loaded_h"]):
                    life["loaded_h"].append(train["closed_h"])
                if leg == len(life["unloaded_h"]):
                    life["unloaded_h"].append(train["arrived_h"])
                here_h = life["unloaded_h"][leg]
        life["released_h"] = said.get("released_h", here_h if len(trains) == legs else NAN)
        life["picked_up_h"] = said.get("picked_up_h", life["released_h"])
        life["delivered_h"] = said.get("delivered_h", life["picked_up_h"])
        return life


def _uses(rows: list[tuple[float, float, float, float]]) -> UseTable:
    return UseTable(*(np.array([row[k] for row in rows], dtype=np.float64) for k in range(4)))


# --- the smallest corridors, as a planner writes them


def corridor(**changes: Any) -> dict[str, Any]:
    """Scenario: daily trains from home to west, two markets of small boxes, a month or two in 2020; with `changes`,
    merged key by key.
    """
    return merged(
        {
            "name": {"zh": "小走廊", "en": "A small corridor"},
            "period": {"first_day": "2020-02-01", "last_day": "2020-03-31", "warm_up_days": 5},
            "seed": 7,
            "nodes": {
                "home": {"type": "terminal", "name": {"zh": "长春", "en": "Changchun"}},
                "west": {"type": "terminal", "name": {"zh": "布列斯特", "en": "Brest"}},
            },
            "lines": {"track": {"name": {"zh": "干线", "en": "Main line"}, "km": 1000.0, "run_h": 30.0}},
            "services": {
                "out": {
                    "name": {"zh": "去程班列", "en": "Train out"},
                    "mode": "train",
                    "direction": "outbound",
                    "route": ["home", "track", "west"],
                    "timetable": {"every_h": 12.0},
                    "capacity_teu": 500,
                }
            },
            "channels": {
                "land": {"name": {"zh": "陆路", "en": "Land"}, "outbound": {"europe": {"services": ["out"]}}},
            },
            "markets": {
                "hub_export": _market("hub", 8000.0),
                "local_export": _market("local", 12000.0),
            },
        },
        changes,
    )


def _market(cargo: str, teu_per_year: float) -> dict[str, Any]:
    return {
        "name": cargo,
        "direction": "outbound",
        "cargo": cargo,
        "region": "europe",
        "teu_per_year": {"2020": teu_per_year},
        "share_40ft": 0.0,
        "channels": {"land": 1.0},
    }


SECOND_CHANNEL: dict[str, Any] = {
    "nodes": {"far": {"type": "terminal", "name": "Far"}, "away": {"type": "terminal", "name": "Away"}},
    "lines": {"by_far": {"name": "By far", "km": 100.0, "run_h": {"low": 1.0, "likely": 2.0, "high": 9.0}}},
    "services": {
        "another": {
            "name": "Another",
            "mode": "train",
            "direction": "outbound",
            "route": ["far", "by_far", "away"],
            "timetable": {"every_h": 10.0},
            "capacity_teu": 40,
            "cancelled_share": 0.2,
        }
    },
    "channels": {"aside": {"name": "Aside", "outbound": {"europe": {"services": ["another"]}}}},
    "markets": {
        "aside": {**_market("local", 9000.0), "channels": {"aside": 1.0}, "first_mile_h": {"exponential": 9.0}}
    },
}
"""A channel that shares nothing with `corridor()`; its names sort before those of the other one."""


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, key by key."""
    both = {key: merged(base[key], value) if _mappings(base.get(key), value) else value for key, value in over.items()}
    return {**base, **both}


def _mappings(a: Any, b: Any) -> bool:
    return isinstance(a, dict) and isinstance(b, dict)
