"""Subsidies at work: what is granted for a box now, what was paid, and what prices and departures follow from it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sim.corridor.money import TEU_PER_FEU, ExchangeSpec, OperatorsSpec, SubsidySpec, TariffSpec
from sim.quantities import day_of
from sim.trace import TariffFact


@dataclass(frozen=True)
class Grant:
    """What a subsidy grants for one TEU of a service, in yuan, before its taper and its budget."""

    programme: str
    cny_per_teu: float


def grant_of(subsidy: SubsidySpec, tariff: TariffSpec, exchange: ExchangeSpec) -> float:
    """Yuan granted for a 40 ft box of a service: what is granted, or what the cap allows if that is less."""
    granted = [exchange.cny(subsidy.per_feu)] if subsidy.per_feu is not None else []
    if subsidy.cap_share is not None:
        granted.append(subsidy.cap_share * exchange.cny(getattr(tariff.cap_basis, subsidy.cap_base)))
    return min(granted)


class Programme:
    """One subsidy: its taper, its budget, and what was paid of it in each calendar year."""

    def __init__(self, spec: SubsidySpec, exchange: ExchangeSpec, start: datetime) -> None:
        self._days = sorted(spec.taper)
        days = [day_of(day) for day in self._days]
        self._from_h = [(datetime(d.year, d.month, d.day) - start).total_seconds() / 3600 for d in days]
        self._shares = [1.0, *(spec.taper[day] for day in self._days)]
        self._budget = None if spec.budget_per_year is None else exchange.cny(spec.budget_per_year)
        years = range(start.year + 1, start.year + 40)
        self._years_h = [(datetime(year, 1, 1) - start).total_seconds() / 3600 for year in years]
        self.paid: dict[int, float] = {}
        self.ended_h: list[float] = []
        """when the budget of a year ran out"""

    @property
    def has_budget(self) -> bool:
        """Whether there is a limit to what may be paid in a year."""
        return self._budget is not None

    def share(self, now_h: float) -> float:
        """The share of the grant that is paid now: by the taper, and nothing once the budget has run out."""
        if self._left(now_h) <= 0:
            return 0.0
        return self._shares[bisect_right(self._from_h, now_h)]

    def _left(self, now_h: float) -> float:
        if self._budget is None:
            return float("inf")
        return self._budget - self.paid.get(bisect_right(self._years_h, now_h), 0.0)

    def pay(self, wanted: float, now_h: float) -> float:
        """Pay so much, or what is left of the year's budget."""
        paid = min(wanted, self._left(now_h))
        year = bisect_right(self._years_h, now_h)
        self.paid[year] = self.paid.get(year, 0.0) + paid
        if paid > 0 and self._left(now_h) <= 0:
            self.ended_h.append(now_h)
        return paid


class Treasury:
    """All subsidies of a corridor, and the tariffs that go with them. All amounts are in yuan per TEU."""

    def __init__(
        self,
        subsidies: Mapping[str, SubsidySpec],
        specs: Mapping[str, TariffSpec | None],
        tariffs: Mapping[str, TariffFact],
        exchange: ExchangeSpec,
        start: datetime,
    ) -> None:
        self._tariffs = tariffs
        self._obliged = frozenset(name for name, spec in specs.items() if spec and spec.obliged)
        self._programmes = {name: Programme(spec, exchange, start) for name, spec in sorted(subsidies.items())}
        self._grants: dict[str, list[Grant]] = {}
        for name, spec in sorted(subsidies.items()):
            for service in spec.services:
                tariff = specs[service]
                if tariff is not None:
                    each = grant_of(spec, tariff, exchange) / TEU_PER_FEU
                    self._grants.setdefault(service, []).append(Grant(name, each))

    def subsidy(self, service: str, now_h: float) -> float:
        """What is paid for a TEU of a service now."""
        grants = self._grants.get(service, ())
        return sum(one.cny_per_teu * self._programmes[one.programme].share(now_h) for one in grants)

    def price(self, service: str, now_h: float) -> float:
        """What shippers pay for a TEU of a service now."""
        tariff = self._tariffs.get(service)
        return tariff.price_at(self.subsidy(service, now_h)) if tariff else 0.0

    def pay(self, service: str, teu: float, now_h: float) -> float:
        """Pay the subsidies on so many TEU: what was paid, in yuan."""
        paid = 0.0
        for grant in self._grants.get(service, ()):
            programme = self._programmes[grant.programme]
            paid += programme.pay(teu * grant.cny_per_teu * programme.share(now_h), now_h)
        return paid

    def pays(self, service: str, teu: float, now_h: float, operators: OperatorsSpec) -> bool:
        """Whether a departure with so many TEU covers its avoidable cost, or need not."""
        tariff = self._tariffs.get(service)
        if tariff is None or service in self._obliged:
            return True
        income = teu * (self.price(service, now_h) + self.subsidy(service, now_h))
        return income >= operators.avoidable_share * (tariff.train_cny + teu * tariff.teu_cny)

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        return {name: (dict(one.paid), list(one.ended_h)) for name, one in self._programmes.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        for name, (paid, ended_h) in state.items():
            self._programmes[name].paid, self._programmes[name].ended_h = dict(paid), list(ended_h)

    @property
    def budgets_end_h(self) -> dict[str, tuple[float, ...]]:
        """When the budget of each subsidy that has one ran out, year by year."""
        return {name: tuple(one.ended_h) for name, one in self._programmes.items() if one.has_budget}
