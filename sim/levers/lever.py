"""The base of all levers: what a planner may pull, who decides it, what it costs; a function from scenario to scenario.

A lever says which values it sets (`values`); `apply` sets them. It knows no corridor: services, nodes and markets are
its parameters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from sim.corridor.money import Amount, OutlaySpec, Party
from sim.levers.tree import Values, plain, with_values
from sim.quantities import Bilingual, Key, Name, Spec
from sim.scenario import Fact, Scenario

Keys = Annotated[tuple[Key, ...], Field(min_length=1, strict=False)]
"""The names of some things: `[west, east]`."""


class LeverError(ValueError):
    """A lever cannot be pulled in this scenario: which parameter, what is wrong, and what may have been meant."""

    def __init__(self, where: str, what: str, name: str = "", known: Collection[str] = ()) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
        self.name = name
        self.known = known


@dataclass(frozen=True)
class About:
    """What a planner reads about a lever, in both languages. `main` is the parameter that a single value stands for.

    `once` is a parameter of which no value may be given twice: a second pull would undo the first.
    """

    id: str
    main: str
    name: Name
    does: Name
    decided_by: Name
    costs: Name
    anchor: Name
    once: str | None = None


def both(en: str, zh: str) -> Name:
    """A text in both languages."""
    return Name(en=en, zh=zh)


AMOUNTS = ("per_year", "investment")
"""What of a cost grows with how far a lever is pulled."""


class CostSpec(Spec):
    """What pulling a lever costs, beside subsidies: it is written into `outlays` under the name of the lever."""

    name: Bilingual | None = None
    """what it pays for; without it, the name of the lever"""
    paid_by: Party = "treasury"
    """who pays: `operator`, `shipper` or `treasury`"""
    per_year: Amount | None = None
    """running cost a year"""
    investment: Amount | None = None
    """investment, once"""
    life_years: Annotated[float, Field(gt=0, le=200)] = 20.0
    """years over which an investment is written off"""
    interest: Annotated[float, Field(ge=0, le=1)] = 0.05
    """rate of interest a year"""
    for_value: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """the value of the main parameter that these amounts are for: another one costs in proportion to what it adds;
    without it, they hold whatever the value"""

    def outlay(self, name: Name, times: float = 1.0) -> OutlaySpec:
        """The outlay that goes into the scenario, its amounts times so much."""
        given = {key: value for key, value in plain(self).items() if key != "for_value"}
        amounts = {key: _times(given[key], times) for key in AMOUNTS if given.get(key)}
        return OutlaySpec.model_validate({"name": name, **given, **amounts})


class Lever(Spec):
    """A policy that may be pulled: its parameters, and the scenario that it makes of another."""

    about: ClassVar[About]

    cost: CostSpec | None = None
    """what it costs, beside subsidies"""

    def values(self, scenario: Scenario) -> Values:
        """The values that it sets, by path. Raises LeverError."""
        raise NotImplementedError

    def outlay(self, scenario: Scenario, name: Name) -> OutlaySpec | None:  # noqa: ARG002  (a lever may reckon it)
        """What it costs in a year, if that was given. Raises LeverError."""
        return self.cost.outlay(name, self._cost_times()) if self.cost else None

    def extent(self, value: float) -> float:
        """How much a value of the main parameter adds to what is there: what a cost grows with."""
        return value

    def sources(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:  # noqa: ARG002  (a lever may have some)
        """What is known of the numbers that it sets, by path, where its parameters were written with their sources."""
        return {}

    def _cost_times(self) -> float:
        """How many times the cost that was given is due at the value of the main parameter."""
        if self.cost is None or self.cost.for_value is None:
            return 1.0
        value, one = self.model_dump(by_alias=True)[self.about.main], self.extent(self.cost.for_value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LeverError("cost", f"for_value needs a number, and {self.about.main} is none: leave it out.")
        if one <= 0:
            raise LeverError("cost", f"for_value is a value of {self.about.main} that adds nothing.")
        return max(self.extent(value), 0.0) / one

    def apply(
        self,
        scenario: Scenario,
        *,
        key: str = "",
        name: Name | None = None,
        source: str | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> Scenario:
        """The scenario with the lever pulled; the one that was given stays as it was.

        `key` and `name` are those of the policy that pulls it, `facts` what is known of its parameters, by path. Raises
        LeverError, or pydantic.ValidationError where the parameters make no scenario.
        """
        key = key or self.about.id
        values = self.values(scenario)
        sources: dict[str, Fact | None] = dict(self.sources(facts or {}))
        outlay = self.outlay(scenario, name or self.about.name)
        if outlay:
            written, here = plain(outlay), f"outlays.{key}"
            of_cost = self._facts(facts or {}, written, here)
            values = {**values, here: written} if not of_cost else {**values, here: None, **_leaves(here, written)}
            sources |= of_cost
        return with_values(scenario, values, source or f"lever {key}", sources)

    def _facts(self, facts: Mapping[str, Fact], written: Mapping[str, Any], here: str) -> dict[str, Fact | None]:
        """What is known of the numbers of the outlay, by path; ranges of amounts grow as the amounts do."""
        found: dict[str, Fact | None] = {}
        for place, fact in facts.items():
            path = place.removeprefix("cost.")
            section = path.partition(".")[0]
            if path == place or section not in written:
                continue
            times = self._cost_times() if section in AMOUNTS else 1.0
            fixed = times == 1 or fact.range is None
            spread = fact if fixed else fact.but(range=[_times(end, times) for end in fact.range])
            found[f"{here}.{path}"] = spread
        return {**found, f"{here}.name": None, f"{here}.paid_by": None} if found else {}


def _leaves(here: str, written: Mapping[str, Any]) -> Values:
    """The values of an outlay, each number by its own path, so that each may have a source."""
    found: Values = {}
    for key, value in written.items():
        parts = value.items() if key in AMOUNTS else [("", value)]
        found |= {f"{here}.{key}.{part}".rstrip("."): each for part, each in parts}
    return found


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, dict):
        return {key: _times(below, factor) for key, below in value.items()}
    return value if factor == 1 else float(f"{value * factor:.12g}")


def known(where: str, names: Collection[str], among: Collection[str], what: str) -> None:
    """Raise LeverError unless all names are among those of the scenario."""
    for name in names:
        if name not in among:
            raise LeverError(where, f"there is no {what} '{name}'.", name, among)
