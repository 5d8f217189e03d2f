"""Stories of markets: how much cargo, when, in which boxes, and where it goes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from builders import boxes_at, every, market, poisson, run, scenario, train
from pydantic import ValidationError

from sim.corridor.market import MarketSpec, cumulative_teu, year_factor
from sim.streams import Streams
from sim.trace import Trace

LUCK = Streams(1, 0).luck


def offered(spec: dict[str, Any], start: datetime, *days: int) -> list[float]:
    """TEU offered from the start up to the beginning of these days (counted from 0)."""
    hours, teu = cumulative_teu(MarketSpec.model_validate(spec), start, 24.0 * max(days))
    return np.interp([24.0 * day for day in days], hours, teu).tolist()


def booked(trace: Trace) -> np.ndarray:
    return trace.containers.booked_h


# --- how much


def test_a_year_has_its_total_spread_over_months_by_how_busy_they_are() -> None:
    # January twice as busy, February at rest: weights 62 + 0 + 306 = 368 days, 10 TEU for each; by 1 February (day 31)
    # 620, by 1 March (day 59) still 620, by 1 April (day 90) 620 + 310, by the end of the year all 3,680.
    spec = market(teu_per_year={"2001": 3680.0}, month_index=[2.0, 0.0] + [1.0] * 10)
    assert offered(spec, datetime(2001, 1, 1), 31, 59, 90, 365) == pytest.approx([620.0, 620.0, 930.0, 3680.0])


def test_a_leap_year_spreads_the_same_total_over_a_day_more() -> None:
    # 2004: 366 + 31 = 397 parts, of which January has 62 and February 29.
    spec = market(teu_per_year={"2004": 3970.0}, month_index=[2.0] + [1.0] * 11)
    assert offered(spec, datetime(2004, 1, 1), 31, 60, 366) == pytest.approx([620.0, 910.0, 3970.0])


def test_a_year_that_is_not_named_is_like_the_one_named_before_it_or_the_first() -> None:
    spec = market(teu_per_year={"2002": 365.0, "2004": 732.0})
    # 2001 and 2003 have 365 (a TEU a day), 2004 and 2005 have 732 (2 a day in the leap year 2004)
    by_year = [365.0, 730.0, 1095.0, 1095.0 + 732.0, 1095.0 + 1464.0]
    assert offered(spec, datetime(2001, 1, 1), 365, 730, 1095, 1461, 1826) == pytest.approx(by_year)


def test_a_run_that_starts_in_the_middle_of_a_month_has_what_is_left_of_it() -> None:
    spec = market(teu_per_year={"2001": 365.0})
    assert offered(spec, datetime(2001, 1, 21), 11, 39) == pytest.approx([11.0, 39.0])


def test_there_is_no_cargo_before_the_first_day_and_after_the_last() -> None:
    # A TEU a day on 10 January to 20 February and none besides; the rate is that of the whole year.
    spec = market(teu_per_year={"2001": 365.0}, first_day=date(2001, 1, 10), last_day=date(2001, 2, 20))
    assert offered(spec, datetime(2001, 1, 1), 9, 10, 31, 51, 52, 365) == pytest.approx(
        [0.0, 1.0, 22.0, 42.0, 42.0, 42.0]
    )


def test_months_that_follow_a_yearly_wave_have_the_half_year_that_its_integral_says() -> None:
    # Rate 1 + 0.3 · sin(2πt), each month at its mean: January to June, t = 181/365, have the integral
    # t + 0.3 · (1 − cos 2πt) / 2π of a year of 10,246 TEU, which is 6,059.15.
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    ends = np.concatenate(([0], np.cumsum(days))) / 365
    upto = ends + 0.3 * (1 - np.cos(2 * np.pi * ends)) / (2 * np.pi)
    spec = market(teu_per_year={"2001": 10246.0}, month_index=(np.diff(upto) / np.diff(ends)).tolist())
    assert offered(spec, datetime(2001, 1, 1), 181, 365) == pytest.approx([6059.15, 10246.0], abs=0.01)


def test_consignments_come_where_the_cumulative_rate_says() -> None:
    # Rate 1 an hour, from 10 January on: unit-rate times (sums of −ln(1 − luck)), shifted by 9 days.
    unit = np.cumsum(-np.log1p(-LUCK("market/m/arrival", 2000)))
    trace = run({"t": train()}, {"m": poisson(1.0, first_day=date(2001, 1, 10))}, days=40)
    np.testing.assert_allclose(booked(trace), unit[unit < 31 * 24] + 9 * 24, rtol=1e-12)


def test_the_factor_of_a_year_has_mean_one_and_the_spread_that_is_written() -> None:
    luck = (np.arange(20_000) + 0.5) / 20_000
    for cv in (0.06, 0.5):
        factors = np.array([year_factor(cv, u) for u in luck])
        assert factors.mean() == pytest.approx(1.0, abs=1e-4)
        assert factors.std() == pytest.approx(cv, rel=2e-3)
    assert year_factor(0.0, 0.9) == 1.0


def test_a_good_year_is_good_for_a_whole_market_and_for_no_other() -> None:
    cargo = {"m": poisson(1.0, year_cv=0.3), "n": poisson(1.0)}
    calm, wild = (run({"t": train()}, {**cargo, "m": m}, days=60) for m in (poisson(1.0), cargo["m"]))
    factor = year_factor(0.3, float(LUCK("market/m/year", 1)[0]))
    unit = np.cumsum(-np.log1p(-LUCK("market/m/arrival", 5000)))
    ours = wild.containers.market == 0
    np.testing.assert_allclose(booked(wild)[ours], unit[unit < 1440 * factor] / factor, rtol=1e-12)
    assert booked(wild)[~ours].tolist() == booked(calm)[calm.containers.market == 1].tolist()


# --- in which boxes


def test_consignments_are_whole_boxes_that_keep_the_mean() -> None:
    # 2.3 boxes: 3 with probability 0.3, else 2. Uniform 1 to 4: the whole part, and one more by its own luck.
    trace = run({"t": train()}, {"m": every(1, 0, 599.0, boxes_per_consignment=2.3)})
    sizes = np.bincount(trace.containers.consignment)
    assert sizes.tolist() == np.where(LUCK("market/m/rounding", 600) < 0.3, 3, 2).tolist()
    trace = run({"t": train()}, {"m": every(1, 0, 599.0, boxes_per_consignment={"uniform": [1, 4]})})
    wanted = 1 + 3 * LUCK("market/m/size", 600)
    sizes = np.bincount(trace.containers.consignment)
    assert sizes.tolist() == (np.floor(wanted) + (LUCK("market/m/rounding", 600) < wanted % 1)).tolist()
    assert abs(sizes.mean() - 2.5) < 5 * 1.0 / np.sqrt(600)  # the standard deviation is below 1


def test_larger_consignments_come_less_often_so_that_the_teu_are_those_written() -> None:
    # 8,760 TEU in 2001; consignments of 4 boxes of 1.5 TEU on average: 1,460 of them, standard deviation of the TEU
    # √1460 · 6 ≈ 230.
    spec = market(teu_per_year={"2001": 8760.0}, share_40ft=0.5, boxes_per_consignment={"uniform": [1, 7]})
    teu = [run({"t": train()}, {"m": spec}, days=365, seed=seed).containers.teu.sum() for seed in range(20)]
    assert abs(np.mean(teu) - 8760) < 3.3 * 260 / np.sqrt(20)


def test_a_consignment_has_a_box_at_least_and_the_teu_are_still_those_written() -> None:
    # Exponential with mean 3, but never below 1: 3 + E max(1 − X, 0) = 4 − 3 · (1 − exp(−1/3)).
    spec = market(teu_per_year={"2001": 8760.0}, boxes_per_consignment={"exponential": 3})
    assert MarketSpec.model_validate(spec).boxes_mean == pytest.approx(4 - 3 * (1 - np.exp(-1 / 3)), abs=1e-6)
    sizes = [np.bincount(run({"t": train()}, {"m": spec}, days=365, seed=s).containers.consignment) for s in range(20)]
    assert min(size.min() for size in sizes) == 1
    # about 2,800 consignments of 3.15 ± 2.9 boxes: the total of a year varies by √2,800 · 4.3 = 227
    assert abs(np.mean([size.sum() for size in sizes]) - 8760) < 3.3 * 227 / np.sqrt(20)
    for law, mean in ((3, 3.0), (0.2, 1.0), ({"uniform": [1, 4]}, 2.5), ({"low": 1, "likely": 3, "high": 10}, 23 / 6)):
        spec = market(teu_per_year={"2001": 1.0}, boxes_per_consignment=law)
        assert MarketSpec.model_validate(spec).boxes_mean == pytest.approx(mean, rel=1e-12)


def test_boxes_of_a_consignment_are_booked_together_and_travel_each_by_itself() -> None:
    trace = run({"t": train(capacity_teu=2)}, {"m": every(10, 1, 15.0, boxes_per_consignment=3)}, days=6)
    assert booked(trace).tolist() == [1.0] * 3 + [11.0] * 3
    assert trace.containers.consignment.tolist() == [0, 0, 0, 1, 1, 1]
    assert trace.containers.train[0].tolist() == [0, 0, 1, 1, 2, 2]


def test_the_share_of_forty_foot_boxes_is_their_own_luck() -> None:
    trace = run({"t": train()}, {"m": every(1, 0, 499.0, share_40ft=0.3)})
    assert trace.containers.teu.tolist() == np.where(LUCK("market/m/size_ft", 500) < 0.3, 2, 1).tolist()


# --- where it goes


def test_shares_of_the_channels_and_of_elsewhere() -> None:
    channels = {name: {"name": name, "outbound": {"r": {"services": [name]}}} for name in ("c", "d")}
    cargo = {"m": every(1, 0, 499.0, channels={"d": 0.5, "c": 0.2})}
    trace = run({"c": train(), "d": train()}, cargo, channels=channels)
    luck = LUCK("market/m/channel", 500)  # c below 0.2, d up to 0.7, the rest elsewhere
    assert trace.containers.chain.tolist() == np.select([luck < 0.2, luck < 0.7], [0, 1], -1).tolist()


def test_what_goes_elsewhere_never_comes_to_us() -> None:
    boxes = run({"t": train()}, {"m": every(1, 0, 9.0, channels={})}).containers
    assert boxes.chain.tolist() == [-1] * 10
    trace = run({"t": train()}, {"m": every(1, 0, 9.0, channels={"c": 0.0})})
    boxes = trace.containers
    assert boxes.chain.tolist() == [-1] * 10
    assert np.isnan(boxes.gated_in_h).all()
    assert np.isnan(boxes.ready_h).all()
    assert (boxes.train == -1).all()
    assert len(trace.uses["a.yard"].begun_h) == 0


def test_all_boxes_of_a_consignment_take_the_same_channel() -> None:
    channels = {name: {"name": name, "outbound": {"r": {"services": [name]}}} for name in ("c", "d")}
    cargo = {"m": every(1, 0, 99.0, channels={"c": 0.5, "d": 0.5}, boxes_per_consignment=3)}
    trace = run({"c": train(), "d": train()}, cargo, channels=channels)
    of_consignment = trace.containers.chain.reshape(100, 3)
    assert (of_consignment == of_consignment[:, :1]).all()
    assert set(of_consignment[:, 0].tolist()) == {0, 1}


def test_shares_above_one_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"add up to 1\.2"):
        scenario({"t": train()}, {"m": every(1, 0, channels={"c": 0.7, "d": 0.5})})


# --- fixed arrivals, and luck


def test_fixed_arrivals_are_at_first_plus_multiples() -> None:
    trace = run({"t": train()}, {"m": every(0.1, 0.5, 2.05)}, days=2)
    assert booked(trace).tolist() == [0.5 + 0.1 * k for k in range(16)]
    assert len(run({"t": train()}, {"m": every(1, 0.5)}, days=2).containers) == 48  # to the end of the run


def test_a_market_needs_one_way_to_arrive() -> None:
    with pytest.raises(ValidationError, match="either teu_per_year or arrivals"):
        scenario({"t": train()}, {"m": every(1, 0, teu_per_year={"2001": 5.0})})


def test_the_first_mile_lies_between_booking_and_the_gate() -> None:
    trace = run({"t": train()}, {"m": every(1, 1, 3.0, first_mile_h={"replay": [5, 3.5, 0]})})
    assert trace.containers.at_gate_h.tolist() == [6.0, 5.5, 3.0]
    assert trace.containers.ready_h[0].tolist() == [6.0, 5.5, 3.0]


def test_box_number_k_keeps_its_luck_when_demand_doubles() -> None:
    cargo = {"first_mile_h": {"exponential": 9}, "last_mile_h": {"exponential": 9}, "share_40ft": 0.5}
    cargo |= {"channels": {"c": 0.6}}
    clearance = {"export_clearance": {"time_h": {"exponential": 5}, "inspection_share": 0.3}}
    nodes = {"a": clearance}
    one, two = (
        run({"t": train()}, {"m": poisson(rate, **cargo)}, nodes=nodes, clear_at="a").containers for rate in (1.0, 2.0)
    )
    n = len(one)
    assert n < len(two)
    np.testing.assert_allclose(two.booked_h[:n], one.booked_h / 2, rtol=1e-12)
    for name in ("teu", "chain", "inspected"):
        np.testing.assert_array_equal(getattr(two, name)[:n], getattr(one, name))
    np.testing.assert_allclose((two.at_gate_h - two.booked_h)[:n], one.at_gate_h - one.booked_h, atol=1e-9)
    came = np.isfinite(one.ready_h[0])
    clear_one, clear_two = (boxes.ready_h[0][:n] - boxes.gated_in_h[:n] for boxes in (one, two))
    np.testing.assert_allclose(clear_two[came], clear_one[came], atol=1e-9)


def test_one_market_does_not_disturb_the_luck_of_another() -> None:
    alone = run({"t": train()}, {"m": poisson(1.0)})
    together = run({"t": train()}, {"m": poisson(1.0), "k": boxes_at(1.0, 2.0)})
    assert booked(together)[together.containers.market == 1].tolist() == booked(alone).tolist()


def test_other_replications_and_other_seeds_have_other_luck_and_the_same_ones_the_same() -> None:
    first = [Streams(seed, k).luck("x", 1)[0] for seed, k in ((1, 0), (1, 1), (2, 0), (1, 0))]
    assert first[0] == first[3]
    assert len(set(first)) == 3
    assert Streams(1, 0).luck("x", 9)[:4].tolist() == Streams(1, 0).luck("x", 4).tolist()
