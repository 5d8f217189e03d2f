"""A results folder comes out again, byte for byte; what was altered, or comes out otherwise, is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from commands import sim

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def run(small: Path, tmp_path: Path) -> Path:
    """The folder of a run with a change on the command line."""
    out = tmp_path / "mine"
    words = ["-n", "6", "--jobs", "1", "--no-figures", "--quiet", "--seed", "5"]
    assert sim("run", small, *words, "--set", "services.out.capacity_teu=30", "--out", out) == 0
    return out


def test_a_run_is_reproduced_from_its_folder_alone(run: Path, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = run.rename(run.with_name("moved elsewhere"))
    before = {file: file.read_bytes() for file in moved.rglob("*") if file.is_file()}
    assert sim("reproduce", moved, "--jobs", "1") == 0
    assert "8 of 8 files come out the same, byte for byte." in capsys.readouterr().out
    assert {file: file.read_bytes() for file in moved.rglob("*") if file.is_file()} == before


def test_figures_are_reproduced_in_their_language(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim("run", small, "-n", "2", "--jobs", "1", "--lang", "zh", "--quiet", "--out", "mine") == 0
    assert sim("reproduce", "mine", "--jobs", "1", "--lang", "zh") == 0
    assert "逐字节一致" in capsys.readouterr().out


def test_a_run_to_a_precision_is_reproduced(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--precision", "5%", "--jobs", "1", "--no-figures", "--quiet", "--out", "mine"]
    assert sim("run", small, *words) == 0
    assert json.loads(Path("mine/manifest.json").read_text(encoding="utf-8"))["replications"]["precision"] == 0.05
    assert sim("reproduce", "mine", "--jobs", "1") == 0


def test_a_table_that_was_altered_is_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = run / "summary.csv"
    file.write_bytes(file.read_bytes().replace(b"carried_teu", b"carried_TEU", 1))
    assert sim("reproduce", run, "--jobs", "1") == 3
    out = capsys.readouterr().out
    assert "ALTERED since it was written" in out
    assert "Not reproduced: 1 of 8 files." in out


def test_what_comes_out_otherwise_is_named_and_so_is_what_it_was_run_with(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    content = (run / "summary.csv").read_bytes().replace(b"carried_teu", b"carried_TEU", 1)
    (run / "summary.csv").write_bytes(content)
    manifest["files"]["summary.csv"] = hashlib.sha256(content).hexdigest()
    manifest["model_version"] = "of-another-day"
    (run / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    assert sim("reproduce", run, "--jobs", "1") == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "DIFFERS" in out
    assert "It was run with model of-another-day; here is" in out


@pytest.mark.parametrize("lacking", ["manifest.json", "summary.csv"])
def test_a_folder_that_lacks_something_is_not_reproduced(
    run: Path, lacking: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / lacking).unlink()
    assert sim("reproduce", run, "--jobs", "1") == (1 if lacking == "manifest.json" else 3)
    said = capsys.readouterr()
    assert "INCOMPLETE" in said.err if lacking == "manifest.json" else "missing" in said.out


def test_a_comparison_is_not_a_run(run: Path, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", small, "-n", "6", "--jobs", "1", "--no-figures", "--quiet", "--seed", "5", "--out", "base") == 0
    assert sim("compare", "base", run, "--no-figures", "--quiet", "--out", "both") == 0
    assert sim("reproduce", "both") == 1
    assert "both does not hold a run of a scenario" in capsys.readouterr().err


def test_the_manifest_says_what_a_reader_must_know_to_do_it_again(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    known = {"scenario_hash", "inputs", "set", "seed", "bit_generator", "replications", "warm_up_days", "horizon_h"}
    known |= {"package", "python", "system", "libraries", "command", "started", "finished", "files", "model_version"}
    assert known <= manifest.keys()
    assert manifest["inputs"].keys() == {"small.yaml"}
    assert (manifest["seed"], manifest["set"]) == (5, ["services.out.capacity_teu=30"])
    assert manifest["replications"] == {"asked": 6, "finished": 6, "failed": []}
    assert {"commit", "changed_since"} <= manifest["package"].keys()
