"""Nothing is lost: what was simulated is kept, whatever happens, and the folder comes out the same."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import sim
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from test_workers import ROOT, contents, environment

from sim.experiment import replicate as replicate_module
from sim.experiment.outcome import Outcome, replicate
from sim.experiment.store import KEPT, Store, outcome_of, record_of
from sim.files import load

pytestmark = pytest.mark.usefixtures("elsewhere")

N = 6


def run(plan: Path, out: Path, n: int = N, *more: str) -> int:
    return sim("run", plan, "-n", str(n), "--jobs", "1", "--no-figures", "--quiet", "--out", out, *more)


@pytest.fixture(scope="module")
def outcome(small: Path) -> Outcome:
    return replicate(load(small), 0)


@pytest.fixture(scope="module")
def unbroken(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The folder of a run that nothing happened to."""
    out = tmp_path_factory.mktemp("unbroken") / "small"
    assert run(small, out) == 0
    return contents(out)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replications that are simulated from here on."""
    numbers: list[int] = []
    real = replicate_module.replicate

    def noted(scenario: object, number: int) -> Outcome:
        numbers.append(number)
        return real(scenario, number)  # type: ignore[arg-type]

    monkeypatch.setattr(replicate_module, "replicate", noted)
    return numbers


# --- records


def test_a_record_read_back_is_the_outcome_and_the_same_bytes(outcome: Outcome) -> None:
    record = record_of(outcome)
    back = outcome_of(record)
    assert record_of(back) == record
    assert repr(back.values) == repr(outcome.values), "to the last digit; nan is nan"
    assert back.departures == outcome.departures
    assert back.lead_times.keys() == outcome.lead_times.keys()
    assert all((back.lead_times[key] == counts).all() for key, counts in outcome.lead_times.items())
    assert all((back.monthly[key] == column).all() for key, column in outcome.monthly.items())


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_a_flipped_bit_is_a_damaged_record(outcome: Outcome, place: int, bit: int) -> None:
    record = bytearray(record_of(outcome))
    record[place % len(record)] ^= 1 << bit
    with pytest.raises(ValueError, match="damaged"):
        outcome_of(bytes(record))


@pytest.mark.parametrize("content", [b"", b"\n", b"abc", b"abc\nabc"])
def test_what_is_no_record_counts_as_none(tmp_path: Path, outcome: Outcome, content: bytes) -> None:
    store = Store(tmp_path)
    store.put("a" * 64, 0, record_of(outcome))
    assert store.get("a" * 64, 0)
    (file,) = (tmp_path / KEPT).rglob("000000")
    file.write_bytes(content)
    assert store.get("a" * 64, 0) is None


# --- runs again


def test_more_replications_only_add(small: Path, tmp_path: Path, simulated: list[int]) -> None:
    assert run(small, tmp_path / "out", 3) == 0
    assert simulated == [0, 1, 2]
    simulated.clear()
    assert run(small, tmp_path / "out", 6) == 0
    of_the_scenario = [number for number in simulated if number >= 3]
    assert of_the_scenario == [3, 4, 5, 3, 4, 3, 4], "its own, and the fourth and fifth pair of either scaling"
    simulated.clear()
    assert run(small, tmp_path / "out", 6) == 0
    assert simulated == []


def test_fewer_replications_are_those_of_a_run_of_so_many(
    small: Path, tmp_path: Path, unbroken: dict[str, bytes]
) -> None:
    assert run(small, tmp_path / "small", N + 3) == 0
    assert run(small, tmp_path / "small") == 0
    assert contents(tmp_path / "small") == unbroken


def test_another_scenario_is_simulated_anew_and_changing_it_back_costs_nothing(
    small: Path, tmp_path: Path, simulated: list[int]
) -> None:
    run(small, tmp_path / "out", 3)
    simulated.clear()
    run(small, tmp_path / "out", 3, "--set", "services.out.capacity_teu=400")
    assert simulated == [0, 1, 2]
    simulated.clear()
    run(small, tmp_path / "out", 3)
    assert simulated == []


def test_draws_that_were_simulated_are_not_simulated_again(small: Path, tmp_path: Path, simulated: list[int]) -> None:
    run(small, tmp_path / "out", 5, "--uncertainty", "--draws", "10")
    run(small, tmp_path / "out", 3)
    simulated.clear()
    run(small, tmp_path / "out", 5, "--uncertainty", "--draws", "10")
    assert simulated == []


def test_what_another_model_made_is_swept(small: Path, tmp_path: Path) -> None:
    run(small, tmp_path / "out", 3)
    mine = next((tmp_path / "out" / KEPT).iterdir())
    old = mine.with_name("0123456789abcdef-another")
    mine.rename(old)
    run(small, tmp_path / "out", 3)
    assert not old.exists()


def test_a_damaged_record_is_simulated_again_to_the_same_bytes(
    small: Path, tmp_path: Path, unbroken: dict[str, bytes], simulated: list[int]
) -> None:
    run(small, tmp_path / "small")
    simulated.clear()
    file = next(file for file in sorted((tmp_path / "small" / KEPT).rglob("000003")))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert run(small, tmp_path / "small") == 0
    assert simulated == [3]
    assert contents(tmp_path / "small") == unbroken


# --- kill −9, Ctrl-C

MOMENTS: dict[str, Callable[[Path], bool]] = {
    "the first is kept": lambda out: any(out.glob(f"{KEPT}/*/0*")),
    "eight are kept": lambda out: len(list(out.glob(f"{KEPT}/*/0*"))) >= 8,
    "tables are written": lambda out: (out / "assumptions.csv").exists(),
    "figures are drawn": lambda out: any((out / "figures").glob("*")),
}


def begun(small: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    words = ["run", str(small), "-n", str(N), "--jobs", "2", "--quiet", "--out", str(out), *more]
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        cwd=ROOT,
        env=environment(),
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not happened() and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_after_kill_9_a_second_run_ends_with_the_same_bytes(small: Path, tmp_path: Path, moment: str) -> None:
    whole, broken = tmp_path / "whole" / "small", tmp_path / "broken" / "small"
    finish(begun(small, whole))
    process = begun(small, broken)
    wait_until(lambda: MOMENTS[moment](broken), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    unfinished = not (broken / "manifest.json").exists()
    assert (broken / "INCOMPLETE").exists() == unfinished
    kept = {file: file.stat().st_mtime_ns for file in broken.glob(f"{KEPT}/*/0*")}
    assert kept
    finish(begun(small, broken))
    assert contents(broken) == contents(whole)
    assert all(file.stat().st_mtime_ns == then for file, then in kept.items()), "what was kept is not done again"
    assert not list(broken.rglob("*.tmp")) + list(broken.rglob("*.part"))


@pytest.mark.slow
def test_ctrl_c_leaves_at_once_and_the_work_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "2020"
    process = begun(ROOT / "scenarios" / "2020.yaml", out, "-n", "300")
    wait_until(lambda: len(list(out.glob(f"{KEPT}/*/0*"))) >= 4, process)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=2)
    assert process.returncode == 130
    assert said.decode() == f"What was simulated is kept in {out}: the same command goes on from there.\nInterrupted.\n"
    assert len(list(out.glob(f"{KEPT}/*/0*"))) >= 4
    assert (out / "INCOMPLETE").exists()


# --- disk and folder


@pytest.mark.parametrize("nth", [1, 2, 3, 8, 20, 27, 31])
def test_a_full_disk_is_said_and_a_second_run_goes_on(
    small: Path,
    tmp_path: Path,
    unbroken: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    nth: int,
) -> None:
    real, calls = os.fsync, iter(range(1, 1000))

    def full(handle: int) -> None:
        if next(calls) >= nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert run(small, tmp_path / "small") == 1
    assert "No space left on device. Is it open in another program, or the disk full?" in capsys.readouterr().err
    assert not (tmp_path / "small" / "manifest.json").exists()
    assert not list((tmp_path / "small").rglob("*.tmp"))
    assert run(small, tmp_path / "small") == 0
    assert contents(tmp_path / "small") == unbroken


def test_two_runs_in_one_folder_are_refused(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / ".lock"):
        assert run(small, out) == 1
        assert "another run is writing into" in capsys.readouterr().err
    assert run(small, out) == 0


def test_a_file_in_place_of_the_folder_is_refused(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert run(small, tmp_path / "out") == 1
    assert "it is a file. Name another folder with --out." in capsys.readouterr().err
    assert run(small, tmp_path / "out" / "below") == 1
    assert "Name another folder with --out." in capsys.readouterr().err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_file_in_place_of_the_figures_is_refused(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    assert run(small, tmp_path / "out", 2) == 0
    (tmp_path / "out" / "figures").write_text("mine", encoding="utf-8")
    assert sim("run", small, "-n", "2", "--jobs", "1", "--quiet", "--out", tmp_path / "out") == 1
    assert "cannot write into" in capsys.readouterr().err


def test_a_comparison_does_not_overwrite_one_of_its_runs(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(small, tmp_path / "a", 3)
    run(small, tmp_path / "b", 3, "--set", "services.out.capacity_teu=400")
    before = contents(tmp_path / "a")
    assert sim("compare", tmp_path / "a", tmp_path / "b", "--no-figures", "--quiet", "--out", tmp_path / "a") == 1
    assert "holds one of the runs that are compared" in capsys.readouterr().err
    assert contents(tmp_path / "a") == before


def test_a_table_that_was_altered_is_not_compared(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(small, tmp_path / "a", 3)
    run(small, tmp_path / "b", 3, "--set", "services.out.capacity_teu=400")
    file = tmp_path / "b" / "replications.csv"
    file.write_bytes(file.read_bytes()[:-10])
    assert sim("compare", tmp_path / "a", tmp_path / "b", "--no-figures", "--quiet", "--out", tmp_path / "c") == 1
    assert "replications.csv was altered since it was written" in capsys.readouterr().err


def test_notes_in_a_results_folder_are_nobodys_business(small: Path, tmp_path: Path) -> None:
    run(small, tmp_path / "a", 3)
    (tmp_path / "a" / "notes.txt").write_text("mine", encoding="utf-8")
    run(small, tmp_path / "a", 3)
    assert sim("reproduce", tmp_path / "a", "--jobs", "1", "--quiet") == 0
    assert (tmp_path / "a" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_without_cargo_a_precision_asks_for_no_more_years(small: Path, tmp_path: Path) -> None:
    nothing = ["--set", "markets.hub_export.teu_per_year.2020=0", "--set", "markets.local_export.teu_per_year.2020=0"]
    assert sim("run", small, "--precision", "5%", *nothing, "--no-figures", "--quiet", "--out", tmp_path / "a") == 0
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replications"] == {"precision": 0.05, "reached_at": None, "finished": 10, "failed": []}
