"""How durations vary. The answers come from scipy.stats, from numerical integrals of the quantiles, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim.quantities import Spec
from sim.variation import (
    LAW_KEYS,
    LAWS,
    NOTHING,
    Always,
    Erlang,
    Exponential,
    Law,
    LognormalByMean,
    LognormalByQuantiles,
    Observed,
    Pert,
    Replay,
    Triangular,
    Uniform,
    Varying,
)

Z95 = float(stats.norm.ppf(0.95))
LUCK = np.array([1e-4, 0.01, 0.05, 0.2, 0.25, 0.4999, 0.5, 0.63, 0.8, 0.95, 0.99, 0.9999])

EXAMPLES: dict[str, tuple[Any, Any]] = {
    "always": ({"always": 5}, None),
    "pert": ({"low": 1, "likely": 2, "high": 5}, stats.beta(1 + 4 / 4, 1 + 12 / 4, loc=1, scale=4)),
    "pert, symmetric": ({"low": 0, "likely": 5, "high": 10}, stats.beta(3, 3, scale=10)),
    "pert, likely is low": ({"low": 2, "likely": 2, "high": 3}, stats.beta(1, 5, loc=2)),
    "pert, likely is high": ({"low": 2, "likely": 3, "high": 3}, stats.beta(5, 1, loc=2)),
    "lognormal by quantiles": ({"median": 2, "p95": 6}, stats.lognorm(np.log(3) / Z95, scale=2)),
    "lognormal by mean": ({"mean": 2, "cv": 0.5}, stats.lognorm(np.sqrt(np.log(1.25)), scale=2 / np.sqrt(1.25))),
    "lognormal, wild": ({"mean": 36, "cv": 1.5}, stats.lognorm(np.sqrt(np.log(3.25)), scale=36 / np.sqrt(3.25))),
    "triangular": ({"triangular": [2, 4, 9]}, stats.triang(2 / 7, loc=2, scale=7)),
    "triangular, likely is low": ({"triangular": [2, 2, 9]}, stats.triang(0, loc=2, scale=7)),
    "exponential": ({"exponential": 36}, stats.expon(scale=36)),
    "erlang": ({"erlang": {"mean": 36, "stages": 3}}, stats.gamma(3, scale=12)),
    "erlang of one stage": ({"erlang": {"mean": 36, "stages": 1}}, stats.expon(scale=36)),
    "uniform": ({"uniform": [1, 3]}, stats.uniform(1, 2)),
    "observed": ({"observed": [7, 3, 4, 4]}, None),
    "replay": ({"replay": [3, 4, 4, 7]}, None),
}
RANDOM = {name: pair for name, pair in EXAMPLES.items() if pair[1] is not None}


def law(written: Any) -> Law:
    return TypeAdapter(Varying).validate_python(written)


def reason(written: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        law(written)
    return str(caught.value)


# --- means and quantiles, against scipy


@pytest.mark.parametrize("name", RANDOM)
def test_quantiles_are_those_of_scipy(name: str) -> None:
    written, theory = RANDOM[name]
    accuracy = 2e-4 if name.startswith("pert") else 1e-12  # PERT is tabulated
    np.testing.assert_allclose(law(written).at(LUCK), theory.ppf(LUCK), rtol=accuracy)


@pytest.mark.parametrize("name", RANDOM)
def test_mean_is_that_of_scipy(name: str) -> None:
    written, theory = RANDOM[name]
    assert law(written).mean == pytest.approx(theory.mean(), rel=1e-12)


@pytest.mark.parametrize("name", EXAMPLES)
def test_mean_is_the_integral_of_the_quantiles(name: str) -> None:
    what = law(EXAMPLES[name][0])
    if isinstance(what, (Observed, Replay)):
        values = what.at((np.arange(400) + 0.5) / 400)
        assert values.mean() == pytest.approx(what.mean, rel=1e-12)
        return
    z = np.linspace(-8, 8, 40_001)  # luck = Φ(z): the trapezoid rule then needs no care at the ends
    integral = np.trapezoid(what.at(stats.norm.cdf(z)) * stats.norm.pdf(z), z)
    assert integral == pytest.approx(what.mean, rel=1e-6)


def test_pert_has_the_mean_of_malcolm_et_al_1959_and_the_variance_of_its_beta_law() -> None:
    """Mean (low + 4·likely + high) / 6; a beta law with α + β = 6 has variance (mean − low)(high − mean) / 7."""
    what = Pert(low=10, likely=14, high=34)
    draws = what.at((np.arange(200_000) + 0.5) / 200_000)
    mean = (10 + 4 * 14 + 34) / 6
    assert draws.mean() == pytest.approx(mean, rel=1e-6)
    assert draws.var() == pytest.approx((mean - 10) * (34 - mean) / 7, rel=1e-5)


def test_tabulated_pert_is_within_a_hundred_thousandth_of_its_range_but_in_the_last_thousandths() -> None:
    inner, tails = np.linspace(1e-3, 1 - 1e-3, 4001), np.logspace(-5, -3, 200)
    for mode in (0.0, 0.05, 0.3, 0.5, 0.8, 1.0):
        what, theory = Pert(low=0, likely=mode, high=1), stats.beta(1 + 4 * mode, 5 - 4 * mode)
        assert np.abs(what.at(inner) - theory.ppf(inner)).max() < 1e-5
        for luck in (tails, 1 - tails):
            assert np.abs(what.at(luck) - theory.ppf(luck)).max() < 5e-4


def test_one_value_in_twenty_is_above_p95_and_half_are_below_the_median() -> None:
    what = LognormalByQuantiles(median=2, p95=6)
    assert what.at(np.array([0.5, 0.95])) == pytest.approx([2, 6], rel=1e-12)


def test_erlang_of_n_stages_has_a_coefficient_of_variation_of_one_over_root_n() -> None:
    draws = law({"erlang": {"mean": 10, "stages": 4}}).at((np.arange(400_000) + 0.5) / 400_000)
    assert draws.std() / draws.mean() == pytest.approx(0.5, rel=1e-3)


def test_lognormal_by_mean_takes_a_coefficient_of_variation_not_sigma() -> None:
    draws = LognormalByMean(mean=10, cv=0.3).at((np.arange(400_000) + 0.5) / 400_000)
    assert (draws.mean(), draws.std()) == pytest.approx((10, 3), rel=1e-3)


def test_observed_is_the_inverse_of_the_empirical_distribution() -> None:
    values, luck = [7.0, 3.0, 4.0, 4.5, 11.0], np.random.default_rng(1).random(1000)
    expected = np.quantile(values, luck, method="inverted_cdf")
    np.testing.assert_array_equal(law({"observed": values}).at(luck), expected)


def test_observed_takes_the_last_value_for_the_luckiest_and_the_first_for_the_least() -> None:
    assert law({"observed": [7, 3, 4]}).at(np.array([2.0**-54, 1 - 2.0**-53])).tolist() == [3, 7]


def test_replay_keeps_the_order_and_begins_again() -> None:
    luck = np.array([0.9, 0.1, 0.5, 0.2, 0.7, 0.3, 0.4])
    assert law({"replay": [3, 4, 4, 7]}).at(luck).tolist() == [3, 4, 4, 7, 3, 4, 4]
    assert law({"replay": [3, 4, 4, 7]}).at(luck[:2]).tolist() == [3, 4]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ({"low": 4, "likely": 4, "high": 4}, 4),
        ({"triangular": [4, 4, 4]}, 4),
        ({"uniform": [4, 4]}, 4),
        ({"median": 4, "p95": 4}, 4),
        ({"mean": 4, "cv": 0}, 4),
        ({"observed": [4]}, 4),
        ({"exponential": 0}, 0),
        ({"erlang": {"mean": 0, "stages": 2}}, 0),
        (0, 0),
    ],
)
def test_a_law_without_spread_is_a_constant(written: Any, value: float) -> None:
    what = law(written)
    assert what.at(LUCK) == pytest.approx(np.full(len(LUCK), value), rel=1e-12)
    assert what.mean == pytest.approx(value, rel=1e-12)


def test_nothing_takes_no_time() -> None:
    assert NOTHING.at(LUCK).tolist() == [0.0] * len(LUCK)


# --- what holds for every law


def _amounts(low: float = 0.0) -> st.SearchStrategy[float]:
    return st.floats(low, 10_000).map(lambda x: round(x, 3))


def _sorted(n: int) -> st.SearchStrategy[list[float]]:
    return st.lists(_amounts(), min_size=n, max_size=n).map(sorted)


WRITTEN = st.one_of(
    _amounts().map(lambda x: {"always": x}),
    _sorted(3).map(lambda v: dict(zip(("low", "likely", "high"), v, strict=True))),
    _sorted(3).map(lambda v: {"triangular": v}),
    _sorted(2).map(lambda v: {"uniform": v}),
    _sorted(2).map(lambda v: {"median": v[0] + 0.1, "p95": v[1] + 0.1}),
    st.builds(lambda mean, cv: {"mean": mean, "cv": cv}, _amounts(0.1), st.floats(0, 3)),
    _amounts().map(lambda x: {"exponential": x}),
    st.builds(lambda mean, n: {"erlang": {"mean": mean, "stages": n}}, _amounts(), st.integers(1, 50)),
    st.lists(_amounts(), min_size=1, max_size=20).map(lambda v: {"observed": v}),
)
LUCKS = st.lists(st.floats(2.0**-54, 1 - 2.0**-53), min_size=1, max_size=20).map(lambda x: np.array(sorted(x)))
quick = settings(max_examples=200, deadline=None, derandomize=True)


def scaled(written: Any, factor: float) -> Any:
    """The same law with every duration times `factor`; what has no unit stays."""
    if isinstance(written, dict):
        return {key: value if key in ("cv", "stages") else scaled(value, factor) for key, value in written.items()}
    return [scaled(value, factor) for value in written] if isinstance(written, list) else written * factor


@quick
@given(WRITTEN, LUCKS)
def test_better_luck_never_gives_a_smaller_value(written: Any, luck: np.ndarray) -> None:
    values = law(written).at(luck)
    assert values.shape == luck.shape
    assert (np.diff(values) >= -1e-12 * values[:-1]).all()


@quick
@given(WRITTEN, LUCKS)
def test_values_are_finite_and_not_negative(written: Any, luck: np.ndarray) -> None:
    values = law(written).at(luck)
    assert np.isfinite(values).all()
    assert (values >= 0).all()


@quick
@given(WRITTEN, LUCKS)
def test_three_times_the_durations_are_three_times_the_draws(written: Any, luck: np.ndarray) -> None:
    np.testing.assert_allclose(law(scaled(written, 3.0)).at(luck), 3 * law(written).at(luck), rtol=1e-9, atol=1e-9)


@quick
@given(WRITTEN, LUCKS)
def test_sixteen_times_the_durations_are_sixteen_times_the_draws_to_the_last_bit(
    written: Any, luck: np.ndarray
) -> None:
    larger = law(scaled(written, 16.0))
    np.testing.assert_array_equal(larger.at(luck), 16 * law(written).at(luck))
    assert larger.mean == 16 * law(written).mean


@quick
@given(WRITTEN, LUCKS)
def test_an_element_does_not_depend_on_its_neighbours(written: Any, luck: np.ndarray) -> None:
    what = law(written)
    alone = np.concatenate([what.at(one) for one in np.split(luck, len(luck))])
    np.testing.assert_allclose(what.at(luck), alone, rtol=1e-13)  # vectorised loops may round otherwise


@quick
@given(WRITTEN)
def test_a_law_survives_being_written_down_and_read_again(written: Any) -> None:
    what = law(written)
    assert law(what.model_dump(by_alias=True)) == what


def test_every_law_stands_in_the_table_of_the_module() -> None:
    laws = {type(law(written)) for written, _ in EXAMPLES.values()}
    assert laws == set(LAWS.values())
    assert {key for written, _ in EXAMPLES.values() for key in written} == LAW_KEYS


# --- what may be written


def test_a_number_means_always() -> None:
    assert law(5) == law(5.0) == Always(always=5)
    assert law({"always": 5}) == Always(always=5)


def test_a_law_that_is_one_already_is_taken_as_it_is() -> None:
    for written, _ in EXAMPLES.values():
        what = law(written)
        assert law(what) is what


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"low": 1, "likely": 2, "high": 5}, Pert),
        ({"median": 2, "p95": 6}, LognormalByQuantiles),
        ({"mean": 2, "cv": 0.5}, LognormalByMean),
        ({"triangular": [2, 4, 9]}, Triangular),
        ({"exponential": 36}, Exponential),
        ({"erlang": {"mean": 36, "stages": 3}}, Erlang),
        ({"uniform": [1, 3]}, Uniform),
        ({"observed": [3, 4]}, Observed),
        ({"replay": [3, 4]}, Replay),
    ],
)
def test_the_key_tells_the_law(written: Any, kind: type[Law]) -> None:
    assert type(law(written)) is kind


@pytest.mark.parametrize("written", [{"low": 2, "likely": 1, "high": 5}, {"low": 1, "likely": 6, "high": 5}])
def test_a_pert_out_of_order_is_refused(written: Any) -> None:
    assert "must not decrease" in reason(written)


@pytest.mark.parametrize(
    "written", [{"triangular": [2, 1, 9]}, {"triangular": [2, 10, 9]}, {"uniform": [3, 1]}, {"median": 6, "p95": 2}]
)
def test_limits_out_of_order_are_refused(written: Any) -> None:
    assert "must not decrease" in reason(written)


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ({"low": 1, "high": 5}, "likely"),
        ({"likely": 2, "high": 5}, "low"),
        ({"p95": 6}, "median"),
        ({"median": 6}, "p95"),
        ({"mean": 6}, "cv"),
        ({"cv": 0.5}, "mean"),
        ({"erlang": {"mean": 6}}, "stages"),
    ],
)
def test_half_a_law_names_what_is_missing(written: Any, missing: str) -> None:
    message = reason(written)
    assert missing in message
    assert "Field required" in message


@pytest.mark.parametrize(
    "written",
    [
        {"low": 1, "likely": 2, "high": 5, "mean": 3},
        {"median": 2, "p95": 6, "mean": 3},
        {"mean": 3, "cv": 0.5, "median": 3},
        {"always": 5, "exponential": 3},
        {"exponential": 3, "unit": "h"},
        {"erlang": {"mean": 3, "stages": 2, "rate": 1}},
        {"uniform": [1, 3], "replay": [1, 3]},
    ],
)
def test_two_laws_in_one_or_a_key_too_many_are_refused(written: Any) -> None:
    assert "Extra inputs are not permitted" in reason(written)


@pytest.mark.parametrize("written", [{}, {"normal": [1, 2]}, {"min": 1, "max": 2}, "5", "soon", None, [1, 2], True])
def test_what_is_no_law_is_refused(written: Any) -> None:
    assert "is not a way to vary that we know" in reason(written)


@pytest.mark.parametrize(
    "written",
    [
        -1,
        float("nan"),
        float("inf"),
        1e10,
        {"always": True},
        {"always": "3"},
        {"exponential": -2},
        {"median": 0, "p95": 6},
        {"mean": 0, "cv": 1},
        {"mean": 3, "cv": -1},
        {"erlang": {"mean": 3, "stages": 0}},
        {"erlang": {"mean": 3, "stages": 1.5}},
        {"observed": []},
        {"observed": [3, "4"]},
        {"observed": [3, True]},
        {"observed": [3, float("nan")]},
        {"replay": []},
        {"replay": [-1]},
        {"uniform": [1]},
        {"uniform": [1, 2, 3]},
        {"triangular": [1, 2]},
        {"triangular": "1 2 3"},
    ],
)
def test_impossible_numbers_are_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        law(written)


def test_laws_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        law(5).always = 6


def test_a_changed_law_is_checked_again() -> None:
    class Work(Spec):
        time_h: Varying

    work = Work.model_validate({"time_h": {"low": 1, "likely": 2, "high": 5}})
    assert work.but(time_h=3).time_h == Always(always=3)
    with pytest.raises(ValidationError, match="must not decrease"):
        work.but(time_h={"low": 9, "likely": 2, "high": 5})
