"""The catalogue of measures: each a pure function from a trace, seen through a window, to values by key."""

from __future__ import annotations

from sim.kpis import carbon, carried, money, times, trains, use
from sim.kpis.measure import Measure
from sim.kpis.seen import Key, Seen, Values

MEASURES: tuple[Measure, ...] = (
    *carried.MEASURES,
    *trains.MEASURES,
    *times.MEASURES,
    *use.MEASURES,
    *money.MEASURES,
    *carbon.MEASURES,
)
BY_ID: dict[str, Measure] = {measure.id: measure for measure in MEASURES}

__all__ = ["BY_ID", "MEASURES", "Key", "Measure", "Seen", "Values", "measure_all"]


def measure_all(seen: Seen) -> dict[str, Values]:
    """Every measure of the catalogue: {measure: {key: value}}."""
    return {measure.id: measure.of(seen) for measure in MEASURES}
