"""Files that outlast a crash: written so that they are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from sim.errors import FolderError


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


def hash_of(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def model_version() -> str:
    """The hash of all sources of this package: results of another model are not mixed with ours."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
