"""Coverage: how often our own intervals contain the exact answer, measured on corridors that have one.

Each cell makes many macro-replications: one of them is what a user sees of `sim run`, n replications and an interval. A
procedure with the nominal coverage lands in the band of `Cell.band`; whatever lands below it fails, and is shown. Two
controls do what must not be done, and have to fail, or the measurement itself is blind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sim.experiment.replicate import How, Wanted, replications
from sim.experiment.verify import values
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.statistics import estimate, prediction

Floats = NDArray[np.float64]
MACROS = 2000
"""Macro-replications at full length."""

FEW, MANY = 10, 30
"""Replications of a macro-replication: the fewest that we would show, and the default."""

ROOMY, USUAL, TIGHT = "E1-K40", "E1-K30", "E1-K26"
"""The corridors: trains filled to 60, 80 and 92 %."""

WAIT = "wait"
"""What these rows expect: the mean wait for the train, in hours."""

WARM_UP_DAYS, MEASURED_DAYS = 60, 60
"""A short year: five relaxation times of the fullest corridor to warm up, and as many measured. Its mean is more skewed
than that of a whole year, which makes the test a hard one.
"""

CHUNK = 50
"""Macro-replications under one seed; their outcomes are in memory together."""

BAND = 0.999
"""The probability with which a true procedure lands in its band."""


class Procedure(StrEnum):
    """What is covered, or done wrong."""

    MEAN = "mean"
    ONE_YEAR = "one_year"
    NO_WARM_UP = "no_warm_up"
    ONE_RUN = "one_run"


@dataclass(frozen=True)
class Cell:
    """How often an interval contained what it should. A control is a procedure that has to fail."""

    procedure: Procedure
    row: str
    n: int
    nominal: float
    hits: int
    macros: int

    @property
    def share(self) -> float:
        """The coverage that was found."""
        return self.hits / self.macros

    @property
    def band(self) -> tuple[float, float]:
        """Where a procedure with the nominal coverage lands with a probability of 99.9 % (binomial)."""
        from scipy.stats import binom  # noqa: PLC0415  (slow to import)

        low, high = binom.interval(BAND, self.macros, self.nominal)
        return float(low) / self.macros, float(high) / self.macros

    @property
    def control(self) -> bool:
        """Whether the procedure is wrong on purpose."""
        return self.procedure in (Procedure.NO_WARM_UP, Procedure.ONE_RUN)

    @property
    def fails(self) -> bool:
        """Whether the coverage is below what chance allows."""
        return self.share < self.band[0]

    @property
    def as_it_should(self) -> bool:
        """Whether controls fail, and nothing else does."""
        return self.fails == self.control


def coverage(rows: Mapping[str, Scenario], macros: int, how: How | None = None) -> list[Cell]:
    """The coverage of all procedures on the corridors of E1; `rows` are the scenarios of verification by name."""
    cells = []
    for row in (ROOMY, USUAL, TIGHT):
        waits = pool(shortened(rows[row], WARM_UP_DAYS), macros, how)
        exact = exact_wait(rows[row])
        cells += [Cell(Procedure.MEAN, row, n, 0.95, _means_covered(waits[:, :n], exact), macros) for n in (FEW, MANY)]
        cells.append(Cell(Procedure.ONE_YEAR, row, MANY, 0.90, _years_covered(waits), macros))
    cold = pool(shortened(rows[TIGHT], 0), macros, how)
    exact = exact_wait(rows[TIGHT])
    cells.append(Cell(Procedure.NO_WARM_UP, TIGHT, MANY, 0.95, _means_covered(cold, exact), macros))
    one_run = shortened(rows[TIGHT], WARM_UP_DAYS)
    hits = sum(_covers(trains_of(one_run, number), exact) for number in range(macros))
    cells.append(Cell(Procedure.ONE_RUN, TIGHT, MEASURED_DAYS, 0.95, hits, macros))
    return cells


def runs(macros: int) -> int:
    """How many replications `coverage` tells its progress of."""
    return 4 * MANY * macros


def shortened(scenario: Scenario, warm_up_days: int) -> Scenario:
    """The corridor with a short year, after so many days of warm-up from empty."""
    first = date(2001, 1, 1)
    last = first + timedelta(days=MEASURED_DAYS - 1)
    return scenario.but(period={"first_day": first, "last_day": last, "warm_up_days": warm_up_days})


def exact_wait(scenario: Scenario) -> float:
    """The exact mean wait, in hours."""
    return float(scenario.expect[WAIT].exact)


def pool(scenario: Scenario, macros: int, how: How | None = None) -> Floats:
    """Mean waits of independent replications, in hours, shape (macros, `MANY`)."""
    how, chunks = how or How(), []
    for begin in range(0, macros, CHUNK):
        wanted = Wanted(scenario.but(seed=scenario.seed + begin), min(CHUNK, macros - begin) * MANY)
        done = replications({"": wanted}, how)
        how.complain()
        chunks.append(values(done[""], scenario.expect[WAIT]).reshape(-1, MANY))
    return np.concatenate(chunks)


def trains_of(scenario: Scenario, number: int) -> Floats:
    """One replication, train by train: the waits of its boxes added up, over the mean load, in hours.

    Their mean is that of the boxes; taking them for independent is the error that this control makes.
    """
    trace = simulate(scenario, number)
    train, waits_h = trace.containers.train[0], trace.closed_h(0) - trace.containers.ready_h[0]
    departed = np.flatnonzero(trace.departures.departed_h >= trace.book.window[0])
    known = train >= 0
    sums = np.bincount(train[known], waits_h[known], minlength=len(trace.departures.departed_h))[departed]
    return np.asarray(sums / trace.departures.boxes[departed].mean())


def _means_covered(waits: Floats, exact: float) -> int:
    return sum(_covers(macro, exact) for macro in waits)


def _years_covered(waits: Floats) -> int:
    """How often the prediction interval of a macro-replication contains a new year: the first of the next one."""
    intervals: list[tuple[float, float]] = [prediction(macro) for macro in waits]
    return sum(low <= year <= high for (low, high), year in zip(intervals, np.roll(waits[:, 0], -1), strict=True))


def _covers(sample: Floats, exact: float) -> bool:
    found = estimate(sample)
    return found.low <= exact <= found.high
