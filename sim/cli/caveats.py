"""What a reader must know before believing the figures."""

from __future__ import annotations

from collections.abc import Iterator

from sim.experiment.findings import Findings
from sim.kpis import Key
from sim.words import Lang, number, percent, say

NEARLY_FULL = 0.95
"""Above this load, intervals of what waits for a resource are optimistic."""

WARM_UP_LEAD_TIMES = 3


def warnings(found: Findings, lang: Lang) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    if len(found.outcomes) == 1:
        yield say(lang, "one_replication")
    warm_up_days = found.scenario.period.warm_up_days
    longest = max((found.estimate("lead_time_p95_days", Key(c)).mean for c in found.book.channels), default=0.0)
    if warm_up_days < WARM_UP_LEAD_TIMES * longest:
        yield say(lang, "short_warm_up", days=warm_up_days, lead=number(longest))
    for channel in found.book.channels:
        growth, carried = (found.estimate(m, Key(channel)) for m in ("backlog_growth_teu", "carried_teu"))
        if growth.low > 0 and growth.mean > 0.05 * carried.mean:
            yield say(lang, "growing", channel=found.book.channel_names[channel].of(lang), teu=number(growth.mean))
    yield from _turned_away(found, lang)
    for resource in found.book.resources:
        peak, use = (found.estimate(m, Key(place=resource.id)) for m in ("peak_use", "utilisation"))
        if resource.kind == "yard" and peak.mean > resource.units:
            name = resource.name.of(lang)
            yield say(lang, "yard_over", name=name, slots=number(resource.units), peak=number(peak.mean))
        elif resource.kind != "yard" and use.mean > NEARLY_FULL:
            yield say(lang, "optimistic", name=resource.name.of(lang), share=percent(use.mean))


def _turned_away(found: Findings, lang: Lang) -> Iterator[str]:
    for channel in found.book.channels:
        teu, share = (found.estimate(m, Key(channel)).mean for m in ("turned_away_teu", "turned_away_share"))
        if teu > 0:
            name = found.book.channel_names[channel].of(lang)
            yield say(lang, "turned_away", channel=name, teu=number(teu), share=percent(share, 1))
