"""Carbon: what each tonne and km emits, by mode, with the scope that the factor covers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.quantities import Bilingual, Key, Spec

Scope = Literal["tank_to_wheel", "well_to_wheel"]


class FactorSpec(Spec):
    """An emission factor."""

    name: Bilingual
    """what it is for"""
    g_per_tonne_km: Annotated[float, Field(ge=0, le=10_000)]
    """grams of CO2 equivalent for each tonne of cargo and km"""
    scope: Scope
    """what it covers: `tank_to_wheel` (the vehicle), or `well_to_wheel` (with making the fuel or the power)"""


class CarbonSpec(Spec):
    """How emissions are reckoned: factor × tonnes × km, over all legs."""

    factors: dict[Key, FactorSpec]
    """emission factors by name; services name theirs under `emits`, else it is their mode; roads: `truck`"""
    tare_tonnes_per_teu: Annotated[float, Field(ge=0, le=20)] = 0.0
    """weight of an empty box, per TEU"""
    empties: Literal["returned", "free"] = "free"
    """`returned`: what a channel carries more one way goes back empty on the same route, charged to its loaded boxes"""
