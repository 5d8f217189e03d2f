"""What must be believed: over a grid of two assumed inputs, where does an answer hold?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.errors import CorridorError
from sim.experiment.draws import GROUP, Floats, Input, input_at, inputs_of, with_values
from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, SetAsideError, Wanted, replications
from sim.experiment.whatif import ALL, headline, sample_of
from sim.kpis import BY_ID
from sim.scenario import Scenario
from sim.statistics import Estimate, estimate

STEPS = 5
"""Values of each input, both ends among them."""
Way = Literal["at_least", "at_most"]
Says = Literal["holds", "fails", "unclear", "refused"]
"""What the years of a cell say: the whole interval of the mean reaches the target, or does not, or straddles it; or the
checks refuse the scenario."""

_ASKED = re.compile(r"(?P<path>[^=]+?)(?:=(?P<low>[^=]+?)\.\.(?P<high>[^=]+))?")


class BelieveError(CorridorError):
    """What was asked for cannot be drawn; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class Axis:
    """An input over its range; or several that are one assumption: then 0 is the low end of each, 1 the high end."""

    path: str
    inputs: tuple[Input, ...]
    values: tuple[float, ...]
    assumed: float

    @property
    def together(self) -> bool:
        """Whether it is several inputs that move together."""
        return self.path.startswith(GROUP)

    def at(self, value: float) -> list[tuple[Input, float]]:
        """Each input and its value."""
        if not self.together:
            return [(self.inputs[0], value)]
        found = []
        for one in self.inputs:
            low, _, high = one.law
            found.append((one, low + (high - low) * (1 - value if one.mirrored else value)))
        return found


@dataclass(frozen=True)
class Question:
    """The answer that is held against a target: a measure of a channel, at least or at most so much."""

    measure: str
    channel: str
    way: Way
    target: float

    def says(self, cell: Estimate | None) -> Says:
        """What the years of a cell say."""
        if cell is None or not np.isfinite(cell.mean):
            return "refused"
        low, high = (end if np.isfinite(end) else cell.mean for end in (cell.low, cell.high))
        if self.way == "at_most":
            low, high = -high, -low
        target = self.target if self.way == "at_least" else -self.target
        return "holds" if low >= target else "fails" if high < target else "unclear"

    def met(self, mean: float) -> bool:
        """Whether a mean reaches the target."""
        return mean >= self.target if self.way == "at_least" else mean <= self.target


@dataclass(frozen=True)
class Belief:
    """The answer over the grid; cells by (number of x, number of y), None where the checks refuse the scenario."""

    scenario: Scenario
    question: Question
    x: Axis
    y: Axis
    replications: int
    cells: Mapping[tuple[int, int], Estimate | None]
    refused: Mapping[tuple[int, int], str]

    @property
    def means(self) -> Floats:
        """Means, shape (values of y, values of x); `nan` where there is none."""
        grid = np.full((len(self.y.values), len(self.x.values)), np.nan)
        for (i, j), cell in self.cells.items():
            grid[j, i] = cell.mean if cell else np.nan
        return grid

    def count(self, says: Says) -> int:
        """In how many cells the years say so."""
        return sum(self.question.says(cell) == says for cell in self.cells.values())

    @property
    def known(self) -> int:
        """Cells that were simulated."""
        return len(self.cells) - self.count("refused")

    @property
    def met(self) -> int:
        """Cells whose mean reaches the target."""
        return sum(cell is not None and self.question.met(cell.mean) for cell in self.cells.values())


def axis_of(scenario: Scenario, asked: str, steps: int = STEPS) -> Axis:
    """`PATH` or `PATH=low..high`, or `together.NAME` for inputs that are one assumption. Raises CorridorError."""
    parts = _ASKED.fullmatch(asked.strip())
    if parts is None:
        raise BelieveError(f"'{asked}' is no input: write PATH or PATH=low..high.")
    path, ends = parts["path"].strip(), _ends(parts["low"], parts["high"], asked)
    if path.startswith(GROUP):
        return _of_group(scenario, path, ends or (0.0, 1.0), steps)
    one = input_at(scenario, path, ends)
    low, _, high = one.law
    values = np.linspace(low, high, steps)
    if one.kind == "whole":
        values = np.unique(np.round(values))
    assumed = input_at(scenario, path, (-np.inf, np.inf)).law[1]
    return Axis(path, (one,), tuple(values.tolist()), assumed)


def _ends(low: str | None, high: str | None, asked: str) -> tuple[float, float] | None:
    if low is None or high is None:
        return None
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (0.0, 0.0)
    if not ends[0] < ends[1]:
        raise BelieveError(f"'{asked}': write the range as low..high, such as 0.3..0.6.")
    return ends


def _of_group(scenario: Scenario, path: str, ends: tuple[float, float], steps: int) -> Axis:
    mine = tuple(one for one in inputs_of(scenario)[0] if one.luck == path)
    if not mine:
        groups = ", ".join(GROUP + name for name in sorted(scenario.together))
        raise BelieveError(f"there is no assumption '{path}' with a range. There are: {groups or 'none'}.")
    if not 0 <= ends[0] < ends[1] <= 1:
        raise BelieveError(f"{path} is several inputs: 0 is the low end of each range, 1 the high end.")
    low, mode, high = mine[0].law
    share = (mode - low) / (high - low)
    assumed = 1 - share if mine[0].mirrored else share
    return Axis(path, mine, tuple(np.linspace(*ends, steps).tolist()), assumed)


def believe(scenario: Scenario, axes: tuple[Axis, Axis], question: Question, n: int, how: How | None = None) -> Belief:
    """The answer at every pair of values, the mean of n replications each under the same luck.

    Raises BelieveError if the question cannot be asked or no cell simulated.
    """
    how = how or How()
    x, y = axes
    _check(scenario, axes, question)
    wanted: dict[str, Wanted] = {}
    refused: dict[tuple[int, int], str] = {}
    for i, at_x in enumerate(x.values):
        for j, at_y in enumerate(y.values):
            try:
                wanted[f"{i} {j}"] = Wanted(with_values(scenario, [*x.at(at_x), *y.at(at_y)]), n)
            except ValueError as error:
                refused[i, j] = str(error)
    if not wanted:
        raise BelieveError(f"the checks refuse every pair of values. The first: {refused[0, 0]}")

    def answer(outcome: Outcome) -> Outcome:
        return Outcome(outcome.replication, {question.measure: outcome.values.get(question.measure, {})})

    done = replications(wanted, how, answer)
    if how.aside:
        raise SetAsideError(how.named_aside)
    figure = headline(question.measure, question.channel)
    cells: dict[tuple[int, int], Estimate | None] = dict.fromkeys(refused)
    for name, outcomes in done.items():
        i, j = map(int, name.split())
        values = sample_of(outcomes).get(figure)
        cells[i, j] = None if values is None else estimate(values)
    return Belief(scenario, question, x, y, n, dict(sorted(cells.items())), refused)


def _check(scenario: Scenario, axes: tuple[Axis, Axis], question: Question) -> None:
    if question.measure not in BY_ID:
        raise BelieveError(f"there is no measure '{question.measure}'. Measures: {', '.join(sorted(BY_ID))}.")
    if question.channel not in {ALL, *scenario.channels}:
        known = ", ".join(sorted(scenario.channels))
        raise BelieveError(f"there is no channel '{question.channel}'. Channels: all, {known}.")
    mine, theirs = ({one.path for one in axis.inputs} for axis in axes)
    if mine & theirs:
        raise BelieveError(f"both axes move {min(mine & theirs)}: name two inputs that differ.")
