"""Several factors, each absent or present, in all combinations: main effects and interactions, year by year.

A 2^k design needs no file for each cell: what each factor changes of the reference is laid over it, one after the
other. Two factors that change the same number to different values have no combination, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.checks import check
from sim.errors import CorridorError
from sim.experiment.compare import Figure, Sample
from sim.experiment.draws import Floats
from sim.experiment.replicate import How, SetAsideError, Wanted, replications
from sim.experiment.whatif import MEASURES, headlines_only, sample_of
from sim.scenario import Scenario
from sim.statistics import SURE, Estimate, estimate, holm, p_value

FEWEST, MOST = 2, 4
"""Factors in a design."""
UNMIXED = ("name", "question")
"""What a factor says of itself, not of the corridor."""

Cell = frozenset[str]
"""The factors that are present."""
Effect = tuple[str, ...]
"""The factors of an effect: one for a main effect, several for an interaction."""


class FactorialError(CorridorError):
    """Factors that have no combination; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class EffectOf:
    """An effect on a figure: the mean over years, with an interval that holds jointly over all effects on it."""

    figure: Figure
    factors: Effect
    effect: Estimate
    p: float
    p_holm: float

    @property
    def clear(self) -> bool:
        """Whether it is told from chance."""
        return self.p_holm < SURE


@dataclass(frozen=True)
class Factorial:
    """A 2^k design that was run: its factors by id, the mean of each figure in each cell, and the effects."""

    reference: Scenario
    factors: Mapping[str, Scenario]
    replications: int
    means: Mapping[Figure, Mapping[Cell, Estimate]]
    effects: Sequence[EffectOf]


def cells_of(factors: Sequence[str]) -> list[Cell]:
    """All combinations, in standard order: none, a, b, ab, c, ac, …"""
    found: list[Cell] = [frozenset()]
    for factor in factors:
        found += [cell | {factor} for cell in found]
    return found


def effects_of(factors: Sequence[str]) -> list[Effect]:
    """All effects: main effects first, then interactions of two, of three, …"""
    return [effect for size in range(1, len(factors) + 1) for effect in combinations(factors, size)]


def contrast(cells: Mapping[Cell, Floats], effect: Effect) -> Floats:
    """An effect in each replication: (cells with an even number of its factors absent − the others) / 2^(k − 1).

    A main effect is the mean change that a factor makes, over all settings of the others; an interaction of two is half
    the difference between what one makes with the other and without it (Montgomery 2017, §6.3).
    """
    total = sum(
        ((-1) ** len(set(effect) - cell) * values for cell, values in cells.items()),
        np.zeros(len(next(iter(cells.values())))),
    )
    return np.asarray(total / (len(cells) / 2))


def effects_on(cells: Mapping[Cell, Floats], factors: Sequence[str], figure: Figure) -> list[EffectOf]:
    """Every effect on a figure, with jointly valid intervals (Bonferroni) and p adjusted for their number (Holm)."""
    effects = effects_of(factors)
    confidence = 1 - SURE / len(effects)
    yearly = [contrast(cells, effect) for effect in effects]
    p_values = [p_value(values) for values in yearly]
    rows = zip(effects, yearly, p_values, holm(p_values).tolist(), strict=True)
    return [EffectOf(figure, effect, estimate(values, confidence), p, adjusted) for effect, values, p, adjusted in rows]


def factorial(reference: Scenario, factors: Mapping[str, Scenario], n: int, how: How | None = None) -> Factorial:
    """Run all combinations of the factors with n replications each under the same luck.

    Raises FactorialError if there are too few or too many of them, or two have no combination.
    """
    how = how or How()
    if not FEWEST <= len(factors) <= MOST:
        raise FactorialError(f"a design has {FEWEST} to {MOST} factors; these are {len(factors)}.")
    cells = {cell: combined(reference, {f: factors[f] for f in factors if f in cell}) for cell in cells_of([*factors])}
    names = {cell: " + ".join(f for f in factors if f in cell) for cell in cells}
    wanted = {names[cell]: Wanted(scenario, n) for cell, scenario in cells.items()}
    done = replications(wanted, how, headlines_only)
    if how.aside:
        raise SetAsideError(how.named_aside)
    samples = {cell: sample_of(done[names[cell]]) for cell in cells}
    figures = _common(list(samples.values()))
    yearly = {figure: {cell: sample[figure] for cell, sample in samples.items()} for figure in figures}
    return Factorial(
        reference,
        factors,
        n,
        {figure: {cell: estimate(values) for cell, values in of.items()} for figure, of in yearly.items()},
        [effect for figure in figures for effect in effects_on(yearly[figure], [*factors], figure)],
    )


def _common(samples: Sequence[Sample]) -> list[Figure]:
    """The figures that every cell has, those that are printed first."""
    common = [figure for figure in samples[0] if all(figure in sample for sample in samples)]
    return sorted((f for f in common if f[4] == "all"), key=lambda figure: MEASURES.index(figure[0]))


# --- several changes laid over one reference


def combined(reference: Scenario, factors: Mapping[str, Scenario]) -> Scenario:
    """The reference with all that these factors change. Raises FactorialError if that cannot be.

    Numbers are replaced; lists to which factors append, such as levers that were applied, hold what each appended.
    """
    tree, done = _tree(reference), reference
    if not factors:
        return done
    changed: dict[str, str] = {}
    for name, factor in factors.items():
        tree = _laid(tree, (_tree(reference), _tree(factor)), "", (name, changed))
    for word in UNMIXED:
        tree.pop(word, None)
    tree["name"] = {
        "zh": " + ".join(one.name.zh for one in factors.values()),
        "en": " + ".join(one.name.en for one in factors.values()),
    }
    try:
        done = Scenario.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise FactorialError(f"{' with '.join(factors)} cannot be: {where}: {first['msg']}") from None
    problems = check(done)
    if problems:
        raise FactorialError(f"{' with '.join(factors)} cannot be: {problems[0]}")
    return done


def _tree(scenario: Scenario) -> dict[str, Any]:
    """The scenario as written, and always with the levers that were pulled: none where nothing is said of them."""
    tree: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {**tree, "applied": [*scenario.applied]}


_GONE = object()


def _laid(tree: Any, sides: tuple[Any, Any], path: str, who: tuple[str, dict[str, str]]) -> Any:
    """`tree` with what differs between the two sides, (reference, factor), of what stands at a path."""
    before, after = sides
    if before == after:
        return tree
    if isinstance(before, dict) and isinstance(after, dict) and isinstance(tree, dict):
        laid = dict(tree)
        for key in (*before, *(key for key in after if key not in before)):
            here = f"{path}.{key}".lstrip(".")
            if here in UNMIXED:
                continue
            parts = (before.get(key, _GONE), after.get(key, _GONE))
            value = _laid(tree.get(key, _GONE), parts, here, who)
            if value is _GONE:
                laid.pop(key, None)
            else:
                laid[key] = value
        return laid
    if isinstance(before, list) and isinstance(after, list) and after[: len(before)] == before:
        return [*tree, *after[len(before) :]]
    if tree not in (before, after):
        first = who[1].get(path, "another")
        raise FactorialError(f"{first} and {who[0]} both change {path}, to different values: they have no combination.")
    who[1][path] = who[0]
    return after
