"""Figures into files: PNG and SVG. The same data gives the same bytes, and a crash leaves no half file."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.figures.style import styled

DOTS_PER_INCH = 150
METADATA: dict[str, dict[str, str | None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
PACKED: dict[str, dict[str, Any]] = {"png": {"pil_kwargs": {"compress_level": 1}}, "svg": {}}
"""The lightest packing takes three tenths of the time of a picture away, and adds a twentieth to its file."""


def rendered(figure: Figure, id: str) -> dict[str, bytes]:  # noqa: A002  (the word of the catalogue)
    """A figure as the files `<id>.png` and `<id>.svg`."""
    return {f"{id}.{kind}": _bytes_of(figure, kind) for kind in METADATA}


def _bytes_of(figure: Figure, kind: str) -> bytes:
    content = io.BytesIO()
    with styled():
        figure.savefig(content, format=kind, dpi=DOTS_PER_INCH, metadata=METADATA[kind], **PACKED[kind])
    return content.getvalue()


def save(figure: Figure, folder: Path, id: str) -> list[Path]:  # noqa: A002  (as above)
    """Write `<id>.png` and `<id>.svg`; the folder is made. Raises OSError when a file cannot be written or replaced."""
    return write(rendered(figure, id), folder)


def write(pictures: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write the files of figures; the folder is made. Raises OSError as `save` does."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / name, content) for name, content in pictures.items()]


def _write(path: Path, content: bytes) -> Path:
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_bytes(content)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return path
