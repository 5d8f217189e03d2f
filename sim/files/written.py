"""What stands in a scenario file: values that remember their file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sim.errors import Problem

Step = str | int
Place = tuple[Step, ...]
"""The keys and list positions that lead to a value."""
THE_FILE = "the file"
"""What a problem is called that concerns no single value."""


@dataclass(frozen=True)
class Written:
    """A value as written. A mapping or a list holds further `Written`; `line` is 0 for what stands in no file.

    The value of a key stands in the line of that key. `bare` marks a text without quotes.
    """

    value: Any
    file: str
    line: int
    bare: bool = False

    def child(self, step: Step) -> Written | None:
        """What stands directly below, or None."""
        if isinstance(self.value, dict):
            return self.value.get(step)
        if not isinstance(self.value, list) or not str(step).isdecimal():
            return None
        return self.value[int(step)] if int(step) < len(self.value) else None

    def nearest(self, place: Place) -> tuple[Place, Written]:
        """The deepest value that exists on the way to `place`, and its own place."""
        here = self
        for depth, step in enumerate(place):
            below = here.child(step)
            if below is None:
                return place[:depth], here
            here = below
        return place, here

    def plain(self) -> Any:
        """The value alone."""
        if isinstance(self.value, dict):
            return {key: below.plain() for key, below in self.value.items()}
        return [below.plain() for below in self.value] if isinstance(self.value, list) else self.value

    def but(self, value: Any) -> Written:
        """Another value in this place."""
        return replace(self, value=value, bare=False)

    def problem(self, place: Place, what: str, cure: str = "") -> Problem:
        """A problem with this value, which stands at `place`."""
        return Problem(dotted(place), what, cure, self.line or None, self.file)


def as_written(value: Any, file: str) -> Written:
    """A plain value as if it stood in a file, on no line; days become texts."""
    if isinstance(value, Mapping):
        return Written({str(key): as_written(below, file) for key, below in value.items()}, file, 0)
    if isinstance(value, list | tuple):
        return Written([as_written(below, file) for below in value], file, 0)
    return Written(value.isoformat() if isinstance(value, date) else value, file, 0)


def path_of(place: Place) -> str:
    """A place as facts and rules name it: keys with dots between."""
    return ".".join(map(str, place))


def dotted(place: Place) -> str:
    """A place as a message names it."""
    return ".".join(visible(str(step)) for step in place) or THE_FILE


def visible(text: str, most: int = 64) -> str:
    """The text in one line, shortened, safe to show on a terminal."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:most])
    return shown + ("…" if len(text) > most else "")


def quoted(value: Any) -> str:
    """A value as it is named in a message."""
    return visible(repr(value) if not isinstance(value, str) else f"'{value}'")
