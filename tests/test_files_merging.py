"""`based_on`: what an overlay changes, keeps and takes out, and which files it may name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.corridor.terminal import TerminalSpec
from sim.errors import ScenarioError
from sim.files import load
from sim.scenario import Scenario
from sim.variation import LognormalByQuantiles

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SMALL, tmp_path / "base.yaml")
    return tmp_path


def over(folder: Path, text: str) -> Scenario:
    (folder / "over.yaml").write_text(f"based_on: base.yaml\n{text}\n", "utf-8")
    return load(folder / "over.yaml")


def refusal(folder: Path, name: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(folder / name)
    return str(caught.value)


def terminal(scenario: Scenario, name: str = "changchun") -> TerminalSpec:
    node = scenario.nodes[name]
    assert isinstance(node, TerminalSpec)
    return node


def test_mappings_merge_key_by_key(folder: Path) -> None:
    merged = over(folder, "nodes: {changchun: {handling: {units: 3}}}")
    handling = terminal(merged).handling
    assert handling is not None
    assert handling.units == 3
    assert handling.lift_min == terminal(load(SMALL)).handling.lift_min  # type: ignore[union-attr]
    assert merged.lines == load(SMALL).lines


def test_lists_are_replaced_whole(folder: Path) -> None:
    merged = over(folder, "services: {west_out: {timetable: {weekdays: [sun]}}}")
    assert merged.services["west_out"].timetable.weekdays == ("sun",)  # type: ignore[union-attr]
    assert merged.services["west_out"].timetable.at == "18:00"  # type: ignore[union-attr]


def test_a_way_to_vary_is_one_value(folder: Path) -> None:
    merged = over(folder, "nodes: {changchun: {handling: {lift_min: {median: 4, p95: 8}}}}")
    assert terminal(merged).handling.lift_min == LognormalByQuantiles(median=4, p95=8)  # type: ignore[union-attr]


def test_a_fact_is_one_value(folder: Path) -> None:
    fact = "{is: 500, grade: assumed, source: guess, range: [400, 900], note: large}"
    (folder / "base.yaml").write_text(
        (folder / "base.yaml").read_text("utf-8").replace("yard_teu: 400", f"yard_teu: {fact}"), "utf-8"
    )
    merged = over(folder, "nodes: {changchun: {yard_teu: {is: 600, grade: documented, source: plan}}}")
    assert terminal(merged).yard_teu == 600
    assert merged.facts["nodes.changchun.yard_teu"].note is None
    assert "nodes.changchun.yard_teu" not in over(folder, "nodes: {changchun: {yard_teu: 600}}").facts


def test_places_named_like_the_keys_of_a_law_still_merge(folder: Path) -> None:
    text = (folder / "base.yaml").read_text("utf-8").replace("  exports:", "  low:").replace("  imports:", "  high:")
    (folder / "base.yaml").write_text(text, "utf-8")
    merged = over(folder, 'markets: {low: {teu_per_year: {"2020": 1}}}')
    assert sorted(merged.markets) == ["high", "low"]
    assert merged.markets["low"].region == "europe"


def test_null_takes_a_key_out(folder: Path) -> None:
    assert terminal(over(folder, "nodes: {changchun: {yard_teu: null}}")).yard_teu is None
    assert over(folder, "disruptions: {works: null}").disruptions == {}


def test_a_later_file_may_put_back_what_an_earlier_one_took_out(folder: Path) -> None:
    over(folder, "nodes: {changchun: {yard_teu: null}}")
    (folder / "third.yaml").write_text("based_on: over.yaml\nnodes: {changchun: {yard_teu: 90}}\n", "utf-8")
    assert terminal(load(folder / "third.yaml")).yard_teu == 90


def test_null_inside_something_new_takes_nothing_out(folder: Path) -> None:
    (folder / "over.yaml").write_text(
        "based_on: base.yaml\nlines:\n  new: {name: x, km: 5, run_h: 3,\n    trains_at_once: null}\n", "utf-8"
    )
    assert "line 4, lines.new.trains_at_once: has no value." in refusal(folder, "over.yaml")


def test_the_order_of_keys_makes_no_difference(folder: Path) -> None:
    (folder / "one.yaml").write_text('seed: 5\nbased_on: base.yaml\nname: {en: "b", zh: "a"}\n', "utf-8")
    (folder / "two.yaml").write_text("name: {zh: a, en: b}\nbased_on: base.yaml\nseed: 5\n", "utf-8")
    assert load(folder / "one.yaml") == load(folder / "two.yaml")


def test_eight_files_may_be_based_on_each_other_but_not_nine(folder: Path) -> None:
    for k in range(1, 9):
        (folder / f"{k}.yaml").write_text(f"based_on: {k - 1 or 'base'}.yaml\n", "utf-8")
    assert load(folder / "7.yaml") == load(SMALL)
    assert "(" + str(folder / "1.yaml") in refusal(folder, "8.yaml")
    assert "based_on: makes a chain of more than 8 files." in refusal(folder, "8.yaml")


def test_a_circle_is_found(folder: Path) -> None:
    (folder / "a.yaml").write_text("based_on: b.yaml\n", "utf-8")
    (folder / "b.yaml").write_text("based_on: a.yaml\n", "utf-8")
    assert "line 1, based_on: goes round in a circle" in refusal(folder, "a.yaml")


def test_a_base_may_lie_in_a_folder_below(folder: Path) -> None:
    (folder / "deep").mkdir()
    shutil.move(folder / "base.yaml", folder / "deep" / "base.yaml")
    (folder / "a.yaml").write_text("based_on: deep/base.yaml\n", "utf-8")
    assert load(folder / "a.yaml") == load(SMALL)


def test_a_base_must_lie_below_the_root(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a.yaml").write_text("based_on: base.yaml\n", "utf-8")
    shutil.copy(SMALL, folder / "deep" / "base.yaml")
    assert load(folder / "deep" / "a.yaml", root=folder) == load(SMALL)
    with pytest.raises(ScenarioError, match="must not leave the folder"):
        load(folder / "deep" / "a.yaml", root=folder / "elsewhere")


def test_links_are_not_followed(folder: Path) -> None:
    (folder / "real").mkdir()
    try:
        (folder / "link.yaml").symlink_to(folder / "base.yaml")
        (folder / "links").symlink_to(folder / "real")
    except OSError:
        pytest.skip("no symbolic links here")
    shutil.copy(SMALL, folder / "real" / "base.yaml")
    for name in ("link.yaml", "links/base.yaml"):
        (folder / "a.yaml").write_text(f"based_on: {name}\n", "utf-8")
        assert "which is a link, or not a file." in refusal(folder, "a.yaml")


def test_problems_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "base.yaml").write_text("seed: &a 5\nbased_on: nowhere.yaml\n", "utf-8")
    (folder / "over.yaml").write_text("based_on: base.yaml\nseed: !x 5\n", "utf-8")
    said = refusal(folder, "over.yaml")
    assert all(text in said for text in ("has 3 problems", "has a tag", "has an anchor", "does not exist"))
