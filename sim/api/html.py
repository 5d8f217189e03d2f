"""What a notebook shows: headings, lines, tables and warnings as HTML. Names are text there, never tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

WARNING = "color: #9a4b00"
NUMBER = "text-align: right; white-space: nowrap"
WORD = "text-align: left; white-space: pre"


@dataclass
class View:
    """A small page, built from top to bottom."""

    _root: Element = field(default_factory=lambda: Element("div"))

    def heading(self, text: str) -> None:
        """A line in bold."""
        SubElement(SubElement(self._root, "p"), "strong").text = text

    def lines(self, texts: Iterable[str], *, warning: bool = False) -> None:
        """A paragraph for each text."""
        for text in texts:
            SubElement(self._root, "p", {"style": WARNING} if warning else {}).text = text

    def bullets(self, texts: Iterable[str]) -> None:
        """A list, a bullet for each text."""
        of = SubElement(self._root, "ul")
        for text in texts:
            SubElement(of, "li").text = text

    def table(self, caption: str, right: Sequence[bool], rows: Iterable[Sequence[str]]) -> None:
        """A table whose first row is its headings; `right` says which columns are numbers."""
        table = SubElement(self._root, "table")
        SubElement(table, "caption", {"style": "text-align: left"}).text = caption
        for number, row in enumerate(rows):
            line = SubElement(table, "tr")
            for cell, is_number in zip(row, right, strict=True):
                style = NUMBER if is_number else WORD
                SubElement(line, "td" if number else "th", {"style": style}).text = cell

    def __str__(self) -> str:
        return tostring(self._root, encoding="unicode", method="html")
