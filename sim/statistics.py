"""From numbers to what may be said of them: pure functions, numbers in, numbers out; unknown is `nan`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Better = Literal["more", "less", "neither"]
Verdict = Literal["better", "worse", "changed", "unclear", "same", "negligible"]
SURE = 0.05
"""Below this (adjusted) p, a difference is told from chance."""


@dataclass(frozen=True)
class Estimate:
    """A mean over n replications with its interval. With fewer than two values there is no interval (`nan`)."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def t_quantile(probability: float, degrees: int) -> float:
    """The quantile of Student's t."""
    from scipy.special import stdtrit  # noqa: PLC0415  (much faster to import than scipy.stats)

    return float(stdtrit(degrees, probability))


def estimate(values: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The mean of independent replications with a Student-t interval; values that are `nan` are left out."""
    known = _known(values)
    n = len(known)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    mean = float(known.mean())
    if n == 1:
        return Estimate(mean, np.nan, np.nan, 1)
    half = t_quantile((1 + confidence) / 2, n - 1) * float(known.std(ddof=1)) / float(np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n)


def prediction(values: ArrayLike, coverage: float = 0.90) -> tuple[float, float]:
    """Where one more year lies with this probability, if replications are independent and about normal.

    Wider than the interval of the mean, and it does not shrink to nothing (Hahn & Meeker 1991, §4.2).
    """
    known = _known(values)
    n = len(known)
    if n < 2:
        return np.nan, np.nan
    half = t_quantile((1 + coverage) / 2, n - 1) * float(known.std(ddof=1)) * float(np.sqrt(1 + 1 / n))
    return float(known.mean()) - half, float(known.mean()) + half


def difference(base: ArrayLike, other: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Other less base, replication by replication, with a paired Student-t interval."""
    return estimate(np.asarray(other, dtype=np.float64) - np.asarray(base, dtype=np.float64), confidence)


def p_value(differences: ArrayLike) -> float:
    """Two-sided p of Student's paired t: 1 if every difference is 0, `nan` with fewer than two."""
    from scipy.special import stdtr  # noqa: PLC0415  (much faster to import than scipy.stats)

    known = _known(differences)
    n = len(known)
    if n < 2:
        return np.nan
    error = float(known.std(ddof=1)) / float(np.sqrt(n))
    if error == 0:
        return 1.0 if known.mean() == 0 else 0.0
    return float(2 * stdtr(n - 1, -abs(float(known.mean())) / error))


def holm(p_values: ArrayLike) -> Floats:
    """p-values adjusted for being several, in their own order; those that are `nan` are not counted (Holm 1979).

    The smallest is multiplied by their number k, the next by k − 1, …, none is put below one before it or above 1.
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p)[: int(np.isfinite(p).sum())]  # nan are sorted last
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def verdict(change: Estimate, p: float, better: Better, last_digit: float) -> Verdict:
    """A difference in one word: `same` if every year is, `negligible` if it and its interval round to nothing at the
    last digit that is shown, `unclear` unless p tells it from chance, else what the measure calls it."""
    if change.mean == 0 and not change.half_width > 0:
        return "same"
    if abs(change.mean) < last_digit / 2 and change.half_width < last_digit / 2:
        return "negligible"
    if not p < SURE:
        return "unclear"
    if better == "neither":
        return "changed"
    return "better" if (change.mean > 0) == (better == "more") else "worse"


def detectable(differences: ArrayLike, confidence: float = 0.95, power: float = 0.80) -> float:
    """The smallest true mean difference that so many pairs tell from 0 with this power; `nan` with fewer than two.

    (t(1 − α/2) + t(power)) · s / √n, the usual approximation to the power of a t-test (Machin et al. 2018, §3).
    """
    known = _known(differences)
    n = len(known)
    if n < 2:
        return np.nan
    quantiles = t_quantile((1 + confidence) / 2, n - 1) + t_quantile(power, n - 1)
    return quantiles * float(known.std(ddof=1)) / float(np.sqrt(n))


def pairing(base: ArrayLike, other: ArrayLike) -> float:
    """Variance of the differences as a share of what it would be without pairing: 1 if pairing changed nothing.

    `nan` where neither of them varies, or with fewer than two values.
    """
    a, b = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 2 or (np.ptp(a) == 0 and np.ptp(b) == 0):
        return np.nan
    return float((b - a).var(ddof=1) / (a.var(ddof=1) + b.var(ddof=1)))


def correlation(base: ArrayLike, other: ArrayLike) -> float:
    """How strongly common random numbers pair two scenarios; `nan` where one of them does not vary."""
    a, b = np.asarray(base, dtype=np.float64), np.asarray(other, dtype=np.float64)
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:  # the standard deviation of equal floats need not be 0
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def share_at_least(values: ArrayLike, target: float, confidence: float = 0.95) -> Estimate:
    """The share of years at or above a target, with an exact binomial interval (Clopper & Pearson 1934).

    None, or all, of the years leave one side open to error, which then takes all of it: the bound is one-sided, and
    "0 of 30" is below 9.5 % with the same confidence.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  (slow to import)

    known = _known(values)
    n, hits = len(known), int((known >= target).sum())
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    tail = (1 - confidence) / (2 if 0 < hits < n else 1)
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return Estimate(hits / n, low, high, n)


def percentiles_of_counts(counts: NDArray[np.int64], width: float, percents: ArrayLike) -> Floats:
    """Percentiles of binned values (bins of `width` from 0 on), straight within each bin; `nan` if there is none."""
    total = int(counts.sum())
    wanted = np.asarray(percents, dtype=np.float64) / 100 * total
    if total == 0:
        return np.full(wanted.shape, np.nan)
    counts = np.trim_zeros(counts, "b")
    upto = np.concatenate(([0], np.cumsum(counts))).astype(np.float64)
    return np.asarray(np.interp(wanted, upto, np.arange(len(upto)) * width))


def elasticity(base: float, scaled: float, factor: float) -> float:
    """By what power of the factor a figure moved; `nan` where it cannot be told, as when the factor is not above 1."""
    if not (base > 0 and scaled > 0 and factor > 1):
        return np.nan
    return float(np.log(scaled / base) / np.log(factor))


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array[np.isfinite(array)]
