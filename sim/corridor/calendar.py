"""The hours that a place works: shifts, days of the week, holidays; each shift with all units or with some."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from sim.corridor.days import DaysSpec, span
from sim.corridor.dispatch.timetable import WEEKDAYS, Weekday
from sim.corridor.recursion import Limit
from sim.quantities import HOURS_PER_DAY, Clock, Count, Key, Spec


class ShiftSpec(Spec):
    """One shift: from a time to a time on some days of the week; one that ends before it begins ends the next day."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7, strict=False)] | None = None
    """the days on which it begins; without it, every day"""
    from_: Clock = Field(alias="from")
    """when it begins, local time"""
    to: Clock
    """when it ends; the same time as it begins: a whole day later"""
    units: Count | None = None
    """how many units work; without it, all"""


class CalendarSpec(Spec):
    """When a place works. Outside its shifts, and on holidays, no work begins; work in hand is finished."""

    shifts: Annotated[dict[Key, ShiftSpec], Field(min_length=1)]
    """the shifts, by name; where two overlap, the units of both work"""
    holidays: dict[str, DaysSpec] = {}
    """days without work, each spell with a name of its own"""

    @model_validator(mode="after")
    def _distinct(self) -> CalendarSpec:
        written = list(self.shifts.values())
        if len({shift.model_dump_json() for shift in written}) < len(written):
            message = "two shifts are the same: write the units of both in one"
            raise ValueError(message)
        return self


Hours = tuple[float, float]


def off_duty(spec: CalendarSpec, units: int, start: datetime, horizon_h: float) -> tuple[list[Hours], list[Limit]]:
    """When a place with so many units does not work at all, and when fewer of them do, over a whole run."""
    at_work = [
        (begin_h, end_h, shift.units or units)
        for _, shift in sorted(spec.shifts.items())
        for begin_h, end_h in _times(shift, start, horizon_h)
    ]
    closed = [span(days, start) for _, days in sorted(spec.holidays.items())]
    changes: dict[float, int] = {0.0: 0, horizon_h: 0}
    for begin_h, end_h, n in at_work:
        for at_h, more in ((max(begin_h, 0.0), n), (min(end_h, horizon_h), -n)):
            changes[at_h] = changes.get(at_h, 0) + more
    limits: list[Limit] = []
    edges, working = sorted(changes), 0
    for begin_h, end_h in pairwise(edges):
        working += changes[begin_h]
        if working == 0:
            closed.append((begin_h, end_h))
        elif working < units:
            limits.append(Limit(begin_h, end_h, working))
    return closed, limits


def _times(shift: ShiftSpec, start: datetime, horizon_h: float) -> list[Hours]:
    """The times of a shift that lie, in part at least, within a run that begins at midnight of `start`."""
    begin, end = (int(text[:2]) + int(text[3:]) / 60 for text in (shift.from_, shift.to))
    long_h = (end - begin) % HOURS_PER_DAY or HOURS_PER_DAY
    days = range(-1, int(horizon_h // HOURS_PER_DAY) + 1)
    first = [
        day * HOURS_PER_DAY + begin
        for day in days
        if WEEKDAYS[(start.weekday() + day) % 7] in (shift.weekdays or WEEKDAYS)
    ]
    return [(at_h, at_h + long_h) for at_h in first if at_h + long_h > 0 and at_h < horizon_h]
