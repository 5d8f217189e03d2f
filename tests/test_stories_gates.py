"""Stories of a gate that turns trucks away when the yard behind it is full."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import BIG, boxes_at, broken_and_whole, departures, every, run, scenario, single, train, uses, vessel

from sim.corridor.recursion import Room
from sim.errors import ModelError
from sim.kpis import Key, Seen, measure_all
from sim.simulate import same
from sim.story import box_row, events_of_box, tell
from sim.trace import Trace

HALF_AN_HOUR = {"handling": {"units": 1, "lift_min": 30}}


def gate(slots: int, **what: Any) -> dict[str, Any]:
    return {"yard_teu": slots, "yard_when_full": "turn_away"} | what


def refused(trace: Trace) -> list[bool]:
    found: list[bool] = trace.containers.turned_away.tolist()
    return found


def test_a_truck_that_finds_the_yard_full_is_turned_away() -> None:
    # Two slots. The trucks of 3 and of 24 sharp find them taken: the second one comes before the lifts of that train.
    trace = run({"t": train()}, {"m": boxes_at(1.0, 2.0, 3.0, 24.0, 24.5)}, nodes={"a": gate(2)}, days=3)
    assert refused(trace) == [False, False, True, True, False]
    assert uses(trace, "a.yard") == [(1.0, 1.0, 24.0), (2.0, 2.0, 24.0), (24.5, 24.5, 48.0)]
    assert trace.containers.train[0].tolist() == [0, 0, -1, -1, 1]
    assert np.isnan(trace.containers.gated_in_h[2:4]).all()


def test_a_yard_that_may_overflow_turns_nobody_away() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1.0, 2.0)}, nodes={"a": {"yard_teu": 1}}, days=3)
    assert refused(trace) == [False, False]
    assert trace.containers.train[0].tolist() == [0, 0]


def test_slots_are_taken_from_the_gate_until_the_lift_onto_the_train_is_done() -> None:
    # One slot, half an hour a lift. Lifted in 1–1.5, lifted on 24–24.5: the truck of 24.25 is turned away and asks for
    # no lift, that of 24.5 gets the slot.
    trace = run({"t": train()}, {"m": boxes_at(1.0, 24.25, 24.5)}, nodes={"a": gate(1, **HALF_AN_HOUR)}, days=2)
    assert refused(trace) == [False, True, False]
    assert uses(trace, "a.handling") == [(1.0, 1.0, 1.5), (24.0, 24.0, 24.5), (24.5, 24.5, 25.0)]
    assert uses(trace, "a.yard") == [(1.0, 1.0, 24.5), (24.5, 24.5, np.inf)]


def test_a_box_of_two_teu_needs_two_slots() -> None:
    cargo = {"m": boxes_at(1.0, 2.0, **BIG), "n": boxes_at(3.0)}
    trace = run({"t": train()}, cargo, nodes={"a": gate(3)}, days=2)
    assert refused(trace) == [False, True, False]


def test_a_train_that_is_full_leaves_and_makes_room() -> None:
    # Two places on a train and two slots. The third box comes at the instant at which the train is full.
    service = train(dispatch={"when_full": True}, capacity_teu=2)
    trace = run({"t": service}, {"m": boxes_at(1.0, 2.0, 2.0, 2.5, 7.0)}, nodes={"a": gate(2)}, days=1)
    assert refused(trace) == [False, False, True, False, False]
    assert departures(trace, "t").departed_h == [2.0, 7.0]


def test_one_slot_and_one_unit_are_a_server_without_a_waiting_room() -> None:
    # A5. An hour and a half a box (¾ h in, ¾ h onto its train), a box an hour: every other one.
    units = {"handling": {"units": 1, "lift_min": 45}}
    trace = run({"t": single()}, {"m": every(1, 1, 100)}, nodes={"a": gate(1, **units)}, days=10)
    assert refused(trace) == [False, True] * 50
    assert departures(trace, "t").departed_h == [k + 1.5 for k in range(1, 100, 2)]


def test_boxes_of_others_take_slots_and_are_never_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    # Others of 1.5 TEU come at 1 and 1.5 to two slots, and stay 10 h: the yard runs over, and at 11 is still too full.
    monkeypatch.setattr("sim.corridor.terminal.poisson_times", lambda *_: np.array([1.0, 1.5]))
    others = {"others": {"teu_per_year": 1.0, "teu_per_box": 1.5, "stay_h": 10}}
    trace = run({"t": train()}, {"m": boxes_at(2.0, 11.0, 11.5)}, nodes={"a": gate(2, **others)}, days=2)
    assert refused(trace) == [True, True, False]
    assert trace.uses["a.yard"].path[1].max() == 3.0


def test_boxes_that_trains_bring_take_slots_and_are_never_turned_away() -> None:
    # Two boxes arrive at 34 in a yard of one slot and are cleared in 5 h; fetched at 39, just after a truck knocks.
    trace = run(
        {"t": train(), "u": train("b", "in", "a", direction="inbound")},
        {"m": boxes_at(34.5, 39.0, 39.5), "n": boxes_at(1.0, 2.0, direction="inbound")},
        nodes={"a": gate(1, import_clearance={"time_h": 5})},
        lines={"in": {"run_h": 10}},
        chains={"outbound": ["t"], "inbound": ["u"]},
        clear_at="a",
        days=4,
    )
    assert refused(trace) == [True, True, False, False, False]
    assert uses(trace, "a.yard") == [(34.0, 34.0, 39.0), (34.0, 34.0, 39.0), (39.5, 39.5, 48.0)]


def test_boxes_that_change_from_train_to_vessel_take_slots_at_the_port() -> None:
    # A box of market m lands at p at 34 and sails at 50. The port has one slot, and trucks of its own bring market n.
    trace = run(
        {"rail": train("a", "track", "p"), "ship": vessel("p", "sea", "z", timetable={"every_h": 50.0})},
        {"m": boxes_at(1.0), "n": boxes_at(40.0, 50.5, channels={"d": 1.0})},
        nodes={"p": gate(1)},
        lines={"track": {"run_h": 10}},
        channels={
            "c": {"name": "c", "outbound": {"r": {"services": ["rail", "ship"]}}},
            "d": {"name": "d", "outbound": {"r": {"services": ["ship"]}}},
        },
        days=5,
    )
    assert refused(trace) == [False, True, False]
    assert uses(trace, "p.yard") == [(34.0, 34.0, 50.0), (50.5, 50.5, 100.0)]


def test_who_is_turned_away_is_counted_and_is_no_backlog() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1.0, 2.0, 3.0, 4.0, 30.0)}, nodes={"a": gate(3)}, days=2)
    values, everywhere = measure_all(Seen(trace)), Key()
    assert values["turned_away_teu"][everywhere] == 1
    assert values["turned_away_share"][everywhere] == 1 / 5
    assert values["carried_teu"][everywhere] == 3
    assert values["backlog_teu"][everywhere] == 1
    assert values["offered_teu"][everywhere] == 5
    # Booked at 0: three leave at 24, one knocks at 4, one stays to the end at 48.
    assert values["in_system_teu"][everywhere] == (3 * 24 + 4 + 48) / 48


def test_the_story_of_a_box_that_is_turned_away() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1.0, 2.0)}, nodes={"a": gate(1)}, days=2)
    events = events_of_box(trace, box_row(trace, "m/2"))
    assert tell(trace, events, "en") == [
        "2001-01-01 00:00  booked",
        "2001-01-01 02:00  at the gate of a",
        "2001-01-01 02:00  turned away at the gate of a: the yard is full",
    ]
    assert tell(trace, events, "zh")[-1] == "2001-01-01 02:00  a堆场已满，闸口拒收"


@pytest.mark.parametrize("rule", [{"timetable": {"every_h": 24.0}}, {"dispatch": {"when_full": True}}])
def test_a_gate_that_is_saved_and_continued_is_the_same_gate(rule: dict[str, Any]) -> None:
    others = {"teu_per_year": 9000.0, "teu_per_box": 1.9, "stay_h": {"exponential": 5}}
    plan = scenario(
        {"t": train(capacity_teu=9, **rule), "u": train("b", "in", "a", direction="inbound", placing_h=3.0)},
        {"m": every(1, 0.3), "n": every(3, 1, direction="inbound")},
        nodes={"a": gate(20, handling={"units": 1, "lift_min": {"exponential": 9}}, others=others)},
        lines={"in": {"run_h": 10}},
        chains={"outbound": ["t"], "inbound": ["u"]},
        days=12,
    )
    broken, whole = broken_and_whole(plan, 24.0, 37.3, 131.5)
    assert 0 < whole.containers.turned_away.sum() < 288
    assert same(broken, whole)


@pytest.mark.parametrize(("held", "said"), [(True, "was let into a full yard"), (False, "though there was room")])
def test_a_gate_that_errs_is_found_by_the_audit(held: bool, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "holds", lambda *_: held)
    with pytest.raises(ModelError, match=said):
        run({"t": train()}, {"m": boxes_at(1.0, 2.0)}, nodes={"a": gate(1)}, days=2)
