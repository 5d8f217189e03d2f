"""A scenario written out and read back, and its hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sim.files import dump, load, scenario_hash
from sim.files.reading import read_scenario_file
from sim.files.scalars import hidden
from sim.quantities import Name
from sim.scenario import Scenario

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"
SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))


def again(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "again.yaml"
    path.write_text(dump(scenario), "utf-8")
    return load(path, most_kib=1024)


@pytest.mark.parametrize("path", [SMALL, *SCENARIOS], ids=lambda path: path.stem)
def test_what_is_written_out_reads_back_the_same(tmp_path: Path, path: Path) -> None:
    scenario = load(path)
    read = again(scenario, tmp_path)
    assert read == scenario
    assert scenario_hash(read) == scenario_hash(scenario)
    assert dump(read) == dump(scenario)


def test_named_things_come_in_alphabetical_order_and_facts_around_their_values() -> None:
    text = dump(load(SMALL, overrides=["services.west_out.capacity_teu=90"]))
    assert text.index("  berlin:") < text.index("  brest:") < text.index("  changchun:") < text.index("  manzhouli:")
    assert '    capacity_teu:\n      is: 90\n      grade: what-if\n      source: "--set on the command line"\n' in text
    assert "lift_min: {low: 4, likely: 5, high: 8}" in text
    assert "facts:" not in text


def test_constants_and_names_are_written_short(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        SMALL.read_text("utf-8").replace("{zh: 小通道, en: Small corridor}", "One"), "utf-8"
    )
    text = dump(load(tmp_path / "x.yaml"))
    assert "\nname: One\n" in f"\n{text}"
    assert "checks_h: 12\n" in text


def test_other_programs_read_what_is_written_out_the_same(tmp_path: Path) -> None:
    """Judged by ruamel under the rules of YAML 1.1, which are those of PyYAML and of many older programs."""
    settings = ['nodes.changchun.name={zh: "NO", en: "010"}', "lines.east.km=0.00001", "lines.east.run_h=1000000"]
    text = dump(load(SMALL, overrides=settings))
    old = YAML(typ="safe", pure=True)
    old.version = (1, 1)
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    read = old.load(text)
    assert _days_as_text(read) == read_scenario_file(tmp_path / "x.yaml", []).plain()


def _days_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _days_as_text(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_days_as_text(below) for below in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda text: not hidden(text))
NUMBERS = st.floats(1e-9, 1e5) | st.integers(1, 10**5)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.builds(Name, zh=TEXTS, en=TEXTS), source=TEXTS, key=TEXTS, km=NUMBERS)
@example(name=Name(zh="0", en="?0"), source="- x: #", key="yes", km=1e-5)
def test_any_text_and_number_survives(tmp_path: Path, name: Name, source: str, key: str, km: float) -> None:
    base = load(SMALL)
    lines = {**base.lines, "north": base.lines["east"].but(km=km, name=name)}
    about = {"lines.north.km": {"grade": "documented", "source": source, "range": [km, km]}}
    days = {key.replace(".", "x").strip() or "x": {"first_day": date(2020, 5, 1), "last_day": date(2020, 5, 2)}}
    works = {"works": base.disruptions["works"].but(closed=days)}
    scenario = base.but(lines=lines, facts=about, disruptions=works)
    assert again(scenario, tmp_path) == scenario


def backwards(value: Any) -> Any:
    """The same with the keys of every mapping in the opposite order."""
    return {key: backwards(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


def test_the_hash_does_not_depend_on_how_a_scenario_is_written(tmp_path: Path) -> None:
    plain = backwards(read_scenario_file(SMALL, []).plain())
    plain["lines"]["east"]["run_h"] = {"always": 36.0}
    plain["services"]["east_in"]["priority"] = 5
    with (tmp_path / "x.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(plain, file)
    assert scenario_hash(load(tmp_path / "x.yaml")) == scenario_hash(load(SMALL))


def test_a_constant_with_a_fact_inside_keeps_it(tmp_path: Path) -> None:
    scenario = load(SMALL, overrides=["lines.east.run_h={always: {is: 30, grade: derived, source: map}}"])
    assert scenario.facts["lines.east.run_h.always"].source == "map"
    assert again(scenario, tmp_path) == scenario


@pytest.mark.parametrize("setting", ["seed=1", "lines.east.km=1200.0001", "name.en=small", "lines.east.km=1200"])
def test_the_hash_changes_with_what_is_said(setting: str) -> None:
    assert scenario_hash(load(SMALL, overrides=[setting])) != scenario_hash(load(SMALL))
