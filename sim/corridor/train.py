"""A train, or a vessel: one row of the departures table, and a cohort of boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.corridor.containers import Bools, Way


@dataclass(slots=True)
class Train:
    """A train under way. It is at `stage`, and due there at `due_h`: that is all its journey needs to be re-entered."""

    row: int
    number: int
    rank: int
    priority: int
    planned_h: float
    boxes: NDArray[np.int64]
    ways: list[tuple[Way, slice | Bools]]
    due_h: float
    stage: int = 0
