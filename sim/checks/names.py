"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LISTED = 24


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like `name`, or "" if none is like it."""
    return next(iter(get_close_matches(name[:64], sorted(known), n=1, cutoff=0.6)), "")


def suggestion(name: str, known: Iterable[str], label: str) -> str:
    """A question whether a known name was meant, else the list of all of them under `label`."""
    names = sorted(known)
    close = nearest(name, names)
    if close:
        return f"Did you mean '{close}'?"
    more = f" … ({len(names)} in all)" if len(names) > MOST_LISTED else ""
    return f"{label}: {', '.join(names[:MOST_LISTED])}{more}." if names else f"{label}: none."
