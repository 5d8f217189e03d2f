"""Spells of whole days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import model_validator

from sim.quantities import Day, Spec


class DaysSpec(Spec):
    """From the beginning of the first day to the end of the last."""

    first_day: Day
    """the first day"""
    last_day: Day
    """the last day, included"""

    @model_validator(mode="after")
    def _ordered(self) -> DaysSpec:
        if self.last_day < self.first_day:
            message = f"the last day, {self.last_day}, is before the first, {self.first_day}"
            raise ValueError(message)
        return self


def span(days: DaysSpec, start: datetime) -> tuple[float, float]:
    """The days as (from, to) in hours of a run that starts at `start`."""
    return _hours(days.first_day, start), _hours(days.last_day, start) + 24


def _hours(day: date, start: datetime) -> float:
    return (datetime(day.year, day.month, day.day) - start) / timedelta(hours=1)
