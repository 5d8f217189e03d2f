"""What-ifs, a factorial design, diversion and what must be believed, as tables with fixed columns."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sim.experiment.believe import Belief
from sim.experiment.compare import Figure, Paired
from sim.experiment.diversion import Diversion
from sim.experiment.factorial import Factorial
from sim.experiment.whatif import PUBLIC_COST, Lever, WhatIfs, headline
from sim.kpis import BY_ID
from sim.results.tables import Cell, Table
from sim.statistics import SURE, Estimate, fieller


def whatif_tables(found: WhatIfs, diversion: Mapping[str, Diversion] | None = None) -> list[Table]:
    """The differences of each what-if, and what it buys; who changes over, if that was asked for."""
    tables = [differences(found), levers(found)]
    return [*tables, diversions(diversion)] if diversion else tables


def differences(found: WhatIfs) -> Table:
    """Every figure of every what-if against the reference; intervals hold jointly over the what-ifs.

    Public cost and subsidies are also told for each TEU more, by Fieller.
    """
    columns = ["scenario", "measure", "channel", "place", "unit", "base_mean", "mean", "difference", "low95", "high95"]
    columns += ["p_holm", "verdict", "replications", "drawn", "share_same_sign"]
    columns += ["cny_per_teu", "cny_per_teu_low95", "cny_per_teu_high95"]
    rows = [_difference(found, id_, pair) for id_, pairs in found.pairs.items() for pair in pairs]
    return Table("whatif", tuple(columns), rows)


def _difference(found: WhatIfs, id_: str, pair: Paired) -> tuple[Cell, ...]:
    measure, channel, _, _, place = pair.figure
    sign = found.sign(id_, measure, channel) if place == "all" else None
    drawn = (sign.n, sign.share.mean) if sign else (None, None)
    head = (id_, measure, channel, place, BY_ID[measure].unit, pair.base_mean, pair.mean)
    told = (*head, *_ends(pair.difference), pair.p_holm, pair.verdict, pair.difference.n, *drawn)
    return (*told, *_ends(_per_teu(found, id_, pair.figure)))


def _per_teu(found: WhatIfs, id_: str, figure: Figure) -> Estimate:
    """What the public pays for each TEU more; unknown for what is no public cost, or where cargo does not change."""
    carried = headline("carried_teu", found.channel)
    pair = found.pair(id_, "carried_teu", found.channel)
    if figure not in map(headline, PUBLIC_COST) or pair is None or pair.unchanged or not pair.clear:
        return Estimate(np.nan, np.nan, np.nan, 0)
    paid, more = (found.samples[id_][each] - found.base[each] for each in (figure, carried))
    return fieller(paid, more, 1 - SURE / len(found.scenarios))


def levers(found: WhatIfs) -> Table:
    """What each what-if buys; `rank` counts those that buy cargo, the most for a million yuan first."""
    columns = [
        "scenario",
        "name_zh",
        "name_en",
        "stands_on_zh",
        "stands_on_en",
        "kind",
        "channel",
        "gain_teu",
        "gain_low95",
        "gain_high95",
    ]
    columns += ["cost_measure", "cost_cny", "cost_low95", "cost_high95", "cny_per_teu", "cny_per_teu_low95"]
    columns += ["cny_per_teu_high95", "teu_per_million", "teu_per_million_low95", "teu_per_million_high95", "rank"]
    columns += ["first_share", "drawn_first_share"]
    columns += [f"{measure}_per_teu{end}" for measure in PUBLIC_COST for end in ("", "_low95", "_high95")]
    columns += ["without_price"]
    return Table("levers", tuple(columns), [_lever(found, lever) for lever in found.levers])


def _lever(found: WhatIfs, lever: Lever) -> tuple[Cell, ...]:
    name = found.scenarios[lever.id].name
    base = lever.stands_on.name
    head = (lever.id, name.zh, name.en, base.zh, base.en, lever.group, found.channel, *_ends(lever.gain.difference))
    cost = (lever.cost.figure[0], *_ends(lever.cost.difference)) if lever.cost else (None,) * 4
    ratios = (*_ends(lever.cny_per_teu), *_ends(lever.teu_per_million))
    unknown = Estimate(np.nan, np.nan, np.nan, 0)
    public = [end for measure in PUBLIC_COST for end in _ends(lever.public_per_teu.get(measure, unknown))]
    return (*head, *cost, *ratios, *_rank(found, lever), *public, ", ".join(lever.without_price))


def _rank(found: WhatIfs, lever: Lever) -> tuple[Cell, Cell, Cell]:
    """Its rank, how often it is first if years are drawn again, and in what share of the draws of the inputs."""
    ranking = found.ranking
    if lever.id not in ranking.ids:
        return None, None, None
    at = ranking.ids.index(lever.id)
    return at + 1, ranking.first_shares[at], ranking.drawn_shares[at] if ranking.drawn_shares else None


def _ends(one: Estimate) -> tuple[Cell, Cell, Cell]:
    mean, low, high = (end if math.isfinite(end) else None for end in (one.mean, one.low, one.high))
    return mean, low, high


def diversions(found: Mapping[str, Diversion]) -> Table:
    """TEU a year from each alternative to each other one, and what stayed, by market and over all of them."""
    columns = ("scenario", "market", "from", "to", "unit", "teu", "low95", "high95", "replications")
    rows: list[tuple[Cell, ...]] = [
        (id_, *crossing, "TEU", *_ends(teu), teu.n) for id_, one in found.items() for crossing, teu in one.teu.items()
    ]
    return Table("diversion", columns, rows)


def factorial_tables(found: Factorial) -> list[Table]:
    """The effects of a factorial design, and the means of its cells."""
    columns = ["measure", "channel", "unit", "effect", "factors", "difference", "low95", "high95", "p", "p_holm"]
    effects: list[tuple[Cell, ...]] = [
        (*_head(one.figure), " x ".join(one.factors), len(one.factors), *_ends(one.effect), one.p, one.p_holm)
        for one in found.effects
    ]
    cells: list[tuple[Cell, ...]] = [
        (*_head(figure), " + ".join(f for f in found.factors if f in cell), *_ends(mean), mean.n)
        for figure, of in found.means.items()
        for cell, mean in of.items()
    ]
    with_n = [(*row, found.replications) for row in effects]
    return [
        Table("factorial", (*columns, "replications"), with_n),
        Table("cells", ("measure", "channel", "unit", "cell", "mean", "low95", "high95", "replications"), cells),
    ]


def _head(figure: tuple[str, ...]) -> tuple[str, str, str]:
    return figure[0], figure[1], BY_ID[figure[0]].unit


def believe_table(found: Belief) -> Table:
    """The answer at every pair of values, and whether it holds there."""
    columns = ["x", "x_value", "y", "y_value", "measure", "channel", "unit", "mean", "low95", "high95", "replications"]
    columns += ["way", "target", "says", "refused"]
    asked = found.question
    rows: list[tuple[Cell, ...]] = []
    for (i, j), cell in found.cells.items():
        at = (found.x.path, found.x.values[i], found.y.path, found.y.values[j])
        mean = (*_ends(cell), cell.n) if cell else (None, None, None, 0)
        head = (*at, asked.measure, asked.channel, BY_ID[asked.measure].unit)
        rows.append((*head, *mean, asked.way, asked.target, asked.says(cell), found.refused.get((i, j))))
    return Table("believe", tuple(columns), rows)
