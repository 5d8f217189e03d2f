"""What a planner asks first, in one table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.experiment.findings import Findings
from sim.kpis import Key
from sim.statistics import Estimate, estimate, prediction, share_at_least
from sim.words import Lang, number, percent, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.trace import Label

Verdict = Literal["above", "below", "unclear"]
NEARLY_FULL = 0.95


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
    against: Against | None
    trains: Estimate
    per_train: Estimate
    local: Estimate
    days: Estimate
    p90: Estimate
    transit: Estimate
    tags: dict[str, str]


def answer(found: Findings, channel: str) -> Answer:
    """The headline figures of a channel."""
    key = Key(channel)
    carried = found.values("carried_teu", key)
    headlines = ("carried_teu", "trains_run", "teu_per_train", "local_share", "lead_time_days", "lead_time_p90_days")
    return Answer(
        channel=channel,
        carried=estimate(carried),
        one_year=prediction(carried),
        against=_against(found, channel),
        trains=found.estimate("trains_run", key),
        per_train=found.estimate("teu_per_train", key),
        local=found.estimate("local_share", key),
        days=found.estimate("lead_time_days", key),
        p90=found.estimate("lead_time_p90_days", key),
        transit=found.estimate("transit_days", key),
        tags={m: str(found.tags[m, key]) for m in headlines if (m, key) in found.tags},
    )


def _against(found: Findings, channel: str) -> Against | None:
    """The verdict holds for one year: above (below) if nine years in ten lie wholly above (below) the baseline."""
    baseline = found.baseline("carried_teu", channel)
    if baseline is None:
        return None
    carried = found.values("carried_teu", Key(channel))
    low, high = prediction(carried)
    verdict: Verdict = "above" if low >= baseline.value else "below" if high < baseline.value else "unclear"
    return Against(
        value=baseline.value,
        year=baseline.year,
        difference=estimate(carried - baseline.value),
        at_least=share_at_least(carried, baseline.value),
        verdict=verdict,
    )


@dataclass(frozen=True)
class Loaded:
    """A resource or service and how much of it is used."""

    id: str
    name: Label
    share: Estimate


def most_loaded(found: Findings, n: int = 3) -> list[Loaded]:
    """The n most loaded resources and services."""
    names = {resource.id: resource.name for resource in found.book.resources}
    names |= {service.id: service.name for service in found.book.services}
    loaded = [
        Loaded(key.place, names[key.place], found.estimate("utilisation", key)) for key in found.keys("utilisation")
    ]
    return sorted(loaded, key=lambda one: -one.share.mean if math.isfinite(one.share.mean) else 0.0)[:n]


def answers(found: Findings, scenario: str) -> dict[str, Any]:
    """The same answers as plain data, for programs."""

    def plain(value: Any) -> Any:
        if isinstance(value, Estimate):
            return {"mean": plain(value.mean), "low95": plain(value.low), "high95": plain(value.high), "n": value.n}
        if isinstance(value, (Against, Answer)):
            return {name: plain(inner) for name, inner in vars(value).items()}
        if isinstance(value, tuple):
            return [plain(inner) for inner in value]
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        return None if isinstance(value, float) and math.isnan(value) else value

    return {
        "scenario": scenario,
        "replications": len(found.outcomes),
        "channels": [plain(answer(found, channel)) for channel in (*found.book.channels, "all")],
        "most_loaded": [{"id": one.id, "utilisation": plain(one.share)} for one in most_loaded(found)],
        "demand": {level: plain(carried) for level, carried in demand_implies(found).items()},
        "warnings": list(warnings(found, "en")),
    }


def demand_implies(found: Findings) -> dict[str, dict[str, Estimate]]:
    """Carried TEU of each channel with all demand low and high: {level: {channel: estimate}}."""
    return {
        level: {
            channel: estimate([o.values["carried_teu"].get(Key(channel), np.nan) for o in outcomes])
            for channel in (*found.book.channels, "all")
        }
        for level, outcomes in found.demand.items()
    }


def warnings(found: Findings, lang: Lang) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if len(found.outcomes) == 1:
        yield say(lang, "one_replication")
    for channel in found.book.channels:
        growth, carried = (found.estimate(m, Key(channel)) for m in ("backlog_growth_teu", "carried_teu"))
        if growth.low > 0 and growth.mean > 0.05 * carried.mean:
            yield say(lang, "growing", channel=found.book.channel_names[channel].of(lang), teu=number(growth.mean))
    for resource in found.book.resources:
        peak, use = (found.estimate(m, Key(place=resource.id)) for m in ("peak_use", "utilisation"))
        if resource.kind == "yard" and peak.mean > resource.units:
            name = resource.name.of(lang)
            yield say(lang, "yard_over", name=name, slots=number(resource.units), peak=number(peak.mean))
        elif resource.kind != "yard" and use.mean > NEARLY_FULL:
            yield say(lang, "optimistic", name=resource.name.of(lang), share=percent(use.mean))


def show(found: Findings, folder: Path, lang: Lang, console: Console) -> None:
    """Print the table, what binds, what was assumed, and what to beware of."""
    name = found.scenario.name.of(lang)
    console.print(f"\n{name}", style="bold", markup=False)
    if found.scenario.question:
        console.print(found.scenario.question.of(lang), markup=False)
    console.print(_table(found, lang))
    loaded = [f"{one.name.of(lang)} {percent(one.share.mean)}" for one in most_loaded(found)]
    console.print(say(lang, "most_loaded", list="; ".join(loaded) if lang == "en" else "；".join(loaded)), markup=False)
    _show_demand(found, lang, console)
    _show_assumed(found, folder, lang, console)
    for warning in warnings(found, lang):
        console.print(warning, style="yellow", markup=False)
    console.print(say(lang, "written", folder=folder), markup=False)


def _table(found: Findings, lang: Lang) -> Table:
    from rich.table import Table
    from rich.text import Text

    columns = [answer(found, channel) for channel in (*found.book.channels, "all")]
    table = Table(title=say(lang, "per_run", n=len(found.outcomes)), title_justify="left")
    table.add_column("")
    for column in columns:
        label = found.book.channel_names.get(column.channel)
        table.add_column(Text(label.of(lang) if label else say(lang, "all")), justify="right")
    for row in rows(columns, lang):
        table.add_row(*(Text(cell) for cell in row))
    return table


def rows(columns: list[Answer], lang: Lang) -> Iterator[list[str]]:
    """The rows of the table: a heading and a cell per channel."""

    def row(heading: str, cells: list[str]) -> list[str]:
        return [heading, *cells]

    yield row(say(lang, "carried"), [number(a.carried.mean) for a in columns])
    yield row(say(lang, "interval"), [_between(a.carried.low, a.carried.high) for a in columns])
    yield row(say(lang, "one_year"), [_between(*a.one_year) for a in columns])
    yield from _baseline_rows(columns, lang)
    yield row(say(lang, "trains"), [number(a.trains.mean, 1) for a in columns])
    yield row(say(lang, "per_train"), [number(a.per_train.mean, 1) for a in columns])
    yield row(say(lang, "local"), [percent(a.local.mean, 1) for a in columns])
    yield row(say(lang, "days"), [_plus_minus(a.days, 1) for a in columns])
    yield row(say(lang, "p90"), [number(a.p90.mean, 1) for a in columns])
    yield row(say(lang, "transit"), [number(a.transit.mean, 1) for a in columns])
    for measure, word in (("carried_teu", "tag_carried"), ("lead_time_days", "tag_days")):
        cells = [say(lang, a.tags.get(measure, "untagged")) for a in columns]
        yield row(say(lang, "tag", of=say(lang, word)), cells)


def _baseline_rows(columns: list[Answer], lang: Lang) -> Iterator[list[str]]:
    with_baseline = next((a.against for a in columns if a.against), None)
    if with_baseline is None:
        return
    year, value = with_baseline.year, number(with_baseline.value)
    yield [say(lang, "against", value=value, year=year), *("" for _ in columns)]
    yield [say(lang, "difference"), *(_difference(a.against) for a in columns)]
    yield [say(lang, "at_least"), *(_at_least(a.against) for a in columns)]
    yield [say(lang, "verdict"), *(say(lang, a.against.verdict) if a.against else "" for a in columns)]


def _difference(against: Against | None) -> str:
    if against is None:
        return ""
    mean = against.difference.mean
    return f"{mean:+,.0f} ({100 * mean / against.value:+.1f} %)"


def _at_least(against: Against | None) -> str:
    if against is None:
        return ""
    share = against.at_least
    if share.mean == 0:
        return f"0/{share.n} (< {percent(share.high)})"
    return f"{percent(share.mean)} ({percent(share.low)} – {percent(share.high)})"


def _between(low: float, high: float) -> str:
    return f"{number(low)} – {number(high)}" if math.isfinite(low) else "–"


def _plus_minus(what: Estimate, digits: int) -> str:
    half = f" ± {number(what.half_width, 2)}" if math.isfinite(what.half_width) else ""
    return number(what.mean, digits) + half


def _show_demand(found: Findings, lang: Lang, console: Console) -> None:
    implied = demand_implies(found)
    if not implied:
        return
    for channel in (*found.book.channels, "all"):
        label = found.book.channel_names.get(channel)
        levels = {level: number(implied[level][channel].mean) for level in ("low", "high")}
        mode = number(found.estimate("carried_teu", Key(channel)).mean)
        name = label.of(lang) if label else say(lang, "all")
        console.print(say(lang, "demand", channel=name, mode=mode, **levels), markup=False)


def _show_assumed(found: Findings, folder: Path, lang: Lang, console: Console) -> None:
    from sim.results.tables import assumptions

    year = str(found.scenario.period.first_day.year)
    table = [row for row in assumptions(found).rows if row[2] in ("assumed", "what-if")]
    mine = [row for row in table if year in str(row[0])]
    what_if = [row for row in table if row[2] == "what-if"]
    for row in what_if:
        console.print(say(lang, "what_if", path=row[0], value=row[1]), style="yellow", markup=False)
    if mine:
        console.print(say(lang, "assumed"), markup=False)
        for path, value, _, span, *_ in mine:
            console.print(f"  {path}: {value}" + (f" [{span}]" if span else ""), markup=False)
    if len(table) > len(mine):
        file = folder / "assumptions.csv"
        console.print(say(lang, "assumed_more", n=len(table) - len(mine), file=file), markup=False)
