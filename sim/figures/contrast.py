"""What the figures of differences are drawn from: the table of a comparison, and the runs that it compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.figures.run import ALL, Run, numbers, select
from sim.statistics import Better, Estimate, Verdict, verdict
from sim.trace import Label

COLOURS: dict[Verdict, str] = {"better": "#009E73", "worse": "#D55E00", "changed": "#1f2326"}
"""Told apart by colour-blind readers too; what is not told from chance is grey."""
UNTOLD = "#8a9197"


@dataclass(frozen=True)
class MeasureFact:
    """A measure: its name, its unit, which way is better, and the last digit that is shown of it."""

    name: Label
    unit: str
    better: Better
    last_digit: float


@dataclass(frozen=True)
class Change:
    """The difference of one figure of one run from the base."""

    base: float
    change: Estimate
    p: float
    fact: MeasureFact

    @property
    def verdict(self) -> Verdict:
        """What may be said of it."""
        return verdict(self.change, self.p, self.fact.better, self.fact.last_digit)

    @property
    def colour(self) -> str:
        """Its colour."""
        return COLOURS.get(self.verdict, UNTOLD)


@dataclass(frozen=True)
class Contrast:
    """The runs, the base first, and how they differ from it.

    table: measure, channel, direction, cargo, place, unit, base, base_mean, scenario, mean, difference, low95, high95,
        p_holm, replications
    """

    runs: tuple[Run, ...]
    ids: tuple[str, ...]
    """the runs as the table calls them"""
    table: pd.DataFrame
    measures: Mapping[str, MeasureFact]
    headlines: tuple[str, ...]
    """the measures that are shown first"""
    mixed: frozenset[tuple[int, str]] = frozenset()
    """(run, measure) whose mean over all channels the channels' shares of the total moved"""

    @property
    def others(self) -> range:
        """The numbers of all runs but the base."""
        return range(1, len(self.runs))

    @property
    def replications(self) -> list[int]:
        """Over how many years the runs were compared: the fewest, and the most, once each."""
        n = self.table["replications"].groupby(self.table["scenario"]).max() if len(self.table) else pd.Series([0])
        return sorted({int(n.min()), int(n.max())})

    def change(self, run: int, measure: str, channel: str = ALL, place: str = ALL) -> Change | None:
        """How this run differs from the base in a measure of a channel; None where the table does not have it."""
        equal = {"measure": measure, "channel": channel, "direction": ALL, "cargo": ALL, "place": place}
        rows = select(self.table, scenario=self.ids[run], **equal)
        if rows.empty:
            return None
        columns = ("base_mean", "difference", "low95", "high95", "p_holm", "replications")
        base, mean, low, high, p, n = (float(numbers(rows, column)[0]) for column in columns)
        if not np.isfinite(mean):
            return None
        return Change(base, Estimate(mean, low, high, int(n)), p, self.measures[measure])
