"""What a run says of money, carbon, choice and regime, and whether targets are reached: nothing where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np

from sim.experiment.findings import Findings
from sim.experiment.tags import DEMAND, PRICES, TIMETABLES
from sim.experiment.uncertainty import Spread
from sim.kpis import BY_ID, Key
from sim.results.uncertainty import spreads
from sim.scenario import TargetSpec
from sim.statistics import Estimate, share_at_least, share_of, years_of
from sim.words import Lang, number, percent, say, signed

Regime = Literal["demand_driven", "capacity_driven", "price_driven", "driven_by_none"]
TargetVerdict = Literal["met", "missed", "open"]
LEAST_POWER = 0.2
"""With smaller elasticities than this a figure is driven by none of the three."""
MILLION = 1e6
PARTS = {
    "shippers_cny": "shippers",
    "revenue_cny": "revenue",
    "subsidy_cny": "subsidy",
    "running_cost_cny": "running",
    "operator_result_cny": "result",
}


def regime(powers: Mapping[str, Estimate]) -> Regime:
    """What drives a figure: that to which it is most elastic."""
    words: dict[str, Regime] = {DEMAND: "demand_driven", TIMETABLES: "capacity_driven", PRICES: "price_driven"}
    known = {name: abs(power.mean) for name, power in powers.items() if np.isfinite(power.mean)}
    if not known or max(known.values()) < LEAST_POWER:
        return "driven_by_none"
    return words[max(known, key=lambda name: known[name])]


def regime_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """For each channel, what drives what it carries, with its elasticities."""
    carried = {key.channel: powers for (measure, key), powers in found.powers.items() if measure == "carried_teu"}
    if carried:
        yield say(lang, "regime")
    for channel, powers in carried.items():
        told = [say(lang, f"power_of_{n}", power=power_told(one)) for n, one in powers.items() if np.isfinite(one.mean)]
        label = found.book.channel_names.get(channel)
        name = label.of(lang) if label else say(lang, "all")
        listed = ("，" if lang == "zh" else ", ").join(told)
        yield say(lang, "regime_of", channel=name, regime=say(lang, regime(powers)), list=listed)


def power_told(one: Estimate) -> str:
    """An elasticity with its interval."""
    half = f" ± {one.half_width:.2f}" if np.isfinite(one.half_width) else ""
    return signed(one.mean, 2) + half


def money_rows(found: Findings, channels: list[str], lang: Lang) -> Iterator[list[str]]:
    """Rows of the table: what a box costs, gross and net, what is paid for it, and what it emits."""
    rows = (
        ("cost_gross_cny_per_feu", 0),
        ("cost_net_cny_per_feu", 0),
        ("price_cny_per_feu", 0),
        ("subsidy_cny_per_teu", 0),
        ("co2_t_per_teu", 2),
    )
    for measure, digits in rows:
        cells = [_plus_minus(found.estimate(measure, Key(channel)), digits) for channel in channels]
        if any(cell for cell in cells):
            yield [say(lang, f"row_{measure}"), *cells]


def _plus_minus(what: Estimate, digits: int) -> str:
    if not np.isfinite(what.mean):
        return ""
    half = f" ± {number(what.half_width, digits)}" if np.isfinite(what.half_width) else ""
    return number(what.mean, digits) + half


def party_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """Who pays and who earns, in million yuan in the measured period."""
    if found.book.money is None:
        return
    told = {word: _million(found.estimate(measure, Key())) for measure, word in PARTS.items()}
    treasury, carbon = _million(found.estimate("treasury_cny", Key())), found.estimate("co2_t", Key())
    flights = say(lang, "and_flights") if any(one.mode == "air" for one in found.book.services) else ""
    yield say(lang, "parties", **told, treasury=treasury, flights=flights)
    if len(found.book.channels) > 1:
        left = {channel: found.estimate("operator_result_cny", Key(channel)) for channel in found.book.channels}
        each = [f"{found.book.channel_names[channel].of(lang)} {_million(what)}" for channel, what in left.items()]
        yield say(lang, "operators_by_channel", list=("，" if lang == "zh" else ", ").join(each))
    yield from _budget_lines(found, lang)
    yield from _outlay_lines(found, lang)
    yield from _relief_lines(found, lang)
    if found.book.carbon is not None:
        yield say(lang, "emitted", tonnes=_plus_minus(carbon, 0))
        yield from _scope_lines(found, lang)


def _scope_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """The factors that were used, by what they cover, and the whole market's emissions if shippers chose."""
    scenario = found.scenario
    assert scenario.carbon is not None
    used = {service.emits or service.mode for service in scenario.services.values()} | {"truck"}
    factors = [one for name, one in scenario.carbon.factors.items() if name in used]
    for scope in dict.fromkeys(one.scope for one in factors):
        mine = [f"{one.name.of(lang)} {one.g_per_tonne_km:g}" for one in factors if one.scope == scope]
        listed = ("、" if lang == "zh" else "; ").join(mine)
        yield say(lang, "emission_scope", scope=say(lang, scope), list=listed)
    if found.keys("co2_market_t"):
        yield say(lang, "emitted_market", tonnes=_plus_minus(found.estimate("co2_market_t", Key()), 0))


def _outlay_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """What policies cost beside subsidies in the measured period, by who pays."""
    assert found.book.money is not None
    whole, paid = found.estimate("outlay_cny", Key()).mean, found.book.money.outlays_cny
    a_year = sum(paid.values())
    if a_year:
        amounts = {party: f"{each / a_year * whole / MILLION:.1f}" for party, each in paid.items() if each}
        told = [say(lang, f"outlay_{party}", amount=amount) for party, amount in amounts.items()]
        yield say(lang, "outlays", list=("、" if lang == "zh" else ", ").join(told))


def _relief_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """What was given to boxes that were booked while trains queued, and how many they were."""
    if found.keys("relief_cny"):
        given, teu = (found.estimate(measure, Key()) for measure in ("relief_cny", "relieved_teu"))
        assert found.book.money is not None
        bearers = dict.fromkeys(one or "nobody" for _, one in sorted(found.book.money.reliefs.items()))
        payers = ("、" if lang == "zh" else ", ").join(say(lang, f"borne_by_{one}") for one in bearers)
        yield say(lang, "relieved", amount=_plus_minus(given, 0), teu=_plus_minus(teu, 0), payers=payers)


def _budget_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """When the budget of each subsidy ran out, and in how many years it did."""
    for key in found.keys("budget_lasted_days"):
        lasted, years = found.estimate("budget_lasted_days", key), len(found.outcomes)
        name = found.scenario.subsidies[key.place].name.of(lang)
        if lasted.n == 0:
            yield say(lang, "budget_lasts", name=name)
        else:
            day = found.scenario.period.first_day + timedelta(days=lasted.mean)
            days = number(lasted.mean) + (f" ± {number(lasted.half_width)}" if np.isfinite(lasted.half_width) else "")
            yield say(lang, "budget_ends", name=name, k=lasted.n, n=years, days=days, day=day.isoformat())


def _million(what: Estimate) -> str:
    half = f" ± {what.half_width / MILLION:.1f}" if np.isfinite(what.half_width) else ""
    return f"{number(what.mean / MILLION, 1)}{half}"


def choice_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """What shippers chose, as shares of all that was booked."""
    keys = found.keys("chosen_teu")
    teu = {key.place: found.estimate("chosen_teu", key).mean for key in keys}
    total = sum(teu.values())
    if not total:
        return
    labels = {one.name: one.label for ways in found.book.alternatives.values() for one in ways}
    listed = [
        f"{labels[name].of(lang)} {percent(each / total)}" for name, each in sorted(teu.items(), key=lambda e: -e[1])
    ]
    yield say(lang, "chosen", list=("、" if lang == "zh" else ", ").join(listed))


# --- targets


@dataclass(frozen=True)
class Reached:
    """A target, the share of years that reach it, and that share with inputs drawn too, if they were.

    A share says `met` if all of its interval lies at or above the share that is wanted, `missed` if all of it lies
    below; else so many years cannot tell, and it is `open`. A target is met only if both shares say so, and missed if
    either does. Only a target that is missed is a failure.
    """

    name: str
    target: TargetSpec
    share: Estimate
    drawn: Estimate | None = None

    @property
    def verdict(self) -> TargetVerdict:
        """Whether so many years reach it as are wanted."""
        said = [self._says(share) for share in (self.share, self.drawn) if share]
        return "missed" if "missed" in said else "open" if "open" in said else "met"

    def _says(self, share: Estimate) -> TargetVerdict:
        if share.low >= self.target.assurance:
            return "met"
        return "missed" if share.high < self.target.assurance else "open"


def targets(found: Findings) -> list[Reached]:
    """Every target of the scenario and whether it is reached."""
    spread_of = spreads(found) if found.scenario.targets else {}
    reached = []
    for name, target in sorted(found.scenario.targets.items()):
        spread = spread_of.get((target.measure, *Key(target.channel)))
        reached.append(Reached(name, target, _share(found, target), _drawn_share(spread, target) if spread else None))
    return reached


def _limit(target: TargetSpec) -> tuple[float, int]:
    """The limit, and 1 if values must be at least that, −1 if at most."""
    limit, way = (target.at_least, 1) if target.at_least is not None else (target.at_most, -1)
    assert limit is not None
    return limit, way


def _share(found: Findings, target: TargetSpec) -> Estimate:
    """The share of simulated years that reach it, inputs as assumed."""
    limit, way = _limit(target)
    return share_at_least(way * found.values(target.measure, Key(target.channel)), way * limit)


def _drawn_share(spread: Spread, target: TargetSpec) -> Estimate | None:
    """How likely a year with its inputs drawn is to reach it, with the interval of so many draws; None if unknown."""
    limit, way = _limit(target)
    law = years_of(way * spread.centres, way * spread.years)
    return share_of((1 - law.below(way * limit)) * spread.draws, spread.draws) if law else None


def target_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """Each target with its verdict, and the rule by which it is given."""
    reached = targets(found)
    for one in reached:
        target = one.target
        label = found.book.channel_names.get(target.channel)
        limit, way = _limit(target)
        measure = BY_ID[target.measure]
        shares = [say(lang, "target_years", **_told(one.share))]
        shares += [say(lang, "target_drawn", **_told(one.drawn))] if one.drawn else [say(lang, "target_not_drawn")]
        yield say(
            lang,
            "target",
            measure=measure.name.of(lang),
            channel=label.of(lang) if label else say(lang, "all"),
            sense=say(lang, "at_least_word" if way > 0 else "at_most_word"),
            value=number(limit, 0 if float(limit).is_integer() else 2),
            unit=measure.unit,
            assurance=percent(target.assurance),
            verdict=say(lang, f"target_{one.verdict}"),
            shares=("；" if lang == "zh" else "; ").join(shares),
        )
    if reached:
        yield say(lang, "target_rule")


def _told(share: Estimate) -> dict[str, object]:
    return {"share": percent(share.mean), "low": percent(share.low), "high": percent(share.high), "n": share.n}


def target_data(found: Findings) -> list[dict[str, Any]]:
    """The same as plain data; `drawn_share` is None without draws."""
    return [
        {
            "name": one.name,
            **one.target.model_dump(exclude_none=True),
            "share": one.share.mean,
            "low95": one.share.low,
            "high95": one.share.high,
            "drawn_share": one.drawn.mean if one.drawn else None,
            "drawn_low95": one.drawn.low if one.drawn else None,
            "drawn_high95": one.drawn.high if one.drawn else None,
            "verdict": one.verdict,
        }
        for one in targets(found)
    ]
