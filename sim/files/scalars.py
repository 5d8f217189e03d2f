"""What a text without quotes means, by the core schema of YAML 1.2, and which such texts programs read differently."""

from __future__ import annotations

import math
import re
import unicodedata

Scalar = str | int | float | bool | None

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_BROKEN = re.compile(r"[-+]?([0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30})([eE][-+][0-9]{1,3})?")

_DOUBTFUL = (
    (re.compile(r"(?i:yes|no|on|off)"), "Programs differ on {text}: write true or false, or put a text in quotes."),
    (re.compile(r"[-+]?0[0-9]+"), "Some programs read a leading zero as octal: write {plain}."),
    (re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"), 'Write hours as 12.5, and a time of day as "12:30".'),
    (re.compile(r"[-+]?\.(?i:inf|nan)"), "It must be finite: leave the key out where there is no limit."),
    (re.compile(r"[-+]?[0-9]*(\.[0-9]*)?"), "It has too many digits."),
    (re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?"), "Programs differ on underscores in numbers: write {plain}."),
    (
        re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+"),
        "Programs differ on powers of ten: write {power}.",
    ),
    (re.compile(r"[-+]?0(o[0-7]+|x[0-9a-fA-F]+|b[01]+)"), "Write the number in decimals."),
)
"""Texts that some program takes for a number, a switch or a time, and what to write instead."""

_HOPEFUL = (
    (re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?"), "Numbers take no commas: write {plain}."),
    (re.compile(r"[-+]?[0-9]+(,[0-9]+)+(\.[0-9]*)?"), "Numbers take no commas; broken ones have a point, such as 2.5."),
    (
        re.compile(r"[-+]?(?i:inf|infinity|nan|unlimited|none)"),
        "Leave the key out where there is no limit, or write a number that is never reached.",
    ),
    (re.compile(r"[-+]?[0-9]+(\.[0-9]+)? ?%"), "Write the share, such as 0.25 for 25 %."),
    (re.compile(r"[-+]?[0-9]+(\.[0-9]+)? ?[^\W\d_]+"), "Write the number alone: its unit is in the key."),
)
"""Texts to every program, that a planner may have hoped to be a number."""


_POWER = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+")


def meaning(text: str) -> Scalar:
    """The value of a text without quotes; what is not plainly a number, true, false or null is a text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def is_ambiguous(text: str) -> bool:
    """Whether a text needs quotes for every program to read it as a text."""
    return not isinstance(meaning(text), str) or any(pattern.fullmatch(text) for pattern, _ in _DOUBTFUL)


def cure(text: str) -> str:
    """What to write in place of a text that is no number or switch here though it looks like one; or ""."""
    advice = next((advice for pattern, advice in (*_DOUBTFUL, *_HOPEFUL) if pattern.fullmatch(text)), "")
    return advice.format(text=text, plain=_plain(text), power=_power(text)) if "{" in advice else advice


def _plain(text: str) -> str:
    digits = text.replace("_", "").replace(",", "")
    sign = "-" if digits.startswith("-") else ""
    return sign + (digits.lstrip("+-").lstrip("0") or "0")


def _power(text: str) -> str:
    if not _POWER.fullmatch(text):
        return ""
    value = abs(float(text)) if len(text) < 40 else 0.0
    return f"{float(text):.15f}".rstrip("0").rstrip(".") if 1e-6 <= value < 1e15 else "all digits of the number"


def hidden(text: str) -> str:
    """The first character of a text that does not show or changes how others show, such as U+202E; or ""."""
    for character in text:
        unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        if unseen and character not in "\n\t":
            return f"U+{ord(character):04X}"
    return ""
