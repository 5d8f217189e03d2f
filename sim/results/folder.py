"""One results folder: written so that a crash leaves either the old file or the new one, sealed last."""

from __future__ import annotations

import csv
import io
import json
import math
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.disk import hash_of, write_file
from sim.errors import FolderError
from sim.results.tables import Table

SEALED = "manifest.json"
LOCK = ".lock"
INCOMPLETE = "INCOMPLETE"
NOT_YET = "This run has not finished. Start it again: what was simulated is kept, and only the rest is done.\n"
TABLES = (
    *("summary", "replications", "monthly", "occupancy", "lead_times", "journeys", "assumptions"),
    *("uncertainty", "draws", "not_drawn", "prediction", "tornado"),
    *("comparison", "inputs", "warmup", "rules", "recovery", "recovery_days"),
    *("whatif", "levers", "diversion", "factorial", "cells", "believe"),
    *("hindcast", "sensitivity", "exogenous", "plausibility"),
)
"""All tables that a results folder may have: of a run, of draws of its inputs, of a comparison, of a warm-up; of
what-ifs, of a factorial design, of what must be believed, of a hindcast."""
LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "ruamel.yaml", "joblib", "matplotlib", "pandas")


def csv_bytes(table: Table) -> bytes:
    """A table as CSV (CRLF). With Chinese in it, it begins with a mark, without which Excel would garble it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([[_number(c) if isinstance(c, float) else _text(c) for c in row] for row in table.rows])
    content = text.getvalue()
    return content.encode("utf-8" if content.isascii() else "utf-8-sig")


def _number(cell: float) -> str:
    return "" if math.isnan(cell) else f"{cell:.10g}"


@lru_cache(maxsize=4096, typed=True)  # names for the most part, the same ones in row after row
def _text(cell: str | int | None) -> str:
    if cell is None:
        return ""
    text = str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not isinstance(cell, int) else text


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a table of a results folder. Raises FolderError if it is not there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}. Run the scenario again."
        raise FolderError(message) from error


class Folder:
    """A results folder: `open` makes sure that it can be written, by us alone; `begin` breaks its seal, `seal` sets it.

    Until `begin`, what an earlier run left is whole: an interrupted run does not spoil it. A folder that is not sealed
    holds a file INCOMPLETE that says so. Used in a `with` block, at whose end others may write.
    """

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self.started = datetime.now(UTC)
        self._lock = lock
        self._written: set[str] = set()

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Make the folder, or make sure that it is one of ours and nobody else writes into it. Raises FolderError."""
        if path.exists() and not path.is_dir():
            message = f"cannot write results into {path}: it is a file. Name another folder with --out."
            raise FolderError(message)
        lock = FileLock(path / LOCK, timeout=0)
        with _named(path):
            path.mkdir(parents=True, exist_ok=True)
            if not _is_ours(path):
                message = f"{path} holds files that are no results of ours: name another folder with --out."
                raise FolderError(message)
            try:
                lock.acquire()
            except Timeout:
                message = f"another run is writing into {path}: wait until it has ended, or name another with --out."
                raise FolderError(message) from None
        folder = cls(path, lock)
        if not (path / SEALED).exists():
            try:
                folder.text(INCOMPLETE, NOT_YET)
            except FolderError:
                lock.release()
                raise
        return folder

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def begin(self) -> None:
        """Break the seal of an earlier run, and sweep away its figures."""
        figures = self.path / "figures"
        self.text(INCOMPLETE, NOT_YET)
        with _named(self.path):
            (self.path / SEALED).unlink(missing_ok=True)
            for stale in (*self.path.glob(".*.tmp"), *figures.glob("*.png"), *figures.glob("*.svg")):
                stale.unlink()
            for half in figures.glob(".*.part"):
                half.unlink()
            if figures.is_dir() and not any(figures.iterdir()):
                figures.rmdir()

    def tables(self, tables: Sequence[Table]) -> None:
        """Write tables as CSV files."""
        for table in tables:
            self._write(f"{table.name}.csv", csv_bytes(table))

    def text(self, name: str, content: str) -> None:
        """Write a text file."""
        self._write(name, content.encode("utf-8"))

    @contextmanager
    def drawing(self) -> Iterator[Path]:
        """The folder for figures, to draw into; what the system refuses is a FolderError."""
        with _named(self.path):
            yield self.path / "figures"

    def _write(self, name: str, content: bytes) -> None:
        write_file(self.path / name, content)
        self._written.add(name)

    def seal(self, facts: dict[str, Any]) -> None:
        """Write the manifest: what was run, with what, and the hash of every file written. Only it holds times.

        Tables that an earlier run of another kind left are swept away; what is not ours stays, and is not listed.
        """
        with _named(self.path):
            for table in TABLES:
                if f"{table}.csv" not in self._written:
                    (self.path / f"{table}.csv").unlink(missing_ok=True)
        figures = (self.path / "figures").glob("*")
        written = [self.path / name for name in self._written - {INCOMPLETE}]
        files = sorted([*written, *(f for f in figures if f.is_file() and f.name[0] != ".")])
        manifest = {
            **facts,
            "package": {"name": "freight-corridor-sim", "version": _version("freight-corridor-sim"), **_commit()},
            "python": environment()[0],
            "system": platform.platform(),
            "libraries": environment()[1],
            "command": sys.argv[1:],
            "started": self.started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": {f.relative_to(self.path).as_posix(): hash_of(f.read_bytes()) for f in files},
        }
        write_file(self.path / SEALED, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
        with _named(self.path):
            (self.path / INCOMPLETE).unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error of the system says which folder it is about, and what to do."""
    try:
        yield
    except OSError as error:
        message = f"cannot write into {path}: {error.strerror or error}. Name another folder with --out."
        raise FolderError(message) from error


OURS = {
    SEALED: b'{\n  "',
    INCOMPLETE: NOT_YET.encode(),
    "summary.csv": b"scenario,measure,channel",
    "comparison.csv": b"measure,channel,direction",
    "warmup.csv": b"scenario,channel,series",
    "hindcast.csv": b"forecast,kind,low",
}
"""Files that show a folder to be ours, and how they begin."""


def _is_ours(path: Path) -> bool:
    """Whether a folder is empty, or one that an earlier run of ours wrote or began to write."""
    written = [path / name for name in OURS if (path / name).is_file()]
    mine = any(file.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(OURS[file.name]) for file in written)
    return mine or all(one.name[0] == "." for one in path.iterdir())


def check_unaltered(path: Path, manifest: Mapping[str, Any]) -> None:
    """Raise FolderError if a table or the scenario of a sealed folder is not what was written."""
    for name, digest in manifest["files"].items():
        if name.startswith("figures/"):
            continue
        try:
            content = (path / name).read_bytes()
        except OSError as error:
            message = f"cannot read {path / name}: {error.strerror or error}. Run the scenario again."
            raise FolderError(message) from error
        if hash_of(content) != digest:
            message = f"{path / name} was altered since it was written: run the scenario again."
            raise FolderError(message)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a finished results folder. Raises FolderError if the folder is not sealed."""
    try:
        manifest: dict[str, Any] = json.loads((path / SEALED).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} is INCOMPLETE: it has no readable {SEALED}. Run the scenario again."
        raise FolderError(message) from error
    return manifest


def environment() -> tuple[str, dict[str, str]]:
    """The version of Python, and those of the libraries that a figure may depend on."""
    return platform.python_version(), {name: _version(name) for name in LIBRARIES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> dict[str, Any]:
    """The commit of a checkout, and whether it was changed since; nothing if this is not a checkout."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return {}
    try:
        command = ["git", "-C", str(root)]
        head = subprocess.run([*command, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
        status = subprocess.run(  # noqa: S603
            [*command, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": head.stdout.strip(), "changed_since": bool(status.stdout.strip())}
