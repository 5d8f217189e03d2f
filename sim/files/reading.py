"""From bytes to `Written`: the part of YAML 1.2 that a scenario needs, and a refusal of the rest.

Refused are: more than one document, anchors and aliases, tags, keys that are not texts, a key written twice, nesting
deeper than 40, more than 64 KiB, and characters that cannot be seen.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from sim.errors import Problem, ScenarioError
from sim.files.scalars import hidden, is_ambiguous, meaning
from sim.files.written import THE_FILE, Place, Written, visible

MOST_BYTES = 64 * 1024
MOST_DEPTH = 40
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_DISPUTED = re.compile("[\t\x85\u2028\u2029\ufeff]|^\\.\\.\\.", re.MULTILINE)
"""Where the two readers disagree: tabs, the rarer ends of lines and marks, and ends of documents."""
BROKEN = (YAMLError, ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError)
"""What ruamel raises on broken text; its own errors are but one of many."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_scenario_file(path: Path, problems: list[Problem], most_bytes: int = MOST_BYTES) -> Written:
    """The mapping that a scenario file holds. Problems that leave a mapping to go on with are added to `problems`.

    Raises ScenarioError where nothing can be made of the file.
    """
    file = str(path)
    tree = parse(read_text(path, most_bytes), file, problems)
    if not isinstance(tree.value, dict):
        raise ScenarioError([tree.problem((), "must hold keys and values, such as name: my corridor.")], file)
    return tree


def read_text(path: Path, most_bytes: int) -> str:
    """The text of a regular file in UTF-8 or UTF-16. Raises ScenarioError."""
    data = _read_bytes(path, most_bytes)
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(path, "is not UTF-8.", "Save it as UTF-8 in your editor.", line) from None
    found = _UNSEEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        what = f"has a character that cannot be seen, U+{ord(found[0]):04X}."
        raise _refusal(path, what, "Delete it, or save the file as UTF-8.", line)
    return text


def _read_bytes(path: Path, most_bytes: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refusal(path, "is not a file.", "Name a file ending in .yaml.")
        with path.open("rb") as opened:
            data = opened.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        reason = "does not exist." if isinstance(error, FileNotFoundError) else f"cannot be read ({error})."
        raise _refusal(path, visible(reason, 200), _neighbours(path)) from None
    if len(data) > most_bytes:
        raise _refusal(path, f"is larger than {most_bytes // 1024} KiB.", "Is it the right file?")
    return data


def _neighbours(path: Path) -> str:
    try:
        names = sorted(other.name for other in path.parent.glob("*.yaml"))[:12]
    except (OSError, ValueError):
        names = []
    return f"There are: {', '.join(visible(name) for name in names)}." if names else ""


def _refusal(path: Path, what: str, cure: str, line: int | None = None) -> ScenarioError:
    return ScenarioError([Problem(THE_FILE, what, cure, line, str(path))], str(path))


def parse(text: str, file: str, problems: list[Problem]) -> Written:
    """The value that a YAML text holds; `file` is its name in messages. Raises ScenarioError where it holds none."""
    tree, found = _parsed(text, file)
    problems += found
    return tree


Parsed = tuple[Written, list[Problem]]


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Parsed:
    """The value and its problems: kept, for the same files are read again, as bases and for the manifest."""
    return parsed_quickly(text, file) or parsed_with_care(text, file)


def parsed_quickly(text: str, file: str) -> Parsed | None:
    """The mapping by the reader in C, where it is installed; None if anything is wrong, whatever it is."""
    problems: list[Problem] = []
    if _DISPUTED.search(text):
        return None
    try:
        tree = _Reader(text, file, problems, pure=False).document()
    except (ScenarioError, RecursionError, *BROKEN):
        return None
    return None if problems or not isinstance(tree.value, dict) else (tree, problems)


def parsed_with_care(text: str, file: str) -> Parsed:
    """The value by the reader in Python, fifteen times slower, whose errors are put into our words."""
    problems: list[Problem] = []
    reader = _Reader(text, file, problems, pure=True)
    try:
        return reader.document(), problems
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems], file) from None
    except MarkedYAMLError as error:
        found = _syntax(error, file)
    except RecursionError:
        found = Problem(THE_FILE, "is nested too deeply.", "", None, file)
    except BROKEN as error:
        found = Problem(THE_FILE, f"is not YAML ({visible(str(error), 100)}).", "", reader.line, file)
    raise ScenarioError([*problems, found], file)


def _syntax(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = visible(str(error.problem or error.context), 120)
    if "'\\t'" in said:
        what, cure = "a tab stands where only spaces may.", "Indent with spaces."
    elif "mapping values are not allowed" in said:
        what, cure = "a colon stands where none may.", 'Put a text with ": " in it in quotes; check the indentation.'
    else:
        what, cure = f"is not YAML: {said}.", "Check the indentation, the brackets and the quotes just before."
    return Problem(THE_FILE, what, cure, mark.line + 1 if mark else None, file)


class _Reader:
    """Builds one value from the events of a YAML text."""

    def __init__(self, text: str, file: str, problems: list[Problem], *, pure: bool) -> None:
        yaml = YAML(typ="safe", pure=pure)
        self._events: Iterator[Event] = iter(yaml.parse(text))
        self._file = file
        self._problems = problems
        self.line = 1

    def document(self) -> Written:
        """The value of the only document."""
        self._next()
        start = self._next()
        if isinstance(start, StreamEndEvent):
            self._stop((), "is empty.", "Start from a copy of another scenario.")
        if isinstance(start, DocumentStartEvent) and start.version not in (None, (1, 2)):
            self._report((), "asks for another version of YAML.", "Delete the line that begins with %YAML.")
        tree = self._value(self._next(), (), self.line)
        self._next()
        if not isinstance(self._next(), StreamEndEvent):
            self._stop((), "holds several documents.", "Delete the line --- and what follows, or make two files.")
        return tree

    def _next(self) -> Event:
        event = next(self._events)
        self.line = event.start_mark.line + 1
        return event

    def _value(self, event: Event, place: Place, line: int) -> Written:
        assert isinstance(event, NodeEvent)
        self._refuse_labels(event, place)
        if len(place) >= MOST_DEPTH:
            self._stop(place[:3], f"is nested deeper than {MOST_DEPTH} levels.", "Is a bracket missing?")
        if isinstance(event, MappingStartEvent):
            return Written(self._mapping(place), self._file, line)
        if isinstance(event, SequenceStartEvent):
            return Written(self._list(place), self._file, line)
        assert isinstance(event, ScalarEvent)
        return self._scalar(event, place, line)

    def _refuse_labels(self, event: NodeEvent, place: Place) -> None:
        if isinstance(event, AliasEvent):
            self._stop(place, f"refers to an anchor, *{visible(event.anchor)}.", "Write the value itself.")
        if event.anchor:
            self._report(place, f"has an anchor, &{visible(event.anchor)}.", "Delete it; scenarios have no aliases.")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(place, f"has a tag, {visible(tag)}.", "Delete it.")

    def _refuse_unseen(self, text: str, place: Place) -> None:
        unseen = hidden(text)
        if unseen:
            self._report(place, f"has a character that cannot be seen, {unseen}.", "Delete it.")

    def _scalar(self, event: ScalarEvent, place: Place, line: int) -> Written:
        self._refuse_unseen(event.value, place)
        bare = not event.style and not event.tag
        value: Any = meaning(event.value) if bare else event.value
        return Written(value, self._file, line, bare=bare and isinstance(value, str))

    def _list(self, place: Place) -> list[Written]:
        found: list[Written] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            found.append(self._value(event, (*place, len(found)), self.line))
        return found

    def _mapping(self, place: Place) -> dict[str, Written]:
        found: dict[str, Written] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            line = self.line
            key = self._key(event, place)
            value = self._value(self._next(), (*place, key), line)
            if key in found:
                what = f"is written twice, in lines {found[key].line} and {line}."
                self._problems.append(value.problem((*place, key), what, "Keep one."))
            if "." not in key:
                found.setdefault(key, value)
        return found

    def _key(self, event: Event, place: Place) -> str:
        assert isinstance(event, NodeEvent)
        self._refuse_labels(event, place)
        if not isinstance(event, ScalarEvent):
            self._stop(place, "has a list or a mapping as a key.", "A key is a text.")
        text: str = event.value
        self._refuse_unseen(text, (*place, text))
        if not event.style and is_ambiguous(text):
            shown = visible(text)
            self._report(place, f"has the key {shown}, which is not a text to every program.", f'Write "{shown}".')
        elif "." in text or not text.strip():
            self._report(place, f"has the key '{visible(text)}'.", "A key is not empty and has no dots.")
        return text

    def _report(self, place: Place, what: str, cure: str) -> None:
        self._problems.append(Written(None, self._file, self.line).problem(place, what, cure))

    def _stop(self, place: Place, what: str, cure: str) -> NoReturn:
        raise ScenarioError([Written(None, self._file, self.line).problem(place, what, cure)], self._file)
