"""Draws of the inputs as tables, and a run's draws read back to be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.experiment.compare import HEADLINES, Figure
from sim.experiment.draws import DUMMY, REPLICATIONS
from sim.experiment.findings import Findings
from sim.experiment.uncertainty import Draws, Mover, Signs, Spread, Uncertainty, movers, spread
from sim.kpis import BY_ID, Key
from sim.results.folder import read_csv
from sim.results.tables import Cell, Table, flat

TORNADO = ("rank_correlation", "p_holm", "low_third", "high_third", "difference", "low95", "high95", "told")


def uncertainty_tables(found: Findings, scenario: str) -> list[Table]:
    """The tables that a run with draws has beside the others; none without draws."""
    if found.uncertainty is None:
        return []
    drawn = found.uncertainty.draws()
    return [
        _values(drawn, scenario),
        _draws(found.uncertainty),
        _not_drawn(found.uncertainty),
        _prediction(found, scenario),
        _tornado(drawn, spreads(found), scenario),
    ]


def spreads(found: Findings) -> dict[Figure, Spread]:
    """Each headline figure with the intervals of its mean, of a year, and of a year with its inputs drawn."""
    if found.uncertainty is None:
        return {}
    drawn = found.uncertainty.draws()
    at = np.array([outcome.replication for outcome in found.outcomes])
    spreads: dict[Figure, Spread] = {}
    for figure, values in drawn.values.items():
        years = np.full(at.max() + 1, np.nan)
        years[at] = found.values(figure[0], Key(*figure[1:]))
        spreads[figure] = spread(figure, values, years)
    return spreads


def _values(drawn: Draws, scenario: str) -> Table:
    columns = ("scenario", "draw", "replication", "measure", "channel", "direction", "cargo", "place", "unit", "value")
    rows: list[tuple[Cell, ...]] = [
        (scenario, number, year, *figure, BY_ID[figure[0]].unit, float(values[k, year]))
        for k, number in enumerate(drawn.numbers)
        for year in range(REPLICATIONS)
        for figure, values in drawn.values.items()
    ]
    return Table("uncertainty", columns, rows)


def _draws(found: Uncertainty) -> Table:
    """Every input in every draw, and the dummy; `input` is whose luck it has, `opposite` whether against it."""
    columns = (
        "draw",
        "path",
        "value",
        "grade",
        "low",
        "mode",
        "high",
        "drawn_as",
        "input",
        "luck",
        "opposite",
    )
    design = found.design
    rows: list[tuple[Cell, ...]] = []
    for number, values in design.values.items():
        for one in design.inputs:
            luck = float(design.luck[one.luck][number - 1])
            told = (one.grade, *one.law, one.kind, one.luck, luck, "yes" if one.mirrored else "no")
            rows.append((number, one.path, values[one.path], *told))
        luck = float(design.luck[DUMMY][number - 1])
        rows.append((number, DUMMY, None, None, None, None, None, None, DUMMY, luck, "no"))
    return Table("draws", columns, rows)


def _not_drawn(found: Uncertainty) -> Table:
    """What is not certain and yet not drawn, and why; draws that the checks refused."""
    facts = found.design.scenario.facts
    rows: list[tuple[Cell, ...]] = [
        (path, facts[path].grade, flat(facts[path].range), reason) for path, reason in found.design.left_out.items()
    ]
    rows += [(f"draw {number}", None, None, why) for number, why in found.design.refused.items()]
    return Table("not_drawn", ("path", "grade", "range", "reason"), rows)


def _prediction(found: Findings, scenario: str) -> Table:
    """The intervals of each headline: of the mean; of a year; of a year with its inputs drawn."""
    columns = ["scenario", "measure", "channel", "unit", "mean", "mean_low95", "mean_high95", "year_low90"]
    columns += ["year_high90", "drawn_year_low90", "drawn_year_high90", "drawn_mean", "share_of_inputs", "draws"]
    rows: list[tuple[Cell, ...]] = []
    for figure, one in sorted(spreads(found).items(), key=lambda item: HEADLINES.index(item[0][0])):
        head = (scenario, figure[0], figure[1], BY_ID[figure[0]].unit, one.mean.mean, one.mean.low, one.mean.high)
        rows.append((*head, *one.one_year, *one.drawn, one.drawn_mean, one.share, one.draws))
    return Table("prediction", tuple(columns), rows)


def _tornado(drawn: Draws, found: Mapping[Figure, Spread], scenario: str) -> Table:
    """What each input moves, the one that moves most first; the dummy shows what noise looks like.

    Means are those of all years, as those of `prediction`: see `Spread.apart`.
    """
    columns = ("scenario", "measure", "channel", "unit", "input", *TORNADO)
    rows: list[tuple[Cell, ...]] = []
    for measure in HEADLINES:
        for figure in (f for f in drawn.values if f[0] == measure):
            head = (scenario, measure, figure[1], BY_ID[measure].unit)
            effects = drawn.means(figure) + found[figure].apart
            rows += [(*head, *_cells(one)) for one in movers(effects, drawn.luck)]
    return Table("tornado", columns, rows)


def _cells(one: Mover) -> tuple[Cell, ...]:
    change = (one.change.mean, one.change.low, one.change.high)
    return (one.input, one.correlation, one.p_holm, one.low, one.high, *change, "yes" if one.told else "no")


# --- read back, and compared


def drawn(folder: Path) -> Draws | None:
    """The draws of a results folder; None if it was run without. Raises FolderError if they cannot be read."""
    if not (folder / "uncertainty.csv").exists():
        return None
    luck: dict[str, dict[int, float]] = defaultdict(dict)
    for row in read_csv(folder / "draws.csv"):
        luck[row["input"]][int(row["draw"])] = float(row["luck"])
    values: dict[Figure, dict[tuple[int, int], float]] = defaultdict(dict)
    for row in read_csv(folder / "uncertainty.csv"):
        figure = (row["measure"], row["channel"], row["direction"], row["cargo"], row["place"])
        values[figure][int(row["draw"]), int(row["replication"])] = float(row["value"] or "nan")
    numbers = tuple(sorted({number for of in values.values() for number, _ in of}))
    table = {
        figure: np.array([[of.get((number, year), np.nan) for year in range(REPLICATIONS)] for number in numbers])
        for figure, of in values.items()
    }
    return Draws(numbers, {name: np.array([of[n] for n in numbers]) for name, of in luck.items()}, table)


def signs_tables(found: Sequence[Sequence[Signs]], ids: Sequence[str]) -> list[Table]:
    """In how many draws each headline difference keeps its sign, and what moves and flips it."""
    columns = ["measure", "channel", "unit", "base", "scenario", "difference", "drawn_difference", "draws", "more"]
    columns += ["less", "neither", "share_same_sign", "low95", "high95"]
    base, *others = ids
    rows: list[tuple[Cell, ...]] = []
    for other, signs in zip(others, found, strict=True):
        for one in signs:
            measure, channel = one.figure[:2]
            head = (measure, channel, BY_ID[measure].unit, base, other, one.difference, one.drawn_mean)
            neither = one.n - one.more - one.less
            share = (one.share.mean, one.share.low, one.share.high)
            rows.append((*head, one.n, one.more, one.less, neither, *share))
    return [Table("uncertainty", tuple(columns), rows), _tornado_of_differences(found, ids)]


def _tornado_of_differences(found: Sequence[Sequence[Signs]], ids: Sequence[str]) -> Table:
    """What each input moves of a difference; `flip_correlation` is that with the draws in which its sign is another."""
    columns = ("measure", "channel", "unit", "base", "scenario", "input", *TORNADO, "flip_correlation", "flip_told")
    base, *others = ids
    rows: list[tuple[Cell, ...]] = []
    for other, signs in zip(others, found, strict=True):
        for one in signs:
            head = (*one.figure[:2], BY_ID[one.figure[0]].unit, base, other)
            flips = {mover.input: mover for mover in one.flippers}
            rows += [(*head, *_cells(mover), *_flip(flips.get(mover.input))) for mover in one.movers]
    return Table("tornado", columns, rows)


def _flip(found: Mover | None) -> tuple[Cell, Cell]:
    return (found.correlation, "yes" if found.told else "no") if found else (None, None)
