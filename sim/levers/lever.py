"""The base of all levers: what a planner may pull, who decides it, what it costs; a function from scenario to scenario.

A lever says which values it sets (`values`); `apply` sets them. It knows no corridor: services, nodes and markets are
its parameters.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from sim.corridor.money import Amount, OutlaySpec, Party
from sim.levers.tree import Values, plain, with_values
from sim.quantities import Bilingual, Key, Name, Spec
from sim.scenario import Scenario

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

    def outlay(self, name: Name) -> OutlaySpec:
        """The outlay that goes into the scenario."""
        return OutlaySpec.model_validate({"name": name, **plain(self)})


class Lever(Spec):
    """A policy that may be pulled: its parameters, and the scenario that it makes of another."""

    about: ClassVar[About]

    cost: CostSpec | None = None
    """what it costs, beside subsidies"""

    def values(self, scenario: Scenario) -> Values:
        """The values that it sets, by path. Raises LeverError."""
        raise NotImplementedError

    def outlay(self, scenario: Scenario, name: Name) -> OutlaySpec | None:  # noqa: ARG002  (a lever may reckon it)
        """What it costs in a year, if that was given."""
        return self.cost.outlay(name) if self.cost else None

    def apply(
        self, scenario: Scenario, *, key: str = "", name: Name | None = None, source: str | None = None
    ) -> Scenario:
        """The scenario with the lever pulled; the one that was given stays as it was.

        `key` and `name` are those of the policy that pulls it. Raises LeverError, or pydantic.ValidationError where
        the parameters make no scenario.
        """
        key = key or self.about.id
        values = self.values(scenario)
        outlay = self.outlay(scenario, name or self.about.name)
        if outlay:
            values = {**values, f"outlays.{key}": plain(outlay)}
        return with_values(scenario, values, source or f"lever {key}")


def known(where: str, names: Collection[str], among: Collection[str], what: str) -> None:
    """Raise LeverError unless all names are among those of the scenario."""
    for name in names:
        if name not in among:
            raise LeverError(where, f"there is no {what} '{name}'.", name, among)
