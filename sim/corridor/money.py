"""Money: amounts in a currency, what a service costs and what is paid for it, subsidies, and what a policy costs.

Inside the model there are yuan (CNY) per TEU; currencies live at the edge, with the rates of the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sim.quantities import Bilingual, Key, Share, Spec, day_of

Currency = Literal["cny", "usd", "eur"]
CapBase = Literal["whole_route", "domestic_section"]
Party = Literal["operator", "shipper", "treasury"]
TEU_PER_FEU = 2.0


def _one_currency(amount: dict[Currency, float]) -> dict[Currency, float]:
    if len(amount) != 1:
        message = "an amount is in one currency: {cny: 100}, {usd: 100} or {eur: 100}"
        raise ValueError(message)
    return amount


Amount = Annotated[
    dict[Currency, Annotated[float, Field(ge=0, le=1e13)]], AfterValidator(_one_currency), Field(max_length=3)
]
"""An amount of money that is not negative, in one currency: `{usd: 5000}`."""
Change = Annotated[
    dict[Currency, Annotated[float, Field(ge=-1e13, le=1e13)]], AfterValidator(_one_currency), Field(max_length=3)
]
"""An amount of money more, or (negative) less, in one currency."""


class ExchangeSpec(Spec):
    """Rates of exchange: yuan for one unit of the currency."""

    usd: Annotated[float, Field(ge=1, le=50)] | None = None
    """CNY for one US dollar"""
    eur: Annotated[float, Field(ge=1, le=50)] | None = None
    """CNY for one euro"""

    def cny(self, amount: Mapping[Currency, float] | None) -> float:
        """An amount in yuan; 0 for none. Raises KeyError if there is no rate for its currency."""
        return sum(value * self.rate(currency) for currency, value in (amount or {}).items())

    def rate(self, currency: Currency) -> float:
        """Yuan for one unit of a currency. Raises KeyError if the scenario gives none."""
        rate = 1.0 if currency == "cny" else getattr(self, currency)
        if rate is None:
            raise KeyError(currency)
        return float(rate)


class CapBasisSpec(Spec):
    """What a cap on a subsidy is a share of, per 40 ft box: sources conflict on which, so both are given."""

    whole_route: Amount | None = None
    """running cost of the whole route"""
    domestic_section: Amount | None = None
    """running cost of the domestic section"""


class BaseSpec(Spec):
    """What shippers paid when the shares of the channels were as in `base_share`."""

    price_per_feu: Amount | None = None
    """the price then; without it, that of now"""
    subsidy_per_feu: Amount | None = None
    """the subsidy then, of which the price was already net"""
    cap_share: Share | None = None
    """in place of an amount: the subsidy then was all that a cap of this share allowed"""
    cap_base: CapBase = "whole_route"
    """the running cost that this share was of: of the whole route, or of the domestic section"""


class TariffSpec(Spec):
    """What a service costs its operator, and what shippers pay for it."""

    price_per_feu: Amount | None = None
    """what shippers pay for a 40 ft box (half of it for a 20 ft box), net of the subsidy under `base`"""
    cost_per_train: Amount | None = None
    """running cost of one train or vessel, whatever its load"""
    cost_per_feu: Amount | None = None
    """running cost of each 40 ft box"""
    cost_per_teu_km: Amount | None = None
    """running cost of each TEU and km"""
    cap_basis: CapBasisSpec = CapBasisSpec()
    """what caps on its subsidy are reckoned on"""
    base: BaseSpec = BaseSpec()
    """what was paid when the shares of the channels were observed"""
    obliged: bool = False
    """whether a contract obliges it to run even where it does not pay (see `operators`)"""


class ChargesSpec(Spec):
    """What a terminal charges."""

    per_lift: Amount | None = None
    """for one lift of a box"""
    storage_per_teu_day: Amount | None = None
    """for each TEU and day in the yard beyond the free days"""
    free_days: Annotated[float, Field(ge=0, le=3660)] = 0.0
    """days in the yard that cost nothing"""


class SubsidySpec(Spec):
    """A subsidy on the boxes of some services: what is granted, within a cap and, if there is one, a budget."""

    name: Bilingual
    """what people call it"""
    services: Annotated[tuple[Key, ...], Field(min_length=1, strict=False)]
    """the services whose boxes it is paid for, when their train leaves"""
    per_feu: Amount | None = None
    """what is granted for a loaded 40 ft box; without it, as much as the cap allows"""
    cap_share: Share | None = None
    """the most that may be granted, as a share of the running cost on which caps are reckoned (`cap_basis`)"""
    cap_base: CapBase = "whole_route"
    """the running cost that the cap is a share of: of the whole route, or of the domestic section"""
    budget_per_year: Amount | None = None
    """what may be paid in a calendar year; when it has run out nothing is paid, and prices rise"""
    taper: dict[str, Share] = {}
    """the share of the grant that is paid from a day on: `{"2020-07-01": 0.5}`"""

    @model_validator(mode="after")
    def _granted(self) -> SubsidySpec:
        if self.per_feu is None and self.cap_share is None:
            message = "needs per_feu, cap_share, or both"
            raise ValueError(message)
        for day in self.taper:
            day_of(day)
        return self


class OperatorsSpec(Spec):
    """How operators react: what they pass on of a change of the subsidy, and whether they cancel what does not pay."""

    pass_through: Share = 1.0
    """the share of a change of the subsidy that shippers see in the price"""
    react: bool = False
    """whether a departure runs only if its revenue and subsidy cover its avoidable cost, or a contract obliges it"""
    avoidable_share: Share = 0.7
    """the share of running cost that is saved if a train does not run"""


class OutlaySpec(Spec):
    """What a policy costs in a year, beside subsidies: running costs, and an investment spread over its life."""

    name: Bilingual
    """what it pays for"""
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

    def cny_per_year(self, exchange: ExchangeSpec) -> float:
        """Yuan a year: running cost, and the annuity of the investment (i / (1 − (1 + i)^−n))."""
        growth = (1 + self.interest) ** -self.life_years
        annuity = self.interest / (1 - growth) if self.interest else 1 / self.life_years
        return exchange.cny(self.per_year) + exchange.cny(self.investment) * annuity
