"""Which of several scenarios is best: Kim and Nelson's procedure, as sim-tools has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sim.errors import CorridorError

ValueOf = Callable[[int, int], float]
"""(number of the scenario, replication) → the measure; LookupError where there is no such replication."""

FIRST_STAGE = 10
"""Replications of every scenario before the first is left out (Kim & Nelson 2001 advise 10 to 20)."""


class NoSimToolsError(CorridorError):
    """sim-tools is not installed; the message says how to install it."""


@dataclass(frozen=True)
class Selection:
    """What the procedure found."""

    left: tuple[int, ...]
    """the scenarios that were not left out; one if it is decided"""
    used: int
    """replications of those that are left"""
    enough: int
    """with so many replications of each that is left it is decided at the latest; 0 if that cannot be told"""

    @property
    def best(self) -> int | None:
        """The best scenario; None if the replications there are did not decide it."""
        return self.left[0] if len(self.left) == 1 else None


def best_of(
    scenarios: int, value_of: ValueOf, indifference: float, better: Literal["more", "less"], alpha: float = 0.05
) -> Selection:
    """KN (Kim & Nelson 2001, ACM TOMACS 11, 251–273): with probability 1 − alpha the scenario found is the best, if the
    best is at least `indifference` (in the unit of the measure, above 0, chosen beforehand) better than any other.

    It takes replications in their order, of all scenarios that are still in, and allows for common random numbers.
    Raises NoSimToolsError if sim-tools is missing, and CorridorError with fewer than `FIRST_STAGE` replications.
    """
    feed = _Feed(value_of)
    procedure = _procedure(feed, scenarios, indifference, "max" if better == "more" else "min", alpha)
    try:
        procedure.solve()
    except LookupError as error:
        if feed.taken(range(scenarios)) < FIRST_STAGE:
            message = f"{FIRST_STAGE} replications of each scenario are needed to look for the best: run with more."
            raise CorridorError(message) from error
    left = tuple(int(number) for number in procedure._contenders)  # noqa: SLF001  (sim-tools offers no other way)
    return Selection(left, feed.taken(left), _enough(procedure, left))


class _Feed:
    """What sim-tools calls a model: it simulates a design and tells its observer the result."""

    def __init__(self, value_of: ValueOf) -> None:
        self._value_of = value_of
        self._observers: list[Any] = []
        self._next: dict[int, int] = {}

    def register_observer(self, observer: Any) -> None:
        """Tell this one what comes out."""
        self._observers.append(observer)

    def simulate(self, design: int) -> None:
        """Hand over the next replication of a scenario. Raises LookupError if there is none."""
        replication = self._next.get(int(design), 0)
        value = self._value_of(int(design), replication)
        if not np.isfinite(value):
            message = f"replication {replication} has no value"
            raise LookupError(message)
        self._next[int(design)] = replication + 1
        for observer in self._observers:
            observer.feedback(self, design, value)

    def taken(self, designs: range | tuple[int, ...]) -> int:
        """The fewest replications that were taken of any of these."""
        return min(self._next.get(design, 0) for design in designs)


def _procedure(feed: _Feed, scenarios: int, indifference: float, objective: str, alpha: float) -> Any:
    try:
        from sim_tools.ovs.indifference_zone import KN  # noqa: PLC0415  (optional, and slow to import)
    except ImportError as error:
        message = "to look for the best, sim-tools is needed: pip install 'freight-corridor-sim[best]'"
        raise NoSimToolsError(message) from error

    class Corrected(KN):  # type: ignore[misc]
        """KN with the variance of the very pair that is compared.

        `KN` of sim-tools 1.3.0 keeps them row by row without the diagonal, and looks one place too early where the
        second scenario comes before the first.
        """

        def _limit_to_distance_from_sample_means(self, design_i: int, design_l: int) -> float:
            return super()._limit_to_distance_from_sample_means(design_i, design_l + (design_l < design_i))  # type: ignore[no-any-return]

    return Corrected(feed, scenarios, indifference, alpha=alpha, n_0=FIRST_STAGE, obj=objective)


def _enough(procedure: Any, left: tuple[int, ...]) -> int:
    """The replications at which KN ends at the latest: ⌊h² S² / δ²⌋ + 1, the largest over the pairs that are left."""
    pairs = [(i, j) for i in left for j in left if i != j]
    variances = procedure._init_obs.T  # noqa: SLF001
    spread = [float((variances[:, i] - variances[:, j]).var(ddof=1)) for i, j in pairs]
    h_squared, delta = procedure._h_squared, procedure._delta  # noqa: SLF001
    return int(h_squared * max(spread, default=0.0) / delta**2) + 1
