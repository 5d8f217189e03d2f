"""Departure when full, or so many hours after the first box was ready, whichever comes first."""

from __future__ import annotations

from pydantic import Field

from sim.quantities import Spec


class FullOrAfter(Spec):
    """The train leaves when it is full, or `full_or_after_h` hours after its first box was ready."""

    full_or_after_h: float = Field(gt=0, le=1_000_000)
    """the longest that a first box waits"""
