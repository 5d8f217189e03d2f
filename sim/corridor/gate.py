"""The gate of a terminal that turns trucks away when its yard is full.

A box takes its slots when its truck comes to the gate, and gives them back when its lift onto the train (or, for boxes
that came by train, onto the truck) is done. A truck that finds too few free slots is turned away, and its box is lost.
Boxes that trains bring and boxes of other traffic take slots too, but nobody turns them away. At one
instant, slots whose end was known are free first; then trucks bring boxes; then trucks fetch them, and trains whose
lists close are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.corridor.handling import Announced, Handling, HandlingSpec, Lifted, Places
from sim.corridor.recursion import Availability, Requests, Room, serve_where_there_is_room
from sim.variation import NOTHING

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

NO_WORK = HandlingSpec(units=1, lift_min=NOTHING)
"""Where there are no units a lift takes no time: one unit that is never busy does the same."""


@dataclass
class Yard:
    """The slots of a yard, and what a box takes of them: each of ours, and each of others, in TEU."""

    room: Room
    box_teu: Ids
    others_teu: float


class GatedHandling(Handling):
    """Handling units behind a gate: who is told what follows his lift is told `nan` if he was turned away."""

    def __init__(self, spec: HandlingSpec | None, availability: Availability, fetched: Lifted, yard: Yard) -> None:
        super().__init__(spec or NO_WORK, availability if spec else Availability(), fetched)
        self._room, self._others_teu = yard.room, yard.others_teu
        self._box_teu = yard.box_teu.astype(np.float64)
        self._teu, self._knocks = np.empty(0), np.empty(0, dtype=np.bool_)

    def open(self, announced: list[tuple[Announced, Lifted | None]]) -> None:
        """These lifts will be asked for: of our boxes that trucks bring, and of others, who come and go in halves."""
        super().open(announced)
        n = len(self._asked_h)
        self._teu, self._knocks = np.empty(n), np.zeros(n, dtype=np.bool_)
        for (lot, lifted), places in zip(announced, self._places, strict=True):
            if lifted:
                self._teu[places] = self._box_teu[lot.ids]
                self._knocks[places] = True
            else:
                coming = np.arange(len(lot.ids)) < len(lot.ids) // 2
                self._teu[places] = np.where(coming, self._others_teu, -self._others_teu)

    def _serve_both(self, known: Places, called: tuple[Floats, Ids, Floats]) -> Floats:
        called_h, ids, work_h = called
        asked_h = np.concatenate((self._asked_h[known], called_h))
        order = asked_h.argsort(kind="stable")
        work_h = np.concatenate((self._work_h[known], work_h))
        teu = np.concatenate((self._teu[known], -self._box_teu[ids]))
        knocks = np.concatenate((self._knocks[known], np.zeros(len(ids), dtype=np.bool_)))
        requests = Requests(asked_h[order], work_h[order], teu[order], knocks[order])
        begun_h, done_h = serve_where_there_is_room(self._free, requests, self._room, self._availability)
        let_in = np.isfinite(done_h)
        self.uses.append((requests.asked_h[let_in], begun_h[let_in], done_h[let_in]))
        by_place = np.empty(len(order))
        by_place[order] = done_h
        return by_place

    def came_by_train(self, ids: Ids, in_yard_h: Floats) -> None:
        """Boxes take their slots when they are lifted off."""
        self._room.expect(in_yard_h, self._box_teu[ids])

    def left_by_train(self, ids: Ids, loaded_h: Floats) -> None:
        """Boxes give back their slots when they are lifted on."""
        self._room.expect(loaded_h, -self._box_teu[ids])

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        return super().state() | {"room": self._room}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state, after `open`."""
        super().restore(state)
        self._room = state["room"]
