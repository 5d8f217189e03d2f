"""The laws: each turns luck (a number in (0, 1), drawn at birth) into a value."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.quantities import Spec
from sim.streams import ByNumber, Repeating, Streams

Floats = NDArray[np.float64]
NonNegative = Annotated[float, Field(ge=0, le=1e9)]
Positive = Annotated[float, Field(gt=0, le=1e9)]
Values = Annotated[tuple[NonNegative, ...], Field(min_length=1, max_length=10_000, strict=False)]
_Z95 = 1.6448536269514722  # standard normal quantile at 0.95


_NO_SCALE = frozenset({"cv", "stages"})
"""The numbers of a law that do not grow with its values."""


def _times(written: Any, factor: float) -> Any:
    if isinstance(written, dict):
        return {key: below if key in _NO_SCALE else _times(below, factor) for key, below in written.items()}
    if isinstance(written, tuple):
        return tuple(_times(below, factor) for below in written)
    return float(f"{written * factor:.12g}")  # 0.7 × 24 is 16.8, and not 16.799999999999997


def _increasing(*values: float) -> None:
    if any(b < a for a, b in pairwise(values)):
        message = f"must not decrease: {', '.join(f'{v:g}' for v in values)}"
        raise ValueError(message)


class Law(Spec):
    """A way to vary: `at` maps the luck of elements 0, 1, 2 … of a stream, shape (n,), to their values."""

    def at(self, luck: Floats) -> Floats:
        """The values that belong to this luck, shape (n,)."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The exact mean of the law."""
        raise NotImplementedError

    def times(self, factor: float) -> Self:
        """The law of so many times the value, for the same luck."""
        return type(self).model_validate(_times(self.model_dump(by_alias=True), factor))

    def drawn(self, streams: Streams, name: str, n: int) -> Floats:
        """The values of the first n elements of stream `name`, shape (n,)."""
        return self.at(streams.luck(name, n))

    def by_number(self, streams: Streams, name: str) -> ByNumber:
        """The values of stream `name` by number, for things whose number is not known beforehand."""
        return streams.growing(name, self.at)


class Always(Law):
    """No variation: always this value."""

    always: NonNegative
    """the value"""

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        return np.full(luck.shape, self.always)

    @property
    def mean(self) -> float:  # noqa: D102
        return self.always

    def drawn(self, streams: Streams, name: str, n: int) -> Floats:  # noqa: ARG002, D102  (needs no luck)
        return np.full(n, self.always)

    def by_number(self, streams: Streams, name: str) -> ByNumber:  # noqa: ARG002, D102  (needs no luck)
        return Repeating(self.always)


class Pert(Law):
    """Between low and high, most often near likely: a PERT (beta) law, mean (low + 4·likely + high) / 6."""

    low: NonNegative
    """never less"""
    likely: NonNegative
    """the mode"""
    high: NonNegative
    """never more"""

    @model_validator(mode="after")
    def _ordered(self) -> Pert:
        _increasing(self.low, self.likely, self.high)
        return self

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        span = self.high - self.low
        if span == 0:
            return np.full(luck.shape, self.low)
        table = _pert_quantiles(round((self.likely - self.low) / span, 12))
        at = np.arcsin(np.sqrt(luck)) * ((len(table) - 2) / (np.pi / 2))
        below = at.astype(np.intp)
        return np.asarray(self.low + span * (table[below] + (at - below) * (table[below + 1] - table[below])))

    @property
    def mean(self) -> float:  # noqa: D102
        return (self.low + 4 * self.likely + self.high) / 6


@lru_cache(maxsize=1024)
def _pert_quantiles(mode: float) -> Floats:
    """Quantiles of the PERT law on [0, 1] at probabilities sin² of equal steps: dense in both tails, smooth in between.

    Straight between its points it is right to 1e-5 of the range for luck between .001 and .999, and to 5e-4 between
    1e-5 and 1 − 1e-5. The last quantile stands twice, for luck next to 1.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  (slow to import, wanted only when a PERT is drawn)

    probability = np.sin(np.linspace(0, np.pi / 2, 2049)) ** 2
    quantiles = betaincinv(1 + 4 * mode, 1 + 4 * (1 - mode), probability)
    return np.append(quantiles, quantiles[-1])


class _Lognormal(Law):
    def _parameters(self) -> tuple[float, float]:
        raise NotImplementedError

    def at(self, luck: Floats) -> Floats:
        from scipy.special import ndtri  # noqa: PLC0415  (slow to import)

        median, sigma = self._parameters()
        return np.asarray(median * np.exp(sigma * ndtri(luck)))

    @property
    def mean(self) -> float:
        median, sigma = self._parameters()
        return float(median * np.exp(sigma**2 / 2))


class LognormalByQuantiles(_Lognormal):
    """Lognormal, half of the values below `median`, one in twenty above `p95`."""

    median: Positive
    """half of the values are below"""
    p95: Positive
    """one value in twenty is above"""

    @model_validator(mode="after")
    def _ordered(self) -> LognormalByQuantiles:
        _increasing(self.median, self.p95)
        return self

    def _parameters(self) -> tuple[float, float]:
        return self.median, float(np.log(self.p95 / self.median)) / _Z95


class LognormalByMean(_Lognormal):
    """Lognormal with this mean and this coefficient of variation (standard deviation / mean)."""

    mean_: Positive = Field(alias="mean")
    """the mean"""
    cv: NonNegative
    """standard deviation divided by the mean"""

    def _parameters(self) -> tuple[float, float]:
        spread = float(np.log1p(self.cv**2))
        return self.mean_ / float(np.sqrt(1 + self.cv**2)), float(np.sqrt(spread))


class Triangular(Law):
    """Triangular between low and high with its peak at likely."""

    triangular: Annotated[tuple[NonNegative, NonNegative, NonNegative], Field(strict=False)]
    """low, likely, high"""

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        _increasing(*self.triangular)
        return self

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        low, likely, high = self.triangular
        span = high - low
        if span == 0:
            return np.full(luck.shape, low)
        rising = low + np.sqrt(luck * span * (likely - low))
        falling = high - np.sqrt((1 - luck) * span * (high - likely))
        return np.where(luck * span < likely - low, rising, falling)

    @property
    def mean(self) -> float:  # noqa: D102
        return sum(self.triangular) / 3


class Exponential(Law):
    """Exponential: no memory, standard deviation equal to the mean."""

    exponential: NonNegative
    """the mean"""

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        return -self.exponential * np.log1p(-luck)

    @property
    def mean(self) -> float:  # noqa: D102
        return self.exponential


class ErlangTerms(Spec):
    """The two numbers of an Erlang law."""

    mean: NonNegative
    """the mean"""
    stages: Annotated[int, Field(ge=1, le=1000)]
    """how many exponential stages it sums: more stages, less spread (cv = 1/√stages)"""


class Erlang(Law):
    """The sum of equal exponential stages."""

    erlang: ErlangTerms
    """`{mean, stages}`"""

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        from scipy.special import gammaincinv  # noqa: PLC0415  (slow to import)

        stages = self.erlang.stages
        return np.asarray(gammaincinv(stages, luck) * (self.erlang.mean / stages))

    @property
    def mean(self) -> float:  # noqa: D102
        return self.erlang.mean


class Uniform(Law):
    """Any value between low and high, all equally likely."""

    uniform: Annotated[tuple[NonNegative, NonNegative], Field(strict=False)]
    """low, high"""

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        _increasing(*self.uniform)
        return self

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        low, high = self.uniform
        return low + (high - low) * luck

    @property
    def mean(self) -> float:  # noqa: D102
        return sum(self.uniform) / 2


class Observed(Law):
    """One of the observed values, each equally likely, drawn anew each time."""

    observed: Values
    """the values that were observed (the loader also takes `{csv: file, column: name}`)"""

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        values = np.sort(np.asarray(self.observed))
        return values[np.minimum((luck * len(values)).astype(np.intp), len(values) - 1)]

    @property
    def mean(self) -> float:  # noqa: D102
        return sum(self.observed) / len(self.observed)


class Replay(Law):
    """The observed values in the order in which they are written; after the last comes the first again."""

    replay: Values
    """the values in their order (the loader also takes `{csv: file, column: name}`)"""

    def at(self, luck: Floats) -> Floats:  # noqa: D102
        return np.resize(np.asarray(self.replay), luck.shape)

    @property
    def mean(self) -> float:  # noqa: D102
        return sum(self.replay) / len(self.replay)


NOTHING = Always(always=0)
