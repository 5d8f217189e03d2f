"""Carried TEU (承运量): what leaves the hinterland outbound and what arrives there inbound."""

from __future__ import annotations

import numpy as np

from sim.kpis.measure import Measure
from sim.kpis.seen import Key, Seen, Values, ratio
from sim.trace import CARGOES, Label


def carried(seen: Seen) -> Values:
    """TEU on trains that left the hinterland outbound, plus TEU on trains that arrived there inbound."""
    return seen.sums(seen.carried, seen.boxes.teu)


def local_share(seen: Seen) -> Values:
    """Share of local cargo in carried TEU, by channel and direction."""
    teu = carried(seen)
    values: Values = {}
    for key, total in teu.items():
        if key.cargo == "all":
            local = teu.get(Key(key.channel, key.direction, CARGOES[0]), 0.0)
            values[key] = local / total if total else float("nan")
    return values


def offered(seen: Seen) -> Values:
    """TEU booked in the window for our channels."""
    return seen.sums(seen.within(seen.boxes.booked_h), seen.boxes.teu)


def elsewhere(seen: Seen) -> Values:
    """TEU booked in the window that went elsewhere."""
    gone = (seen.boxes.chain < 0) & seen.within(seen.boxes.booked_h)
    return {Key(): float(seen.boxes.teu[gone].sum())}


def _backlog(seen: Seen, at_h: float) -> Values:
    lost = seen.boxes.turned_away & (seen.boxes.at_gate_h <= at_h)
    not_yet = ~(seen.first_departed_h <= at_h) & ~lost
    return seen.sums((seen.boxes.booked_h <= at_h) & not_yet, seen.boxes.teu)


def backlog(seen: Seen) -> Values:
    """TEU booked and not yet on their first train at the end of the window."""
    return _backlog(seen, seen.end_h)


def backlog_growth(seen: Seen) -> Values:
    """By how many TEU the backlog grew over the window."""
    before = _backlog(seen, seen.begin_h)
    return {key: after - before[key] for key, after in backlog(seen).items()}


def turned_away(seen: Seen) -> Values:
    """TEU that came in the window to a gate with a full yard behind it, and were lost."""
    return seen.sums(seen.boxes.turned_away & seen.within(seen.boxes.at_gate_h), seen.boxes.teu)


def turned_away_share(seen: Seen) -> Values:
    """Share of the TEU that came to their gate in the window and were turned away there."""
    return ratio(turned_away(seen), seen.sums(seen.within(seen.boxes.at_gate_h), seen.boxes.teu))


def in_system(seen: Seen) -> Values:
    """TEU between booking and delivery, on average over the window; who is turned away counts up to the gate."""
    boxes = seen.boxes
    left_h = np.where(boxes.turned_away, boxes.at_gate_h, boxes.delivered_h)
    until_h = np.fmin(left_h, seen.end_h)  # whoever is not delivered stays to the end
    inside_h = np.maximum(until_h - np.maximum(boxes.booked_h, seen.begin_h), 0.0)
    return {
        key: teu_h / seen.length_h
        for key, teu_h in seen.sums(np.ones(len(boxes), dtype=np.bool_), boxes.teu * inside_h).items()
    }


def inspected_share(seen: Seen) -> Values:
    """Share of the boxes delivered in the window that customs inspected."""
    return seen.means(seen.delivered, seen.boxes.inspected)


MEASURES = (
    Measure("carried_teu", "TEU", "more", Label("承运量", "carried"), carried),
    Measure("local_share", "share", "more", Label("本地货占比", "local share"), local_share),
    Measure("offered_teu", "TEU", "neither", Label("货源（委托量）", "offered (booked)"), offered),
    Measure("elsewhere_teu", "TEU", "less", Label("流向他处", "went elsewhere"), elsewhere),
    Measure("backlog_teu", "TEU", "less", Label("期末待运量", "backlog at the end"), backlog),
    Measure("backlog_growth_teu", "TEU", "less", Label("待运量增加", "growth of the backlog"), backlog_growth),
    Measure("turned_away_teu", "TEU", "less", Label("闸口拒收量", "turned away at the gate"), turned_away),
    Measure("turned_away_share", "share", "less", Label("拒收率", "share turned away"), turned_away_share),
    Measure("in_system_teu", "TEU", "less", Label("在途与在站箱量（均值）", "in the system, mean"), in_system),
    Measure("inspected_share", "share", "less", Label("查验率", "inspected share"), inspected_share),
)
