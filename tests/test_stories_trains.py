"""Stories of trains and vessels: when they leave, and who is aboard."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from builders import BIG, NEVER_H, boxes_at, departures, every, run, scenario, train, uses, vessel, waited
from pydantic import ValidationError

from sim.streams import Streams
from sim.trace import Ran

NAN = pytest.approx(float("nan"), nan_ok=True)


def test_a_box_that_is_ready_at_the_very_instant_of_closing_boards() -> None:
    trace = run({"t": train()}, {"m": boxes_at(24.0, np.nextafter(24.0, 25.0))})
    assert trace.containers.train[0].tolist() == [0, 1]
    assert waited(trace)[0] == 0.0


def test_boarding_stops_at_the_first_box_that_does_not_fit() -> None:
    # 4 TEU: 2 (ready at 1) and 1 (at 2) are aboard, 2 (at 3) does not fit, and 1 (at 4) does not overtake it.
    cargo = {"big": boxes_at(1.0, 3.0, **BIG), "small": boxes_at(2.0, 4.0)}
    trace = run({"t": train(capacity_teu=4)}, cargo)
    assert trace.containers.train[0].tolist() == [0, 1, 0, 1]
    assert departures(trace, "t").load_teu[:3] == [3, 3, 0]
    assert departures(trace, "t").left_teu[:3] == [3, 0, 0]


def test_fifty_one_teu_take_twenty_five_boxes_of_two_teu() -> None:
    trace = run({"t": train(capacity_teu=51)}, {"m": boxes_at(*range(1, 21), *[21.0] * 40, **BIG)})
    assert departures(trace, "t").boxes[:3] == [25, 25, 10]
    assert departures(trace, "t").load_teu[:3] == [50, 50, 20]
    assert departures(trace, "t").left_teu[:3] == [70, 20, 0]


def test_a_box_that_is_left_behind_takes_the_next_train_before_later_ones() -> None:
    trace = run({"t": train(capacity_teu=2)}, {"m": boxes_at(1.0, 2.0, 3.0, 25.0, 26.0)})
    assert trace.containers.train[0].tolist() == [0, 0, 1, 1, 2]
    # the third box was ready at 3 and leaves at 48
    assert waited(trace).tolist() == [23.0, 22.0, 45.0, 23.0, 46.0]


def test_of_boxes_that_are_ready_together_the_market_first_by_name_and_the_lower_number_board_first() -> None:
    trace = run({"t": train(capacity_teu=3)}, {"n": boxes_at(5.0, 5.0), "m": boxes_at(5.0, 5.0)})
    assert trace.containers.train[0].tolist() == [0, 0, 0, 1]  # m/0, m/1, n/0, n/1


def test_cargo_for_another_service_at_the_same_terminal_is_not_taken() -> None:
    channels = {
        "c": {"name": "c", "outbound": {"r": {"services": ["t"]}}},
        "d": {"name": "d", "outbound": {"r": {"services": ["u"]}}},
    }
    cargo = {"m": boxes_at(1.0), "n": boxes_at(2.0, 3.0, channels={"d": 1.0})}
    trace = run({"t": train(), "u": train()}, cargo, channels=channels)
    assert departures(trace, "t").boxes[0] == 1
    assert departures(trace, "u").boxes[0] == 2


# --- timetables


def test_departure_n_of_a_timetable_is_n_times_the_interval_and_not_a_sum() -> None:
    planned = departures(run({"t": train(timetable={"every_h": 0.1})}, days=3), "t").planned_h
    assert planned[:719] == [n * 0.1 for n in range(1, 720)]
    assert sum([0.1] * 10) != planned[9] == 1.0


def test_the_first_departure_may_be_fixed_by_itself() -> None:
    planned = departures(run({"t": train(timetable={"every_h": 36.0, "first_h": 5.0})}, days=5), "t").planned_h
    assert planned == [5.0, 41.0, 77.0, 113.0]
    at_once = departures(run({"t": train(timetable={"every_h": 36.0, "first_h": 0.0})}, days=5), "t").planned_h
    assert at_once == [0.0, 36.0, 72.0, 108.0]


def test_weekdays_and_the_time_of_day_are_those_of_the_calendar() -> None:
    # 1 January 2001 is a Monday: Tuesday 18:30 is hour 42.5, Friday 18:30 is hour 4 · 24 + 18.5 = 114.5.
    service = train(timetable={"weekdays": ["fri", "tue"], "at": "18:30"})
    assert departures(run({"t": service}, days=14), "t").planned_h == [42.5, 114.5, 210.5, 282.5]


def test_weekdays_are_counted_from_the_beginning_of_the_warm_up() -> None:
    # The run starts on Saturday, 30 December 2000: the first Tuesday is its fourth day.
    service = train(timetable={"weekdays": ["tue"], "at": "00:00"})
    trace = run({"t": service}, days=14, warm_up_days=2)
    assert departures(trace, "t").planned_h == [72.0, 240.0]
    assert trace.book.window == (48.0, 384.0)


def test_a_frequency_factor_draws_the_departures_evenly_closer() -> None:
    twice = train(timetable={"every_h": 24.0, "frequency_factor": 2.0})
    assert departures(run({"t": twice}, days=3), "t").planned_h == [12.0, 24.0, 36.0, 48.0, 60.0]
    weekly = train(timetable={"weekdays": ["tue"], "at": "00:00", "frequency_factor": 2.0})
    assert departures(run({"t": weekly}, days=14), "t").planned_h == [12.0, 96.0, 180.0, 264.0]


def test_a_service_runs_from_its_first_day_to_the_end_of_its_last() -> None:
    # Days 3 to 5 are the hours from 48 to 120; midnight at the end belongs to the sixth.
    service = train(first_day=date(2001, 1, 3), last_day=date(2001, 1, 5))
    assert departures(run({"t": service}), "t").planned_h == [48.0, 72.0, 96.0]


def test_a_train_with_less_than_the_minimum_is_cancelled_and_its_boxes_wait() -> None:
    trace = run({"t": train(minimum_teu=3)}, {"m": boxes_at(1.0, 2.0, 48.0)}, days=3)
    trains = departures(trace, "t")
    assert trains.ran == [Ran.TOO_FEW, Ran.RAN]  # just the minimum is enough
    assert trains.departed_h == [NAN, 48.0]
    assert (trains.boxes, trains.left_teu) == ([0, 3], [2, 0])
    assert trace.containers.train[0].tolist() == [1, 1, 1]


def test_which_departures_are_cancelled_is_their_own_luck() -> None:
    trains = departures(run({"t": train(cancelled_share=0.3)}, days=100), "t")
    luck = Streams(1, 0).luck("service/t/cancelled", 99)
    assert trains.ran == np.where(luck < 0.3, Ran.CANCELLED, Ran.RAN).tolist()
    more = departures(run({"t": train(cancelled_share=0.5)}, days=100), "t")
    assert all(b == Ran.CANCELLED for a, b in zip(trains.ran, more.ran, strict=True) if a == Ran.CANCELLED)


def test_jitter_moves_each_departure_by_its_own_luck_within_its_bounds() -> None:
    planned = departures(run({"t": train(jitter_h=6.0)}, days=50), "t").planned_h
    shift = (2 * Streams(1, 0).luck("service/t/jitter", 50) - 1) * 6
    assert planned[:49] == (24.0 * np.arange(1, 51) + shift)[:49].tolist()
    assert abs(shift).max() <= 6


def test_departures_that_jitter_past_each_other_leave_in_the_order_of_the_clock() -> None:
    service = train(timetable={"every_h": 4.0}, jitter_h=6.0)
    planned = departures(run({"t": service}, {"m": every(1, 0.5)}, days=20), "t").planned_h
    shifted = 4.0 * np.arange(1, 130) + (2 * Streams(1, 0).luck("service/t/jitter", 129) - 1) * 6
    np.testing.assert_array_equal(planned, np.sort(shifted)[: len(planned)])
    assert (np.diff(shifted) < 0).any()


def test_a_departure_planned_just_after_the_end_may_jitter_into_the_run() -> None:
    seed = next(s for s in range(99) if Streams(s, 0).luck("service/t/jitter", 1)[0] < 0.3)
    service = train(timetable={"every_h": 1000.0, "first_h": 242.0}, jitter_h=6.0)
    planned = departures(run({"t": service}, days=10, seed=seed), "t").planned_h
    assert planned == [242.0 + (2 * Streams(seed, 0).luck("service/t/jitter", 1)[0] - 1) * 6]


# --- the list closes, the train leaves


def test_a_list_closes_before_the_vessel_sails_and_what_misses_it_waits_for_the_next_sailing() -> None:
    ship = vessel(timetable={"every_h": 100.0}, cut_off_h=30.0)
    trace = run({"t": ship}, {"m": boxes_at(70.0, 70.5, 99.0)}, lines={"out": {"run_h": 10}})
    sailings = departures(trace, "t")
    assert sailings.closed_h[:2] == [70.0, 170.0]
    assert sailings.departed_h[:2] == [100.0, 200.0]
    assert sailings.arrived_h[:2] == [110.0, 210.0]
    assert trace.containers.train[0].tolist() == [0, 1, 1]
    assert waited(trace).tolist() == [0.0, 99.5, 71.0]


@pytest.mark.parametrize(
    ("make_up_h", "cut_off_h", "closed_h", "departed_h"),
    [
        (0.0, 0.0, 24.0, 24.0),
        (5.0, 0.0, 24.0, 29.0),
        (2.0, 3.0, 21.0, 24.0),  # made up at 23, but it does not leave before its time
        (5.0, 3.0, 21.0, 26.0),
    ],
)
def test_a_train_leaves_when_it_is_made_up_and_never_before_its_time(
    make_up_h: float, cut_off_h: float, closed_h: float, departed_h: float
) -> None:
    service = train(make_up_h=make_up_h, cut_off_h=cut_off_h)
    trains = departures(run({"t": service}, {"m": boxes_at(1.0)}), "t")
    assert (trains.closed_h[0], trains.departed_h[0]) == (closed_h, departed_h)


def test_a_train_without_boxes_runs_and_a_vessel_without_our_boxes_is_no_concern_of_ours() -> None:
    lines = {"out": {"run_h": 10}}
    trains = departures(run({"t": train()}, days=2, lines=lines), "t")
    assert (trains.ran, trains.departed_h, trains.arrived_h) == ([Ran.RAN], [24.0], [34.0])
    trace = run({"t": vessel()}, days=2, lines=lines)
    ship = departures(trace, "t")
    assert (ship.ran, ship.departed_h, ship.arrived_h) == ([Ran.RAN], [24.0], [NAN])
    assert len(trace.visits.train) == 0


def test_the_list_of_the_first_vessel_may_close_before_the_first_day_of_its_service() -> None:
    # The first sailing is on day 3 at 18:00, hour 66; its list closes at 36, when the unit lifts its box on (36–36.5),
    # not after the truck of 40.
    ship = vessel(timetable={"weekdays": ["wed"], "at": "18:00"}, cut_off_h=30.0, first_day=date(2001, 1, 3))
    nodes = {"a": {"handling": {"units": 1, "lift_min": 30}}}
    trace = run({"t": ship}, {"m": boxes_at(35.0, 40.0)}, nodes=nodes, days=5)
    assert uses(trace, "a.handling") == [(35.0, 35.0, 35.5), (36.0, 36.0, 36.5), (40.0, 40.0, 40.5)]
    assert departures(trace, "t").departed_h == [66.0]


# --- departures on demand


def on_demand(capacity_teu: int, after_h: float | None = None, **what: Any) -> dict[str, Any]:
    rule = {"when_full": True} if after_h is None else {"full_or_after_h": after_h}
    return train(dispatch=rule, capacity_teu=capacity_teu, **what)


def test_a_train_leaves_at_the_moment_when_it_is_full() -> None:
    trace = run({"t": on_demand(3)}, {"m": boxes_at(1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0)})
    assert departures(trace, "t").departed_h == [9.0, 36.0]
    assert waited(trace).tolist() == [8.0, 5.0, 0.0, 20.0, 11.0, 0.0]


def test_a_train_of_five_teu_is_full_with_two_boxes_of_two() -> None:
    trains = departures(run({"t": on_demand(5)}, {"m": boxes_at(1.0, 4.0, 9.0, **BIG)}), "t")
    assert (trains.departed_h, trains.load_teu) == ([4.0], [4])


@pytest.mark.parametrize("units", [{}, {"handling": {"units": 9, "lift_min": 0}}])
def test_whether_a_train_is_full_does_not_depend_on_boxes_that_lie_ahead(units: dict[str, Any]) -> None:
    # 3 TEU, and the service carries boxes of 20 ft too: with 2 TEU it waits, until the next box does not fit.
    cargo = {"big": boxes_at(1.0, 5.0, **BIG), "small": boxes_at(700.0)}
    trains = departures(run({"t": on_demand(3)}, cargo, nodes={"a": units}), "t")
    assert (trains.departed_h, trains.load_teu) == ([5.0, 700.0], [2, 3])


def test_trains_that_are_full_at_the_same_instant_all_leave_at_it() -> None:
    trains = departures(run({"t": on_demand(2)}, {"m": boxes_at(7.0, 7.0, 7.0, 7.0, 7.0)}), "t")
    assert (trains.departed_h, trains.boxes) == ([7.0, 7.0], [2, 2])


def test_a_train_leaves_when_full_or_so_many_hours_after_its_first_box() -> None:
    # Full at 30; then the box of 40 waits until 88, and a box that is ready at that very instant boards; the next
    # train counts from its own first box, ready at 100.
    trace = run({"t": on_demand(3, 48.0)}, {"m": boxes_at(10.0, 20.0, 30.0, 40.0, 88.0, 100.0)})
    trains = departures(trace, "t")
    assert (trains.departed_h, trains.boxes) == ([30.0, 88.0, 148.0], [3, 2, 1])


def test_the_hours_of_a_box_left_behind_go_on_counting() -> None:
    # 4 TEU: 2 at 10 and 1 at 20 leave room for 1; the 2 of 30 do not fit, so it is full at 30. They leave at 30 + 48.
    cargo = {"big": boxes_at(10.0, 30.0, **BIG), "small": boxes_at(20.0)}
    trains = departures(run({"t": on_demand(4, 48.0)}, cargo), "t")
    assert (trains.departed_h, trains.load_teu, trains.left_teu) == ([30.0, 78.0], [3, 2], [2, 0])


# --- changes in the course of the run


def test_a_larger_train_from_a_day_on_takes_the_cargo_that_waits() -> None:
    service = train(capacity_teu=2, changes={"2001-01-04": {"capacity_teu": 10}})
    trace = run({"t": service}, {"m": boxes_at(*range(1, 9))}, days=5)
    trains = departures(trace, "t")
    assert (trains.boxes, trains.capacity_teu) == ([2, 2, 4, 0], [2, 2, 10, 10])
    assert trace.containers.train[0].tolist() == [0, 0, 1, 1, 2, 2, 2, 2]


def test_a_new_timetable_takes_over_at_midnight_of_its_day() -> None:
    # 4 January is a Thursday: the daily trains of 24 and 48 still run, that of 72 does not; Friday noon is 96 + 12.
    service = train(changes={"2001-01-04": {"timetable": {"weekdays": ["fri"], "at": "12:00"}}})
    trace = run({"t": service}, {"m": boxes_at(60.0)}, days=14)
    assert departures(trace, "t").planned_h == [24.0, 48.0, 108.0, 276.0]
    assert departures(trace, "t").number == [0, 1, 2, 3]
    assert trace.containers.train[0].tolist() == [2]


def test_a_timetable_gives_way_to_trains_when_full_and_comes_back() -> None:
    # From day 3 (48 h) trains of 3 leave when full; from day 6 (120 h) there is a timetable again.
    changes = {
        "2001-01-03": {"dispatch": {"when_full": True}, "capacity_teu": 3},
        "2001-01-06": {"timetable": {"every_h": 24.0}},
    }
    trace = run({"t": train(changes=changes)}, {"m": boxes_at(1.0, 30.0, 50.0, 60.0, 70.0, 80.0, 121.0)}, days=7)
    trains = departures(trace, "t")
    assert trains.departed_h == [24.0, 60.0, 120.0, 144.0]
    assert trains.boxes == [1, 3, 2, 1]
    assert trains.capacity_teu == [1_000_000, 3, 3, 3]


def test_trains_on_demand_begin_with_what_already_waits() -> None:
    service = on_demand(2, first_day=date(2001, 1, 3))
    trains = departures(run({"t": service}, {"m": boxes_at(1.0, 2.0, 3.0, 50.0)}), "t")
    assert trains.departed_h == [48.0, 50.0]


def test_trains_on_demand_end_with_the_last_day() -> None:
    service = on_demand(2, last_day=date(2001, 1, 2))
    trains = departures(run({"t": service}, {"m": boxes_at(1.0, 47.0, 47.5, 48.0, 49.0)}), "t")
    assert trains.departed_h == [47.0]


def test_a_change_before_the_first_day_does_not_let_trains_run_before_it() -> None:
    service = train(capacity_teu=1, first_day=date(2001, 1, 5), changes={"2001-01-03": {"capacity_teu": 7}})
    trains = departures(run({"t": service}, {"m": boxes_at(*range(1, 9))}, days=7), "t")
    assert (trains.planned_h, trains.boxes) == ([96.0, 120.0, 144.0], [7, 1, 0])


def test_a_service_needs_one_rule_of_departure() -> None:
    with pytest.raises(ValidationError, match="needs either a timetable or a dispatch rule"):
        scenario({"t": train(timetable={"every_h": 1.0}, dispatch={"when_full": True})})
    both = {"timetable": {"every_h": 1.0}, "dispatch": {"when_full": True}}
    with pytest.raises(ValidationError, match="keep one"):
        scenario({"t": train(changes={"2001-01-03": both})})


def test_the_luck_of_one_service_does_not_depend_on_another() -> None:
    ours = train(jitter_h=6.0, cancelled_share=0.5, make_up_h={"exponential": 2})
    other = train("a", "far", "b", jitter_h=1.0, timetable={"every_h": 5.0})
    alone, together = run({"t": ours}), run({"t": ours, "s": other})
    np.testing.assert_array_equal(departures(alone, "t").departed_h, departures(together, "t").departed_h)


def test_a_box_that_comes_too_late_for_any_train_has_none() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1.0, NEVER_H)}, days=3)
    assert trace.containers.train[0].tolist() == [0, -1]
    assert np.isnan(trace.containers.delivered_h[1])
