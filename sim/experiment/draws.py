"""Draws of what is not known: every graded range of a scenario at once, by Latin hypercube, each by its own name.

Luck belongs to a name, as in `streams`: an input has the same luck in every scenario, which pairs the draws of two
scenarios, and one more input moves no other. The law of a range is triangular, for three numbers are all that a planner
says of it: its ends and where it most likely is. Ranges are independent of each other unless the scenario says under
`together` that they are one assumption. Source: McKay, Beckman & Conover (1979), by scipy.stats.qmc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from sim.checks import check
from sim.corridor.dispatch import Timetable
from sim.errors import CorridorError
from sim.experiment.replicate import Wanted
from sim.scenario import CORRIDOR, Fact, Scenario
from sim.streams import stable_hash

Floats = NDArray[np.float64]
Kind = Literal["number", "whole", "departures"]
"""How a range is drawn: any number; a whole one; departures a week of a timetable, set by its `frequency_factor`."""

LeftOut = Literal["days", "what_if", "one_value", "elsewhere", "other_year", "other_quantity", "no_range"]
"""Why a fact is not drawn: its range is of days; it is a question (what-if); its range is a single value; it is no part
of the corridor; its year is not simulated; its range counts something else than its value; it is assumed, a law or a
list, and has no range."""

DUMMY = "dummy"
"""An input that does nothing, drawn as the others are: what moves results no more than it does is noise."""
REPLICATIONS = 2
"""Years of each draw, the same luck in all: draws differ by their inputs."""
GROUP = "together."
MOST_GIVEN = 0.98
"""What the shares of alternatives that have one may be in all."""


class DrawsError(CorridorError):
    """A scenario of which nothing can be drawn: no ranges, or the checks refuse every draw."""


@dataclass(frozen=True)
class Input:
    """A fact with a range: where it stands, whose luck it has (or, `mirrored`, the opposite of it), its low, mode and
    high, and how it is drawn.
    """

    path: str
    luck: str
    mirrored: bool
    law: tuple[float, float, float]
    kind: Kind
    grade: str

    def values(self, luck: Floats) -> Floats:
        """Its values for luck in (0, 1), shape as `luck`: quantiles of the triangular law, whole if they must be."""
        found = triangular(1 - luck if self.mirrored else luck, *self.law)
        return np.floor(found + 0.5) if self.kind == "whole" else found


@dataclass(frozen=True)
class Design:
    """N draws of a scenario. Draws are numbered from 1; luck and values of an input are columns of shape (N,)."""

    scenario: Scenario
    n: int
    inputs: tuple[Input, ...]
    left_out: Mapping[str, LeftOut]
    luck: Mapping[str, Floats]
    drawn: Mapping[int, Scenario]
    values: Mapping[int, Mapping[str, float]]
    refused: Mapping[int, str]
    """draws that the checks refuse, each with the first reason: they are not simulated"""

    def wanted(self) -> dict[str, Wanted]:
        """The runs of all draws, by name."""
        return {name_of(number): Wanted(scenario, REPLICATIONS) for number, scenario in self.drawn.items()}


def name_of(number: int) -> str:
    """What the runs of a draw are called."""
    return f"draw {number}"


def design_of(scenario: Scenario, n: int) -> Design:
    """N draws of all ranges of a scenario. Raises DrawsError if there are none, or none that the checks accept."""
    inputs, left_out = inputs_of(scenario)
    if not inputs:
        raise DrawsError("no number of this scenario has a range: there is nothing to draw.")
    luck = {name: luck_of(scenario.seed, name, n) for name in sorted({DUMMY, *(one.luck for one in inputs)})}
    columns = {one.path: one.values(luck[one.luck]) for one in inputs}
    drawn: dict[int, Scenario] = {}
    values: dict[int, Mapping[str, float]] = {}
    refused: dict[int, str] = {}
    for k in range(n):
        tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for one in inputs:
            _write(tree, one, float(columns[one.path][k]))
        _keep_shares(tree, scenario)
        try:
            drawn[k + 1] = _checked(tree)
        except ValueError as error:
            refused[k + 1] = str(error)
        values[k + 1] = {one.path: _read(tree, one) for one in inputs}
    if not drawn:
        raise DrawsError(f"the checks refuse every draw of the ranges. The first: {refused[1]}")
    return Design(scenario, n, inputs, left_out, luck, drawn, values, refused)


def luck_of(seed: int, name: str, n: int) -> Floats:
    """The luck of an input in n draws: one in each of n strata of (0, 1), in random order; shape (n,)."""
    from scipy.stats import qmc  # noqa: PLC0415  (slow to import)

    source = np.random.SeedSequence(seed, spawn_key=(stable_hash("uncertainty"), stable_hash(name)))
    sampler = qmc.LatinHypercube(d=1, rng=np.random.Generator(np.random.PCG64(source)))
    return np.clip(np.asarray(sampler.random(n)[:, 0], dtype=np.float64), 2.0**-54, 1 - 2.0**-53)


def triangular(luck: Floats, low: float, mode: float, high: float) -> Floats:
    """Quantiles of the triangular law from low to high with its peak at mode; shape as `luck`."""
    span = high - low
    rising = low + np.sqrt(luck * span * (mode - low))
    falling = high - np.sqrt((1 - luck) * span * (high - mode))
    return np.where(luck * span < mode - low, rising, falling)


# --- which facts are drawn, and how


def inputs_of(scenario: Scenario) -> tuple[tuple[Input, ...], dict[str, LeftOut]]:
    """The facts that are drawn, by path, and why the others that are not certain are left out."""
    tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    inputs: list[Input] = []
    left_out: dict[str, LeftOut] = {}
    for path, fact in sorted(scenario.facts.items()):
        if fact.range is None and fact.grade != "assumed":
            continue
        value = _value_at(tree, path)
        reason = _why_not(path, fact, value) or _why_not_now(path, scenario)
        if reason:
            left_out[path] = reason
        else:
            kind: Kind = "departures" if isinstance(value, dict) else "whole" if isinstance(value, int) else "number"
            inputs.append(Input(path, *_luck_name(path, scenario), _law(fact, value), kind, fact.grade))
    return tuple(inputs), left_out


def _why_not(path: str, fact: Fact, value: Any) -> LeftOut | None:
    if fact.range is None:
        return "no_range"
    if path.partition(".")[0] not in CORRIDOR:
        return "elsewhere"
    if fact.grade == "what-if":
        return "what_if"
    if isinstance(fact.range[0], str):
        return "days"
    if fact.range[0] == fact.range[-1]:
        return "one_value"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if number or _counts_departures(fact, value) else "other_quantity"


def _why_not_now(path: str, scenario: Scenario) -> LeftOut | None:
    """Whether a number is of a year that no simulated day falls into."""
    steps = path.split(".")
    if steps[0] != "markets" or steps[2:3] != ["teu_per_year"] or len(steps) != 4:
        return None
    written = sorted(scenario.markets[steps[1]].teu_per_year)
    period = scenario.period
    used = set()
    for year in range(period.start.year, period.last_day.year + 1):
        used.add(max((y for y in written if int(y) <= year), default=written[0]))
    return None if steps[3] in used else "other_year"


def _counts_departures(fact: Fact, value: Any) -> bool:
    """Whether a timetable's range counts its departures a week, as it does if the timetable lies within it."""
    if not (isinstance(value, dict) and ("weekdays" in value or "every_h" in value)):
        return False
    return bool(fact.range[0] <= Timetable.model_validate(value).per_week <= fact.range[-1])


def _law(fact: Fact, value: Any) -> tuple[float, float, float]:
    """Low, mode, high: the mode is the middle number, or else the value itself."""
    low, high = float(fact.range[0]), float(fact.range[-1])
    if len(fact.range) == 3:
        return low, float(fact.range[1]), high
    mode = Timetable.model_validate(value).per_week if isinstance(value, dict) else float(value)
    return low, min(max(mode, low), high), high


def _luck_name(path: str, scenario: Scenario) -> tuple[str, bool]:
    """Whose luck an input has, and whether it is mirrored: its own, unless it is part of one assumption with others."""
    for name, group in scenario.together.items():
        mirrored = group.mirrors(path)
        if mirrored is not None:
            return GROUP + name, mirrored
    return path, False


def input_at(scenario: Scenario, path: str, ends: tuple[float, float] | None = None) -> Input:
    """The number or timetable at a path as an input, between the ends of its range or between these.

    Raises DrawsError if there is none, or its range counts something else.
    """
    tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    value, fact = _value_at(tree, path), scenario.facts.get(path)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if ends is not None:
        fact = Fact(grade="what-if", source="asked for", range=ends)
    if fact is None or fact.range is None:
        raise DrawsError(f"{path} has no range: is it the path of an assumed number? If so, say {path}=low..high.")
    if not number and not _counts_departures(fact, value):
        raise DrawsError(f"{path} is not a number that can be moved through its range.")
    kind: Kind = "departures" if isinstance(value, dict) else "whole" if isinstance(value, int) else "number"
    return Input(path, path, mirrored=False, law=_law(fact, value), kind=kind, grade=fact.grade)


# --- a draw as a scenario


def with_values(scenario: Scenario, values: Sequence[tuple[Input, float]]) -> Scenario:
    """The scenario with these inputs at these values. Raises ValueError, in one line, if the checks refuse it.

    Where a share of an alternative is set, the others of its market make room, and none of those that are set moves.
    """
    tree = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for one, value in values:
        _write(tree, one, round(value) if one.kind == "whole" else value)
    _make_room(tree, scenario, {one.path for one, _ in values})
    return _checked(tree)


def _make_room(tree: Any, scenario: Scenario, kept: set[str]) -> None:
    """Shares of alternatives that come to more than there is are made smaller alike, but for those to be kept."""
    for name in (name for name, market in scenario.markets.items() if market.choice):
        given = {
            f"markets.{name}.choice.alternatives.{way}.base_share": one
            for way, one in tree["markets"][name]["choice"]["alternatives"].items()
            if "base_share" in one
        }
        held = sum(one["base_share"] for path, one in given.items() if path in kept)
        rest = sum(one["base_share"] for path, one in given.items() if path not in kept)
        if held and held < MOST_GIVEN < held + rest:
            for path, one in given.items():
                one["base_share"] *= 1.0 if path in kept else (MOST_GIVEN - held) / rest


def _checked(tree: dict[str, Any]) -> Scenario:
    """The scenario of a tree. Raises ValueError, in one line, if it cannot be or the checks refuse it."""
    try:
        drawn = Scenario.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise ValueError(message) from None
    problems = check(drawn)
    if problems:
        raise ValueError(str(problems[0]))
    return drawn


def _steps(path: str) -> Iterator[tuple[str, bool]]:
    steps = path.split(".")
    yield from ((step, k == len(steps) - 1) for k, step in enumerate(steps))


def _parent(tree: Any, path: str) -> tuple[Any, Any]:
    """The mapping or list that holds what stands at a path, and its key or number there."""
    for step, last in _steps(path):
        key = int(step) if isinstance(tree, list) else step
        if last:
            return tree, key
        tree = tree[key]
    raise AssertionError(path)


def _value_at(tree: Any, path: str) -> Any:
    """What stands at a path, None if nothing does; the number itself where a law is a constant."""
    try:
        parent, key = _parent(tree, path)
        value = parent[key]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return value["always"] if isinstance(value, dict) and set(value) == {"always"} else value


def _write(tree: Any, one: Input, value: float) -> None:
    parent, key = _parent(tree, one.path)
    if one.kind == "departures":
        as_written = Timetable.model_validate({**parent[key], "frequency_factor": 1.0})
        parent[key] = {**parent[key], "frequency_factor": value / as_written.per_week}
    else:
        parent[key] = int(value) if one.kind == "whole" else value


def _read(tree: Any, one: Input) -> float:
    value = _value_at(tree, one.path)
    return Timetable.model_validate(value).per_week if one.kind == "departures" else float(value)


def _keep_shares(tree: Any, scenario: Scenario) -> None:
    """Shares that were drawn to more than there is are all made smaller alike: those of a market's channels to 1 in
    all, those of its alternatives so that a fiftieth is left for the last.
    """
    for name, market in scenario.markets.items():
        if market.choice:
            given = [one for one in tree["markets"][name]["choice"]["alternatives"].values() if "base_share" in one]
            total = sum(one["base_share"] for one in given)
            for one in given if total > MOST_GIVEN else ():
                one["base_share"] *= MOST_GIVEN / total
        shares = tree["markets"][name]["channels"]
        total = sum(shares.values())
        if total > 1 + 1e-9:
            tree["markets"][name]["channels"] = {channel: share / total for channel, share in shares.items()}
