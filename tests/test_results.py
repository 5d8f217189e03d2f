"""The results folder: whole or not at all, the same bytes for the same findings, sealed last."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from traces import corridor, merged

from sim.disk import hash_of, model_version, write_file
from sim.errors import FolderError
from sim.experiment.findings import Findings, find
from sim.experiment.replicate import How
from sim.experiment.workers import Workers
from sim.kpis import MEASURES, Key
from sim.results import folder as folder_module
from sim.results.folder import (
    INCOMPLETE,
    LOCK,
    NOT_YET,
    SEALED,
    Folder,
    csv_bytes,
    read_csv,
    read_manifest,
)
from sim.results.tables import Table, all_tables, value_at
from sim.scenario import Scenario
from sim.statistics import estimate

N = 12
LAND = Key("land")
NAN = float("nan")

PLAN: dict[str, Any] = {
    "period": {"last_day": "2020-03-10"},
    "nodes": {
        "home": {"yard_teu": 400},
        "middle": {
            "type": "border",
            "name": {"zh": "满洲里", "en": "Middle"},
            "outbound": {"gauge_change": {"slots": 1, "base_h": 6.0, "per_container_h": 0.1}},
        },
    },
    "lines": {"beyond": {"name": "Beyond", "km": 300.0, "run_h": {"low": 5.0, "likely": 6.0, "high": 11.0}}},
    "services": {"out": {"route": ["home", "track", "middle", "beyond", "west"]}},
    "baselines": {
        "of_2019": {"measure": "carried_teu", "channel": "land", "year": 2019, "value": 2000.0, "source": "a report"},
        "of_2018": {"measure": "carried_teu", "channel": "land", "year": 2018, "value": 1.0, "source": "a report"},
    },
    "facts": {
        "services.out.capacity_teu": {"grade": "documented", "source": '=HYPERLINK("http://x")', "range": [82, 500]},
        "lines.beyond.run_h": {"grade": "assumed", "source": "同行估计", "range": [5.0, 11.5], "note": "- 待核实"},
        "markets.hub_export.month_index.2": {"grade": "derived", "source": "counted, by hand"},
    },
    "markets": {"hub_export": {"month_index": [1.0, 1.0, 1.25, *[1.0] * 9]}},
}


def plan() -> Scenario:
    return Scenario.model_validate(merged(corridor(), PLAN))


@pytest.fixture(scope="module")
def found() -> Findings:
    return find(plan(), N)


@pytest.fixture(scope="module")
def tables(found: Findings) -> dict[str, Table]:
    return {table.name: table for table in all_tables(found, "small")}


def rows(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# --- the tables


def test_the_summary_has_the_columns_that_are_promised(tables: dict[str, Table]) -> None:
    expected = (
        "scenario,measure,channel,direction,cargo,place,unit,mean,low95,high95,replications,baseline,difference_pct,tag"
    )
    assert ",".join(tables["summary"].columns) == expected
    assert csv_bytes(tables["summary"]).decode("utf-8-sig").split("\r\n")[0] == expected


def test_the_replications_have_the_columns_that_are_promised(tables: dict[str, Table]) -> None:
    expected = "scenario,replication,measure,channel,direction,cargo,place,unit,value"
    assert ",".join(tables["replications"].columns) == expected


def test_there_is_a_table_for_everything(tables: dict[str, Table]) -> None:
    names = "summary replications monthly occupancy lead_times journeys assumptions"
    assert " ".join(tables) == names
    assert all(table.rows for table in tables.values())
    assert all(len(row) == len(table.columns) for table in tables.values() for row in table.rows)


def test_the_summary_is_the_mean_of_the_replications(tables: dict[str, Table]) -> None:
    values: dict[tuple[str, ...], list[float]] = {}
    head = ("measure", "channel", "direction", "cargo", "place")
    for row in rows(tables["replications"]):
        values.setdefault(tuple(row[name] for name in head), []).append(row["value"])
    summary = rows(tables["summary"])
    assert len(summary) == len(values)
    for row in summary:
        what = estimate(values[tuple(row[name] for name in head)])
        assert [row["mean"], row["low95"], row["high95"], row["replications"]] == pytest.approx(
            [what.mean, what.low, what.high, what.n], nan_ok=True
        )


MEASURES_OF_CARBON = {"co2_t", "co2_t_per_teu", "co2_market_t"}


def test_every_measure_is_in_the_summary_with_its_unit(tables: dict[str, Table]) -> None:
    units = {row["measure"]: row["unit"] for row in rows(tables["summary"])}
    without_money = [
        m
        for m in MEASURES
        if "CNY" not in m.unit and m.id not in {*MEASURES_OF_CARBON, "chosen_teu", "budget_lasted_days", "relieved_teu"}
    ]
    assert units == {measure.id: measure.unit for measure in without_money}


def test_the_latest_baseline_stands_beside_the_whole_channel_only(tables: dict[str, Table]) -> None:
    """No baseline is of the measured year, 2020: that of 2019 is the latest."""
    with_one = [row for row in rows(tables["summary"]) if row["baseline"] is not None]
    assert [(row["measure"], Key(*(row[k] for k in Key._fields))) for row in with_one] == [("carried_teu", LAND)]
    assert with_one[0]["baseline"] == 2000
    assert with_one[0]["difference_pct"] == pytest.approx(100 * (with_one[0]["mean"] - 2000) / 2000)


def test_every_row_of_the_summary_has_a_tag(tables: dict[str, Table]) -> None:
    assert {row["tag"] for row in rows(tables["summary"])} == {"input-echo", "predicted"}


def test_months_add_up_to_the_carried_of_the_summary(tables: dict[str, Table], found: Findings) -> None:
    of_land = [r for r in rows(tables["monthly"]) if (r["channel"], r["direction"]) == ("land", "outbound")]
    assert [row["month"] for row in of_land] == ["2020-02", "2020-03"]
    mean = found.estimate("carried_teu", Key("land", "outbound")).mean
    assert sum(row["mean"] for row in of_land) == pytest.approx(mean)
    assert all(row["p05"] <= row["mean"] <= row["p95"] for row in of_land)


def test_occupancy_has_a_row_for_each_noon_of_the_period(tables: dict[str, Table]) -> None:
    yard = [row for row in rows(tables["occupancy"]) if row["resource"] == "home.yard"]
    assert [yard[0]["date"], yard[-1]["date"], len(yard)] == ["2020-02-01", "2020-03-10", 29 + 10]
    assert {(row["place"], row["kind"], row["unit"], row["capacity"]) for row in yard} == {
        ("home", "in_use", "TEU", 400)
    }
    queue = [row for row in rows(tables["occupancy"]) if row["kind"] == "waiting"]
    assert {(row["resource"], row["unit"], row["capacity"]) for row in queue} == {
        ("middle.gauge_change.outbound", "trains", None)
    }


def test_percentiles_of_the_days_are_over_the_boxes_of_all_replications(
    tables: dict[str, Table], found: Findings
) -> None:
    all_out = [row for row in rows(tables["lead_times"]) if (row["channel"], row["direction"]) == ("all", "all")]
    assert [row["percentile"] for row in all_out] == list(range(1, 100))
    days = [row["days"] for row in all_out]
    assert days == sorted(days)
    assert {row["boxes"] for row in all_out} == {sum(int(o.lead_times[Key()].sum()) for o in found.outcomes)}
    medians = [outcome.values["lead_time_median_days"][Key()] for outcome in found.outcomes]
    assert min(medians) - 0.05 <= days[49] <= max(medians) + 0.05


def test_journeys_are_those_of_the_first_replication_in_local_time(tables: dict[str, Table]) -> None:
    """The run starts on 27 January and trains leave every 12 h from 12:00 on: that of 1 February, 00:00, is the tenth.
    The line takes 30 h, so that it is at the border at 06:00 on the next day."""
    journey = [row for row in rows(tables["journeys"]) if row["left"] == "2020-02-01T00:00"]
    assert [(row["train"], row["place"], row["km"], row["arrived"]) for row in journey] == [("out/10", "home", 0, None)]
    at_border = [r for r in rows(tables["journeys"]) if (r["train"], r["place"]) == ("out/10", "middle")]
    assert [(row["km"], row["arrived"]) for row in at_border] == [(1000, "2020-02-02T06:00")]


def test_assumptions_say_what_a_number_is_and_how_well_it_is_known(tables: dict[str, Table]) -> None:
    assert tables["assumptions"].rows == [
        ("lines.beyond.run_h", "low 5, likely 6, high 11", "assumed", "5 / 11.5", "同行估计", "- 待核实"),
        ("markets.hub_export.month_index.2", "1.25", "derived", None, "counted, by hand", None),
        ("services.out.capacity_teu", "500", "documented", "82 / 500", '=HYPERLINK("http://x")', None),
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [("a.b", 1), ("a", {"b": 1}), ("c.1", 6), ("c.2", None), ("a.x", None), ("a.b.c", None), ("c.x", None), ("", None)],
)
def test_a_path_leads_through_mappings_and_lists(path: str, value: object) -> None:
    assert value_at({"a": {"b": 1}, "c": [5, 6]}, path) == value


# --- bytes


def test_the_same_findings_are_the_same_bytes(tables: dict[str, Table]) -> None:
    again = {table.name: csv_bytes(table) for table in all_tables(find(plan(), N), "small")}
    assert again == {name: csv_bytes(table) for name, table in tables.items()}


def test_two_processes_give_the_same_bytes_as_one(tables: dict[str, Table]) -> None:
    again = {table.name: csv_bytes(table) for table in all_tables(find(plan(), N, How(Workers(2))), "small")}
    assert again == {name: csv_bytes(table) for name, table in tables.items()}


def test_a_table_without_chinese_begins_with_its_first_column(tables: dict[str, Table]) -> None:
    """Whoever reads it as plain UTF-8 finds the columns by their names."""
    for name in ("summary", "replications"):
        assert csv_bytes(tables[name]).startswith(b"scenario,")


def test_a_csv_file_opens_in_excel_with_its_chinese_intact(tables: dict[str, Table]) -> None:
    content = csv_bytes(tables["assumptions"])
    assert content.startswith(b"\xef\xbb\xbfpath,")
    assert content.count(b"\xef\xbb\xbf") == 1
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    assert read(content)[0]["source"] == "同行估计"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "-", '=A1,"x"'])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    (row,) = read(csv_bytes(Table("t", ("a", "b"), [(text, "x")])))
    assert row == {"a": f"'{text}", "b": "x"}


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "满洲里", " x", "'x", 'say "x", then\r\ny'])
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    (row,) = read(csv_bytes(Table("t", ("a", "b"), [(text, "x")])))
    assert row == {"a": text, "b": "x"}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (NAN, ""),
        (np.float64("nan"), ""),
        (-5.5, "-5.5"),
        (-5, "-5"),
        (0.1 + 0.2, "0.3"),
        (10_246.0, "10246"),
        (1 / 3, "0.3333333333"),
        (1234567.891, "1234567.891"),
        (np.float64(2.5), "2.5"),
        (0, "0"),
    ],
)
def test_numbers_are_numbers_and_what_is_unknown_is_empty(cell: Any, text: str) -> None:
    assert csv_bytes(Table("t", ("a", "b"), [(cell, "x")])) == f"a,b\r\n{text},x\r\n".encode()


# --- whole or not at all


def no_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "a.csv", b"content")
    assert (tmp_path / "new" / "a.csv").read_bytes() == b"content"
    assert [f.name for f in (tmp_path / "new").iterdir()] == ["a.csv"]


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    write_file(tmp_path / "a.csv", b"old")
    with monkeypatch.context() as failing:
        failing.setattr(*((os, "fsync") if where == "fsync" else (Path, "replace")), no_disk)
        with pytest.raises(FolderError) as caught:
            write_file(tmp_path / "a.csv", b"new")
    assert str(caught.value).startswith(f"cannot write {tmp_path / 'a.csv'}: No space left on device.")
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("a.csv", b"old")]


def test_a_file_system_that_cannot_sync_folders_is_good_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def no_folders(path: Any, *what: Any) -> int:
        if Path(path) == tmp_path:
            raise PermissionError(13, "Permission denied")
        return real(path, *what)

    monkeypatch.setattr(os, "open", no_folders)
    write_file(tmp_path / "a.csv", b"content")
    assert (tmp_path / "a.csv").read_bytes() == b"content"


def test_a_folder_whose_path_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "results"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError) as caught:
        Folder.open(file)
    assert str(caught.value) == f"cannot write results into {file}: it is a file. Name another folder with --out."
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "results"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="Name another folder with --out"):
        Folder.open(file / "2020")


# --- the seal


def test_a_folder_is_incomplete_until_it_is_sealed(tmp_path: Path, tables: dict[str, Table]) -> None:
    folder = Folder.open(tmp_path / "small")
    for begun in ("empty", "with tables"):
        with pytest.raises(FolderError, match=r"is INCOMPLETE: it has no readable manifest\.json\. Run"):
            read_manifest(folder.path)
        if begun == "empty":
            folder.tables(list(tables.values()))
    folder.seal({"seed": 7})
    assert read_manifest(folder.path)["seed"] == 7


def test_a_run_that_fails_leaves_the_folder_incomplete(
    tmp_path: Path, tables: dict[str, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(tmp_path / "small", tables)
    folder = Folder.open(tmp_path / "small")
    folder.begin()
    (folder.path / "scenario.yaml").unlink()
    written = {table.name: csv_bytes(table) for table in tables.values()}
    monkeypatch.setattr(os, "fsync", no_disk)
    with pytest.raises(FolderError, match="No space left"):
        folder.tables(list(tables.values()))
    with pytest.raises(FolderError, match="INCOMPLETE"):
        read_manifest(folder.path)
    left = {f.stem: f.read_bytes() for f in visible(folder.path)}
    assert left == written | {INCOMPLETE: NOT_YET.encode()}, "each file is whole, the old one here"


@pytest.mark.parametrize("content", ["", "{", "\x00", "not json"])
def test_a_damaged_seal_is_no_seal(tmp_path: Path, content: str) -> None:
    (tmp_path / SEALED).write_text(content, encoding="utf-8")
    with pytest.raises(FolderError, match="INCOMPLETE"):
        read_manifest(tmp_path)


def sealed(path: Path, tables: dict[str, Table]) -> Folder:
    with Folder.open(path) as folder:
        folder.tables(list(tables.values()))
        folder.text("scenario.yaml", "name: 小走廊\n")
        folder.seal({"seed": 7, "scenario": "small"})
    return folder


def visible(path: Path) -> list[Path]:
    """The files of a folder but for its lock."""
    return [file for file in path.iterdir() if file.name != LOCK]


def test_the_manifest_lists_the_hash_of_every_file(tmp_path: Path, tables: dict[str, Table]) -> None:
    folder = sealed(tmp_path / "small", tables)
    files = {f.name for f in visible(folder.path)}
    listed = read_manifest(folder.path)["files"]
    assert files == {*listed, SEALED} == {*(f"{name}.csv" for name in tables), "scenario.yaml", SEALED}
    for name, digest in listed.items():
        assert digest == hashlib.sha256((folder.path / name).read_bytes()).hexdigest()


def test_the_manifest_names_files_in_subfolders_alike_on_every_system(tmp_path: Path) -> None:
    folder = Folder.open(tmp_path / "small")
    write_file(folder.path / "figures" / "carried.png", b"picture")
    folder.seal({})
    assert read_manifest(folder.path)["files"] == {"figures/carried.png": hash_of(b"picture")}


def test_a_folder_that_is_sealed_again_does_not_list_its_old_seal(tmp_path: Path, tables: dict[str, Table]) -> None:
    folder = sealed(tmp_path / "small", tables)
    folder.seal({"seed": 8})
    assert SEALED not in read_manifest(folder.path)["files"]


def test_the_manifest_is_written_last(
    tmp_path: Path, tables: dict[str, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def noting(path: Path, content: bytes) -> None:
        written.append(path.name)
        write_file(path, content)

    monkeypatch.setattr(folder_module, "write_file", noting)
    sealed(tmp_path / "small", tables)
    assert written == [INCOMPLETE, *(f"{name}.csv" for name in tables), "scenario.yaml", SEALED]


def test_the_manifest_says_with_what_it_was_run(tmp_path: Path, tables: dict[str, Table]) -> None:
    manifest = read_manifest(sealed(tmp_path / "small", tables).path)
    assert (manifest["seed"], manifest["scenario"]) == (7, "small")
    assert manifest["package"]["name"] == "freight-corridor-sim"
    assert {"numpy", "scipy", "simpy", "pydantic"} <= manifest["libraries"].keys()
    assert manifest["libraries"]["numpy"] == np.__version__
    started, finished = (datetime.fromisoformat(manifest[key]) for key in ("started", "finished"))
    assert started <= finished <= datetime.now(UTC)


def test_two_folders_of_the_same_findings_differ_in_the_times_of_their_manifests_only(
    tmp_path: Path, tables: dict[str, Table]
) -> None:
    one, other = (sealed(tmp_path / name, tables).path for name in ("one", "other"))
    for file in visible(one):
        if file.name != SEALED:
            assert file.read_bytes() == (other / file.name).read_bytes()
    manifests = [read_manifest(path) for path in (one, other)]
    times = ("started", "finished")
    assert len({json.dumps({k: v for k, v in m.items() if k not in times}) for m in manifests}) == 1


def test_a_new_run_breaks_the_old_seal_and_sweeps_what_a_crash_left(tmp_path: Path, tables: dict[str, Table]) -> None:
    folder = sealed(tmp_path / "small", tables)
    (folder.path / ".summary.csv.4711.tmp").write_bytes(b"half")
    write_file(folder.path / "figures" / "old.png", b"of the run before")
    (folder.path / "notes.txt").write_text("mine", encoding="utf-8")
    again = Folder.open(folder.path)
    assert read_manifest(folder.path)["seed"] == 7, "an interrupt now spoils nothing"
    again.begin()
    with pytest.raises(FolderError, match="INCOMPLETE"):
        read_manifest(folder.path)
    left = {f.relative_to(folder.path).as_posix() for f in folder.path.rglob("*") if f.is_file()}
    assert left == {*(f"{name}.csv" for name in tables), "scenario.yaml", "notes.txt", INCOMPLETE, LOCK}


def test_a_table_is_read_back_as_it_was_written(tmp_path: Path, tables: dict[str, Table]) -> None:
    folder = sealed(tmp_path / "small", tables)
    back = read_csv(folder.path / "summary.csv")
    assert len(back) == len(tables["summary"].rows)
    for row, written in zip(back, rows(tables["summary"]), strict=True):
        assert [row[name] for name in Key._fields] == [written[name] for name in Key._fields]
        assert float(row["mean"] or "nan") == pytest.approx(written["mean"], rel=1e-9, nan_ok=True)


def test_a_table_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"cannot read .*summary\.csv: No such file or directory"):
        read_csv(tmp_path / "summary.csv")


# --- whose folder, and which model


def test_the_version_of_the_model_is_that_of_its_sources() -> None:
    assert model_version() == model_version()
    assert len(model_version()) == 16
    assert int(model_version(), 16) >= 0


def test_a_folder_with_files_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "figures" / "holiday.png"
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="no results of ours"):
        Folder.open(tmp_path)
    assert mine.read_bytes() == b"mine"
