"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.kpis.seen import Seen, Values
from sim.trace import Label

Better = Literal["more", "less", "neither"]


@dataclass(frozen=True)
class Measure:
    """A measure: its id, unit, which way is better, its names, and the pure function that takes it."""

    id: str
    unit: str
    better: Better
    name: Label
    of: Callable[[Seen], Values]
