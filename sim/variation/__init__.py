"""How a duration varies, in the planner's terms.

Every law turns luck (a number in (0, 1), drawn at birth) into a value, `law.at(luck)`. It does so monotonically and
with a scale that can be pulled out: three times the durations are three times the draws, for the same luck.

| written                                   | law                                              |
|-------------------------------------------|--------------------------------------------------|
| `5` or `{always: 5}`                      | a constant                                       |
| `{low: 1, likely: 2, high: 5}`            | PERT (beta with λ = 4; Malcolm et al. 1959)      |
| `{median: 2, p95: 6}`, `{mean: 2, cv: .5}`| lognormal                                        |
| `{triangular: [2, 4, 9]}`                 | triangular: low, likely, high                    |
| `{exponential: 36}`                       | exponential with this mean                       |
| `{erlang: {mean: 36, stages: 3}}`         | Erlang                                           |
| `{uniform: [1, 3]}`                       | uniform                                          |
| `{observed: [3, 4, 4, 7]}`                | one of the observed values, each equally likely  |
| `{replay: [3, 4, 4, 7]}`                  | the observed values in their order, then again   |
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag

from sim.variation.laws import (
    NOTHING,
    Always,
    Erlang,
    ErlangTerms,
    Exponential,
    Law,
    LognormalByMean,
    LognormalByQuantiles,
    Observed,
    Pert,
    Replay,
    Triangular,
    Uniform,
)

__all__ = [
    "LAWS",
    "LAW_KEYS",
    "NOTHING",
    "Always",
    "Erlang",
    "ErlangTerms",
    "Exponential",
    "Law",
    "LognormalByMean",
    "LognormalByQuantiles",
    "Observed",
    "Pert",
    "Replay",
    "Triangular",
    "Uniform",
    "Varying",
]

LAWS: dict[str, type[Law]] = {
    "always": Always,
    "likely": Pert,
    "median": LognormalByQuantiles,
    "cv": LognormalByMean,
    "triangular": Triangular,
    "exponential": Exponential,
    "erlang": Erlang,
    "uniform": Uniform,
    "observed": Observed,
    "replay": Replay,
}
"""The key that tells a law from the others."""

LAW_KEYS = frozenset({*LAWS, "low", "high", "p95", "mean"})
"""Every key with which a law may be written; a mapping of only such keys is one value."""


def _as_law(written: Any) -> Any:
    number = isinstance(written, (int, float)) and not isinstance(written, bool)
    return {"always": written} if number else written


def _which(written: Any) -> str | None:
    if isinstance(written, Law):
        return next((key for key, law in LAWS.items() if isinstance(written, law)), None)
    if not isinstance(written, dict):
        return None
    named = [key for key in LAWS if key in written]
    if named:
        return named[0]
    if {"low", "high"} & written.keys():
        return "likely"
    if "p95" in written:
        return "median"
    return "cv" if "mean" in written else None


type_union = (
    Annotated[Always, Tag("always")]
    | Annotated[Pert, Tag("likely")]
    | Annotated[LognormalByQuantiles, Tag("median")]
    | Annotated[LognormalByMean, Tag("cv")]
    | Annotated[Triangular, Tag("triangular")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Erlang, Tag("erlang")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Observed, Tag("observed")]
    | Annotated[Replay, Tag("replay")]
)
Varying = Annotated[
    type_union,
    Discriminator(
        _which,
        custom_error_type="law",
        custom_error_message="is not a way to vary that we know",
    ),
    BeforeValidator(_as_law),
]
"""What a planner may write for a varying quantity."""
