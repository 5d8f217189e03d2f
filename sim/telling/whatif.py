"""What-ifs in words: the table a planner reads, which lever buys the most, and who changes over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.experiment.compare import Paired
from sim.experiment.diversion import NOT_BOOKED, Diversion
from sim.experiment.reasons import mix_moved
from sim.experiment.whatif import (
    ALL,
    JOINT_COST,
    MILLION,
    NEGLIGIBLE,
    OPERATORS,
    Group,
    Lever,
    WhatIfs,
    headline,
    public_cost,
)
from sim.kpis import BY_ID
from sim.statistics import Estimate
from sim.telling.whatif_words import say
from sim.trace import Label
from sim.words import Lang, number, percent, signed

SEVERAL_NEXT = 2
"""Levers that are named after the first."""
MOST_NAMED = 8
"""What-ifs that are named in one sentence."""
NOT_PRICED = " †"
"""The mark of what-ifs with levers whose investment is not priced."""


# --- the table


def columns(found: WhatIfs) -> list[tuple[str, str, str, float, int]]:
    """The columns of the table: word, measure, channel, by how much it is multiplied, decimals."""
    carried = [("col_carried", "carried_teu", channel, 1.0, 0) for channel in dict.fromkeys((found.judged, ALL))]
    rest = [
        ("col_local", "local_share", ALL, 100.0, 1),
        ("col_days", "lead_time_days", ALL, 1.0, 1),
        ("col_cost", "cost_net_cny_per_feu", ALL, 1.0, 0),
        ("col_public", public_cost() or "", ALL, 1 / MILLION, 1),
        ("col_operators", OPERATORS, ALL, 1 / MILLION, 1),
        ("col_co2", "co2_market_t" if "co2_market_t" in BY_ID else "co2_t", ALL, 1.0, 0),
    ]
    return [*carried, *(column for column in rest if column[1] in BY_ID)]


def headings(found: WhatIfs, lang: Lang) -> list[str]:
    """What stands above the columns."""
    names = [say(lang, word, channel=channel_name(found, channel, lang)) for word, _, channel, _, _ in columns(found)]
    sign = [say(lang, "col_sign")] if found.signs else []
    return [say(lang, "whatif"), *names, say(lang, "col_ratio"), *sign]


def rows(found: WhatIfs, lang: Lang) -> list[list[str]]:
    """A row for each what-if, in the order asked."""
    return [_row(found, id_, lang) for id_ in found.scenarios]


def _row(found: WhatIfs, id_: str, lang: Lang) -> list[str]:
    cells = [id_ + (NOT_PRICED if found.lever(id_).group == "not_priced" else "")]
    for _, measure, channel, scale, digits in columns(found):
        pair = found.pair(id_, measure, channel)
        cells.append(_cell(pair, found.pairs[id_], (scale, digits)) if pair else "")
    cells.append(_ratio_cell(found.lever(id_), lang))
    if found.signs:
        sign = found.sign(id_, "carried_teu", found.channel)
        cells.append(percent(sign.share.mean) if sign else "")
    return cells


def _cell(pair: Paired, pairs: Sequence[Paired], shown: tuple[float, int]) -> str:
    scale, digits = shown
    if pair.unchanged:
        return "0"
    half = scale * pair.difference.half_width
    interval = f" ± {number(half, digits)}" if math.isfinite(half) else ""
    marks = "*" if mix_moved(pair, pairs) else ""
    return signed(scale * pair.difference.mean, digits) + interval + marks + ("" if pair.clear else " ?")


def _ratio_cell(lever: Lever, lang: Lang) -> str:
    if lever.group in ("free", "untold", "not_priced", "no_gain", "loses", "happens"):
        return say(lang, f"cell_{lever.group}")
    if lever.kind == "unpriced":
        return ""
    one = lever.cny_per_teu
    told = number(rounded(one.mean)) + (
        say(lang, "cell_ends", low=number(rounded(one.low)), high=number(rounded(one.high)))
        if math.isfinite(one.low)
        else ""
    )
    return say(lang, "cell_saves", ratio=told) if lever.kind == "saves" else told


def legend(found: WhatIfs, lang: Lang) -> list[str]:
    """What the short names in the first column stand for: the question of each."""
    told = [say(lang, "legend", id=id_, name=one.name.of(lang)) for id_, one in found.scenarios.items()]
    return [say(lang, "legend_title"), *told]


def cost_name(found: WhatIfs, lang: Lang) -> str:
    """What is meant by cost: that to treasury and operators, or the public's where operators have no result."""
    return say(lang, "cost_joint" if _joint(found) else "cost_public")


def _joint(found: WhatIfs) -> bool:
    return any(lever.cost and lever.cost.figure == headline(JOINT_COST) for lever in found.levers)


def rounded(value: float) -> float:
    """A number to three digits: 81,437 is told as 81,400."""
    if not math.isfinite(value) or value == 0:
        return value
    return round(value, 2 - math.floor(math.log10(abs(value))))


def title(found: WhatIfs, lang: Lang) -> str:
    """What is compared, over how many years."""
    told = {"k": len(found.scenarios), "reference": found.reference.name.of(lang), "n": found.replications}
    return say(lang, "whatif_title", **told)


def footnotes(found: WhatIfs, lang: Lang) -> Iterator[str]:
    """How the table is to be read."""
    k = len(found.scenarios)
    yield say(lang, "joint_whatif", k=k)
    yield say(lang, "untold_mark", k=k)
    if any(lever.cost for lever in found.levers):
        word = "ratio_note_joint" if _joint(found) else "ratio_note_public"
        yield say(lang, word, channel=channel_name(found, found.channel, lang)) + _gap(lang) + say(lang, "public_note")
        if any(lever.kind in ("free", "untold") for lever in found.levers):
            yield say(lang, "free_note", share=percent(NEGLIGIBLE))
    gifts = [lever for lever in found.levers if lever.group == "not_priced"]
    if gifts:
        yield say(lang, "price_note", list=_listed(_policies(gifts, found, lang), lang))
    others = {one.stands_on.name.of(lang) for one in found.levers} - {found.reference.name.of(lang)}
    if others:
        yield say(
            lang, "stands_on_note", list=_listed([say(lang, "quoted", name=name) for name in sorted(others)], lang)
        )
    if found.signs:
        yield say(lang, "draws_note", n=max(one.n for signs in found.signs.values() for one in signs))


def _gap(lang: Lang) -> str:
    return "" if lang == "zh" else " "


def _policies(levers: Sequence[Lever], found: WhatIfs, lang: Lang) -> list[str]:
    """What the levers without a price are called, each once."""
    policies = {name: one.name.of(lang) for lever in levers for name, one in found.scenarios[lever.id].policies.items()}
    return [policies.get(name, name) for name in dict.fromkeys(each for one in levers for each in one.without_price)]


def channel_name(found: WhatIfs, channel: str, lang: Lang) -> str:
    """What a channel is called."""
    return found.reference.channels[channel].name.of(lang) if channel != ALL else say(lang, "all_lower")


# --- the plain sentences


def sentences(found: WhatIfs, lang: Lang) -> list[str]:
    """Which lever buys the most and how sure that is; then the others, by what they do with cargo and money."""
    told = [_best(found, lang)]
    after = [found.lever(id_) for id_ in found.ranking.ids[1 : 1 + SEVERAL_NEXT]]
    if after:
        listed = [say(lang, "next_one", name=_name(found, one, lang), ratio=_ratio(one)) for one in after]
        told.append(say(lang, "next_best", list=_listed(listed, lang)))
    words: dict[Group, tuple[str, str]] = {
        "free": ("gains_free", "one_free"),
        "untold": ("gains_untold", "one_untold"),
        "not_priced": ("gains_not_priced", "one_free"),
        "saves": ("saves_money", "one_saves"),
        "loses": ("loses_cargo", "one_free"),
        "happens": ("may_happen", "one_free"),
        "unpriced": ("unpriced", "one_free"),
        "no_gain": ("no_gain", "one_plain"),
    }
    for group, (sentence, one) in words.items():
        mine = [lever for lever in found.levers if lever.group == group]
        mine.sort(key=lambda lever: -lever.gain.difference.mean)
        if mine:
            listed = [_one(found, lever, one, lang) for lever in mine[:MOST_NAMED]]
            more = ["…"] if len(mine) > MOST_NAMED else []
            told.append(say(lang, sentence, cost=cost_name(found, lang), list=_listed([*listed, *more], lang)))
    return told


def _best(found: WhatIfs, lang: Lang) -> str:
    best, ranking = found.best, found.ranking
    if best is None:
        return say(lang, "buys_none", cost=cost_name(found, lang))
    one = best.teu_per_million
    ends = {"low": _short(one.low), "high": _short(one.high)}
    told = say(
        lang,
        "buys_most",
        name=_name(found, best, lang),
        ratio=_ratio(best),
        cost=cost_name(found, lang),
        ends=say(lang, "ratio_ends", **ends) if math.isfinite(one.low) else "",
        each=number(rounded(best.cny_per_teu.mean)),
    )
    if len(ranking.ids) == 1:
        return told + say(lang, "only_buyer") + say(lang, "stop")
    told += say(lang, "first_years", k=len(ranking.ids), share=percent(ranking.first_shares[0]))
    if ranking.drawn_shares:
        told += say(lang, "first_draws", share=percent(ranking.drawn_shares[0]), n=ranking.draws)
    return told + say(lang, "stop")


def _one(found: WhatIfs, lever: Lever, word: str, lang: Lang) -> str:
    cost = lever.cost.difference.mean / MILLION if lever.cost else math.nan
    half = lever.cost.difference.half_width / MILLION if lever.cost else math.nan
    told = {"teu": signed(lever.gain.difference.mean), "cost": signed(cost, 1)}
    told["spent"] = told["cost"] + (f" ± {number(half, 1)}" if math.isfinite(half) else "")
    return say(lang, word, name=_name(found, lever, lang), each=number(rounded(lever.cny_per_teu.mean)), **told)


def _name(found: WhatIfs, lever: Lever, lang: Lang) -> str:
    return found.scenarios[lever.id].name.of(lang)


def _ratio(lever: Lever) -> str:
    return _short(lever.teu_per_million.mean)


def _short(value: float) -> str:
    """A ratio to three digits."""
    shown = rounded(value)
    return number(shown, 0 if abs(shown) >= 100 else 1 if abs(shown) >= 10 else 2)


def _listed(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)


def headline_of(found: WhatIfs) -> Label:
    """The answer in one line, as a figure has it above it."""
    return Label(*(_headline(found, lang) for lang in ("zh", "en")))


def _headline(found: WhatIfs, lang: Lang) -> str:
    best = best_of(found)
    if best is None:
        return say(lang, "title_none")
    name = _name(found, best, lang)
    if best.group == "buys":
        return say(lang, "title_buys", name=name, ratio=_ratio(best))
    word = "title_free" if best.group == "free" else "title_unknown"
    return say(lang, word, name=name, teu=signed(best.gain.difference.mean))


def best_of(found: WhatIfs) -> Lever | None:
    """The one that buys the most; or else the one that gains the most, without cost if there is one; None if none."""
    if found.best:
        return found.best
    groups: tuple[tuple[Group, ...], ...] = (("free",), ("untold", "not_priced", "unpriced"))
    for among in groups:
        gaining = [lever for lever in found.levers if lever.group in among and lever.gains]
        if gaining:
            return max(gaining, key=lambda lever: lever.gain.difference.mean)
    return None


# --- who changes over


def diversion_title(found: WhatIfs, id_: str, one: Diversion, lang: Lang) -> str:
    """Whose diversion it is."""
    n = max((teu.n for teu in one.teu.values()), default=0)
    return say(lang, "diversion_title", name=found.scenarios[id_].name.of(lang), n=n)


def diversion_rows(one: Diversion, lang: Lang) -> list[list[str]]:
    """The matrix over all markets: a row for what was chosen before, what stayed in brackets; its headings first."""
    matrix = one.matrix()
    ways = sorted({way for pair in matrix for way in pair}, key=lambda way: (way == NOT_BOOKED, way))
    names = [alternative(one, way, lang) for way in ways]
    table = [[say(lang, "from_to"), *names, say(lang, "leaves")]]
    for way, name in zip(ways, names, strict=True):
        each = {to: matrix.get((way, to), 0.0) for to in ways}
        cells = [f"({number(teu)})" if to == way else number(teu) for to, teu in each.items()]
        table.append([name, *cells, number(sum(teu for to, teu in each.items() if to != way))])
    return table


def diversion_sentence(one: Diversion, lang: Lang) -> str:
    """The largest diversion."""
    moved: dict[tuple[str, str], Estimate] = {
        (a, b): teu for (market, a, b), teu in one.teu.items() if market == ALL and a != b and teu.mean > 0
    }
    if not moved:
        return say(lang, "diversion_none")
    (a, b), teu = max(moved.items(), key=lambda item: item[1].mean)
    ends = {"teu": number(teu.mean), "low": number(teu.low), "high": number(teu.high)}
    return say(lang, "diversion_told", a=alternative(one, a, lang), b=alternative(one, b, lang), **ends)


def alternative(one: Diversion, way: str, lang: Lang) -> str:
    """What an alternative is called."""
    return one.names[way].of(lang) if way in one.names else say(lang, way) if way == NOT_BOOKED else way


# --- for programs


def as_data(found: WhatIfs, diversion: Mapping[str, Diversion], lang: Lang) -> dict[str, Any]:
    """All that was found as plain data; sentences are in the language asked for."""
    return {
        "replications": found.replications,
        "channel": found.channel,
        "sentences": sentences(found, lang),
        "ranking": [{"scenario": id_, "first_share": share} for id_, share in zip(*_ranked(found), strict=True)],
        "scenarios": [_data(found, lever, lang) for lever in found.levers],
        "diversion": {
            id_: [{"from": a, "to": b, "teu": teu} for (a, b), teu in one.matrix().items()]
            for id_, one in diversion.items()
        },
    }


def _ranked(found: WhatIfs) -> tuple[Sequence[str], Sequence[float]]:
    return found.ranking.ids, found.ranking.first_shares


def _data(found: WhatIfs, lever: Lever, lang: Lang) -> dict[str, Any]:
    differences = {}
    for _, measure, channel, _, _ in columns(found):
        pair = found.pair(lever.id, measure, channel)
        if pair:
            ends = _ends(pair.difference) | {"p_holm": _known(pair.p_holm), "verdict": pair.verdict}
            sign = found.sign(lever.id, measure, channel)
            differences[f"{measure}:{channel}"] = ends | ({"share_same_sign": sign.share.mean} if sign else {})
    return {
        "scenario": lever.id,
        "name": found.scenarios[lever.id].name.of(lang),
        "kind": lever.group,
        "without_price": list(lever.without_price),
        "cny_per_teu": _ends(lever.cny_per_teu),
        "teu_per_million_cny": _ends(lever.teu_per_million),
        "public_per_teu": {measure: _ends(one) for measure, one in lever.public_per_teu.items()},
        "differences": differences,
    }


def _ends(one: Estimate) -> dict[str, float | None]:
    return {"mean": _known(one.mean), "low95": _known(one.low), "high95": _known(one.high)}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
