"""One results folder: written so that a crash leaves either the old file or the new one, sealed last."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import CorridorError
from sim.results.tables import Cell, Table

SEALED = "manifest.json"
LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "ruamel.yaml", "joblib", "matplotlib", "pandas")


class FolderError(CorridorError):
    """A results folder cannot be written or read; the message says which and what to do."""


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all: temporary name, fsync, rename, fsync of the folder.

    Raises FolderError, naming the file, when it cannot be written (read-only, full, or open in another program).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        message = f"cannot write {path}: {error.strerror or error}. Is it open in another program, or the disk full?"
        raise FolderError(message) from error


def _sync_folder(folder: Path) -> None:
    """See to it that a rename outlasts a power cut, where the system lets folders be synced (Windows does not)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def csv_bytes(table: Table) -> bytes:
    """A table as CSV (CRLF). With Chinese in it, it begins with a mark, without which Excel would garble it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([[_cell(cell) for cell in row] for row in table.rows])
    content = text.getvalue()
    return content.encode("utf-8" if content.isascii() else "utf-8-sig")


def _cell(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float):
        return f"{cell:.10g}"
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


@dataclass
class Folder:
    """A results folder: `open` makes sure that it can be written, `begin` breaks its seal, `seal` closes it again.

    Until `begin`, what an earlier run left is whole: an interrupted run does not spoil it.
    """

    path: Path
    started: datetime

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Make the folder, or make sure that it is one of ours."""
        if path.exists() and not path.is_dir():
            message = f"cannot write results into {path}: it is a file. Name another folder with --out."
            raise FolderError(message)
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not _is_ours(path):
                message = f"{path} holds files that are no results of ours: name another folder with --out."
                raise FolderError(message)
        except OSError as error:
            message = f"cannot write into {path}: {error.strerror or error}. Name another folder with --out."
            raise FolderError(message) from error
        return cls(path, datetime.now(UTC))

    def begin(self) -> None:
        """Break the seal of an earlier run and sweep away its figures."""
        figures = self.path / "figures"
        try:
            (self.path / SEALED).unlink(missing_ok=True)
            for stale in (*self.path.glob(".*.tmp"), *figures.glob("*.png"), *figures.glob("*.svg")):
                stale.unlink()
            if figures.is_dir() and not any(figures.iterdir()):
                figures.rmdir()
        except OSError as error:
            message = f"cannot write into {self.path}: {error.strerror or error}. Name another folder with --out."
            raise FolderError(message) from error

    def tables(self, tables: Sequence[Table]) -> None:
        """Write tables as CSV files."""
        for table in tables:
            write_file(self.path / f"{table.name}.csv", csv_bytes(table))

    def text(self, name: str, content: str) -> None:
        """Write a text file."""
        write_file(self.path / name, content.encode("utf-8"))

    def seal(self, facts: dict[str, Any]) -> None:
        """Write the manifest: what was run, with what, and the hash of every file. Only it holds times."""
        files = sorted(f for f in self.path.rglob("*") if f.is_file() and f.name != SEALED)
        manifest = {
            **facts,
            "package": {"name": "freight-corridor-sim", "version": _version("freight-corridor-sim"), **_commit()},
            "python": platform.python_version(),
            "system": platform.platform(),
            "libraries": {name: _version(name) for name in LIBRARIES},
            "command": sys.argv[1:],
            "started": self.started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": {f.relative_to(self.path).as_posix(): hash_of(f.read_bytes()) for f in files},
        }
        write_file(self.path / SEALED, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))


OURS = {SEALED: b'{\n  "', "summary.csv": b"scenario,measure,channel", "comparison.csv": b"measure,channel,direction"}
OURS["warmup.csv"] = b"scenario,channel,series"
"""Files that show a folder to be ours, and how they begin."""


def _is_ours(path: Path) -> bool:
    """Whether a folder is empty, or one that an earlier run of ours wrote or began to write."""
    written = [path / name for name in OURS if (path / name).is_file()]
    mine = any(file.read_bytes().removeprefix(b"\xef\xbb\xbf").startswith(OURS[file.name]) for file in written)
    return mine or all(one.name[0] == "." for one in path.iterdir())


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a finished results folder. Raises FolderError if the folder is not sealed."""
    try:
        manifest: dict[str, Any] = json.loads((path / SEALED).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} is INCOMPLETE: it has no readable {SEALED}. Run the scenario again."
        raise FolderError(message) from error
    return manifest


def hash_of(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def model_version() -> str:
    """The hash of all sources of this package: results of another model are not mixed with ours."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


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
