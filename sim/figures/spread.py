"""Keep labels apart: the smallest shifts that leave a gap between neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Ascending positions moved so that neighbours are at least `gap` apart, the sum of squared shifts being least.

    Taking n·gap off position n turns "at least a gap apart" into "not descending"; neighbours that descend are pooled
    to their mean until none does (pool adjacent violators; Ayer et al. 1955).
    """
    pools: list[tuple[float, int]] = []
    for n, position in enumerate(positions):
        pools.append((position - n * gap, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (last, of_last), (before, of_before) = pools.pop(), pools.pop()
            size = of_last + of_before
            pools.append(((last * of_last + before * of_before) / size, size))
    level = np.repeat([mean for mean, _ in pools], [size for _, size in pools])
    return [float(at + n * gap) for n, at in enumerate(level)]
