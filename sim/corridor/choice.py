"""Shippers' choice: what may be written about it, and the nested logit by which a consignment chooses.

The utility of alternative c is V_c = a_c − s·(price_c + VOT·E[T_c] + VOR·sd[T_c]) + ε_c. Within a nest the ε are alike:
ε_c = θ·(G_c + ln S), G Gumbel, S positive stable with exponent θ, one for each nest. Then the share of c is that of the
nested logit, P(nest)·P(c | nest) (McFadden 1978; the representation by a stable factor: Hougaard 1986). The constants
a_c follow in closed form from the shares at base conditions, so that what moves a share is what changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.money import Amount, Change
from sim.quantities import Bilingual, Direction, Key, Share, Spec

if TYPE_CHECKING:
    from sim.streams import Streams

Floats = NDArray[np.float64]
Bearer = Literal["operator", "treasury"]
"""Who bears what a box costs its shipper less."""
Days = Annotated[float, Field(ge=0, le=3660)]


class ChoiceSpec(Spec):
    """How shippers choose, in all markets that say between what (`choice` of a market)."""

    active: bool = True
    """whether they choose; if not, shares are fixed (`channels` of each market)"""
    scale_per_usd: Annotated[float, Field(ge=0, le=1)]
    """scale of the logit: utility lost for each US dollar that a 40 ft box costs more, delays included"""
    nest_parameter: Annotated[float, Field(gt=0, le=1)] = 1.0
    """how little alternatives of one nest have in common: 1 is plain logit, near 0 they are nearly the same"""
    memory_days: Annotated[float, Field(gt=0, le=3660)] = 30.0
    """how long shippers remember: experienced times are smoothed with this constant"""
    news_days: Annotated[float, Field(gt=0, le=366)] = 7.0
    """days after which shippers look again at what boxes have experienced, and at prices"""


class ReliefSpec(Spec):
    """A rebate while trains wait on the way. Shippers hear of it with the other news; a box that is booked meanwhile
    has the rebate, and keeps it.
    """

    at: Annotated[tuple[Key, ...], Field(min_length=1, strict=False)]
    """where trains may wait: borders, for the change of gauge, and lines, while they are shut or full"""
    direction: Direction
    """the direction of these trains"""
    queue_days: Annotated[float, Field(gt=0, le=366)]
    """days from which on there is a rebate: so long would a train that came there now wait at one of these places,
    behind all that wait; or so long has one waited that waits there"""
    per_feu: Amount
    """what a 40 ft box pays less (half of it for a 20 ft box)"""
    paid_by: Bearer | None = None
    """on a channel of ours, who bears it: `operator` or `treasury`; without it, somebody outside"""


class AlternativeSpec(Spec):
    """One way for the cargo of a market: a channel of ours if it has the name of one, else somebody else's."""

    name: Bilingual | None = None
    """what people call it; a channel has its own name"""
    nest: Key
    """the nest of what is like it, such as `land` or `sea`"""
    base_share: Share | None = None
    """share of the market at base conditions; one alternative has none: it takes what the others leave"""
    region: Key | None = None
    """the region that the channel is asked for, if it is not that of the market"""
    base_days: Days = 0.0
    """days from booking to delivery at base conditions, as published or known: what shippers believe at first"""
    base_sd_days: Days = 0.0
    """standard deviation of these days"""
    extra_cost_per_feu: Change | None = None
    """what a 40 ft box costs more than at base conditions, beside what tariffs and subsidies say"""
    extra_paid_by: Bearer | None = None
    """on a channel of ours, who bears what a box costs less, or has what it costs more; without it, somebody outside"""
    relief: ReliefSpec | None = None
    """what a box pays less while trains wait long on the way"""
    extra_days: Annotated[float, Field(ge=-365, le=365)] = 0.0
    """days more than at base conditions, for what is not simulated"""
    co2_t_per_teu: Annotated[float, Field(ge=0, le=100)] | None = None
    """tonnes of CO2 equivalent for each TEU, for what is not simulated"""


class MarketChoiceSpec(Spec):
    """Between what the consignments of a market choose, and what time is worth to them."""

    value_of_time_per_feu_day: Amount
    """what a day less is worth for a 40 ft box"""
    value_of_reliability_per_feu_day: Amount
    """what a day less of standard deviation is worth for a 40 ft box"""
    alternatives: Annotated[dict[Key, AlternativeSpec], Field(min_length=2, max_length=12)]
    """the alternatives, by name"""

    @model_validator(mode="after")
    def _shares(self) -> MarketChoiceSpec:
        open_ended = [name for name, one in self.alternatives.items() if one.base_share is None]
        if len(open_ended) != 1:
            message = "one alternative, and only one, has no base_share: it takes what the others leave"
            raise ValueError(message)
        if min(self.shares.values()) <= 0:
            message = f"the shares must all be above 0, and '{open_ended[0]}' is left {self.shares[open_ended[0]]:g}"
            raise ValueError(message)
        return self

    @property
    def names(self) -> list[str]:
        """The alternatives, in alphabetical order."""
        return sorted(self.alternatives)

    @property
    def shares(self) -> dict[str, float]:
        """The share of each alternative at base conditions; together they are 1."""
        given = {name: one.base_share for name, one in self.alternatives.items()}
        left = 1.0 - sum(share for share in given.values() if share is not None)
        return {name: left if share is None else share for name, share in given.items()}


def base_utilities(shares: Mapping[str, float], nests: Mapping[str, str], theta: float) -> dict[str, float]:
    """The utility of each alternative at base conditions, in closed form: V = θ·ln P(c | nest) + ln P(nest)."""
    of_nest: dict[str, float] = {}
    for name, share in shares.items():
        of_nest[nests[name]] = of_nest.get(nests[name], 0.0) + share
    return {
        name: theta * float(np.log(share / of_nest[nests[name]])) + float(np.log(of_nest[nests[name]]))
        for name, share in shares.items()
    }


def nested_logit(utilities: Mapping[str, float], nests: Mapping[str, str], theta: float) -> dict[str, float]:
    """The share of each alternative: P(nest)·P(c | nest), by logarithms, so that extreme utilities do no harm."""
    inside: dict[str, float] = {}
    for name, utility in utilities.items():
        inside[nests[name]] = float(np.logaddexp(inside.get(nests[name], -np.inf), utility / theta))
    total = float(np.logaddexp.reduce([theta * value for value in inside.values()]))
    return {
        name: float(np.exp(utility / theta - inside[nests[name]] + theta * inside[nests[name]] - total))
        for name, utility in utilities.items()
    }


def tastes(market: str, nests: Mapping[str, str], theta: float, n: int, streams: Streams) -> Floats:
    """ε of n consignments for each alternative, shape (n, alternatives), drawn at birth, each by its name.

    `nests` is the nest of each alternative, in their order.
    """
    drawn = np.empty((n, len(nests)))
    stable = {nest: _log_stable(theta, market, nest, n, streams) for nest in dict.fromkeys(nests.values())}
    for k, (name, nest) in enumerate(nests.items()):
        gumbel = -np.log(-np.log(streams.luck(f"market/{market}/choice/{name}", n)))
        drawn[:, k] = theta * (gumbel + stable[nest])
    return drawn


def _log_stable(theta: float, market: str, nest: str, n: int, streams: Streams) -> Floats:
    """The logarithm of a positive stable variable with E[exp(−tS)] = exp(−t^θ), shape (n,) (Kanter 1975).

    ln S = (1 − θ)/θ · (ln a(U) − ln E), a(u) = sin(θu)^{θ/(1−θ)}·sin((1−θ)u) / sin(u)^{1/(1−θ)}, U on (0, π).
    """
    if theta == 1:
        return np.zeros(n)
    u = np.pi * np.minimum(streams.luck(f"market/{market}/nest/{nest}/angle", n), 1 - 2.0**-53)
    e = -np.log1p(-streams.luck(f"market/{market}/nest/{nest}/gap", n))
    log_a = (
        theta / (1 - theta) * np.log(np.sin(theta * u))
        + np.log(np.sin((1 - theta) * u))
        - np.log(np.sin(u)) / (1 - theta)
    )
    return np.asarray((1 - theta) / theta * (log_a - np.log(e)))
