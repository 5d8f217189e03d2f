"""Jobs side by side: whoever does them, whatever dies, each is done once; what kills again and again is set aside."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.experiment.replicate import Parcel, _packed
from sim.experiment.workers import TRIES, ClusterError, Workers
from sim.files import load

ROOT = Path(__file__).parents[1]
SECONDS_FOR_ORPHANS = 5


def square(number: int) -> int:
    return number * number


def square_or_die_once(number: int, marks: Path) -> int:
    """Job 3 kills its process the first time."""
    mark = marks / f"died-{number}"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def square_or_die(number: int, marks: Path) -> int:
    """Job 3 kills its process whenever it is tried, and leaves a mark each time."""
    if number == 3:
        (marks / f"{time.monotonic_ns()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_every_job_is_done_whoever_does_it(jobs: int) -> None:
    done = dict(Workers(jobs).results(square, {n: (n,) for n in range(20)}))
    assert done == {n: n * n for n in range(20)}


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    done = list(Workers(2).results(square_or_die_once, {n: (n, tmp_path) for n in range(8)}))
    assert sorted(done) == [(n, n * n) for n in range(8)], "each once"
    assert (tmp_path / "died-3").exists(), "a worker did die"


def test_a_job_that_always_kills_is_set_aside_and_the_others_are_done(tmp_path: Path) -> None:
    done = dict(Workers(2).results(square_or_die, {n: (n, tmp_path) for n in range(6)}))
    assert done == {n: None if n == 3 else n * n for n in range(6)}
    assert TRIES <= len(list(tmp_path.iterdir())) <= TRIES + 2, "alone three times, in company twice at most"


def test_what_a_job_raises_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        list(Workers(2).results(divmod, {"": (1, 0)}))


def test_no_scheduler_at_the_address_is_said() -> None:
    with pytest.raises(ClusterError, match=r"there is no Dask scheduler at tcp://127\.0\.0\.1:9"):
        list(Workers(2, "tcp://127.0.0.1:9").results(square, {1: (1,)}))


# --- the program as a whole

POISON = """
import os, signal, sys
from sim.experiment import replicate
real = replicate._record
def poisonous(scenario, number):
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(scenario, number)
if __name__ == "__main__":
    replicate._record = poisonous
    from sim.cli import main
    main()
"""


def test_a_replication_that_kills_is_named_and_the_rest_is_there(tmp_path: Path, small: Path) -> None:
    (tmp_path / "poison.py").write_text(POISON, encoding="utf-8")
    words = ["run", str(small), "-n", "4", "--jobs", "2", "--no-figures", "--quiet", "--out", str(tmp_path / "out")]
    command = [sys.executable, str(tmp_path / "poison.py"), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 3, done.stderr
    assert "set aside, for each killed its process 3 times (out of memory?): replication 2" in done.stderr
    replications = (tmp_path / "out" / "replications.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {line.split(",")[1] for line in replications[1:]} == {"0", "1", "3"}
    assert '"failed": [\n      "2"' in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("moment", ["as they start", "at work"])
def test_no_worker_outlives_its_parent(tmp_path: Path, moment: str) -> None:
    words = ["run", str(ROOT / "scenarios" / "2020.yaml"), "-n", "500", "--jobs", "2", "--out", str(tmp_path / "out")]
    run = subprocess.Popen([sys.executable, "-m", "sim", *words], cwd=ROOT, env=environment())
    try:
        workers = _once(run.pid, tmp_path / "out" if moment == "at work" else None)
    finally:
        run.kill()
        run.wait()
    _, alive = psutil.wait_procs(workers, timeout=SECONDS_FOR_ORPHANS)
    assert len(workers) >= 2
    assert not alive


def _once(pid: int, folder: Path | None) -> list[psutil.Process]:
    """The processes below `pid`, once there are two; with a folder, once a replication has been kept in it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = psutil.Process(pid).children(recursive=True)
        if len(found) >= 2 and (folder is None or any(folder.glob(".replications/*/0*"))):
            return found
        time.sleep(0.005)
    raise AssertionError("nothing came of it within a minute")


CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        assert len(cluster.workers) == 2
        sys.argv += ["--cluster", cluster.scheduler_address]
        from sim.cli import _run
        code = _run()
    sys.exit(code)
"""


@pytest.mark.slow
def test_the_same_bytes_for_one_two_and_eight_jobs_and_on_a_dask_cluster(tmp_path: Path, small: Path) -> None:
    (tmp_path / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    ways = {jobs: ["-m", "sim", "run", str(small), "--jobs", jobs] for jobs in ("1", "2", "8")}
    ways["dask"] = [str(tmp_path / "cluster.py"), "run", str(small)]
    found = {}
    for way, words in ways.items():
        out = tmp_path / way / "small"
        command = [sys.executable, *words, "-n", "9", "--quiet", "--out", str(out)]
        if way in ("2", "8"):
            command += ["--no-figures"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment())
        assert done.returncode == 0, done.stderr
        found[way] = contents(out)
    assert found["1"] == found["dask"], "figures and all"
    tables = {name: content for name, content in found["1"].items() if not name.startswith("figures/")}
    assert found["2"] == tables
    assert found["8"] == tables
    assert len(tables) >= 7


def contents(folder: Path) -> dict[str, bytes]:
    """All that a run left in sight, but for its manifest, which holds times."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != "manifest.json")
    names = ((file.relative_to(folder).as_posix(), file) for file in files)
    return {name: file.read_bytes() for name, file in names if not name.startswith(".")}


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_scenario_is_packed_once_for_all_its_replications() -> None:
    """And unpacked once where they run; a few are kept packed, however many there are."""
    plan = load(ROOT / "tests" / "wrong" / "_small.yaml")
    _packed.cache_clear()
    parcel = Parcel(plan)
    sent = [pickle.dumps((parcel, number)) for number in range(2)]
    first, second = (pickle.loads(one)[0] for one in sent)  # noqa: S301  (packed by ourselves)
    assert first is second
    assert first.scenario == plan
    assert _packed.cache_info().misses == 1
    for _ in range(20):
        pickle.dumps(Parcel(plan))
    assert _packed.cache_info().currsize == 4
