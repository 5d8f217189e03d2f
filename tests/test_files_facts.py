"""Facts beside values, and what `provenance: required` demands; series in CSV files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.files import load
from sim.scenario import Scenario
from sim.variation import Observed, Replay

SMALL = (Path(__file__).parent / "wrong" / "_small.yaml").read_text("utf-8")


def small_with(folder: Path, old: str, new: str) -> Scenario:
    assert SMALL.count(old) == 1
    (folder / "x.yaml").write_text(SMALL.replace(old, new), "utf-8")
    return load(folder / "x.yaml")


def refusal(folder: Path, old: str, new: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        small_with(folder, old, new)
    return str(caught.value)


def test_a_fact_is_kept_at_the_path_of_its_value(tmp_path: Path) -> None:
    fact = "{is: 400, grade: assumed, source: a guess, range: [300, 400, 500], note: shared}"
    scenario = small_with(tmp_path, "yard_teu: 400", f"yard_teu: {fact}")
    assert scenario.nodes["changchun"].yard_teu == 400  # type: ignore[union-attr]
    kept = scenario.facts["nodes.changchun.yard_teu"]
    assert (kept.grade, kept.source, kept.range, kept.note) == ("assumed", "a guess", [300, 400, 500], "shared")


def test_any_value_may_be_a_fact(tmp_path: Path) -> None:
    about = "grade: derived, source: press"
    (tmp_path / "over.yaml").write_text(
        "based_on: x.yaml\n"
        f"period: {{first_day: {{is: 2020-01-01, {about}}}}}\n"
        f"services: {{west_out: {{timetable: {{is: {{weekdays: [mon], at: '09:00'}}, {about}}}}}}}\n"
        f"markets: {{exports: {{teu_per_year: {{'2020': {{is: 3, {about}}}}}}}}}\n"
        f"lines: {{east: {{run_h: {{triangular: [1, {{is: 2, {about}}}, 3]}}}}}}\n",
        "utf-8",
    )
    (tmp_path / "x.yaml").write_text(SMALL, "utf-8")
    paths = {
        "period.first_day",
        "services.west_out.timetable",
        "markets.exports.teu_per_year.2020",
        "lines.east.run_h.triangular.1",
    }
    assert load(tmp_path / "over.yaml").facts.keys() == paths


@pytest.mark.parametrize(
    "fact",
    [
        "{is: 1200, grade: documented, source: x}",
        "{is: 1200, grade: derived, source: x}",
        "{is: 1200, grade: assumed, source: x, range: [1200, 1200]}",
        "{is: 1200, grade: assumed, source: x, range: [1000, 1200.5, 1300]}",
        "{is: 1200, grade: what-if, source: x}",
        "{is: 1200, grade: what-if, source: x, range: [1, 2]}",
    ],
)
def test_good_facts_about_a_number(tmp_path: Path, fact: str) -> None:
    assert small_with(tmp_path, "km: 1200", f"km: {fact}").lines["east"].km == 1200


def test_an_assumed_law_is_its_own_range(tmp_path: Path) -> None:
    fact = "{is: {low: 4, likely: 5, high: 8}, grade: assumed, source: x}"
    assert small_with(tmp_path, "lift_min: {low: 4, likely: 5, high: 8}", f"lift_min: {fact}").facts


@pytest.mark.parametrize(
    "given", ["[1]", "[1, 2, 3, 4]", "[2, 1]", "5", "[a, b]", "[1, 2020-01-01]", "[true, 5]", "{low: 1, high: 2}"]
)
def test_a_range_is_two_or_three_numbers_upwards(tmp_path: Path, given: str) -> None:
    said = refusal(tmp_path, "km: 1200", f"km: {{is: 1200, grade: documented, source: x, range: {given}}}")
    assert "lines.east.km.range: needs two or three numbers, or days, that do not decrease." in said


def test_a_day_lies_in_its_range_of_days(tmp_path: Path) -> None:
    fact = "{is: 2020-04-01, grade: documented, source: x, range: [%s, 2020-04-30]}"
    assert small_with(tmp_path, "first_day: 2020-04-01", f"first_day: {fact % '2020-03-01'}").facts
    said = refusal(tmp_path, "first_day: 2020-04-01", f"first_day: {fact % '2020-04-02'}")
    assert "spring.first_day: is 2020-04-01, outside its own range, 2020-04-02 to 2020-04-30." in said


def test_a_fact_over_several_lines_is_blamed_in_the_right_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, "yard_teu: 400", "yard_teu:\n      is: 400\n      grade: assumd\n      source: x")
    assert "line 10, nodes.changchun.yard_teu.grade: must be" in said


def test_required_provenance_asks_for_numbers_days_and_weekdays_once_each(tmp_path: Path) -> None:
    said = refusal(tmp_path, "period:", "provenance: required\nperiod:")
    asked = [line.split(", ")[1].split(":")[0] for line in said.splitlines()[1:]]
    assert "nodes.changchun.handling.lift_min" in asked
    assert "services.west_out.timetable.weekdays" in asked
    assert "disruptions.works.closed.spring.first_day" in asked
    assert "markets.exports.teu_per_year.2020" in asked
    assert "lines.east.trains_at_once" in asked
    for exempt in ("name", "type", "period", "direction", "timetable.at", "priority"):
        assert not any(exempt == path or path.endswith(f".{exempt}") for path in asked)
    assert len(asked) == len(set(asked)) == 36


def test_required_provenance_is_content_with_a_fact_above(tmp_path: Path) -> None:
    about = "grade: documented, source: plan"
    sections = {"nodes", "lines", "services", "channels", "markets", "disruptions"}
    lines: list[str] = []
    for line in SMALL.splitlines():
        lines.append(line)
        if line.rstrip(":") in sections:
            lines[-1] = f"{line}\n  {about.replace(', ', chr(10) + '  ')}\n  is:"
        elif lines and line.startswith(" "):
            lines[-1] = f"  {line}"
    (tmp_path / "x.yaml").write_text("provenance: required\n" + "\n".join(lines) + "\n", "utf-8")
    assert load(tmp_path / "x.yaml").facts.keys() == sections


# ------------------------------------------------------------------------------------------------------------- series


def with_series(folder: Path, csv: bytes, law: str = "observed") -> Scenario:
    (folder / "runs.csv").write_bytes(csv)
    return small_with(folder, "km: 1200, run_h: 36", f"km: 1200, run_h: {{{law}: {{csv: runs.csv, column: hours}}}}")


@pytest.mark.parametrize(
    "csv",
    [
        b"train,hours\n1,30\n2,36.5\n",
        b"\xef\xbb\xbfhours\r\n30\r\n36.5\r\n",
        'train,hours\n"a, b", 30 \n\nc,3.65e1\n'.encode("utf-16"),
    ],
)
def test_a_series_is_read_from_a_csv_file(tmp_path: Path, csv: bytes) -> None:
    assert with_series(tmp_path, csv).lines["east"].run_h == Observed(observed=(30, 36.5))
    assert with_series(tmp_path, csv, "replay").lines["east"].run_h == Replay(replay=(30, 36.5))


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        (b"hour\n30\n", "names a column that 'runs.csv' does not have, 'hours'. Did you mean 'hour'?"),
        (b"", "names a column that 'runs.csv' does not have, 'hours'. Columns: none."),
        (b"hours\n", "needs numbers from 'runs.csv': it has no rows."),
        (b"hours\n30\nx\n\n1_0\n", "needs numbers from 'runs.csv': row 3 has 'x'; row 5 has '1_0'."),
        (b"a,hours\n1,30\n2\n", "needs numbers from 'runs.csv': row 3 has ''."),
        (b"hours\nnan\n", "row 2 has 'nan'"),
        (b'hours\n"30\n', "names 'runs.csv', which is not CSV: unexpected end of data."),
        (b"hours\n\xff\n", "line 2, the file: is not UTF-8."),
        (b"hours\n-3\n", "lines.east.run_h.observed.0: must be at least 0; it is -3."),
        (b"hours\n" + b"1\n" * 600_000, "the file: is larger than 1024 KiB."),
    ],
)
def test_a_wrong_series_says_where(tmp_path: Path, csv: bytes, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_series(tmp_path, csv)
    assert said in str(caught.value)


def test_a_series_is_looked_for_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "runs.csv").write_text("hours\n30\n", "utf-8")
    text = SMALL.replace("km: 1200, run_h: 36", "km: 1200, run_h: {observed: {csv: runs.csv, column: hours}}")
    (tmp_path / "data" / "base.yaml").write_text(text, "utf-8")
    (tmp_path / "over.yaml").write_text("based_on: data/base.yaml\n", "utf-8")
    assert load(tmp_path / "over.yaml").lines["east"].run_h == Observed(observed=(30,))
    setting = "lines.west.run_h={replay: {csv: data/runs.csv, column: hours}}"
    assert load(tmp_path / "over.yaml", overrides=[setting]).lines["west"].run_h == Replay(replay=(30,))
