"""What a planner asks first, in one table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.experiment.findings import Findings
from sim.experiment.outcome import Outcome
from sim.experiment.uncertainty import Spread
from sim.kpis import Key
from sim.results.uncertainty import spreads
from sim.statistics import Estimate, estimate, prediction, quantile_bounds, share_at_least
from sim.telling.caveats import warnings
from sim.telling.drawn import drawn_data
from sim.telling.economy import regime, target_data
from sim.telling.plain import in_words, what, where
from sim.words import Lang, number, percent, say, signed

if TYPE_CHECKING:
    from sim.trace import Label

Verdict = Literal["above", "below", "unclear"]
HEADLINES = ("carried_teu", "trains_run", "teu_per_train", "local_share", "lead_time_days", "transit_days")
"""The measures whose tags are printed."""


@dataclass(frozen=True)
class Against:
    """Carried TEU of one channel held against its baseline."""

    value: float
    year: int
    difference: Estimate
    at_least: Estimate
    verdict: Verdict


@dataclass(frozen=True)
class Answer:
    """The headline figures of one channel, or of all."""

    channel: str
    carried: Estimate
    one_year: tuple[float, float]
    nine_in_ten: Estimate
    against: Against | None
    trains: Estimate
    per_train: Estimate
    local: Estimate
    days: Estimate
    p90: Estimate
    transit: Estimate
    tags: dict[str, str]
    drawn: dict[str, Spread] = field(default_factory=dict)
    """each headline measure with its inputs drawn too, if they were"""


def answer(found: Findings, channel: str) -> Answer:
    """The headline figures of a channel."""
    key = Key(channel)
    carried = found.values("carried_teu", key)
    return Answer(
        channel=channel,
        carried=estimate(carried),
        one_year=prediction(carried),
        nine_in_ten=quantile_bounds(carried, 0.1),
        against=_against(found, channel),
        trains=found.estimate("trains_run", key),
        per_train=found.estimate("teu_per_train", key),
        local=found.estimate("local_share", key),
        days=found.estimate("lead_time_days", key),
        p90=found.estimate("lead_time_p90_days", key),
        transit=found.estimate("transit_days", key),
        tags={m: str(found.tags[m, key]) for m in HEADLINES if (m, key) in found.tags},
        drawn={figure[0]: one for figure, one in spreads(found).items() if figure[1] == channel},
    )


def _against(found: Findings, channel: str) -> Against | None:
    """The verdict holds for one year: above (below) if nine years in ten lie wholly above (below) the baseline."""
    baseline = found.baseline("carried_teu", channel)
    if baseline is None:
        return None
    carried = found.values("carried_teu", Key(channel))
    return Against(
        value=baseline.value,
        year=baseline.year,
        difference=estimate(carried - baseline.value),
        at_least=share_at_least(carried, baseline.value),
        verdict=_verdict(prediction(carried), baseline.value),
    )


def _verdict(ends: tuple[float, float], value: float) -> Verdict:
    return "above" if ends[0] >= value else "below" if ends[1] < value else "unclear"


@dataclass(frozen=True)
class Loaded:
    """A resource or service and how much of it is used."""

    id: str
    name: Label
    share: Estimate
    tag: str


def most_loaded(found: Findings, n: int = 3) -> list[Loaded]:
    """The n most loaded resources and services."""
    names = {resource.id: resource.name for resource in found.book.resources}
    names |= {service.id: service.name for service in found.book.services}
    loaded = [
        Loaded(
            key.place,
            names[key.place],
            found.estimate("utilisation", key),
            str(found.tags.get(("utilisation", key), "")),
        )
        for key in found.keys("utilisation")
    ]
    return sorted(loaded, key=lambda one: -one.share.mean if math.isfinite(one.share.mean) else 0.0)[:n]


def answers(found: Findings, scenario: str) -> dict[str, Any]:
    """The same answers as plain data, for programs."""

    def plain(value: Any) -> Any:
        if isinstance(value, Estimate):
            return {"mean": plain(value.mean), "low95": plain(value.low), "high95": plain(value.high), "n": value.n}
        if isinstance(value, (Against, Answer)):
            return {name: plain(inner) for name, inner in vars(value).items() if name != "drawn"}
        if isinstance(value, (tuple, list)):
            return [plain(inner) for inner in value]
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        return None if isinstance(value, float) and math.isnan(value) else value

    return {
        "scenario": scenario,
        "replications": len(found.outcomes),
        "sequential": _sequential(found),
        "channels": [plain(answer(found, channel)) for channel in (*found.book.channels, "all")],
        "most_loaded": [{"id": one.id, "utilisation": plain(one.share), "tag": one.tag} for one in most_loaded(found)],
        "demand": {level: plain(carried) for level, carried in demand_implies(found).items()},
        "elasticities": [
            {"measure": measure, "channel": key.channel, "to": plain(powers), "regime": regime(powers)}
            for (measure, key), powers in found.powers.items()
        ],
        "targets": plain(target_data(found)),
        "uncertainty": plain(drawn_data(found)),
        "warnings": list(warnings(found, "en")),
        "warnings_zh": list(warnings(found, "zh")),
    }


def _sequential(found: Findings) -> dict[str, float | int | None] | None:
    """The precision that was asked for, and the replication from which on it held; None if n was given."""
    sequence = found.sequence
    return {"precision": sequence.precision, "reached_at": sequence.reached} if sequence else None


def demand_implies(found: Findings) -> dict[str, dict[str, Estimate]]:
    """Carried TEU of each channel with all demand low and high: {level: {channel: estimate}}."""
    return {
        level: {channel: _carried(outcomes, channel) for channel in (*found.book.channels, "all")}
        for level, outcomes in found.demand.items()
    }


def _carried(outcomes: Sequence[Outcome], channel: str) -> Estimate:
    return estimate([outcome.values["carried_teu"].get(Key(channel), np.nan) for outcome in outcomes])


def columns_of(found: Findings) -> list[Answer]:
    """The headline figures of each channel, and of all together."""
    return [answer(found, channel) for channel in (*found.book.channels, "all")]


def headings(found: Findings, columns: list[Answer], lang: Lang) -> list[str]:
    """What stands above the rows of the table: nothing above their names, then the channels."""
    return ["", *(_channel(found, column.channel, lang) for column in columns)]


def loaded_line(found: Findings, lang: Lang) -> str:
    """Which resources and services are loaded most."""
    loaded = [f"{one.name.of(lang)} {_share(one.share)}{_tagged(one.tag, lang)}" for one in most_loaded(found)]
    return say(lang, "most_loaded", list=("；" if lang == "zh" else "; ").join(loaded))


def title(found: Findings, lang: Lang) -> str:
    """How many years were simulated, and why so many."""
    n, sequence = len(found.outcomes), found.sequence
    if sequence is None:
        return say(lang, "per_run", n=n)
    word = "per_sequence" if sequence.reached else "per_sequence_short"
    return say(lang, word, n=n, precision=percent(sequence.precision, 1), reached=sequence.reached)


def _channel(found: Findings, channel: str, lang: Lang) -> str:
    label = found.book.channel_names.get(channel)
    return label.of(lang) if label else say(lang, "all")


def rows(columns: list[Answer], lang: Lang) -> Iterator[list[str]]:
    """The rows of the table: a heading and a cell per channel."""

    def row(heading: str, cells: list[str]) -> list[str]:
        return [heading, *cells]

    yield row(say(lang, "carried"), [number(a.carried.mean) for a in columns])
    yield row(say(lang, "interval"), [_between(a.carried.low, a.carried.high) for a in columns])
    yield row(say(lang, "one_year"), [_between(*a.one_year) for a in columns])
    yield row(say(lang, "nine_in_ten"), [_with_bounds(a.nine_in_ten) for a in columns])
    yield from _drawn_rows("carried_teu", columns, lang)
    yield from _baseline_rows(columns, lang)
    yield row(say(lang, "trains"), [_plus_minus(a.trains, 1) for a in columns])
    yield row(say(lang, "per_train"), [_plus_minus(a.per_train, 1) for a in columns])
    yield row(say(lang, "local"), [_share(a.local) for a in columns])
    yield row(say(lang, "days"), [_plus_minus(a.days, 1) for a in columns])
    if any(a.drawn for a in columns):
        cells = [
            _between(*a.drawn["lead_time_days"].one_year, 1) if "lead_time_days" in a.drawn else "" for a in columns
        ]
        yield row(say(lang, "one_year"), cells)
    yield from _drawn_rows("lead_time_days", columns, lang, 1)
    yield row(say(lang, "p90"), [_plus_minus(a.p90, 1) for a in columns])
    yield row(say(lang, "transit"), [_plus_minus(a.transit, 1) for a in columns])
    for measure in HEADLINES:
        cells = [say(lang, a.tags.get(measure, "untagged")) for a in columns]
        yield row(say(lang, "tag", of=say(lang, f"tag_{measure}")), cells)


def _drawn_rows(measure: str, columns: list[Answer], lang: Lang, digits: int = 0) -> Iterator[list[str]]:
    """Where a year lies with its inputs drawn too, and how much of that they make; nothing without draws."""
    if any(measure in a.drawn for a in columns):
        drawn = [a.drawn.get(measure) for a in columns]
        yield [say(lang, "one_year_drawn"), *(_between(*one.drawn, digits) if one else "" for one in drawn)]
        yield [say(lang, "of_inputs"), *(percent(one.share) if one else "" for one in drawn)]


def _baseline_rows(columns: list[Answer], lang: Lang) -> Iterator[list[str]]:
    with_baseline = next((a.against for a in columns if a.against), None)
    if with_baseline is None:
        return
    year, value = with_baseline.year, number(with_baseline.value)
    yield [say(lang, "against", value=value, year=year), *("" for _ in columns)]
    yield [say(lang, "difference"), *(_difference(a.against) for a in columns)]
    yield [say(lang, "at_least"), *(_at_least(a.against) for a in columns)]
    yield [say(lang, "verdict"), *(say(lang, a.against.verdict) if a.against else "" for a in columns)]
    if any(a.drawn for a in columns):
        yield [say(lang, "at_least_drawn"), *(_at_least_drawn(a) for a in columns)]
        yield [say(lang, "verdict_drawn"), *(_verdict_drawn(a, lang) for a in columns)]


def _at_least_drawn(column: Answer) -> str:
    one = column.drawn.get("carried_teu")
    return percent(one.at_least(column.against.value)) if column.against and one else ""


def _verdict_drawn(column: Answer, lang: Lang) -> str:
    one = column.drawn.get("carried_teu")
    return say(lang, _verdict(one.drawn, column.against.value)) if column.against and one else ""


def _difference(against: Against | None) -> str:
    if against is None:
        return ""
    mean = against.difference.mean
    return f"{signed(mean)} ({signed(100 * mean / against.value, 1)} %)"


def _at_least(against: Against | None) -> str:
    """The share with its interval; where no year, or every year, is at or above, the one bound that there is."""
    if against is None:
        return ""
    share = against.at_least
    if share.mean == 0:
        return f"0/{share.n} (< {percent(share.high, 1)})"
    if share.mean == 1:
        return f"{share.n}/{share.n} (> {percent(share.low, 1)})"
    return f"{percent(share.mean)} ({percent(share.low)} – {percent(share.high)})"


def _between(low: float, high: float, digits: int = 0) -> str:
    return f"{number(low, digits)} – {number(high, digits)}" if math.isfinite(low) else "–"


def _with_bounds(quantile: Estimate) -> str:
    """A quantile between two of the years; `…` where so few years give no bound."""
    low, high = (number(bound) if math.isfinite(bound) else "…" for bound in (quantile.low, quantile.high))
    return f"{number(quantile.mean)} ({low} – {high})" if low != high else number(quantile.mean)


def _plus_minus(what: Estimate, digits: int = 0) -> str:
    half = f" ± {number(what.half_width, digits)}" if math.isfinite(what.half_width) else ""
    return number(what.mean, digits) + half


def _tagged(tag: str, lang: Lang) -> str:
    if not tag:
        return ""
    return f"（{say(lang, tag)}）" if lang == "zh" else f" ({say(lang, tag)})"


def _share(what: Estimate) -> str:
    half = f" ± {100 * what.half_width:.1f}" if math.isfinite(what.half_width) else ""
    return f"{100 * what.mean:.1f}{half} %" if math.isfinite(what.mean) else "–"


def demand_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """What the range of demand implies, a line per channel."""
    if not found.demand:
        return
    years = set.intersection(*({o.replication for o in one} for one in (found.outcomes, *found.demand.values())))
    yield say(lang, "demand", n=len(years))
    for channel in (*found.book.channels, "all"):
        of = {"low": found.demand["low"], "mode": found.outcomes, "high": found.demand["high"]}
        told = {level: _plus_minus(_carried([o for o in of[level] if o.replication in years], channel)) for level in of}
        yield say(lang, "demand_of", channel=_channel(found, channel, lang), **told)


def assumed_lines(found: Findings, folder: Path, lang: Lang) -> Iterator[str]:
    """What was assumed for the measured year, and what was changed for this run."""
    scenario = found.scenario
    year = str(scenario.period.first_day.year)
    of_grade = {
        grade: [path for path, fact in sorted(scenario.stated.items()) if fact.grade == grade]
        for grade in ("what-if", "assumed")
    }
    for path in of_grade["what-if"]:
        yield say(lang, "what_if", path=where(path, scenario, lang), value=what(path, scenario, lang))
    mine = [path for path in of_grade["assumed"] if year in path]
    if mine:
        yield say(lang, "assumed")
    for path in mine:
        span = scenario.facts[path].range
        value, ends = what(path, scenario, lang), f" [{in_words(span, lang)}]" if span else ""
        yield f"  {where(path, scenario, lang)}{'：' if lang == 'zh' else ': '}{value}{ends}"
    if len(of_grade["assumed"]) > len(mine):
        n = len(of_grade["assumed"]) - len(mine)
        yield say(lang, "assumed_more", n=n, file=folder / "assumptions.csv")
