"""What this process does while others simulate: it gets ready what a results folder takes, as soon as it can."""

from __future__ import annotations

from importlib import import_module
from queue import SimpleQueue
from threading import Thread

from sim.api.asked import Asked, Ready
from sim.experiment.findings import Findings, book
from sim.experiment.outcome import Outcome
from sim.experiment.tags import PAIRS, Tags, scaled, tags
from sim.files import dump
from sim.results.tables import all_tables
from sim.scenario import Scenario


class Beside(Thread):
    """Loads what is slow to load, resolves the scenario, and draws: what says where values come from as soon as the
    years are there that tags need, the rest once the scenario's own years are.

    Years for the range of demand may still be simulated then. Who interrupts does not wait.
    """

    def __init__(self, scenario: Scenario, asked: Asked) -> None:
        super().__init__(daemon=True)
        self._scenario, self._asked = scenario, asked
        self._news: SimpleQueue[tuple[str, list[Outcome]] | None] = SimpleQueue()
        self._heard: dict[str, list[Outcome]] = {}
        self._ready = Ready()
        self._failed: Exception | None = None

    def hear(self, name: str, outcomes: list[Outcome]) -> None:
        """All years of one of `wanted_runs` are there."""
        self._news.put((name, outcomes))

    def ready(self) -> Ready:
        """What is ready, all told. Raises what went wrong."""
        self._news.put(None)  # what is missing now will not come
        if self.is_alive():
            self.join()
        if self._failed:
            raise self._failed
        return self._ready

    def run(self) -> None:
        """Get ready."""
        try:
            self._prepare()
        except Exception as error:  # noqa: BLE001  (for the thread that waits)
            self._failed = error

    def _prepare(self) -> None:
        import_module("scipy.special")
        if self._asked.figures:
            import_module("sim.telling.pictures")
            import_module("sim.figures")
        self._ready.resolved = dump(self._scenario)
        if self._asked.figures and self._all_there([""]):
            self._draw({}, with_tags=False)
            names = list(scaled(self._scenario)) if self._asked.replications >= PAIRS else []
            if self._all_there(names):
                runs = {name: self._heard[name] for name in names}
                self._draw(tags(self._scenario, self._heard[""], runs) if runs else {}, with_tags=True)

    def _all_there(self, names: list[str]) -> bool:
        """Wait for these runs: whether they came."""
        while not all(name in self._heard for name in names):
            news = self._news.get()
            if news is None:
                return False
            self._heard[news[0]] = news[1]
        return True

    def _draw(self, found: Tags, *, with_tags: bool) -> None:
        from sim.figures import render
        from sim.telling.pictures import run_of

        scenario, the_book = self._scenario, book(self._scenario)
        tables = all_tables(Findings(scenario, the_book, self._heard[""], found), self._asked.id)
        run = run_of(tables, scenario, the_book)
        self._ready.pictures |= render([run], self._asked.lang, tags=with_tags)
