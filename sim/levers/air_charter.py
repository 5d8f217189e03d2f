"""An air charter: flights of so many tonnes between two airports, with cargo of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from sim.corridor.money import TariffSpec
from sim.levers.lever import About, Lever, LeverError, both
from sim.levers.running import weekly
from sim.levers.tree import Values, plain
from sim.quantities import DIRECTIONS, Bilingual, Clock, Day, Key, Km, PerYear
from sim.scenario import Fact, Scenario
from sim.variation import NOTHING, Always, Varying


class AirCharter(Lever):
    """Flights there and back between two airports, as a channel of its own with its own markets.

    The model counts TEU: a flight takes `tonnes` / `tonnes_per_teu` of them, rounded down, in lots of one. The cargo is
    new: none is taken from trains and ships, for what decides between air and sea is not modelled.
    """

    about = About(
        id="air_charter",
        main="flights_per_week",
        name=both("Air charter", "货运包机"),
        does=both("so many flights a week, 14 t each, with cargo of their own", "每周若干班包机，每班 14 吨，货源单列"),
        decided_by=both("the city (which charters), the airline, civil aviation", "市政府（包机方）、航空公司、民航"),
        costs=both(
            "the charter: give it under `tariff` (each flight) or `cost`", "包机费：在 `tariff`（每班）或 `cost` 中填写"
        ),
        anchor=both(
            "Changchun–Incheon, up to 14 t a flight (documented); 1 / 3 / 6 a week, 1.0 / 1.8 / 3.5 USD/kg (assumed)",
            "长春—仁川，每班至多 14 吨（有文献）；每周 1 / 3 / 6 班，1.0 / 1.8 / 3.5 美元/千克（假设）",
        ),
    )

    key: Key
    """what the channel is called, and the beginning of the names of its services and markets"""
    name: Bilingual
    """what people call it"""
    home: Bilingual
    """the airport in the hinterland"""
    away: Bilingual
    """the airport at the other end"""
    region: Key
    """the region at the other end"""
    km: Km
    """how far it is"""
    flights_per_week: Annotated[float, Field(gt=0, le=168)] = 1.0
    """flights a week, each way"""
    at: Clock = "10:00"
    """time of departure, both ways"""
    tonnes: Annotated[float, Field(gt=0, le=200)] = 14.0
    """tonnes that a flight takes"""
    tonnes_per_teu: Annotated[float, Field(gt=0, le=40)] = 7.0
    """weight of what fills a TEU: air cargo is light"""
    flight_h: Varying = Always(always=2)
    """hours in the air"""
    ground_h: Varying = NOTHING
    """hours from landing until the cargo may be fetched"""
    teu_per_year: dict[str, PerYear]
    """TEU offered a year: `{outbound: 100, inbound: 60}`"""
    tariff: TariffSpec | None = None
    """what a flight costs, and what shippers pay"""
    from_day: Day | None = Field(default=None, alias="from")
    """the first day of the flights and of their cargo; without it, from the start of the run"""

    def values(self, scenario: Scenario) -> Values:  # noqa: D102
        self._refuse(scenario)
        terminals = {f"{self.key}_home": self.home, f"{self.key}_away": self.away}
        found: Values = {f"nodes.{k}": {"type": "terminal", "name": plain(name)} for k, name in terminals.items()}
        line = {"name": plain(self.name), "km": self.km, "run_h": _law(self.flight_h)}
        found[f"lines.{self.key}_line"] = line
        found |= {f"services.{self.key}_{side}": self._service(side) for side in DIRECTIONS}
        chains = {side: {self.region: {"services": [f"{self.key}_{side}"]}} for side in DIRECTIONS}
        found[f"channels.{self.key}"] = {"name": plain(self.name), **chains}
        year = str(scenario.period.first_day.year)
        return found | {
            f"markets.{self.key}_{side}": self._market(side, year, teu) for side, teu in self.teu_per_year.items()
        }

    def sources(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:  # noqa: D102
        return {
            f"services.{self.key}_{side}.{path}": fact
            for side in DIRECTIONS
            for path, fact in facts.items()
            if path.startswith("tariff.")
        }

    def _refuse(self, scenario: Scenario) -> None:
        if self.key in scenario.channels:
            raise LeverError("key", f"there is a channel '{self.key}' already.")
        for side in self.teu_per_year:
            if side not in DIRECTIONS:
                raise LeverError("teu_per_year", f"'{side}' is no direction.", side, DIRECTIONS)
        if self.tonnes < self.tonnes_per_teu:
            raise LeverError("tonnes", "a flight takes less than one TEU: write fewer tonnes_per_teu.")

    def _service(self, side: str) -> dict[str, Any]:
        ends = [f"{self.key}_home", f"{self.key}_away"]
        first, last = ends if side == "outbound" else reversed(ends)
        service: dict[str, Any] = {
            "name": plain(self.name),
            "mode": "air",
            "direction": side,
            "route": [first, f"{self.key}_line", last],
            "timetable": weekly(self.flights_per_week, "mon", self.at),
            "capacity_teu": int(self.tonnes / self.tonnes_per_teu),
            "placing_h": _law(self.ground_h),
        }
        return service | self._begins() | ({"tariff": plain(self.tariff)} if self.tariff else {})

    def _market(self, side: str, year: str, teu: float) -> dict[str, Any]:
        market: dict[str, Any] = {
            "name": plain(self.name),
            "direction": side,
            "cargo": "local",
            "region": self.region,
            "teu_per_year": {year: teu},
            "channels": {self.key: 1.0},
            "share_40ft": 0.0,
            "tonnes_per_teu": self.tonnes_per_teu,
        }
        return market | self._begins()

    def _begins(self) -> dict[str, Any]:
        return {"first_day": self.from_day.isoformat()} if self.from_day else {}


def _law(law: Varying) -> Any:
    return law.model_dump(mode="json", by_alias=True)
