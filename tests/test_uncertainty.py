"""Draws of the inputs: each by its name, intervals that are not confused, and inputs that are told from noise."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import sim
from numpy.typing import NDArray
from scipy import stats
from traces import corridor, merged

from sim.checks import check
from sim.experiment import replicate as replicating
from sim.experiment.compare import Figure
from sim.experiment.draws import DUMMY, REPLICATIONS, Design, DrawsError, design_of, inputs_of, luck_of, triangular
from sim.experiment.findings import Findings, find
from sim.experiment.replicate import How
from sim.experiment.store import Store
from sim.experiment.uncertainty import Draws, movers, named, paired_draws, signs, spread
from sim.experiment.workers import Workers
from sim.files import dump, load
from sim.results.folder import csv_bytes
from sim.results.uncertainty import drawn, uncertainty_tables
from sim.scenario import Scenario
from sim.statistics import apart, components, prediction, rank_correlation, ranks, residual, years_of

ROOT = Path(__file__).parents[1]
CARRIED: Figure = ("carried_teu", "land", "all", "all", "all")
N = 20
DEMAND = "markets.hub_export.teu_per_year.2020"
OTHER = "markets.local_export.teu_per_year.2020"
CAPACITY = "services.out.capacity_teu"
INTERVAL = "services.out.timetable.every_h"
RUNNING = "lines.track.run_h"

Floats = NDArray[np.float64]


def fact(*limits: Any, grade: str = "assumed") -> dict[str, Any]:
    return {"grade": grade, "source": "a test", "range": list(limits)}


RANGES = {DEMAND: fact(4000, 8000, 16000), CAPACITY: fact(400, 500, 600), RUNNING: fact(24.0, 48.0)}


def plan(facts: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """Ample trains: what is carried is what is offered."""
    return Scenario.model_validate(merged(corridor(), changes) | {"facts": RANGES if facts is None else facts})


def of(design: Design, path: str) -> Floats:
    return np.array([values[path] for _, values in sorted(design.values.items())])


# --- luck, by name


@pytest.mark.parametrize("n", [10, 50])
def test_each_of_n_strata_is_hit_once_by_each_input(n: int) -> None:
    design = design_of(plan(), n)
    for luck in design.luck.values():
        assert sorted(np.floor(luck * n).astype(int).tolist()) == list(range(n))
    assert not np.array_equal(design.luck[DEMAND], design.luck[CAPACITY])


def test_one_more_input_moves_no_other() -> None:
    more = plan({**RANGES, OTHER: fact(6000, 12000, 24000), INTERVAL: fact(6, 12, 24)})
    before, after = design_of(plan(), N), design_of(more, N)
    for path in RANGES:
        assert np.array_equal(of(before, path), of(after, path))


def test_two_scenarios_draw_an_input_of_one_name_with_the_same_luck() -> None:
    """Whatever its range is, and whatever else there is; another seed is another luck."""
    a, b = design_of(plan(), N), design_of(plan({DEMAND: fact(1, 2, 3)}), N)
    assert np.array_equal(a.luck[DEMAND], b.luck[DEMAND])
    assert np.array_equal(ranks(of(a, DEMAND)), ranks(of(b, DEMAND)))
    assert not np.array_equal(luck_of(1, DEMAND, N), luck_of(2, DEMAND, N))


def test_ranges_that_are_one_assumption_have_one_luck_and_opposite_ones_keep_their_sum() -> None:
    """Export and import as shares of a known total: 2,664 / 3,037 / 3,730 and 2,664 / 2,291 / 1,598 of 5,328."""
    facts = {DEMAND: fact(2664, 3037, 3730), OTHER: fact(1598, 2291, 2664)}
    together = {"split": {"name": "split", "paths": [DEMAND], "opposite": ["markets.local_*.teu_per_year.*"]}}
    design = design_of(plan(facts, together=together), N)
    assert set(design.luck) == {DUMMY, "together.split"}
    assert of(design, DEMAND) + of(design, OTHER) == pytest.approx(np.full(N, 5328))
    assert np.ptp(of(design, DEMAND)) > 500


def test_a_number_belongs_to_one_assumption_and_a_path_without_a_star_must_exist() -> None:
    group = {"name": "x", "paths": [DEMAND]}
    twice = plan(together={"a": group, "b": {"name": "y", "paths": ["markets.*.teu_per_year.2020"]}})
    assert [p.where for p in check(twice)] == ["together.b"]
    missing = plan(together={"a": {"name": "x", "paths": ["markets.nobody.teu_per_year.2020", "markets.x_*.km"]}})
    assert [p.where for p in check(missing)] == ["together.a"]
    assert "markets.nobody" in check(missing)[0].what


# --- laws


def test_triangular_quantiles_are_those_by_hand() -> None:
    """From 0 to 3 with the peak at 1: F(1) = 1/3; F(x) = x²/3 below it, 1 − (3 − x)²/6 above."""
    found = triangular(np.array([1 / 12, 1 / 3, 5 / 6]), 0.0, 1.0, 3.0)
    assert found == pytest.approx([0.5, 1.0, 2.0])
    luck = np.linspace(0.01, 0.99, 9)
    assert triangular(luck, 2.0, 2.0, 6.0) == pytest.approx(stats.triang(0, loc=2, scale=4).ppf(luck))
    assert triangular(luck, 2.0, 6.0, 6.0) == pytest.approx(stats.triang(1, loc=2, scale=4).ppf(luck))


def test_the_peak_is_the_middle_number_or_else_the_value() -> None:
    inputs, _ = inputs_of(plan())
    laws = {one.path: one.law for one in inputs}
    assert laws == {DEMAND: (4000, 8000, 16000), CAPACITY: (400, 500, 600), RUNNING: (24, 30, 48)}


def test_whole_numbers_stay_whole_and_timetables_are_drawn_in_departures_a_week() -> None:
    weekdays = {"weekdays": ["mon", "wed", "fri"], "at": "20:00"}
    facts = {CAPACITY: fact(1, 2, 4), "services.out.timetable": fact(2, 3, 5)}
    written = plan(facts)
    train = written.services["out"].but(timetable=weekdays, capacity_teu=2)
    design = design_of(written.model_copy(update={"services": {"out": train}}), N)
    for number, drawn_ in design.drawn.items():
        timetable, capacity = drawn_.services["out"].timetable, drawn_.services["out"].capacity_teu
        assert timetable is not None
        assert timetable.per_week == pytest.approx(design.values[number]["services.out.timetable"])
        assert isinstance(capacity, int)
        assert capacity == design.values[number][CAPACITY]
    assert {1, 2, 3} <= set(of(design, CAPACITY)) <= {1, 2, 3, 4}
    per_week = of(design, "services.out.timetable")
    assert 2 <= per_week.min() < 2.6
    assert 4 < per_week.max() <= 5


def test_what_is_not_drawn_is_named_with_its_reason() -> None:
    facts = {
        **RANGES,
        "markets.hub_export.first_day": fact("2020-01-01", "2020-03-01"),
        "markets.hub_export.month_index": fact(0, 0.1, 0.2),
        "markets.hub_export.share_40ft": fact(0, 0, grade="derived"),
        "markets.local_export.share_40ft": fact(0, 1, grade="what-if"),
        "markets.local_export.first_mile_h": {"grade": "assumed", "source": "a law"},
        "markets.local_export.teu_per_year.2018": fact(1, 2, 3),
        "period.warm_up_days": fact(1, 5, 9),
        "services.out.name": {"grade": "documented", "source": "certain"},
    }
    market = {"teu_per_year": {"2018": 2.0}, "month_index": [1.0] * 12, "first_day": "2020-01-15"}
    scenario = plan(facts, markets={"local_export": market, "hub_export": market})
    _, left_out = inputs_of(scenario)
    assert left_out == {
        "markets.hub_export.first_day": "days",
        "markets.hub_export.month_index": "other_quantity",
        "markets.hub_export.share_40ft": "one_value",
        "markets.local_export.first_mile_h": "no_range",
        "markets.local_export.share_40ft": "what_if",
        "markets.local_export.teu_per_year.2018": "other_year",
        "period.warm_up_days": "elsewhere",
    }


def test_shares_that_add_to_more_than_one_are_divided_by_their_sum() -> None:
    path = "markets.hub_export.channels.land"
    two = {"channels": {"land": 0.5, "aside": 0.5}}
    scenario = plan({path: fact(0.4, 0.5, 0.9)}).model_dump(mode="json", by_alias=True, exclude_unset=True)
    scenario["channels"]["aside"] = scenario["channels"]["land"]
    design = design_of(Scenario.model_validate(merged(scenario, {"markets": {"hub_export": two}})), N)
    assert not design.refused
    for number, drawn_ in design.drawn.items():
        shares = drawn_.markets["hub_export"].channels
        assert sum(shares.values()) <= 1 + 1e-9
        assert design.values[number][path] == shares["land"]


def test_draws_that_the_checks_refuse_are_left_out_and_said() -> None:
    path = "markets.hub_export.share_40ft"
    design = design_of(plan({path: fact(0, 0, 2)}), N)
    assert set(design.refused) == {number for number, values in design.values.items() if values[path] > 1}
    assert set(design.drawn) | set(design.refused) == set(range(1, N + 1))
    assert design.refused
    assert all("share_40ft" in why for why in design.refused.values())
    with pytest.raises(DrawsError, match="refuse every draw"):
        design_of(plan({path: fact(1.5, 1.6, 2)}), N)
    with pytest.raises(DrawsError, match="nothing to draw"):
        design_of(plan({}), N)


@pytest.mark.parametrize("name", ["2018", "2019", "2020-no-plan", "2020"])
def test_of_the_shipped_scenarios_no_draw_is_refused_and_known_totals_are_kept(name: str) -> None:
    """10,246 TEU of 2019 are documented, their split by direction is not."""
    design = design_of(load(ROOT / "scenarios" / f"{name}.yaml"), 10)
    assert not design.refused
    if name == "2019":
        parts = [
            f"markets.{cargo}_{way}.teu_per_year.2019" for cargo in ("local", "hub") for way in ("export", "import")
        ]
        assert sum(of(design, path) for path in parts) == pytest.approx(np.full(10, 10246))


# --- statistics


def test_the_components_of_variance_are_those_by_hand() -> None:
    """Means 1.5 and 5.5, years 2 and 5, in all 3.5: MS of rows 2 · 8 = 16, of the rest 4; rows (16 − 4) / 2 = 6.

    With no rest, only a good year for all: rows (16 − 0) / 2.
    """
    assert components([[1, 2], [3, 8]]) == pytest.approx((6, 4))
    assert components([[1, 3], [5, 7]]) == pytest.approx((8, 0))
    assert components([[1, 9], [9, 1]])[0] == 0


def test_without_an_effect_of_the_inputs_a_year_lies_where_it_did() -> None:
    years = np.array([10.0, 14.0, 9.0, 12.0, 15.0])
    law = years_of(np.tile(years[:2], (30, 1)), years)
    assert law is not None
    assert (law.quantile(0.05), law.quantile(0.95)) == pytest.approx(prediction(years))


def test_a_year_with_its_inputs_drawn_lies_where_a_simulation_says() -> None:
    """Effects uniform on ± 100, years normal with standard deviation 10, a draw in the same two years as the others."""
    rng = np.random.default_rng(1)
    years, effects = rng.normal(1000, 10, 400), np.linspace(-100, 100, 200)
    found = spread(CARRIED, years[:2] + effects[:, None], years)
    simulated = rng.normal(1000, 10, 400_000) + rng.uniform(-100, 100, 400_000)
    assert found.drawn == pytest.approx(np.quantile(simulated, [0.05, 0.95]), abs=3)
    assert found.one_year == pytest.approx((1000 - 16.5, 1000 + 16.5), abs=3)
    assert found.share == pytest.approx(100**2 / 3 / (100**2 / 3 + 10**2), abs=0.01)
    assert found.at_least(1050) == pytest.approx((simulated >= 1050).mean(), abs=0.01)
    assert found.mean.half_width < 1.5


def test_with_one_year_nothing_is_said_of_years() -> None:
    found = spread(CARRIED, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0]))
    assert np.isnan(found.drawn).all()
    assert np.isnan([found.share, found.at_least(1.0)]).all()


def test_rank_correlations_are_those_of_scipy_and_partial_ones_leave_out_what_is_given() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 9, 30).astype(float), rng.normal(size=30)
    expected = stats.spearmanr(a, b)
    assert rank_correlation(a, b) == pytest.approx((expected.statistic, expected.pvalue))
    c = rng.normal(size=30)
    r = {x: stats.spearmanr(*pair).statistic for x, pair in {"ab": (a, b), "ac": (a, c), "bc": (b, c)}.items()}
    by_hand = (r["ab"] - r["ac"] * r["bc"]) / np.sqrt((1 - r["ac"] ** 2) * (1 - r["bc"] ** 2))
    assert rank_correlation(a, b, [c])[0] == pytest.approx(by_hand)
    assert np.isnan(rank_correlation(a, np.ones(30))).all()
    assert residual(2 * c + 5, [c]) == pytest.approx(np.full(30, (2 * c + 5).mean()))


def test_means_of_unequal_variance_are_told_apart_as_by_scipy() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(0, 1, 9), rng.normal(2, 5, 14)
    expected = stats.ttest_ind(b, a, equal_var=False).confidence_interval()
    found = apart(a, b)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


# --- which inputs


def luck(n: int, *names: str) -> dict[str, Floats]:
    return {name: luck_of(7, name, n) for name in (*names, DUMMY)}


def test_inputs_are_told_from_noise_the_strongest_first_and_what_does_nothing_is_not() -> None:
    rng = np.random.default_rng(4)
    columns = luck(50, *(f"x{k}" for k in range(40)))
    effects = 100 * columns["x3"] - 40 * columns["x5"] + rng.normal(0, 5, 50)
    found = movers(effects, columns)
    assert [one.input for one in named(found)] == ["x3", "x5"]
    first, second = found[:2]
    assert first.high - first.low == pytest.approx(100 * 2 / 3, abs=6)
    assert second.high - second.low == pytest.approx(-40 * 2 / 3, abs=6)
    assert first.change.low < 100 * 2 / 3 < first.change.high


def test_noise_is_told_from_noise_as_seldom_as_is_said() -> None:
    """At most 5 % of 200 tries may name any of 30 inputs that do nothing; of 200, chance allows 17 (binomial, 99 %)."""
    columns = luck(30, *(f"x{k}" for k in range(30)))
    rng = np.random.default_rng(5)
    assert sum(bool(named(movers(rng.normal(size=30), columns))) for _ in range(200)) <= 17


def test_the_dummy_is_never_above_itself_and_nothing_below_the_dummy_is_told() -> None:
    columns = luck(40, "x")
    assert named(movers(columns[DUMMY], columns)) == []
    both = movers(columns["x"] + 3 * columns[DUMMY], columns)
    assert named(both) == []


def test_effects_that_do_not_vary_are_moved_by_nothing() -> None:
    found = movers(np.full(20, 3.0), luck(20, "x"))
    assert named(found) == []
    assert len(found) == 2


# --- signs


def test_the_share_of_draws_that_keep_the_sign_is_counted_with_its_exact_bound() -> None:
    """7 of 10 more, 2 less, 1 rounds to nothing. Clopper–Pearson for 7 of 10: 34.75 % to 93.33 %."""
    columns = luck(10, "x")
    changes = np.array([5.0, 6, 7, 8, 9, 10, 11, -4, -5, 0.2])
    found = signs(CARRIED, 6.0, Draws(tuple(range(1, 11)), columns, {CARRIED: np.tile(changes[:, None], 2)}))
    assert (found.n, found.more, found.less, found.same, found.opposite) == (10, 7, 2, 7, 2)
    assert (found.share.low, found.share.high) == pytest.approx((0.3475, 0.9333), abs=1e-4)


def test_all_of_n_and_no_difference_at_all() -> None:
    """20 of 20: with 95 % more than 0.05 ** (1 / 20) = 86.1 %."""
    columns, numbers = luck(20, "x"), tuple(range(1, 21))
    less = signs(CARRIED, -3.0, Draws(numbers, columns, {CARRIED: np.full((20, 2), -5.0)}))
    assert (less.same, less.opposite, less.flippers) == (20, 0, [])
    assert less.share.low == pytest.approx(0.05 ** (1 / 20))
    none = signs(CARRIED, 0.0, Draws(numbers, columns, {CARRIED: np.zeros((20, 2))}))
    assert (none.way, none.same, none.more, none.less) == (0, 20, 0, 0)


def test_the_input_that_flips_a_sign_is_named() -> None:
    columns = luck(50, *(f"x{k}" for k in range(20)))
    changes = 100 * (columns["x4"] - 0.4)
    found = signs(CARRIED, 10.0, Draws(tuple(range(1, 51)), columns, {CARRIED: np.tile(changes[:, None], 2)}))
    assert (found.more, found.less) == (30, 20)
    assert [one.input for one in named(found.flippers)] == ["x4"]
    assert found.flippers[0].correlation < 0


def test_draws_are_paired_only_with_the_same_luck() -> None:
    one = Draws((1, 2, 3), {DUMMY: np.array([0.1, 0.5, 0.9])}, {CARRIED: np.array([[1.0, 2], [3, 4], [5, 6]])})
    other = Draws((2, 3, 4), {DUMMY: np.array([0.5, 0.9, 0.2])}, {CARRIED: np.array([[4.0, 6], [5, 6], [0, 0]])})
    both = paired_draws(one, other)
    assert both is not None
    assert both.numbers == (2, 3)
    assert both.values[CARRIED].tolist() == [[1, 2], [0, 0]]
    assert paired_draws(one, Draws((1, 2, 3), {DUMMY: np.array([0.1, 0.5, 0.8])}, other.values)) is None


# --- the whole way


@pytest.fixture(scope="module")
def found() -> Findings:
    return find(plan(), 6, design=design_of(plan(), 30))


def test_the_one_input_that_matters_is_named(found: Findings) -> None:
    assert found.uncertainty is not None
    draws = found.uncertainty.draws()
    assert draws.values[CARRIED].shape == (30, REPLICATIONS)
    assert [one.input for one in named(movers(draws.means(CARRIED), draws.luck))] == [DEMAND]
    days: Figure = ("transit_days", *CARRIED[1:])
    assert [one.input for one in named(movers(draws.means(days), draws.luck))] == [RUNNING]


def test_a_draw_is_what_its_scenario_gives_when_it_is_run_alone(found: Findings) -> None:
    assert found.uncertainty is not None
    design = found.uncertainty.design
    alone = find(design.drawn[17], REPLICATIONS)
    assert [o.values for o in alone.outcomes] == [o.values for o in found.uncertainty.outcomes[17]]


def test_without_draws_there_are_no_tables_of_them(found: Findings) -> None:
    assert uncertainty_tables(find(plan(), 2), "small") == []
    names = [table.name for table in uncertainty_tables(found, "small")]
    assert names == ["uncertainty", "draws", "not_drawn", "prediction", "tornado"]


def test_two_processes_give_the_same_bytes_as_one(found: Findings) -> None:
    again = find(plan(), 6, How(Workers(2)), design=design_of(plan(), 30))
    for one, two in zip(uncertainty_tables(found, "x"), uncertainty_tables(again, "x"), strict=True):
        assert csv_bytes(one) == csv_bytes(two)


def test_what_was_simulated_is_kept_and_draws_are_only_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    really = replicating.replicate
    monkeypatch.setattr(replicating, "replicate", lambda s, n: done.append(n) or really(s, n))
    find(plan(), 2, How(store=Store(tmp_path)))
    before = len(done)
    find(plan(), 2, How(store=Store(tmp_path)), design=design_of(plan(), 10))
    assert len(done) == before + 10 * REPLICATIONS
    find(plan(), 2, How(store=Store(tmp_path)), design=design_of(plan(), 10))
    assert len(done) == before + 10 * REPLICATIONS


# --- the command line


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base whose trains are always too small, and a plan whose trains are always ample."""
    folder = tmp_path_factory.mktemp("runs")
    for name, teu in (("base", 16), ("more", 60)):
        facts = {DEMAND: RANGES[DEMAND], CAPACITY: fact(teu - 4, teu + 4), RUNNING: RANGES[RUNNING]}
        small = plan(facts, services={"out": {"capacity_teu": teu}}, name={"zh": f"情景{teu}", "en": name})
        (folder / f"{name}.yaml").write_text(dump(small), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["sim"])
        assert sim("compare", "base.yaml", "more.yaml", "-n", 5, "--uncertainty", "--draws", 20, "-q") == 0
    return folder


@pytest.fixture
def here(runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(runs)
    monkeypatch.setattr(sys, "argv", ["sim"])
    monkeypatch.setenv("NO_COLOR", "1")
    return runs


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_read_back_are_the_draws(here: Path) -> None:
    read = drawn(here / "results" / "base")
    assert read is not None
    design = design_of(load(here / "base.yaml"), 20)
    assert read.numbers == tuple(range(1, 21))
    assert read.luck.keys() == design.luck.keys()
    for name, column in design.luck.items():
        assert read.luck[name] == pytest.approx(column, abs=1e-9)
    manifest = json.loads((here / "results" / "base" / "manifest.json").read_text("utf-8"))
    assert manifest["draws"] == {
        "asked": 20,
        "finished": 20,
        "refused": [],
        "replications_each": 2,
        "ranges": 3,
        "inputs": 3,
    }


def test_a_comparison_says_in_how_many_draws_its_sign_holds(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("compare", "results/base", "results/more", "--no-figures") == 0
    said = capsys.readouterr().out
    assert "With the inputs drawn too (20 draws, the same in both):" in said
    assert "more in all 20 draws (95 %: more than 86.1 %)" in said
    (row,) = (
        row
        for row in rows(here / "results" / "base_vs_more" / "uncertainty.csv")
        if (row["measure"], row["channel"]) == ("carried_teu", "all")
    )
    assert (row["draws"], row["more"], row["less"], row["share_same_sign"]) == ("20", "20", "0", "1")
    told = [r["input"] for r in rows(here / "results" / "base_vs_more" / "tornado.csv") if r["told"] == "yes"]
    assert DEMAND in told
    assert sim("compare", "results/base", "results/more", "--no-figures", "--json", "--lang", "zh") == 0
    data = json.loads(capsys.readouterr().out)
    assert {one["draws"] for one in data["scenarios"][0]["draws"]} == {20}


def test_both_intervals_are_printed_with_their_names(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", "base.yaml", "-n", "5", "--uncertainty", "--draws", "20", "--no-figures"]
    assert sim(*words) == 0
    english = capsys.readouterr().out
    assert "95 % interval of the mean" in english
    assert "90 % of single years, inputs drawn **" in english
    assert "not the ranges of what was assumed" in english
    assert "3 inputs (3 ranges) drawn at once, 20 draws of 2 years each" in " ".join(english.split())
    assert sim(*words, "--lang", "zh") == 0
    assert "单年 90% 预测区间（输入抽样）**" in capsys.readouterr().out
    assert sim(*words, "--json") == 0
    data = json.loads(capsys.readouterr().out)["uncertainty"]
    assert data["draws"] == {"asked": 20, "finished": 20, "refused": {}}
    assert {one["measure"] for one in data["headlines"]} >= {"carried_teu", "lead_time_days"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tornado_is_drawn(here: Path, tmp_path: Path, lang: str) -> None:
    words = ["run", "base.yaml", "-n", "3", "--uncertainty", "--draws", "12", "-q", "--lang", lang]
    assert sim(*words, "--out", tmp_path / "x") == 0
    assert (tmp_path / "x" / "figures" / "tornado.png").stat().st_size > 10_000
    assert (tmp_path / "x" / "figures" / "tornado.svg").exists()


def test_a_run_without_draws_leaves_none_of_an_earlier_one(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x"
    assert sim("run", "base.yaml", "-n", 3, "--uncertainty", "--draws", 10, "-q", "--no-figures", "--out", out) == 0
    assert (out / "uncertainty.csv").exists()
    assert sim("run", "base.yaml", "-n", 3, "--no-figures", "--out", out) == 0
    for name in ("uncertainty", "draws", "not_drawn", "prediction", "tornado"):
        assert not (out / f"{name}.csv").exists()
    assert "**" not in capsys.readouterr().out
    assert sim("compare", "results/base", out, "--no-figures") == 0
    assert "have no draws in common" in capsys.readouterr().out
    assert sim("compare", "results/base", out, "--uncertainty", "--no-figures") == 1
    assert "was run without --uncertainty" in capsys.readouterr().err


def test_draws_belong_to_uncertainty_and_are_ten_at_least(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", "base.yaml", "--draws", 20) == 2
    assert "belongs to --uncertainty" in capsys.readouterr().err
    assert sim("run", "base.yaml", "--uncertainty", "--draws", 3) == 2


def test_a_year_that_is_missing_among_those_that_are_drawn_leaves_no_interval_rather_than_a_wrong_one() -> None:
    years = np.array([np.nan, 100.0, 120.0, 90.0, 110.0])
    draws = np.array([[100.0, 110.0], [120.0, 130.0], [90.0, 95.0]])
    assert years_of(draws, years) is None
    whole = years_of(draws, np.array([105.0, 100.0, np.nan, 90.0, 110.0]))
    assert whole is not None
    assert whole.degrees == 3, "four known years"
