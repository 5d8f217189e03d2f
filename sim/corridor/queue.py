"""Boxes that wait for a service: boarded in the order in which they became ready, for ever in step with the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from simpy.events import Event

if TYPE_CHECKING:
    from sim.corridor.world import World

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

NOBODY: Ids = np.empty(0, dtype=np.int64)


class Queue:
    """Boxes in the order of readiness (the lower number first in a tie). Boxes may join with future ready times."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._ready_h: Floats = np.empty(0)
        self._joining: list[tuple[Ids, Floats]] = []
        self._news: Event | None = None

    def join(self, ids: Ids, ready_h: Floats) -> None:
        """These boxes may board from `ready_h` on."""
        self._joining.append((ids, ready_h))
        if self._news is not None:
            news, self._news = self._news, None
            news.succeed()

    def news(self) -> Event:
        """An event that happens when the next boxes join."""
        if self._news is None:
            self._news = self._world.clock.event()
        return self._news

    def board(self, closing_h: float, room_teu: int) -> tuple[Ids, int, int]:
        """Take what boards: the longest row of boxes ready at `closing_h` that fits, strictly in order.

        Returns their numbers, their TEU, and the TEU that were ready too and stay behind.
        """
        if self.first_ready_h > closing_h:
            return NOBODY, 0, 0
        teu = self._ready_teu(closing_h)
        fits = int(teu.searchsorted(room_teu, side="right"))
        boarded, self._ids, self._ready_h = self._ids[:fits], self._ids[fits:], self._ready_h[fits:]
        load_teu = int(teu[fits - 1]) if fits else 0
        return boarded, load_teu, int(teu[-1]) - load_teu

    def waiting_teu(self, closing_h: float) -> int:
        """TEU that are ready at `closing_h`."""
        return 0 if self.first_ready_h > closing_h else int(self._ready_teu(closing_h)[-1])

    def _ready_teu(self, closing_h: float) -> Ids:
        """TEU of the boxes that are ready at `closing_h`, added up in order."""
        ready = int(self._ready_h.searchsorted(closing_h, side="right"))
        return self._world.cargo.table.teu[self._ids[:ready]].cumsum()

    def full_h(self, room_teu: int, smallest_teu: int) -> float:
        """When boxes now known fill a train of `room_teu`: it is full when the smallest box would no longer fit."""
        self._sort()
        teu = self._world.cargo.table.teu[self._ids[:room_teu]].cumsum()
        full = int(teu.searchsorted(room_teu - smallest_teu, side="right"))
        return float(self._ready_h[full]) if full < len(teu) else np.inf

    @property
    def first_ready_h(self) -> float:
        """When the first waiting box is, or was, ready."""
        if self._joining:
            self._sort()
        return float(self._ready_h[0]) if len(self._ids) else np.inf

    @property
    def ids(self) -> Ids:
        """All boxes here, ready or not, in order."""
        self._sort()
        return self._ids

    def _sort(self) -> None:
        if not self._joining:
            return
        ids = np.concatenate([self._ids, *(ids for ids, _ in self._joining)])
        ready_h = np.concatenate([self._ready_h, *(ready for _, ready in self._joining)])
        order = np.lexsort((ids, ready_h))
        self._ids, self._ready_h = ids[order], ready_h[order]
        self._joining = []

    def state(self) -> dict[str, Any]:
        """What must be saved to go on from here."""
        self._sort()
        return {"ids": self._ids, "ready": self._ready_h}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""
        self._ids, self._ready_h = state["ids"], state["ready"]
