"""Two scenarios under the same luck: differences year by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.statistics import Estimate, correlation, difference, p_value

Figure = tuple[str, str, str, str, str]
"""measure, channel, direction, cargo, place"""

Sample = Mapping[Figure, NDArray[np.float64]]
"""Each figure in each replication, in the order of replication."""


@dataclass(frozen=True)
class Paired:
    """The difference of one figure between two scenarios."""

    figure: Figure
    base_mean: float
    mean: float
    difference: Estimate
    p: float
    correlation: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the difference leaves out 0, or there is no difference at all."""
        return self.difference.low > 0 or self.difference.high < 0 or self.unchanged

    @property
    def unchanged(self) -> bool:
        """Whether every replication is exactly the same."""
        return self.difference.mean == 0 and not self.difference.half_width > 0


def paired(base: Sample, other: Sample) -> list[Paired]:
    """The paired difference of every figure that both have."""
    found = []
    for figure in (f for f in base if f in other):
        a, b = base[figure], other[figure]
        n = min(len(a), len(b))
        a, b = a[:n], b[:n]
        both = np.isfinite(a) & np.isfinite(b)
        if both.any():
            a, b = a[both], b[both]
            found.append(
                Paired(figure, float(a.mean()), float(b.mean()), difference(a, b), p_value(b - a), correlation(a, b))
            )
    return found
