"""`sim verify`: exact answers as scenario files, what a verdict means, and bugs that must turn rows red."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli import _run
from sim.cli.verify import scenarios
from sim.corridor.border import GaugeChangeSpec
from sim.corridor.queue import Queue
from sim.corridor.recursion import Availability, Room
from sim.errors import ModelError
from sim.experiment.coverage import TIGHT, Cell, Procedure, exact_wait, pool, shortened, trains_of
from sim.experiment.verify import Finding, Reading, judge, verify, wider
from sim.files import dump, load, scenario_hash
from sim.scenario import Expectation, Scenario
from sim.simulate import simulate
from sim.statistics import estimate

FOLDER = Path(__file__).parents[1] / "scenarios" / "verify"


@cache
def rows() -> dict[str, Scenario]:
    return scenarios((), FOLDER)


def findings(row: str, replications: int = 10) -> list[Finding]:
    return verify({row: rows()[row].but(verify_replications=replications)})


def readings(row: str, replications: int = 10) -> dict[str, Reading]:
    expected = rows()[row].expect
    return dict(zip(expected, (one.reading for one in findings(row, replications)), strict=True))


# --- by hand: the ends that a mean does not show


def test_a1_the_first_box_of_a_train_the_last_and_the_longest_wait() -> None:
    """The first waits 23.5 h and is lifted at once, the 24th 0.5 h and then 11 h."""
    trace = simulate(rows()["A1"], 0)
    boxes = trace.containers
    train = np.flatnonzero(boxes.train[0] == boxes.train[0, len(boxes) // 2])
    door_to_unloaded_h = boxes.unloaded_h[0, train] - boxes.at_gate_h[train]
    waited_h = boxes.unloaded_h[0, train] - boxes.unloaded_h[0, train].min()
    assert len(train) == 24
    assert (door_to_unloaded_h[0], door_to_unloaded_h[-1]) == (124.5, 112.5)
    assert waited_h.max() == 11.0


def test_a7_the_train_is_cleared_after_seven_hours() -> None:
    """Fourteen rounds of three lifts, half an hour each; the first is done half an hour after the train is there."""
    boxes = simulate(rows()["A7"], 0).containers
    unloaded_h = boxes.unloaded_h[0][np.isfinite(boxes.unloaded_h[0])]
    assert len(unloaded_h) == 40
    assert unloaded_h.max() - (unloaded_h.min() - 0.5) == 7.0


def expectation(exact: Any = 10.0, **what: Any) -> Expectation:
    return Expectation.model_validate({"name": "x", "measure": "carried_teu", "exact": exact, "source": "test"} | what)


# --- the verdict


def test_a_mean_passes_only_if_its_interval_is_narrow_and_holds_the_exact_figure() -> None:
    narrow, wide = np.array([9.9, 10.0, 10.1] * 10), np.array([5.0, 10.0, 15.0] * 10)
    assert judge("r", expectation(max_half_width_pct=1), narrow).reading is Reading.PASS
    assert judge("r", expectation(max_half_width_pct=1), narrow + 1).reading is Reading.OUTSIDE
    assert judge("r", expectation(max_half_width_pct=1), wide).reading is Reading.INCONCLUSIVE
    assert judge("r", expectation(max_half_width_pct=30), wide).reading is Reading.PASS


def test_one_run_or_none_has_no_interval_and_is_inconclusive() -> None:
    assert judge("r", expectation(max_half_width_pct=100), np.array([10.0])).reading is Reading.INCONCLUSIVE
    assert judge("r", expectation(max_half_width_pct=100), np.array([np.nan])).reading is Reading.INCONCLUSIVE


def test_a_figure_by_hand_must_come_to_the_digit() -> None:
    assert judge("r", expectation(), np.array([10.0 + 1e-9])).reading is Reading.PASS
    assert judge("r", expectation(), np.array([10.0 + 1e-7])).reading is Reading.OUTSIDE
    assert judge("r", expectation(), np.array([np.nan])).reading is Reading.OUTSIDE


def test_what_must_not_be_known_is_not_nought() -> None:
    assert judge("r", expectation("none"), np.array([np.nan])).reading is Reading.PASS
    assert judge("r", expectation("none"), np.array([0.0])).reading is Reading.OUTSIDE


def test_a_quick_interval_may_be_as_much_wider_as_fewer_replications_make_it() -> None:
    assert wider(40, 40) == wider(30, 1) == 1.0
    assert wider(40, 10) == pytest.approx(4.7809 / 3.5581 * 2, rel=1e-3)  # Student's t, 9 and 39 degrees


# --- the rows


@pytest.mark.parametrize("row", [name for name in rows() if name.startswith("A")])
def test_the_rows_by_hand_come_to_the_digit(row: str) -> None:
    assert {one.reading for one in findings(row)} == {Reading.PASS}


def test_a_row_is_an_ordinary_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["sim", "run", str(FOLDER / "E1-K30.yaml"), "-n", "2", "--jobs", "1", "--no-figures"]
    monkeypatch.setattr(sys, "argv", command)
    assert _run() == 0
    assert load(tmp_path / "results" / "E1-K30" / "scenario.yaml") == rows()["E1-K30"]


def test_a_yard_that_turns_away_is_said_before_and_after_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    row = str(FOLDER / "G2.yaml")
    for command in (["check", row], ["run", row, "-n", "2", "--jobs", "1", "--no-figures"]):
        monkeypatch.setattr(sys, "argv", ["sim", *command])
        assert _run() == 0
    printed = capsys.readouterr().out
    assert "turns trucks away when full" in printed
    assert re.search(
        r"Warning: 2,\d\d\d TEU of Corridor \(\d\.\d %\) are turned away at a full yard, and lost\.", printed
    )


def test_each_row_says_how_its_figures_were_derived() -> None:
    assert all(scenario.derivation and scenario.expect for scenario in rows().values())


def test_what_is_expected_is_no_part_of_the_scenario_that_is_hashed() -> None:
    row = rows()["E1-K30"]
    assert scenario_hash(row.but(expect={}, derivation="x", verify_replications=3)) == scenario_hash(row)
    assert scenario_hash(row.but(seed=3)) != scenario_hash(row)
    assert "max_half_width_pct: 1" in dump(row)


# --- the command


def called(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "verify", "--folder", str(FOLDER), *words])
    return _run()


def test_a_part_of_the_name_names_several_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, "a2", "A3") == 0
    printed = capsys.readouterr().out
    assert "7 of 7 figures pass" not in printed
    assert "8 of 8 figures pass (3 replications)." in printed
    assert "A2-followed" in printed


def test_it_speaks_chinese(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(monkeypatch, "A5", "--lang", "zh") == 0
    printed = capsys.readouterr().out
    assert "精确解检验" in printed
    assert "拒收（箱）" in printed


def test_an_unknown_row_is_wrong_usage_and_the_rows_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, "E9") == 2
    assert "there is no row 'E9'" in capsys.readouterr().err


def test_a_row_that_fails_is_shown_and_ends_with_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Queue, "board", planted_board(lambda closing_h, room: (np.nextafter(closing_h, 0), room)))
    assert called(monkeypatch, "A3") == 3
    printed = capsys.readouterr().out
    assert "FAILS: outside" in printed
    assert "1 of 2 figures pass (1 replications)." in printed  # both boxes are carried, a day late


# --- tests of the tests: a bug is planted, the row turns red


def planted_board(change: Callable[[float, int], tuple[float, int]]) -> Callable[..., Any]:
    board = Queue.board
    return lambda queue, closing_h, room_teu: board(queue, *change(closing_h, room_teu))


def without_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.simulate.audit", lambda *_: [])


def test_a_full_yard_that_turns_nobody_away_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "holds", lambda *_: True)
    with pytest.raises(ModelError):
        findings("A5")
    without_audit(monkeypatch)
    assert set(readings("A5").values()) == {Reading.OUTSIDE}
    assert readings("G2")["loss"] is Reading.OUTSIDE


def test_a_slot_that_is_free_too_early_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "settle", lambda room, _: setattr(room, "taken", 0.0))
    without_audit(monkeypatch)
    assert readings("A5")["served"] is Reading.OUTSIDE


def test_one_slot_more_in_the_yard_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    holds = Room.holds
    monkeypatch.setattr(Room, "holds", lambda room, teu: holds(room, teu - 1))
    without_audit(monkeypatch)
    assert readings("G2", 60)["loss"] is Reading.OUTSIDE  # 0.0669


def test_one_place_less_on_each_train_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queue, "board", planted_board(lambda closing_h, room: (closing_h, room - 1)))
    (wait, left) = findings("E1-K26", 40)
    assert wait.found.mean == pytest.approx(21.5, rel=0.1)
    assert Reading.PASS not in (wait.reading, left.reading)


def test_one_place_more_on_each_train_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queue, "board", planted_board(lambda closing_h, room: (closing_h, room + 1)))
    without_audit(monkeypatch)
    assert set(readings("E1-K26", 40).values()) == {Reading.OUTSIDE}  # 13.918


def test_trains_that_take_all_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queue, "board", planted_board(lambda closing_h, _: (closing_h, 1_000_000)))
    without_audit(monkeypatch)
    assert readings("E1-K26")["wait"] is Reading.OUTSIDE  # 12.0


def test_arrivals_as_regular_as_a_clock_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.corridor.market._random", lambda *given: np.arange(0.5, given[3][1]))
    assert readings("E1-K26")["wait"] is Reading.OUTSIDE  # 12.0
    assert readings("G2")["loss"] is Reading.OUTSIDE  # 0


def test_closures_that_are_ignored_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Availability, "next_open", lambda _, at_h: at_h)
    assert readings("H4")["wait"] is Reading.OUTSIDE  # 0


def test_work_that_does_not_vary_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GaugeChangeSpec, "work_h", lambda change, *_: change.base_h)
    assert readings("Z1")["door_to_door"] is Reading.OUTSIDE  # about 270 h


# --- the coverage of our own intervals


def test_the_band_of_a_true_procedure() -> None:
    low, high = Cell(Procedure.MEAN, TIGHT, 30, 0.95, 1900, 2000).band
    assert (low, high) == (0.9335, 0.9655)


def test_a_cell_fails_below_its_band_and_a_control_has_to() -> None:
    assert Cell(Procedure.MEAN, TIGHT, 30, 0.95, 1867, 2000).as_it_should
    assert not Cell(Procedure.MEAN, TIGHT, 30, 0.95, 1866, 2000).as_it_should
    assert not Cell(Procedure.ONE_RUN, TIGHT, 30, 0.95, 1867, 2000).as_it_should
    assert Cell(Procedure.ONE_RUN, TIGHT, 30, 0.95, 900, 2000).as_it_should


def covered(samples: list[np.ndarray]) -> float:
    exact = exact_wait(rows()[TIGHT])
    return float(np.mean([(found := estimate(one)).low <= exact <= found.high for one in samples]))


def test_intervals_of_independent_replications_cover() -> None:
    assert covered(list(pool(shortened(rows()[TIGHT], 60), 25))) >= 0.80


def test_trains_of_one_run_taken_as_independent_do_not_cover() -> None:
    assert covered([trains_of(shortened(rows()[TIGHT], 60), number) for number in range(150)]) < 0.80


def test_the_trains_of_a_run_have_the_mean_wait_of_its_boxes() -> None:
    short = shortened(rows()[TIGHT], 60)
    (one,) = pool(short, 1)[:, :1]
    assert trains_of(short, 0).mean() == pytest.approx(one[0])
