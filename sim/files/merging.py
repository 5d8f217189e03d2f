"""`based_on`: an overlay says only what differs from the file that it is based on.

Mappings merge key by key; anything else is replaced whole, and so is a mapping that is one value: a fact `{is: …}` or
a way to vary such as `{median: 2, p95: 6}`. `null` takes a key out.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.files.reading import read_scenario_file
from sim.files.written import Place, Written, quoted
from sim.variation import LAW_KEYS

MOST_FILES = 8
SCHEMA = "schema.json"
_HOLD_MAPPINGS = frozenset({"erlang", "observed", "replay"})


def read_with_base(path: Path, root: Path, problems: list[Problem], most_bytes: int) -> Written:
    """The mapping of a scenario file, merged over the files that it is based on. Raises ScenarioError."""
    layers = layers_of(path, root, problems, most_bytes)
    merged = _complete(layers.pop(), (), problems)
    while layers:
        layer = layers.pop()
        if "name" in layer.value and "question" not in layer.value:  # another scenario does not ask what its base asks
            merged = merged.but({key: value for key, value in merged.value.items() if key != "question"})
        merged = merge(merged, layer, (), problems)
    return merged


def layers_of(path: Path, root: Path, problems: list[Problem], most_bytes: int) -> list[Written]:
    """The mapping of a scenario file, and those of the files that it is based on. Raises ScenarioError."""
    layers: list[Written] = []
    seen: list[Path] = []
    following: Path | None = path
    while following is not None:
        seen.append(following.absolute())
        tree = read_scenario_file(following, problems, most_bytes)
        written = tree.value.get("based_on")
        layers.append(tree.but({key: value for key, value in tree.value.items() if key != "based_on"}))
        following = _base(written, following, root, seen) if written else None
    return layers


def _base(written: Written, path: Path, root: Path, seen: list[Path]) -> Path:
    base = inside(written, ("based_on",), path.parent, root)
    if base.absolute() in seen:
        problem = written.problem(("based_on",), f"goes round in a circle: {base.name} is based on this file.")
        raise ScenarioError([problem], written.file)
    if len(seen) == MOST_FILES:
        problem = written.problem(("based_on",), f"makes a chain of more than {MOST_FILES} files.", "Merge some.")
        raise ScenarioError([problem], written.file)
    return base


def base_of(path: Path) -> Path | None:
    """The file that a scenario file is based on; None if it stands by itself. Raises ScenarioError."""
    written = read_scenario_file(path, []).value.get("based_on")
    return Path(os.path.normpath(path.parent / str(written.value))) if written else None


def inside(written: Written, place: Place, folder: Path, root: Path) -> Path:
    """The file that a scenario names, relative to the folder of the scenario; it must be a plain one below `root`.

    Raises ScenarioError.
    """
    name: Any = written.value
    what, cure = "", "Name a file in the folder of scenarios or below it, such as 2019.yaml."
    if not isinstance(name, str) or not name:
        what = "must be the name of a file."
    elif PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or PureWindowsPath(name).root:
        what = f"must not name a place on this machine: {quoted(name)}."
    elif "\\" in name or _leaves(folder, name, root):
        what = f"must not leave the folder of the scenario: {quoted(name)}."
    else:
        what = _unfit(_within(folder, name), root)
    if what:
        raise ScenarioError([written.problem(place, what, cure)], written.file)
    return _within(folder, str(name))


def _within(folder: Path, name: str) -> Path:
    """The file of this name; without the `..` of the name, for no link may be on the way."""
    return plain_path(folder / name) if ".." in PurePosixPath(name).parts else folder / name


def plain_path(path: Path) -> Path:
    """The path from the root of the disk, without `..`."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (resolve() follows links)


def _leaves(folder: Path, name: str, root: Path) -> bool:
    """Whether a name with `..` leads out of `root`."""
    return ".." in PurePosixPath(name).parts and plain_path(root) not in plain_path(folder / name).parents


def root_of(path: Path) -> Path:
    """The folder that the files of a scenario must lie in: that of the scenario, or the one above if that is the folder
    of scenarios, which holds a schema.json.
    """
    folder = plain_path(path).parent
    return folder.parent if (folder.parent / SCHEMA).is_file() else path.parent


def _unfit(path: Path, root: Path) -> str:
    whole, top = plain_path(path), plain_path(root)
    try:
        regular = stat.S_ISREG(path.lstat().st_mode)
        linked = any(parent.is_symlink() for parent in whole.parents if top in parent.parents)
    except (OSError, ValueError):
        return f"names {quoted(path.name)}, which does not exist or cannot be read."
    if top not in whole.parents:
        return f"must not leave the folder {quoted(str(root))}."
    return "" if regular and not linked else f"names {quoted(path.name)}, which is a link, or not a file."


def merge(base: Written, over: Written, place: Place, problems: list[Problem]) -> Written:
    """`over` laid over `base`; both stand at `place`."""
    if is_one_value(base) or is_one_value(over):
        return _complete(over, place, problems)
    merged = dict(base.value)
    for key, new in over.value.items():
        old = base.value.get(key)
        if new.value is not None:
            merged[key] = (
                _complete(new, (*place, key), problems) if old is None else merge(old, new, (*place, key), problems)
            )
        elif old is not None:
            del merged[key]
        else:
            what = "is null, and there is nothing to take out."
            problems.append(new.problem((*place, key), what, "null takes out what the file in based_on has."))
    return over.but(merged)


def is_one_value(node: Written) -> bool:
    """Whether a value is replaced whole: anything but a mapping, a fact, or a way to vary."""
    return not isinstance(node.value, dict) or is_fact(node) or is_law(node)


def is_fact(node: Written) -> bool:
    """Whether a value is written as `{is: …}`."""
    return isinstance(node.value, dict) and "is" in node.value


def is_law(node: Written) -> bool:
    """Whether a value is a way to vary, such as `{median: 2, p95: 6}`."""
    if not isinstance(node.value, dict) or not node.value or not node.value.keys() <= LAW_KEYS:
        return False
    return all(is_one_value(below) or key in _HOLD_MAPPINGS for key, below in node.value.items())


def _complete(node: Written, place: Place, problems: list[Problem]) -> Written:
    """The value without its empty keys, each of which is a problem: there is no base to take something out of."""
    if not isinstance(node.value, dict):
        return node
    kept: dict[str, Written] = {}
    for key, below in node.value.items():
        if below.value is None:
            problems.append(below.problem((*place, key), "has no value.", "Write one, or leave the key out."))
        else:
            kept[key] = _complete(below, (*place, key), problems)
    return node.but(kept)
