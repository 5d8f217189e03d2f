"""`--set path=value`: one value changed, as a what-if."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.corridor.terminal import TerminalSpec
from sim.errors import ScenarioError
from sim.files import dump, load
from sim.scenario import Scenario
from sim.variation import Pert

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"


def after(*settings: str) -> Scenario:
    return load(SMALL, overrides=settings)


def refusal(*settings: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        after(*settings)
    return str(caught.value)


def test_a_value_is_set_and_becomes_a_what_if() -> None:
    scenario = after("services.west_out.capacity_teu=90")
    assert scenario.services["west_out"].capacity_teu == 90
    fact = scenario.facts["services.west_out.capacity_teu"]
    assert (fact.grade, fact.source) == ("what-if", "--set on the command line")


def test_a_new_year_may_be_set() -> None:
    assert after("markets.exports.teu_per_year.2021=7000").markets["exports"].teu_per_year["2021"] == 7000


def test_a_key_that_was_left_out_may_be_set() -> None:
    assert after("services.west_out.cut_off_h=12").services["west_out"].cut_off_h == 12
    assert after("nodes.berlin.handling={units: 1, lift_min: 5}").nodes["berlin"].handling is not None  # type: ignore[union-attr]


def test_lists_and_mappings_may_be_set() -> None:
    scenario = after("services.west_out.timetable={every_h: 12}", "disruptions.works.at=[brest, west]")
    assert scenario.services["west_out"].timetable.every_h == 12  # type: ignore[union-attr]
    assert scenario.disruptions["works"].at == ("brest", "west")


def test_one_item_of_a_list_may_be_set() -> None:
    assert after("services.west_out.timetable.weekdays.1=sun").services["west_out"].timetable.weekdays == ("tue", "sun")  # type: ignore[union-attr]


def test_one_number_of_a_law_may_be_set() -> None:
    node = after("nodes.changchun.handling.lift_min.high=9").nodes["changchun"]
    assert isinstance(node, TerminalSpec)
    assert node.handling is not None
    assert node.handling.lift_min == Pert(low=4, likely=5, high=9)


def test_null_takes_out() -> None:
    assert after("nodes.changchun.yard_teu=null").nodes["changchun"].yard_teu is None  # type: ignore[union-attr]


def test_later_settings_win() -> None:
    assert after("seed=1", "seed=2").seed == 2


def test_a_setting_replaces_a_fact_and_need_not_keep_its_range(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    fact = "{is: 400, grade: assumed, source: guess, range: [300, 500]}"
    path.write_text(SMALL.read_text("utf-8").replace("yard_teu: 400", f"yard_teu: {fact}"), "utf-8")
    scenario = load(path, overrides=["nodes.changchun.yard_teu=900"])
    assert scenario.nodes["changchun"].yard_teu == 900  # type: ignore[union-attr]
    assert scenario.facts["nodes.changchun.yard_teu"].grade == "what-if"


def test_a_setting_inside_a_fact_leaves_the_rest_of_it(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    law = "lift_min: {low: 4, likely: 5, high: 8}"
    fact = "lift_min: {is: {low: 4, likely: 5, high: 8}, grade: assumed, source: guess}"
    path.write_text(SMALL.read_text("utf-8").replace(law, fact), "utf-8")
    scenario = load(path, overrides=["nodes.changchun.handling.lift_min.high=20"])
    below = "nodes.changchun.handling.lift_min"
    assert (scenario.facts[below].grade, scenario.facts[f"{below}.high"].grade) == ("assumed", "what-if")
    (tmp_path / "y.yaml").write_text(dump(scenario), "utf-8")
    assert load(tmp_path / "y.yaml") == scenario


def test_a_setting_may_bring_its_own_fact() -> None:
    setting = "seed={is: 7, grade: documented, source: dice}"
    assert after(setting).facts["seed"].grade == "documented"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("services.west_uot.capacity_teu=90", "services.west_uot: no such key. Did you mean 'west_out'?"),
        ("services.west_out.capacity=90", "services.west_out.capacity: no such key. Did you mean 'capacity_teu'?"),
        ("servces.west_out.capacity_teu=90", "servces: no such key. Did you mean 'services'?"),
        ("services.west_out.capacity_teu.x=90", "services.west_out.capacity_teu is a single value."),
        (
            "services.west_out.route.9=x",
            "services.west_out.route.9: no such key. The list has 7 values, counted from 0.",
        ),
        (
            "services.west_out.capacity_teu=many",
            "services.west_out.capacity_teu: needs a whole number; 'many' is a text.",
        ),
        ("services.west_out.capacity_teu=1_00", "write 100."),
        ("services.west_out.capacity_teu=", "services.west_out.capacity_teu: is empty."),
        ("services.west_out.capacity_teu=[1", "services.west_out.capacity_teu: is not YAML"),
        ("services.west_out.capacity_teu=&a 1", "has an anchor"),
        (
            "services.west_out.route=[changchun, 5, berlin]",
            "  - services.west_out.route.1: needs a text;",
        ),
        ("services.west_out.capacity_teu=0", "must be at least 1; it is 0."),
        ("services.west_out.cut_off_h=null", "is null, and there is nothing to take out."),
        ("services.west_out.route=[changchun, east, brln]", "there is no node 'brln'. Did you mean 'berlin'?"),
        ("seed", "seed: nothing to set. Write a path of the scenario, = and a value: period.warm_up_days=90."),
        ("based_on=x.yaml", "nothing to set"),
    ],
)
def test_a_wrong_setting_says_which_it_is(setting: str, said: str) -> None:
    message = refusal("seed=3", setting)
    assert said in message
    assert f"(--set {setting})" in message
