"""What is got ready while others simulate is what would have been made afterwards; what goes wrong there is told."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from commands import sim

from sim.api.asked import Asked
from sim.cli.beside import Beside
from sim.experiment.findings import book, find, wanted_runs
from sim.experiment.outcome import Outcome
from sim.experiment.replicate import How, Wanted, replications
from sim.experiment.tags import PAIRS
from sim.figures import FIGURES, render_all
from sim.files import dump, load
from sim.results.tables import all_tables
from sim.scenario import Scenario
from sim.telling.pictures import run_of

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"
EARLY = {"monthly", "string_line", "occupancy"}


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load(SMALL)


@pytest.fixture(scope="module")
def years(small: Scenario) -> list[Outcome]:
    return replications({"": Wanted(small, 3)})[""]


def files(names: Collection[str]) -> set[str]:
    return {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_what_shows_no_tags_is_drawn_once_its_own_years_are_there(small: Scenario, years: list[Outcome]) -> None:
    beside = Beside(small, Asked(SMALL))
    beside.start()
    beside.hear("demand", years[:1])
    beside.hear("", years)
    ready = beside.ready()
    assert ready.resolved == dump(small)
    assert ready.pictures.keys() == files(EARLY)


def test_with_the_years_that_tags_need_all_is_drawn_as_it_would_be_afterwards(small: Scenario, tmp_path: Path) -> None:
    done = replications(wanted_runs(small, PAIRS))
    beside = Beside(small, Asked(SMALL, replications=PAIRS))
    beside.start()
    for name in reversed(done):
        beside.hear(name, done[name])
    pictures = beside.ready().pictures
    assert pictures.keys() == files(FIGURES)
    render_all([run_of(all_tables(find(small, PAIRS), "_small"), small, book(small))], tmp_path, "en")
    assert {name: (tmp_path / name).read_bytes() for name in pictures} == pictures


def test_where_years_are_missing_nothing_is_drawn_and_nobody_waits(small: Scenario) -> None:
    beside = Beside(small, Asked(SMALL))
    beside.start()
    assert beside.ready().pictures == {}


def test_what_goes_wrong_beside_is_raised(small: Scenario) -> None:
    beside = Beside(small, Asked(SMALL))
    beside.start()
    beside.hear("", [Outcome(0, {})])
    with pytest.raises(KeyError):
        beside.ready()


def test_a_scenario_is_complete_once_and_with_all_its_years(small: Scenario) -> None:
    told: list[tuple[str, list[int]]] = []
    how = How(complete=lambda name, done: told.append((name, [one.replication for one in done])))
    replications({"a": Wanted(small, 3), "b": Wanted(small, 4, first=2)}, how)
    assert told == [("a", [0, 1, 2]), ("b", [2, 3])]


def test_as_many_years_as_it_takes_look_the_same_in_two_processes(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        words = ["--precision", "10%", "--jobs", jobs, "--quiet", "--out", tmp_path / jobs]
        assert sim("run", SMALL, *words) == 0
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / jobs / "figures").iterdir()} for jobs in ("1", "2"))
    assert len(one) == 12
    assert one == two
