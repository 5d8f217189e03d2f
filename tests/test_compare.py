"""Two scenarios under the same luck: what changes nothing differs by exactly 0.0, in every year and every figure."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from traces import SECOND_CHANNEL, corridor, merged

from sim.cli.compare import _reading, _sample, _table
from sim.experiment.compare import Figure, Paired, Sample, paired
from sim.experiment.replicate import Wanted, replications
from sim.results.folder import Folder
from sim.results.tables import Table
from sim.scenario import Scenario

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
    assert (_reading(same, "more"), _reading(other, "more")) == ("same", "calm")


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
    ("change", "better", "reading"),
    [
        (5.0, "more", "better"),
        (5.0, "less", "worse"),
        (-5.0, "more", "worse"),
        (-5.0, "less", "better"),
        (5.0, "neither", "changed"),
        (0.0, "more", "same"),
        (0.01, "more", "calm"),
    ],
)
def test_a_clear_difference_is_better_or_worse_by_what_the_measure_wants(
    change: float, better: str, reading: str
) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 30) if change else np.zeros(30)
    values = np.arange(30.0)
    (found,) = paired({CARRIED: values}, {CARRIED: values + change + noise - noise.mean()})
    assert _reading(found, better) == reading


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
    found = _sample(tmp_path)
    assert found[CARRIED].tolist() == [10.0, 20.5]
    np.testing.assert_array_equal(found["dwell_days", "land", "all", "all", "陆港"], [NAN, 3.0])
    np.testing.assert_array_equal(found["local_share", "land", "all", "all", "all"], [NAN, 0.5])


def test_the_table_of_a_comparison_names_both_scenarios() -> None:
    (found,) = paired({CARRIED: np.array([10.0, 20.0])}, {CARRIED: np.array([12.0, 23.0])})
    table = _table([found], ["2020-no-plan", "2020"])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["measure"] == "carried_teu"
    assert row["unit"] == "TEU"
    assert (row["base"], row["base_mean"], row["scenario"], row["mean"]) == ("2020-no-plan", 15, "2020", 17.5)
    assert (row["difference"], row["replications"]) == (2.5, 2)
    assert isinstance(found, Paired)
