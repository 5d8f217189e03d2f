"""The runs that are compared: results folders as they are, scenario files run now unless the same run is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.asked import RESULTS, loaded
from sim.cli.run import Options, run_into_folder
from sim.disk import model_version
from sim.errors import FolderError, UsageError
from sim.files import scenario_hash
from sim.results.folder import read_manifest
from sim.telling.comparison import MOST, Side, comparable, side_of
from sim.trace import Label

if TYPE_CHECKING:
    from sim.scenario import Scenario


def sides(paths: Sequence[Path], options: Options) -> list[Side]:
    """The runs, the base first, and last the base with the levers pulled, if there are any.

    Raises FolderError where they cannot be compared.
    """
    _check(paths, options.levers)
    ids = ids_of(paths)
    as_written = replace(options, levers=())
    found = [side_of(_folder_of(path, id_, as_written), id_) for path, id_ in zip(paths, ids, strict=True)]
    if options.levers:
        found.append(_pulled(paths[0], f"{ids[0]}+lever", options))
    without = next((side for side in found if options.draws and side.draws is None), None)
    if without:
        message = f"{without.folder} was run without --uncertainty: name its scenario file, or run it again with it."
        raise FolderError(message)
    return comparable(found)


def _pulled(path: Path, id_: str, options: Options) -> Side:
    """The base with the levers pulled, which its name says."""
    side = side_of(_folder_of(path, id_, options), id_)
    levers = "; ".join(options.levers)
    return replace(side, name=Label(*(f"{side.name.of(lang)} + {levers}" for lang in ("zh", "en"))))


def _check(paths: Sequence[Path], levers: Sequence[str]) -> None:
    runs = len(paths) + bool(levers)
    if not 2 <= runs <= MOST:
        message = f"compare takes a base and 1 to {MOST - 1} others; these are {runs}."
        raise UsageError(message)
    if levers and paths[0].is_dir():
        message = f"levers are pulled on a scenario file, and {paths[0]} is a results folder."
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
        _, how = run_into_folder(scenario, replace(mine, quiet=options.quiet))
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
