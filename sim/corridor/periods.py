"""The periods in which a service runs in the same way, and all that it plans to do in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.corridor.dispatch import Timetable
from sim.corridor.world import World

if TYPE_CHECKING:
    from sim.corridor.service import ServiceSpec


class Planned(NamedTuple):
    """A planned departure: when its loading list closes, and when it is to leave."""

    closing_h: float
    planned_h: float


@dataclass
class Phase:
    """A period in which a service runs in the same way."""

    spec: ServiceSpec
    begins_h: float
    ends_h: float
    planned: list[Planned]


def phases_of(name: str, spec: ServiceSpec, start: datetime, world: World) -> list[Phase]:
    """The phases of a service with all their planned departures, in hours of the run."""

    def hour(day: date | None, otherwise: float) -> float:
        return (datetime(day.year, day.month, day.day) - start).total_seconds() / 3600 if day else otherwise

    opens_h = hour(spec.first_day, 0.0)
    ends_h = hour(spec.last_day, np.inf) + (24 if spec.last_day else 0)
    phases: list[Phase] = []
    number = 0
    for first, following, what in spec.phases:
        begin_h, end_h = max(hour(first, 0.0), opens_h), min(hour(following, np.inf), ends_h)
        planned_h = np.empty(0)
        if isinstance(what.rule, Timetable):
            written = what.rule.departures_h(start, world.horizon_h + what.cut_off_h + what.jitter_h)
            planned_h = written[(written >= max(begin_h, 0.0)) & (written < end_h)]
            number += len(planned_h)
            if what.jitter_h:
                luck = world.streams.luck(f"service/{name}/jitter", number)[number - len(planned_h) :]
                planned_h = np.sort(planned_h + (2 * luck - 1) * what.jitter_h)
        closing_h = np.maximum(planned_h - what.cut_off_h, 0.0)
        planned = list(map(Planned, closing_h.tolist(), planned_h.tolist()))
        phases.append(Phase(what, begin_h, end_h, planned))
    return phases
