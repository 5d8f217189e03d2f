"""Scenarios under the same luck: their differences from the first, year by year, told apart though they are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.kpis import BY_ID
from sim.statistics import (
    SURE,
    Estimate,
    Verdict,
    correlation,
    detectable,
    difference,
    holm,
    p_value,
    pairing,
    verdict,
)

Figure = tuple[str, str, str, str, str]
"""measure, channel, direction, cargo, place"""

Sample = Mapping[Figure, NDArray[np.float64]]
"""Each figure in each replication, in the order of replication."""

HEADLINES: tuple[str, ...] = (
    "carried_teu",
    "trains_run",
    "teu_per_train",
    "local_share",
    "lead_time_days",
    "lead_time_p90_days",
    "transit_days",
    "backlog_teu",
)
"""The measures that are printed and told."""

MONEY: tuple[str, ...] = ("cost_net_cny_per_feu", "treasury_cny", "operator_result_cny", "co2_t_per_teu")
"""What is printed below them, where the model reckons it."""

LAST_DIGIT = {"TEU": 1.0, "days": 0.01, "share": 0.0001, "trains": 0.01, "h": 0.01, "t": 1.0, "t/TEU": 0.01} | {
    "CNY": 1e4,
    "CNY/FEU": 1.0,
    "CNY/TEU": 1.0,
}
"""The last digit that is shown of each unit: what rounds to nothing is negligible."""


@dataclass(frozen=True)
class Paired:
    """The difference of one figure between two scenarios."""

    figure: Figure
    base_mean: float
    mean: float
    difference: Estimate
    """with the interval that holds jointly over all scenarios that are compared with the base"""
    p: float
    p_holm: float
    """p, adjusted for the number of scenarios that are compared with the base"""
    correlation: float
    pairing: float
    """variance of the differences as a share of what it would be without pairing"""
    detectable: float
    """the smallest true difference that so many years would tell from chance four times in five"""

    @property
    def clear(self) -> bool:
        """Whether the difference is told from chance, or there is none at all."""
        return self.p_holm < SURE or self.unchanged

    @property
    def unchanged(self) -> bool:
        """Whether every replication is exactly the same."""
        return self.difference.mean == 0 and not self.difference.half_width > 0

    @property
    def relative(self) -> float:
        """The difference as a share of the base; infinite where the base is 0 and the difference is not."""
        if self.difference.mean == 0:
            return 0.0
        return self.difference.mean / abs(self.base_mean) if self.base_mean else float(np.inf)

    @property
    def verdict(self) -> Verdict:
        """What may be said of the difference, in one word."""
        measure = self.figure[0]
        return verdict(self.difference, self.p_holm, BY_ID[measure].better, last_digit(measure))


def last_digit(measure: str) -> float:
    """The last digit that is shown of a measure, in its unit."""
    return 0.01 if measure == "teu_per_train" else LAST_DIGIT.get(BY_ID[measure].unit, 0.01)


def paired(base: Sample, other: Sample, confidence: float = 0.95) -> list[Paired]:
    """The paired difference of every figure that both have, over the replications that both have."""
    found = []
    for figure in (f for f in base if f in other):
        a, b = base[figure], other[figure]
        n = min(len(a), len(b))
        both = np.isfinite(a[:n]) & np.isfinite(b[:n])
        if both.any():
            found.append(_pair(figure, a[:n][both], b[:n][both], confidence))
    return found


def _pair(figure: Figure, a: NDArray[np.float64], b: NDArray[np.float64], confidence: float) -> Paired:
    p = p_value(b - a)
    return Paired(
        figure=figure,
        base_mean=float(a.mean()),
        mean=float(b.mean()),
        difference=difference(a, b, confidence),
        p=p,
        p_holm=p,
        correlation=correlation(a, b),
        pairing=pairing(a, b),
        detectable=detectable(b - a, confidence),
    )


def compared(base: Sample, others: Sequence[Sample]) -> list[list[Paired]]:
    """For each other scenario its differences from the base: p-values adjusted figure by figure (Holm 1979), intervals
    that hold together with 95 % (Bonferroni). With one other scenario they are the ordinary ones."""
    return compared_each([(base, other) for other in others])


def compared_each(sides: Sequence[tuple[Sample, Sample]]) -> list[list[Paired]]:
    """The same where each scenario has a base of its own: (base, other)."""
    found = [paired(base, other, 1 - SURE / len(sides)) for base, other in sides]
    p_values: dict[Figure, list[float]] = {}
    for pairs in found:
        for pair in pairs:
            p_values.setdefault(pair.figure, []).append(pair.p)
    adjusted = {figure: iter(holm(p).tolist()) for figure, p in p_values.items()}
    return [[replace(pair, p_holm=next(adjusted[pair.figure])) for pair in pairs] for pairs in found]


def largest_first(pairs: Sequence[Paired]) -> list[Paired]:
    """The largest relative change first, what did not change last, in the order in which they come."""
    return sorted(pairs, key=lambda pair: (pair.verdict in ("same", "negligible"), pair.unchanged, -abs(pair.relative)))
