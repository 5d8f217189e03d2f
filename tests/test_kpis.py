"""Measures and stories on traces written by hand: nothing is simulated here, and every answer is hand arithmetic."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traces import Hand

from sim.kpis import BY_ID, MEASURES, Key, Seen, Values, measure_all
from sim.kpis.carried import carried
from sim.kpis.series import (
    LEAD_TIME_BIN_DAYS,
    LEAD_TIME_BINS,
    daily_levels,
    journeys,
    lead_time_counts,
    monthly_carried,
)
from sim.kpis.times import lead_time_quantile, stage_hours
from sim.kpis.use import level, peak_use, used_unit_hours
from sim.story import StoryError, box_row, events_of_box, events_of_train, tell, train_row
from sim.trace import STAGES, Ran, Stage, Trace, UseTable

OUT, IN, SEA = Key("land", "outbound"), Key("land", "inbound"), Key("sea", "outbound")
LAND, ALL = Key("land"), Key()
YEAR_2020 = (0.0, 8784.0)


def values(hand: Hand, measure: str) -> Values:
    return BY_ID[measure].of(Seen(hand.trace()))


# --- carried TEU


def test_outbound_cargo_is_carried_when_its_first_train_leaves() -> None:
    hand = Hand(window=(100, 200))
    for departed_h in (99, 150, 250):
        hand.box("land_out", hand.train("land_out", departed_h, departed_h + 300), teu=2)
    assert values(hand, "carried_teu")[OUT] == 2


def test_inbound_cargo_is_carried_when_its_last_train_arrives() -> None:
    hand = Hand(window=(100, 200))
    for arrived_h in (99, 150, 250):
        hand.box("land_in", hand.train("land_in", arrived_h - 80, arrived_h), teu=1)
    assert values(hand, "carried_teu")[IN] == 1


def test_sea_rail_cargo_is_carried_when_it_leaves_home_not_when_it_sails() -> None:
    hand = Hand(window=(100, 200))
    hand.box("sea_out", hand.train("sea_train", 90, 110), hand.train("sea_vessel", 150, 190), teu=2)
    hand.box("sea_out", hand.train("sea_train", 190, 210), hand.train("sea_vessel", 250, 290), teu=1)
    assert values(hand, "carried_teu")[SEA] == 1


def test_sea_rail_cargo_is_carried_once_though_it_takes_two_legs() -> None:
    hand = Hand()
    hand.box("sea_out", hand.train("sea_train", 10, 20), hand.train("sea_vessel", 30, 40), teu=2)
    assert values(hand, "carried_teu")[ALL] == 2


def test_the_window_holds_its_first_moment_and_not_its_last() -> None:
    hand = Hand(window=(100, 200))
    hand.box("land_out", hand.train("land_out", 100), teu=1)
    hand.box("land_out", hand.train("land_out", 200), teu=2)
    hand.box("land_in", hand.train("land_in", 1, 100), teu=1)
    hand.box("land_in", hand.train("land_in", 2, 200), teu=2)
    found = values(hand, "carried_teu")
    assert (found[OUT], found[IN]) == (1, 1)


def test_two_windows_side_by_side_carry_together_what_the_whole_carries() -> None:
    hand = Hand()
    for departed_h in (0, 50, 100, 100, 150, 199):
        hand.box("land_out", hand.train("land_out", departed_h), teu=2)
    trace = hand.trace()
    whole, first, second = (carried(Seen(trace, w))[OUT] for w in ((0, 200), (0, 100), (100, 200)))
    assert (first, second, whole) == (4, 8, 12)


def test_carried_counts_teu_by_channel_direction_and_cargo_and_in_all() -> None:
    hand = Hand()
    west, east, port = hand.train("land_out", 10, 90), hand.train("land_in", 20, 100), hand.train("sea_train", 30, 40)
    hand.box("land_out", west, teu=2, cargo="local")
    hand.box("land_out", west, teu=1, cargo="hub")
    hand.box("land_in", east, teu=2, cargo="hub")
    hand.box("sea_out", port, teu=1, cargo="local")
    assert values(hand, "carried_teu") == {
        Key("land", "outbound", "local"): 2,
        Key("land", "outbound", "hub"): 1,
        Key("land", "outbound", "all"): 3,
        Key("land", "inbound", "hub"): 2,
        Key("land", "inbound", "all"): 2,
        Key("land", "all", "local"): 2,
        Key("land", "all", "hub"): 3,
        Key("land", "all", "all"): 5,
        Key("sea", "outbound", "local"): 1,
        Key("sea", "outbound", "all"): 1,
        Key("sea", "all", "local"): 1,
        Key("sea", "all", "all"): 1,
        Key("all", "outbound", "local"): 3,
        Key("all", "outbound", "hub"): 1,
        Key("all", "outbound", "all"): 4,
        Key("all", "inbound", "hub"): 2,
        Key("all", "inbound", "all"): 2,
        Key("all", "all", "local"): 3,
        Key("all", "all", "hub"): 3,
        Key("all", "all", "all"): 6,
    }


def test_a_box_that_never_left_is_not_carried() -> None:
    hand = Hand()
    hand.box("land_out", booked_h=5)
    assert values(hand, "carried_teu")[OUT] == 0


def test_local_share_is_local_teu_over_all_teu() -> None:
    hand = Hand()
    west, east = hand.train("land_out", 10, 90), hand.train("land_in", 20, 100)
    for teu, cargo in ((2, "local"), (2, "local"), (1, "local"), (1, "hub"), (2, "hub")):
        hand.box("land_out", west, teu=teu, cargo=cargo)
    hand.box("land_in", east, teu=2, cargo="hub")
    found = values(hand, "local_share")
    assert (found[OUT], found[IN], found[LAND]) == (5 / 8, 0, 5 / 10)
    assert all(key.cargo == "all" for key in found)


def test_local_share_of_nothing_is_unknown() -> None:
    hand = Hand()
    hand.box("land_out", booked_h=5)
    assert np.isnan(values(hand, "local_share")[OUT])


def test_offered_is_what_was_booked_for_us_in_the_window_and_the_rest_went_elsewhere() -> None:
    hand = Hand(window=(100, 200))
    for booked_h, chain, teu in ((99, "land_out", 2), (100, "land_out", 1), (150, "elsewhere", 2), (200, "land_in", 2)):
        hand.box(chain, booked_h=booked_h, teu=teu)
    hand.box("elsewhere", booked_h=99)
    assert values(hand, "offered_teu")[ALL] == 1
    assert values(hand, "elsewhere_teu") == {ALL: 2}


def test_cargo_that_goes_elsewhere_is_in_no_other_measure() -> None:
    hand = Hand()
    hand.box("elsewhere", booked_h=5)
    for measure in set(BY_ID) - {"elsewhere_teu"}:
        assert not any(value > 0 for value in values(hand, measure).values()), measure


def test_backlog_is_what_is_booked_and_has_not_left_by_the_end() -> None:
    hand = Hand(window=(100, 200))
    left, leaves = hand.train("land_out", 150), hand.train("land_out", 201)
    at_the_end, returning = hand.train("land_out", 200), hand.train("land_in", 130, 260)
    hand.box("land_out", left, booked_h=90, teu=2)
    hand.box("land_out", leaves, booked_h=120, teu=2)
    hand.box("land_out", at_the_end, booked_h=130, teu=2)
    hand.box("land_out", booked_h=200, teu=1)
    hand.box("land_out", booked_h=201, teu=2)
    hand.box("land_in", returning, booked_h=110, teu=2)
    found = values(hand, "backlog_teu")
    assert (found[OUT], found[IN]) == (2 + 1, 0)


def test_backlog_grows_by_what_waits_at_the_end_less_what_waited_at_the_beginning() -> None:
    hand = Hand(window=(100, 200))
    hand.box("land_out", hand.train("land_out", 150), booked_h=50, teu=2)
    hand.box("land_out", booked_h=60, teu=1)
    for booked_h in (120, 140, 160):
        hand.box("land_out", booked_h=booked_h, teu=2)
    hand.box("land_in", hand.train("land_in", 120, 180), booked_h=90, teu=2)
    found = values(hand, "backlog_growth_teu")
    assert (found[OUT], found[IN], found[ALL]) == (7 - 3, 0 - 2, 2)


def test_what_is_booked_less_what_leaves_is_the_growth_of_the_backlog() -> None:
    hand = Hand(window=(100, 200))
    for k in range(40):
        trains = [hand.train("land_out", 7.0 * k + 0.25)] if k % 3 else []
        hand.box("land_out", *trains, booked_h=5.0 * k + 0.5, teu=1 + k % 2)
    offered, carry, growth = (values(hand, m)[OUT] for m in ("offered_teu", "carried_teu", "backlog_growth_teu"))
    assert growth == offered - carry


def test_inspected_share_is_over_boxes_delivered_in_the_window() -> None:
    hand = Hand(window=(100, 200))
    for k, inspected in enumerate((True, False, False, True, True)):
        hand.box("land_out", hand.train("land_out", 10, 90 + 25 * k), teu=1 + k % 2, inspected=inspected)
    assert values(hand, "inspected_share")[OUT] == 2 / 4  # delivered at 115, 140, 165 and 190


# --- trains


@pytest.fixture
def trains() -> Hand:
    hand = Hand(window=(100, 200))
    early, full = hand.train("land_out", 50, 150), hand.train("land_out", 110, 220, capacity_teu=4, left_teu=6)
    half, back = hand.train("land_out", 160, 270), hand.train("land_in", 120, 190)
    to_port, vessel = hand.train("sea_train", 130, 140, left_teu=2), hand.train("sea_vessel", 150, 180, left_teu=9)
    late = hand.train("land_out", 200, 310, left_teu=2)
    hand.cancelled("land_out", 140)
    hand.cancelled("land_out", 150, Ran.TOO_FEW)
    hand.cancelled("sea_vessel", 150)
    hand.cancelled("land_in", 90)
    hand.cancelled("land_in", 100, closed_h=90)
    hand.cancelled("land_in", 200, closed_h=190)
    for train, teu in ((early, 2), (full, 2), (full, 2), (half, 1), (late, 2)):
        hand.box("land_out", train, teu=teu)
    hand.box("land_in", back, teu=1)
    hand.box("sea_out", to_port, vessel, teu=2)
    return hand


def test_trains_are_counted_when_they_leave_and_vessels_are_not_trains(trains: Hand) -> None:
    found = values(trains, "trains_run")
    assert (found[OUT], found[IN], found[SEA], found[LAND], found[ALL]) == (2, 1, 1, 3, 4)


def test_trains_cancelled_for_any_reason_are_counted_at_their_planned_time(trains: Hand) -> None:
    found = values(trains, "trains_cancelled")
    assert (found[OUT], found[IN], found[SEA], found[ALL]) == (2, 1, 0, 3)


def test_teu_per_train_is_over_trains_that_left(trains: Hand) -> None:
    found = values(trains, "teu_per_train")
    assert (found[OUT], found[IN], found[SEA], found[ALL]) == (5 / 2, 1, 2, 8 / 4)


def test_left_behind_is_a_share_of_trains_not_of_boxes(trains: Hand) -> None:
    found = values(trains, "left_behind_share")
    assert (found[OUT], found[IN], found[SEA], found[ALL]) == (1 / 2, 0, 1, 2 / 4)


def test_without_trains_there_is_no_load_per_train() -> None:
    hand = Hand()
    hand.cancelled("land_out", 50)
    assert values(hand, "trains_run")[OUT] == 0
    assert np.isnan(values(hand, "teu_per_train")[OUT])
    assert np.isnan(values(hand, "left_behind_share")[OUT])


# --- days


def test_lead_time_is_from_booking_to_delivery_over_boxes_delivered_in_the_window() -> None:
    hand = Hand(window=(240, 1200))
    for days in (10, 20, 30, 40):
        hand.box("land_out", hand.train("land_out", 12, 24 * days), booked_h=0)
    hand.box("land_out", hand.train("land_out", 12, 239), booked_h=0)
    hand.box("land_out", hand.train("land_out", 12, 1200), booked_h=0)
    assert values(hand, "lead_time_days")[OUT] == 25


def test_quantiles_of_the_lead_time_lie_straight_between_order_statistics() -> None:
    """Of 10, 20, 30 and 40 days the q-quantile is 10 + 30 q: Hyndman & Fan's type 7, the default of numpy and R."""
    hand = Hand(window=(0, 10_000))
    for days in (40, 10, 30, 20):
        hand.box("land_out", hand.train("land_out", 12, 24 * days))
    median, p90, p95 = (values(hand, f"lead_time_{q}_days")[OUT] for q in ("median", "p90", "p95"))
    assert (median, p90, p95) == pytest.approx((25, 37, 38.5), rel=1e-12)


def test_lead_time_counts_boxes_alike_whatever_their_teu() -> None:
    hand = Hand(window=(0, 10_000))
    hand.box("land_out", hand.train("land_out", 12, 240), teu=1)
    hand.box("land_out", hand.train("land_out", 12, 720), teu=2)
    assert values(hand, "lead_time_days")[OUT] == 20


def test_lead_time_of_nothing_delivered_is_unknown() -> None:
    hand = Hand()
    hand.box("land_out", hand.train("land_out", 12, 300))
    for measure in ("lead_time_days", "lead_time_p90_days", "transit_days"):
        assert np.isnan(values(hand, measure)[OUT])


def test_transit_is_from_the_first_departure_to_the_last_arrival() -> None:
    hand = Hand(window=(0, 1000))
    hand.box("land_out", hand.train("land_out", 24, 24 + 240), booked_h=0)
    hand.box("sea_out", hand.train("sea_train", 24, 48), hand.train("sea_vessel", 120, 168), booked_h=0)
    hand.box("sea_out", hand.train("sea_train", 24, 48), booked_h=0)
    found = values(hand, "transit_days")
    assert (found[OUT], found[SEA]) == (10, 6)


@pytest.fixture
def lives() -> Hand:
    """A box west by train, and one by rail and sea, each with a different number of hours at every stage."""
    hand = Hand(window=(0, 2000))
    west = hand.train(
        "land_out",
        60,
        160,
        closed_h=50,
        visits=[
            (Stage.LOADING, "home", 50, 53, 60),
            (Stage.RUNNING, "home_border", 60, 65, 100),
            (Stage.CHECKS, "border", 100, 100, 107),
            (Stage.GAUGE_CHANGE, "border", 107, 119, 128),
            (Stage.RUNNING, "border_west", 128, 128, 160),
            (Stage.UNLOADING, "west", 160, 163, 170),
        ],
    )
    hand.box(
        "land_out",
        west,
        booked_h=1,
        at_gate_h=9,
        gated_in_h=12,
        ready_h=(30,),
        loaded_h=(55,),
        unloaded_h=(168,),
        released_h=190,
        picked_up_h=200,
        delivered_h=215,
    )
    to_port, vessel = hand.train("sea_train", 100, 130, closed_h=96), hand.train("sea_vessel", 240, 300, closed_h=216)
    hand.box(
        "sea_out",
        to_port,
        vessel,
        booked_h=10,
        gated_in_h=20,
        ready_h=(44, 150),
        loaded_h=(97, 220),
        unloaded_h=(132, 304),
        delivered_h=310,
    )
    return hand


def test_where_the_days_go_on_the_way_west(lives: Hand) -> None:
    found = values(lives, "stage_days")
    hours = {stage: 24 * found[OUT._replace(place=str(stage))] for stage in STAGES}
    assert hours == pytest.approx(
        {
            Stage.FIRST_MILE: 8,  # 1 → 9
            Stage.GATE: 3,  # 9 → 12
            Stage.CLEARANCE: 18 + 22,  # 12 → 30 and 168 → 190
            Stage.WAITING: 23,  # 30 → 53, the cut-off included
            Stage.LOADING: 7,  # 53 → 60
            Stage.RUNNING: 35 + 32,  # 65 → 100 and 128 → 160
            Stage.CHECKS: 7,
            Stage.QUEUE: 5 + 12,  # 60 → 65 before the line, and 107 → 119
            Stage.GAUGE_CHANGE: 9,  # 119 → 128
            Stage.SAILING: 0,
            Stage.UNLOADING: 8,  # 160 → 168
            Stage.PICK_UP: 10,  # 190 → 200
            Stage.LAST_MILE: 15,  # 200 → 215
        },
        rel=1e-12,
    )
    assert sum(hours.values()) == pytest.approx(214, rel=1e-12)


def test_where_the_days_go_by_rail_and_sea(lives: Hand) -> None:
    found = values(lives, "stage_days")
    hours = {stage: 24 * found[SEA._replace(place=str(stage))] for stage in STAGES}
    assert hours == pytest.approx(
        {
            Stage.FIRST_MILE: 0,
            Stage.GATE: 10,
            Stage.CLEARANCE: 24 + 18,  # 20 → 44, and 132 → 150 in the port
            Stage.WAITING: 52 + 66,  # 44 → 96, and 150 → 216 for the vessel
            Stage.LOADING: 4 + 24,  # 96 → 100 and 216 → 240
            Stage.RUNNING: 30,
            Stage.CHECKS: 0,
            Stage.QUEUE: 0,
            Stage.GAUGE_CHANGE: 0,
            Stage.SAILING: 60,
            Stage.UNLOADING: 2 + 4,
            Stage.PICK_UP: 0,
            Stage.LAST_MILE: 6,
        },
        rel=1e-12,
    )
    assert sum(hours.values()) == pytest.approx(300, rel=1e-12)


def test_dwell_is_the_stay_in_each_yard_and_at_the_border(lives: Hand) -> None:
    found = {key: 24 * days for key, days in values(lives, "dwell_days").items()}
    assert found == pytest.approx(
        {
            OUT._replace(place="home"): 43,  # 12 → 55
            OUT._replace(place="border"): 28,  # 100 → 128
            OUT._replace(place="west"): 32,  # 168 → 200
            LAND._replace(place="home"): 43,
            LAND._replace(place="border"): 28,
            LAND._replace(place="west"): 32,
            SEA._replace(place="home"): 77,  # 20 → 97
            SEA._replace(place="port"): 88,  # 132 → 220
            SEA._replace(place="abroad"): 0,
            Key("sea", place="home"): 77,
            Key("sea", place="port"): 88,
            Key("sea", place="abroad"): 0,
            Key("all", "outbound", place="home"): 60,  # (43 + 77) / 2
            Key("all", "outbound", place="border"): 28,
            Key("all", "outbound", place="west"): 32,
            Key("all", "outbound", place="port"): 88,
            Key("all", "outbound", place="abroad"): 0,
            Key(place="home"): 60,
            Key(place="border"): 28,
            Key(place="west"): 32,
            Key(place="port"): 88,
            Key(place="abroad"): 0,
        },
        rel=1e-12,
    )


def test_dwell_counts_the_stays_that_end_in_the_window_from_their_very_beginning() -> None:
    hand = Hand(window=(100, 200))
    for gated_in_h, loaded_h in ((10, 90), (20, 110), (150, 210)):
        hand.box("land_out", hand.train("land_out", loaded_h, closed_h=loaded_h), gated_in_h=gated_in_h)
    assert 24 * values(hand, "dwell_days")[OUT._replace(place="home")] == pytest.approx(90)


def test_a_stay_at_the_border_is_whole_though_the_window_begins_between_checks_and_gauge_change() -> None:
    hand = Hand(window=(100, 200))
    for asked_h in (90, 190):  # checked and changed within 25 h: only the first stay ends in the window
        visits = [
            (Stage.CHECKS, "border", asked_h, asked_h, asked_h + 5),
            (Stage.GAUGE_CHANGE, "border", asked_h + 5, asked_h + 15, asked_h + 25),
        ]
        hand.box("land_out", hand.train("land_out", asked_h - 50, asked_h + 25, visits=visits))
    assert 24 * values(hand, "dwell_days")[OUT._replace(place="border")] == pytest.approx(25)


# --- random, consistent lives: what must hold for all of them

QUARTERS = st.integers(0, 200).map(lambda quarters: quarters / 4)
"""Hours in binary fractions: their sums and differences are exact."""


@st.composite
def hands(draw: st.DrawFn, window: tuple[float, float] = (0.0, 100_000.0)) -> Hand:
    """Trains and boxes whose milestones follow one another."""
    hand = Hand(window=window)
    trains = {"land_out": [], "land_in": [], "sea_train": []}
    for service, rows in trains.items():
        for _ in range(draw(st.integers(1, 3))):
            rows.append(_random_train(draw, hand, service, closed_h=500 + 10 * draw(QUARTERS)))
    for _ in range(draw(st.integers(1, 8))):
        chain = draw(st.sampled_from(["land_out", "land_in", "sea_out"]))
        train = draw(st.sampled_from(trains["sea_train" if chain == "sea_out" else chain]))
        _random_box(draw, hand, chain, train)
    return hand


def _random_train(draw: st.DrawFn, hand: Hand, service: str, closed_h: float) -> int:
    departed_h = now_h = closed_h + draw(QUARTERS)
    stages = {
        "sea_train": [(Stage.RUNNING, "home_port")],
        "sea_vessel": [(Stage.SAILING, "ocean")],
        "land_out": [(Stage.RUNNING, "home_border"), (Stage.CHECKS, "border"), (Stage.GAUGE_CHANGE, "border")],
        "land_in": [(Stage.GAUGE_CHANGE, "border"), (Stage.RUNNING, "home_border")],
    }[service]
    visits = []
    for stage, place in stages:
        begun_h = now_h + draw(QUARTERS)
        visits.append((stage, place, now_h, begun_h, begun_h + draw(QUARTERS)))
        now_h = visits[-1][-1]
    return hand.train(service, departed_h, now_h, closed_h=closed_h, visits=visits)


def _random_box(draw: st.DrawFn, hand: Hand, chain: str, train: int) -> None:
    gap = [draw(QUARTERS) for _ in range(8)]
    ready_h = hand.trains[train]["closed_h"] - gap[0]
    unloaded_h = hand.trains[train]["arrived_h"] + gap[1]
    trains, ready, unloaded = [train], [ready_h], [unloaded_h]
    if chain == "sea_out":
        ready.append(unloaded_h + gap[2])
        trains.append(_random_train(draw, hand, "sea_vessel", closed_h=ready[1] + draw(QUARTERS)))
        unloaded.append(hand.trains[trains[1]]["arrived_h"] + draw(QUARTERS))
    released_h = unloaded[-1] + gap[3]
    hand.box(
        chain,
        *trains,
        booked_h=ready_h - gap[4] - gap[5] - gap[6],
        at_gate_h=ready_h - gap[4] - gap[5],
        gated_in_h=ready_h - gap[4],
        ready_h=tuple(ready),
        unloaded_h=tuple(unloaded),
        released_h=released_h,
        picked_up_h=released_h + gap[7],
        delivered_h=released_h + gap[7] + draw(QUARTERS),
        teu=draw(st.integers(1, 2)),
        cargo=draw(st.sampled_from(["local", "hub"])),
        inspected=draw(st.booleans()),
    )


quick = settings(max_examples=60, deadline=None, derandomize=True)


@quick
@given(hands())
def test_stages_add_up_to_the_lead_time_to_the_last_bit(hand: Hand) -> None:
    seen = Seen(hand.trace())
    hours = stage_hours(seen)
    total = sum(hours.values())
    np.testing.assert_array_equal(total, seen.boxes.delivered_h - seen.boxes.booked_h)
    assert all((of_stage >= 0).all() for of_stage in hours.values())


@quick
@given(hands())
def test_mean_days_by_stage_add_up_to_the_mean_lead_time(hand: Hand) -> None:
    seen = Seen(hand.trace())
    lead, stages = BY_ID["lead_time_days"].of(seen), BY_ID["stage_days"].of(seen)
    for key in (key for key in lead if key.cargo == "all"):
        assert sum(stages[key._replace(place=str(stage))] for stage in STAGES) == pytest.approx(lead[key], nan_ok=True)


@quick
@given(hands(window=YEAR_2020))
def test_months_add_up_to_the_year(hand: Hand) -> None:
    seen = Seen(hand.trace())
    months, year = monthly_carried(seen), carried(seen)
    assert set(months) == {key for key in year if key.cargo == "all"}
    for key, teu in months.items():
        assert teu.shape == (12,)
        assert teu.sum() == year[key]


@quick
@given(hands(window=(600.0, 700.0)))
def test_totals_are_those_of_a_loop_over_boxes(hand: Hand) -> None:
    """A second, slower way to count, straight from the words: for each box, for each key that it belongs to."""
    trace = hand.trace()
    begin_h, end_h = trace.book.window
    teu, boxes, days = Counter[Key](), Counter[Key](), Counter[Key]()
    for box in range(len(trace.containers)):
        chain = trace.book.chains[trace.containers.chain[box]]
        cargo = ("local", "hub")[trace.containers.cargo[box]]
        trains = [train for train in trace.containers.train[:, box] if train >= 0]
        outbound = chain.direction == "outbound"
        moment = trace.departures.departed_h[trains[0]] if outbound else trace.departures.arrived_h[trains[-1]]
        delivered_h = trace.containers.delivered_h[box]
        for key in (Key(*of) for of in _combinations(chain.channel, chain.direction, cargo)):
            teu[key] += int(trace.containers.teu[box]) if begin_h <= moment < end_h else 0
            boxes[key] += begin_h <= delivered_h < end_h
            days[key] += (delivered_h - trace.containers.booked_h[box]) / 24 if begin_h <= delivered_h < end_h else 0
    found = measure_all(Seen(trace))
    assert {key: value for key, value in found["carried_teu"].items() if key in teu} == teu
    for key, lead in found["lead_time_days"].items():
        assert lead == pytest.approx(days[key] / boxes[key] if boxes[key] else np.nan, nan_ok=True)


def _combinations(*parts: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for part in parts:
        found = [(*before, either) for before in found for either in (part, "all")]
    return found


@quick
@given(hands())
def test_a_quantile_lies_between_its_neighbouring_order_statistics(hand: Hand) -> None:
    seen = Seen(hand.trace())
    for q in (0.1, 0.5, 0.9):
        for key, mine in seen.groups(seen.delivered):
            days = np.sort(seen.lead_time_days[mine])
            if len(days):
                rank = q * (len(days) - 1)
                low, high = days[int(np.floor(rank))], days[int(np.ceil(rank))]
                assert low - 1e-9 <= lead_time_quantile(seen, q)[key] <= high + 1e-9


@quick
@given(hands())
def test_measuring_changes_nothing_in_the_trace(hand: Hand) -> None:
    trace, again = hand.trace(), hand.trace()
    first = measure_all(Seen(trace))
    for table in ("containers", "departures", "visits"):
        for name, column in vars(getattr(trace, table)).items():
            np.testing.assert_array_equal(column, vars(getattr(again, table))[name])
    assert repr(measure_all(Seen(trace))) == repr(first)


# --- shared resources


def test_utilisation_cuts_uses_at_the_edges_of_the_window() -> None:
    hand = Hand(window=(100, 200))
    hand.use("border.gauge_change", 50, 110)  # 10 h inside
    hand.use("border.gauge_change", 150, 160)  # 10 h
    hand.use("border.gauge_change", 190, 300)  # 10 h inside
    hand.use("border.gauge_change", 20, 100)
    hand.use("border.gauge_change", 200, 240)
    assert values(hand, "utilisation")[Key(place="border.gauge_change")] == pytest.approx(30 / (2 * 100))


def test_utilisation_counts_units_and_what_stays_for_good() -> None:
    hand = Hand(window=(100, 200))
    hand.use("home.yard", 110, 130, amount=2)  # 40 TEU hours
    hand.use("home.yard", 150, float("inf"), amount=1.9)  # 95
    assert values(hand, "utilisation")[Key(place="home.yard")] == pytest.approx(135 / (100 * 100))


def test_an_unlimited_resource_has_a_peak_but_no_utilisation() -> None:
    hand = Hand()
    hand.use("port.yard", 10, 20, amount=2)
    assert Key(place="port.yard") not in values(hand, "utilisation")
    assert values(hand, "peak_use")[Key(place="port.yard")] == 2


def test_utilisation_of_a_service_is_teu_carried_over_teu_offered_vessels_too() -> None:
    hand = Hand(window=(0, 100))
    first, _ = hand.train("land_out", 10, capacity_teu=10), hand.train("land_out", 20, capacity_teu=6)
    hand.train("land_out", 100, capacity_teu=50)
    vessel = hand.train("sea_vessel", 30, 40, capacity_teu=5)
    hand.box("land_out", first, teu=2)
    hand.box("land_out", first, teu=2)
    hand.box("sea_out", hand.train("sea_train", 5, 8, capacity_teu=3), vessel, teu=1)
    found = values(hand, "utilisation")
    assert found[Key("land", "outbound", "all", "land_out")] == 4 / 16
    assert found[Key("sea", "outbound", "all", "sea_vessel")] == 1 / 5
    assert Key("land", "inbound", "all", "land_in") not in found


def use(*rows: tuple[float, float, float]) -> UseTable:
    begun, done, amount = (np.array([row[k] for row in rows], dtype=np.float64) for k in range(3))
    return UseTable(begun, begun, done, amount)


def test_the_peak_is_the_most_at_one_moment() -> None:
    assert peak_use(use((0, 10, 1), (5, 15, 2), (12, 20, 1)), 0, 100) == 3


def test_who_leaves_makes_room_for_who_comes_at_the_same_instant() -> None:
    assert peak_use(use((0, 10, 2), (10, 20, 2), (20, 30, 2)), 0, 100) == 2


def test_the_peak_counts_what_is_there_when_the_window_begins_and_not_what_has_left() -> None:
    rows = use((0, 50, 4), (0, 100, 3), (40, 120, 2), (199, 300, 1), (200, 300, 9))
    assert peak_use(rows, 100, 200) == 2
    assert peak_use(rows, 99, 200) == 5
    assert peak_use(use((0, 50, 4)), 100, 200) == 0


def test_used_hours_of_uses_that_do_not_touch_the_window_are_none() -> None:
    assert used_unit_hours(use((0, 50, 4), (300, 310, 4)), 100, 200) == 0


def test_the_level_counts_who_has_come_and_has_not_gone() -> None:
    rows = use((0, 10, 1), (5, 15, 2), (15, np.inf, 4))
    moments = np.array([-1, 0, 4.9, 5, 9.9, 10, 14.9, 15, 1e6])
    assert level(rows, moments).tolist() == [0, 1, 1, 3, 3, 2, 2, 4, 4]


USES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 4)), max_size=12)


@quick
@given(USES)
def test_peak_and_hours_are_those_of_the_level_followed_hour_by_hour(drawn: list[tuple[int, int, int]]) -> None:
    rows = use(*((begun, begun + stay, amount) for begun, stay, amount in drawn))
    hourly = level(rows, np.arange(20, 60) + 0.5)
    assert peak_use(rows, 20, 60) == hourly.max()
    assert used_unit_hours(rows, 20, 60) == hourly.sum()


def test_trains_wait_at_the_border_from_asking_to_beginning_by_direction() -> None:
    hand = Hand(window=(100, 200))
    for service, asked_h, begun_h in (
        ("land_out", 90, 99),
        ("land_out", 95, 101),
        ("land_out", 150, 160),
        ("land_out", 190, 200),
        ("land_in", 120, 120),
    ):
        visits = [(Stage.GAUGE_CHANGE, "border", asked_h, begun_h, begun_h + 10)]
        hand.train(service, 50, 250, visits=visits)
    assert values(hand, "border_wait_hours") == {
        Key("all", "outbound", "all", "border"): 8,
        Key("all", "inbound", "all", "border"): 0,
    }


# --- series


def test_months_are_those_of_the_calendar_cut_to_the_window() -> None:
    hand = Hand(window=(24 * 14, 24 * 70), start=datetime(2020, 1, 1))
    assert hand.trace().book.months() == [
        ("2020-01", 24 * 14, 24 * 31),
        ("2020-02", 24 * 31, 24 * 60),
        ("2020-03", 24 * 60, 24 * 70),
    ]


def test_a_leap_year_has_twelve_months_and_8784_hours() -> None:
    months = Hand(window=YEAR_2020).trace().book.months()
    assert [label for label, _, _ in months] == [f"2020-{m:02d}" for m in range(1, 13)]
    assert [(end - begin) / 24 for _, begin, end in months] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert months[-1][2] == 8784


def test_the_year_after_a_warm_up_in_the_year_before_begins_in_january() -> None:
    months = Hand(window=(24 * 31, 24 * (31 + 365)), start=datetime(2018, 12, 1)).trace().book.months()
    assert (months[0], months[-1][0]) == (("2019-01", 24 * 31, 24 * 62), "2019-12")


def test_carried_by_month_counts_each_month_from_its_first_moment() -> None:
    hand = Hand(window=YEAR_2020)
    for departed_h in (0, 24 * 31 - 0.5, 24 * 31, 24 * 60, 8783.9, 8784):
        hand.box("land_out", hand.train("land_out", departed_h), teu=2)
    assert monthly_carried(Seen(hand.trace()))[OUT].tolist() == [4, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_daily_levels_are_taken_at_noon() -> None:
    hand = Hand(window=(24, 96))
    hand.use("home.yard", 30, 36, amount=2)  # gone at noon of the first day
    hand.use("home.yard", 36, 61, amount=3)  # there at the noons of the first two days
    hand.use("border.gauge_change", 61, 70, asked_h=59)
    hand.use("border.gauge_change", 90, 99, asked_h=50)
    found = daily_levels(Seen(hand.trace()))
    assert found["home.yard", "in_use"].tolist() == [3, 3, 0]
    assert found["border.gauge_change", "waiting"].tolist() == [0, 2, 1]
    assert set(found) == {("home.yard", "in_use"), ("port.yard", "in_use"), ("border.gauge_change", "waiting")}


def test_lead_times_are_counted_in_bins_and_the_last_bin_takes_the_rest() -> None:
    hand = Hand(window=(0, 24 * 1000))
    for days in (0.01, 0.05, 0.12, 399.98, 401, 900):
        hand.box("land_out", hand.train("land_out", 0, 24 * days))
    counts = lead_time_counts(Seen(hand.trace()))[OUT]
    assert len(counts) == LEAD_TIME_BINS == 400 / LEAD_TIME_BIN_DAYS
    assert {int(k): int(counts[k]) for k in np.flatnonzero(counts)} == {0: 1, 1: 1, 2: 1, LEAD_TIME_BINS - 1: 3}


def test_a_journey_stops_at_its_origin_the_border_and_its_destination(lives: Hand) -> None:
    found = journeys(Seen(lives.trace()))
    assert [stop for stop in found if stop[0] == 0] == [
        (0, 1, "home", None, 60),
        (0, 1, "border", 100, 128),
        (0, 1, "west", 160, None),
    ]
    assert [stop[2] for stop in found if stop[0] == 1] == ["home", "port"]
    assert not [stop for stop in found if stop[0] == 2], "a vessel is no train"


def test_journeys_are_those_under_way_in_the_window() -> None:
    hand = Hand(window=(100, 200))
    for departed_h, arrived_h in ((10, 99), (10, 100), (150, np.nan), (200, 300)):
        hand.train("land_out", departed_h, arrived_h)
    assert sorted({stop[0] for stop in journeys(Seen(hand.trace()))}) == [1, 2]


# --- nothing at all


def _empty() -> Hand:
    return Hand()


def _only_trains() -> Hand:
    hand = Hand()
    hand.train("land_out", 10, 20)
    return hand


def _only_booked() -> Hand:
    hand = Hand()
    hand.box("land_in", booked_h=5)
    return hand


@pytest.mark.parametrize("make", [_empty, _only_trains, _only_booked])
def test_where_nothing_happened_sums_are_zero_means_are_unknown_and_nothing_warns(make: Any) -> None:
    seen = Seen(make().trace())
    found = measure_all(seen)
    for measure in ("carried_teu", "offered_teu", "trains_run", "backlog_teu"):
        known = [
            value for key, value in found[measure].items() if (measure, key.direction) != ("offered_teu", "inbound")
        ]
        assert all(np.isfinite(known)), measure
        assert found[measure][ALL] in (0, 1, 2)
    assert found["carried_teu"][ALL] == 0
    for measure in ("local_share", "lead_time_days", "lead_time_p90_days", "transit_days", "inspected_share"):
        assert np.isnan(found[measure][ALL]), measure
    assert found["dwell_days"] == found["border_wait_hours"] == {}
    assert found["peak_use"][Key(place="home.yard")] == found["utilisation"][Key(place="home.yard")] == 0
    assert all(teu.sum() == 0 for teu in monthly_carried(seen).values())
    assert all(counts.sum() == 0 for counts in lead_time_counts(seen).values())
    assert all((levels == 0).all() for levels in daily_levels(seen).values())


def test_every_measure_has_a_name_of_its_own_in_both_languages() -> None:
    for names in ([m.id for m in MEASURES], [m.name.zh for m in MEASURES], [m.name.en for m in MEASURES]):
        assert len(set(names)) == len(MEASURES)
        assert all(names)


# --- stories


@pytest.fixture
def told() -> Trace:
    """One train west with two boxes, of which one is not yet released; two cancelled trains; a box that waits."""
    hand = Hand(window=(0, 500))
    west = hand.train(
        "land_out",
        60.5,
        160,
        closed_h=50,
        visits=[
            (Stage.LOADING, "home", 50, 50, 60.5),
            (Stage.RUNNING, "home_border", 60.5, 60.5, 100),
            (Stage.CHECKS, "border", 100, 100, 107.25),
            (Stage.GAUGE_CHANGE, "border", 107.25, 119, 128),
            (Stage.RUNNING, "border_west", 128, 128, 160),
            (Stage.UNLOADING, "west", 160, 163, 170),
        ],
    )
    hand.cancelled("land_out", 98)
    hand.cancelled("land_out", 146, Ran.TOO_FEW)
    hand.box(
        "land_out",
        west,
        booked_h=1,
        at_gate_h=9,
        gated_in_h=9.5,
        ready_h=(30,),
        loaded_h=(50.75,),
        unloaded_h=(168,),
        released_h=190,
        picked_up_h=200,
        delivered_h=215.1,
    )
    hand.box("land_out", west, booked_h=2, released_h=600, picked_up_h=float("nan"), unloaded_h=(170,))
    hand.box("elsewhere", booked_h=26.25)
    hand.box("land_out", booked_h=300)
    return hand.trace()


def test_the_story_of_a_train(told: Trace) -> None:
    assert tell(told, events_of_train(told, train_row(told, "land_out/1")), "en") == [
        "2020-01-03 02:00  the loading list closes at Changchun: 2 boxes",
        "2020-01-03 12:30  land_out/1 leaves Changchun",
        "2020-01-03 12:30  onto the line Changchun–Manzhouli, 39.5 h",
        "2020-01-05 11:15  through the checks at Manzhouli in 7.2 h",
        "2020-01-05 23:00  gauge change begins at Manzhouli after 11.8 h of waiting",
        "2020-01-06 08:00  gauge change at Manzhouli done in 9.0 h",
        "2020-01-06 08:00  onto the line Manzhouli–Brest, 32.0 h",
        "2020-01-07 16:00  land_out/1 arrives at Brest",
        "2020-01-08 02:00  unloaded at Brest",
    ]


def test_the_same_story_in_chinese(told: Trace) -> None:
    assert tell(told, events_of_train(told, train_row(told, "land_out/1")), "zh") == [
        "2020-01-03 02:00  长春截载：2 箱",
        "2020-01-03 12:30  land_out/1 从长春开出",
        "2020-01-03 12:30  进入区段 长满线，运行 39.5 小时",
        "2020-01-05 11:15  满洲里查验与手续完毕，用时 7.2 小时",
        "2020-01-05 23:00  满洲里等待 11.8 小时后开始换装",
        "2020-01-06 08:00  满洲里换装完毕，用时 9.0 小时",
        "2020-01-06 08:00  进入区段 西线，运行 32.0 小时",
        "2020-01-07 16:00  land_out/1 抵达布列斯特",
        "2020-01-08 02:00  在布列斯特卸毕",
    ]


def test_the_story_of_a_box(told: Trace) -> None:
    assert tell(told, events_of_box(told, box_row(told, "only/1")), "en") == [
        "2020-01-01 01:00  booked",
        "2020-01-01 09:00  at the gate of Changchun",
        "2020-01-01 09:30  in the yard of Changchun",
        "2020-01-02 06:00  cleared by customs at Changchun",
        "2020-01-02 06:00  ready to board at Changchun",
        "2020-01-03 02:45  lifted onto land_out/1 at Changchun",
        "2020-01-03 12:30  land_out/1 leaves Changchun",
        "2020-01-07 16:00  land_out/1 arrives at Brest",
        "2020-01-08 00:00  unloaded at Brest",
        "2020-01-08 22:00  released at Brest",
        "2020-01-09 08:00  fetched from Brest",
        "2020-01-09 23:06  delivered",
    ]


def test_the_story_of_a_box_in_chinese(told: Trace) -> None:
    assert tell(told, events_of_box(told, box_row(told, "only/1")), "zh") == [
        "2020-01-01 01:00  委托订舱",
        "2020-01-01 09:00  到达长春闸口",
        "2020-01-01 09:30  进入长春堆场",
        "2020-01-02 06:00  在长春办结通关",
        "2020-01-02 06:00  在长春具备装运条件",
        "2020-01-03 02:45  在长春装上 land_out/1",
        "2020-01-03 12:30  land_out/1 从长春开出",
        "2020-01-07 16:00  land_out/1 抵达布列斯特",
        "2020-01-08 00:00  在布列斯特卸毕",
        "2020-01-08 22:00  在布列斯特放行",
        "2020-01-09 08:00  从布列斯特提箱",
        "2020-01-09 23:06  送达",
    ]


def test_the_story_of_a_box_ends_with_the_run(told: Trace) -> None:
    """The second box will be released at hour 600; the run ends at hour 500."""
    lines = tell(told, events_of_box(told, box_row(told, "only/2")), "en")
    assert lines[-1] == "2020-01-08 02:00  unloaded at Brest"


def test_the_story_of_a_box_that_waits_says_nothing_of_trains(told: Trace) -> None:
    assert tell(told, events_of_box(told, box_row(told, "only/4")), "en") == [
        "2020-01-13 12:00  booked",
        "2020-01-13 12:00  at the gate of Changchun",
        "2020-01-13 12:00  in the yard of Changchun",
        "2020-01-13 12:00  cleared by customs at Changchun",
        "2020-01-13 12:00  ready to board at Changchun",
    ]


def test_the_story_of_an_inspected_box_says_so_where_it_is_cleared() -> None:
    hand = Hand(window=(0, 500))
    hand.box("land_in", hand.train("land_in", 10, 80), booked_h=1, released_h=110, inspected=True)
    trace = hand.trace()
    for lang, line in (("en", "inspected and cleared by customs at Changchun"), ("zh", "在长春查验并办结通关")):
        told = tell(trace, events_of_box(trace, 0), lang)
        assert [story for story in told if "Changchun" in story or "长春" in story][2] == f"2020-01-05 14:00  {line}"


def test_the_story_of_a_box_that_goes_elsewhere(told: Trace) -> None:
    events = events_of_box(told, box_row(told, "only/3"))
    assert tell(told, events, "en") == ["2020-01-02 02:15  booked", "2020-01-02 02:15  goes elsewhere, not with us"]
    assert tell(told, events, "zh")[1] == "2020-01-02 02:15  流向其他通道，不经本走廊"


def test_the_story_of_a_box_by_rail_and_sea_names_train_and_vessel(lives: Hand) -> None:
    trace = lives.trace()
    lines = [line.split("  ")[1] for line in tell(trace, events_of_box(trace, 1), "en")]
    assert lines == [
        "booked",
        "at the gate of Changchun",
        "in the yard of Changchun",
        "cleared by customs at Changchun",
        "ready to board at Changchun",
        "lifted onto sea_train/1 at Changchun",
        "sea_train/1 leaves Changchun",
        "sea_train/1 arrives at Dalian port",
        "unloaded at Dalian port",
        "ready to board at Dalian port",
        "lifted onto sea_vessel/1 at Dalian port",
        "sea_vessel/1 leaves Dalian port",
        "sea_vessel/1 arrives at Busan",
        "unloaded at Busan",
        "released at Busan",
        "fetched from Busan",
        "delivered",
    ]


def test_the_story_of_a_cancelled_train_says_why(told: Trace) -> None:
    for number, en, zh in (
        (2, "2020-01-05 02:00  land_out/2 is cancelled at Changchun", "2020-01-05 02:00  land_out/2 在长春停运"),
        (
            3,
            "2020-01-07 02:00  land_out/3 is cancelled at Changchun: too little cargo",
            "2020-01-07 02:00  land_out/3 在长春停运：货量不足",
        ),
    ):
        events = events_of_train(told, train_row(told, f"land_out/{number}"))
        assert tell(told, events, "en") == [en]
        assert tell(told, events, "zh") == [zh]


def test_the_story_of_a_train_ends_with_the_run() -> None:
    """A train's work is noted when it begins, with its end, which may lie beyond the run: that has not happened yet."""
    hand = Hand(window=(0, 120))
    hand.train(
        "land_out",
        60,
        closed_h=50,
        visits=[
            (Stage.LOADING, "home", 50, 50, 60),
            (Stage.RUNNING, "home_border", 60, 60, 100),
            (Stage.CHECKS, "border", 100, 100, 130),
        ],
    )
    trace = hand.trace()
    assert [line.split("  ")[1] for line in tell(trace, events_of_train(trace, 0), "en")] == [
        "the loading list closes at Changchun: 0 boxes",
        "land_out/1 leaves Changchun",
        "onto the line Changchun–Manzhouli, 40.0 h",
    ]


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ("west/1", "there is no service 'west'. Services: land_in, land_out, sea_train, sea_vessel."),
        ("land_out/9", "land_out has no departure number '9'. It has 1 to 3: write land_out/1."),
        ("land_out/0", "land_out has no departure number '0'. It has 1 to 3: write land_out/1."),
        ("land_out/two", "land_out has no departure number 'two'. It has 1 to 3: write land_out/1."),
        ("land_out", "land_out has no departure number ''. It has 1 to 3: write land_out/1."),
        ("land_in/1", "land_in has no departures."),
    ],
)
def test_an_unknown_train_is_answered_with_those_there_are(told: Trace, train: str, message: str) -> None:
    with pytest.raises(StoryError) as caught:
        train_row(told, train)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("box", "message"),
    [
        ("export/1", "there is no market 'export'. Markets: only."),
        ("only/5", "only has no container number '5'. It has 1 to 4: write only/1."),
        ("only/-1", "only has no container number '-1'. It has 1 to 4: write only/1."),
    ],
)
def test_an_unknown_box_is_answered_with_those_there_are(told: Trace, box: str, message: str) -> None:
    with pytest.raises(StoryError) as caught:
        box_row(told, box)
    assert str(caught.value) == message


def test_a_market_without_boxes_says_so() -> None:
    with pytest.raises(StoryError, match=r"^only has no containers\.$"):
        box_row(Hand().trace(), "only/1")
