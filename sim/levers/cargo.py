"""How levers change what markets offer."""

from __future__ import annotations

from collections.abc import Collection

from sim.corridor.market import MarketSpec
from sim.levers.lever import LeverError, known
from sim.levers.tree import Values
from sim.scenario import Scenario


def markets(scenario: Scenario, names: Collection[str]) -> dict[str, MarketSpec]:
    """These markets. Raises LeverError where there are no such."""
    known("markets", names, scenario.markets, "market")
    return {name: scenario.markets[name] for name in names}


def offers(scenario: Scenario, names: Collection[str], factor: float, year: int | None) -> Values:
    """Values that make markets offer so many times as much, from a year on or (None) in every year."""
    found: Values = {}
    for name, market in markets(scenario, names).items():
        if not market.teu_per_year:
            raise LeverError("markets", f"'{name}' has fixed arrivals: it offers no TEU a year.")
        years = {y for y in market.teu_per_year if year is None or int(y) >= year} | ({str(year)} if year else set())
        found |= {f"markets.{name}.teu_per_year.{y}": _times(market.teu_in(int(y)), factor) for y in sorted(years)}
    return found


def _times(teu: float, factor: float) -> float:
    return float(f"{teu * factor:.12g}")
