"""The command line as a planner uses it: the main job, its folder, comparing, errors, exit codes, both languages."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import pytest
from commands import sim

pytestmark = pytest.mark.usefixtures("elsewhere")


ROOT = Path(__file__).parents[1]
SMALL = ["-n", "12", "--jobs", "1"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The main job, with figures, in a folder of its own."""
    folder = tmp_path_factory.mktemp("结果 folder") / "2020"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        patch.setattr(sys, "argv", ["sim"])
        assert sim("run", ROOT / "scenarios" / "2020.yaml", *SMALL, "--quiet", "--out", folder) == 0
    return folder


def test_the_main_job_leaves_a_sealed_folder_with_tables_scenario_and_figures(finished: Path) -> None:
    manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    files = {f.relative_to(finished).as_posix() for f in finished.rglob("*") if f.is_file()} - {"manifest.json"}
    assert set(manifest["files"]) == {name for name in files if not name.startswith(".")}
    assert {"summary.csv", "replications.csv", "scenario.yaml", "figures/carried.png", "figures/carried.svg"} <= files
    assert manifest["replications"] == {"asked": 12, "finished": 12, "failed": []}


def test_the_summary_has_the_columns_and_ids_that_others_rely_on(finished: Path) -> None:
    rows = rows_of(finished / "summary.csv")
    columns = "scenario,measure,channel,direction,cargo,place,unit,mean,low95,high95,replications,baseline"
    assert ",".join(rows[0]) == f"{columns},difference_pct,tag"
    assert {row["channel"] for row in rows} == {"changmanou", "dalian", "tianjin", "all"}
    assert {row["direction"] for row in rows} == {"outbound", "inbound", "all"}
    assert {row["cargo"] for row in rows} <= {"local", "hub", "empty", "all"}
    assert {row["tag"] for row in rows} <= {"input-echo", "calibrated", "predicted"}
    with_baseline = [row for row in rows if row["baseline"]]
    assert {(row["measure"], row["channel"]) for row in with_baseline} == {("carried_teu", "changmanou")}
    assert {row["baseline"] for row in with_baseline} == {"10246"}


def test_the_summary_is_the_mean_of_the_replications(finished: Path) -> None:
    where = ("measure", "channel", "direction", "cargo", "place")
    values: dict[tuple[str, ...], list[float]] = {}
    for row in rows_of(finished / "replications.csv"):
        if row["value"]:
            values.setdefault(tuple(row[c] for c in where), []).append(float(row["value"]))
    for row in rows_of(finished / "summary.csv"):
        mine = values.get(tuple(row[c] for c in where), [])
        assert int(row["replications"]) == len(mine)
        if mine:
            assert float(row["mean"]) == pytest.approx(sum(mine) / len(mine), rel=1e-8)


def test_running_again_gives_the_same_bytes_whatever_the_number_of_jobs(finished: Path, tmp_path: Path) -> None:
    again = tmp_path / "2020"
    assert sim("run", ROOT / "scenarios" / "2020.yaml", "-n", "12", "--jobs", "2", "--quiet", "--out", again) == 0
    for file in sorted(f for f in finished.rglob("*") if f.is_file() and f.name != "manifest.json"):
        assert (again / file.relative_to(finished)).read_bytes() == file.read_bytes(), file.name


def test_the_resolved_scenario_runs_to_the_same_results(finished: Path, tmp_path: Path) -> None:
    again = tmp_path / "2020"
    assert sim("run", finished / "scenario.yaml", *SMALL, "--quiet", "--no-figures", "--out", again) == 0
    assert (again / "summary.csv").read_bytes() == (finished / "summary.csv").read_bytes()


def test_the_table_speaks_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", ROOT / "scenarios" / "2019.yaml", "-n", "2", "--no-figures") == 0
    out = capsys.readouterr().out
    assert "Changmanou train" in out
    assert "against 10,246 TEU (2019)" in out
    assert "Most loaded:" in out
    assert not re.search(r"[\u4e00-\u9fff]", out)


def test_the_table_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", ROOT / "scenarios" / "2020.yaml", "-n", "10", "--no-figures", "--lang", "zh") == 0
    out = capsys.readouterr().out
    english = set(re.findall(r"[A-Za-z]{2,}", out)) - {"results", "assumptions", "csv"}
    assert "长满欧班列" in out
    assert not english


def test_json_is_the_whole_of_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "3", "--no-figures", "--json") == 0
    answers = json.loads(capsys.readouterr().out)
    channel = answers["channels"][0]
    assert channel["channel"] == "changmanou"
    assert channel["against"]["value"] == 9426


def test_one_replication_has_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "1", "--no-figures") == 0
    assert "Only one replication" in capsys.readouterr().out
    assert {row["low95"] for row in rows_of(Path("results/2018/summary.csv"))} == {""}


def test_a_number_changed_on_the_command_line_is_named_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    change = "services.cmo_west.capacity_teu=60"
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "2", "--no-figures", "--set", change) == 0
    assert "capacity, TEU = 60" in capsys.readouterr().out
    rows = rows_of(Path("results/2018+services.cmo_west.capacity_teu=60/replications.csv"))
    full = [r for r in rows if r["measure"] == "teu_per_train" and r["direction"] == "outbound"]
    assert all(float(row["value"]) <= 60 for row in full)


def test_a_warm_up_that_is_too_short_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--set", "period.warm_up_days=20"]
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "2", "--no-figures", *short) == 0
    assert "the warm-up of 20 days is under three lead times" in capsys.readouterr().out


def test_wrong_scenarios_are_refused_with_exit_2_and_every_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\nperiod: {first_day: 2020-02-30}\nserwices: {}\n", encoding="utf-8")
    assert sim("run", wrong) == 2
    error = capsys.readouterr().err
    assert "serwices" in error
    assert "Did you mean 'services'?" in error
    assert "line 2" in error


def test_a_missing_file_is_refused_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", "nowhere.yaml") == 2
    assert "nowhere.yaml" in capsys.readouterr().err


def test_an_unknown_option_is_refused_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", "x.yaml", "--replicatons", "3") == 2
    assert "--replic" in capsys.readouterr().err


def test_results_that_cannot_be_written_say_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "1", "--out", "taken") == 1
    assert "--out" in capsys.readouterr().err


def test_check_shows_load_against_capacity_and_warns_where_a_backlog_must_grow(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert sim("check", ROOT / "scenarios" / "2020-no-plan.yaml") == 0
    out = capsys.readouterr().out
    assert "Zabaikalsk" in out
    assert "backlog grows by" in out


def test_compare_pairs_two_folders_year_by_year(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Path("results/2020-no-plan")
    assert sim("run", ROOT / "scenarios" / "2020-no-plan.yaml", *SMALL, "--quiet", "--no-figures") == 0
    assert sim("compare", other, finished) == 0
    out = capsys.readouterr().out
    assert "Dalian sea-rail" in out
    assert re.search(r"“2020, as planned” carries [\d,]+ ± \d+ TEU more than “2020, without the plan”", out)
    assert "timetable: not written → mon, wed, fri 20:00 (assumed: NOT in the plan" in out
    folder = Path("results/2020-no-plan_vs_2020")
    rows = rows_of(folder / "comparison.csv")
    columns = "measure,channel,direction,cargo,place,unit,base,base_mean,scenario,mean,difference,low95,high95"
    assert ",".join(rows[0]) == f"{columns},p_holm,replications"
    carried = {r["channel"]: r for r in rows if r["measure"] == "carried_teu" and r["direction"] == r["cargo"] == "all"}
    assert abs(float(carried["changmanou"]["difference"])) < 500  # shippers see more trains to the sea, no more
    assert float(carried["tianjin"]["low95"]) > 0
    paths = {row["path"] for row in rows_of(folder / "inputs.csv")}
    assert "services.dalian_rail_out.changes.2020-01-01.timetable" in paths
    figures = {path.stem for path in (folder / "figures").glob("*.png")}
    assert {"carried", "lead_times", "waterfall", "forest", "stage_difference"} <= figures


PLAIN = ["-n", "2", "-q", "--no-figures"]
TEN = ["-n", "10", "-q", "--no-figures", "--jobs", "1"]


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Ten years of 2018 with three capacities, as folders; the trains are full enough for that to matter."""
    for teu in ("60", "82", "100"):
        change = f"services.cmo_west.capacity_teu={teu}"
        assert sim("run", ROOT / "scenarios" / "2018.yaml", *TEN, "--set", change, "--out", teu) == 0
    return [Path(teu) for teu in ("82", "60", "100")]


def test_compare_takes_several_and_says_which_is_best(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("compare", *three, "--no-figures", "--best", "carried_teu", "--indifference", "50") == 0
    out = capsys.readouterr().out
    assert "(82)”" in out  # one name, three folders
    assert "(60)”" in out
    assert "Best by carried (all channels):" in out
    assert "indifference zone of 50 TEU, chosen beforehand" in out
    assert "hold together with 95 %" in out
    rows = rows_of(Path("results/82_vs_60_100/comparison.csv"))
    assert {row["scenario"] for row in rows} == {"60", "100"}
    assert {row["base"] for row in rows} == {"82"}


def test_compare_speaks_chinese_and_json(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("compare", *three, "--no-figures", "--lang", "zh") == 0
    out = capsys.readouterr().out
    assert "标箱" in out
    assert sim("compare", *three, "--no-figures", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["scenario"] for one in found["scenarios"]] == ["60", "100"]
    first = found["scenarios"][0]
    assert first["inputs"] == [{"path": "services.cmo_west.capacity_teu", "change": "changed", "base": 82, "value": 60}]
    carried = next(d for d in first["differences"] if (d["measure"], d["channel"]) == ("carried_teu", "all"))
    assert carried["difference"] < 0
    assert carried["verdict"] == "worse"


def test_compare_mixes_files_and_folders_and_pairs_the_years_that_both_have(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = ROOT / "scenarios" / "2018.yaml"
    assert sim("run", file, "-n", "3", "-q", "--no-figures", "--out", "old/2018") == 0
    assert sim("compare", "old/2018", file, "-n", "2", "--no-figures") == 0
    out = capsys.readouterr().out
    assert "has 3 years" in out
    assert "the 2 that both have are compared" in out
    assert "Exactly the same in every year: carried, trains run" in out
    assert "All inputs are the same." in out
    rows = rows_of(Path("results/old-2018_vs_scenarios-2018/comparison.csv"))
    assert max(int(row["replications"]) for row in rows) == 2
    assert {row["difference"] for row in rows} == {"0"}


def test_compare_warns_of_other_programs_and_other_periods(capsys: pytest.CaptureFixture[str]) -> None:
    file = ROOT / "scenarios" / "2018.yaml"
    assert sim("run", file, *PLAIN, "--out", "a") == 0
    assert sim("run", file, *PLAIN, "--set", "period.last_day=2018-06-30", "--out", "b") == 0
    manifest = json.loads(Path("b/manifest.json").read_text(encoding="utf-8"))
    Path("b/manifest.json").write_text(json.dumps({**manifest, "model_version": "0"}), encoding="utf-8")
    assert sim("compare", "a", "b", "--no-figures") == 0
    out = capsys.readouterr().out
    assert "different versions of the program" in out
    assert "cannot be compared, only means and shares" in out


def test_compare_refuses_runs_with_different_luck(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in ("1", "2"):
        assert sim("run", ROOT / "scenarios" / "2018.yaml", *PLAIN, "--seed", seed, "--out", seed) == 0
    assert sim("compare", "1", "2") == 1
    assert "--seed" in capsys.readouterr().err


def test_compare_refuses_what_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    file = ROOT / "scenarios" / "2018.yaml"
    for name in ("a", "b"):
        assert sim("run", file, *PLAIN, "--out", name) == 0
    assert sim("compare", "a", "a") == 1
    assert "given 2 times" in capsys.readouterr().err
    assert sim("compare", *"abcdefg") == 2
    assert "1 to 5 others" in capsys.readouterr().err
    assert sim("compare", "a", "b", "-q", "--no-figures") == 0
    assert sim("compare", "a", "results/a_vs_b") == 1
    assert "does not hold a run" in capsys.readouterr().err
    assert sim("compare", "a", "b", "--best", "carried_teu") == 2
    assert "--indifference" in capsys.readouterr().err


def test_tags_shows_what_each_headline_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("tags", ROOT / "scenarios" / "2018.yaml", "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "calibrated" in out
    assert "input-echo" in out
    kept = list(Path("results/2018/.replications").glob("*/0*"))
    assert len(kept) == 3 * 5, "five pairs of years for two scalings"


def test_story_tells_a_train_and_a_container(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = ROOT / "scenarios" / "2020.yaml"
    assert sim("story", scenario, "--train", "cmo_west/12") == 0
    assert sim("story", scenario, "--container", "local_export/101", "--lang", "zh") == 0
    out = capsys.readouterr().out
    assert "gauge change begins at Zabaikalsk" in out
    assert "送达" in out
    assert sim("story", scenario, "--train", "cmo_west/9999") == 2
    assert "write cmo_west/1" in capsys.readouterr().err


def test_schema_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("schema") == 0
    committed = (ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8")
    assert json.loads(capsys.readouterr().out) == json.loads(committed)


def test_an_interrupt_ends_with_exit_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.cli.run.findings", interrupted)
    assert sim("run", ROOT / "scenarios" / "2018.yaml", "-n", "1") == 130
