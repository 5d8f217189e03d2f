"""The price sensitivity that an outcome would need, in closed form: nested logit, days as at base conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.corridor.choice import base_utilities, nested_logit

MOST_PER_USD = 1.0
"""The steepest scale that a scenario may have: a US dollar that costs a unit of utility."""
STEPS = 200


@dataclass(frozen=True)
class Volume:
    """What a market brings to a channel at base conditions, in TEU, the shares of its alternatives then, and how many
    US dollars dearer each of them has become for a 40 ft box.
    """

    teu: float
    channel: str
    shares: Mapping[str, float]
    nests: Mapping[str, str]
    theta: float
    dearer_usd: Mapping[str, float]

    def at(self, scale_per_usd: float) -> float:
        """What it brings when shippers are so sensitive to price."""
        base = base_utilities(self.shares, self.nests, self.theta)
        now = {name: base[name] - scale_per_usd * self.dearer_usd.get(name, 0.0) for name in base}
        return self.teu * nested_logit(now, self.nests, self.theta)[self.channel] / self.shares[self.channel]


def brings(volumes: Sequence[Volume], scale_per_usd: float) -> float:
    """What all markets bring together."""
    return sum(one.at(scale_per_usd) for one in volumes)


def needed_scale(volumes: Sequence[Volume], wanted: float) -> float | None:
    """The least scale of the logit, per US dollar, at which these markets bring so much; None if none does.

    The first of a range of scales, each 5 % above the one before, that passes what is wanted, then bisection.
    """
    at_base = brings(volumes, 0.0)
    low = MOST_PER_USD * 1.05**-STEPS
    for step in range(1 - STEPS, 1):
        high = MOST_PER_USD * 1.05**step
        if (brings(volumes, high) - wanted) * (at_base - wanted) <= 0:
            return _between(volumes, wanted, low, high)
        low = high
    return None


def _between(volumes: Sequence[Volume], wanted: float, low: float, high: float) -> float:
    falling = brings(volumes, low) > brings(volumes, high)
    for _ in range(60):
        middle = (low + high) / 2
        too_low = (brings(volumes, middle) > wanted) == falling
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2
