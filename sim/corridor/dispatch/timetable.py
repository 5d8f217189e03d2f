"""Departures by timetable: at fixed hours of fixed weekdays, or every so many hours, whatever the load."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.world import Kind, Process, rank
from sim.quantities import Clock, Hours, Spec

if TYPE_CHECKING:
    from sim.corridor.service import Service

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Timetable(Spec):
    """When trains leave: on `weekdays` at `at`, or `every_h` hours from `first_h` on."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7, strict=False)] | None = None
    """days of departure"""
    at: Clock | None = None
    """time of departure on these days, local"""
    every_h: Annotated[float, Field(ge=0.01, le=1_000_000)] | None = None
    """hours from one departure to the next"""
    first_h: Hours | None = None
    """hours from the start of the run to the first departure; without it, one whole interval"""
    frequency_factor: Annotated[float, Field(ge=0.01, le=100)] = 1.0
    """how many times as many departures as written, evenly closer (1.1: ten per cent more)"""

    @model_validator(mode="after")
    def _one_form(self) -> Timetable:
        if (self.weekdays is None) == (self.every_h is None):
            message = "needs either weekdays and at, or every_h"
            raise ValueError(message)
        if (self.weekdays is None) != (self.at is None):
            message = "weekdays and at go together"
            raise ValueError(message)
        if self.first_h is not None and self.every_h is None:
            message = "first_h goes with every_h"
            raise ValueError(message)
        return self

    @property
    def per_week(self) -> float:
        """Mean number of departures a week."""
        once = len(self.weekdays) if self.weekdays else 168.0 / (self.every_h or np.inf)
        return once * self.frequency_factor

    def departures_h(self, start: datetime, until_h: float) -> NDArray[np.float64]:
        """All departures up to `until_h`, in hours from the start of the run; departure n is n · every_h."""
        stretched_h = until_h * self.frequency_factor
        written = self._by_day(start, stretched_h) if self.weekdays else self._by_interval(stretched_h)
        return written / self.frequency_factor

    def _by_interval(self, until_h: float) -> NDArray[np.float64]:
        every_h = self.every_h or np.inf
        if self.first_h is None:
            return every_h * np.arange(1, int(until_h / every_h) + 1, dtype=np.float64)
        n = max(0, int(np.floor((until_h - self.first_h) / every_h)) + 1)
        return self.first_h + every_h * np.arange(n, dtype=np.float64)

    def _by_day(self, start: datetime, until_h: float) -> NDArray[np.float64]:
        """Start is midnight: a run begins with a day."""
        hour, minute = (int(part) for part in (self.at or "00:00").split(":"))
        days = np.arange(int(until_h // 24) + 1, dtype=np.float64)
        wanted = [WEEKDAYS.index(day) for day in self.weekdays or ()]
        hours = 24.0 * days[np.isin((start.weekday() + days) % 7, wanted)] + (hour + minute / 60)
        return np.asarray(hours[hours <= until_h], dtype=np.float64)


def departures(service: Service) -> Process:
    """Close the loading list of each planned departure at its time, until the phase of the service ends."""
    clock = service.world.clock
    while (planned := service.next_planned()) is not None:
        yield clock.at(planned.closing_h, rank(Kind.CLOSING, service.order, service.number))
        closed_h = max(planned.closing_h, clock.now)  # a cut-off that grows from a day on comes late for its first list
        service.depart(closed_h, planned.planned_h, planned=True)
