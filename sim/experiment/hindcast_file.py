"""A hindcast as a planner writes it: calibrate on one year, put in what changed, hold the next year against it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from sim.errors import Problem, ScenarioError
from sim.files.faults import faults_of
from sim.files.loading import load
from sim.files.reading import read_scenario_file
from sim.files.wording import problems_of
from sim.kpis import BY_ID
from sim.kpis import Key as Figure
from sim.quantities import Bilingual, Key, Spec, Text
from sim.scenario import Grade, Scenario

Settings = Annotated[tuple[Text, ...], Field(max_length=60, strict=False)]
"""Values of a scenario, `path=value` as after `--set`; `null` takes out."""


class Known(Spec):
    """A figure that is known, and from where."""

    value: Annotated[float, Field(gt=0)]
    """the figure"""
    grade: Grade
    """`documented`, `derived` or `assumed`"""
    source: Text
    """who says so, or how it was derived"""


class FigureSpec(Spec):
    """One figure of the results."""

    measure: Key
    """the measure, as in the results"""
    channel: Key = "all"
    """the channel, or `all`"""
    direction: Literal["all", "outbound", "inbound"] = "all"
    """the direction, or `all`"""
    cargo: Literal["all", "local", "hub"] = "all"
    """the cargo, or `all`"""
    places: Annotated[tuple[Text, ...], Field(min_length=1, max_length=20, strict=False)] = ("all",)
    """the places, resources or stages, as in the results; the figures of several are added up"""

    @property
    def keys(self) -> list[Figure]:
        """The keys under which it stands in the results."""
        return [Figure(self.channel, self.direction, self.cargo, place) for place in self.places]


class CalibrationSpec(Spec):
    """The year on which shippers' choice is calibrated: its shares, prices and days are the base conditions."""

    scenario: Text
    """the scenario file of that year, beside this file (`../2018.yaml`)"""
    set: Settings = ()
    """what is changed in it"""
    known: Known
    """the figure of that year"""


class VariantSpec(Spec):
    """One reading of what changed from outside."""

    name: Bilingual
    """what people call it"""
    both: Settings = ()
    """what is changed in both years, such as which source is followed"""
    set: Settings = ()
    """what is changed in the forecast year only"""
    follow: dict[Key, Key] = {}
    """alternatives that are not ours, and the channel of ours whose change of price they share"""


class NaiveSpec(Spec):
    """A rule that knows no model: the figure of the year before, times a factor."""

    name: Bilingual
    """what people call it"""
    factor: Annotated[tuple[float, float], Field(strict=False)]
    """the factor, as [low, high]: equal if there is one only"""
    grade: Grade
    """`documented`, `derived` or `assumed`"""
    source: Text
    """who says so"""


class ExpectedSpec(FigureSpec):
    """A figure, and between what it has to lie to be plausible."""

    name: Bilingual
    """what people call it, with its unit"""
    times: Annotated[float, Field(gt=0)] = 1.0
    """by how much the measure is multiplied to be in the unit of the window"""
    low: float
    """the least that is plausible"""
    high: float
    """the most that is plausible"""
    proxy: bool = False
    """whether the source measures something else, near to it: what lies outside then cannot be told"""
    grade: Grade
    """grade of the window"""
    source: Text
    """who says so"""


class PlausibleSpec(Spec):
    """A scenario, and what it must show to be plausible. Nothing in it is fitted to that."""

    name: Bilingual
    """what people call it"""
    scenario: Text
    """the scenario file, beside this file"""
    set: Settings = ()
    """what is changed in it"""
    years: Annotated[int, Field(ge=2, le=1000)] = 20
    """replications"""
    figures: Annotated[dict[Key, ExpectedSpec], Field(min_length=1)]
    """its figures"""


class HindcastSpec(Spec):
    """A hindcast: calibrated on one year and frozen, it gets only what changed from outside; the next year must come
    out.
    """

    name: Bilingual
    """what people call it"""
    question: Bilingual
    """the question that it answers"""
    figure: FigureSpec
    """the figure that is held against the observed one; cargo of other kinds goes in as data"""
    calibration: CalibrationSpec
    """the year before"""
    forecast: Settings
    """the year that is forecast, and what is known to have changed in it in all variants"""
    variants: Annotated[dict[Key, VariantSpec], Field(min_length=1, max_length=12)]
    """readings of what changed"""
    observed: Known
    """what was observed"""
    naive: Annotated[dict[Key, NaiveSpec], Field(min_length=1, max_length=12)]
    """the rules that it must beat"""
    coverage: Annotated[float, Field(gt=0, lt=1)] = 0.90
    """how often an interval is to hold what comes"""
    worth: Annotated[float, Field(gt=0, lt=10)] = 0.15
    """an interval is worth something if half of its width is at most this share of its middle"""
    said: Annotated[tuple[Bilingual, ...], Field(strict=False)] = ()
    """what has to be said with the result"""
    plausible: dict[Key, PlausibleSpec] = {}
    """other things that must be plausible"""


def load_hindcast(path: Path) -> HindcastSpec:
    """The hindcast that a file describes. Raises ScenarioError with everything that is wrong."""
    problems: list[Problem] = []
    tree = read_scenario_file(path, problems)
    spec: HindcastSpec | None = None
    try:
        spec = HindcastSpec.model_validate(tree.plain())
    except ValidationError as error:
        problems += problems_of(faults_of(error, tree, HindcastSpec))
    if spec is None or problems:
        raise ScenarioError(problems, str(path))
    problems += [
        Problem(where, f"there is no measure '{one.measure}'.", f"Measures: {', '.join(sorted(BY_ID))}.")
        for where, one in _figures(spec)
        if one.measure not in BY_ID
    ]
    if problems:
        raise ScenarioError(problems, str(path))
    return spec


def _figures(spec: HindcastSpec) -> list[tuple[str, FigureSpec]]:
    expected = [
        (f"plausible.{name}.figures.{key}.measure", figure)
        for name, one in spec.plausible.items()
        for key, figure in one.figures.items()
    ]
    return [("figure.measure", spec.figure), *expected]


def scenario_of(file: str, folder: Path, *settings: str) -> Scenario:
    """The scenario that a hindcast names, with settings `path=value`. Raises ScenarioError."""
    return load(Path(os.path.normpath(folder / file)), overrides=settings)
