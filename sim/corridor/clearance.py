"""Customs clearance at a terminal: it takes its time, and longer for the boxes that are inspected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.corridor.containers import Cargo
from sim.quantities import Share, Spec
from sim.variation import NOTHING, Varying

Floats = NDArray[np.float64]


class ClearanceSpec(Spec):
    """Customs clearance of each box; it takes its time, without a queue."""

    time_h: Varying
    """hours for any box"""
    inspection_share: Share = 0.0
    """share of boxes that are inspected"""
    inspection_h: Varying = NOTHING
    """hours more for a box that is inspected"""


def clearance_h(place: str, sides: Mapping[str, ClearanceSpec | None], cargo: Cargo) -> Floats | None:
    """Hours of clearance at `place` for every box, shape (n,), or None; marks those that are inspected."""
    if all(chain.clear_at != place for chain in cargo.chains):
        return None
    hours = np.zeros(cargo.n)
    for direction, clearance in sides.items():
        chains = {k for k, c in enumerate(cargo.chains) if c.clear_at == place and c.direction == direction}
        if clearance is None or not chains:
            continue
        mine = cargo.taking(chains)
        time_h = cargo.column(f"{place}/clearance", clearance.time_h, chains)
        hours[mine] = time_h[mine]
        if clearance.inspection_share > 0:
            chosen = mine & (cargo.luck(f"{place}/inspected") < clearance.inspection_share)
            hours[chosen] += cargo.column(f"{place}/inspection", clearance.inspection_h, chains)[chosen]
            cargo.table.inspected |= chosen
    return hours
