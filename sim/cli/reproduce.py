"""`sim reproduce`: does a results folder come out again, byte for byte?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typer

from sim.cli.run import Options, run_into_folder
from sim.cli.terminal import say_line, show_table
from sim.disk import hash_of, model_version
from sim.errors import CHECK_FAILED, FolderError
from sim.files import RESOLVED_KIB, load
from sim.results.folder import environment, read_manifest
from sim.words import Lang, say

SHOWN = 12
"""So many digits of a hash are shown."""

Reading = Literal["same_file", "differs", "altered", "no_file"]


@dataclass(frozen=True)
class Checked:
    """A file of the folder: its hash as recorded and as it came out now, and what is to be said of it."""

    name: str
    then: str
    again: str
    reading: Reading


def reproduce(path: Path, jobs: int, lang: Lang, *, quiet: bool = False) -> None:
    """Simulate what a results folder holds again, elsewhere, and compare file by file. Exits with 3 if any differs.

    Raises FolderError if the folder is not sealed, or is not that of a run.
    """
    manifest = read_manifest(path)
    if "model_version" not in manifest or "bit_generator" not in manifest:
        message = f"{path} does not hold a run of a scenario: name the folder that `sim run` wrote."
        raise FolderError(message)
    with TemporaryDirectory() as place:
        again = _again(path, manifest, Path(place), jobs, quiet=quiet)
        found = [_checked(path, name, then, again) for name, then in manifest["files"].items()]
    failed = manifest["replications"]["failed"]
    title = say(lang, "reproduce_title", folder=path)
    lines = [[one.name, one.then[:SHOWN], one.again[:SHOWN], say(lang, one.reading)] for one in found]
    bad = sum(one.reading != "same_file" for one in found)
    if not quiet:
        show_table(title, [say(lang, word) for word in ("file", "then", "again", "verdict_row")], [False] * 4, lines)
        if failed:
            say_line(say(lang, "had_failed", list=", ".join(failed)), warning=True)
        for remark in _remarks(manifest, lang):
            say_line(remark, warning=bad > 0)
    word = "not_reproduced" if bad else "reproduced"
    if bad or not quiet:
        say_line(say(lang, word, n=len(found), bad=bad), warning=bad > 0, strong=not bad)
    if bad:
        raise typer.Exit(CHECK_FAILED)


def _again(path: Path, manifest: dict[str, Any], place: Path, jobs: int, *, quiet: bool) -> dict[str, str]:
    """The hashes of all files of the same run, made in another place."""
    asked = manifest["replications"]
    options = Options(
        scenario=path / "scenario.yaml",
        replications=asked.get("asked", Options.replications),
        precision=asked.get("precision"),
        draws=(manifest.get("draws") or {}).get("asked", 0),
        jobs=jobs,
        out=place / manifest["scenario"],
        lang=manifest["language"],
        figures=manifest["figures"],
        quiet=quiet,
    )
    run_into_folder(load(options.scenario, most_kib=RESOLVED_KIB), options)
    files: dict[str, str] = read_manifest(options.folder)["files"]
    return files


def _checked(path: Path, name: str, then: str, again: dict[str, str]) -> Checked:
    now = again.get(name, "")
    file = path / name
    if not file.is_file():
        return Checked(name, then, now, "no_file")
    if hash_of(file.read_bytes()) != then:
        return Checked(name, then, now, "altered")
    return Checked(name, then, now, "same_file" if now == then else "differs")


def _remarks(manifest: dict[str, Any], lang: Lang) -> Iterator[str]:
    """With what the folder was made, where that is different here."""
    then = {say(lang, "the_model"): manifest["model_version"], "Python": manifest["python"], **manifest["libraries"]}
    python, libraries = environment()
    now = {say(lang, "the_model"): model_version(), "Python": python, **libraries}
    for what, before in then.items():
        if now.get(what) != before:
            yield say(lang, "ran_with", what=what, then=before, now=now.get(what, "–"))
