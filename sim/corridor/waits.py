"""How long trains wait on the way: who came now would wait so long, and who waits there has waited so long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.corridor.border import Border
    from sim.corridor.departed import Departed
    from sim.corridor.line import Line
    from sim.corridor.world import World
    from sim.quantities import Direction


class _Held(NamedTuple):
    place: str
    direction: str
    asked_h: float
    begun_h: float


class Waits:
    """What a train of a direction would wait at a border or a line, or one that waits there has waited; hours."""

    def __init__(
        self, world: World, departed: Departed, places: Mapping[str, Border | Line], directions: list[Direction]
    ) -> None:
        """`directions` are those of the services, in their order."""
        self._world, self._departed = world, departed
        self._places, self._directions = places, directions
        self._looked = 0
        self._held: list[_Held] = []

    def wait_h(self, place: str, direction: Direction) -> float:
        """The longer of the two: behind all that wait, from now on; and the longest of those that wait now, so far."""
        here = self._places[place]
        return max(here.wait_h(direction), here.waited_h(direction), self._so_far_h(place, direction))

    def _so_far_h(self, place: str, direction: Direction) -> float:
        """Of the visits that are noted and begin now or later, for most pools know ahead when they will."""
        now_h = self._world.clock.now
        self._look()
        self._held = [one for one in self._held if one.begun_h >= now_h]
        here = [one for one in self._held if (one.place, one.direction) == (place, direction)]
        return max((now_h - one.asked_h for one in here), default=0.0)

    def _look(self) -> None:
        notes, now_h = self._world.notes, self._world.clock.now
        for k in range(self._looked, len(notes.train)):
            if notes.begun_h[k] > notes.asked_h[k] and notes.begun_h[k] >= now_h:
                service = self._departed.rows[notes.train[k]][0]
                at = self._world.stages[notes.stage[k]]
                self._held.append(_Held(at[1], self._directions[service], notes.asked_h[k], notes.begun_h[k]))
        self._looked = len(notes.train)
