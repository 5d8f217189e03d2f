"""What the figures are drawn from: the tables of one run, and the names of everything that occurs in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.statistics import t_quantile
from sim.trace import DIRECTIONS, Label

Lang = Literal["zh", "en"]
ALL = "all"


@dataclass(frozen=True)
class BaselineFact:
    """A documented figure that a measure of one channel is held against, and the year it was counted in."""

    measure: str
    channel: str
    year: int
    value: float
    source: str


@dataclass(frozen=True)
class Run:
    """The tables of one run of a scenario; `labels` names channels, places, resources, services and stages.

    summary: scenario, measure, channel, direction, cargo, place, unit, mean, low95, high95, replications, baseline,
        difference_pct, tag
    monthly: scenario, channel, direction, month (YYYY-MM), unit, mean, low95, high95, p05, p95, replications
    occupancy: scenario, resource, place, kind (in_use, waiting), date (YYYY-MM-DD), unit, capacity, mean, p05, p95,
        replications
    lead_times: scenario, channel, direction, percentile (1 to 99), days, boxes; pooled over the replications
    journeys: scenario, train, service, channel, direction, place, km, arrived, left; first replication, nodes in
        running order, km from the train's own origin, local times as ISO text
    """

    name: Label
    summary: pd.DataFrame
    monthly: pd.DataFrame
    occupancy: pd.DataFrame
    lead_times: pd.DataFrame
    journeys: pd.DataFrame
    labels: Mapping[str, Label]
    baselines: tuple[BaselineFact, ...]
    replications: int

    @property
    def channels(self) -> list[str]:
        """The channels of this run, in order."""
        measured = select(self.summary, measure="carried_teu")["channel"]
        return sorted({str(channel) for channel in measured} - {ALL})

    def baseline(self, measure: str, channel: str) -> BaselineFact | None:
        """What this measure of this channel is held against, if anything."""
        return next((b for b in self.baselines if (b.measure, b.channel) == (measure, channel)), None)


@dataclass(frozen=True)
class Value:
    """A mean with its 95 % interval and its tag (input-echo, calibrated, predicted or nothing)."""

    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    replications: int = 0
    tag: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether there were replications enough for an interval."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high)) and self.replications > 1

    @property
    def one_year(self) -> tuple[float, float]:
        """Where nine years in ten lie: what an observed year is held against (see `statistics.prediction`)."""
        if not self.has_interval:
            return np.nan, np.nan
        n = self.replications
        half = (self.high - self.low) / 2 * np.sqrt(n + 1) * t_quantile(0.95, n - 1) / t_quantile(0.975, n - 1)
        return self.mean - float(half), self.mean + float(half)


def select(table: pd.DataFrame, **equal: str) -> pd.DataFrame:
    """The rows in which all these columns have these values, in the order of the table."""
    mine = np.ones(len(table), dtype=np.bool_)
    for column, wanted in equal.items():
        mine &= (table[column] == wanted).to_numpy(dtype=np.bool_)
    return table[mine]


def value(run: Run, measure: str, channel: str, place: str = ALL) -> Value:
    """A measure of a channel, both directions and all cargo together; all `nan` where the table does not have it."""
    rows = select(run.summary, measure=measure, channel=channel, direction=ALL, cargo=ALL, place=place)
    if rows.empty:
        return Value()
    mean, low, high = (float(numbers(rows, column)[0]) for column in ("mean", "low95", "high95"))
    tag = rows["tag"].iloc[0]
    return Value(mean, low, high, int(numbers(rows, "replications")[0]), tag if isinstance(tag, str) else "")


def numbers(table: pd.DataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A column as floats; what is empty is `nan`."""
    return np.asarray(pd.to_numeric(table[column], errors="coerce"), dtype=np.float64)


def percentile_days(run: Run, channel: str, direction: str) -> dict[int, float]:
    """Days from booking to delivery by percentile."""
    rows = select(run.lead_times, channel=channel, direction=direction)
    return dict(zip(numbers(rows, "percentile").astype(int).tolist(), numbers(rows, "days").tolist(), strict=True))


def channels_of(runs: Sequence[Run]) -> list[str]:
    """The channels of all runs together, in the order in which every figure shows and colours them."""
    return sorted({channel for run in runs for channel in run.channels})


def main_channel(runs: Sequence[Run]) -> str | None:
    """The channel that titles speak of: the one held against a baseline, else the one that carries most."""
    channels = channels_of(runs)
    held = [channel for channel in channels if runs[0].baseline("carried_teu", channel)]
    carried = {channel: np.nan_to_num(value(runs[0], "carried_teu", channel).mean) for channel in channels}
    return max(held or channels, key=lambda channel: carried[channel], default=None)


def contrast(runs: Sequence[Run], values: Sequence[float]) -> list[tuple[Run, float]]:
    """The first run, and the one that differs most from it: what a title says when there are several."""
    apart = np.nan_to_num(np.abs(np.asarray(values, dtype=np.float64) - values[0]))
    return [(runs[n], values[n]) for n in (0, max(1, int(np.argmax(apart))))]


def name_of(runs: Sequence[Run], thing: str, lang: Lang) -> str:
    """What people call a channel, place, resource, service or stage; its id where no run names it."""
    return next((run.labels[thing].of(lang) for run in runs if thing in run.labels), thing)


def directions_of(runs: Sequence[Run], channel: str) -> Iterator[str]:
    """The directions in which this channel delivered anything, outbound first."""
    for direction in DIRECTIONS:
        if any(not select(run.lead_times, channel=channel, direction=direction).empty for run in runs):
            yield direction
