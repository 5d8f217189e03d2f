"""`sim validate`: scores by hand, a made-up corridor whose answer is the logit's formula, and the shipped hindcast."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import scenario, train
from commands import sim
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.experiment.draws import DrawsError
from sim.experiment.hindcast import as_data, dearer_cny, linked, pairs_of, scored, two_years
from sim.experiment.hindcast_file import ExpectedSpec, HindcastSpec, load_hindcast
from sim.experiment.inputs import changes
from sim.experiment.needed import Volume, brings, needed_scale
from sim.experiment.validate import Effort, Interval, Reading, Validation, judged, naive, predicted, validate, whole_cv
from sim.figures.hindcast import Bar, Mark, draw
from sim.figures.page import Message
from sim.files import dump, load, scenario_hash
from sim.quantities import Spec
from sim.statistics import Estimate, interval_score, two_years_apart
from sim.telling.hindcast import WORDS, Told
from sim.words import LANGS

SHIPPED = Path(__file__).parents[1] / "scenarios" / "validate" / "hindcast.yaml"
SMALL = Effort(draws=4, years=8, side=4)


# --- the interval score, by hand (Gneiting & Raftery 2007, equation 43)


def test_what_lies_inside_costs_the_width() -> None:
    assert interval_score(10, 30, 20, 0.9) == 20
    assert interval_score(10, 30, 10, 0.9) == interval_score(10, 30, 30, 0.9) == 20


def test_what_lies_outside_costs_two_over_alpha_times_the_distance() -> None:
    """α = .1: a unit outside costs 20 more; α = .5: 4 more."""
    assert interval_score(10, 30, 33, 0.9) == pytest.approx(20 + 20 * 3)
    assert interval_score(10, 30, 8, 0.5) == pytest.approx(20 + 4 * 2)


@given(st.floats(0.5, 0.99), st.floats(-5, 5), st.floats(-5, 5))
def test_on_average_nothing_scores_better_than_the_true_quantiles(coverage: float, low: float, more: float) -> None:
    """The score is proper: over a uniform law on (0, 1) the interval between its quantiles has the least mean score."""
    values = (np.arange(2000) + 0.5) / 2000
    true = [(1 - coverage) / 2, (1 + coverage) / 2]
    mean = [np.mean([interval_score(a, b, v, coverage) for v in values]) for a, b in (true, (low, low + abs(more)))]
    assert mean[0] <= mean[1] + 1e-3


def test_two_years_by_hand() -> None:
    """cv = .1: σ² = ln 1.01 = .00995; z(.95) = 1.64485; 1.64485 · √(2 · .00995) = .23204."""
    low, high = two_years_apart(1000, 0.1, 0.9)
    assert (low, high) == pytest.approx((1000 * math.exp(-0.23204), 1000 * math.exp(0.23204)), rel=1e-4)
    assert two_years_apart(1000, 0.0) == (1000, 1000)


def test_two_years_that_vary_lie_in_it_as_often_as_said() -> None:
    years = np.exp(np.random.default_rng(1).normal(0, math.sqrt(math.log(1.01)), (100_000, 2)))
    low, high = two_years_apart(1.0, 0.1, 0.9)
    ratio = years[:, 1] / years[:, 0]
    assert ((low <= ratio) & (ratio <= high)).mean() == pytest.approx(0.9, abs=0.004)


# --- the sensitivity that an outcome needs


def volume(dearer: dict[str, float], theta: float = 1.0, **what: Any) -> Volume:
    nests = {"ours": "land", "other": "land", "away": "away"}
    basic = {"teu": 1000.0, "channel": "ours", "shares": {"ours": 0.4, "other": 0.4, "away": 0.2}, "nests": nests}
    return Volume(**{**basic, "theta": theta, "dearer_usd": dearer, **what})


def test_plain_logit_by_hand() -> None:
    """Half the cargo each; 100 USD more at .01 makes the odds 1/e; for a quarter they must be 1/3: ln 3 / 100."""
    one = volume({"ours": 100.0}, shares={"ours": 0.5, "away": 0.5}, nests={"ours": "a", "away": "b"})
    assert one.at(0.01) == pytest.approx(1000 * 2 / (1 + math.e))
    assert needed_scale([one], 500.0) == pytest.approx(math.log(3) / 100)


@given(st.floats(0.3, 1.0), st.floats(0.05, 0.95), st.booleans())
def test_the_scale_found_brings_what_was_wanted(theta: float, share: float, all_lines: bool) -> None:
    lot = [volume({"ours": 600.0} | ({"other": 600.0} if all_lines else {}), theta), volume({"ours": 50.0}, theta)]
    wanted = share * 2000
    scale = needed_scale(lot, wanted)
    if scale is None:  # the second market falls slowly: with all the sensitivity that may be, some of it stays
        assert brings(lot, 1.0) > wanted
    else:
        assert brings(lot, scale) == pytest.approx(wanted, rel=1e-6)


def test_a_nest_that_grows_dearer_together_loses_less_than_one_that_does_so_alone() -> None:
    alone, together = (
        needed_scale([volume(dearer, 0.6)], 800.0) for dearer in ({"ours": 600}, {"ours": 600, "other": 600})
    )
    assert alone is not None
    assert together is not None
    assert alone < together / 3


def test_no_scale_brings_what_price_cannot() -> None:
    assert needed_scale([volume({"ours": 600.0})], 1200.0) is None
    assert needed_scale([volume({})], 800.0) is None


# --- a made-up corridor: plain logit, ships away, trains with room for all


COST_USD, PRICE_USD, TEU = 4000.0, 5000.0, 7300.0
ODDS = math.exp(-1.0)
"""Of the trains against the ships, when they are 1,000 USD dearer at a scale of .001."""
OUT = TEU * 2 * ODDS / (1 + ODDS)


def corridor(**what: Any) -> dict[str, Any]:
    """Half the hub cargo takes the trains; a quarter of their running cost less subsidy makes them 1,000 USD dearer."""
    ways = {
        "c": {"nest": "land", "base_share": 0.5, "base_days": 3.0, "base_sd_days": 1.0},
        "ship": {"name": "ship", "nest": "sea"},
    }
    worth = {"value_of_time_per_feu_day": {"usd": 20.0}, "value_of_reliability_per_feu_day": {"usd": 0.0}}
    basic = {
        "name": "m", "direction": "outbound", "region": "r", "channels": {"c": 1.0}, "share_40ft": 1.0, "year_cv": 0.02,
    }  # fmt: skip
    choice = worth | {"alternatives": ways}
    years = {"2001": TEU, "2002": 9.0}
    return {
        "markets": {
            "m": basic | {"cargo": "hub", "teu_per_year": years, "choice": choice},
            "own": basic | {"cargo": "local", "teu_per_year": {"2001": 100.0, "2002": 500.0}, "choice": choice},
        },
        "choice": {"scale_per_usd": 0.001},
        "exchange": {"usd": 7.0},
        "subsidies": {"s": {"name": "s", "services": ["west"], "cap_share": 0.5}},
        "facts": {
            "choice.scale_per_usd": {"grade": "assumed", "source": "made up", "range": [0.0008, 0.001, 0.0012]},
            "services.west.tariff.cap_basis.whole_route.usd": {
                "grade": "assumed",
                "source": "…",
                "range": [3900, 4100],
            },
        },
        "lines": {"out": {"run_h": 48.0}},
        "warm_up_days": 60,
        "days": 365,
        **what,
    }


def written(folder: Path, **what: Any) -> Path:
    """The scenario of that corridor in a folder, and its hindcast: the cap falls from a half to a quarter."""
    tariff = {"price_per_feu": {"usd": PRICE_USD}, "cap_basis": {"whole_route": {"usd": COST_USD}}}
    made = corridor(**what.pop("corridor", {}))
    plan = scenario({"west": train(tariff=tariff)}, made.pop("markets"), **made)
    (folder / "year.yaml").write_text(dump(plan), encoding="utf-8")
    figure = {"measure": "carried_teu", "channel": "c", "cargo": "hub"}
    spec: dict[str, Any] = {
        "name": "made up",
        "question": "?",
        "figure": figure,
        "calibration": {"scenario": "year.yaml", "known": known(TEU)},
        "forecast": [
            *("period.first_day=2002-01-01", "period.last_day=2002-12-31", "subsidies.s.cap_share=0.25"),
            "markets.m.teu_per_year.2002=null",
        ],
        "variants": {"alone": {"name": "alone"}},
        "observed": known(OUT),
        "naive": {"same": {"name": "same", "factor": [1, 1], "grade": "derived", "source": "…"}},
        "plausible": {
            "trains": {
                "name": "trains", "scenario": "year.yaml", "years": 4,
                "figures": {
                    "run": window(364, 366, measure="trains_run", channel="c"),
                    "late": window(0, 1, measure="transit_days", channel="c"),
                    "none": window(0, 1, measure="border_wait_hours"),
                },
            },
        },
    }  # fmt: skip
    path = folder / "hindcast.yaml"
    path.write_text(json.dumps({**spec, **what}), encoding="utf-8")
    return path


def known(value: float) -> dict[str, Any]:
    return {"value": value, "grade": "derived", "source": "…"}


def window(low: float, high: float, **what: Any) -> dict[str, Any]:
    return {"name": "…", "low": low, "high": high, "grade": "assumed", "source": "…", **what}


def of(path: Path, effort: Effort = SMALL) -> Validation:
    return validate(load_hindcast(path), path.parent, effort)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    return of(written(tmp_path_factory.mktemp("made_up")))


def test_the_year_of_calibration_comes_out_again(made_up: Validation) -> None:
    (one,) = made_up.calibrations
    assert one.choosing.mean == pytest.approx(TEU, rel=0.03)
    assert one.moved.low <= 0 <= one.moved.high
    assert one.reproduces(TEU)
    assert not one.reproduces(1.2 * TEU)


def test_the_forecast_is_that_of_the_formula(made_up: Validation) -> None:
    """Odds fall from 1 to 1/e; the days stay as they were, for there is room for all."""
    (one,) = made_up.forecasts
    assert one.dearer_usd == pytest.approx({"m": 1000.0})
    assert one.needed.as_assumed == pytest.approx(OUT)
    assert one.mean.mean == pytest.approx(OUT, rel=0.03)
    assert one.interval.middle == pytest.approx(OUT, rel=0.05)


def test_an_outcome_that_was_planted_is_found(made_up: Validation) -> None:
    """What was observed is what the formula says: the forecast holds it, beats the rule, and needs the true scale."""
    (one,) = made_up.forecasts
    assert one.interval.holds(OUT)
    assert made_up.beats(one)
    assert made_up.stands(one) == made_up.worth(one)
    assert one.needed.scale == pytest.approx(0.001, rel=1e-6)
    assert one.needed.simulated.mean == pytest.approx(OUT, rel=0.03)


def test_the_nearer_the_outcome_the_better_the_score(made_up: Validation) -> None:
    """An outcome in the middle of a forecast scores best; the rule scores best if nothing changed."""
    (one,), rule = made_up.forecasts, made_up.naive["same"]
    box = one.interval
    scores = [interval_score(box.low, box.high, x * box.middle, 0.9) for x in (1.0, 1.3, 1.6)]
    assert scores == sorted(scores)
    assert scores[0] == box.high - box.low
    assert interval_score(rule.low, rule.high, TEU, 0.9) < interval_score(box.low, box.high, TEU, 0.9)


def test_full_trains_prove_nothing(made_up: Validation) -> None:
    (one,) = made_up.forecasts
    narrow = replace(one, interval=Interval(0.9 * OUT, OUT, 1.1 * OUT, 0.2 * OUT))
    assert made_up.stands(narrow)
    assert not made_up.stands(replace(narrow, load={"west": 0.92}))
    assert not made_up.stands(replace(narrow, interval=Interval(0.7 * OUT, OUT, 1.3 * OUT, 0.6 * OUT)))
    assert not made_up.stands(replace(narrow, interval=Interval(1.1 * OUT, 1.2 * OUT, 1.3 * OUT, 1.2 * OUT)))


def test_where_nothing_changed_the_rule_wins_and_it_is_said(tmp_path: Path) -> None:
    found = of(written(tmp_path, observed=known(TEU)))
    assert not found.beats(found.forecasts[0])
    for lang, words in (("en", "does NOT beat"), ("zh", "未能优于")):
        assert any(words in line for line in Told(found, lang).after())


def test_other_cargo_goes_in_as_data(tmp_path: Path) -> None:
    """It does not choose, and its years do not vary; the hub cargo chooses, and varies as two years differ."""
    path = written(tmp_path)
    spec = load_hindcast(path)
    plan = load(tmp_path / "year.yaml")
    assert as_data(plan, spec) == ["markets.own.year_cv=0", "markets.own.choice=null"]
    (pair,) = pairs_of(spec, tmp_path).values()
    assert pair.forecast.markets["own"].choice is None
    assert list(scored(pair.forecast, spec)) == ["m"]
    varied = two_years(pair.forecast, spec).markets
    assert (varied["m"].year_cv, varied["own"].year_cv) == pytest.approx((0.02 * math.sqrt(2), 0.0))
    assert pair.forecast.markets["own"].teu_in(2002) == 500
    assert pair.forecast.markets["m"].teu_in(2002) == TEU


def test_what_is_frozen_stays_and_only_what_is_written_changes(made_up: Validation, tmp_path: Path) -> None:
    (pair,) = pairs_of(load_hindcast(written(tmp_path)), tmp_path).values()
    assert pair.frozen == made_up.forecasts[0].pair.frozen == scenario_hash(pair.calibrated)
    assert {change.path for change in changes(pair.calibrated, pair.forecast)} == {
        *("period.first_day", "period.last_day", "subsidies.s.cap_share"),
        *("markets.m.teu_per_year.2002", "markets.own.teu_per_year.2001/2002"),
    } - ({"markets.m.teu_per_year.2001/2002"})


def test_an_alternative_that_follows_is_as_much_dearer(tmp_path: Path) -> None:
    path = written(tmp_path, variants={"all": {"name": "all", "follow": {"ship": "c"}}})
    (pair,) = pairs_of(load_hindcast(path), tmp_path).values()
    forecast = linked(pair.forecast, pair.calibrated, {}, pair.variant.follow)
    market = forecast.markets["m"]
    assert market.choice
    assert dearer_cny(forecast, market, "c") == pytest.approx(7000.0)
    assert market.choice.alternatives["ship"].extra_cost_per_feu == pytest.approx({"cny": 7000.0})
    (one,) = of(path).forecasts
    assert one.needed.as_assumed == pytest.approx(TEU)  # all are dearer alike: nobody moves


def test_whoever_draws_its_cost_draws_its_subsidy_before_and_after() -> None:
    """The base of a cap is drawn: base conditions of a draw are its own, so the year of calibration is never dearer."""
    plan = scenario(
        {"west": train(tariff={"price_per_feu": {"usd": PRICE_USD}, "cap_basis": {"whole_route": {"usd": 3900.0}}})},
        **{key: value for key, value in corridor().items() if key != "facts"},
    )
    same = linked(plan, plan, {})
    assert dearer_cny(same, same.markets["m"], "c") == pytest.approx(0.0)


def test_draws_that_could_not_have_carried_the_year_are_set_aside(tmp_path: Path) -> None:
    """Trains of 2 TEU a day carry 730 of 7,300: no draw can be used, and that is said."""
    path = written(
        tmp_path, calibration={"scenario": "year.yaml", "set": ["services.west.capacity_teu=2"], "known": known(TEU)}
    )
    with pytest.raises(DrawsError, match="4 could not have carried the year of calibration"):
        of(path)


# --- naive rules, intervals, plausibility


def test_a_naive_interval_reaches_from_the_low_end_of_its_factor_to_the_high(tmp_path: Path) -> None:
    rules = {"grow": {"name": "…", "factor": [1.1, 1.2], "grade": "derived", "source": "…"}}
    spec = load_hindcast(written(tmp_path, naive=rules))
    found = naive(spec, 0.1)["grow"]
    reach = math.exp(0.23204)
    assert (found.low, found.high) == pytest.approx((1.1 * TEU / reach, 1.2 * TEU * reach), rel=1e-4)
    assert found.middle == pytest.approx(TEU * math.sqrt(1.32))


def test_markets_vary_independently(tmp_path: Path) -> None:
    """Of 6,251 TEU, 57 and 43 %, each .06: √(.57² + .43²) · .06 = .0428."""
    spec = load_hindcast(SHIPPED)
    (base, *_) = (pair.calibrated for pair in pairs_of(spec, SHIPPED.parent).values())
    assert whole_cv(base, spec) == pytest.approx(0.0428, abs=1e-4)


def test_without_uncertain_inputs_the_interval_is_that_of_one_more_year() -> None:
    """Draws that all give the years as assumed widen nothing: mean ± t · s · √(1 + 1/n)."""
    years = np.array([98.0, 102.0, 100.0, 100.0])
    box = predicted(np.tile(years[:2], (5, 1)), years, 100.0, 0.9)
    half = 2.353363 * math.sqrt(8 / 3) * math.sqrt(1.25)
    assert (box.low, box.middle, box.high) == pytest.approx((100 - half, 100, 100 + half), rel=1e-5)
    assert box.score == pytest.approx(2 * half, rel=1e-5)


@pytest.mark.parametrize(
    ("low", "high", "proxy", "reading"),
    [
        (2, 3, False, Reading.PASS),
        (5, 6, False, Reading.FAIL),
        (5, 6, True, Reading.UNTOLD),
        (3, 5, False, Reading.UNTOLD),
        (math.nan, math.nan, False, Reading.UNTOLD),
    ],
)
def test_a_check_passes_by_its_whole_interval(low: float, high: float, proxy: bool, reading: Reading) -> None:
    expected = ExpectedSpec.model_validate(window(1.0, 4.0, measure="transit_days", proxy=proxy))
    assert judged(Estimate((low + high) / 2, low, high, 5), expected) == reading


def test_plausibility_of_the_made_up_corridor(made_up: Validation) -> None:
    """A train a day; two days under way are no 0 to 1; there is no border to wait at."""
    assert [(one.figure, one.reading) for one in made_up.checked] == [
        *(("run", Reading.PASS), ("late", Reading.FAIL), ("none", Reading.UNTOLD)),
    ]


# --- what a planner writes


def test_everything_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "hindcast.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    path.write_text(text.replace("observed: {value: 4918", "observd: {value: -1").replace("worth", "worht"), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_hindcast(path)
    assert "observd" in str(caught.value)
    assert "Did you mean 'observed'?" in str(caught.value)


def test_a_measure_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no measure 'carried'"):
        load_hindcast(written(tmp_path, figure={"measure": "carried", "channel": "c"}))


@pytest.mark.parametrize(
    ("figure", "setting", "message"),
    [
        ({"channel": "x"}, [], "there is no channel 'x'"),
        ({"channel": "c"}, ["choice=null"], "its shippers do not choose"),
        ({"channel": "c"}, ["markets.m.choice=null"], "no market of the cargo that is scored chooses"),
    ],
)
def test_a_hindcast_needs_shippers_who_choose(
    figure: dict[str, str], setting: list[str], message: str, tmp_path: Path
) -> None:
    calibration = {"scenario": "year.yaml", "set": setting, "known": known(TEU)}
    path = written(tmp_path, figure={"measure": "carried_teu", "cargo": "hub", **figure}, calibration=calibration)
    with pytest.raises(ScenarioError, match=message):
        pairs_of(load_hindcast(path), tmp_path)


def test_every_field_of_a_hindcast_says_what_it_means() -> None:
    def kinds(kind: type[Spec]) -> set[type[Spec]]:
        found = {kind}
        for info in kind.model_fields.values():
            for below in (info.annotation, *getattr(info.annotation, "__args__", ())):
                if isinstance(below, type) and issubclass(below, Spec) and below not in found:
                    found |= kinds(below)
        return found

    assert [
        f"{kind.__name__}.{n}"
        for kind in kinds(HindcastSpec)
        for n, f in kind.model_fields.items()
        if not f.description
    ] == []


# --- what is said, drawn and written


def test_every_word_is_there_in_both_languages() -> None:
    for word, texts in WORDS.items():
        assert len(texts) == len(LANGS), word
        gaps = [sorted({part.split("}")[0] for part in text.split("{")[1:]}) for text in texts]
        assert gaps[0] == gaps[1], word


@pytest.mark.parametrize("lang", LANGS)
def test_all_that_must_be_said_is_said(made_up: Validation, lang: Any) -> None:
    told = Told(made_up, lang)
    text = "\n".join([*told.before(), *told.after(), told.verdict(), told.title()])
    assert made_up.forecasts[0].pair.frozen[:16] in text
    tables = [(told.headings(), told.rows()), (told.needed_headings(), told.needed_rows())]
    for headings, rows in (*tables, (told.check_headings(), told.check_rows())):
        assert {len(row) for row in rows} == {len(headings)}
    assert WORDS["one_year"][LANGS.index(lang)] in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_keeps_its_words_on_the_page(made_up: Validation, lang: Any) -> None:
    words = Told(made_up, lang).picture()
    bars = [Bar("a very long name of a forecast, in many words, " * 3, 10.0, 20.0, 30.0, model=True)]
    bars.append(Bar("rule", 25.0, 30.0, 35.0, model=False))
    message = Message(words["title"], words["what"], (words["note"],))
    figure = draw(bars, Mark(22.0, words["observed"]), Mark(23.0, words["known"]), message)
    (axes,) = figure.axes
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [text.get_window_extent(renderer) for text in axes.texts]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert not boxes[0].overlaps(boxes[1])  # the two marks, though they are near


@pytest.mark.usefixtures("elsewhere")
def test_the_command_writes_its_folder_the_same_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path)
    for out in ("a", "b"):
        assert sim("validate", path, "--quick", "--jobs", 1, "--out", out) == 0
    printed = capsys.readouterr().out
    assert "beats the naive rules" in printed
    assert "A quick run" in printed
    for name in ("hindcast.csv", "sensitivity.csv", "exogenous.csv", "plausibility.csv", "figures/hindcast.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    with (tmp_path / "a" / "hindcast.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["model", "naive"]
    manifest = json.loads((tmp_path / "a" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["frozen"] == {"alone": rows[0]["frozen"]}


@pytest.mark.slow
@pytest.mark.usefixtures("elsewhere")
def test_the_shipped_hindcast_runs_and_says_what_must_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("validate", SHIPPED, "--quick", "--out", "out") == 0
    said = capsys.readouterr().out
    for sentence in ("It is a hindcast, no forecast", "Local cargo goes in as data", "It rests on reading A"):
        assert sentence in said
    assert "NOT reproduced" not in said
    assert Path("out/figures/hindcast.png").is_file()
