"""Stories from booking to delivery: every hour of a lead time, as it is noted and as it is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from builders import boxes_at, broken_and_whole, every, others, poisson, run, scenario, slots, train, vessel

from sim.scenario import Scenario
from sim.simulate import build, finish, resume, same, save, simulate
from sim.trace import Stage, Trace


def whole_way() -> Scenario:
    """One box, one train, every stage with its own length.

    Booked 0, first mile 2: gate 2. Lift 0.5: in the yard 2.5. Export clearance 6: ready 8.5. List closes 24 − 4 = 20.
    Lift 0.5: 20.5; made up 3: 23.5; leaves 24. Line 10: 34. Checks 5: 39. Gauge change 4 + 0.25, but a train of
    another line came at 38 and takes 4 + 0.25 · 8 = 6 h, to 44: begun 44, done 48.25. Line 12: 60.25. Placed in 1.75:
    62. Lift 0.75: 62.75. Released at once; lift out 0.75: 63.5. Last mile 1.5: 65.
    """
    clearance = {"export_clearance": {"time_h": 6}}
    change = {"slots": 1, "base_h": 4.0, "per_container_h": 0.25, "others": others(1, containers=8)}
    return scenario(
        {"t": train("a", "in", "g", "out", "b", cut_off_h=4.0, make_up_h=3, placing_h=1.75)},
        {"m": boxes_at(2.0, last_mile_h=1.5)},
        nodes={
            "a": clearance | {"handling": {"units": 1, "lift_min": 30}},
            "b": {"handling": {"units": 1, "lift_min": 45}},
            "g": {"type": "border", "outbound": {"checks_h": 5, "gauge_change": change}},
        },
        lines={"in": {"run_h": 10}, "out": {"run_h": 12}},
        clear_at="a",
        days=4,
    )


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Trace:
    monkeypatch.setattr("sim.corridor.border.poisson_times", lambda *_: np.array([38.0]))
    return simulate(whole_way(), 0)


def test_the_life_of_a_box_from_booking_to_delivery(trace: Trace) -> None:
    boxes = trace.containers
    assert (boxes.booked_h[0], boxes.at_gate_h[0], boxes.gated_in_h[0]) == (0.0, 2.0, 2.5)
    assert (boxes.ready_h[0, 0], trace.closed_h(0)[0], boxes.loaded_h[0, 0]) == (8.5, 20.0, 20.5)
    assert (trace.departed_h(0)[0], trace.arrived_h(0)[0], boxes.unloaded_h[0, 0]) == (24.0, 60.25, 62.75)
    assert (boxes.released_h[0], boxes.picked_up_h[0], boxes.delivered_h[0]) == (62.75, 63.5, 65.0)


def test_the_life_of_a_train_from_the_closing_of_its_list_to_the_last_lift(trace: Trace) -> None:
    visits, stages = trace.visits, trace.book.stages
    rows = np.flatnonzero(visits.train == 0)
    hours = zip(visits.asked_h[rows].tolist(), visits.begun_h[rows].tolist(), visits.done_h[rows].tolist(), strict=True)
    places = [(stages[k].stage, stages[k].place) for k in visits.stage[rows]]
    assert list(zip(places, hours, strict=True)) == [
        ((Stage.LOADING, "a"), (20.0, 20.5, 24.0)),  # half an hour is left over: that is waiting, not work
        ((Stage.RUNNING, "in"), (24.0, 24.0, 34.0)),
        ((Stage.CHECKS, "g"), (34.0, 34.0, 39.0)),
        ((Stage.GAUGE_CHANGE, "g"), (39.0, 44.0, 48.25)),
        ((Stage.RUNNING, "out"), (48.25, 48.25, 60.25)),
        ((Stage.UNLOADING, "b"), (60.25, 62.0, 62.75)),
    ]


def test_every_hour_of_the_lead_time_is_one_of_these(trace: Trace) -> None:
    boxes, visits = trace.containers, trace.visits
    at_gate_h, cleared_h = boxes.gated_in_h[0] - boxes.booked_h[0], boxes.ready_h[0, 0] - boxes.gated_in_h[0]
    waited_h = trace.closed_h(0)[0] - boxes.ready_h[0, 0]
    aboard_h = float((visits.done_h - visits.asked_h)[visits.train == 0].sum())
    fetched_h = boxes.delivered_h[0] - boxes.unloaded_h[0, 0]
    # 2 + 0.5; clearance; 8.5 to 20; loading 4, line 10, checks 5, queue 5, gauge change 4.25, line 12, unloading 2.5
    assert (at_gate_h, cleared_h, waited_h, aboard_h, fetched_h) == (2.5, 6.0, 11.5, 42.75, 2.25)
    assert at_gate_h + cleared_h + waited_h + aboard_h + fetched_h == boxes.delivered_h[0] - boxes.booked_h[0] == 65.0


def test_what_has_not_happened_by_the_end_has_no_hour_within_the_run() -> None:
    # The run ends at 48: the train of 24 is on its way, the box of 30 waits for that of 48, which is not in the run.
    trace = run({"t": train()}, {"m": boxes_at(1.0, 30.0, 50.0)}, lines={"out": {"run_h": 40}}, days=2)
    boxes = trace.containers
    assert len(trace.departures.service) == 1
    assert boxes.train[0].tolist() == [0, -1, -1]
    assert trace.departures.arrived_h.tolist() == [64.0]  # known already, though it lies ahead
    for hours in (boxes.unloaded_h, boxes.released_h, boxes.delivered_h):
        assert not (hours < 48.0).any()
    assert np.isnan(boxes.loaded_h[0, 1:]).all()
    assert boxes.ready_h[0].tolist() == [1.0, 30.0, 50.0]


# --- stop, save, continue


def trains() -> Scenario:
    """Trains that jitter, are cancelled, change their timetable and capacity, and share a line for one train."""
    changes = {"2001-01-15": {"timetable": {"weekdays": ["mon", "thu"], "at": "10:30"}, "capacity_teu": 60}}
    service = train(
        "a", "in", "g", "out", "b", capacity_teu=20, jitter_h=3.0, cancelled_share=0.2, minimum_teu=5, changes=changes
    )
    return scenario(
        {
            "t": service,
            "u": train("a", "in", "g", "out", "b", timetable={"every_h": 50.0}, make_up_h={"uniform": [0, 4]}),
        },
        {"m": poisson(0.8, boxes_per_consignment={"uniform": [1, 4]}, share_40ft=0.5, last_mile_h={"exponential": 5})},
        nodes={"g": slots(1, 6, noise={"exponential": 1}, others=others(0.08))},
        lines={"in": {"run_h": {"exponential": 15}, "trains_at_once": 1}, "out": {"run_h": {"exponential": 9}}},
        disruptions={"d": {"name": "d", "at": ["g", "in"], "outage": {"up_h": {"exponential": 70}, "down_h": 9}}},
    )


def priority() -> Scenario:
    """Two classes of trains and those of other lines at a shared border by priority, with outages."""
    change = {"slots": 2, "base_h": 9.0, "noise": {"exponential": 1}, "order": "priority"}
    outage = {"up_h": {"exponential": 40}, "down_h": {"exponential": 10}}
    channels = {
        "c": {
            "name": "c",
            "outbound": {"r": {"services": ["slow"]}, "s": {"services": ["fast"]}},
            "inbound": {"r": {"services": ["back"]}},
        }
    }
    return scenario(
        {
            "slow": train("a", "in", "g", "out", "b", timetable={"every_h": 10.0}),
            "fast": train("a", "in", "g", "out", "b", priority=1, dispatch={"when_full": True}, capacity_teu=12),
            "back": train("b", "out", "g", "in", "a", direction="inbound", timetable={"every_h": 20.0}),
        },
        {
            "m": poisson(0.5),
            "n": poisson(0.5, region="s"),
            "o": poisson(0.5, direction="inbound"),
        },
        nodes={"g": {"type": "border", "gauge_change": change | {"others": others(0.06) | {"priority": 3}}}},
        lines={"in": {"run_h": {"exponential": 5}}, "out": {"run_h": 5}},
        channels=channels,
        disruptions={"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": "resume"}},
    )


def terminals() -> Scenario:
    """Lifts shared by trucks, trains when full and others, clearance with inspection, at both ends."""
    busy = {
        "handling": {"units": 1, "lift_min": {"exponential": 14}},
        "others": {"teu_per_year": 9000.0, "stay_h": {"exponential": 30}},
        "export_clearance": {"time_h": {"exponential": 5}, "inspection_share": 0.2, "inspection_h": 9},
        "import_clearance": {"time_h": {"exponential": 5}},
    }
    on_demand = {"dispatch": {"full_or_after_h": 20.0}, "capacity_teu": 24}
    return scenario(
        {
            "t": train(dispatch={"when_full": True}, capacity_teu=31, placing_h={"uniform": [0, 5]}),
            "u": train("b", "out", "a", direction="inbound", make_up_h=2, **on_demand),
        },
        {"m": poisson(0.7, share_40ft=0.5), "n": poisson(0.6, direction="inbound")},
        nodes={"a": busy, "b": busy},
        lines={"out": {"run_h": {"exponential": 20}}},
        chains={"outbound": ["t"], "inbound": ["u"]},
        clear_at="a",
        disruptions={"d": {"name": "d", "at": ["b"], "outage": {"up_h": 50, "down_h": 5}, "when_closed": "resume"}},
        days=15,
    )


def two_legs() -> Scenario:
    """Train, then vessel with a list that closes early, cleared at a port with lifts; a season; rules that change."""
    changes = {
        "2001-01-10": {"dispatch": {"when_full": True}, "capacity_teu": 9},
        "2001-01-20": {"timetable": {"every_h": 30.0}},
    }
    return scenario(
        {
            "rail": train("a", "in", "p", changes=changes),
            "ship": vessel("p", "sea", "z", timetable={"every_h": 60.0}, cut_off_h=20.0, first_day=date(2001, 1, 4)),
        },
        {"m": every(2.5, 1, share_40ft=0.4, first_mile_h={"exponential": 8})},
        nodes={"p": {"handling": {"units": 2, "lift_min": 20}, "export_clearance": {"time_h": {"exponential": 12}}}},
        lines={"in": {"run_h": 15}, "sea": {"run_h": {"exponential": 40}}},
        chains={"outbound": ["rail", "ship"]},
        clear_at="p",
    )


CORRIDORS = [trains, priority, terminals, two_legs]


def moments(trace: Trace) -> np.ndarray:
    """Every moment at which something happened to a train or a box, or at a resource."""
    tables = (trace.containers, trace.departures, trace.visits, *trace.uses.values())
    hours = [column.ravel() for table in tables for name, column in vars(table).items() if name.endswith("_h")]
    found = np.unique(np.concatenate(hours))
    return found[(found > 0) & (found < trace.book.window[1])]


@pytest.mark.parametrize("plan", CORRIDORS)
def test_a_run_that_is_saved_at_the_very_moment_of_an_event_goes_on_as_if_it_had_not_been(plan: Any) -> None:
    whole = simulate(plan(), 0)
    found = moments(whole)
    for stop_h in found[:: len(found) // 12].tolist():
        broken, _ = broken_and_whole(plan(), stop_h)
        assert same(broken, whole), stop_h


@pytest.mark.parametrize("plan", CORRIDORS)
def test_a_run_may_be_saved_again_and_again(plan: Any) -> None:
    stops_h = moments(simulate(plan(), 0))[::97].tolist()
    between_h = [hour + 0.01 for hour in stops_h[::5]]
    broken, whole = broken_and_whole(plan(), 0.0, *sorted(stops_h + between_h))
    assert same(broken, whole)


@pytest.mark.parametrize("plan", CORRIDORS)
def test_these_corridors_are_busy_enough_to_prove_something(plan: Any) -> None:
    trace = simulate(plan(), 0)
    assert (trace.departures.ran == 0).sum() > 15
    assert np.isfinite(trace.containers.delivered_h).sum() > 100
    waited = [(use.begun_h > use.asked_h).sum() for name, use in trace.uses.items() if not name.endswith("yard")]
    assert all(count > 10 for count in waited)


def test_a_run_stops_exactly_at_the_hour_that_was_asked_for_before_anything_is_done_at_it() -> None:
    corridor = build(scenario({"t": train(timetable={"every_h": 0.1})}, days=10), 0)
    corridor.open()
    for n in range(1, 1000, 7):
        corridor.run(n * 0.1)
        assert corridor.now_h == n * 0.1
        assert len(corridor.trace().departures.service) == n - 1


def test_what_is_saved_is_not_touched_by_what_follows() -> None:
    corridor = build(terminals(), 0)
    corridor.open()
    corridor.run(300.0)
    saved = save(corridor)
    corridor.run(corridor.horizon_h)
    again = resume(terminals(), saved)
    assert again.now_h == 300.0
    again.run(again.horizon_h)
    assert same(finish(again), corridor.trace())


def test_two_runs_are_told_apart_where_a_single_hour_differs() -> None:
    one, other = simulate(trains(), 0), simulate(trains(), 0)
    assert same(one, other)
    other.visits.done_h[3] += 1e-9
    assert not same(one, other)
    assert not same(one, simulate(trains(), 1))
