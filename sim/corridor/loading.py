"""How trains are loaded and unloaded: the first and the last stage of a journey."""

from __future__ import annotations

from sim.corridor.terminal import Terminal
from sim.corridor.train import Train
from sim.corridor.world import Process
from sim.trace import Stage
from sim.variation import Varying


class Loading:
    """The stage of loading: the list is closed, the boxes are lifted on, the train is made up and leaves.

    It is noted as begun so late that it ends with the departure: what a cut-off leaves over is waiting, not work.
    """

    def __init__(self, terminal: Terminal, service: str, make_up_h: Varying) -> None:
        world = terminal.world
        self._terminal = terminal
        self._number = world.stage_number(Stage.LOADING, terminal.name)
        self._make_up_h = make_up_h.by_number(world.streams, f"service/{service}/make_up")

    def handle(self, train: Train) -> None:
        """Load the boxes, for the list has closed now; then make the train up. It does not leave before its time."""
        world, closed_h = self._terminal.world, train.due_h
        self._terminal.load(train)
        made_up_h = train.due_h + self._make_up_h[train.number]
        train.due_h = max(made_up_h, train.planned_h)
        begun_h = min(closed_h + (train.due_h - made_up_h), train.due_h)
        world.note(train.row, self._number, closed_h, begun_h, train.due_h)


class Unloading:
    """The stage of unloading: the train is placed (the vessel berthed), then its boxes are lifted off."""

    def __init__(self, terminal: Terminal, service: str, placing_h: Varying) -> None:
        world = terminal.world
        self._terminal = terminal
        self._number = world.stage_number(Stage.UNLOADING, terminal.name)
        self._placing_h = placing_h.by_number(world.streams, f"service/{service}/placing")

    def handle(self, train: Train) -> Process | None:
        """Place the train and unload it; `due_h` becomes the end of the last lift."""
        placed_h = train.due_h + self._placing_h[train.number]
        if self._terminal.handling:  # units are shared: ask for them when the train is there, not before
            return self._when_placed(train, placed_h)
        self._unload(train, placed_h)
        return None

    def _when_placed(self, train: Train, placed_h: float) -> Process:
        yield self._terminal.world.clock.at(placed_h, train.rank)
        self._unload(train, placed_h)

    def _unload(self, train: Train, placed_h: float) -> None:
        arrived_h, train.due_h = train.due_h, placed_h
        self._terminal.unload(train)
        self._terminal.world.note(train.row, self._number, arrived_h, placed_h, train.due_h)
