"""A factorial design, and what must be believed, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.experiment.believe import Axis, Belief
from sim.experiment.factorial import EffectOf, Factorial
from sim.experiment.whatif import ALL, OPERATORS, judged_channel, public_cost
from sim.kpis import BY_ID
from sim.scenario import Scenario
from sim.telling.plain import input_name
from sim.telling.whatif_words import say
from sim.words import Lang, number, percent, signed

MILLION = 1e6
LEAST_P = 0.001
"""A smaller p is not told to the digit."""


def _channel(scenario: Scenario, channel: str, lang: Lang) -> str:
    return scenario.channels[channel].name.of(lang) if channel != ALL else say(lang, "all_lower")


# --- factorial designs


def shown(found: Factorial) -> list[tuple[str, str]]:
    """(measure, channel) that are printed: cargo of the channel that is judged and of all, days, money, emissions."""
    judged = judged_channel(found.reference)
    wanted = [("carried_teu", channel) for channel in dict.fromkeys((judged, ALL))]
    wanted += [("lead_time_days", ALL), (public_cost() or "", ALL), (OPERATORS, ALL), ("co2_market_t", ALL)]
    return [one for one in wanted if any(figure[:2] == one for figure in found.means)]


def of_figure(found: Factorial, measure: str, channel: str) -> list[EffectOf]:
    """The effects on a figure, in order."""
    return [one for one in found.effects if one.figure == (measure, channel, ALL, ALL, ALL)]


def factorial_title(found: Factorial, measure: str, channel: str, lang: Lang) -> str:
    """Which figure it is about."""
    name = _measure(measure, lang) + (
        ("，" if lang == "zh" else ", ") + _unit(measure, lang) if _unit(measure, lang) else ""
    )
    told = {"reference": found.reference.name.of(lang), "n": found.replications, "k": len(found.factors)}
    return say(lang, "factorial_title", measure=name, channel=_channel(found.reference, channel, lang), **told)


def _measure(measure: str, lang: Lang) -> str:
    return BY_ID[measure].name.of(lang)


def _unit(measure: str, lang: Lang) -> str:
    unit = BY_ID[measure].unit
    if unit == "CNY":
        return "百万元" if lang == "zh" else "million CNY"
    return {"TEU": "标箱", "days": "天", "t": "吨"}.get(unit, unit) if lang == "zh" else unit


def panel_name(found: Factorial, measure: str, channel: str, lang: Lang) -> str:
    """A measure, its channel and its unit, in a few words."""
    told = {"measure": _measure(measure, lang), "channel": _channel(found.reference, channel, lang)}
    return say(lang, "factorial_panel", unit=_unit(measure, lang), **told)


def factorial_headings(lang: Lang) -> list[str]:
    """What stands above the columns."""
    return [say(lang, "effect"), say(lang, "effect_size"), "p (Holm)", say(lang, "told")]


def factorial_rows(found: Factorial, measure: str, channel: str, lang: Lang) -> list[list[str]]:
    """A row for each effect on a figure."""
    return [_effect_row(one, scale_of(measure), lang) for one in of_figure(found, measure, channel)]


def scale_of(measure: str) -> tuple[float, int]:
    """By how much a measure is multiplied where effects on it are shown, and with how many decimals."""
    unit = BY_ID[measure].unit
    return (1 / MILLION, 2) if unit == "CNY" else (1.0, 0 if unit in ("TEU", "t") else 2)


def _effect_row(one: EffectOf, shown_as: tuple[float, int], lang: Lang) -> list[str]:
    scale, digits = shown_as
    still = one.effect.mean == 0 and not one.effect.half_width > 0
    half = scale * one.effect.half_width
    interval = f" ± {number(half, digits)}" if math.isfinite(half) else ""
    told = "told_zero" if still else "told_yes" if one.clear else "told_no"
    size = "0" if still else signed(scale * one.effect.mean, digits) + interval
    return [effect_name(one), size, _p_told(one.p_holm), say(lang, told)]


def _p_told(p: float) -> str:
    return f"< {LEAST_P}" if p < LEAST_P else number(p, 3)


def effect_name(one: EffectOf) -> str:
    """The factors of an effect, by id."""
    return " × ".join(one.factors)


def factorial_legend(found: Factorial, lang: Lang) -> list[str]:
    """What the ids of the factors stand for."""
    told = [say(lang, "legend", id=id_, name=one.name.of(lang)) for id_, one in found.factors.items()]
    return [say(lang, "factors_title"), *told]


def factorial_headline(found: Factorial, lang: Lang) -> str:
    """Which factor moves most cargo, and whether the factors add up: the answer in one line."""
    cargo = of_figure(found, "carried_teu", ALL)
    main = [one for one in cargo if len(one.factors) == 1 and one.clear and one.effect.mean]
    if not main:
        return say(lang, "factorial_title_none")
    most = max(main, key=lambda one: abs(one.effect.mean))
    together = [one for one in cargo if len(one.factors) > 1 and one.clear and one.effect.mean]
    told = say(lang, "factorial_added")
    if together:
        strongest = max(together, key=lambda one: abs(one.effect.mean))
        told = say(lang, "factorial_not_added", most=f"{effect_name(strongest)} {signed(strongest.effect.mean)}")
    name = found.factors[most.factors[0]].name.of(lang)
    return say(lang, "factorial_headline", name=name, teu=signed(most.effect.mean), added=told)


def factorial_sentences(found: Factorial, lang: Lang) -> Iterator[str]:
    """Whether the factors simply add up."""
    for measure, channel in shown(found)[:2]:
        told = [one for one in of_figure(found, measure, channel) if len(one.factors) > 1 and one.clear]
        name = {"measure": _measure(measure, lang), "channel": _channel(found.reference, channel, lang)}
        if told:
            digits = 0 if BY_ID[measure].unit == "TEU" else 2
            each = [f"{effect_name(one)} {signed(one.effect.mean, digits)}" for one in told]
            yield say(lang, "interactions", list=("、" if lang == "zh" else ", ").join(each), **name)
        else:
            yield say(lang, "interactions_none", **name)
    yield say(lang, "factorial_note", k=2 ** len(found.factors) - 1)


# --- what must be believed


def axis_name(found: Belief, axis: Axis, lang: Lang) -> str:
    """What an input is called."""
    name = input_name(axis.path, found.scenario, lang)
    return say(lang, "share_of_range", name=name) if axis.together else name


def value_told(axis: Axis, value: float) -> str:
    """A value of an input, as a planner would write it."""
    if axis.together:
        return percent(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def cell_told(found: Belief, i: int, j: int, digits: int) -> str:
    """A cell of the grid: its mean, with ? where its years do not decide; empty where the checks refuse it."""
    cell = found.cells[i, j]
    if cell is None:
        return ""
    return number(cell.mean, digits) + (" ?" if found.question.says(cell) == "unclear" else "")


def believe_title(found: Belief, lang: Lang) -> str:
    """In how many cells of the grid the answer holds, in one line."""
    return say(lang, "believe_title", **_held(found, lang))


def _held(found: Belief, lang: Lang) -> dict[str, object]:
    asked = found.question
    return {
        "measure": _measure(asked.measure, lang),
        "channel": _channel(found.scenario, asked.channel, lang),
        "way": say(lang, asked.way),
        "target": number(asked.target, 0 if float(asked.target).is_integer() else 2),
        "holds": found.count("holds"),
        "known": found.known,
        "unclear": found.count("unclear"),
        "n": found.replications,
    }


def believe_sentences(found: Belief, lang: Lang) -> list[str]:
    """In which share of the grid the answer holds, where it turns, and what could not be simulated."""
    told = [say(lang, "believe_told", **_held(found, lang))]
    if found.met in (0, found.known) and not found.count("unclear"):
        told.append(say(lang, "believe_all"))
    elif found.met not in (0, found.known):
        told += _edges(found, lang)
    for axis, means in ((found.y, found.means), (found.x, found.means.T)):
        if len(axis.values) > 1 and np.array_equal(means, np.broadcast_to(means[0], means.shape), equal_nan=True):
            told.append(say(lang, "believe_flat", y=axis_name(found, axis, lang)))
    if found.refused:
        told.append(say(lang, "believe_refused", n=len(found.refused), why=next(iter(found.refused.values()))))
    return told


def _edges(found: Belief, lang: Lang) -> Iterator[str]:
    """With one input as assumed, where the other must lie; nothing where the answer does not turn there."""
    for axis, other, means in ((found.x, found.y, found.means), (found.y, found.x, found.means.T)):
        if not min(other.values) <= other.assumed <= max(other.values):
            continue
        line = np.array([np.interp(other.assumed, other.values, column) for column in means.T])
        crossing = crossing_of(np.array(axis.values), line, found.question.target)
        if crossing is None:
            continue
        rising = line[np.isfinite(line)][-1] > line[np.isfinite(line)][0]
        way = "at_least" if rising == (found.question.way == "at_least") else "at_most"
        told = {"x": axis_name(found, axis, lang), "y": axis_name(found, other, lang), "way": say(lang, way)}
        yield say(lang, "believe_edge", at=value_told(other, other.assumed), value=value_told(axis, crossing), **told)


def crossing_of(values: np.ndarray, means: np.ndarray, target: float) -> float | None:
    """Where a row of means crosses the target, straight between its values; None if it does not, or more than once."""
    above = means >= target
    known = np.isfinite(means[:-1]) & np.isfinite(means[1:])
    turns = np.flatnonzero((above[:-1] != above[1:]) & known)
    if len(turns) != 1:
        return None
    k = int(turns[0])
    share = (target - means[k]) / (means[k + 1] - means[k])
    return float(values[k] + share * (values[k + 1] - values[k]))
