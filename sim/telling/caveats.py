"""What a reader must know before believing the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.corridor.terminal import TerminalSpec
from sim.experiment.findings import Findings
from sim.experiment.warm_up import LEAD_TIMES, longest_lead_time
from sim.kpis import Key
from sim.scenario import Scenario
from sim.statistics import Estimate
from sim.telling.drawn import refused
from sim.trace import Book, Label
from sim.words import Lang, number, percent, say

NEARLY_FULL = 0.95
"""Above this load, intervals from few replications cover less than they say, of all that waits for the resource."""


def warnings(found: Findings, lang: Lang) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    yield from refused(found.uncertainty, lang)
    if len(found.outcomes) == 1:
        yield say(lang, "one_replication")
    warm_up_days = found.scenario.period.warm_up_days
    p95 = {c: found.estimate("lead_time_p95_days", Key(c)).mean for c in found.book.channels}
    slowest, longest = longest_lead_time(p95)
    if warm_up_days < LEAD_TIMES * longest:
        channel = found.book.channel_names[slowest].of(lang)
        yield say(lang, "short_warm_up", days=warm_up_days, lead=number(longest), channel=channel)
    for channel in found.book.channels:
        growth, carried = (found.estimate(m, Key(channel)) for m in ("backlog_growth_teu", "carried_teu"))
        if growth.low > 0 and growth.mean > 0.05 * carried.mean:
            yield say(lang, "growing", channel=found.book.channel_names[channel].of(lang), teu=number(growth.mean))
    yield from _turned_away(found, lang)
    for resource in found.book.resources:
        peak = found.estimate("peak_use", Key(place=resource.id))
        if resource.kind == "yard" and peak.mean > resource.units:
            name = resource.name.of(lang)
            full = "yard_over_gate" if _turns_away(found.scenario.nodes.get(resource.place)) else "yard_over"
            yield say(lang, full, name=name, slots=number(resource.units), peak=number(peak.mean))
    loads = [(key.place, found.estimate("utilisation", key)) for key in found.keys("utilisation")]
    for label, use in nearly_full(found.book, found.scenario, loads):
        yield say(lang, "optimistic", name=label.of(lang), share=percent(use.mean, 1), n=len(found.outcomes))


def _turns_away(node: object) -> bool:
    return isinstance(node, TerminalSpec) and node.turns_away


def _turned_away(found: Findings, lang: Lang) -> Iterator[str]:
    for channel in found.book.channels:
        teu, share = (found.estimate(m, Key(channel)).mean for m in ("turned_away_teu", "turned_away_share"))
        if teu > 0:
            name = found.book.channel_names[channel].of(lang)
            yield say(lang, "turned_away", channel=name, teu=number(teu), share=percent(share, 1))


def nearly_full(
    book: Book, scenario: Scenario, loads: Iterable[tuple[str, Estimate]]
) -> Iterator[tuple[Label, Estimate]]:
    """Shared resources (but yards) and services on our way loaded above `NEARLY_FULL`, of these loads by place.

    Services that leave when they are full are full by their rule: that says nothing of how long cargo waits.
    """
    places = {place for service in book.services for place in service.route}
    names = {r.id: r.name for r in book.resources if r.kind != "yard" and r.place in places}
    names |= {
        service.id: service.name
        for service in book.services
        if all(phase.timetable for _, _, phase in scenario.services[service.id].phases)
    }
    for place, load in loads:
        if place in names and load.mean > NEARLY_FULL:
            yield names[place], load
