"""`validate`: the forecasts of a hindcast with their intervals, held against what was observed and against naive rules;
and what else must be plausible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.corridor.channel import chains_of
from sim.experiment.draws import REPLICATIONS, Design, DrawsError, design_of, name_of
from sim.experiment.hindcast import (
    Days,
    Pair,
    at_fixed_shares,
    days_of,
    linked,
    pairs_of,
    scored,
    two_years,
    volumes,
    with_scale,
)
from sim.experiment.hindcast_file import ExpectedSpec, FigureSpec, HindcastSpec, scenario_of
from sim.experiment.inputs import Change, changes
from sim.experiment.needed import brings, needed_scale
from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, Wanted, measured
from sim.files import scenario_hash
from sim.kpis import Key
from sim.scenario import Scenario
from sim.statistics import Estimate, difference, estimate, interval_score, two_years_apart, years_of
from sim.statistics import components as parts_of

Floats = NDArray[np.float64]
Results = Mapping[str, list[Outcome]]
COULD_CARRY = 0.95
"""A draw that carries less than this share of what was offered in the year of calibration contradicts that year."""
FEWEST_DRAWS = 2
"""With fewer draws than this there is no interval."""
FULL_TRAINS = 0.85
"""Trains so full on average leave boxes behind: then a fall may be for want of room, and proves nothing of price."""
CLEARLY = 0.95
"""A score is better than another at equal width if it is at most this share of it: intervals are uncertain too."""
NEAR = 0.025
"""A calibration reproduces what is known if it comes as near as this, or if its interval holds it."""


@dataclass(frozen=True)
class Effort:
    """How many draws of the inputs, years at the inputs as assumed, and years of side questions."""

    draws: int
    years: int
    side: int


FULL, QUICK = Effort(60, 40, 20), Effort(10, 6, 3)


class Reading(StrEnum):
    """What is to be said of a plausibility check."""

    PASS = "pass"  # noqa: S105  (no password)
    FAIL = "fail"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Interval:
    """A forecast: its interval, the middle of it, and its score."""

    low: float
    middle: float
    high: float
    score: float

    @property
    def half_width_share(self) -> float:
        """Half of the width as a share of the middle."""
        return (self.high - self.low) / 2 / self.middle

    def holds(self, value: float) -> bool:
        """Whether it holds a value."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Needed:
    """The sensitivity to price that the observed figure would need.

    `as_assumed` is what the closed form brings at the scale of the scenario, `scale` the one that brings what was
    observed (None if none does), `simulated` what comes when that one is simulated.
    """

    as_assumed: float
    scale: float | None
    simulated: Estimate


@dataclass(frozen=True)
class Forecast:
    """What one variant forecasts.

    `of_inputs` is the share of the variance that the inputs make; `used`, `contradict` and `refused` count draws;
    `load` is that of the services of the channel, `dearer_usd` what each market pays more for a 40 ft box.
    """

    name: str
    pair: Pair
    interval: Interval
    mean: Estimate
    of_inputs: float
    used: int
    contradict: int
    refused: int
    load: Mapping[str, float]
    dearer_usd: Mapping[str, float]
    needed: Needed
    changed: list[Change]

    @property
    def most_load(self) -> float:
        """How full the fullest of its services runs."""
        return max(self.load.values(), default=float("nan"))

    @property
    def full(self) -> bool:
        """Whether its trains are so full that a fall may be theirs."""
        return self.most_load >= FULL_TRAINS


@dataclass(frozen=True)
class Calibration:
    """The year of calibration at fixed shares, with shippers who choose, and the difference in the same luck."""

    frozen: str
    fixed: Estimate
    choosing: Estimate
    moved: Estimate

    def reproduces(self, known: float) -> bool:
        """Whether what is known of that year came out."""
        return self.choosing.low <= known <= self.choosing.high or abs(self.choosing.mean / known - 1) <= NEAR


@dataclass(frozen=True)
class Checked:
    """A figure that must be plausible, and what came."""

    check: str
    figure: str
    expected: ExpectedSpec
    found: Estimate
    reading: Reading


@dataclass(frozen=True)
class Validation:
    """All that was found. `cv` is how much the scored cargo varies from year to year as a whole."""

    spec: HindcastSpec
    effort: Effort
    cv: float
    calibrations: list[Calibration]
    forecasts: list[Forecast]
    naive: dict[str, Interval]
    checked: list[Checked]
    scale_range: tuple[float, float] | None
    scale: float

    def beats(self, one: Forecast) -> bool:
        """Whether a forecast has a better score than every naive rule."""
        return all(one.interval.score < rule.score for rule in self.naive.values())

    def worth(self, one: Forecast) -> bool:
        """Whether the interval is narrow enough to be worth something."""
        return one.interval.half_width_share <= self.spec.worth

    def rules_as_wide(self, one: Forecast) -> float:
        """The best score of a naive rule, were it given the relative width of a forecast."""
        below, above = one.interval.low / one.interval.middle, one.interval.high / one.interval.middle
        observed, coverage = self.spec.observed.value, self.spec.coverage
        middles = [rule.middle for rule in self.naive.values()]
        return min(interval_score(below * middle, above * middle, observed, coverage) for middle in middles)

    def wins_by_more_than_width(self, one: Forecast) -> bool:
        """Whether it beats the naive rules, and clearly so at equal width."""
        return self.beats(one) and one.interval.score <= CLEARLY * self.rules_as_wide(one)

    def stands(self, one: Forecast) -> bool:
        """Whether a forecast proves something: it holds what was observed and is worth something, it wins by more than
        its width, and not by want of room.
        """
        good = self.wins_by_more_than_width(one) and self.worth(one)
        return good and not one.full and one.interval.holds(self.spec.observed.value)


def validate(spec: HindcastSpec, folder: Path, effort: Effort, how: How | None = None) -> Validation:
    """Calibrate, freeze, forecast, score and check. Raises ScenarioError, DrawsError or ModelError."""
    how = how or How()
    pairs = pairs_of(spec, folder)
    bases = {pair.frozen: Base.of(pair.calibrated, spec, effort) for pair in pairs.values()}
    measures = measures_of(spec)
    _learn(bases.values(), measures, how)
    tries = {name: Try(name, pair, bases[pair.frozen], effort) for name, pair in pairs.items()}
    wanted = {f"{name}/{n}": want for name, one in tries.items() for n, want in one.wanted().items()}
    wanted |= {f"{key}/choosing": base.choosing() for key, base in bases.items()}
    wanted |= {f"plausible/{n}": w for n, w in _plausible(spec, folder, effort).items()}
    done = measured(wanted, measures, how)
    how.complain()
    first = next(iter(bases.values()))
    fact = first.scenario.facts.get("choice.scale_per_usd")
    assert first.scenario.choice is not None
    return Validation(
        spec=spec,
        effort=effort,
        cv=whole_cv(first.scenario, spec),
        calibrations=[base.calibration(key, done[f"{key}/choosing"]) for key, base in bases.items()],
        forecasts=[one.forecast({n: done[f"{name}/{n}"] for n in one.wanted()}) for name, one in tries.items()],
        naive=naive(spec, whole_cv(first.scenario, spec)),
        checked=list(_checked(spec, done)),
        scale_range=(float(fact.range[0]), float(fact.range[-1])) if fact and fact.range else None,
        scale=first.scenario.choice.scale_per_usd,
    )


def measures_of(spec: HindcastSpec) -> set[str]:
    """The measures that a hindcast needs."""
    expected = {figure.measure for one in spec.plausible.values() for figure in one.figures.values()}
    return {spec.figure.measure, "carried_teu", "offered_teu", "utilisation"} | expected


def _learn(bases: Iterable[Base], measures: set[str], how: How) -> None:
    """Simulate the years of calibration; what is the same scenario is simulated once."""
    wanted = [base.wanted() for base in bases]
    names = [{name: scenario_hash(want.scenario) for name, want in one.items()} for one in wanted]
    distinct = {(names[k][n], want.n): want for k, one in enumerate(wanted) for n, want in one.items()}
    done = measured({f"{key} {n}": want for (key, n), want in distinct.items()}, measures, how)
    how.complain()
    for k, base in enumerate(bases):
        base.learn({name: done[f"{names[k][name]} {want.n}"] for name, want in wanted[k].items()})


def figures(spec: FigureSpec, outcomes: Sequence[Outcome], measure: str | None = None) -> Floats:
    """A figure in each of these years; `nan` where there is none."""
    values = [outcome.values[measure or spec.measure] for outcome in outcomes]
    return np.array([sum(found.get(key, np.nan) for key in spec.keys) for found in values], dtype=np.float64)


# --- the year of calibration


@dataclass
class Base:
    """A calibrated scenario, its draws, and (once they were simulated at fixed shares) the days of each."""

    spec: HindcastSpec
    scenario: Scenario
    design: Design
    years: int
    days: Days
    fixed: Floats
    of_draw: dict[int, Days]
    contradict: list[int]

    @classmethod
    def of(cls, scenario: Scenario, spec: HindcastSpec, effort: Effort) -> Base:
        """What is to be simulated of a calibrated scenario."""
        return cls(spec, scenario, design_of(scenario, effort.draws), effort.years, {}, np.empty(0), {}, [])

    def wanted(self) -> dict[str, Wanted]:
        """Its years at fixed shares, and those of its draws."""
        drawn = {name_of(n): Wanted(at_fixed_shares(one), REPLICATIONS) for n, one in self.design.drawn.items()}
        return {"base": Wanted(at_fixed_shares(self.scenario), self.years), **drawn}

    def learn(self, done: Results) -> None:
        """Take the days that boxes took as those of base conditions; set aside draws that contradict the year."""
        self.days, self.fixed = days_of(done["base"]), figures(self.spec.figure, done["base"])
        for number in self.design.drawn:
            outcomes = done[name_of(number)]
            offered = figures(self.spec.figure, outcomes, "offered_teu").sum()
            if figures(self.spec.figure, outcomes, "carried_teu").sum() < COULD_CARRY * offered:
                self.contradict.append(number)
            else:
                self.of_draw[number] = days_of(outcomes)

    def choosing(self) -> Wanted:
        """The same year with shippers who choose: what it carried at fixed shares has to come out."""
        return Wanted(linked(self.scenario, self.scenario, self.days), self.years)

    def calibration(self, frozen: str, outcomes: Sequence[Outcome]) -> Calibration:
        """What came of it."""
        chosen = figures(self.spec.figure, outcomes)
        return Calibration(frozen, estimate(self.fixed), estimate(chosen), difference(self.fixed, chosen))


# --- the forecast of a variant


@dataclass
class Try:
    """A variant to be simulated."""

    name: str
    pair: Pair
    base: Base
    effort: Effort

    def __post_init__(self) -> None:
        self.spec = self.base.spec
        self.design = design_of(self.pair.forecast, self.effort.draws)
        self.scenario = self._ready(self.pair.forecast, self.base.scenario, self.base.days)
        self.volumes = volumes(self.base.scenario, self.scenario, self.spec)
        self.scale = needed_scale(self.volumes, self.spec.observed.value)
        self.drawn = {
            number: self._ready(one, self.base.design.drawn[number], self.base.of_draw[number])
            for number, one in self.design.drawn.items()
            if number in self.base.of_draw
        }
        if len(self.drawn) < FEWEST_DRAWS:
            message = (
                f"{self.name}: of {self.effort.draws} draws of the ranges, {len(self.drawn)} can be used: "
                f"{len(self.base.contradict)} could not have carried the year of calibration, the others were refused."
            )
            raise DrawsError(message)

    def _ready(self, forecast: Scenario, calibrated: Scenario, days: Days) -> Scenario:
        return two_years(linked(forecast, calibrated, days, self.pair.variant.follow), self.spec)

    def wanted(self) -> dict[str, Wanted]:
        """All that is to be simulated of it."""
        side = self.effort.side
        runs = {
            "years": Wanted(self.scenario, self.effort.years),
            **{name_of(number): Wanted(one, REPLICATIONS) for number, one in self.drawn.items()},
        }
        return runs if self.scale is None else {**runs, "needed": Wanted(with_scale(self.scenario, self.scale), side)}

    def forecast(self, done: Results) -> Forecast:
        """What came of it."""
        figure, observed = self.spec.figure, self.spec.observed.value
        years = figures(figure, done["years"])
        drawn = np.array([figures(figure, done[name_of(number)]) for number in self.drawn])
        of_inputs, _ = parts_of(drawn)
        of_years = float(years.var(ddof=1))
        choice = self.base.scenario.choice
        assert choice is not None
        return Forecast(
            name=self.name,
            pair=self.pair,
            interval=predicted(drawn, years, observed, self.spec.coverage),
            mean=estimate(years),
            of_inputs=of_inputs / (of_inputs + of_years),
            used=len(self.drawn),
            contradict=len(self.base.contradict),
            refused=self.effort.draws - len(self.drawn) - len(self.base.contradict),
            load=self._load(done["years"]),
            dearer_usd={m: v.dearer_usd[figure.channel] for m, v in zip(self._markets(), self.volumes, strict=True)},
            needed=Needed(
                brings(self.volumes, choice.scale_per_usd),
                self.scale,
                estimate(figures(figure, done["needed"]) if self.scale is not None else []),
            ),
            changed=changes(self.pair.calibrated, self.pair.forecast),
        )

    def _markets(self) -> list[str]:
        return list(scored(self.base.scenario, self.spec))

    def _load(self, outcomes: Sequence[Outcome]) -> dict[str, float]:
        """How full the services of the channel run."""
        scenario, channel = self.pair.forecast, self.spec.figure.channel
        mine = {
            name: scenario.services[name].direction
            for chain in chains_of(scenario.channels, scenario.services)
            if chain.channel == channel
            for name in chain.services
        }
        keys = {name: Key(channel, direction, "all", name) for name, direction in sorted(mine.items())}
        return {
            name: float(np.mean([one.values["utilisation"].get(key, np.nan) for one in outcomes]))
            for name, key in keys.items()
        }


def predicted(drawn: Floats, years: Floats, observed: float, coverage: float) -> Interval:
    """The prediction interval of one year, its inputs drawn too; `drawn` (draws, years), `years` (n,) as assumed."""
    law = years_of(drawn, years)
    assert law is not None
    low, middle, high = (law.quantile(q) for q in ((1 - coverage) / 2, 0.5, (1 + coverage) / 2))
    return Interval(low, middle, high, interval_score(low, high, observed, coverage))


# --- naive rules


def whole_cv(scenario: Scenario, spec: HindcastSpec) -> float:
    """How much the scored cargo as a whole varies from year to year: √Σ(share·cv)², for markets vary independently."""
    markets = scored(scenario, spec).values()
    teu = [market.teu_in(scenario.period.first_day.year) * sum(market.channels.values()) for market in markets]
    parts = [size / sum(teu) * market.year_cv for size, market in zip(teu, markets, strict=True)]
    return float(np.sqrt(np.square(parts).sum()))


def naive(spec: HindcastSpec, cv: float) -> dict[str, Interval]:
    """What each naive rule forecasts: known · factor · exp(± z·√2·σ), from the low end of the factor to the high."""
    found = {}
    for name, rule in spec.naive.items():
        low_factor, high_factor = rule.factor
        known = spec.calibration.known.value
        low = two_years_apart(known * low_factor, cv, spec.coverage)[0]
        high = two_years_apart(known * high_factor, cv, spec.coverage)[1]
        middle = known * float(np.sqrt(low_factor * high_factor))
        found[name] = Interval(low, middle, high, interval_score(low, high, spec.observed.value, spec.coverage))
    return found


# --- what else must be plausible


def _plausible(spec: HindcastSpec, folder: Path, effort: Effort) -> dict[str, Wanted]:
    return {
        name: Wanted(scenario_of(one.scenario, folder, *one.set), min(one.years, effort.side))
        for name, one in spec.plausible.items()
    }


def _checked(spec: HindcastSpec, done: Results) -> Iterator[Checked]:
    for name, one in spec.plausible.items():
        for key, expected in one.figures.items():
            found = estimate(expected.times * figures(expected, done[f"plausible/{name}"]))
            yield Checked(name, key, expected, found, judged(found, expected))


def judged(found: Estimate, expected: ExpectedSpec) -> Reading:
    """Pass if the whole interval of the mean lies in the window, fail if all of it lies outside; else it cannot be
    told, nor can what lies outside the window of a source that measures something else.
    """
    if expected.low <= found.low and found.high <= expected.high:
        return Reading.PASS
    outside = found.high < expected.low or found.low > expected.high
    return Reading.FAIL if outside and not expected.proxy else Reading.UNTOLD
