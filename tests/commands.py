"""A command line, run in this process."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.cli import _run


def sim(*words: str | Path) -> int:
    """Run `sim` with these words: its exit code."""
    sys.argv = ["sim", *(str(word) for word in words)]
    return _run()
