"""Two scenarios under the same luck: what changes nothing differs by exactly 0.0, in every year and every figure."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from traces import SECOND_CHANNEL, corridor, merged

from sim.cli.compare import WishError, wish_of
from sim.cli.compare_output import input_lines
from sim.cli.sides import ids_of
from sim.errors import CorridorError
from sim.experiment.best import ValueOf, best_of
from sim.experiment.compare import Figure, Paired, Sample, compared, largest_first, paired
from sim.experiment.inputs import WORDS_ONLY, changes, whole_things
from sim.experiment.reasons import mix_moved, reason
from sim.experiment.replicate import Wanted, replications
from sim.results.comparison import differences, inputs
from sim.results.comparison import sample as sample_of
from sim.results.folder import Folder
from sim.results.tables import Table
from sim.scenario import Fact, Scenario
from sim.statistics import holm
from sim.telling.comparison import Side
from sim.telling.sentences import Voice, sentences
from sim.trace import Label
from sim.words import LANGS, WORDS, Lang

YEARS = 3
CARRIED: Figure = ("carried_teu", "land", "all", "all", "all")
NAN = float("nan")

# Something that can be waited for and that varies everywhere, or equality would prove little.
BUSY: dict[str, Any] = {
    "period": {"last_day": "2020-02-20"},
    "nodes": {
        "home": {
            "yard_teu": 5000,
            "handling": {"units": 3, "lift_min": {"low": 2.0, "likely": 4.0, "high": 12.0}},
            "export_clearance": {"time_h": {"median": 8.0, "p95": 30.0}, "inspection_share": 0.1, "inspection_h": 24.0},
        },
        "middle": {
            "type": "border",
            "name": "Middle",
            "outbound": {
                "checks_h": {"exponential": 3.0},
                "gauge_change": {
                    "slots": 1,
                    "base_h": 4.0,
                    "per_container_h": 0.1,
                    "noise": {"mean": 1.0, "cv": 0.3},
                    "others": {"trains_per_year": 400.0, "containers_per_train": {"uniform": [20.0, 60.0]}},
                },
            },
        },
    },
    "lines": {"beyond": {"name": "Beyond", "km": 300.0, "run_h": {"erlang": {"mean": 9.0, "stages": 4}}}},
    "services": {
        "out": {"route": ["home", "track", "middle", "beyond", "west"], "cancelled_share": 0.1, "jitter_h": 2.0}
    },
    "channels": {"land": {"outbound": {"europe": {"clear_at": "home"}}}},
    "markets": {"hub_export": {"year_cv": 0.06, "boxes_per_consignment": {"exponential": 2.5}, "share_40ft": 0.5}},
}


def busy(**changes: Any) -> Scenario:
    return Scenario.model_validate(merged(corridor(**BUSY), changes))


def sample(plan: Scenario, years: int = YEARS) -> Sample:
    """Every figure of a few simulated years."""
    done = replications({"": Wanted(plan, years)})[""]
    figures = dict.fromkeys((measure, key) for outcome in done for measure, of in outcome.values.items() for key in of)
    return {
        (measure, *key): np.array([outcome.values[measure].get(key, NAN) for outcome in done])
        for measure, key in figures
    }


@pytest.fixture(scope="module")
def base() -> Sample:
    return sample(busy())


def moved(base: Sample, other: Sample) -> set[Figure]:
    """The figures of the base that differ, in any year, from those of the other scenario."""
    assert base.keys() <= other.keys()
    return {figure for figure in base if not np.array_equal(base[figure], other[figure], equal_nan=True)}


# --- by hand


def test_samples_that_are_the_same_differ_by_exactly_nothing() -> None:
    values = {CARRIED: np.array([0.1, 0.2, 0.7])}
    (found,) = paired(values, values)
    assert (found.difference.mean, found.difference.low, found.difference.high) == (0.0, 0.0, 0.0)
    assert (found.p, found.unchanged, found.clear) == (1.0, True, True)


def test_one_year_that_is_the_same_is_unchanged_and_one_that_is_not_cannot_be_told() -> None:
    (same,) = paired({CARRIED: np.array([5.0])}, {CARRIED: np.array([5.0])})
    (other,) = paired({CARRIED: np.array([5.0])}, {CARRIED: np.array([9.0])})
    assert (same.unchanged, other.unchanged, other.clear) == (True, False, False)
    assert (same.verdict, other.verdict) == ("same", "unclear")


def test_differences_are_taken_year_by_year() -> None:
    """Differences 2, 3, 4: mean 3, s = 1, t(.975, 2) = 4.302653, half-width 4.302653 / √3 = 2.484."""
    a, b = np.array([10.0, 20.0, 60.0]), np.array([12.0, 23.0, 64.0])
    (found,) = paired({CARRIED: a}, {CARRIED: b})
    assert (found.base_mean, found.mean, found.difference.mean) == pytest.approx((30, 33, 3))
    assert found.difference.half_width == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert found.p == pytest.approx(stats.ttest_rel(b, a).pvalue)
    assert found.correlation == pytest.approx(stats.pearsonr(a, b).statistic)
    assert found.clear


def test_years_in_which_one_of_the_two_is_unknown_are_left_out() -> None:
    (found,) = paired({CARRIED: np.array([1.0, NAN, 3.0, 4.0])}, {CARRIED: np.array([2.0, 5.0, NAN, 9.0])})
    assert (found.difference.n, found.base_mean, found.mean) == (2, 2.5, 5.5)


def test_only_years_that_both_have_are_compared() -> None:
    (found,) = paired({CARRIED: np.arange(30.0)}, {CARRIED: np.arange(10.0)})
    assert (found.difference.n, found.unchanged) == (10, True)


def test_figures_that_only_one_of_them_has_are_left_out() -> None:
    other: Figure = ("carried_teu", "sea", "all", "all", "all")
    values = np.array([1.0, 2.0])
    found = paired({CARRIED: values, other: values}, {CARRIED: values})
    assert [pair.figure for pair in found] == [CARRIED]
    assert paired({CARRIED: np.array([NAN])}, {CARRIED: np.array([1.0])}) == []


@pytest.mark.parametrize(
    ("change", "measure", "verdict"),
    [
        (5.0, "carried_teu", "better"),
        (5.0, "backlog_teu", "worse"),
        (-5.0, "carried_teu", "worse"),
        (-5.0, "backlog_teu", "better"),
        (5.0, "trains_run", "changed"),
        (0.0, "carried_teu", "same"),
        (0.01, "teu_per_train", "unclear"),
    ],
)
def test_a_clear_difference_is_better_or_worse_by_what_the_measure_wants(
    change: float, measure: str, verdict: str
) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 30) if change else np.zeros(30)
    values, figure = np.arange(30.0), (measure, *CARRIED[1:])
    (found,) = paired({figure: values}, {figure: values + change + noise - noise.mean()})
    assert found.verdict == verdict


def test_what_rounds_to_nothing_is_negligible_though_it_is_clear() -> None:
    values = np.arange(30.0)
    (found,) = paired({CARRIED: values}, {CARRIED: values + 0.1 + 0.01 * (-1) ** values})
    assert found.clear
    assert found.verdict == "negligible"


# --- several scenarios against one


def test_several_scenarios_have_adjusted_p_and_joint_intervals() -> None:
    """Three others: the intervals are t(1 − 0.05/6, n − 1) wide, the p are Holm's over the three."""
    rng = np.random.default_rng(3)
    base = rng.normal(100, 5, 12)
    others = [base + rng.normal(shift, 2, 12) for shift in (0.0, 1.5, 4.0)]
    found = [pairs[0] for pairs in compared({CARRIED: base}, [{CARRIED: other} for other in others])]
    assert [pair.p for pair in found] == pytest.approx([stats.ttest_rel(other, base).pvalue for other in others])
    assert [pair.p_holm for pair in found] == pytest.approx(holm([pair.p for pair in found]).tolist())
    for pair, other in zip(found, others, strict=True):
        half = stats.t.ppf(1 - 0.05 / 6, 11) * (other - base).std(ddof=1) / np.sqrt(12)
        assert pair.difference.half_width == pytest.approx(half)


def test_one_other_scenario_has_the_ordinary_interval_and_p() -> None:
    a, b = np.array([10.0, 20.0, 60.0]), np.array([12.0, 23.0, 64.0])
    assert compared({CARRIED: a}, [{CARRIED: b}])[0] == paired({CARRIED: a}, {CARRIED: b})


def test_what_does_not_change_stays_exact_whatever_it_is_compared_with() -> None:
    base = np.array([0.1, 0.2, 0.7])
    same, other = (
        pairs[0] for pairs in compared({CARRIED: base}, [{CARRIED: base}, {CARRIED: base + np.array([1.0, 2.0, 3.0])}])
    )
    assert (same.difference.mean, same.difference.half_width, same.p_holm, same.verdict) == (0.0, 0.0, 1.0, "same")
    assert other.difference.mean == pytest.approx(2)


def test_scenarios_that_lack_a_figure_do_not_count_for_it() -> None:
    other: Figure = ("carried_teu", "sea", "all", "all", "all")
    a, b = np.array([1.0, 2.0, 4.0, 4.0]), np.array([2.0, 4.0, 5.0, 7.0])
    first, second = compared({CARRIED: a, other: a}, [{CARRIED: b, other: b}, {CARRIED: b}])
    assert [pair.figure for pair in second] == [CARRIED]
    assert first[1].p_holm == first[1].p
    assert first[0].p_holm == second[0].p_holm == pytest.approx(2 * first[0].p)


def test_the_largest_relative_change_comes_first_and_the_unchanged_last() -> None:
    def pair(measure: str, base: float, change: float) -> Paired:
        noise = np.array([-0.1, 0.0, 0.1]) if change else np.zeros(3)
        figure = (measure, *CARRIED[1:])
        return paired({figure: base + np.zeros(3)}, {figure: base + change + noise})[0]

    found = [pair("carried_teu", 100, 0), pair("carried_teu", 100, 5), pair("lead_time_days", 10, -4)]
    ordered = largest_first([*found, pair("backlog_teu", 0, 9)])
    assert [one.figure[0] for one in ordered] == ["backlog_teu", "lead_time_days", "carried_teu", "carried_teu"]
    assert ordered[-1].unchanged


# --- where it comes from, in words


CHANNELS = {"land": Label("陆路", "Land"), "sea": Label("海路", "Sea")}
NOISE = np.array([-1.0, 0.0, 1.0, -1.0, 1.0, 0.0])


def pairs_of(changes: dict[Figure, float], noise: float = 0.01) -> list[Paired]:
    """Differences of these sizes, six years, the base being 1,000 with luck of its own."""
    luck = 1000 + np.array([3.0, -2.0, 4.0, 0.0, -1.0, -4.0])
    base = dict.fromkeys(changes, luck)
    other = {figure: luck + change + noise * NOISE * bool(change) for figure, change in changes.items()}
    return paired(base, other)


def teu(total: float, **parts: float) -> dict[Figure, float]:
    """Changes of carried TEU: in all, and by cargo, written channel_direction_cargo."""
    cells = {("carried_teu", *name.split("_"), "all"): change for name, change in parts.items()}
    return {("carried_teu", "all", "all", "all", "all"): total, **cells}  # type: ignore[dict-item]


def told(pairs: list[Paired], lang: Lang) -> str:
    names = {"en": ("A", "B"), "zh": ("甲", "乙")}[lang]
    return sentences(pairs, Voice(*names, CHANNELS, lang))[0]


def test_one_part_that_dominates_is_named() -> None:
    pairs = pairs_of(teu(412, sea_outbound_local=330, sea_inbound_local=52, land_outbound_hub=30))
    assert told(pairs, "en") == (
        "“B” carries 412 ± 0 TEU more than “A”; 8 of 10 TEU of that come from Sea, outbound, local cargo (+330)."
    )
    assert told(pairs, "zh") == "“乙”比“甲”多承运 412 ± 0 标箱；差额中每 10 标箱有 8 标箱来自海路去程的本地货（+330）。"


def test_parts_of_like_size_are_listed() -> None:
    pairs = pairs_of(teu(-300, sea_outbound_local=-110, sea_inbound_local=-100, land_outbound_hub=-90))
    assert told(pairs, "en") == (
        "“B” carries 300 ± 0 TEU less than “A”; the largest parts: Sea, outbound, local cargo −110, "
        "Sea, inbound, local cargo −100, Land, outbound, hub cargo −90."
    )
    assert "主要构成：海路去程的本地货 −110、海路回程的本地货 −100" in told(pairs, "zh")


def test_parts_with_opposite_signs_are_both_named() -> None:
    pairs = pairs_of(teu(200, sea_outbound_local=500, land_outbound_hub=-300))
    assert reason(pairs[0], pairs).shape == "mixed"
    assert told(pairs, "en") == (
        "“B” carries 200 ± 0 TEU more than “A”; the largest gains: Sea, outbound, local cargo +500; "
        "the largest losses: Land, outbound, hub cargo −300."
    )
    assert "增加最多：海路去程的本地货 +500；减少最多：陆路去程的外地货 −300" in told(pairs, "zh")


def test_parts_that_cancel_are_named_though_the_sum_cannot_be_told() -> None:
    """s² = 20, t(.975, 5) = 2.571, t(.8, 5) = 0.920: half-width 2.571 · √(20/6) = 4.7; 3.491 · √(20/6) = 6.4."""
    pairs = pairs_of(teu(0.4, sea_outbound_local=300, land_outbound_hub=-300), noise=5)
    assert pairs[0].verdict == "unclear"
    sentence = told(pairs, "en")
    assert sentence.startswith("No difference can be told at n = 6: carried (+0 ± 5 TEU). A true one of 6 TEU")
    assert sentence.endswith("and yet in parts: Sea, outbound, local cargo +300, Land, outbound, hub cargo −300.")
    assert "6 个模拟年尚不能判断有无差异（+0 ± 5 标箱）" in told(pairs, "zh")


def test_a_part_that_cannot_be_told_is_not_blamed() -> None:
    pairs = pairs_of(teu(100)) + pairs_of({("carried_teu", "sea", "outbound", "local", "all"): 100}, noise=400)
    assert reason(pairs[0], pairs).shape == "none"
    assert told(pairs, "en") == "“B” carries 100 ± 0 TEU more than “A”."


def days(channel: str, total: float, **stages: float) -> dict[Figure, float]:
    where = (channel, "all", "all")
    parts = {("stage_days", *where, stage): change for stage, change in stages.items()}
    return {("lead_time_days", *where, "all"): total, **parts}  # type: ignore[dict-item]


def test_days_are_put_down_to_the_stage_and_the_channel() -> None:
    pairs = pairs_of(
        {
            **days("all", -4.1, waiting=-3.2, sailing=-0.9),
            **days("sea", -6.0, waiting=-4.6, sailing=-1.4),
            **days("land", -2.0, waiting=-1.6, sailing=-0.4),
        }
    )
    assert told(pairs, "en") == (
        "Boxes arrive 4.1 ± 0.0 days earlier on average; most of it is waiting for departure (−3.2 days). By channel: "
        "Sea −6.0 (most of it waiting for departure −4.6), Land −2.0 (most of it waiting for departure −1.6)."
    )
    assert told(pairs, "zh").startswith("货箱平均早到 4.1 ± 0.0 天；主要在待发（−3.2 天）。分通道：海路 −6.0")


def test_a_mean_that_moves_as_channels_change_their_shares_is_marked() -> None:
    """Both channels get faster, and yet the mean gets slower: the slow one carries more (Simpson's paradox)."""
    pairs = pairs_of({**days("all", 3.0, waiting=3.0), **days("sea", -1.0, waiting=-1.0), **days("land", -1.0)})
    assert mix_moved(pairs[0], pairs)
    first, second = sentences(pairs, Voice("A", "B", CHANNELS, "en"))[:2]
    assert first.startswith("Boxes arrive 3.0 ± 0.0 days later on average*. By channel:")
    assert second.startswith("* Partly, or wholly, because the channels have other shares")


def test_a_stage_that_moves_in_no_channel_shows_that_shares_changed() -> None:
    pairs = pairs_of(
        {
            **days("all", 2.0, waiting=0.5, sailing=1.5),
            **days("sea", 2.5, waiting=2.5, sailing=0.0),
            **days("land", 0.5, waiting=0.5, sailing=0.0),
        }
    )
    assert mix_moved(pairs[0], pairs)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_the_same_is_said_once(lang: Lang) -> None:
    pairs = pairs_of({("trains_run", *CARRIED[1:]): 0, **teu(0), ("trains_run", "all", "all", "all", "all"): 0})
    (sentence,) = sentences(pairs, Voice("A", "B", CHANNELS, lang))
    assert (
        sentence
        == {
            "en": "Exactly the same in every year: carried, trains run.",
            "zh": "每一年都完全相同：承运量、开行列数。",
        }[lang]
    )


def test_pairing_that_did_not_help_is_said() -> None:
    rng = np.random.default_rng(2)
    figure: Figure = ("carried_teu", "all", "all", "all", "all")
    a = rng.normal(100, 5, 30)
    apart = paired({figure: a}, {figure: np.roll(a, 7) + 20})
    tight = paired({figure: a}, {figure: a + rng.normal(20, 1, 30)})
    assert any("Pairing by the same luck" in s for s in sentences(apart, Voice("A", "B", {}, "en")))
    assert not any("Pairing by the same luck" in s for s in sentences(tight, Voice("A", "B", {}, "en")))


def test_one_year_gives_no_interval_and_says_so() -> None:
    figure: Figure = ("carried_teu", "all", "all", "all", "all")
    pairs = paired({figure: np.array([5.0])}, {figure: np.array([9.0])})
    assert told(pairs, "en") == "One year tells nothing: carried (+4 TEU)."
    assert told(pairs, "zh") == "承运量：只有一个模拟年，无法判断（+4 标箱）。"


# --- what differs between the inputs


def side(plan: Scenario, name: str = "x") -> Side:
    return Side(name, Path(name), {}, plan, Label("甲", name), {})


def test_inputs_that_are_equal_do_not_differ_however_they_are_written() -> None:
    plain = Scenario.model_validate(corridor())
    spelt = plain.model_copy(update={"facts": {"seed": Fact(grade="documented", source="somebody")}})
    assert changes(plain, spelt) == []
    assert changes(plain, Scenario.model_validate(plain.model_dump(mode="json", by_alias=True))) == []


def test_a_changed_input_has_its_values_and_sources_on_both_sides() -> None:
    path = "services.out.capacity_teu"
    a, b = (
        Scenario.model_validate(corridor(services={"out": {"capacity_teu": teu}})).model_copy(
            update={"facts": {path: Fact(grade=grade, source=source)}}
        )
        for teu, grade, source in ((80, "documented", "the norm"), (100, "assumed", "longer trains"))
    )
    (change,) = changes(a, b)
    assert (change.path, change.kind, change.base, change.other) == (path, "changed", 80, 100)
    table = inputs([[change]], ["a", "b"])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert [row[c] for c in ("base_value", "base_grade", "base_source")] == ["80", "documented", "the norm"]
    assert [row[c] for c in ("value", "grade", "source")] == ["100", "assumed", "longer trains"]
    (_, line) = input_lines([change], side(a), side(b), "en")
    assert line.endswith("capacity, TEU: 80 → 100 (assumed: longer trains)")
    (_, line) = input_lines([change], side(a), side(b), "zh")
    assert line.endswith("80 → 100（假设：longer trains）")


def test_a_law_with_a_source_is_one_input() -> None:
    path = "nodes.home.handling.lift_min"
    fact = {"facts": {path: Fact(grade="derived", source="stopwatch")}}
    a = Scenario.model_validate(corridor(nodes={"home": {"handling": {"units": 3, "lift_min": 3.0}}})).model_copy(
        update=fact
    )
    law = {"low": 2.0, "likely": 3.0, "high": 5.0}
    b = Scenario.model_validate(corridor(nodes={"home": {"handling": {"units": 3, "lift_min": law}}}))
    (change,) = changes(a, b)
    assert change.path == path
    assert change.other == law


def test_things_that_only_one_has_are_one_line_each() -> None:
    a, b = Scenario.model_validate(corridor()), Scenario.model_validate(corridor(**SECOND_CHANNEL))
    found = changes(a, b)
    assert "channels.aside" in whole_things(found, a, b)
    added, removed = (
        list(input_lines(*sides, "en")) for sides in ((found, side(a), side(b)), (changes(b, a), side(b), side(a)))
    )
    assert all("only here" in line or "more in" in line for line in added[1:])
    assert all("not here" in line or "more in" in line for line in removed[1:])
    assert len(added) < len(found)
    assert {change.kind for change in found} == {"added"}
    assert {change.kind for change in changes(b, a)} == {"removed"}


def test_a_long_list_of_inputs_is_cut_and_says_where_the_rest_is() -> None:
    months = {"month_index": [1.0] * 12}
    a = busy()
    b = busy(period={"first_day": "2020-01-02", "last_day": "2020-03-01"}, markets={"hub_export": months})
    moved_ = changes(a, b)
    many = moved_ * 9
    *_, last = input_lines(many, side(a), side(b), "en")
    assert last.endswith("more in inputs.csv")
    assert list(input_lines([], side(a), side(a), "zh")) == ["输入完全相同。"]


# --- which runs


def test_runs_of_one_name_in_different_places_are_told_apart(tmp_path: Path) -> None:
    for place in ("old", "new"):
        (tmp_path / place / "2020").mkdir(parents=True)
    paths = [tmp_path / "old" / "2020", tmp_path / "new" / "2020", tmp_path / "scenarios" / "2019.yaml"]
    assert ids_of(paths) == ["old-2020", "new-2020", "2019"]


# --- which is best


def luck_of(means: list[float], spread: float, n: int, seed: int) -> ValueOf:
    """Scenarios with these means, luck in common and luck of their own, n replications each."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 10, n)
    values = np.array([mean + common + rng.normal(0, spread, n) for mean in means])

    def value(scenario: int, replication: int) -> float:
        return float(values[scenario, replication])  # IndexError, a LookupError, beyond the last

    return value


@pytest.mark.parametrize("better", ["more", "less"])
def test_the_best_is_found_as_often_as_is_promised(better: str) -> None:
    """In 100 trials of four scenarios, the best by just the indifference zone: at least 95 % are right, in truth.

    Below 89 of 100 would happen to a procedure that keeps its promise once in 200 times (binomial).
    """
    sign = 1 if better == "more" else -1
    means = [sign * mean for mean in (0.0, 0.0, 5.0, 0.0)]
    found = [best_of(4, luck_of(means, 5.0, 400, seed), 5.0, better) for seed in range(100)]  # type: ignore[arg-type]
    assert sum(one.best == 2 for one in found) >= 89
    assert all(one.used <= 400 for one in found)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_scenarios_may_come_in_any_order(order: tuple[int, ...]) -> None:
    """One noisy scenario: the variance that counts is that of the very pair, wherever it stands."""
    rng = np.random.default_rng(5)
    values = np.array([100 + rng.normal(0, 0.1, 50), 90 + rng.normal(0, 20, 50), 95 + rng.normal(0, 0.1, 50)])[
        list(order)
    ]
    found = best_of(3, lambda scenario, replication: float(values[scenario, replication]), 2.0, "more")
    by_hand = kim_nelson(values, 2.0)
    assert tuple(sorted(order[number] for number in found.left)) == tuple(sorted(order[n] for n in by_hand))


def kim_nelson(values: Any, delta: float, alpha: float = 0.05, n0: int = 10) -> list[int]:
    """The procedure as Kim & Nelson (2001, p. 257) write it; what is left when the replications end."""
    k, n = values.shape
    eta = 0.5 * ((2 * alpha / (k - 1)) ** (-2 / (n0 - 1)) - 1)
    h2, left, r = 2 * eta * (n0 - 1), list(range(k)), n0
    while len(left) > 1:
        means = values[:, :r].mean(axis=1)

        def reach(i: int, j: int, r: int = r) -> float:
            s2 = (values[i, :n0] - values[j, :n0]).var(ddof=1)
            return max(0.0, delta / (2 * r) * (h2 * s2 / delta**2 - r))

        left = [i for i in left if all(means[i] >= means[j] - reach(i, j) for j in left if j != i)]
        if r == n:
            break
        r += 1
    return left


def test_too_few_replications_decide_nothing_and_say_how_many_would() -> None:
    found = best_of(3, luck_of([0.0, 0.1, 0.2], 5.0, 12, 1), 0.5, "more")
    assert found.best is None
    assert len(found.left) > 1
    assert found.used == 12
    assert found.enough > 12
    again = best_of(3, luck_of([0.0, 0.1, 0.2], 5.0, 20_000, 1), 0.5, "more")
    assert again.best is not None


def test_fewer_than_ten_replications_are_refused() -> None:
    with pytest.raises(CorridorError, match="10 replications"):
        best_of(3, luck_of([0.0, 1.0, 2.0], 1.0, 5, 1), 1.0, "more")


def test_without_sim_tools_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sim_tools.ovs.indifference_zone", None)
    with pytest.raises(CorridorError, match=r"pip install 'freight-corridor-sim\[best\]'"):
        best_of(3, luck_of([0.0, 1.0, 2.0], 1.0, 20, 1), 1.0, "more")


@pytest.mark.parametrize(
    ("best", "indifference", "runs", "said"),
    [
        ("carried", 1.0, 3, "no measure 'carried'"),
        ("trains_run", 1.0, 3, "neither more nor less"),
        ("carried_teu", None, 3, "--indifference"),
        ("carried_teu", 0.0, 3, "--indifference"),
        ("carried_teu", 1.0, 2, "three scenarios"),
        ("", 1.0, 3, "belongs to --best"),
    ],
)
def test_a_wish_that_cannot_be_says_why(best: str, indifference: float | None, runs: int, said: str) -> None:
    with pytest.raises(WishError, match=said):
        wish_of(best, indifference, runs)


def test_a_wish_names_measure_and_channel() -> None:
    wish = wish_of("backlog_teu:sea", 5.0, 3)
    assert wish
    assert (wish.measure, wish.channel, wish.better, wish.indifference) == ("backlog_teu", "sea", "less", 5.0)
    assert wish_of("", None, 3) is None


# --- by simulation: what must change nothing


def test_the_base_is_worth_comparing_with(base: Sample) -> None:
    for measure in ("carried_teu", "lead_time_days", "trains_cancelled", "inspected_share"):
        assert np.ptp(base[measure, "land", "all", "all", "all"]) > 0, measure
    assert base["border_wait_hours", "all", "outbound", "all", "middle"].min() > 0.5


def test_the_same_scenario_again_is_the_same_to_the_last_bit(base: Sample) -> None:
    assert moved(base, sample(busy())) == set()


def test_another_seed_moves_almost_everything(base: Sample) -> None:
    assert len(moved(base, sample(busy(seed=8)))) > 0.5 * len(base)


def test_an_unconnected_second_channel_changes_nothing_in_the_first(base: Sample) -> None:
    """Its services, markets and places have names that sort before the others: numbers shift, luck does not."""
    other = sample(busy(**SECOND_CHANNEL))
    assert other["carried_teu", "aside", "all", "all", "all"].min() > 100
    differing = moved(base, other)
    assert {figure[1] for figure in differing} == {"all"}, "only sums over both channels may differ"
    of_land = [pair for pair in paired(base, other) if pair.figure[1] == "land"]
    assert len(of_land) > 50
    assert all(pair.unchanged and pair.difference.mean == 0.0 for pair in of_land)
    places = {figure for figure in differing if figure[0] in ("utilisation", "peak_use", "border_wait_hours")}
    assert not places, "and what belongs to a place that the second channel never sees does not"


def test_a_train_that_never_fills_may_be_longer(base: Sample) -> None:
    other = sample(busy(services={"out": {"capacity_teu": 5000}}))
    assert moved(base, other) == {("utilisation", "land", "outbound", "all", "out")}


def test_a_yard_that_never_fills_may_be_larger(base: Sample) -> None:
    other = sample(busy(nodes={"home": {"yard_teu": 10_000}}))
    assert moved(base, other) == {("utilisation", "all", "all", "all", "home.yard")}


def test_a_gauge_change_with_slots_that_nobody_ever_needs_is_as_good_with_one_more() -> None:
    def plan(slots: int) -> Scenario:
        return busy(nodes={"middle": {"outbound": {"gauge_change": {"slots": slots}}}})

    enough = sample(plan(30))
    assert enough["peak_use", "all", "all", "all", "middle.gauge_change.outbound"].max() < 30
    assert moved(enough, sample(plan(31))) == {("utilisation", "all", "all", "all", "middle.gauge_change.outbound")}


def test_the_order_in_which_things_are_written_changes_nothing(base: Sample) -> None:
    def reversed_keys(written: Any) -> Any:
        if not isinstance(written, dict):
            return written
        return {key: reversed_keys(value) for key, value in reversed(written.items())}

    assert moved(base, sample(Scenario.model_validate(reversed_keys(corridor(**BUSY))))) == set()


def test_a_service_that_runs_on_no_day_of_the_run_changes_nothing(base: Sample) -> None:
    idle = {**corridor()["services"]["out"], "first_day": "2031-01-01"}
    other = sample(busy(services={"idle": idle}))
    assert moved(base, other) == set()


def test_more_cargo_meets_the_same_luck() -> None:
    """Common random numbers: a good year is good in both scenarios, so that pairing tells a small difference."""
    plans = [
        Scenario.model_validate(corridor(markets={"local_export": {"year_cv": 0.1, "teu_per_year": {"2020": teu}}}))
        for teu in (12_000.0, 12_600.0)
    ]
    (found,) = (pair for pair in paired(*(sample(plan, 20) for plan in plans)) if pair.figure == CARRIED)
    assert found.correlation > 0.95
    assert found.difference.low > 0
    assert found.difference.mean == pytest.approx(600 * 60 / 366, rel=0.3)


# --- what is read and written


def test_a_sample_survives_the_results_folder(tmp_path: Path) -> None:
    columns = ("scenario", "replication", "measure", "channel", "direction", "cargo", "place", "unit", "value")
    rows = [
        ("x", 1, "carried_teu", "land", "all", "all", "all", "TEU", 20.5),
        ("x", 0, "carried_teu", "land", "all", "all", "all", "TEU", 10.0),
        ("x", 1, "dwell_days", "land", "all", "all", "陆港", "days", 3.0),
        ("x", 0, "local_share", "land", "all", "all", "all", "share", NAN),
        ("x", 1, "local_share", "land", "all", "all", "all", "share", 0.5),
    ]
    Folder(tmp_path, datetime.now(UTC)).tables([Table("replications", columns, rows)])
    found = sample_of(tmp_path)
    assert found[CARRIED].tolist() == [10.0, 20.5]
    np.testing.assert_array_equal(found["dwell_days", "land", "all", "all", "陆港"], [NAN, 3.0])
    np.testing.assert_array_equal(found["local_share", "land", "all", "all", "all"], [NAN, 0.5])


def test_the_table_of_a_comparison_names_both_scenarios() -> None:
    (found,) = paired({CARRIED: np.array([10.0, 20.0])}, {CARRIED: np.array([12.0, 23.0])})
    table = differences([[found]], ["2020-no-plan", "2020"])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["measure"] == "carried_teu"
    assert row["unit"] == "TEU"
    assert (row["base"], row["base_mean"], row["scenario"], row["mean"]) == ("2020-no-plan", 15, "2020", 17.5)
    assert (row["difference"], row["replications"]) == (2.5, 2)
    assert isinstance(found, Paired)


def test_what_markets_offer_in_another_year_is_an_input_that_differs() -> None:
    market = {"teu_per_year": {"2020": 8000.0, "2021": 9000.0}}
    base = Scenario.model_validate(corridor(markets={"hub_export": market}))
    later = {"first_day": "2021-02-01", "last_day": "2021-03-31"}
    other = Scenario.model_validate(corridor(markets={"hub_export": market}, period=later))
    found = {change.path: (change.base, change.other) for change in changes(base, other)}
    assert found["markets.hub_export.teu_per_year.2020/2021"] == (8000.0, 9000.0)
    assert not [path for path in found if path.startswith("markets.local_export")], "the same in both years"


def test_every_section_that_a_scenario_may_have_more_than_another_has_a_word() -> None:
    """A thing that only one of two scenarios has is told by its section."""
    holds = {name for name, spec in Scenario.model_fields.items() if str(spec.annotation).startswith("dict[")}
    told = {word.removeprefix("section_") for word in WORDS if word.startswith("section_")}
    assert holds - WORDS_ONLY - {"levers"} <= told
