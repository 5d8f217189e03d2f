"""From numbers to what may be said of them: pure functions, numbers in, numbers out; unknown is `nan`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
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


@cache
def t_quantile(probability: float, degrees: float) -> float:
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


def rank_correlation(a: ArrayLike, b: ArrayLike, given: Sequence[ArrayLike] = ()) -> tuple[float, float]:
    """Spearman's rank correlation, ties sharing their ranks, and its two-sided p by Student's t on n − 2 − k.

    With k other columns `given`, the partial one: of what is left of both when the ranks of these are regressed out
    (Kendall & Gibbons 1990, §4.10; Helton et al. 2006). `nan` where one of them does not vary, or with fewer than
    4 + k pairs.
    """
    from scipy.special import stdtr  # noqa: PLC0415  (slow to import)

    others = [ranks(column) for column in given]
    rho = correlation(residual(ranks(a), others), residual(ranks(b), others))
    degrees = len(np.asarray(a)) - 2 - len(others)
    if degrees < 2 or np.isnan(rho):
        return np.nan, np.nan
    if abs(rho) >= 1 - 1e-12:
        return rho, 0.0
    return rho, float(2 * stdtr(degrees, -abs(rho) * np.sqrt(degrees / (1 - rho**2))))


def residual(values: ArrayLike, columns: Sequence[ArrayLike]) -> Floats:
    """What is left of values when the columns are regressed out by least squares, about the mean of the values."""
    y = np.asarray(values, dtype=np.float64)
    if not columns:
        return y
    x = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    x -= x.mean(axis=0)
    middle = float(y.mean())
    left = y - middle - x @ np.linalg.lstsq(x, y - middle, rcond=None)[0]
    left[np.abs(left) < 1e-9 * np.abs(y - middle).max(initial=0.0)] = 0.0  # what rounding leaves is nothing
    return np.asarray(middle + left)


def ranks(values: ArrayLike) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, where, counts = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[where], dtype=np.float64)


def apart(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The mean of b less the mean of a, two independent samples of unequal variance (Welch 1947); n is of both."""
    x, y = _known(a), _known(b)
    n = len(x) + len(y)
    if len(x) < 2 or len(y) < 2:
        return Estimate(np.nan, np.nan, np.nan, n)
    change = float(y.mean() - x.mean())
    u, v = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    if u + v == 0:
        return Estimate(change, change, change, n)
    degrees = (u + v) ** 2 / (u**2 / (len(x) - 1) + v**2 / (len(y) - 1))
    half = t_quantile((1 + confidence) / 2, degrees) * float(np.sqrt(u + v))
    return Estimate(change, change - half, change + half, n)


# --- draws of the parameters, each simulated in the same few years


def components(values: ArrayLike) -> tuple[float, float]:
    """Variance of the rows, and of what is left when rows and columns are accounted for: (rows, rest).

    Rows are draws of the parameters, columns years whose luck all draws share. A year that is good for all draws is
    neither: (MS_rows − MS_rest) / columns, not below 0, and MS_rest, of the two-way table without replication
    (Searle, Casella & McCulloch 1992, §4.2). `nan` with fewer than two rows; the rest is `nan` with one column.
    """
    table = np.asarray(values, dtype=np.float64)
    rows, columns = table.shape
    if rows < 2:
        return np.nan, np.nan
    means = table.mean(axis=1)
    of_rows = columns * float(means.var(ddof=1))
    if columns < 2:
        return of_rows, np.nan
    rest = table - means[:, None] - table.mean(axis=0) + table.mean()
    of_rest = float((rest**2).sum()) / ((rows - 1) * (columns - 1))
    return max(0.0, (of_rows - of_rest) / columns), of_rest


@dataclass(frozen=True)
class Mixture:
    """Where one more year lies: about each of the centres, one per draw, as far as years differ (Student's t).

    With a single centre, the mean of the years, it is the law behind `prediction`.
    """

    centres: Floats
    scale: float
    degrees: int

    def below(self, value: float) -> float:
        """How likely a year is to lie below this value."""
        from scipy.special import stdtr  # noqa: PLC0415  (slow to import)

        if self.scale == 0:
            return float((self.centres < value).mean())
        return float(stdtr(self.degrees, (value - self.centres) / self.scale).mean())

    def quantile(self, probability: float) -> float:
        """The value below which a year lies with this probability, by bisection."""
        if self.scale == 0:
            return float(np.quantile(self.centres, probability))
        reach = self.scale * t_quantile(max(probability, 1 - probability), self.degrees)
        low, high = float(self.centres.min()) - reach, float(self.centres.max()) + reach
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < probability else (low, middle)
        return (low + high) / 2


def years_of(draws: ArrayLike, years: ArrayLike) -> Mixture | None:
    """One more year, its parameters drawn too: `draws` (draws, r) in years 0 … r − 1, `years` (n,) as assumed, from
    year 0 on, `nan` where one is unknown.

    A centre is the mean of the years, moved by what its draw moves the first r of them (the same luck, so that chance
    cancels). What is left of chance in these moves widens them: they are drawn in towards their mean by as much. None
    with fewer than two years, or where one of the first r is unknown.
    """
    table, same = np.asarray(draws, dtype=np.float64), np.asarray(years, dtype=np.float64)
    known, same = _known(same), same[: table.shape[1]]
    n = len(known)
    if n < 2 or len(same) < table.shape[1] or len(table) < 2 or not np.isfinite(same).all():
        return None
    moves = table.mean(axis=1) - float(same.mean())
    of_rows, rest = components(table)
    noise = rest / table.shape[1] if np.isfinite(rest) else 0.0
    drawn_in = np.sqrt(of_rows / (of_rows + noise)) if of_rows > 0 else 0.0
    centres = float(known.mean()) + moves.mean() + drawn_in * (moves - moves.mean())
    return Mixture(centres, float(known.std(ddof=1)) * float(np.sqrt(1 + 1 / n)), n - 1)


# --- how good an interval was


def interval_score(low: float, high: float, value: float, coverage: float = 0.90) -> float:
    """The score of a central interval when this value came: the less, the better (Gneiting & Raftery 2007, §6.2).

    (high − low) + 2/α · (low − value)₊ + 2/α · (value − high)₊, α = 1 − coverage, in the unit of the value.
    """
    return (high - low) + 2 / (1 - coverage) * (max(low - value, 0.0) + max(value - high, 0.0))


def two_years_apart(value: float, cv: float, coverage: float = 0.90) -> tuple[float, float]:
    """Where a year lies, given another year of the same mean, if each varies with this coefficient of variation.

    value · exp(± z · √2 · σ), σ² = ln(1 + cv²): the ratio of two independent lognormal years; z is the normal quantile.
    """
    from scipy.special import ndtri  # noqa: PLC0415  (slow to import)

    reach = float(ndtri((1 + coverage) / 2)) * float(np.sqrt(2 * np.log1p(cv**2)))
    return value * float(np.exp(-reach)), value * float(np.exp(reach))


def percentiles_of_counts(counts: NDArray[np.int64], width: float, percents: ArrayLike) -> Floats:
    """Percentiles of binned values (bins of `width` from 0 on), straight within each bin; `nan` if there is none."""
    total = int(counts.sum())
    wanted = np.asarray(percents, dtype=np.float64) / 100 * total
    if total == 0:
        return np.full(wanted.shape, np.nan)
    counts = np.trim_zeros(counts, "b")
    upto = np.concatenate(([0], np.cumsum(counts))).astype(np.float64)
    return np.asarray(np.interp(wanted, upto, np.arange(len(upto)) * width))


LOOK_AHEAD = 5
"""Replications over which a precision must hold; per cent of the replications where there are more than 100."""


@dataclass(frozen=True)
class Precise:
    """A precision that was reached: it held from replication `reached` on, and was watched up to `n`."""

    reached: int
    n: int


def precise(values: ArrayLike, precision: float, first: int = 10) -> Precise | None:
    """When the 95 % interval of the mean was within ± `precision` of the mean, and stayed so; None if not yet.

    Never before `first` values. Half-width over mean is held against precision / (1 + precision), for the mean is
    itself an estimate (Law 2015, §9.4.1), and must hold over a look-ahead (Hoad, Robinson & Davies 2010).
    """
    array = np.asarray(values, dtype=np.float64)
    met = 0
    for n in range(max(first, 2), len(array) + 1):
        what = estimate(array[:n])
        met = met + 1 if what.half_width <= precision / (1 + precision) * abs(what.mean) else 0
        if met > LOOK_AHEAD * max(n, 100) // 100:
            return Precise(n - met + 1, n)
    return None


def quantile_bounds(values: ArrayLike, q: float, confidence: float = 0.95) -> Estimate:
    """Quantile q of what is drawn, between two of its order statistics that hold it with `confidence` at least.

    No law is assumed (Conover 1999, §3.2): for n = 100 and q = .9, the 84th and the 96th. A bound that n values cannot
    give is `nan`.
    """
    from scipy.special import bdtr  # noqa: PLC0415  (much faster to import than scipy.stats)

    known = np.sort(_known(values))
    n = len(known)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    at_most = bdtr(np.arange(n + 1), n, q)  # how likely it is that 0, 1, … n values lie below the quantile
    below, above = at_most.searchsorted(((1 - confidence) / 2, (1 + confidence) / 2)) + np.array((0, 1))
    low = float(known[below - 1]) if below >= 1 else np.nan
    high = float(known[above - 1]) if above <= n else np.nan
    return Estimate(float(np.quantile(known, q)), low, high, n)


def elasticity(base: float, scaled: float, factor: float) -> float:
    """By what power of the factor a figure moved; `nan` where it cannot be told, as when the factor is not above 1."""
    if not (base > 0 and scaled > 0 and factor > 1):
        return np.nan
    return float(np.log(scaled / base) / np.log(factor))


def jackknife(whole: float, without: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The interval of a figure of n replications that is no mean, from what it is `without` each, shape (n,).

    The pseudo-values n·whole − (n − 1)·without are about as good as independent replications of it (Tukey 1958, Miller
    1974): Student's t about `whole` with their variance.
    """
    left = np.asarray(without, dtype=np.float64)
    n = len(left)
    half = estimate(n * whole - (n - 1) * left, confidence).half_width if np.isfinite(left).all() else np.nan
    return Estimate(whole, whole - half, whole + half, n)


# --- one long run: where it settles, and what its mean is worth


FEWEST_BATCHES = 10
"""With fewer, there is nothing to choose from."""


def mser(values: ArrayLike, batch: int = 5) -> int | None:
    """How many observations to leave out at the beginning, by MSER-5; `None` where that is not decided.

    Of the means z of batches of 5, those are kept whose mean has the least marginal standard error: the least
    Σ(z − z̄)² / m², with m of them kept (White 1997; Franklin & White 2008). If that point lies in the second half, or
    there are fewer than 10 batches, the sequence is too short for its transient or has a trend: not decided. A point in
    the last quarter is not looked for: a few batches are alike by chance. What is left over at the end is not used.
    Unknown values (`nan`) are left out of their batch, and batches without any are not counted.
    """
    means = _mean_known(_cut(np.asarray(values, dtype=np.float64), batch), axis=1)
    known = np.flatnonzero(np.isfinite(means))
    z = means[known]
    if len(z) < FEWEST_BATCHES:
        return None
    error = np.array([float(z[d:].var()) / (len(z) - d) for d in range(len(z) * 3 // 4 + 1)])
    rounding = 1e-24 * float((z**2).max())
    best = int(np.argmax(error <= error.min() + rounding))  # equal but for rounding: the earliest
    return int(known[best]) * batch if 2 * best <= len(z) else None


def welch(series: ArrayLike, window: int) -> Floats:
    """The average over replications (rows), smoothed by a moving average of `window` observations on either side.

    Near the beginning the window shrinks, so that it stays centred; the last `window` averages cannot be formed and are
    `nan` (Welch 1983; Law 2015, §9.5.1). Shape (observations,). Unknown values are left out.
    """
    means = _mean_known(np.atleast_2d(np.asarray(series, dtype=np.float64)), axis=0)
    n, known = len(means), np.isfinite(means)
    sums, counts = (np.concatenate(([0.0], np.cumsum(part))) for part in (np.where(known, means, 0.0), known))
    at = np.arange(max(n - window, 0))
    reach = np.minimum(at, window)
    total, count = (upto[at + reach + 1] - upto[at - reach] for upto in (sums, counts))
    smooth = np.full(n, np.nan)
    smooth[: len(at)] = np.divide(total, count, out=np.full(len(at), np.nan), where=count > 0)
    return smooth


def settled(smooth: ArrayLike, within: float = 0.05) -> int | None:
    """Where a smoothed sequence first comes as near as this share to the level of its second half; `None` if never.

    A rule in place of the eye that Welch asks for, so that a table can say it; the picture stands beside it.
    """
    values = np.asarray(smooth, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2:
        return None
    level = float(values[known[len(known) // 2 :]].mean())
    near = known[np.abs(values[known] - level) <= within * abs(level)]
    return int(near[0]) if len(near) else None


def batched(values: ArrayLike, batches: int = 20) -> Floats:
    """The means of so many batches of equal length, one after the other; what is left over is dropped at the beginning.

    Empty where that leaves fewer than two values for a batch.
    """
    known = _known(values)
    length = len(known) // batches
    if length < 2:
        return np.empty(0)
    return np.asarray(known[len(known) - batches * length :].reshape(batches, length).mean(axis=1))


def batch_means(values: ArrayLike, batches: int = 20, confidence: float = 0.95) -> Estimate:
    """The mean of one long run, warm-up already cut off, with Student's t on non-overlapping batch means.

    n is the number of batches (Law & Carson 1979; more than 30 add little: Schmeiser 1982). Fewer than two values a
    batch give a mean without an interval. Batches that are too short are still correlated, and the interval then covers
    less than it says: ask `serial_correlation(batched(values, batches))`.
    """
    known = _known(values)
    means = batched(known, batches)
    if len(means) == 0:
        return Estimate(float(known.mean()) if len(known) else np.nan, np.nan, np.nan, 0)
    return estimate(means, confidence)


@dataclass(frozen=True)
class Serial:
    """The lag-1 correlation of a sequence, and the one-sided p of "none or negative" (von Neumann 1941)."""

    correlation: float
    p: float


def serial_correlation(values: ArrayLike) -> Serial:
    """Whether batch means still depend on the one before: 1 − Σ(xᵢ₊₁ − xᵢ)² / 2Σ(xᵢ − x̄)², and its p if normal.

    From von Neumann's ratio; of k independent values it has the variance (k − 2)/(k² − 1) (Alexopoulos & Seila 1998,
    §7.2.1). A small p says that batches are too short. `nan` with fewer than three values, or if all are alike.
    """
    from scipy.special import ndtr  # noqa: PLC0415  (slow to import)

    known = _known(values)
    k = len(known)
    if k < 3 or np.ptp(known) == 0:
        return Serial(np.nan, np.nan)
    found = 1 - float((np.diff(known) ** 2).sum()) / (2 * float(((known - known.mean()) ** 2).sum()))
    return Serial(found, float(ndtr(-found * np.sqrt((k * k - 1) / (k - 2)))))


def _cut(values: Floats, length: int) -> Floats:
    """Rows of `length` values; what is left over at the end is dropped."""
    rows = len(values) // length
    return values[: rows * length].reshape(rows, length)


def _mean_known(values: Floats, axis: int) -> Floats:
    known = np.isfinite(values)
    total, count = np.where(known, values, 0.0).sum(axis=axis), known.sum(axis=axis)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array[np.isfinite(array)]


# --- ratios, and who is first


def fieller(top: ArrayLike, bottom: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The ratio of two means over the same replications, mean(top) / mean(bottom), with Fieller's interval (1954).

    It holds every ratio r with which mean(top − r · bottom) is not told from 0 by Student's t. It has ends only where
    the mean of bottom is told from 0 itself; elsewhere any ratio may be true, and the ends are `nan`.
    """
    x, y = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
    n = len(x)
    if n == 0 or y.mean() == 0:
        return Estimate(np.nan, np.nan, np.nan, n)
    ratio = float(x.mean() / y.mean())
    if n < 2:
        return Estimate(ratio, np.nan, np.nan, n)
    (of_x, of_both), (_, of_y) = np.cov(x, y) * t_quantile((1 + confidence) / 2, n - 1) ** 2 / n
    a, b, c = y.mean() ** 2 - of_y, x.mean() * y.mean() - of_both, x.mean() ** 2 - of_x
    if a <= 0:
        return Estimate(ratio, np.nan, np.nan, n)
    half = float(np.sqrt(max(0.0, b * b - a * c)) / a)
    return Estimate(ratio, float(b / a) - half, float(b / a) + half, n)


RESAMPLES = 2000
"""How often years are drawn again with replacement."""


def first_shares(gains: ArrayLike, costs: ArrayLike, seed: int = 20200101) -> Floats:
    """How often each of several has the most gain for its cost, if the same years are drawn again with replacement.

    `gains` and `costs` of shape (several, years), paired by year; shape (several,), adding up to 1 (Efron & Tibshirani
    1993, §6). What costs nothing and gains is above all others, what gains nothing below them.
    """
    gained, paid = (np.atleast_2d(np.asarray(each, dtype=np.float64)) for each in (gains, costs))
    several, n = gained.shape
    again = np.random.Generator(np.random.PCG64(seed)).integers(0, n, (RESAMPLES, n))
    ratios = per_cost(gained[:, again].mean(axis=2), paid[:, again].mean(axis=2))
    return np.bincount(ratios.argmax(axis=0), minlength=several) / RESAMPLES


def per_cost(gain: Floats, cost: Floats) -> Floats:
    """Gain over cost, element by element; ∞ for a gain without cost, −∞ where there is no gain."""
    ratio = np.divide(gain, cost, out=np.full(np.shape(gain), np.inf), where=cost > 0)
    return np.where(gain > 0, ratio, -np.inf)
