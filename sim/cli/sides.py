"""The runs that are compared: results folders as they are, scenario files run now unless the same run is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.cli.run import RESULTS, Options, findings, how_to_run, loaded, write
from sim.disk import model_version
from sim.errors import FolderError
from sim.experiment.compare import Sample
from sim.experiment.draws import design_of
from sim.experiment.uncertainty import Draws, paired_draws
from sim.files import load, scenario_hash
from sim.results.comparison import sample
from sim.results.folder import Folder, read_manifest
from sim.results.uncertainty import drawn
from sim.trace import Label
from sim.words import LANGS, Lang, say

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOST = 6
"""Runs in one comparison."""
LEAP = 0.02
"""Periods whose lengths differ by a smaller share, such as those of leap years, have comparable totals."""


@dataclass(frozen=True)
class Side:
    """One of the runs that are compared."""

    id: str
    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    name: Label
    sample: Sample
    draws: Draws | None = None
    """the draws of its inputs, if it was run with them"""


def sides(paths: Sequence[Path], options: Options) -> list[Side]:
    """The runs, the base first. Raises FolderError where they cannot be compared."""
    _check(paths)
    ids = ids_of(paths)
    found = [_side(_folder_of(path, id_, options), id_) for path, id_ in zip(paths, ids, strict=True)]
    if len({side.manifest["seed"] for side in found}) > 1:
        seeds = ", ".join(f"{side.id} {side.manifest['seed']}" for side in found)
        message = f"the runs have different luck (seeds: {seeds}): run them with the same --seed."
        raise FolderError(message)
    without = next((side for side in found if options.draws and side.draws is None), None)
    if without:
        message = f"{without.folder} was run without --uncertainty: name its scenario file, or run it again with it."
        raise FolderError(message)
    base, *others = found
    for other in others:
        if not base.sample.keys() & other.sample.keys():
            message = f"{base.id} and {other.id} have no figure in common: there is nothing to compare."
            raise FolderError(message)
    return _named_apart(found)


def _check(paths: Sequence[Path]) -> None:
    if not 2 <= len(paths) <= MOST:
        message = f"compare takes a base and 1 to {MOST - 1} others; these are {len(paths)}."
        raise FolderError(message)
    for path, times in Counter(path.resolve() for path in paths).items():
        if times > 1:
            message = f"{path.name} is given {times} times: name another run to compare it with."
            raise FolderError(message)


def ids_of(paths: Sequence[Path]) -> list[str]:
    """A short name for each; those of one name in different places carry the name of the place, or a number."""
    names = [path.resolve().name if path.is_dir() else path.stem for path in paths]
    longer = [f"{path.resolve().parent.name}-{name}" for path, name in zip(paths, names, strict=True)]
    ids = [long if names.count(name) > 1 else name for name, long in zip(names, longer, strict=True)]
    return [f"{id_}-{n + 1}" if ids.count(id_) > 1 else id_ for n, id_ in enumerate(ids)]


def _folder_of(path: Path, id_: str, options: Options) -> Path:
    """The results folder itself, or that of a scenario file: run now, unless the same run is already there."""
    if path.is_dir():
        return path
    mine = replace(options, scenario=path, out=RESULTS / id_, quiet=True)
    scenario = loaded(mine)
    if not _is_there(mine.folder, scenario, options):
        design = design_of(scenario, options.draws) if options.draws else None
        with Folder.open(mine.folder) as folder:
            how = how_to_run(mine)
            write(folder, findings(scenario, replace(mine, quiet=options.quiet), how, design), mine, how)
        how.complain()
    return mine.folder


def _is_there(folder: Path, scenario: Scenario, options: Options) -> bool:
    """Whether the same run is there, with as many draws as asked for; with more than none, where none were."""
    try:
        manifest = read_manifest(folder)
    except FolderError:
        return False
    same = manifest.get("scenario_hash") == scenario_hash(scenario) and manifest["model_version"] == model_version()
    if options.draws and (manifest.get("draws") or {}).get("asked") != options.draws:
        return False
    return bool(same and manifest["replications"]["finished"] == options.replications)


def _side(folder: Path, id_: str) -> Side:
    manifest = read_manifest(folder)
    if "seed" not in manifest:
        message = f"{folder} holds a comparison, not a run: name the folders of the runs themselves."
        raise FolderError(message)
    scenario = load(folder / "scenario.yaml", most_kib=1024)
    return Side(
        id_, folder, manifest, scenario, Label(scenario.name.zh, scenario.name.en), sample(folder), drawn(folder)
    )


def _named_apart(found: list[Side]) -> list[Side]:
    """Runs of one name (a scenario and its change on the command line) are told apart by their folder."""
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
    """(number of the run, replication) → the measure of a channel; LookupError where that was not run."""
    columns = [side.sample.get((measure, channel, "all", "all", "all"), np.zeros(0)) for side in found]

    def value(number: int, replication: int) -> float:
        if replication >= len(columns[number]):
            message = f"{found[number].id} has {len(columns[number])} replications"
            raise LookupError(message)
        return float(columns[number][replication])

    return value
