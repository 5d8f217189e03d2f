"""Stories of lines, and of places that are shut: on given days, or at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import boxes_at, departures, run, scenario, single, slots, train, uses, vessel, visits
from pydantic import ValidationError

from sim.corridor.disruption import Place, availability_of
from sim.corridor.recursion import Availability
from sim.kpis import Seen
from sim.story import events_of_train, tell, train_row
from sim.streams import Streams
from sim.trace import Stage, Trace

VIA = ("a", "in", "g", "out", "b")


def shut(*at: str, first: str = "2001-01-03", last: str = "2001-01-03", rule: str = "finish") -> dict[str, Any]:
    """Places that are shut on day 3 unless said: hours 48 to 72."""
    closed = {"x": {"first_day": first, "last_day": last}}
    return {"d": {"name": "d", "at": list(at), "closed": closed, "when_closed": rule}}


def changed(trace: Trace) -> list[tuple[float, float, float]]:
    return visits(trace, Stage.GAUGE_CHANGE, "g")


# --- lines


def test_a_train_takes_the_running_time_of_each_departure() -> None:
    lines = {"out": {"run_h": {"replay": [10, 7]}}}
    trains = departures(run({"t": train()}, days=4, lines=lines), "t")
    assert trains.arrived_h == [34.0, 55.0, 82.0]


def test_a_speed_in_km_a_day_gives_hours() -> None:
    # 900 km at 450 km a day: 48 h; at 1,800 km a day: 12 h
    lines = {"out": {"km": 900.0, "speed_km_per_day": {"replay": [450, 1800]}}}
    trains = departures(run({"t": train()}, days=4, lines=lines), "t")
    assert trains.arrived_h == [72.0, 60.0, 120.0]


def test_a_line_has_a_running_time_or_a_speed() -> None:
    with pytest.raises(ValidationError, match="either run_h or speed_km_per_day"):
        scenario({"t": train()}, lines={"out": {"run_h": 1, "speed_km_per_day": 100}})
    with pytest.raises(ValidationError, match="either run_h or speed_km_per_day"):
        scenario({"t": train()}, lines={"out": {"km": 5.0}})


def test_on_a_line_for_one_train_the_next_waits_in_the_station() -> None:
    # Trains at 10, 20, 30, each 15 h on the line: 10–25, 25–40, 40–55; the one of 60 finds it free.
    service = train(timetable={"every_h": 10.0}, last_day="2001-01-02")
    trace = run({"t": service}, lines={"out": {"run_h": 15, "trains_at_once": 1}}, days=5)
    runs = visits(trace, Stage.RUNNING, "out")
    assert runs == [(10.0, 10.0, 25.0), (20.0, 25.0, 40.0), (30.0, 40.0, 55.0), (40.0, 55.0, 70.0)]
    assert uses(trace, "out.track") == runs


def test_two_services_and_both_directions_share_a_line_for_two_trains() -> None:
    trace = run(
        {
            "east": train("b", "out", "a", direction="inbound", timetable={"every_h": 99.0, "first_h": 2.0}),
            "slow": train(timetable={"every_h": 99.0, "first_h": 1.0}),
            "west": train(timetable={"every_h": 99.0, "first_h": 2.0}),
        },
        lines={"out": {"run_h": 15, "trains_at_once": 2}},
        days=4,
    )
    assert uses(trace, "out.track") == [(1.0, 1.0, 16.0), (2.0, 2.0, 17.0), (2.0, 16.0, 31.0)]
    assert departures(trace, "west").arrived_h == [31.0]


def test_a_vessel_sails_over_its_line() -> None:
    trace = run({"t": vessel()}, {"m": boxes_at(1.0)}, lines={"out": {"run_h": 10}}, days=3)
    assert visits(trace, Stage.SAILING, "out") == [(24.0, 24.0, 34.0)]


def test_running_times_of_a_service_are_its_own_luck_line_by_line() -> None:
    lines = {"in": {"run_h": {"exponential": 5}}, "out": {"run_h": {"exponential": 5}}}
    trace = run({"t": train(*VIA)}, lines=lines, nodes={"g": {"type": "border"}}, days=4)
    luck = {line: Streams(1, 0).luck(f"service/t/{line}/run", 3) for line in ("in", "out")}
    for line in ("in", "out"):
        hours = [done - begun for _, begun, done in visits(trace, Stage.RUNNING, line)]
        assert hours == pytest.approx((-5 * np.log1p(-luck[line])).tolist())


# --- closures


def test_no_gauge_change_begins_while_the_border_is_shut_and_work_in_hand_is_finished() -> None:
    cargo = {"m": boxes_at(47.0, 50.0, 60.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(1, 4)}, disruptions=shut("g"))
    assert changed(trace) == [(47.0, 47.0, 51.0), (50.0, 72.0, 76.0), (60.0, 76.0, 80.0)]


def test_work_in_hand_stops_and_is_resumed_at_the_opening() -> None:
    # 47–48 is one of four hours; the other three follow from 72 on.
    cargo = {"m": boxes_at(47.0, 50.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(1, 4)}, disruptions=shut("g", rule="resume"))
    assert changed(trace) == [(47.0, 47.0, 75.0), (50.0, 75.0, 79.0)]


def test_a_border_shut_from_a_day_to_a_day_opens_at_the_end_of_the_last() -> None:
    cargo = {"m": boxes_at(47.99, 48.0, 143.0, 144.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(9, 1)}, disruptions=shut("g", last="2001-01-06"))
    assert [begun for _, begun, _ in changed(trace)] == [47.99, 144.0, 144.0, 144.0]


def test_a_line_that_is_shut_is_not_entered_and_who_is_on_it_runs_on() -> None:
    # The train of 24 is on the line (24–64), those of 48 and 72 enter at 72.
    trace = run({"t": train()}, lines={"out": {"run_h": 40}}, disruptions=shut("out"), days=4)
    assert visits(trace, Stage.RUNNING, "out") == [(24.0, 24.0, 64.0), (48.0, 72.0, 112.0), (72.0, 72.0, 112.0)]


def test_who_stands_before_a_shut_line_says_so_and_it_is_no_running_time() -> None:
    trace = run({"t": train()}, lines={"out": {"run_h": 40}}, disruptions=shut("out"), days=4)
    told = tell(trace, events_of_train(trace, train_row(trace, "t/2")), "en")
    assert "2001-01-03 00:00  held before the line out for 24.0 h" in told
    assert "2001-01-04 00:00  onto the line out, 40.0 h" in told
    hours = Seen(trace).train_stage_h
    assert (hours[Stage.QUEUE][:3].tolist(), hours[Stage.RUNNING][:3].tolist()) == ([0, 24, 0], [40, 40, 40])


def test_who_is_on_a_shut_line_may_have_to_stand_there() -> None:
    # 24–48 on the way, 48–72 standing, 16 h more.
    trace = run({"t": train()}, lines={"out": {"run_h": 40}}, disruptions=shut("out", rule="resume"), days=3)
    assert visits(trace, Stage.RUNNING, "out") == [(24.0, 24.0, 88.0), (48.0, 72.0, 112.0)]


def test_a_line_for_one_train_that_is_shut_is_entered_one_by_one_afterwards() -> None:
    lines = {"out": {"run_h": 5, "trains_at_once": 1}}
    service = train(timetable={"every_h": 10.0, "first_h": 50.0}, last_day="2001-01-03")
    trace = run({"t": service}, lines=lines, disruptions=shut("out"))
    assert visits(trace, Stage.RUNNING, "out") == [(50.0, 72.0, 77.0), (60.0, 77.0, 82.0), (70.0, 82.0, 87.0)]


def test_a_shut_terminal_lifts_nothing() -> None:
    # Lifts of an hour. The truck of 47.5 is finished at 48.5; the train of 48 and the truck of 50 wait until 72.
    nodes = {"a": {"handling": {"units": 1, "lift_min": 60}}}
    trace = run({"t": train()}, {"m": boxes_at(30.0, 47.5, 50.0)}, nodes=nodes, disruptions=shut("a"), days=5)
    assert uses(trace, "a.handling")[:4] == [
        (30.0, 30.0, 31.0),
        (47.5, 47.5, 48.5),
        (48.0, 72.0, 73.0),
        (50.0, 73.0, 74.0),
    ]
    assert departures(trace, "t").departed_h[:2] == [24.0, 73.0]


def test_a_disruption_shuts_all_its_places_and_no_others() -> None:
    cargo = {"m": boxes_at(50.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(1, 4)}, disruptions=shut("in", "g"))
    assert visits(trace, Stage.RUNNING, "in") == [(50.0, 72.0, 72.0)]
    assert changed(trace) == [(72.0, 72.0, 76.0)]
    assert visits(trace, Stage.RUNNING, "out") == [(76.0, 76.0, 76.0)]


def test_outages_follow_each_other_as_their_laws_say() -> None:
    # up 10, down 2, up 5, down 3, up 10, …: shut 10–12, 17–20, 30–32.
    outage = {"up_h": {"replay": [10, 5]}, "down_h": {"replay": [2, 3]}}
    cargo = {"m": boxes_at(9.0, 10.0, 16.5, 18.0, 31.0, 32.0)}
    disruptions = {"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": "resume"}}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(9, 1)}, disruptions=disruptions)
    assert changed(trace) == [
        (9.0, 9.0, 10.0),
        (10.0, 12.0, 13.0),
        (16.5, 16.5, 20.5),
        (18.0, 20.0, 21.0),
        (31.0, 32.0, 33.0),
        (32.0, 32.0, 33.0),
    ]


def test_overlapping_closures_are_one_and_finishing_is_the_rule_unless_all_say_resume() -> None:
    plan = scenario(
        {"t": train()},
        disruptions={
            **shut("out", rule="resume"),
            "e": shut("out", first="2001-01-04", last="2001-01-04", rule="resume")["d"],
            "f": shut("a")["d"],
        },
    )
    streams = Streams(1, 0)
    both = availability_of(Place("out"), plan.disruptions, streams, plan.period.start, 720.0)
    assert (both.shut, both.opened, both.when_closed) == ([48.0], [96.0], "resume")
    mixed = {**plan.disruptions, "g": plan.disruptions["f"].but(at=["out"])}
    assert availability_of(Place("out"), mixed, streams, plan.period.start, 720.0).when_closed == "finish"
    assert not availability_of(Place("b"), plan.disruptions, streams, plan.period.start, 720.0)


def test_the_arithmetic_of_closures() -> None:
    availability = Availability([(10.0, 12.0), (20.0, 25.0), (11.0, 14.0), (30.0, 30.0)], "resume")
    assert (availability.shut, availability.opened) == ([10.0, 20.0], [14.0, 25.0])
    assert [availability.next_open(hour) for hour in (9.0, 10.0, 13.9, 14.0, 20.0, 30.0)] == [9, 14, 14, 14, 25, 30]
    # 8 + 2 is done just when it shuts; 3 h from 8: two until 10, the third 14–15; 13 h from 8: 2, then 6, then 5 more
    assert [availability.end_of(8.0, work) for work in (2.0, 3.0, 8.0, 13.0)] == [10.0, 15.0, 20.0, 30.0]
    assert Availability([(10.0, 12.0)], "finish").end_of(8.0, 13.0) == 21.0
