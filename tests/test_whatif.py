"""What-ifs against one reference: ratios, ranks, effects, diversion and beliefs, with answers from elsewhere."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import sim
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy import stats

import sim as package
from sim.cli import terminal
from sim.errors import CorridorError
from sim.experiment.believe import BelieveError, Question, axis_of, believe
from sim.experiment.compare import Paired, compared
from sim.experiment.diversion import NOT_BOOKED, Chosen, DiversionError, crossed, diversions
from sim.experiment.draws import DrawsError, with_values
from sim.experiment.factorial import Factorial, FactorialError, cells_of, combined, contrast, effects_of, effects_on
from sim.experiment.inputs import changes
from sim.experiment.priced import without_price
from sim.experiment.whatif import (
    JOINT_COST,
    Lever,
    WhatIfError,
    cost_in,
    headline,
    kind_of,
    negligible_cost,
    what_if,
    with_cost,
)
from sim.figures.decision_words import WORDS as FIGURE_WORDS
from sim.figures.effect_cost import EffectCost, Point, shortened
from sim.figures.effect_cost import _ends as reach
from sim.figures.effect_cost import draw as draw_effect_cost
from sim.figures.factorial import Bar, Effects, Measured
from sim.figures.factorial import draw as draw_effects
from sim.files import load
from sim.results.folder import read_manifest
from sim.scenario import Scenario
from sim.statistics import Estimate, estimate, fieller, first_shares, holm, per_cost
from sim.telling.beliefs import crossing_of, factorial_headline
from sim.telling.whatif import rounded
from sim.telling.whatif_words import WORDS
from sim.trace import ChoiceTable, Label
from sim.words import LANGS, Lang

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SHARE = "markets.m.choice.alternatives.c.base_share"

SLEEP_A = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_B = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
"""Hours of sleep gained with two drugs, by patient (Cushny & Peebles 1905, in Student 1908)."""

# A corridor in which shippers choose between a subsidised train and others, small enough to run in a moment.
CORRIDOR = """\
name: {zh: 对照, en: reference}
period: {first_day: 2001-01-01, last_day: 2001-03-31, warm_up_days: 30}
seed: 5
exchange: {usd: 7}
nodes:
  home: {type: terminal, name: {zh: 起点, en: home}, export_clearance: {time_h: 0}}
  west: {type: terminal, name: {zh: 终点, en: west}}
lines:
  track: {name: {zh: 线路, en: track}, km: 1000, run_h: 48}
services:
  out:
    name: {zh: 班列, en: train}
    mode: train
    direction: outbound
    route: [home, track, west]
    capacity_teu: 200
    timetable: {every_h: 48}
    tariff:
      price_per_feu: {usd: 5000}
      cost_per_train: {usd: 1000}
      cost_per_feu: {usd: 6000}
      cap_basis: {whole_route: {usd: 7500}, domestic_section: {usd: 650}}
      base: {price_per_feu: {usd: 5000}, subsidy_per_feu: {usd: 3000}}
subsidies:
  s:
    name: {zh: 补贴, en: subsidy}
    services: [out]
    cap_share: {is: 0.4, grade: assumed, range: [0.3, 0.4, 0.5], source: test}
    cap_base: whole_route
operators: {pass_through: {is: 0.8, grade: assumed, range: [0.5, 0.8, 1], source: test}}
choice: {scale_per_usd: 0.0009, nest_parameter: 0.6, memory_days: 20, news_days: 7}
channels:
  c: {name: {zh: 通道, en: channel}, outbound: {r: {services: [out], clear_at: home}}}
markets:
  m:
    name: {zh: 市场, en: market}
    direction: outbound
    cargo: local
    region: r
    channels: {c: 1.0}
    share_40ft: 1.0
    teu_per_year: {"2000": 9000, "2001": 9000}
    choice:
      value_of_time_per_feu_day: {usd: 50}
      value_of_reliability_per_feu_day: {usd: 20}
      alternatives:
        c:
          nest: land
          base_share: {is: 0.4, grade: assumed, range: [0.2, 0.4, 0.6], source: test}
          base_days: 4
          base_sd_days: 1
        other: {name: {zh: 别家, en: another}, nest: land, base_share: 0.4, co2_t_per_teu: 2}
        away: {name: {zh: 他处, en: away}, nest: elsewhere}
"""
DEAR = "name: {zh: 补贴五成, en: half paid}\nbased_on: reference.yaml\nsubsidies: {s: {cap_share: 0.5}}\n"
CHEAP = "name: {zh: 补贴三成, en: a third paid}\nbased_on: reference.yaml\nsubsidies: {s: {cap_share: 0.3}}\n"
OFTEN = "name: {zh: 每日一班, en: every day}\nbased_on: reference.yaml\nservices: {out: {timetable: {every_h: 24}}}\n"
SAME = "name: {zh: 不变, en: the same}\nbased_on: reference.yaml\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library, with its reference beside it under a name that is no what-if."""
    place = tmp_path_factory.mktemp("library")
    files = {"reference": CORRIDOR, "dear": DEAR, "cheap": CHEAP, "often": OFTEN, "same": SAME}
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def scenarios(folder: Path, *names: str) -> dict[str, Scenario]:
    return {name: load(folder / f"{name}.yaml") for name in names}


# --- ratios


def test_the_ends_of_fieller_are_the_ratios_that_the_t_test_just_rejects() -> None:
    """By the definition of Fieller (1954), on the sleep of Cushny & Peebles: t of a − r · b is ± t(.975, 9) there."""
    a, b = np.array(SLEEP_A), np.array(SLEEP_B)
    found = fieller(a, b)
    assert found.mean == pytest.approx(0.75 / 2.33)
    for end in (found.low, found.high):
        assert stats.ttest_1samp(a - end * b, 0).pvalue == pytest.approx(0.05, abs=1e-12)
    assert stats.ttest_1samp(a - found.mean * b, 0).pvalue > 0.99


def test_fieller_by_the_formula_of_the_textbooks() -> None:
    """(Q − g·c/v + t/b̄ · √(u − 2Qc + Q²v − g(u − c²/v))) / (1 − g), with g = t²v/b̄² (Finney 1978, §4.6)."""
    a, b = np.array(SLEEP_A), np.array(SLEEP_B)
    (u, c), (_, v) = np.cov(a, b) / len(a)
    t = stats.t.ppf(0.975, len(a) - 1)
    q, g = a.mean() / b.mean(), t**2 * v / b.mean() ** 2
    root = t / b.mean() * np.sqrt(u - 2 * q * c + q**2 * v - g * (u - c**2 / v))
    found = fieller(a, b)
    assert (found.low, found.high) == pytest.approx(
        ((q - g * c / v - root) / (1 - g), (q - g * c / v + root) / (1 - g)), rel=1e-12
    )


def test_a_ratio_over_what_may_be_nothing_has_no_ends() -> None:
    found = fieller(SLEEP_B, np.array(SLEEP_A) - 0.7)
    assert np.isfinite(found.mean)
    assert np.isnan([found.low, found.high]).all()


def test_a_ratio_without_chance_is_exact_and_one_year_has_no_interval() -> None:
    assert fieller([2.0, 2.0, 2.0], [4.0, 4.0, 4.0]) == Estimate(0.5, 0.5, 0.5, 3)
    assert np.isnan(fieller([2.0], [4.0]).low)
    assert np.isnan(fieller([1.0, 2.0], [0.0, 0.0]).mean)


def test_who_gains_for_nothing_is_first_and_who_gains_nothing_last() -> None:
    found = per_cost(np.array([10.0, 1.0, -1.0, 5.0]), np.array([5.0, 0.0, 3.0, 1.0]))
    assert found.tolist() == [2.0, np.inf, -np.inf, 5.0]


def test_the_first_is_always_first_where_no_year_says_otherwise() -> None:
    gains, costs = [[9.0, 8.0, 7.0], [1.0, 2.0, 3.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    assert first_shares(gains, costs).tolist() == [1.0, 0.0]


def test_of_two_years_that_disagree_each_drawn_twice_decides() -> None:
    """Years (3, 0) against (0, 2): drawn twice from two, the second is first only if its year comes twice: 1 in 4."""
    share = first_shares([[3.0, 0.0], [0.0, 2.0]], np.ones((2, 2)))[1]
    assert share == pytest.approx(0.25, abs=0.04)


def test_a_number_is_told_to_three_digits() -> None:
    assert [rounded(v) for v in (81_437.0, -0.012345, 0.0)] == [81_400, -0.0123, 0.0]


# --- factorial designs


def test_effects_of_a_textbook_design_by_hand() -> None:
    """Two factors, (1) = 80, a = 100, b = 60, ab = 90 in total over three: A 25/3, B −15/3, AB 5/3 (Montgomery, §6.2).

    Montgomery (2017), example 6.1: concentration and catalyst, n = 3: A = 8.33, B = −5.00, AB = 1.67.
    """
    cells = {
        frozenset(): np.array([28.0, 25, 27]),
        frozenset("a"): np.array([36.0, 32, 32]),
        frozenset("b"): np.array([18.0, 19, 23]),
        frozenset("ab"): np.array([31.0, 30, 29]),
    }
    found = {effect: contrast(cells, effect).mean() for effect in effects_of("ab")}
    assert found == pytest.approx({("a",): 25 / 3, ("b",): -5.0, ("a", "b"): 5 / 3})


def test_three_factors_that_add_up_have_no_interactions() -> None:
    cells = {cell: np.array([1.0, 2.0]) + 4 * ("a" in cell) - 2 * ("b" in cell) for cell in cells_of("abc")}
    found = {effect: contrast(cells, effect).mean() for effect in effects_of("abc")}
    assert found.pop(("a",)) == pytest.approx(4)
    assert found.pop(("b",)) == pytest.approx(-2)
    assert len(found) == 5
    assert all(abs(value) < 1e-12 for value in found.values())


def test_a_product_of_three_is_their_interaction() -> None:
    """y = 8 only where all three are present: by Montgomery's signs every effect is 8 / 4, interactions too."""
    cells = {cell: np.array([8.0 * (len(cell) == 3)]) for cell in cells_of("abc")}
    assert [contrast(cells, effect)[0] for effect in effects_of("abc")] == [2.0] * 7


def test_effects_share_one_risk_of_error() -> None:
    rng = np.random.default_rng(1)
    cells = {cell: rng.normal(size=10) for cell in cells_of("ab")}
    found = effects_on(cells, "ab", headline("carried_teu"))
    assert [one.p_holm for one in found] == pytest.approx(holm([one.p for one in found]).tolist())
    wide = estimate(contrast(cells, ("a",)), 1 - 0.05 / 3)
    assert (found[0].effect.low, found[0].effect.high) == (wide.low, wide.high)


def test_changes_of_several_factors_are_laid_over_each_other(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "often")
    both = combined(of.pop("reference"), of)
    assert both.subsidies["s"].cap_share == 0.5
    assert both.services["out"].timetable
    assert both.services["out"].timetable.every_h == 24
    assert both.name.en == "half paid + every day"


def test_the_headline_of_a_design_names_what_moves_most_and_what_does_not_add_up(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "often")
    plan, figure = of.pop("reference"), headline("carried_teu")
    noise = np.array([0.0, 1.0, -1.0, 0.5, -0.5])

    def said(together: float) -> str:
        cells = {cell: 10 * ("dear" in cell) - 50 * ("often" in cell) + noise for cell in cells_of([*of])}
        cells[frozenset(of)] = cells[frozenset(of)] + 2 * together + noise
        found = effects_on(cells, [*of], figure)
        return factorial_headline(Factorial(plan, of, 5, {figure: {}}, found), "en")

    assert said(0.0) == "“every day” moves the most cargo: −50 TEU; the factors add up"
    assert said(8.0) == "“every day” moves the most cargo: −42 TEU; the factors do not simply add up (dear × often +8)"


def test_two_values_of_one_number_have_no_combination(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "cheap")
    with pytest.raises(FactorialError, match=r"dear and cheap both change subsidies\.s\.cap_share"):
        combined(of.pop("reference"), of)


@pytest.mark.parametrize("cell", ["dalian-tianjin", "dalian-cap30", "tianjin-cap30", "dalian-tianjin-cap30"])
def test_shipped_factors_laid_over_each_other_are_the_shipped_cell(cell: str) -> None:
    """Each cell of Dalian × Tianjin × cap is also a file, written by hand: the same corridor by the same levers."""
    factors = {name: load(SCENARIOS / "what-if" / f"{name}.yaml") for name in cell.split("-")}
    made, written = (
        combined(load(SCENARIOS / "2020-no-plan.yaml"), factors),
        load(SCENARIOS / "what-if" / f"{cell}.yaml"),
    )
    assert changes(made, written) == []
    assert made.applied == written.applied
    assert made.facts == written.facts


# --- diversion


def chosen(rows: list[tuple[int, float, int, int]], **what: Any) -> Chosen:
    """Choices written by hand: (market, booked at, TEU, alternative)."""
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    told = {
        "markets": ("m", "n"),
        "alternatives": {"m": ("rail", "sea"), "n": ("rail", "truck")},
        "window": (0.0, 100.0),
    }
    return Chosen(ChoiceTable(*columns), **(told | what))


def test_diversion_crosses_choices_consignment_by_consignment() -> None:
    base = chosen([(0, 1, 2, 0), (1, 2, 1, 1), (0, 3, 4, 1), (0, 4, 6, 1)])
    other = chosen([(0, 1, 2, 0), (1, 2, 1, 0), (0, 3, 4, 0), (0, 4, 6, 1)])
    assert crossed(base, other) == {
        ("m", "rail", "rail"): 2,
        ("m", "sea", "rail"): 4,
        ("m", "sea", "sea"): 6,
        ("n", "truck", "rail"): 1,
    }


def test_only_the_window_counts_and_who_is_new_comes_from_nowhere() -> None:
    base = chosen([(0, -5, 2, 0), (0, 50, 4, 0)])
    other = chosen([(0, -5, 2, 1), (0, 50, 4, 1), (0, 60, 8, 1), (0, 100, 16, 1)])
    assert crossed(base, other) == {("m", "rail", "sea"): 4, ("m", NOT_BOOKED, "sea"): 8}


def test_an_alternative_that_is_new_is_known_by_its_name() -> None:
    other = chosen([(0, 1, 2, 2)], alternatives={"m": ("air", "rail", "sea"), "n": ()})
    assert crossed(chosen([(0, 1, 2, 1)]), other) == {("m", "sea", "sea"): 2}


def test_no_teu_is_lost_on_the_way(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "same")
    found = diversions(of["reference"], {"dear": of["dear"], "same": of["same"]}, 2)
    matrices = {name: one.matrix() for name, one in found.items()}
    assert sum(matrices["dear"].values()) == pytest.approx(sum(matrices["same"].values()))
    assert all(a == b for a, b in matrices["same"])
    assert matrices["dear"]["other", "c"] > 0
    assert ("c", "other") not in matrices["dear"] or matrices["dear"]["c", "other"] < matrices["dear"]["other", "c"]


def test_where_nobody_chooses_nobody_changes_over(folder: Path) -> None:
    plan = load(folder / "reference.yaml", overrides=["choice.active=false"])
    with pytest.raises(DiversionError, match="do not choose"):
        diversions(plan, {"x": plan}, 1)


# --- what-ifs


def test_a_what_if_that_changes_nothing_differs_by_exactly_nothing(folder: Path) -> None:
    of = scenarios(folder, "reference", "same")
    found = what_if(of["reference"], {"same": of["same"]}, 3)
    assert found.pairs["same"]
    assert all(pair.unchanged and pair.p == 1.0 for pair in found.pairs["same"])
    assert found.lever("same").kind == "no_gain"
    assert found.best is None


def test_what_the_scenario_below_gains_is_not_credited_to_a_what_if(folder: Path) -> None:
    """`dear` stands on itself: against the reference it gains cargo, but it adds nothing to what it stands on."""
    of = scenarios(folder, "reference", "dear", "same")
    found = what_if(of["reference"], {"dear": of["dear"], "same": of["same"]}, 4, bases={"dear": of["dear"]})
    gain = found.pair("dear", "carried_teu")
    assert gain
    assert gain.difference.mean > 0
    assert found.lever("dear").stands_on == of["dear"]
    assert found.lever("dear").gain.unchanged
    assert found.lever("dear").kind == "no_gain"
    assert found.lever("same").stands_on == of["reference"]
    assert found.best is None


def test_more_subsidy_buys_cargo_and_less_saves_money(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "cheap", "same")
    found = what_if(of.pop("reference"), of, 4, draws=10)
    assert [found.lever(id_).kind for id_ in of] == ["buys", "saves", "no_gain"]
    dear = found.lever("dear")
    paid, left, teu = (
        found.samples["dear"][headline(measure)] - found.base[headline(measure)]
        for measure in ("treasury_cny", "operator_result_cny", "carried_teu")
    )
    cost = paid - left
    assert dear.cost
    assert dear.cost.difference.mean == pytest.approx(cost.mean())
    assert dear.public_per_teu["subsidy_cny"].mean == pytest.approx(paid.mean() / teu.mean())
    assert dear.cny_per_teu.mean == pytest.approx(cost.mean() / teu.mean())
    assert dear.teu_per_million.mean == pytest.approx(1e6 * teu.mean() / cost.mean())
    assert found.ranking.ids == ("dear",)
    assert (found.ranking.first_shares, found.ranking.drawn_shares, found.ranking.draws) == ((1.0,), (1.0,), 10)
    sign = found.sign("dear", "carried_teu")
    assert sign
    assert (sign.n, sign.way) == (10, 1)


def paired(measure: str, *differences: list[float]) -> list[Paired]:
    """Differences of a measure, year by year, of what-ifs that are compared together."""
    figure = headline(measure)
    base = {figure: np.zeros(len(differences[0]))}
    return [pair for (pair,) in compared(base, [{figure: np.array(each)} for each in differences])]


def test_what_cannot_be_told_is_no_gain_and_what_has_no_price_is_unpriced() -> None:
    sure, unsure = paired("carried_teu", [5.0, 5.1, 4.9, 5.0], [1.0, -1.0, 2.0, -1.0])
    assert kind_of(sure, None) == "unpriced"
    assert kind_of(unsure, None) == "no_gain"
    assert kind_of(sure, sure) == "buys"


def test_a_cost_that_is_not_told_from_chance_is_not_free() -> None:
    """Four years of cost each. −1 ± 10 may be 9: not told. −100 ± 1 is free; −0.5 ± 2 only if 2 is negligible."""
    (gain,) = paired("carried_teu", [5.0, 5.1, 4.9, 5.0])
    (lost,) = paired("carried_teu", [-5.0, -5.1, -4.9, -5.0])
    wide, cheap, near = (
        paired(JOINT_COST, cost)[0]
        for cost in ([-11.0, 9.0, -1.0, -1.0], [-100.0, -101.0, -99.0, -100.0], [-2.0, 1.0, 0.0, -1.0])
    )
    assert [kind_of(gain, cost) for cost in (wide, cheap, near)] == ["untold", "free", "untold"]
    assert near.difference.high == pytest.approx(-0.5 + 3.18245 * np.sqrt(5 / 3) / 2, abs=1e-4)
    assert kind_of(gain, near, negligible=1.6) == "free"
    assert kind_of(gain, near, negligible=1.5) == "untold"
    assert [kind_of(lost, cost) for cost in (wide, cheap)] == ["untold", "saves"]


def test_a_negligible_cost_grows_with_the_gain() -> None:
    """The public pays 3 000 for 30 TEU, 100 a TEU: of what 10 TEU cost at that, 1 000, a twentieth is 50."""
    (gain,) = paired("carried_teu", [9.0, 11.0])
    base = {headline("treasury_cny"): np.array([2000.0, 4000.0]), headline("carried_teu"): np.array([20.0, 40.0])}
    assert negligible_cost(gain, base) == pytest.approx(50)
    assert negligible_cost(gain, {headline("carried_teu"): np.array([20.0, 40.0])}) == 0


def test_what_operators_lose_is_a_cost_and_what_they_are_granted_is_none() -> None:
    """The treasury pays 2 more, operators are left with 1 and 2 less: 3 and 4 a year. A grant of 7 to them cancels."""
    paid, left = headline("treasury_cny"), headline("operator_result_cny")
    base = with_cost({paid: np.array([10.0, 10.0]), left: np.array([5.0, 3.0])})
    dearer = with_cost({paid: np.array([12.0, 12.0]), left: np.array([4.0, 1.0])})
    granted = with_cost({paid: np.array([17.0, 17.0]), left: np.array([12.0, 10.0])})
    figure = headline(JOINT_COST)
    assert (dearer[figure] - base[figure]).tolist() == [3.0, 4.0]
    assert (granted[figure] - base[figure]).tolist() == [0.0, 0.0]
    assert cost_in(base) == figure
    assert cost_in(with_cost({paid: np.array([1.0])})) == paid


def test_a_train_that_its_operator_pays_for_is_not_free(folder: Path) -> None:
    """A train costs 7 000 CNY to run, a TEU 21 000 to carry and earns 17 500: 7 000 a train and 3 500 a TEU are lost by
    treasury and operators together, whatever is granted. Of that, the grant of 0.4 · 7 500 USD a box is 10 500 a TEU.
    """
    of = scenarios(folder, "reference", "often")
    found = what_if(of["reference"], {"often": of["often"]}, 6)
    lever = found.lever("often")
    trains, teu = (found.pair("often", measure) for measure in ("trains_run", "carried_teu"))
    assert lever.cost
    assert trains
    assert teu
    assert lever.cost.difference.mean == pytest.approx(7000 * trains.difference.mean + 3500 * teu.difference.mean)
    assert lever.public_per_teu["subsidy_cny"].mean == pytest.approx(10_500)
    assert lever.kind == "buys"


# --- whether it has its price in the model

LONG = "train_length={services: [out], wagons: 120}"


@pytest.mark.parametrize(
    ("levers", "unpriced"),
    [
        ([LONG], ("train_length",)),
        ([LONG.replace("wagons: 120", "wagons: 120, cost: {per_year: {cny: 1000000}}")], ()),
        (["frequency={services: [out], per_week: 5}"], ()),
        (["subsidy={programme: s, cap_share: 0.45}"], ()),
        ([LONG, "frequency={services: [out], per_week: 5}"], ("train_length",)),
        (["train_length={is: {services: [out], wagons: 120}, grade: what-if, source: the railway}"], ("train_length",)),
        ([], ()),
    ],
)
def test_a_lever_has_a_price_if_it_costs_something_or_moves_money(
    folder: Path, levers: list[str], unpriced: tuple[str, ...]
) -> None:
    plan = load(folder / "reference.yaml")
    assert without_price(plan, load(folder / "reference.yaml", levers=levers)) == unpriced


def test_levers_of_what_it_stands_on_are_not_counted(folder: Path) -> None:
    long = load(folder / "reference.yaml", levers=[LONG])
    assert without_price(long, long) == ()


def test_what_has_no_price_is_not_praised() -> None:
    (more,), (less,) = paired("carried_teu", [5.0, 5.1, 4.9, 5.0]), paired("carried_teu", [-5.0, -5.1, -4.9, -5.0])
    none, plan = Estimate(np.nan, np.nan, np.nan, 4), load(SCENARIOS / "2020.yaml")

    def group(kind: Any, gain: Paired, *levers: str) -> str:
        return Lever("x", plan, kind, gain, None, none, none, without_price=levers).group

    assert group("buys", more) == "buys"
    assert [group(kind, more, "x") for kind in ("buys", "free", "untold", "no_gain")] == [
        *3 * ["not_priced"],
        "no_gain",
    ]
    assert group("saves", less, "x") == "saves"


def test_what_happens_is_neither_a_saving_nor_a_purchase() -> None:
    (less,) = paired("carried_teu", [-5.0, -5.1, -4.9, -5.0])
    none, shut = Estimate(np.nan, np.nan, np.nan, 4), load(SCENARIOS / "what-if" / "manzhouli-closed.yaml")
    assert shut.happens

    def group(kind: Any) -> str:
        return Lever("x", shut, kind, less, None, none, none, happens=shut.happens).group

    assert [group(kind) for kind in ("saves", "loses", "buys", "no_gain")] == [*3 * ["happens"], "no_gain"]


# --- the table


def test_a_table_that_is_too_wide_comes_in_parts_that_repeat_the_first_column() -> None:
    """Columns need 3 more than their longest text, and the frame 1: 4 + 6 + 6 is 16, so 17 hold two beside the name."""
    headings, rows = ["a", "bb", "cc", "dd"], [["1", "123", "123", "123"]]
    assert terminal._parts(headings, rows, 23) == [[0, 1, 2, 3]]
    assert terminal._parts(headings, rows, 22) == [[0, 1, 2], [0, 3]]
    assert terminal._parts(headings, rows, 17) == [[0, 1, 2], [0, 3]]
    assert terminal._parts(headings, rows, 16) == [[0, 1], [0, 2], [0, 3]]
    assert terminal._parts(headings, rows, 3) == [[0, 1], [0, 2], [0, 3]]
    assert terminal._parts(["名", "中文"], [["1", "1"], ["1", "1"]], 12) == [[0, 1]]


def test_what_cannot_be_paired_is_refused(folder: Path) -> None:
    plan = load(folder / "reference.yaml")
    for other, why in (("seed=6", "another seed"), ("period.last_day=2001-02-01", "another period")):
        with pytest.raises(WhatIfError, match=why):
            what_if(plan, {"x": load(folder / "reference.yaml", overrides=[other])}, 1)
    with pytest.raises(WhatIfError, match="no what-if"):
        what_if(plan, {}, 1)
    with pytest.raises(WhatIfError, match="no channel 'z'"):
        what_if(plan, {"x": plan}, 1, channel="z")


# --- what must be believed


def test_an_axis_is_the_range_of_its_fact_or_as_asked(folder: Path) -> None:
    plan = load(folder / "reference.yaml")
    axis = axis_of(plan, SHARE)
    assert axis.values == pytest.approx((0.2, 0.3, 0.4, 0.5, 0.6))
    assert axis.assumed == 0.4
    assert axis_of(plan, f"{SHARE}=0.1..0.3", 3).values == pytest.approx((0.1, 0.2, 0.3))
    assert axis_of(plan, f"{SHARE}=0.1..0.3").assumed == 0.4
    for wrong in (f"{SHARE}=0.3..0.1", f"{SHARE}=a..b", "=1..2"):
        with pytest.raises(BelieveError):
            axis_of(plan, wrong)
    for wrong in ("services.out.capacity_teu", "nothing.there=1..2", "services.out.name=1..2"):
        with pytest.raises(DrawsError):
            axis_of(plan, wrong)


def test_shares_that_are_not_set_make_room_for_those_that_are(folder: Path) -> None:
    plan = load(folder / "reference.yaml")
    moved = with_values(plan, axis_of(plan, f"{SHARE}=0.1..0.9").at(0.9))
    assert moved.markets["m"].choice
    assert moved.markets["m"].choice.shares == pytest.approx({"c": 0.9, "other": 0.08, "away": 0.02})


def test_inputs_that_are_one_assumption_move_together() -> None:
    plan = load(SCENARIOS / "2020.yaml")
    axis = axis_of(plan, "together.dalian_regular", 3)
    assert axis.values == (0.0, 0.5, 1.0)
    assert {one.path.split(".")[1] for one, _ in axis.at(0.0)} == {"dalian_rail_in", "dalian_rail_out"}
    assert [value for _, value in axis.at(1.0)] == [4.0, 4.0]
    with pytest.raises(BelieveError, match=r"together\.dalian_regular"):
        axis_of(plan, "together.nothing")


def test_the_answer_holds_above_the_line_and_not_below(folder: Path) -> None:
    plan = load(folder / "reference.yaml")
    axes = axis_of(plan, SHARE, 3), axis_of(plan, "subsidies.s.cap_share", 3)
    means = believe(plan, axes, Question("carried_teu", "c", "at_least", 0.0), 2).means
    target = float(np.median(means)) + 0.25
    found = believe(plan, axes, Question("carried_teu", "c", "at_least", target), 2)
    assert (np.diff(found.means, axis=0) > 0).all()
    assert (found.known, found.met) == (9, 4)
    same = believe(plan, axes, Question("carried_teu", "c", "at_most", target), 2)
    assert same.met == 9 - found.met


def test_a_mean_whose_interval_straddles_the_target_is_undecided() -> None:
    more, less = (Question("carried_teu", "all", way, 10.0) for way in ("at_least", "at_most"))  # type: ignore[arg-type]
    cells = [Estimate(12, 11, 13, 5), Estimate(10, 9, 11, 5), Estimate(5, 4, 6, 5), None]
    assert [more.says(cell) for cell in cells] == ["holds", "unclear", "fails", "refused"]
    assert [less.says(cell) for cell in cells] == ["fails", "unclear", "holds", "refused"]


def test_where_a_row_crosses_the_target() -> None:
    assert crossing_of(np.array([0.0, 1.0, 2.0]), np.array([5.0, 9.0, 17.0]), 11.0) == pytest.approx(1.25)
    assert crossing_of(np.array([0.0, 1.0]), np.array([5.0, 9.0]), 11.0) is None
    assert crossing_of(np.array([0.0, 1.0, 2.0]), np.array([5.0, 9.0, 5.0]), 7.0) is None


# --- figures and words


def test_what_all_names_share_is_said_once() -> None:
    english = ["What if the Dalian train ran?", "What if the Dalian train slept?"]
    assert shortened(english) == ("What if the Dalian train …", ["… ran?", "… slept?"])
    assert shortened(["大连会怎样？", "天津会怎样？"]) == ("……会怎样？", ["大连", "天津"])
    assert shortened(["half paid", "every day"]) == ("", ["half paid", "every day"])
    assert shortened(["What if so?"]) == ("", ["What if so?"])


def test_a_panel_holds_all_intervals_but_for_what_reaches_far_beyond_all_others() -> None:
    """−96 is more than 2.2 times −25: the panel ends at −26, and at +10, each with 6 % of 36 beside it."""
    around = [Estimate(mean, mean - 1, mean + 1, 9) for mean in (-96.0, -25.0, -12.0, 2.0, 9.0)]
    assert reach(around) == pytest.approx((-26 - 2.16, 10 + 2.16))
    assert reach(around[1:]) == pytest.approx((-26 - 2.16, 10 + 2.16))
    assert reach(around[:1]) == pytest.approx((-97 * 1.06, 97 * 0.06))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("many", [0, 1, 3, 26])
@pytest.mark.parametrize("money", [True, False])
def test_no_text_of_effect_and_cost_covers_another(lang: Lang, many: int, money: bool) -> None:
    groups = ["buys", "free", "untold", "not_priced", "saves", "loses", "happens", "no_gain"]
    unknown = Estimate(np.nan, np.nan, np.nan, 0)
    points = tuple(
        Point(
            Label(
                f"第 {k} 项措施做得再多一些会怎样？", f"What if measure {k} were taken a little further than it is now?"
            ),
            groups[k % 8] if money else "unpriced",
            Estimate(1e3 * (k - 3), 1e3 * (k - 4), 1e3 * (k - 2), 30),
            Estimate(1e6 * k**3, 1e6 * k**3 - 2e5, 1e6 * k**3 + 2e5, 30) if money else unknown,
            Estimate(36_200, 24_300, 72_400, 30) if money else unknown,
            best=k == 0,
        )
        for k in range(many)
    )
    name = Label("合计成本", "cost to treasury and operators")
    figure = draw_effect_cost(EffectCost(Label("答案", "the answer"), None, name, points, 30), lang)
    apart_in(figure)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("several", [2, 4])
def test_no_text_of_a_factorial_design_covers_another(lang: Lang, several: int) -> None:
    names = {f"factor-{k}": Label("某项措施会怎样？", "What if something were done about it?") for k in range(several)}
    effects = tuple(effects_of([*names]))
    bars = tuple(
        Bar(Estimate(90.0 - 60 * k, 80.0 - 60 * k, 100.0 - 60 * k, 9), k % 2 == 0) for k in range(len(effects))
    )
    panel = Measured(Label("承运量，标箱\n（各通道合计）", "carried, TEU\n(all channels)"), 0, bars)
    drawn = Effects(Label("答案", "the answer"), Label("对照", "reference"), names, effects, (panel,) * 4, 9)
    apart_in(draw_effects(drawn, lang))


def apart_in(figure: Figure) -> None:
    """No text of a figure covers another, and none leaves the page."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    texts = [*figure.texts, *(t for axes in figure.axes if axes.axison for t in (*axes.texts, *axes.get_xticklabels()))]
    boxes = [t.get_window_extent(renderer) for t in texts if t.get_text() and t.get_visible()]
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.overlaps(b.shrunk(1.0, 0.5))]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    def gaps(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    for key, (en, zh) in WORDS.items():
        assert gaps(en) == gaps(zh), key
    for key, label in FIGURE_WORDS.items():
        assert gaps(label.en) == gaps(label.zh), key


# --- the commands


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_library_from_the_command_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("whatif", folder, "dear", "cheap", "same", "--reference", folder / "reference.yaml", "-n", 3, "-j", 1)
    out = tmp_path / "results"
    assert sim(*words, "--out", out, "--diversion", "dear") == 0
    said = capsys.readouterr().out
    assert "“half paid” buys the most:" in said
    assert "Less cost to treasury and operators, and less cargo: “a third paid”" in said
    assert "  dear: half paid" in said
    assert next(line for line in said.splitlines() if "│ dear " in line).count("│") == 10  # on one line, whole
    assert "Most goes from" in said
    assert {row["scenario"]: row["kind"] for row in rows(out / "levers.csv")} == {
        "dear": "buys",
        "cheap": "saves",
        "same": "no_gain",
    }
    carried = [r for r in rows(out / "whatif.csv") if (r["measure"], r["channel"]) == ("carried_teu", "all")]
    assert [r["verdict"] for r in carried] == ["better", "worse", "same"]
    assert {row["scenario"] for row in rows(out / "diversion.csv")} == {"dear"}
    assert {"whatif.csv", "levers.csv", "diversion.csv", "figures/effect_cost.png"} <= set(read_manifest(out)["files"])
    before = (out / "whatif.csv").read_bytes()
    assert sim(*words, "--out", out, "--json") == 0  # again, from what was kept
    data = json.loads(capsys.readouterr().out)
    assert data["ranking"] == [{"scenario": "dear", "first_share": 1.0}]
    assert (out / "whatif.csv").read_bytes() == before
    assert not (out / "diversion.csv").exists()


def test_chinese(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("whatif", folder, "dear", "cheap", "--reference", folder / "reference.yaml", "-n", 2, "-j", 1)
    assert sim(*words, "--lang", "zh", "--uncertainty", "--draws", 10, "--out", tmp_path / "zh") == 0
    said = capsys.readouterr().out
    assert "方向成立" in said
    assert "假设情景" in said
    assert not any(word in said for word in ("TEU", "what-if", "public"))


def test_a_factorial_design_from_the_command_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factors = (folder / "dear.yaml", folder / "often.yaml")
    assert sim("factorial", folder / "reference.yaml", *factors, "-n", 2, "-j", 1, "--out", tmp_path / "f") == 0
    said = capsys.readouterr().out
    assert "│ dear × often " in said
    assert "  often: every day" in said
    assert "figures/factorial.png" in read_manifest(tmp_path / "f")["files"]
    effects = [r["effect"] for r in rows(tmp_path / "f" / "factorial.csv") if r["measure"] == "carried_teu"]
    assert effects[:3] == ["dear", "often", "dear x often"]
    assert len([r for r in rows(tmp_path / "f" / "cells.csv") if r["measure"] == "treasury_cny"]) == 4


def test_what_must_be_believed_from_the_command_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("believe", folder / "reference.yaml", "--x", SHARE, "--y", "subsidies.s.cap_share", "--steps", 3)
    out = tmp_path / "b"
    assert sim(*words, "--channel", "c", "--at-least", 700, "-n", 2, "-j", 1, "--out", out) == 0
    assert "at least 700 in" in capsys.readouterr().out
    assert len(rows(out / "believe.csv")) == 9
    assert "figures/believe.png" in read_manifest(out)["files"]
    assert sim(*words, "-n", 2, "--out", out) == 2  # no target


def test_what_is_not_there_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = ("--reference", folder / "reference.yaml", "--out", tmp_path / "x")
    assert sim("whatif", folder, "nothing", *reference) != 0
    assert "It holds: cheap, dear, often, reference, same" in capsys.readouterr().err
    assert sim("whatif", tmp_path / "empty", *reference) != 0
    assert sim("factorial", folder / "reference.yaml", folder / "dear.yaml", "--out", tmp_path / "y") == 2


# --- from Python


def test_from_python(folder: Path) -> None:
    of = scenarios(folder, "reference", "dear", "same")
    found = package.whatif(
        {"dear": of["dear"], "same": of["same"]}, reference=of["reference"], replications=2, diversion=["dear"]
    )
    assert set(found.levers["scenario"]) == {"dear", "same"}
    assert found.differences.loc[found.differences["scenario"] == "same", "difference"].abs().max() == 0
    assert found.diversion["teu"].sum() > 0
    assert found.sentences("zh")[0].endswith("。")
    assert found.plot("zh").get_axes()
    design = package.factorial(folder / "reference.yaml", folder / "dear.yaml", folder / "often.yaml", replications=2)
    assert set(design.effects["factors"].astype(int)) == {1, 2}
    grid = package.believe(of["reference"], SHARE, "subsidies.s.cap_share", at_least=700, steps=2, replications=1)
    assert len(grid.grid) == 4
    assert grid.plot().get_axes()
    with pytest.raises(ValueError, match="one of the two"):
        package.believe(of["reference"], SHARE, "subsidies.s.cap_share")
    with pytest.raises(CorridorError, match="no what-if 'z'"):
        package.whatif({"dear": of["dear"]}, reference=of["reference"], replications=1, diversion=["z"])
