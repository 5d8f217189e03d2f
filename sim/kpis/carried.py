"""Carried TEU (承运量): what leaves the hinterland outbound and what arrives there inbound."""

from __future__ import annotations

from sim.kpis.measure import Measure
from sim.kpis.seen import Key, Seen, Values
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
    not_yet = ~(seen.first_departed_h <= at_h)
    return seen.sums((seen.boxes.booked_h <= at_h) & not_yet, seen.boxes.teu)


def backlog(seen: Seen) -> Values:
    """TEU booked and not yet on their first train at the end of the window."""
    return _backlog(seen, seen.end_h)


def backlog_growth(seen: Seen) -> Values:
    """By how many TEU the backlog grew over the window."""
    before = _backlog(seen, seen.begin_h)
    return {key: after - before[key] for key, after in backlog(seen).items()}


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
    Measure("inspected_share", "share", "less", Label("查验率", "inspected share"), inspected_share),
)
