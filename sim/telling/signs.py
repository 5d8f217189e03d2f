"""In what share of the draws of the inputs a difference keeps its sign, in words and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.experiment.compare import HEADLINES, Paired
from sim.experiment.uncertainty import Draws, Mover, Signs, named, paired_draws, signs
from sim.kpis import BY_ID
from sim.telling.plain import input_name
from sim.telling.sentences import change, digits_of, scale_of
from sim.words import Lang, percent, say, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.telling.comparison import Side

PER_CHANNEL = ("carried_teu", "lead_time_days")
"""Measures that are also told channel by channel."""


def signs_of(base: Draws | None, other: Draws | None, pairs: Sequence[Paired]) -> list[Signs]:
    """What the draws say of each headline difference; nothing if the two runs do not have the same draws."""
    if base is None or other is None:
        return []
    draws = paired_draws(base, other)
    if draws is None:
        return []
    of = {pair.figure: pair for pair in pairs}
    figures = [f for m in HEADLINES for f in draws.values if f[0] == m and f in of]
    return [signs(figure, of[figure].difference.mean, draws) for figure in figures]


def signs_lines(found: Sequence[Signs], pairs: Sequence[Paired], sides: tuple[Side, Side], lang: Lang) -> Iterator[str]:
    """A line for each difference over all channels, for carried TEU and days also by channel; nothing without draws."""
    if not found:
        return
    channels = {id_: spec.name for side in sides for id_, spec in side.scenario.channels.items()}
    of = {pair.figure: pair for pair in pairs}
    yield say(lang, "signs_title", n=found[0].n)
    still = []
    for one in (one for one in found if one.figure[1] == "all" or one.figure[0] in PER_CHANNEL):
        channel = channels[one.figure[1]].of(lang) if one.figure[1] in channels else say(lang, "all")
        name = {"measure": BY_ID[one.figure[0]].name.of(lang), "channel": channel}
        if one.more or one.less:
            yield f"  {'·' if lang == 'zh' else '-'} {_line(one, of[one.figure], name, sides, lang)}"
        else:
            still.append(say(lang, "sign_still", **name))
    if still:
        listed = ("、" if lang == "zh" else ", ").join(still)
        yield f"  {'·' if lang == 'zh' else '-'} {say(lang, 'sign_every_same', list=listed)}"


def _line(one: Signs, pair: Paired, name: Mapping[str, str], sides: tuple[Side, Side], lang: Lang) -> str:
    others = say(lang, "sign_opposite", k=one.opposite) if one.way and one.opposite else ""
    neither = one.n - one.more - one.less
    others += say(lang, "sign_neither", k=neither) if one.way and neither else ""
    mean = signed(scale_of(pair) * one.drawn_mean, digits_of(pair))
    unit = say(lang, f"unit_{BY_ID[one.figure[0]].unit}")
    told = say(lang, "sign_of", **name, change=change(pair), unit=unit, sign=_sign(one, lang), others=others, mean=mean)
    moved = _listed(named(one.movers), sides, lang)
    told += say(lang, "sign_movers", list=moved) if moved else say(lang, "sign_no_movers")
    return told + _flipped(one, sides, lang) + say(lang, "stop")


def _flipped(one: Signs, sides: tuple[Side, Side], lang: Lang) -> str:
    """What makes the difference another than as assumed, or that it does not stand out; nothing where few draws do."""
    if not one.flippers:
        return ""
    told = named(one.flippers)
    return say(lang, "sign_flippers", list=_listed(told, sides, lang)) if told else say(lang, "sign_flippers_untold")


def _sign(one: Signs, lang: Lang) -> str:
    if not one.way:
        return say(lang, "sign_none", x=one.same, n=one.n, more=one.more, less=one.less)
    way = "more" if one.way > 0 else "less"
    if one.same == one.n:
        return say(lang, f"sign_all_{way}", n=one.n, low=percent(one.share.low, 1))
    ends = {"low": percent(one.share.low), "high": percent(one.share.high)}
    return say(lang, f"sign_{way}", x=one.same, n=one.n, share=percent(one.share.mean), **ends)


def _listed(found: Sequence[Mover], sides: tuple[Side, Side], lang: Lang) -> str:
    return ("、" if lang == "zh" else "; ").join(_name(one.input, sides, lang) for one in found)


def _name(name: str, sides: tuple[Side, Side], lang: Lang) -> str:
    """What an input is called, by the scenario that has it."""
    base, other = (side.scenario for side in sides)
    mine = name in other.facts or name.rpartition(".")[2] in other.together
    return input_name(name, other if mine else base, lang)


def signs_data(found: Sequence[Signs]) -> list[dict[str, Any]]:
    """The same as plain data, for programs."""
    return [
        {
            "measure": one.figure[0],
            "channel": one.figure[1],
            "draws": one.n,
            "more": one.more,
            "less": one.less,
            "same_sign": one.same,
            "way": one.way,
            "share": one.share.mean,
            "low95": one.share.low,
            "high95": one.share.high,
            "drawn_difference": one.drawn_mean if math.isfinite(one.drawn_mean) else None,
            "moved_by": [mover.input for mover in named(one.movers)],
            "flipped_by": [mover.input for mover in named(one.flippers)],
        }
        for one in found
    ]
