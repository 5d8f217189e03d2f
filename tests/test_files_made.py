"""What is made from the specs: the schema for editors and the reference for readers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.files import load, reference, schema, write_made_files
from sim.files.json_schema import schema_text
from sim.files.reading import parse, read_scenario_file
from sim.levers import LEVERS
from sim.scenario import Scenario

HERE = Path(__file__).parent
FOLDER = HERE.parent / "scenarios"
MADE_AGAIN = 'python -c "from sim.files import write_made_files; write_made_files()"'


def mistakes(plain: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(schema()).iter_errors(plain)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


def shipped(folder: Path) -> list[Path]:
    """The scenarios that git knows; all of them where this is no checkout. Your own do not belong into the README."""
    git = shutil.which("git")
    command = [git or "git", "ls-files", "*.yaml"]
    listed = git and subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    names = listed.stdout.split() if listed and listed.returncode == 0 else []
    return [folder / name for name in names] or sorted(folder.glob("*.yaml"))


def test_the_committed_files_are_those_made_from_the_specs(tmp_path: Path) -> None:
    (tmp_path / "what-if").mkdir()
    for path in (path for path in shipped(FOLDER) if path.parent in {FOLDER, FOLDER / "what-if"}):
        (tmp_path / path.relative_to(FOLDER)).write_bytes(path.read_bytes())
    assert (FOLDER / "schema.json").read_text("utf-8") == schema_text(), f"make it again: {MADE_AGAIN}"
    assert (FOLDER / "README.md").read_text("utf-8") == reference(tmp_path), f"make it again: {MADE_AGAIN}"


def test_making_them_again_changes_nothing(tmp_path: Path) -> None:
    write_made_files(tmp_path)
    assert (tmp_path / "schema.json").read_bytes() == schema_text().encode("utf-8")
    assert (tmp_path / "README.md").read_text("utf-8") == reference(tmp_path)


SCENARIOS = [path for path in shipped(FOLDER) if path.parent.name != "validate"]  # a hindcast is no scenario


@pytest.mark.parametrize("path", [*SCENARIOS, HERE / "wrong" / "_small.yaml"], ids=lambda p: p.stem)
def test_scenario_files_satisfy_the_schema(path: Path) -> None:
    assert mistakes(read_scenario_file(path, []).plain()) == []


@pytest.mark.parametrize(
    "text",
    [
        "based_on: x.yaml\nnodes: {a: {yard_teu: null}, b: null}",
        "nodes: {a: {yard_teu: 5}}",
        "lines: {东段: {run_h: 5}}",
        "lines: {a: {run_h: {is: {low: 1, likely: 2, high: 3}, grade: assumed, source: x}}}",
        "lines: {a: {run_h: {low: {is: 1, grade: derived, source: x}, likely: 2, high: 3}}}",
        "lines: {a: {run_h: {observed: {csv: x.csv, column: y}}}}",
        "markets: {a: {region: 欧洲, channels: {is: {rail: 1}, grade: derived, source: x}}}",
        "services: {a: {timetable: {is: {weekdays: [mon], at: '18:00'}, grade: assumed, source: x, range: [1, 2]}}}",
        "name: 一个名字\nquestion: {zh: 问, en: asked}",
        "period: {first_day: 2020-01-01}",
        "levers: {gauge_change: 2, dalian_frequency: 7, subsidy: {level: 0, national: true}, handling_units: null}",
        "levers: {gauge_change: {is: 2, grade: what-if, source: x}, local_bonus: {usd: 100}, one_bill: true}",
        "levers: {one_bill: {collection_h: {low: 1, likely: 2, high: 3}, cost: {per_year: {cny: 5}, for_value: 1}}}",
        "policies: {a: {lever: handling_units, with: {cost: {per_year: {cny: {is: 5, grade: derived, source: x}}}}}}",
        "policies: {a: {note: only this differs}, b: {with: {anything: 1}}}",
    ],
)
def test_the_schema_allows_what_the_loader_allows(text: str) -> None:
    assert mistakes(parse(text, "x.yaml", []).plain()) == []


@pytest.mark.parametrize(
    "text",
    [
        "level: 5",
        "nodes: {a: {yard_slots: 5}}",
        "lines: {a: {run_h: {low: 1, likely: 2}}}",
        "lines: {a: {run_h: -1}}",
        "lines: {a: {km: {is: x, grade: derived, source: x}}}",
        "lines: {a: {km: {is: 5, grade: derived}}}",
        "lines: {a: {km: {is: 5, grade: guessed, source: x}}}",
        "services: {a: {mode: plane}}",
        "services: {a: {timetable: {at: 18h}}}",
        "nodes: {a: {type: harbour}}",
        "facts: {}",
        "levers: {gauge_change: twice}",
        "levers: {gauge_change: {timess: 2}}",
        "levers: {subsidy: {national: 3}}",
        "levers: {handling_units: {cost: {per_year: {rmb: 5}}}}",
        "policies: {a: {lever: handling_units, with: {mor: 2}}}",
    ],
)
def test_the_schema_warns_of_what_the_loader_refuses(text: str) -> None:
    assert mistakes(parse(text, "x.yaml", []).plain())


def test_every_scenario_tells_editors_of_the_schema() -> None:
    first_lines = {path.read_text("utf-8").splitlines()[0] for path in FOLDER.glob("*.yaml")}
    assert first_lines == {"# yaml-language-server: $schema=schema.json"}
    of_rows = {path.read_text("utf-8").splitlines()[0] for path in FOLDER.glob("verify/*.yaml")}
    assert of_rows == {"# yaml-language-server: $schema=../schema.json"}


def test_the_schema_explains_each_key() -> None:
    unexplained = [
        f"{name}.{key}"
        for name, definition in schema()["$defs"].items()
        for key, value in definition.get("properties", {}).items()
        if "description" not in value
    ]
    assert unexplained == []


def test_the_reference_has_each_key_with_its_meaning_unit_and_default() -> None:
    text = reference(FOLDER)
    assert "| `lift_min` | minutes ~ | minutes for one lift | **needed** |" in text
    assert "| `inspection_share` | share, 0 to 1 | share of boxes that are inspected | 0 |" in text
    assert "### `nodes.NAME` (border)" in text
    assert "| `{exponential: 36}`" in text
    documented = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    of_levers = {lever.__name__ for lever in LEVERS} | {"CostSpec"}  # `sim levers` lists their parameters
    defs = {name: one for name, one in schema()["$defs"].items() if name not in of_levers}
    written = {key for d in defs.values() for key in d.get("properties", {})} - {"is"}
    laws = {"always", "low", "likely", "high", "median", "p95", "mean", "cv", "stages", "zh", "en"}
    laws |= {"triangular", "exponential", "erlang", "uniform", "observed", "replay"}
    assert written - laws <= documented


def test_the_reference_lists_the_scenarios_with_their_questions(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("based_on: a.yaml\nquestion: {zh: 问, en: What if?}\n", "utf-8")
    (tmp_path / "a.yaml").write_text("name: x\nquestion: Why | how?\n", "utf-8")
    (tmp_path / "broken.yaml").write_text("[", "utf-8")
    text = reference(tmp_path)
    rows = "| [a.yaml](a.yaml) | Why \\| how? |  |\n| [b.yaml](b.yaml) | What if? | a.yaml |\n\n"
    assert rows in text


def test_the_examples_in_the_reference_work(tmp_path: Path) -> None:
    """The first is a what-if on the shipped 2019, the second stands for any capacity."""
    overlay, *_, fact = re.findall(r"```yaml\n(.*?)```", reference(FOLDER), re.DOTALL)
    shutil.copytree(FOLDER / "parts", tmp_path / "parts")
    shutil.copy(FOLDER / "2019.yaml", tmp_path)
    (tmp_path / "x.yaml").write_text(overlay, "utf-8")
    scenario = load(tmp_path / "x.yaml")
    assert scenario.facts["nodes.manzhouli.inbound.gauge_change.slots"].grade == "what-if"
    capacity = fact.removeprefix("capacity_teu: ").strip()
    small: Scenario = load(HERE / "wrong" / "_small.yaml", overrides=[f"services.west_out.capacity_teu={capacity}"])
    assert small.facts["services.west_out.capacity_teu"].range == [82, 100]
