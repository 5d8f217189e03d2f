"""From what-ifs, factorial designs and beliefs to what their figures take."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.experiment.believe import Axis, Belief
from sim.experiment.factorial import Factorial
from sim.experiment.whatif import ALL, Lever, WhatIfs
from sim.figures import believe as believe_figure
from sim.figures import effect_cost as effect_cost_figure
from sim.figures import factorial as factorial_figure
from sim.figures.believe import BelieveGrid
from sim.figures.believe import Side as GridSide
from sim.figures.effect_cost import EffectCost, Point
from sim.figures.factorial import Bar, Effects, Measured
from sim.figures.save import save
from sim.kpis import BY_ID
from sim.statistics import Estimate
from sim.telling.beliefs import (
    axis_name,
    believe_title,
    factorial_headline,
    of_figure,
    panel_name,
    scale_of,
    shown,
    value_told,
)
from sim.telling.whatif import best_of, cost_name, headline_of
from sim.trace import Label
from sim.words import LANGS, Lang

UNKNOWN = Estimate(np.nan, np.nan, np.nan, 0)


def effect_cost_of(found: WhatIfs) -> EffectCost:
    """What the figure of effect against cost takes."""
    best = best_of(found)
    order = {id_: at for at, id_ in enumerate(found.ranking.ids)}
    levers = sorted(found.levers, key=lambda one: (order.get(one.id, len(order)), -one.gain.difference.mean))
    channel = None if found.channel == ALL else found.reference.channels[found.channel].name
    return EffectCost(
        title=headline_of(found),
        channel=Label(channel.zh, channel.en) if channel else None,
        cost=Label(cost_name(found, "zh"), cost_name(found, "en")),
        points=tuple(_point(found, lever, best=lever is best) for lever in levers),
        replications=found.replications,
    )


def _point(found: WhatIfs, lever: Lever, *, best: bool) -> Point:
    name = found.scenarios[lever.id].name
    cost = lever.cost.difference if lever.cost else UNKNOWN
    return Point(Label(name.zh, name.en), lever.group, lever.gain.difference, cost, lever.cny_per_teu, best)


def draw_effect_cost(found: WhatIfs, folder: Path, lang: Lang) -> None:
    """Draw and save effect against cost."""
    save(effect_cost_figure.draw(effect_cost_of(found), lang), folder, "effect_cost")


PANELS = 4
"""Measures that have room side by side."""


def effects_of(found: Factorial) -> Effects:
    """What the figure of a factorial design takes: cargo, days and public cost."""
    measured = shown(found)[:PANELS]
    first = of_figure(found, *measured[0]) if measured else []
    title = {lang: factorial_headline(found, lang) for lang in LANGS}
    return Effects(
        title=Label(title["zh"], title["en"]),
        reference=Label(found.reference.name.zh, found.reference.name.en),
        factors={id_: Label(one.name.zh, one.name.en) for id_, one in found.factors.items()},
        effects=tuple(one.factors for one in first),
        panels=tuple(_measured(found, measure, channel) for measure, channel in measured),
        replications=found.replications,
    )


def _measured(found: Factorial, measure: str, channel: str) -> Measured:
    scale, digits = scale_of(measure)
    bars = []
    for one in of_figure(found, measure, channel):
        mean, low, high = (scale * end for end in (one.effect.mean, one.effect.low, one.effect.high))
        bars.append(Bar(Estimate(mean, low, high, one.effect.n), one.clear))
    name = {lang: panel_name(found, measure, channel, lang) for lang in LANGS}
    return Measured(Label(name["zh"], name["en"]), digits, tuple(bars))


def draw_factorial(found: Factorial, folder: Path, lang: Lang) -> None:
    """Draw and save the effects of a factorial design."""
    save(factorial_figure.draw(effects_of(found), lang), folder, "factorial")


def grid_of(found: Belief) -> BelieveGrid:
    """What the figure of what must be believed takes."""
    asked, unit = found.question, BY_ID[found.question.measure].unit
    undecided = np.zeros(found.means.shape, dtype=np.bool_)
    for (i, j), cell in found.cells.items():
        undecided[j, i] = asked.says(cell) == "unclear"
    told = {lang: believe_title(found, lang) for lang in LANGS}
    reach = float(np.nanmax(np.abs(found.means), initial=0.0)) if np.isfinite(found.means).any() else 0.0
    return BelieveGrid(
        title=Label(told["zh"], told["en"]),
        measure=BY_ID[asked.measure].name,
        x=_side(found, found.x),
        y=_side(found, found.y),
        means=found.means,
        undecided=undecided,
        target=asked.target,
        more=asked.way == "at_least",
        digits=0 if reach >= 100 else 3 if unit == "share" else 1,
        replications=found.replications,
    )


def _side(found: Belief, axis: Axis) -> GridSide:
    name = Label(axis_name(found, axis, "zh"), axis_name(found, axis, "en"))
    return GridSide(name, axis.values, tuple(value_told(axis, value) for value in axis.values), axis.assumed)


def draw_believe(found: Belief, folder: Path, lang: Lang) -> None:
    """Draw and save what must be believed."""
    save(believe_figure.draw(grid_of(found), lang), folder, "believe")
