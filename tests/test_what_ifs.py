"""Levers in files, on the command line and from Python; and the library of what-ifs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import sim

from sim.errors import ScenarioError
from sim.experiment.draws import inputs_of
from sim.experiment.inputs import changes, thing_of
from sim.files import change, dump, inputs, load, scenario_hash
from sim.levers import BY_ID
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Ran

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LIBRARY = sorted((SCENARIOS / "what-if").glob("*.yaml"))
NAME_IN_TABLES = 45
"""Letters of a question: it is a name in tables, and beside bars."""
TEST_BASE = Path(__file__).parent / "wrong" / "_small.yaml"

POLICY = """
based_on: small.yaml
policies:
  often: {name: {zh: 多开, en: more trains}, lever: frequency, with: {services: [west_out], at: "06:00"}}
  long: {name: long trains, lever: train_length, with: {services: [west_out], wagons: 55}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_bytes(TEST_BASE.read_bytes())
    (tmp_path / "base.yaml").write_text(POLICY + "levers: {long: true}\n", "utf-8")
    return tmp_path


def over(folder: Path, text: str) -> Scenario:
    (folder / "over.yaml").write_text(f"based_on: base.yaml\n{text}\n", "utf-8")
    return load(folder / "over.yaml")


# --- how levers are written


def test_a_policy_is_pulled_by_name_with_one_value(folder: Path) -> None:
    after = over(folder, "levers: {often: 7}")
    west = after.services["west_out"]
    assert (len(west.timetable.weekdays or ()), west.timetable.at, west.capacity_teu) == (7, "06:00", 110)  # type: ignore[union-attr]
    assert after.applied == ("long", "often = 7")
    assert after.facts["services.west_out.capacity_teu"].source == "lever long"


def test_a_later_file_gives_another_value_or_takes_a_lever_out(folder: Path) -> None:
    assert over(folder, "levers: {long: 40}").services["west_out"].capacity_teu == 80
    assert over(folder, "levers: {long: {wagons: 30}}").services["west_out"].capacity_teu == 60
    assert over(folder, "levers: {long: null}").services["west_out"].capacity_teu == 100
    assert over(folder, "levers: {long: null}").applied == ()


def test_a_lever_may_say_whose_proposal_it_is(folder: Path) -> None:
    after = over(folder, "levers: {long: {is: 40, grade: what-if, source: proposal of the railway}}")
    fact = after.facts["services.west_out.capacity_teu"]
    assert (fact.grade, fact.source) == ("what-if", "proposal of the railway")
    assert list(after.facts) == ["services.west_out.capacity_teu"]


def test_levers_come_after_settings_in_whatever_way_they_are_written(folder: Path) -> None:
    by_option = load(folder / "base.yaml", overrides=["services.west_out.capacity_teu=50"], levers=["often=7"])
    assert by_option.services["west_out"].capacity_teu == 110
    assert by_option == change(
        load(folder / "base.yaml", overrides=["services.west_out.capacity_teu=50"]), levers={"often": 7}
    )
    assert load(folder / "base.yaml", levers=["long=30"]).services["west_out"].capacity_teu == 60
    assert load(folder / "base.yaml", levers=["long=null"]).services["west_out"].capacity_teu == 100
    assert load(folder / "base.yaml", overrides=["levers.long=30"]).services["west_out"].capacity_teu == 60


def test_a_lever_without_a_value_is_pulled_as_it_stands(folder: Path) -> None:
    (folder / "plain.yaml").write_text(POLICY, "utf-8")
    assert load(folder / "plain.yaml", levers=["long"]).services["west_out"].capacity_teu == 110
    given = "train_length={services: [east_in], wagons: 30}"
    assert load(folder / "plain.yaml", levers=[given]).services["east_in"].capacity_teu == 60


@pytest.mark.parametrize(
    ("lever", "what"),
    [
        ("oftn=7", "levers.oftn: there is no such policy or lever. Did you mean 'often'? (--lever oftn=7)"),
        ("often=", "levers.often: is empty."),
        ("often=[1", "levers.often: is not YAML"),
        ("=5", "no lever. Write its name, = and a value: dalian_frequency=7."),
        ("a.b=5", "no lever."),
        ("often=x", "levers.often.per_week: needs a number; 'x' is a text. (--lever often=x)"),
        ("often=null", "is null, and there is nothing to take out."),
        ("often={a: 1}", "levers.often.a: no such key."),
    ],
)
def test_a_wrong_option_is_refused(folder: Path, lever: str, what: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(folder / "base.yaml", levers=[lever])
    assert what in str(caught.value)


def test_levers_are_pulled_only_on_what_is_right_without_them(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="has 1 problem"):
        over(folder, "seed: -1\nlevers: {long: true}")


# --- the command line


def test_sim_levers_lists_the_catalogue_and_the_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("levers", SCENARIOS / "2020.yaml") == 0
    said = capsys.readouterr().out
    assert all(re.search(rf"\b{lever}\b", said) for lever in BY_ID)
    assert all(name in said for name in load(SCENARIOS / "2020.yaml").policies)
    assert sim("levers", SCENARIOS / "2020.yaml", "--lang", "zh") == 0
    assert "换装能力扩容" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "6.3 [2.7 – 18.4] million CNY a year, paid by the treasury (for times = 2, others in proportion)"),
        ("zh", "6.3 [2.7 – 18.4] 百万元/年，财政承担（times = 2 时，其他取值按比例）"),
    ],
)
def test_sim_levers_says_what_a_policy_costs(
    lang: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, in million a year: 45 · 0.06505 + 3.4 (5 %, 30 years); dear end 112 · 0.10185 (8 %, 20 years) + 7; cheap
    end 22 · 0.04326 (3 %, 40 years) + 1.7.
    """
    monkeypatch.setattr("sim.cli.terminal.WIDE", 1200)
    assert sim("levers", SCENARIOS / "2020.yaml", "--lang", lang) == 0
    out = capsys.readouterr().out
    assert f"gauge_change{'：' if lang == 'zh' else ': '}{said}" in out  # in the catalogue
    assert out.count(said) == 2  # and in the list of policies


@pytest.mark.parametrize("lever", sorted(BY_ID))
def test_a_lever_says_where_its_numbers_come_from(lever: str) -> None:
    about = BY_ID[lever].about
    assert re.search(r"documented|assumed", about.anchor.en)
    assert re.search(r"文献|假设", about.anchor.zh)
    assert min(len(text.en) for text in (about.decided_by, about.costs, about.anchor)) >= 10


def test_check_says_which_levers_are_pulled(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("check", SCENARIOS / "2020.yaml", "--lever", "dalian_frequency=7", "--lever", "tianjin_depot") == 0
    assert "levers pulled: dalian_frequency = 7; tianjin_depot" in capsys.readouterr().out


def test_a_wrong_lever_ends_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("check", SCENARIOS / "2020.yaml", "--lever", "dalian_freqency=7") == 2
    assert "Did you mean 'dalian_frequency'?" in capsys.readouterr().err


def test_a_what_if_that_is_not_there_ends_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("whatif", SCENARIOS / "what-if", "nosuch") == 2
    assert "holds no what-if 'nosuch'. It holds: air-charter," in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["exchange.usd=900", "services.cmo_west.capacity_teu=-5", "choice.memory_days=-5"])
def test_one_wrong_number_of_the_shipped_plan_is_one_problem(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No rule between nouns complains of what only that number made wrong."""
    assert sim("check", SCENARIOS / "2020.yaml", "--set", wrong) == 2
    assert "has 1 problem:" in capsys.readouterr().err


def test_a_lever_is_pulled_once_on_a_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    twice = ("--lever", "dalian_frequency=7", "--lever", "dalian_frequency=5")
    assert sim("check", SCENARIOS / "2020.yaml", *twice) == 2
    assert "is pulled twice on the command line" in capsys.readouterr().err


def test_a_run_with_levers_says_so_in_its_name_and_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    small = ("-n", "1", "--no-figures", "--jobs", "1", "--lever", "dalian_frequency=7", "--lever", "tianjin_depot")
    assert sim("run", SCENARIOS / "2020.yaml", *small) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first.startswith("2020, as planned + ")
    assert first.count(" + ") == 2
    assert "?" not in second  # it does not ask what 2020.yaml asks
    assert (tmp_path / "results" / "2020+dalian_frequency=7+tianjin_depot" / "manifest.json").is_file()


def test_a_run_with_a_lever_is_reproduced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = ("-n", "2", "--no-figures", "--quiet", "--jobs", "1")
    assert sim("run", TEST_BASE, "--lever", "demand=0.5", *small) == 0
    assert sim("reproduce", tmp_path / "results" / "_small+demand=0.5", "--jobs", "1") == 0


def test_a_lever_is_compared_with_the_base_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half the demand, by a lever: half the cargo is offered, and the inputs that differ are said to be the lever's."""
    monkeypatch.chdir(tmp_path)
    small = ("-n", "2", "--no-figures", "--jobs", "1")
    assert sim("compare", TEST_BASE, "--lever", "demand=0.5", *small) == 0
    assert "+ demand=0.5" in capsys.readouterr().out
    told = (tmp_path / "results" / "_small_vs__small+lever" / "inputs.csv").read_text("utf-8-sig")
    assert "lever demand" in told
    assert sim("compare", TEST_BASE, *small) != 0
    assert "these are 1" in capsys.readouterr().err
    assert sim("compare", tmp_path / "results" / "_small", "--lever", "demand=0.5", *small) != 0
    assert "is a results folder" in capsys.readouterr().err


# --- the library


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_what_if_is_a_short_question_that_differs_from_its_base_only_by_what_it_says(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 24
    scenario = load(path)
    assert scenario.name.en.endswith("?")
    assert scenario.name.zh.endswith("？")
    assert len(scenario.name.en) <= NAME_IN_TABLES
    assert scenario.question is None
    base = load(path.parent / re.findall(r"^based_on: (\S+)", text, re.MULTILINE)[0])
    found = changes(base, scenario)
    assert found
    said = {k: fact.source for k, fact in base.facts.items() if k.startswith("policies.") and ".cost." in k}
    costs = {change.path for change in found if change.other_fact and change.other_fact.source in said.values()}
    assert all(path.startswith("outlays.") for path in costs)
    sources = {
        fact.source
        for change in found
        if (fact := change.other_fact) and change.other is not None and change.path not in costs
    }
    assert sources <= {f"lever {told.split(' ')[0]}" for told in scenario.applied} | {"the question"}
    assert (SCENARIOS / "schema.json").is_file()


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_what_if_is_written_and_read_again(path: Path, tmp_path: Path) -> None:
    scenario = load(path)
    (tmp_path / "x.yaml").write_text(dump(scenario), "utf-8")
    again = load(tmp_path / "x.yaml", most_kib=1024)
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert set(inputs(path)) >= {f"what-if/{path.name}", "2020-no-plan.yaml", "parts/policies.yaml"}


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(LIBRARY) >= 12
    cells = {"dalian", "tianjin", "cap30", "dalian-tianjin", "dalian-cap30", "tianjin-cap30", "dalian-tianjin-cap30"}
    assert cells <= {path.stem for path in LIBRARY}


def test_both_regular_over_no_plan_is_the_plan() -> None:
    both, plan = load(SCENARIOS / "what-if" / "dalian-tianjin.yaml"), load(SCENARIOS / "2020.yaml")
    assert both.services == plan.services
    assert both.markets == plan.markets
    assert changes(plan, both) == []


def test_each_cell_of_the_cube_is_made_of_its_sides() -> None:
    def moved(name: str) -> set[tuple[str, str]]:
        found = changes(load(SCENARIOS / "2020-no-plan.yaml"), load(SCENARIOS / "what-if" / f"{name}.yaml"))
        return {(change.path, repr(change.other)) for change in found}

    sides = {name: moved(name) for name in ("dalian", "tianjin", "cap30")}
    assert {thing_of(path) for path, _ in sides["dalian"]} == {"services.dalian_rail_out", "services.dalian_rail_in"}
    assert "subsidies.changmanou" in {thing_of(path) for path, _ in sides["cap30"]}
    for cell in ("dalian-tianjin", "dalian-cap30", "tianjin-cap30", "dalian-tianjin-cap30"):
        assert moved(cell) == set().union(*(sides[side] for side in cell.split("-")))


def test_no_two_questions_are_the_same() -> None:
    names = [load(path).name for path in LIBRARY]
    assert len({name.en for name in names}) == len({name.zh for name in names}) == len(LIBRARY)


def library(name: str) -> Scenario:
    return load(SCENARIOS / "what-if" / f"{name}.yaml")


def test_without_subsidy_for_all_lines_the_others_become_dearer_by_what_shippers_see() -> None:
    """By hand: 40 % of 7,500 USD lost, of which shippers see 80 %, at 6.9 yuan: 16,560 out, 14,352 of 6,500 in."""
    ours, all_lines = library("no-subsidy"), library("no-subsidy-national")
    assert ours.subsidies == all_lines.subsidies
    assert ours.services == all_lines.services
    dearer = {
        name: market.choice.alternatives["other_lines"].extra_cost_per_feu
        for name, market in all_lines.markets.items()
        if market.choice and "other_lines" in market.choice.alternatives
    }
    assert dearer.keys() == {"local_export", "local_import", "hub_export", "hub_import"}
    for name, more in dearer.items():
        assert more is not None
        assert all_lines.exchange.cny(more) == pytest.approx(16_560 if name.endswith("export") else 14_352)
        before = ours.markets[name].choice
        assert before is not None
        assert before.alternatives["other_lines"].extra_cost_per_feu is None


def test_operators_react_where_the_question_says_so_and_trains_are_cancelled_then() -> None:
    """Sea-rail trains with few boxes do not pay their 17,370 yuan: they are cancelled, with subsidy or without."""
    short = "period.last_day=2020-04-30"
    unpaid = {}
    for name in ("no-subsidy", "no-subsidy-react", "operators-react"):
        departures = simulate(change(library(name), short), 0).departures
        unpaid[name] = int((departures.ran == Ran.UNPAID).sum())
    assert unpaid["no-subsidy"] == 0
    assert unpaid["no-subsidy-react"] > 0
    assert unpaid["operators-react"] > 0
    assert library("operators-react").operators.react
    assert [one.path for one in changes(load(SCENARIOS / "2020.yaml"), library("operators-react"))] == [
        "operators.react"
    ]


# --- what policies cost

FREE = {"when_full"}
AS_THE_RUN_SAYS = {
    *("subsidy", "cap30", "local_bonus", "dalian_regular", "tianjin_regular"),
    *("cmo_frequency", "dalian_frequency", "tianjin_frequency", "air_charter"),
}
PLAN = load(SCENARIOS / "2020.yaml")


@pytest.mark.parametrize("name", sorted(PLAN.policies))
def test_a_policy_has_a_cost_with_its_range_or_says_why_it_has_none(name: str) -> None:
    policy = PLAN.policies[name]
    cost = policy.with_.get("cost")
    if cost is None:
        assert name in FREE | AS_THE_RUN_SAYS
        assert policy.note is not None
        assert "cost" in policy.note.en
        assert "费用" in policy.note.zh
        return
    numbers = [f"{k}.cny" for k in ("per_year", "investment") if k in cost]
    numbers += [k for k in ("life_years", "interest") if k in cost]
    assert numbers
    assert ("investment" in cost) == ("life_years" in cost) == ("interest" in cost)
    for number in numbers:
        fact = PLAN.facts[f"policies.{name}.with.cost.{number}"]
        assert fact.grade == "assumed"
        low, _, high = fact.range
        assert low < high


@pytest.mark.parametrize("name", ["gauge-change-doubled", "one-bill", "everything"])
def test_what_a_policy_costs_is_drawn_with_the_rest(name: str) -> None:
    after = load(SCENARIOS / "what-if" / f"{name}.yaml")
    drawn = {one.path for one in inputs_of(after)[0]}
    amounts = {f"outlays.{key}.per_year.cny" for key in after.outlays}
    assert amounts
    assert amounts <= drawn


def test_what_a_flight_costs_and_earns_is_drawn_the_same_both_ways() -> None:
    drawn = {one.path: one.luck for one in inputs_of(library("air-charter"))[0] if "incheon_air" in one.path}
    assert drawn == {
        f"services.incheon_air_{side}.tariff.{what}.usd": f"together.{group}"
        for side in ("outbound", "inbound")
        for what, group in (("price_per_feu", "air_price"), ("cost_per_train", "air_cost"))
    }


def test_a_doubled_gauge_change_costs_its_annuity_and_its_upkeep() -> None:
    """By hand: 45 million over 30 years at 5 % is 45 · 0.05 / (1 − 1.05⁻³⁰) = 2.927 million a year, and 3.4 million."""
    after = load(SCENARIOS / "what-if" / "gauge-change-doubled.yaml")
    assert after.outlays["gauge_change"].cny_per_year(after.exchange) == pytest.approx(6.327e6, rel=1e-3)


# --- where a what-if may lie


def test_a_what_if_may_be_based_on_a_file_of_the_folder_of_scenarios(folder: Path) -> None:
    (folder / "what-if").mkdir()
    path = folder / "what-if" / "a.yaml"
    path.write_text("based_on: ../base.yaml\n", "utf-8")
    with pytest.raises(ScenarioError, match="must not leave the folder of the scenario"):
        load(path)
    (folder / "schema.json").write_text("{}", "utf-8")
    assert load(path) == load(folder / "base.yaml")
    assert set(inputs(path)) == {"what-if/a.yaml", "base.yaml", "small.yaml"}


@pytest.mark.parametrize("name", ["../../base.yaml", "../what-if/../../base.yaml", "../../../etc/passwd"])
def test_no_file_leads_out_of_the_folder_of_scenarios(folder: Path, name: str) -> None:
    home = folder / "scenarios"
    (home / "what-if").mkdir(parents=True)
    (home / "schema.json").write_text("{}", "utf-8")
    path = home / "what-if" / "a.yaml"
    path.write_text(f"based_on: {name}\n", "utf-8")
    with pytest.raises(ScenarioError, match="must not leave the folder"):
        load(path)
