"""Departure when full: the train waits until the next box would not fit, and perhaps no longer than so many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.corridor.world import Kind, Process, rank
from sim.quantities import Spec

if TYPE_CHECKING:
    from sim.corridor.service import Service


class WhenFull(Spec):
    """The train leaves when it is full, however long that takes."""

    when_full: Literal[True]
    """`true`"""


def departures(service: Service, after_h: float = np.inf) -> Process:
    """Let each train leave when it is full, or `after_h` hours after its first box was ready."""
    clock, queue = service.world.clock, service.queue
    begins_h, ends_h = service.phase.begins_h, service.phase.ends_h
    if clock.now < begins_h:
        yield clock.at(begins_h, rank(Kind.CLOSING, service.order, service.number))
    while clock.now < ends_h:
        service.bring_up_to_date()
        full_h = queue.full_h(service.phase.spec.capacity_teu, service.smallest_teu)
        due_h = min(full_h, queue.first_ready_h + after_h)
        here = rank(Kind.CLOSING, service.order, service.number)
        if due_h <= clock.now:
            yield clock.at(clock.now, here)
            service.depart(clock.now, clock.now)
            continue
        look_again_h = min(due_h, service.next_news_h, ends_h)
        news = queue.news()
        yield news if np.isinf(look_again_h) else news | clock.at(look_again_h, here)
