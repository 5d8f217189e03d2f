"""What a scenario was read from, for who wants to know later whether a file has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.files.loading import RESOLVED_KIB
from sim.files.merging import inside, layers_of, plain_path, root_of
from sim.files.series import refers
from sim.files.written import Place, Written


def inputs(path: Path) -> dict[str, bytes]:
    """The bytes of a scenario file, of the files that it is based on and of its series, by name from its root.

    For a scenario that `load` accepts. Raises ScenarioError if a file has gone since.
    """
    root = plain_path(root_of(path))
    layers = layers_of(path, root, [], RESOLVED_KIB * 1024)
    files = [Path(layer.file) for layer in layers]
    files += [series for layer in layers for series in _series(layer, root)]
    return {plain_path(file).relative_to(root).as_posix(): file.read_bytes() for file in files}


def _series(node: Written, root: Path, place: Place = ()) -> Iterator[Path]:
    for key, value in node.value.items() if isinstance(node.value, dict) else enumerate(node.value):
        if refers(str(key), value):
            yield inside(value.value["csv"], place, Path(value.file).parent, root)
        elif isinstance(value.value, dict | list):
            yield from _series(value, root, (*place, key))
