"""Customs clearance at a terminal: it takes its time, and longer for the boxes that are inspected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.corridor.containers import Cargo
from sim.quantities import Share, Spec
from sim.variation import NOTHING, Varying

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]


class ClearanceSpec(Spec):
    """Customs clearance of each box; it takes its time, without a queue."""

    time_h: Varying
    """hours for any box"""
    inspection_share: Share = 0.0
    """share of boxes that are inspected"""
    inspection_h: Varying = NOTHING
    """hours more for a box that is inspected"""


class Clearance:
    """The clearance of every box at one place: its hours there, and who is inspected, shape (n,).

    `here` tells which boxes of those that choose are cleared here; None if no box chooses.
    """

    def __init__(self, cargo: Cargo, hours: Floats, inspected: Bools, here: Callable[[Ids], Bools] | None) -> None:
        self._cargo, self._drawn_h, self._inspected, self._here = cargo, hours, inspected, here
        self._hours = np.zeros(cargo.n) if here else hours
        if here is None:
            cargo.table.inspected |= inspected

    def settle(self, ids: Ids) -> None:
        """These boxes have chosen their chain, and with it where they are cleared."""
        if self._here:
            mine = ids[self._here(ids)]
            self._hours[mine] = self._drawn_h[mine]
            self._cargo.table.inspected[mine] = self._inspected[mine]

    def of(self, ids: Ids) -> Floats:
        """Hours of clearance here of these boxes; 0 if they are cleared elsewhere."""
        return self._hours[ids]


def clearance(place: str, sides: Mapping[str, ClearanceSpec | None], cargo: Cargo) -> Clearance | None:
    """The clearance of all boxes at `place`, or None if there is none."""
    all_here = [k for k, chain in enumerate(cargo.chains) if chain.clear_at == place]
    if not all_here:
        return None
    hours, inspected = np.zeros(cargo.n), np.zeros(cargo.n, dtype=np.bool_)
    for direction, spec in sides.items():
        chains = {k for k in all_here if cargo.chains[k].direction == direction}
        if spec is None or not chains:
            continue
        mine = cargo.taking(chains)
        time_h = cargo.column(f"{place}/clearance", spec.time_h, chains)
        hours[mine] = time_h[mine]
        if spec.inspection_share > 0:
            chosen = mine & (cargo.luck(f"{place}/inspected", chains) < spec.inspection_share)
            hours[chosen] += cargo.column(f"{place}/inspection", spec.inspection_h, chains)[chosen]
            inspected |= chosen
    return Clearance(cargo, hours, inspected, partial(cargo.chose, all_here) if cargo.some_choose else None)
