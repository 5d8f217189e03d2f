"""What a run says of money, carbon, choice and regime, and whether targets are reached: nothing where it has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np

from sim.experiment.findings import Findings
from sim.experiment.tags import DEMAND, PRICES, TIMETABLES
from sim.kpis import BY_ID, Key
from sim.scenario import TargetSpec
from sim.statistics import Estimate, share_at_least
from sim.words import Lang, number, percent, say, signed

Regime = Literal["demand_driven", "capacity_driven", "price_driven", "driven_by_none"]
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
    """A target, the share of years that reach it, and that share with inputs drawn too, if they were."""

    name: str
    target: TargetSpec
    share: Estimate

    @property
    def met(self) -> bool:
        """Whether so many years reach it as are wanted."""
        return bool(self.share.mean >= self.target.assurance)

    @property
    def sure(self) -> bool:
        """Whether so many years were simulated that this is not chance."""
        low, high = self.share.low, self.share.high
        return bool(low >= self.target.assurance if self.met else high < self.target.assurance)


def targets(found: Findings) -> list[Reached]:
    """Every target of the scenario and whether it is reached."""
    return [Reached(name, target, _share(found, target)) for name, target in sorted(found.scenario.targets.items())]


def _share(found: Findings, target: TargetSpec) -> Estimate:
    values = found.values(target.measure, Key(target.channel))
    if target.at_least is not None:
        return share_at_least(values, target.at_least)
    assert target.at_most is not None
    return share_at_least(-values, -target.at_most)


def target_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """Each target with its verdict."""
    for one in targets(found):
        target = one.target
        label = found.book.channel_names.get(target.channel)
        limit = target.at_least if target.at_least is not None else target.at_most
        assert limit is not None
        measure = BY_ID[target.measure]
        yield say(
            lang,
            "target",
            measure=measure.name.of(lang),
            channel=label.of(lang) if label else say(lang, "all"),
            sense=say(lang, "at_least_word" if target.at_least is not None else "at_most_word"),
            value=number(limit, 0 if float(limit).is_integer() else 2),
            unit=measure.unit,
            assurance=percent(target.assurance),
            share=percent(one.share.mean),
            low=percent(one.share.low),
            high=percent(one.share.high),
            n=one.share.n,
            verdict=say(lang, "target_met" if one.met else "target_missed"),
            sure="" if one.sure else say(lang, "target_not_sure"),
        )


def target_data(found: Findings) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {
            "name": one.name,
            **one.target.model_dump(exclude_none=True),
            "share": one.share.mean,
            "low95": one.share.low,
            "high95": one.share.high,
            "met": one.met,
            "sure": one.sure,
        }
        for one in targets(found)
    ]
