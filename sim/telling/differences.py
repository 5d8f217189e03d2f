"""A comparison in words: titles, sentences, the rows of its table, and what to know before believing it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sim.experiment.compare import HEADLINES, MONEY, Paired, largest_first, last_digit
from sim.experiment.findings import book
from sim.kpis import BY_ID
from sim.statistics import estimate
from sim.telling.caveats import nearly_full
from sim.telling.comparison import Comparison, Side, remarks
from sim.telling.plain import what, where
from sim.telling.sentences import Voice, headline
from sim.trace import Label
from sim.words import Lang, number, percent, say, signed

RIGHT = (False, False, True, True, True, True, True, False)
"""Which columns of the table are numbers."""


SCALES = {"share": (100.0, Label("（%）", ", %")), "CNY": (1e-6, Label("（百万元）", ", million CNY"))}
"""Units that the table shows on another scale, with what it then says of them."""


def title(base: Side, other: Side, pairs: Iterable[Paired], lang: Lang) -> str:
    """Which two runs are compared, over how many years."""
    n = max((pair.difference.n for pair in pairs), default=0)
    return say(lang, "compare_title", base=base.name.of(lang), other=other.name.of(lang), n=n)


def voice(found: Comparison, other: Side, lang: Lang) -> Voice:
    """What the sentences about one of the others need."""
    return Voice(found.sides[0].name.of(lang), other.name.of(lang), channels_of(found), lang)


def channels_of(found: Comparison) -> dict[str, Label]:
    """What the channels of all runs are called."""
    return {
        id_: Label(spec.name.zh, spec.name.en)
        for side in reversed(found.sides)
        for id_, spec in side.scenario.channels.items()
    }


def headlines(pairs: Iterable[Paired]) -> list[Paired]:
    """The differences that are shown first: headline measures by channel, the largest relative change first; then money
    and emissions in the same way.
    """
    whole = [pair for pair in pairs if pair.figure[2:] == headline("")[2:]]
    return [one for group in (HEADLINES, MONEY) for one in largest_first([p for p in whole if p.figure[0] in group])]


def headings(base: Side, other: Side, lang: Lang) -> list[str]:
    """What stands above the columns of the table."""
    words = [say(lang, word) for word in ("change", "relative", "correlation", "reading")]
    return [say(lang, "measure"), say(lang, "channel"), base.name.of(lang), other.name.of(lang), *words]


def rows(found: Comparison, pairs: Iterable[Paired], lang: Lang) -> list[list[str]]:
    """The rows of the table."""
    channels = channels_of(found)
    return [_row(d, channels, lang) for d in headlines(pairs)]


def _row(d: Paired, channels: dict[str, Label], lang: Lang) -> list[str]:
    measure, channel = BY_ID[d.figure[0]], d.figure[1]
    scale, suffix = SCALES.get(measure.unit, (1.0, Label("", "")))
    digits = 0 if last_digit(measure.id) == 1 else 2
    half = scale * d.difference.half_width
    interval = f" ± {number(half, digits)}" if math.isfinite(half) else ""
    return [
        measure.name.of(lang) + suffix.of(lang),
        channels[channel].of(lang) if channel in channels else say(lang, "all"),
        number(scale * d.base_mean, digits),
        number(scale * d.mean, digits),
        "0" if d.unchanged else signed(scale * d.difference.mean, digits) + interval,
        signed(100 * d.relative, 0 if abs(d.relative) >= 1 else 1) if math.isfinite(d.relative) else "–",
        signed(d.correlation, 2).removeprefix("+"),
        say(lang, d.verdict),
    ]


def footnotes(found: Comparison, lang: Lang) -> Iterator[str]:
    """How the intervals are to be read."""
    yield say(lang, "paired")
    if len(found.sides) > 2:
        yield say(lang, "joint", k=len(found.sides) - 1)


def warnings(found: Comparison, lang: Lang) -> Iterator[str]:
    """What a reader must know before believing the differences, and what was changed for this comparison."""
    yield from remarks(found.sides, lang)
    for side in found.sides:
        loads = [(f[4], estimate(values)) for f, values in side.sample.items() if f[0] == "utilisation"]
        for label, load in nearly_full(book(side.scenario), side.scenario, loads):
            told = {"name": label.of(lang), "share": percent(load.mean, 1), "n": load.n}
            yield f"{side.name.of(lang)}: " + say(lang, "optimistic", **told)
    for side in found.sides:
        for path in (path for path, fact in sorted(side.scenario.facts.items()) if fact.grade == "what-if"):
            told = {"path": where(path, side.scenario, lang), "value": what(path, side.scenario, lang)}
            yield f"{side.name.of(lang)}: " + say(lang, "what_if", **told)
