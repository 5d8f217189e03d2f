"""How long must a corridor run before it is measured? MSER-5 and Welch on daily series, and three lead times.

MSER-5 and Welch suppose that what comes after the start is stationary. A calendar scenario is not: it has seasons, its
demand steps from year to year, its services change. So both look only at the days before the first change on a date
(if these are enough to tell), and what MSER-5 would cut long after the Welch average has reached its level counts as
trend or season, not as emptiness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import numpy as np

from sim.experiment.findings import book
from sim.experiment.replicate import SetAsideError
from sim.experiment.workers import Workers
from sim.kpis import BY_ID, Key, Seen
from sim.kpis.warm_up import UNITS, Daily, What, from_empty
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.statistics import (
    FEWEST_BATCHES,
    Estimate,
    Floats,
    Serial,
    batch_means,
    batched,
    mser,
    serial_correlation,
    settled,
    welch,
)
from sim.trace import Book

LEAD_TIMES = 3
"""A warm-up is to be at least so many of the longest lead time."""

BATCH_DAYS = 5
WINDOW_DAYS = 14
"""Welch's window, days on either side: with the day itself about four weeks, for timetables repeat by the week."""

Reading = Literal["emptiness", "other", "undecided", "no_cargo"]
"""What MSER-5 saw: the empty start; a trend, season or chance after it; too little to decide; or nothing at all."""


def longest_lead_time(p95_days: Mapping[str, float]) -> tuple[str, float]:
    """The slowest channel and the days within which 95 % of its boxes get through; ("", nan) if none is known."""
    known = {channel: days for channel, days in p95_days.items() if np.isfinite(days)}
    slowest = max(known, key=lambda channel: known[channel], default="")
    return slowest, known.get(slowest, np.nan)


@dataclass(frozen=True)
class Series:
    """One daily series from an empty start: mean over replications, Welch's average, and what the rules say of it."""

    channel: str
    what: What
    mean: Floats
    smooth: Floats
    mser_days: int | None
    settled_days: int | None
    reading: Reading

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return UNITS[self.what]


@dataclass(frozen=True)
class WarmUp:
    """What was found out about the start of a scenario. `looked_at_days` is the stretch that MSER-5 and Welch judge."""

    scenario: Scenario
    book: Book
    replications: int
    days: int
    looked_at_days: int
    window_days: int
    series: tuple[Series, ...]
    slowest: str
    p95_days: float

    @property
    def by_lead_time(self) -> int | None:
        """Three of the longest lead time, in whole days; None if nothing was delivered."""
        return int(np.ceil(LEAD_TIMES * self.p95_days)) if np.isfinite(self.p95_days) else None

    @property
    def by_mser(self) -> Series | None:
        """The series in which MSER-5 sees the empty start last; None if it sees it in none."""
        seen = [one for one in self.series if one.reading == "emptiness"]
        return max(seen, key=lambda one: one.mser_days or 0, default=None)

    @property
    def proposed(self) -> int | None:
        """The longer of the two, in days; None if neither can be told."""
        latest = self.by_mser
        known = [days for days in (self.by_lead_time, latest.mser_days if latest else None) if days is not None]
        return max(known, default=None)

    @property
    def rule(self) -> Literal["lead_time", "mser"] | None:
        """The rule that gave the proposal."""
        if self.proposed is None:
            return None
        return "lead_time" if self.by_lead_time == self.proposed else "mser"

    def one_run(self, one: Series) -> tuple[Estimate, Serial] | None:
        """The level of a series after the proposed warm-up, from one run alone: batch means, and whether these still
        depend on one another. None with several replications, whose means need no batches.
        """
        if self.replications > 1 or self.proposed is None:
            return None
        values = one.mean[self.proposed : self.looked_at_days]
        return batch_means(values), serial_correlation(batched(values))

    @property
    def looks_short(self) -> bool:
        """Whether the run is too short to show what the proposal rests on: under twice the proposed warm-up."""
        return self.proposed is not None and self.days < 2 * self.proposed

    @property
    def long_enough(self) -> bool | None:
        """Whether the present warm-up is at least what is proposed; None if nothing is."""
        return None if self.proposed is None else self.scenario.period.warm_up_days >= self.proposed

    @property
    def cut_short(self) -> bool:
        """Whether the stretch ends at a change on a date, before the run does."""
        return self.looked_at_days < self.days


def warm_up(scenario: Scenario, n: int, workers: Workers | None = None) -> WarmUp:
    """Run n replications from an empty start to the end and judge them; the same whoever runs them.

    Raises ModelError if the model broke one of its own rules, SetAsideError if a replication could not be finished.
    """
    dailies, p95s = zip(*_runs(scenario, n, workers or Workers()), strict=True)
    days = round(scenario.period.window[1] / 24)
    changes = [day for day in changes_on(scenario) if day >= FEWEST_BATCHES * BATCH_DAYS]
    looked_at = min((*changes, days))
    window = min(WINDOW_DAYS, looked_at // 4)
    found = tuple(
        judged(key, np.array([daily[key] for daily in dailies]), looked_at, window)
        for key in dailies[0]
        if any(np.isfinite(daily[key]).any() for daily in dailies)
    )
    mean_p95 = {channel: _mean([p95[channel] for p95 in p95s]) for channel in p95s[0]}
    return WarmUp(scenario, book(scenario), n, days, looked_at, window, found, *longest_lead_time(mean_p95))


def judged(key: tuple[str, What], series: Floats, looked_at: int, window: int) -> Series:
    """MSER-5 and Welch on the first `looked_at` days of a series, shape (replications, days)."""
    known = np.isfinite(series)
    total, count = np.where(known, series, 0.0).sum(axis=0), known.sum(axis=0)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    smooth = welch(mean, window)
    if not np.nan_to_num(mean[:looked_at]).any():
        return Series(*key, mean, smooth, None, None, "no_cargo")
    cut, level = mser(mean[:looked_at], BATCH_DAYS), settled(smooth[: looked_at - window])
    return Series(*key, mean, smooth, cut, level, _reading(cut, level, window))


def _reading(cut: int | None, level: int | None, window: int) -> Reading:
    if cut is None:
        return "undecided"
    long_after = level is not None and cut > level + 2 * window + 1
    return "other" if long_after else "emptiness"


def changes_on(scenario: Scenario) -> list[int]:
    """The days of the run, counted from its start, on which services, demand or closures change, in order."""
    start = scenario.period.start.date()
    end = start + timedelta(hours=scenario.period.window[1])
    return sorted({(day - start).days for day in _dates(scenario, start.year, end.year) if start < day < end})


def _dates(scenario: Scenario, first_year: int, last_year: int) -> Iterator[date]:
    ranges: list[tuple[date | None, date | None]] = []
    for service in scenario.services.values():
        yield from (datetime.strptime(day, "%Y-%m-%d").date() for day in service.changes)
        ranges.append((service.first_day, service.last_day))
    for market in scenario.markets.values():
        ranges.append((market.first_day, market.last_day))
        years = range(first_year + 1, last_year + 1)
        yield from (date(year, 1, 1) for year in years if market.teu_in(year) != market.teu_in(year - 1))
    for one in scenario.disruptions.values():
        ranges += [(days.first_day, days.last_day) for days in (*one.closed.values(), *one.days.values())]
    for first, last in ranges:
        if first:
            yield first
        if last:
            yield last + timedelta(days=1)


def _runs(scenario: Scenario, n: int, workers: Workers) -> list[tuple[Daily, dict[str, float]]]:
    done = dict(workers.results(_one, {number: (scenario, number) for number in range(n)}))
    aside = [str(number) for number, result in sorted(done.items()) if result is None]
    if aside:
        raise SetAsideError(aside)
    return [result for _, result in sorted(done.items()) if result is not None]


def _one(scenario: Scenario, replication: int) -> tuple[Daily, dict[str, float]]:
    seen = Seen(simulate(scenario, replication))
    p95 = BY_ID["lead_time_p95_days"].of(seen)
    return from_empty(seen), {channel: p95.get(Key(channel), np.nan) for channel in seen.book.channels}


def _mean(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else np.nan
