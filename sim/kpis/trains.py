"""Trains (列): run, cancelled, how full, and how often boxes stay behind."""

from __future__ import annotations

from sim.kpis.measure import Measure
from sim.kpis.seen import Seen, Values, ratio
from sim.trace import Label


def trains_run(seen: Seen) -> Values:
    """Trains that left in the window, by channel and direction of their service; vessels are not counted."""
    return seen.by_service(seen.train_ran & seen.of_trains)


def trains_cancelled(seen: Seen) -> Values:
    """Planned trains of the window that did not run, for any reason."""
    departures = seen.trace.departures
    return seen.by_service((departures.ran != 0) & seen.within(departures.planned_h) & seen.of_trains)


def teu_per_train(seen: Seen) -> Values:
    """Mean load of the trains that left in the window."""
    ran = seen.train_ran & seen.of_trains
    return ratio(seen.by_service(ran, seen.trace.departures.load_teu), trains_run(seen))


def left_behind_share(seen: Seen) -> Values:
    """Share of the trains that left in the window and left ready boxes behind."""
    ran = seen.train_ran & seen.of_trains
    return ratio(seen.by_service(ran & (seen.trace.departures.left_teu > 0)), trains_run(seen))


MEASURES = (
    Measure("trains_run", "trains", "neither", Label("开行列数", "trains run"), trains_run),
    Measure("trains_cancelled", "trains", "less", Label("停运列数", "trains cancelled"), trains_cancelled),
    Measure("teu_per_train", "TEU", "more", Label("每列箱量", "TEU per train"), teu_per_train),
    Measure(
        "left_behind_share", "share", "less", Label("甩箱列车占比", "trains leaving boxes behind"), left_behind_share
    ),
)
