"""What draws of the inputs say: how far one year may lie, how much of that is the inputs', and which of them move it.

Every draw is simulated in the same two years, so that what is common to draws is luck and what differs is inputs. How
much years vary is taken from the many replications at the values as assumed, not from these two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.experiment.compare import HEADLINES, Figure, last_digit
from sim.experiment.draws import DUMMY, REPLICATIONS, Design, Floats, name_of
from sim.experiment.outcome import Outcome
from sim.kpis import Key
from sim.statistics import (
    SURE,
    Estimate,
    apart,
    components,
    estimate,
    holm,
    prediction,
    rank_correlation,
    ranks,
    residual,
    share_at_least,
    years_of,
)

THIRD = 3
"""Low and high are the draws in the lowest and the highest third of an input."""
FEWEST_FLIPS = 3
"""With fewer draws that flip a sign, or keep it, nothing is said of what flips it."""


@dataclass(frozen=True)
class Draws:
    """Draws and what came out: `luck` by name of an input, shape (draws,), figures of shape (draws, years)."""

    numbers: tuple[int, ...]
    luck: Mapping[str, Floats]
    values: Mapping[Figure, Floats]

    def means(self, figure: Figure) -> Floats:
        """A figure of each draw, the mean over its years; shape (draws,)."""
        return np.asarray(self.values[figure].mean(axis=1))


@dataclass(frozen=True)
class Uncertainty:
    """The draws of a scenario and the outcomes of those that were simulated, by number."""

    design: Design
    outcomes: Mapping[int, Sequence[Outcome]]

    def draws(self) -> Draws:
        """Headline figures of each draw that is complete."""
        complete = {n: o for n, o in sorted(self.outcomes.items()) if len(o) == REPLICATIONS}
        at = np.array(list(complete), dtype=np.int64) - 1
        keys = dict.fromkeys((m, k) for o in complete.values() for one in o for m, k in _headlines(one))
        values = {
            (measure, *key): np.array([[one.values[measure].get(key, np.nan) for one in o] for o in complete.values()])
            for measure, key in keys
        }
        return Draws(tuple(complete), {name: luck[at] for name, luck in self.design.luck.items()}, values)


def uncertainty_of(design: Design, done: Mapping[str, Sequence[Outcome]]) -> Uncertainty:
    """The uncertainty of a scenario from the runs of its draws, by name."""
    return Uncertainty(design, {number: done[name_of(number)] for number in design.drawn})


def _headlines(outcome: Outcome) -> list[tuple[str, Key]]:
    """The headline figures of channels, and of all together."""
    return [(m, key) for m in HEADLINES for key in outcome.values[m] if key == Key(key.channel)]


# --- how far


@dataclass(frozen=True)
class Spread:
    """A figure with three intervals that must not be confused.

    mean: the mean over years, inputs as assumed, with its 95 % interval, which more replications shrink. one_year: 90 %
    of single years, inputs as assumed. drawn: 90 % of single years with their inputs drawn. share: of the variance of
    such a year, what inputs make. drawn_mean: the mean over draws, which is not `mean` where ranges are lopsided.
    """

    figure: Figure
    mean: Estimate
    one_year: tuple[float, float]
    drawn: tuple[float, float]
    drawn_mean: float
    share: float
    draws: int
    centres: Floats
    years: Floats

    @property
    def apart(self) -> float:
        """How far the mean of all years lies from that of the years that are drawn; 0 where it is not known."""
        found = float(np.nanmean(self.years)) - float(self.years[:REPLICATIONS].mean()) if len(self.years) else 0.0
        return found if np.isfinite(found) else 0.0

    def at_least(self, value: float) -> float:
        """How likely a year with its inputs drawn is to reach a value."""
        law = years_of(self.centres, self.years)
        return 1 - law.below(value) if law else np.nan


def spread(figure: Figure, drawn: Floats, years: Floats) -> Spread:
    """The intervals of a figure: `drawn` of shape (draws, r), `years` (n,) as assumed, by replication from 0 on.

    Draws in which it is unknown in some year are left out.
    """
    known = drawn[np.isfinite(drawn).all(axis=1)]
    law = years_of(known, years)
    ends = (law.quantile(0.05), law.quantile(0.95)) if law else (np.nan, np.nan)
    middle = float(law.centres.mean()) if law else np.nan
    of_inputs, _ = components(known) if len(known) else (np.nan, np.nan)
    of_years = float(np.var(years[np.isfinite(years)], ddof=1)) if np.isfinite(years).sum() > 1 else np.nan
    total = of_inputs + of_years
    share = of_inputs / total if total > 0 else np.nan
    return Spread(figure, estimate(years), prediction(years), ends, middle, share, len(known), known, years)


# --- which inputs


@dataclass(frozen=True)
class Mover:
    """An input and how it moves a figure: rank correlation with its luck, the mean over the draws in the lowest and in
    the highest third of it, and the difference of these. `told`: it stands out from noise. What the others that stand
    out do is taken out of all of these.
    """

    input: str
    correlation: float
    p_holm: float
    low: float
    high: float
    change: Estimate
    told: bool


def movers(effects: Floats, luck: Mapping[str, Floats]) -> list[Mover]:
    """Every input, the one that moves most first, the dummy among them; `effects` of shape (draws,), `nan` left out.

    Inputs are told from noise one after the other, the strongest first, each given those before it (stepwise, on ranks:
    Helton et al. 2006): if its p, adjusted for the number of inputs still untold (Holm 1979), is below 0.05, and it
    moves more than the dummy does. So the dummy itself never is. Of those told, `p_holm` is p given all the others
    that are told, times the number of inputs.
    """
    known = np.isfinite(effects)
    effects, luck = effects[known], {name: column[known] for name, column in luck.items()}
    told: list[str] = []
    while (found := _next(effects, luck, told)) is not None:
        told.append(found)
    p_values = {name: _given(name, effects, luck, told) for name in luck}
    untold = [name for name in luck if name not in told and name != DUMMY]
    adjusted = dict(zip(untold, holm([p_values[name][1] for name in untold]).tolist(), strict=True))
    adjusted |= {name: min(1.0, p_values[name][1] * (len(luck) - 1)) for name in told}
    moved = [
        _mover(name, (p_values[name][0], adjusted.get(name, np.nan)), _without(name, effects, luck, told), luck[name])
        for name in luck
    ]
    moved = [replace(one, told=one.input in told) for one in moved]
    return sorted(moved, key=lambda one: (not one.told, -abs(np.nan_to_num(one.correlation)), one.input))


def _next(effects: Floats, luck: Mapping[str, Floats], told: Sequence[str]) -> str | None:
    """The input that stands out most, given those told before; None if none does."""
    untold = [name for name in luck if name not in told and name != DUMMY]
    found = {name: _given(name, effects, luck, told) for name in untold}
    if not found or len(effects) - len(told) < 2 * THIRD:
        return None
    best = max(found, key=lambda name: abs(np.nan_to_num(found[name][0])))
    noise = abs(np.nan_to_num(_given(DUMMY, effects, luck, told)[0])) if DUMMY in luck else 0.0
    p = holm([found[name][1] for name in untold])[untold.index(best)]
    return best if p < SURE and abs(found[best][0]) > noise else None


def _given(name: str, effects: Floats, luck: Mapping[str, Floats], told: Sequence[str]) -> tuple[float, float]:
    return rank_correlation(luck[name], effects, [luck[other] for other in told if other != name])


def _without(name: str, effects: Floats, luck: Mapping[str, Floats], told: Sequence[str]) -> Floats:
    """The effects without those of the other inputs that are told from noise."""
    return residual(effects, [ranks(luck[other]) for other in told if other != name])


def _mover(name: str, found: tuple[float, float], effects: Floats, luck: Floats) -> Mover:
    order, third = np.argsort(luck), len(luck) // THIRD
    low, high = effects[order[:third]], effects[order[len(luck) - third :]]
    ends = (float(low.mean()), float(high.mean())) if third else (np.nan, np.nan)
    return Mover(name, *found, *ends, apart(low, high), told=False)


# --- two scenarios


def paired_draws(base: Draws, other: Draws) -> Draws | None:
    """Differences draw by draw and year by year; None unless inputs of one name have the same luck in both."""
    numbers = tuple(n for n in base.numbers if n in other.numbers)
    at, there = ([draws.numbers.index(n) for n in numbers] for draws in (base, other))
    mine = {name: luck[at] for name, luck in base.luck.items()}
    theirs = {name: luck[there] for name, luck in other.luck.items()}
    both = mine.keys() & theirs.keys()
    if not (numbers and both and all(np.allclose(mine[name], theirs[name], atol=1e-9) for name in both)):
        return None
    values = {f: other.values[f][there] - base.values[f][at] for f in base.values if f in other.values}
    return Draws(numbers, dict(sorted((mine | theirs).items())), values)


@dataclass(frozen=True)
class Signs:
    """In how many of n draws a difference is more, less, or rounds to nothing; and what moves and what flips it.

    `way` is the sign of the difference as assumed (0 if it rounds to nothing), `same` counts the draws that have it,
    and `share` is their share with its 95 % interval (Clopper & Pearson).
    """

    figure: Figure
    difference: float
    drawn_mean: float
    n: int
    more: int
    less: int
    way: int
    same: int
    share: Estimate
    movers: list[Mover]
    flippers: list[Mover]

    @property
    def opposite(self) -> int:
        """Draws in which it has the other sign."""
        return self.less if self.way > 0 else self.more


def signs(figure: Figure, difference: float, draws: Draws) -> Signs:
    """What the draws say of a difference; `difference` is its mean with all inputs as assumed."""
    effects = draws.means(figure)
    known = np.isfinite(effects)
    least = last_digit(figure[0]) / 2

    def sign(values: Floats) -> Floats:
        return np.where(np.abs(values) < least, 0.0, np.sign(values))

    way = int(sign(np.array([difference]))[0])
    found = sign(effects[known])
    same = int((found == way).sum())
    flips = np.where(known, sign(effects) != way, np.nan)
    split = FEWEST_FLIPS <= same <= len(found) - FEWEST_FLIPS
    return Signs(
        figure=figure,
        difference=difference,
        drawn_mean=float(effects[known].mean()) if len(found) else np.nan,
        n=len(found),
        more=int((found > 0).sum()),
        less=int((found < 0).sum()),
        way=way,
        same=same,
        share=share_at_least((found == way).astype(np.float64), 1.0),
        movers=movers(effects, draws.luck),
        flippers=movers(flips, draws.luck) if split else [],
    )


def named(found: Sequence[Mover], most: int = 3) -> list[Mover]:
    """The inputs that stand out from noise, at most so many."""
    return [one for one in found if one.told][:most]
