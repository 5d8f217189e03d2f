"""Stories of terminals: gate, lifts, yard, clearance, pick-up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import BIG, NEVER_H, boxes_at, departures, every, run, train, uses, vessel, visits

from sim.streams import Streams
from sim.trace import Stage, Trace

ONE_UNIT = {"handling": {"units": 1, "lift_min": 30}}


def fix_the_others(monkeypatch: pytest.MonkeyPatch, *hours: float) -> None:
    monkeypatch.setattr("sim.corridor.terminal.poisson_times", lambda *_: np.array(hours, dtype=np.float64))


def box(trace: Trace, row: int = 0) -> dict[str, Any]:
    """The milestones of one box; what happens once a leg is a list."""
    return {name: column[..., row].tolist() for name, column in vars(trace.containers).items()}


# --- lifts


def test_a_unit_lifts_boxes_of_trucks_one_after_the_other() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1.0, 1.25, 1.5, 9.0)}, nodes={"a": ONE_UNIT}, days=1)
    assert uses(trace, "a.handling") == [(1.0, 1.0, 1.5), (1.25, 1.5, 2.0), (1.5, 2.0, 2.5), (9.0, 9.0, 9.5)]
    assert trace.containers.gated_in_h.tolist() == trace.containers.ready_h[0].tolist() == [1.5, 2.0, 2.5, 9.5]


def test_two_units_lift_two_boxes_at_a_time() -> None:
    nodes = {"a": {"handling": {"units": 2, "lift_min": 30}}}
    trace = run({"t": train()}, {"m": boxes_at(1.0, 1.0, 1.0, 1.25)}, nodes=nodes, days=1)
    assert uses(trace, "a.handling") == [(1.0, 1.0, 1.5), (1.0, 1.0, 1.5), (1.0, 1.5, 2.0), (1.25, 1.5, 2.0)]


def test_trains_and_trucks_share_the_units_first_come_first_served() -> None:
    # The list closes at 24: two boxes are in the yard, lifted on from 24 to 25. A truck that came at 24 sharp was first
    # (24–24.5), so the train waits half an hour; the truck of 24.25 is behind the train.
    service = train(make_up_h=2.0)
    cargo = {"m": boxes_at(1.0, 2.0, 24.0, 24.25)}
    trace = run({"t": service}, cargo, nodes={"a": ONE_UNIT}, days=2)
    assert uses(trace, "a.handling") == [
        (1.0, 1.0, 1.5),
        (2.0, 2.0, 2.5),
        (24.0, 24.0, 24.5),  # the truck
        (24.0, 24.5, 25.0),  # the train, first box
        (24.0, 25.0, 25.5),
        (24.25, 25.5, 26.0),
    ]
    assert trace.containers.train[0].tolist() == [0, 0, -1, -1]  # its box was on the truck when the list closed
    assert trace.containers.loaded_h[0, :2].tolist() == [25.0, 25.5]
    assert departures(trace, "t").departed_h == [27.5]  # 25.5 + 2


def test_lifts_of_others_take_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    # One unit, an hour a lift. Others come at 1 and 2 and fetch 3 hours after they came; ours come at 1.5 and 4.
    fix_the_others(monkeypatch, 1.0, 2.0)
    others = {"teu_per_year": 1.0, "teu_per_box": 1.5, "stay_h": 3}
    nodes = {"a": {"handling": {"units": 1, "lift_min": 60}, "others": others}}
    trace = run({"t": train()}, {"m": boxes_at(1.5, 4.0)}, nodes=nodes, days=1)
    assert uses(trace, "a.handling") == [
        (1.0, 1.0, 2.0),  # first other, in
        (1.5, 2.0, 3.0),  # ours
        (2.0, 3.0, 4.0),  # second other, in
        (4.0, 4.0, 5.0),  # first other, out: at the same instant before ours
        (4.0, 5.0, 6.0),  # ours
        (5.0, 6.0, 7.0),  # second other, out
    ]
    yard = trace.uses["a.yard"]
    assert (yard.begun_h.tolist(), yard.done_h.tolist()) == ([2.0, 4.0, 3.0, 6.0], [5.0, 7.0, np.inf, np.inf])
    assert yard.amount.tolist() == [1.5, 1.5, 1.0, 1.0]


def test_others_come_at_random_as_their_own_stream_says() -> None:
    others = {"teu_per_year": 8760.0, "teu_per_box": 2.0, "stay_h": {"exponential": 10}}
    trace = run({"t": train()}, nodes={"a": {"others": others}}, days=40)
    came = np.cumsum(-np.log1p(-Streams(1, 0).luck("terminal/a/others/gap", 600))) / 0.5  # 8760 / 2 / 8760 an hour
    came = came[came < 960]
    stay = -10 * np.log1p(-Streams(1, 0).luck("terminal/a/others/stay", len(came)))
    np.testing.assert_allclose(trace.uses["a.yard"].begun_h, came, rtol=1e-12)
    np.testing.assert_allclose(trace.uses["a.yard"].done_h, came + stay, rtol=1e-12)


def test_the_duration_of_each_lift_belongs_to_its_box() -> None:
    nodes = {"a": {"handling": {"units": 1, "lift_min": {"replay": [30, 60, 90]}}}}
    trace = run({"t": train()}, {"m": boxes_at(3.0, 2.0, 1.0)}, nodes=nodes, days=1)
    assert uses(trace, "a.handling") == [(1.0, 1.0, 2.5), (2.0, 2.5, 3.5), (3.0, 3.5, 4.0)]


# --- unloading and pick-up


def test_a_train_is_placed_then_unloaded_then_trucks_fetch_its_boxes() -> None:
    # Leaves at 24, runs 10 h, is placed in 2 h: lifts 36–36.5–37. Import clearance 1 h: released 37.5 and 38. The lifts
    # out take half an hour, the way to the consignee 5 h.
    nodes = {"b": ONE_UNIT | {"export_clearance": {"time_h": 1}}}
    trace = run(
        {"t": train(placing_h=2.0)},
        {"m": boxes_at(1.0, 2.0, last_mile_h=5)},
        nodes=nodes,
        lines={"out": {"run_h": 10}},
        clear_at="b",
    )
    boxes = trace.containers
    assert departures(trace, "t").arrived_h[0] == 34.0
    assert visits(trace, Stage.UNLOADING, "b")[0] == (34.0, 36.0, 37.0)
    assert boxes.unloaded_h[0].tolist() == [36.5, 37.0]
    assert boxes.released_h.tolist() == [37.5, 38.0]
    assert boxes.picked_up_h.tolist() == [38.0, 38.5]
    assert boxes.delivered_h.tolist() == [43.0, 43.5]


def test_trucks_that_fetch_wait_for_the_train_that_came_before_them() -> None:
    # Trains of two boxes arrive at 24 and 25, half an hour a lift. The first is unloaded at 24.5 and 25; its first box
    # is fetched in 24.5 + wait: the unit is busy until 25, where that request (24.5) is before the second train's (25).
    service = train(timetable={"every_h": 1.0, "first_h": 24.0}, capacity_teu=2)
    trace = run({"t": service}, {"m": boxes_at(1.0, 2.0, 3.0, 4.0)}, nodes={"b": ONE_UNIT}, days=2)
    assert uses(trace, "b.handling") == [
        (24.0, 24.0, 24.5),
        (24.0, 24.5, 25.0),
        (24.5, 25.0, 25.5),  # the first box is fetched
        (25.0, 25.5, 26.0),  # the second box is fetched: asked at 25 like the second train, but the truck is first
        (25.0, 26.0, 26.5),  # the second train
        (25.0, 26.5, 27.0),
        (26.5, 27.0, 27.5),
        (27.0, 27.5, 28.0),
    ]
    assert trace.containers.picked_up_h.tolist() == [25.5, 26.0, 27.5, 28.0]


def test_without_units_nothing_takes_time() -> None:
    story = box(run({"t": train()}, {"m": boxes_at(1.0)}))
    assert story["gated_in_h"] == 1.0
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([1.0], [24.0], [24.0])
    assert story["released_h"] == story["picked_up_h"] == story["delivered_h"] == 24.0


# --- clearance


def two_legs(clear_at: str | None, side: str = "outbound") -> Trace:
    """A train every 24 h from a (run 10 h), a vessel every 50 h from p (30 h) or the other way; clearance 6 or 7 h."""
    clearance = {"export_clearance": {"time_h": 6}, "import_clearance": {"time_h": 7}}
    out = {
        "rail": train("a", "track", "p", direction=side),
        "ship": vessel("p", "sea", "z", direction=side, timetable={"every_h": 50.0}),
    }
    back = {
        "rail": train("p", "track", "a", direction=side),
        "ship": vessel("z", "sea", "p", direction=side, timetable={"every_h": 50.0}),
    }
    return run(
        out if side == "outbound" else back,
        {"m": boxes_at(20.0, direction=side)},
        nodes={"p": clearance, "a": clearance, "z": clearance},
        lines={"track": {"run_h": 10}, "sea": {"run_h": 30}},
        chains={side: ["rail", "ship"] if side == "outbound" else ["ship", "rail"]},
        clear_at=clear_at,
    )


def test_a_box_changes_from_train_to_vessel_and_is_cleared_nowhere() -> None:
    # Train 24–34, vessel 50–80.
    story = box(two_legs(None))
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([20.0, 34.0], [24.0, 50.0], [34.0, 80.0])
    assert story["delivered_h"] == 80.0


def test_exports_cleared_inland_may_board_the_train_after_clearance_and_the_vessel_at_once() -> None:
    # Cleared at 26, so it takes the train of 48, arrives at 58 and takes the vessel of 100.
    story = box(two_legs("a"))
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([26.0, 58.0], [48.0, 100.0], [58.0, 130.0])
    assert story["released_h"] == 130.0


def test_exports_cleared_at_the_port_may_board_the_train_at_once_and_the_vessel_after_clearance() -> None:
    story = box(two_legs("p"))
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([20.0, 40.0], [24.0, 50.0], [34.0, 80.0])
    assert story["released_h"] == 80.0


def test_imports_cleared_at_the_port_may_board_the_train_after_clearance() -> None:
    # Vessel 50–80; cleared in 7 h, the law of imports, at 87; train 96–106.
    story = box(two_legs("p", "inbound"))
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([20.0, 87.0], [50.0, 96.0], [80.0, 106.0])
    assert story["released_h"] == 106.0


def test_imports_cleared_inland_are_released_after_clearance() -> None:
    # Vessel 50–80; train 96–106; released 7 h later.
    story = box(two_legs("a", "inbound"))
    assert (story["ready_h"], story["loaded_h"], story["unloaded_h"]) == ([20.0, 80.0], [50.0, 96.0], [80.0, 106.0])
    assert story["released_h"] == 113.0


def test_inspection_takes_more_time_from_those_that_are_flagged_and_from_nobody_else() -> None:
    clearance = {"time_h": 2, "inspection_share": 0.25, "inspection_h": 10}
    cargo = {"m": every(1, 0.5, 79.5)}
    trace = run({"t": train()}, cargo, nodes={"a": {"export_clearance": clearance}}, clear_at="a")
    flagged = Streams(1, 0).luck("market/m/a/inspected", 80) < 0.25
    assert 5 < flagged.sum() < 40
    assert trace.containers.inspected.tolist() == flagged.tolist()
    assert (trace.containers.ready_h[0] - trace.containers.gated_in_h).tolist() == np.where(flagged, 12.0, 2.0).tolist()


def test_clearance_is_for_boxes_whose_chain_says_so() -> None:
    channels = {
        "c": {"name": "c", "outbound": {"r": {"services": ["t"], "clear_at": "a"}}},
        "d": {"name": "d", "outbound": {"r": {"services": ["t"]}}},
    }
    cargo = {"m": boxes_at(1.0), "n": boxes_at(1.0, channels={"d": 1.0})}
    nodes = {"a": {"export_clearance": {"time_h": 5, "inspection_share": 1.0, "inspection_h": 2}}}
    trace = run({"t": train()}, cargo, nodes=nodes, channels=channels)
    assert trace.containers.ready_h[0].tolist() == [8.0, 1.0]
    assert trace.containers.inspected.tolist() == [True, False]


# --- the yard


def test_the_yard_holds_a_box_from_the_lift_in_to_the_lift_out() -> None:
    # Half an hour a lift everywhere. Box (2 TEU) at gate a 1, train 24, loaded 24.5; p: arrives 34.5, unloaded 35,
    # vessel 50, loaded 50.5; z: arrives 80.5, unloaded 81, fetched 81.5.
    trace = run(
        {"rail": train("a", "track", "p"), "ship": vessel("p", "sea", "z", timetable={"every_h": 50.0})},
        {"m": boxes_at(1.0, **BIG)},
        nodes={"a": ONE_UNIT, "p": ONE_UNIT, "z": ONE_UNIT},
        lines={"track": {"run_h": 10}, "sea": {"run_h": 30}},
        chains={"outbound": ["rail", "ship"]},
    )
    stays = {place: trace.uses[f"{place}.yard"] for place in "apz"}
    assert {place: (use.begun_h[0], use.done_h[0], use.amount[0]) for place, use in stays.items()} == {
        "a": (1.5, 24.5, 2.0),
        "p": (35.0, 50.5, 2.0),
        "z": (81.0, 81.5, 2.0),
    }


def test_a_box_that_is_never_fetched_stays_in_the_yard() -> None:
    nodes = {"b": {"export_clearance": {"time_h": NEVER_H}}}
    trace = run({"t": train()}, {"m": boxes_at(1.0)}, nodes=nodes, clear_at="b", days=3)
    assert trace.uses["b.yard"].begun_h.tolist() == [24.0]
    assert trace.uses["b.yard"].done_h.tolist() == [24.0 + NEVER_H]
