"""Runs that are compared with the first of them: what a comparison holds, and what to beware of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.errors import FolderError
from sim.experiment.best import Selection, best_of
from sim.experiment.compare import Paired, Sample, compared
from sim.experiment.inputs import Change, changes
from sim.experiment.uncertainty import Draws, Signs, paired_draws
from sim.files import RESOLVED_KIB, load
from sim.results.comparison import sample
from sim.results.folder import check_unaltered, read_manifest
from sim.results.uncertainty import drawn
from sim.telling.signs import signs_of
from sim.trace import Label
from sim.words import LANGS, Lang, say

if TYPE_CHECKING:
    from sim.experiment.findings import Findings
    from sim.scenario import Scenario

MOST = 6
"""Runs in one comparison."""
FIGURES_TAKE = 4
"""So many runs fit side by side into a figure."""
LEAP = 0.02
"""Periods whose lengths differ by a smaller share, such as those of leap years, have comparable totals."""


@dataclass(frozen=True)
class Side:
    """One of the runs that are compared: in a results folder, or as it was found just now."""

    id: str
    folder: Path | None
    manifest: Mapping[str, Any]
    scenario: Scenario
    name: Label
    sample: Sample
    findings: Findings | None = None
    draws: Draws | None = None
    """the draws of its inputs, if it was run with them"""


@dataclass(frozen=True)
class Wish:
    """The measure by which the best is looked for, and the difference in it that is not worth a choice."""

    measure: str
    channel: str
    better: Literal["more", "less"]
    indifference: float


@dataclass(frozen=True)
class Comparison:
    """All that a comparison found; `found` and `changed` have one element per run but the first, the base."""

    sides: Sequence[Side]
    found: Sequence[list[Paired]]
    changed: Sequence[list[Change]]
    wish: Wish | None
    selection: Selection | None
    signs: Sequence[list[Signs]]
    """what the draws of the inputs say of each; empty lists where two runs do not have the same draws"""

    @property
    def ids(self) -> list[str]:
        """The short names of the runs, the base first."""
        return [side.id for side in self.sides]


def compare(found: Sequence[Side], wish: Wish | None = None) -> Comparison:
    """Compare runs with the first of them. Raises CorridorError if the best was asked for and cannot be looked for."""
    base, *others = found
    selection = None
    if wish:
        value = value_of(found, wish.measure, wish.channel)
        selection = best_of(len(found), value, wish.indifference, wish.better)
    pairs = compared(base.sample, [side.sample for side in others])
    return Comparison(
        found,
        pairs,
        [changes(base.scenario, side.scenario) for side in others],
        wish,
        selection,
        [signs_of(base.draws, other.draws, mine) for other, mine in zip(others, pairs, strict=True)],
    )


def side_of(folder: Path, id_: str) -> Side:
    """A finished results folder. Raises FolderError if it is not sealed, or holds no run."""
    manifest = read_manifest(folder)
    if "bit_generator" not in manifest:
        message = f"{folder} does not hold a run of a scenario: name the folders of the runs themselves."
        raise FolderError(message)
    check_unaltered(folder, manifest)
    scenario = load(folder / "scenario.yaml", most_kib=RESOLVED_KIB)
    name = Label(scenario.name.zh, scenario.name.en)
    return Side(id_, folder, manifest, scenario, name, sample(folder), draws=drawn(folder))


def comparable(found: Sequence[Side]) -> list[Side]:
    """The runs, told apart by name. Raises FolderError where they cannot be compared."""
    if len({side.manifest["seed"] for side in found}) > 1:
        seeds = ", ".join(f"{side.id} {side.manifest['seed']}" for side in found)
        message = f"the runs have different luck (seeds: {seeds}): run them with the same --seed."
        raise FolderError(message)
    base, *others = found
    for other in others:
        if not base.sample.keys() & other.sample.keys():
            message = f"{base.id} and {other.id} have no figure in common: there is nothing to compare."
            raise FolderError(message)
    return _named_apart(found)


def _named_apart(found: Sequence[Side]) -> list[Side]:
    """Runs of one name (a scenario, and the same with one number changed) are told apart by id."""
    names = Counter(side.name.of(lang) for side in found for lang in LANGS)
    return [
        replace(side, name=Label(f"{side.name.zh}（{side.id}）", f"{side.name.en} ({side.id})"))
        if max(names[side.name.zh], names[side.name.en]) > (2 if side.name.zh == side.name.en else 1)
        else side
        for side in found
    ]


def remarks(found: Sequence[Side], lang: Lang) -> Iterator[str]:
    """What a reader must know about these runs before believing their differences."""
    base, *others = found
    for other in others:
        pair = {"base": base.name.of(lang), "other": other.name.of(lang)}
        if base.manifest["model_version"] != other.manifest["model_version"]:
            yield say(lang, "other_model", **pair)
        n, m = (side.manifest["replications"]["finished"] for side in (base, other))
        if n != m:
            yield say(lang, "other_replications", **pair, n=n, m=m, common=min(n, m))
        one_drawn = base.draws is not None or other.draws is not None
        if one_drawn and not (base.draws and other.draws and paired_draws(base.draws, other.draws)):
            yield say(lang, "other_draws", **pair)
        yield from _remarks_on_period(base, other, lang)
        yield from _remarks_on_channels(base, other, lang)


def _remarks_on_period(base: Side, other: Side, lang: Lang) -> Iterator[str]:
    a, b = base.scenario.period, other.scenario.period
    days, more = ((p.last_day - p.first_day).days + 1 for p in (a, b))
    if abs(more / days - 1) > LEAP:
        spans = {"base_days": days, "other_days": more, "base_first": a.first_day, "other_first": b.first_day}
        yield say(lang, "other_length", base=base.name.of(lang), other=other.name.of(lang), **spans)


def _remarks_on_channels(base: Side, other: Side, lang: Lang) -> Iterator[str]:
    for mine, theirs in ((base, other), (other, base)):
        alone = [mine.scenario.channels[c].name.of(lang) for c in sorted(_channels(mine) - _channels(theirs))]
        if alone:
            listed = ("、" if lang == "zh" else ", ").join(alone)
            yield say(lang, "other_channels", name=mine.name.of(lang), channels=listed)


def _channels(side: Side) -> set[str]:
    return set(side.scenario.channels)


def value_of(found: Sequence[Side], measure: str, channel: str) -> Any:
    """(number of the run, place among the years that all runs have) → the measure of a channel.

    LookupError where there are no more years. Raises FolderError if a run has no such figure.
    """
    figure = (measure, channel, "all", "all", "all")
    for side in found:
        if figure not in side.sample:
            known = ", ".join(sorted({f[1] for f in side.sample if f[0] == measure and f[2:] == figure[2:]}))
            message = f"{side.id} has no {measure} of '{channel}'. It has some of: {known or 'nothing'}."
            raise FolderError(message)
    years = min(len(side.sample[figure]) for side in found)
    columns = np.array([side.sample[figure][:years] for side in found])
    columns = columns[:, np.isfinite(columns).all(axis=0)]

    def value(number: int, place: int) -> float:
        if place >= columns.shape[1]:
            message = f"the runs have {columns.shape[1]} years in common"
            raise LookupError(message)
        return float(columns[number, place])

    return value
