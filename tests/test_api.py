"""From Python: the same answers as the command line gives, and nothing printed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from traces import SECOND_CHANNEL, corridor, merged

import sim
from sim import Compared, Run, Scenario, ScenarioError, change, compare, load, run
from sim.cli import _run
from sim.errors import FolderError
from sim.files import dump, scenario_hash
from sim.words import LANGS

ROOT = Path(__file__).parents[1]
YEARS = 5
TABLES = ("summary", "replications", "monthly", "occupancy", "lead_times", "journeys", "assumptions")
HOSTILE = '<script>alert(1)</script> & "more"'
LONGER = "services.out.capacity_teu=60"
VARIED: dict[str, Any] = {
    "period": {"warm_up_days": 20},
    "nodes": {"home": {"handling": {"units": 3, "lift_min": {"low": 2.0, "likely": 4.0, "high": 12.0}}}},
    "markets": {"hub_export": {"year_cv": 0.1, "share_40ft": 0.5}},
    "baselines": {"mine": {"measure": "carried_teu", "channel": "land", "year": 2020, "value": 3000.0, "source": "me"}},
    "facts": {"services.out.capacity_teu": {"grade": "assumed", "source": '常规, as "usual"', "range": [10, 500]}},
}


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return Scenario.model_validate(corridor(**merged(SECOND_CHANNEL, VARIED)))


@pytest.fixture(scope="module")
def plan_file(plan: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("scenarios") / "plan.yaml"
    file.write_text(dump(plan), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def written(plan_file: Path) -> Path:
    """What `sim run` and `sim compare` leave, of the plan and of longer trains."""
    place = plan_file.parent
    common = ("-n", YEARS, "--no-figures", "--quiet")
    assert by_command_line("run", plan_file, *common, "--out", place / "base") == 0
    assert by_command_line("run", plan_file, *common, "--set", LONGER, "--out", place / "longer") == 0
    words = ("compare", place / "base", place / "longer", "--no-figures", "--quiet", "--out", place / "both")
    assert by_command_line(*words) == 0
    return place


@pytest.fixture(scope="module")
def base(plan_file: Path) -> Run:
    return run(plan_file, replications=YEARS, jobs=1)


@pytest.fixture(scope="module")
def longer(plan: Scenario) -> Run:
    return run(change(plan, LONGER, name="longer trains"), replications=YEARS, jobs=1)


def by_command_line(*words: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["sim", *map(str, words)])
        return _run()


def cells(frame: pd.DataFrame) -> list[list[str]]:
    """A table as the CSV file of it has it; a moment in the form of its column."""

    def cell(value: Any, column: str) -> str:
        if pd.isna(value):
            return ""
        if isinstance(value, pd.Timestamp):
            return value.date().isoformat() if column == "date" else value.isoformat(timespec="minutes")
        return f"{value:.10g}" if isinstance(value, float) else str(value)

    return [[cell(row[column], column) for column in frame] for row in frame.to_dict("records")]


def of_csv(path: Path, called: str) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of a CSV file, whose runs are called otherwise."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    at = head.index("scenario") if "scenario" in head else None
    return head, [[called if n == at else cell for n, cell in enumerate(row)] for row in rows]


# ------------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_cell_by_cell_the_file_that_the_command_line_writes(name: str, base: Run, written: Path) -> None:
    head, rows = of_csv(written / "base" / f"{name}.csv", called="plan")
    table = getattr(base, name)
    assert list(table.columns) == head
    assert cells(table) == rows
    assert rows


def test_draws_are_tables_too_and_those_of_the_command_line(plan_file: Path, tmp_path: Path) -> None:
    drawn = run(plan_file, replications=YEARS, jobs=1, draws=10, out=tmp_path / "out", figures=False)
    for name in ("prediction", "tornado", "uncertainty"):
        table, written = getattr(drawn, name), pd.read_csv(tmp_path / "out" / f"{name}.csv")
        assert list(table.columns) == list(written.columns)
        for column in written.select_dtypes("number").columns:
            np.testing.assert_allclose(table[column].astype(float), written[column].astype(float), rtol=1e-9)
            assert pd.api.types.is_numeric_dtype(table[column]), column


def test_without_draws_their_tables_are_not_there(base: Run) -> None:
    with pytest.raises(ValueError, match="the inputs were not drawn"):
        _ = base.tornado


@pytest.mark.parametrize("draws", [-1, 3, 10_001])
def test_a_number_of_draws_that_means_nothing_is_refused(draws: int, plan: Scenario) -> None:
    with pytest.raises(ValueError, match=f"draws is {draws}"):
        run(plan, draws=draws)


def test_numbers_are_numbers_and_days_are_days(base: Run) -> None:
    assert (base.summary[["mean", "low95", "high95", "baseline"]].dtypes == np.float64).all()
    assert base.replications["replication"].dtype == np.int64
    assert base.occupancy["date"].dt.year.unique().tolist() == [2020]
    assert pd.api.types.is_datetime64_dtype(base.journeys["arrived"])
    assert pd.api.types.is_string_dtype(base.summary["tag"])


def test_who_changes_a_table_changes_a_copy(base: Run) -> None:
    table = base.summary
    table["mean"] = 0.0
    assert base.summary["mean"].max() > 0


def test_the_headline_has_the_first_measures_of_each_channel(base: Run) -> None:
    whole = base.summary.query("direction == 'all' and cargo == 'all' and place == 'all'")
    carried = whole[whole["measure"] == "carried_teu"].set_index("channel")["mean"]
    assert base.headline.loc["carried_teu"]["mean"].to_dict() == carried.to_dict()
    assert base.headline.index.get_level_values("measure")[0] == "carried_teu"


def test_an_estimate_is_the_mean_of_the_replications(base: Run) -> None:
    found = base.estimate("carried_teu", "land", direction="outbound")
    table = base.replications
    mine = table.query("measure == 'carried_teu' and channel == 'land' and direction == 'outbound' and cargo == 'all'")
    assert found.mean == pytest.approx(mine["value"].mean())
    assert found.low < found.mean < found.high
    assert found.n == YEARS


@pytest.mark.parametrize(
    ("measure", "channel", "told"),
    [("carried", "land", "no measure 'carried'.*carried_teu"), ("carried_teu", "air", "channel air.*channel land")],
)
def test_an_estimate_that_is_not_there_says_which_are(measure: str, channel: str, told: str, base: Run) -> None:
    with pytest.raises(ValueError, match=told):
        base.estimate(measure, channel)


# ---------------------------------------------------------------------------------------------------------------- runs


def test_it_does_not_matter_how_many_processes_simulate(plan: Scenario) -> None:
    one, two = (run(plan, replications=3, jobs=jobs) for jobs in (1, 2))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_nothing_is_printed_and_nothing_is_written(
    plan_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    one = run(plan_file, replications=2, jobs=1)
    both = compare(one, run(load(plan_file), seed=one.scenario.seed, changes=[LONGER], replications=2, jobs=1))
    one._repr_html_()
    both._repr_html_()
    one.plot()
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_with_out_the_folder_is_that_of_the_command_line(plan_file: Path, written: Path, tmp_path: Path) -> None:
    run(plan_file, replications=YEARS, jobs=1, out=tmp_path / "base", figures=False)
    mine, theirs = (json.loads((at / "base" / "manifest.json").read_bytes()) for at in (tmp_path, written))
    assert mine["files"] == theirs["files"]
    for apart in ("command", "started", "finished"):
        del mine[apart], theirs[apart]
    assert mine == theirs


def test_with_out_a_year_that_is_kept_is_not_simulated_again(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(plan, replications=2, jobs=1, out=tmp_path / "kept")
    monkeypatch.setattr("sim.experiment.replicate.replicate", None)
    again = run(plan, replications=2, jobs=1, out=tmp_path / "kept")
    pd.testing.assert_frame_equal(first.summary, again.summary)
    assert (tmp_path / "kept" / "figures" / "carried.png").is_file()


def test_the_seed_and_the_changes_of_a_run_are_those_of_its_scenario(plan: Scenario, plan_file: Path) -> None:
    for scenario in (plan, plan_file):
        found = run(scenario, replications=1, jobs=1, seed=7, changes=[LONGER])
        assert found.scenario.seed == found.manifest["seed"] == 7
        assert found.scenario.services["out"].capacity_teu == 60
        assert found.id.endswith("+services.out.capacity_teu=60")


@pytest.mark.parametrize("options", [{"replications": 0}, {"precision": 2.0}, {"jobs": -1}])
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], plan: Scenario) -> None:
    (name,) = options
    with pytest.raises(ValueError, match=f"^{name} is "):
        run(plan, **options)


def test_a_wrong_scenario_says_everything_at_once(plan_file: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        run(plan_file, changes=["services.owt.capacity_teu=60", "period.warm_up_days=ninety"])
    assert [problem.where for problem in caught.value.problems] == ["period.warm_up_days", "services.owt"]


# ------------------------------------------------------------------------------------------------------------- changes


def test_a_changed_scenario_is_the_one_with_the_setting(plan: Scenario, plan_file: Path) -> None:
    changed, set_ = change(plan, LONGER), load(plan_file, overrides=[LONGER])
    assert scenario_hash(changed.but(facts={})) == scenario_hash(set_.but(facts={}))
    fact = changed.facts["services.out.capacity_teu"]
    assert (fact.grade, fact.source) == ("what-if", "changed in Python")


def test_without_a_setting_nothing_changes_but_the_name() -> None:
    plan = load(ROOT / "scenarios" / "2020.yaml")
    assert change(plan) == plan
    assert change(plan, name="mine").but(name=plan.name) == plan
    assert change(plan, name="mine").name.of("zh") == "mine"


def test_a_wrong_change_says_everything_at_once_and_names_no_line(plan: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        change(plan, "services.owt.capacity_teu=60", "period.warm_up_days=ninety", name="")
    problems = caught.value.problems
    assert {problem.where for problem in problems} >= {"services.owt", "period.warm_up_days"}
    assert all(problem.line is None for problem in problems)
    assert any(problem.where.startswith("name") for problem in problems)


# --------------------------------------------------------------------------------------------------------- comparisons


def test_differences_are_those_of_the_command_line_to_the_digit(base: Run, longer: Run, written: Path) -> None:
    table = compare(base, longer).differences
    with (written / "both" / "comparison.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    called = {"base": "plan", "longer": "longer trains"}
    assert list(table.columns) == head
    assert cells(table) == [[called.get(cell, cell) for cell in row] for row in rows]
    assert (table["difference"] != 0).any()


def test_inputs_are_those_that_were_changed(base: Run, longer: Run) -> None:
    table = compare(base, longer).inputs
    assert table[["path", "value", "grade"]].to_numpy().tolist() == [["services.out.capacity_teu", "60", "what-if"]]


def test_folders_files_scenarios_and_runs_compare_alike(
    plan: Scenario, plan_file: Path, base: Run, longer: Run, written: Path
) -> None:
    others = [written / "longer", change(plan, LONGER)]
    expected = compare(base, longer).differences["difference"]
    for first, other in zip((str(written / "base"), plan_file), others, strict=True):
        found = compare(first, other, replications=YEARS, jobs=1)
        pd.testing.assert_series_equal(found.differences["difference"], expected)


def test_what_is_said_is_what_the_command_line_says(
    written: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("compare", written / "base", written / "longer", "--no-figures", "--json", "--out", tmp_path / "both")
    assert by_command_line(*words) == 0
    told = json.loads(capsys.readouterr().out)
    both = compare(written / "base", written / "longer")
    assert both.sentences() == told["scenarios"][0]["sentences"]
    assert len(both.sentences("zh")) == len(both.sentences())
    verdicts = [(d["measure"], d["channel"], d["verdict"]) for d in told["scenarios"][0]["differences"]]
    assert list(both.headline[["measure", "channel", "verdict"]].itertuples(index=False, name=None)) == verdicts
    assert all(sentence in str(both) for sentence in both.sentences())


def test_of_several_others_one_must_be_named(base: Run, longer: Run) -> None:
    both = compare(base, longer, longer)
    assert both.ids == ["plan", "longer trains-2", "longer trains-3"]
    with pytest.raises(ValueError, match="'longer trains-2', 'longer trains-3'"):
        both.sentences()
    assert both.sentences(of="longer trains-2")


def test_runs_that_cannot_be_compared_say_why(base: Run, plan: Scenario, written: Path) -> None:
    with pytest.raises(FolderError, match="different luck"):
        compare(base, run(plan, replications=1, jobs=1, seed=1))
    with pytest.raises(FolderError, match="does not hold a run"):
        compare(base, written / "both")
    with pytest.raises(ValueError, match="1 to 5 others; these are 0"):
        compare(base)


# ------------------------------------------------------------------------------------------------- notebook and plots


def test_names_are_inert_in_a_notebook(plan: Scenario) -> None:
    channels = {id_: channel.but(name=HOSTILE) for id_, channel in plan.channels.items()}
    hostile = plan.but(name=HOSTILE, question=HOSTILE, channels=channels)
    found = run(hostile, replications=2, jobs=1)
    for page in (found._repr_html_(), compare(found, change(hostile, LONGER), replications=2)._repr_html_()):
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_notebook_shows_interval_years_tag_and_warnings(lang: str, plan_file: Path) -> None:
    found = run(plan_file, replications=1, jobs=1, lang="zh" if lang == "zh" else "en")
    page = found._repr_html_()
    assert found.warnings()
    for text in found.warnings():
        assert text.replace("&", "&amp;") in page
    for word in {"en": ("95 %", "tag: carried", "mean of 1"), "zh": ("95%", "标记：承运量", "1 个模拟年")}[lang]:
        assert word in page


@pytest.mark.parametrize("name", ["carried", "monthly", "lead_times", "waterfall", "string_line", "occupancy"])
def test_every_figure_can_be_plotted_of_one_run_and_of_two(name: str, base: Run, longer: Run) -> None:
    assert base.plot(name).axes
    assert compare(base, longer).plot(name, "zh").axes


def test_figures_of_differences_belong_to_comparisons(base: Run, longer: Run) -> None:
    both = compare(base, longer)
    assert both.plot("forest").axes
    assert both.plot("stage_difference").axes
    with pytest.raises(ValueError, match=r"no figure 'forest'\. Figures: carried"):
        base.plot("forest")
    with pytest.raises(ValueError, match=r"no figure 'forrest'. Figures: forest, .*, carried"):
        both.plot("forrest")


def test_a_run_printed_is_one_line(base: Run) -> None:
    assert str(base).count("TEU; mean of 5 simulated years") == 1
    assert "\n" not in str(base)


# --------------------------------------------------------------------------------------------------------------- import


def test_to_import_sim_imports_no_library() -> None:
    code = "import sim, sys; print(sorted({'numpy', 'pandas', 'matplotlib', 'pydantic', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_public_names_are_there_and_others_are_not() -> None:
    assert {type(getattr(sim, name)).__name__ for name in sim.__all__} <= {"function", "type", "ModelMetaclass"}
    assert set(sim.__all__) <= set(dir(sim))
    assert sim.Compared is Compared
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = sim.lod
