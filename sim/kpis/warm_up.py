"""Daily series from the empty start of a run to its end: what shows when a corridor is no longer empty."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.kpis.seen import HOURS_PER_DAY, Seen
from sim.trace import Bools, Floats

What = Literal["in_system", "waiting", "lead_time"]
UNITS: dict[What, str] = {"in_system": "TEU", "waiting": "TEU", "lead_time": "days"}
"""TEU between booking and delivery; of these, TEU in the first yard, not yet departed (both at the end of the day);
and mean days from booking to delivery of the boxes delivered on the day.
"""

Daily = dict[tuple[str, What], Floats]


def from_empty(seen: Seen) -> Daily:
    """Each series of each channel for every day from the start of the run to the end of the window, shape (days,).

    The window's beginning does not matter. A day without deliveries has no lead time (`nan`).
    """
    daily: Daily = {}
    for n, channel in enumerate(seen.book.channels):
        mine = seen.channel == n
        daily[channel, "in_system"] = _level(seen, mine, seen.boxes.booked_h, seen.boxes.delivered_h)
        daily[channel, "waiting"] = _level(seen, mine, seen.boxes.gated_in_h, seen.first_departed_h)
        daily[channel, "lead_time"] = _lead_time(seen, mine)
    return daily


def _level(seen: Seen, mine: Bools, from_h: Floats, to_h: Floats) -> Floats:
    """TEU of these boxes between two of their moments, at the end of each day."""
    came, went = (_per_day(seen, mine, at_h, seen.boxes.teu) for at_h in (from_h, to_h))
    return np.asarray(np.cumsum(came - went), dtype=np.float64)


def _lead_time(seen: Seen, mine: Bools) -> Floats:
    at_h, days = seen.boxes.delivered_h, seen.lead_time_days
    total, count = _per_day(seen, mine, at_h, days), _per_day(seen, mine, at_h, np.ones(len(days)))
    return np.asarray(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0))


def _per_day(seen: Seen, mine: Bools, at_h: Floats, weights: np.ndarray[tuple[int], np.dtype[np.generic]]) -> Floats:
    """The sum of weights by the day of a moment; moments after the end, or unknown, are left out."""
    chosen = mine & (at_h < seen.end_h)
    day = (at_h[chosen] / HOURS_PER_DAY).astype(np.int64)
    days = int(np.ceil(seen.end_h / HOURS_PER_DAY))
    return np.asarray(np.bincount(day, weights[chosen], minlength=days), dtype=np.float64)
