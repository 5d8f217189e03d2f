"""How levers change what alternatives cost shippers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.corridor.market import MarketSpec
from sim.corridor.money import Currency, Party
from sim.levers.lever import Keys, LeverError, known
from sim.levers.tree import Values
from sim.scenario import Scenario


def cny(scenario: Scenario, where: str, amount: Mapping[Currency, float] | None) -> float:
    """An amount in yuan. Raises LeverError if the scenario has no rate for its currency."""
    try:
        return scenario.exchange.cny(amount)
    except KeyError as error:
        raise LeverError(where, f"there is no rate of exchange for {error.args[0]}.") from None


def dearer(scenario: Scenario, market: str, alternative: str, more_cny: float, paid_by: Party | None = None) -> Values:
    """Values that make an alternative cost so many yuan more for a 40 ft box (negative: less, which a party bears).

    Raises LeverError if another party bears what is less already.
    """
    choice = scenario.markets[market].choice
    assert choice is not None
    one = choice.alternatives[alternative]
    if paid_by and one.extra_paid_by not in (None, paid_by):
        message = f"{one.extra_paid_by} bears what '{alternative}' costs less in {market} already: pull one of the two."
        raise LeverError("channels", message)
    before = cny(scenario, "exchange", one.extra_cost_per_feu)
    path = f"markets.{market}.choice.alternatives.{alternative}.extra_cost_per_feu"
    found: Values = {path: {"cny": float(f"{before + more_cny:.12g}")}}
    return found | ({path.replace("extra_cost_per_feu", "extra_paid_by"): paid_by} if paid_by else {})


def choosing_between(scenario: Scenario, alternative: str, markets: Keys | None) -> Iterator[tuple[str, MarketSpec]]:
    """The markets whose shippers may choose an alternative. Raises LeverError if none do, or not all that are named."""
    known("markets", markets or (), scenario.markets, "market")
    found = {
        name: spec
        for name, spec in scenario.markets.items()
        if spec.choice and alternative in spec.choice.alternatives and (markets is None or name in markets)
    }
    missing = [name for name in markets or () if name not in found]
    if missing or not found:
        which = f"the shippers of '{missing[0]}' do" if missing else "no shippers"
        raise LeverError(
            "markets" if missing else "channels", f"{which} {'not ' if missing else ''}choose '{alternative}'."
        )
    yield from found.items()
