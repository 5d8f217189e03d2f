"""Stories of borders: checks, and the gauge change with everybody else's trains, first come first served or by rank."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import border, boxes_at, every, others, run, scenario, single, slots, train, uses, visits
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.simulate import simulate
from sim.streams import Streams
from sim.trace import Stage, Trace

VIA = ("a", "in", "g", "out", "b")
BACK = ("b", "out", "g", "in", "a")


def fix_the_others(*hours: float) -> Any:
    """Trains of other lines come at exactly these hours."""
    return patch("sim.corridor.border.poisson_times", lambda *_: np.array(hours, dtype=np.float64))


def changed(trace: Trace) -> list[tuple[float, float, float]]:
    """(asked, begun, done) of our trains at the gauge change of g."""
    return visits(trace, Stage.GAUGE_CHANGE, "g")


# --- slots


def test_trains_change_gauge_one_after_the_other_on_one_slot() -> None:
    trace = run({"t": single(*VIA)}, {"m": boxes_at(1.0, 2.0, 2.5, 14.0)}, nodes={"g": slots(1, 4)})
    assert changed(trace) == [(1.0, 1.0, 5.0), (2.0, 5.0, 9.0), (2.5, 9.0, 13.0), (14.0, 14.0, 18.0)]
    assert trace.containers.delivered_h.tolist() == [5.0, 9.0, 13.0, 18.0]


def test_two_slots_work_on_two_trains_at_once() -> None:
    trace = run({"t": single(*VIA)}, {"m": boxes_at(1.0, 2.0, 2.5, 6.0)}, nodes={"g": slots(2, 4)})
    assert changed(trace) == [(1.0, 1.0, 5.0), (2.0, 2.0, 6.0), (2.5, 5.0, 9.0), (6.0, 6.0, 10.0)]


@pytest.mark.parametrize("share_40ft", [0.0, 1.0])
def test_the_work_grows_with_the_containers_and_varies_with_the_noise(share_40ft: float) -> None:
    # 2 h and 0.5 h a container, 20 ft or 40 ft, times 1, 2, 1, …: 3 boxes take 3.5 h, 2 boxes 3 · 2 h, 1 box 2.5 h.
    change = slots(5, 2, per_container_h=0.5, noise={"replay": [1, 2]})
    cargo = {"m": boxes_at(1.0, 2.0, 3.0, 30.0, 40.0, 50.0, share_40ft=share_40ft)}
    trace = run({"t": train(*VIA)}, cargo, nodes={"g": change}, days=4)
    assert changed(trace) == [(24.0, 24.0, 27.5), (48.0, 48.0, 54.0), (72.0, 72.0, 74.5)]


def both_ways(station: dict[str, Any]) -> Trace:
    """Trains of one box out at 1 and 2, back at 1 and 3."""
    return run(
        {"west": single(*VIA), "east": single(*BACK, direction="inbound")},
        {"m": boxes_at(1.0, 2.0), "n": boxes_at(1.0, 3.0, direction="inbound")},
        nodes={"g": station},
        chains={"outbound": ["west"], "inbound": ["east"]},
    )


def test_each_direction_has_slots_of_its_own() -> None:
    side = {"gauge_change": {"slots": 1, "base_h": 4.0}}
    trace = both_ways(border(outbound=side, inbound=side))
    assert uses(trace, "g.gauge_change.outbound") == [(1.0, 1.0, 5.0), (2.0, 5.0, 9.0)]
    assert uses(trace, "g.gauge_change.inbound") == [(1.0, 1.0, 5.0), (3.0, 5.0, 9.0)]


def test_slots_that_stand_at_the_station_are_shared_by_both_directions() -> None:
    trace = both_ways(border(gauge_change={"slots": 1, "base_h": 4.0}))
    assert uses(trace, "g.gauge_change") == [(1.0, 1.0, 5.0), (1.0, 5.0, 9.0), (2.0, 9.0, 13.0), (3.0, 13.0, 17.0)]
    # east and west ask together at 1: east is first by name
    assert trace.containers.delivered_h.tolist() == [9.0, 13.0, 5.0, 17.0]


def test_a_direction_without_gauge_change_passes() -> None:
    trace = both_ways(border(outbound={"gauge_change": {"slots": 1, "base_h": 4.0}}))
    assert trace.containers.delivered_h.tolist() == [5.0, 9.0, 1.0, 3.0]


def test_checks_take_their_time_but_nobody_queues_for_them() -> None:
    station = border(outbound={"checks_h": 5, "gauge_change": {"slots": 1, "base_h": 4.0}}, inbound={"checks_h": 7})
    trace = both_ways(station)
    assert visits(trace, Stage.CHECKS, "g") == [(1.0, 1.0, 6.0), (1.0, 1.0, 8.0), (2.0, 2.0, 7.0), (3.0, 3.0, 10.0)]
    assert changed(trace) == [(6.0, 6.0, 10.0), (7.0, 10.0, 14.0)]
    assert trace.containers.delivered_h.tolist() == [10.0, 14.0, 8.0, 10.0]


# --- trains of other lines


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_trains_of_other_lines_take_their_turn(order: str) -> None:
    # 1 h + 0.5 h a container: theirs of 4 containers 3 h, ours of one 1.5 h. At 11 both come, theirs is first.
    change = slots(1, 1, per_container_h=0.5, others=others(1, containers=4), order=order)
    with fix_the_others(3.0, 11.0):
        trace = run({"t": single(*VIA)}, {"m": boxes_at(2.0, 4.0, 11.0)}, nodes={"g": change})
    assert uses(trace, "g.gauge_change.outbound") == [
        (2.0, 2.0, 3.5),
        (3.0, 3.5, 6.5),
        (4.0, 6.5, 8.0),
        (11.0, 11.0, 14.0),
        (11.0, 14.0, 15.5),
    ]
    assert changed(trace) == [(2.0, 2.0, 3.5), (4.0, 6.5, 8.0), (11.0, 14.0, 15.5)]


def test_trains_of_other_lines_come_at_random_as_their_own_streams_say() -> None:
    change = slots(1, 1, per_container_h=0.1, noise={"exponential": 1}, others=others(0.2, {"uniform": [10, 30]}))
    trace = run({"t": train(*VIA)}, nodes={"g": change}, days=100)
    streams, stream = Streams(1, 0), "border/g/outbound/others"
    came = np.cumsum(-np.log1p(-streams.luck(f"{stream}/gap", 999))) / 0.2
    came = came[came < 2400]
    containers = 10 + 20 * streams.luck(f"{stream}/containers", len(came))
    work = (1 + 0.1 * containers) * -np.log1p(-streams.luck(f"{stream}/noise", len(came)))
    table = trace.uses["g.gauge_change.outbound"]
    theirs = np.isin(np.round(table.asked_h, 6), np.round(came, 6))
    assert theirs.sum() == len(came) > 400
    np.testing.assert_allclose((table.done_h - table.begun_h)[theirs], work, rtol=1e-9, atol=1e-9)


# --- priority


def fast_and_slow(fast: dict[str, Any], slow: dict[str, Any], **what: Any) -> Trace:
    """Trains of one box: fast ones of priority 1, slow ones of priority 5; one slot of 4 h by priority."""
    channels = {name: {"name": name, "outbound": {"r": {"services": [name]}}} for name in ("fast", "slow")}
    return run(
        {"fast": single(*VIA, priority=1), "slow": single(*VIA, priority=5)},
        {"f": fast | {"channels": {"fast": 1.0}}, "s": slow | {"channels": {"slow": 1.0}}},
        nodes={"g": slots(1, 4, order="priority") | what.pop("station", {})},
        channels=channels,
        **what,
    )


def test_an_urgent_train_overtakes_those_who_wait_but_interrupts_nobody() -> None:
    # Slow ones come at 1, 2 and 3; the urgent one at 3.5 waits for the one in work (1–5) and is next.
    trace = fast_and_slow(boxes_at(3.5), boxes_at(1.0, 2.0, 3.0))
    assert changed(trace) == [(1.0, 1.0, 5.0), (2.0, 9.0, 13.0), (3.0, 13.0, 17.0), (3.5, 5.0, 9.0)]


def test_within_a_priority_the_first_to_come_is_the_first() -> None:
    trace = fast_and_slow(boxes_at(4.0, 3.0), boxes_at(1.0, 2.0))
    assert changed(trace) == [(1.0, 1.0, 5.0), (2.0, 13.0, 17.0), (3.0, 5.0, 9.0), (4.0, 9.0, 13.0)]


def test_the_priority_of_other_trains_counts_too() -> None:
    station = slots(1, 4, order="priority", others=others(1) | {"priority": 3})
    with fix_the_others(2.5):
        trace = fast_and_slow(boxes_at(3.0), boxes_at(1.0, 2.0), station=station)
    assert uses(trace, "g.gauge_change.outbound") == [(1, 1, 5), (2, 13, 17), (2.5, 9, 13), (3, 5, 9)]


@pytest.mark.parametrize("when_closed", ["finish", "resume"])
def test_a_train_that_waits_for_the_opening_has_no_slot_yet_and_may_be_overtaken(when_closed: str) -> None:
    # Shut on day 2, 24 to 48. The slow one comes at 30, the urgent one at 40.
    shut = {"first_day": "2001-01-02", "last_day": "2001-01-02"}
    disruptions = {"d": {"name": "d", "at": ["g"], "closed": {"x": shut}, "when_closed": when_closed}}
    trace = fast_and_slow(boxes_at(40.0), boxes_at(30.0), disruptions=disruptions)
    assert changed(trace) == [(30.0, 52.0, 56.0), (40.0, 48.0, 52.0)]


def test_a_train_that_arrives_at_the_very_opening_is_among_those_who_are_called() -> None:
    shut = {"first_day": "2001-01-02", "last_day": "2001-01-02"}
    disruptions = {"d": {"name": "d", "at": ["g"], "closed": {"x": shut}}}
    lines = {"in": {"run_h": 8}}
    trace = fast_and_slow(boxes_at(40.0), boxes_at(22.0), disruptions=disruptions, lines=lines)
    assert changed(trace) == [(30.0, 52.0, 56.0), (48.0, 48.0, 52.0)]


hours = st.integers(0, 400).map(lambda quarter: quarter / 4)  # so that ties occur


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(
    first=st.lists(hours, min_size=1, max_size=25),
    second=st.lists(hours, min_size=1, max_size=10),
    background=st.lists(hours, max_size=25).map(sorted),
    n=st.integers(1, 3),
    base_h=st.sampled_from([0.0, 1.0, 2.5, 6.0]),
    noise=st.sampled_from([{"always": 1}, {"replay": [1, 0, 2]}, {"exponential": 1}]),
    shut=st.one_of(st.none(), st.tuples(st.integers(4, 60), st.integers(0, 40))),
    when_closed=st.sampled_from(["finish", "resume"]),
)
def test_both_kinds_of_slots_agree_when_nobody_is_more_urgent(
    first: list[float],
    second: list[float],
    background: list[float],
    n: int,
    base_h: float,
    noise: dict[str, Any],
    shut: tuple[int, int] | None,
    when_closed: str,
) -> None:
    outage = shut and {"up_h": {"replay": [shut[0] / 4, 7]}, "down_h": {"replay": [shut[1] / 4, 0.5]}}
    disruptions = {"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": when_closed}} if shut else {}
    traces = []
    for order in ("first_come", "priority"):
        side = {"gauge_change": {"slots": n, "base_h": base_h, "noise": noise, "order": order, "others": others(1)}}
        services = {"t": single(*VIA), "u": single(*VIA)}
        channels = {name: {"name": name, "outbound": {"r": {"services": [name]}}} for name in services}
        cargo = {
            "m": boxes_at(*first, channels={"t": 1.0}),
            "n": boxes_at(*second, channels={"u": 1.0}),
        }
        plan = scenario(
            services, cargo, nodes={"g": border(outbound=side)}, channels=channels, disruptions=disruptions, days=120
        )
        with fix_the_others(*background):
            traces.append(simulate(plan, 0))
    fifo, rank = traces
    assert changed(fifo) == changed(rank)
    assert uses(fifo, "g.gauge_change.outbound") == uses(rank, "g.gauge_change.outbound")
    np.testing.assert_array_equal(fifo.containers.delivered_h, rank.containers.delivered_h)


def test_both_kinds_of_slots_agree_over_a_busy_year() -> None:
    def year(order: str) -> Trace:
        change = slots(2, 3, per_container_h=0.1, noise={"mean": 1, "cv": 0.5}, order=order, others=others(0.3, 20))
        outage = {"up_h": {"exponential": 200}, "down_h": {"exponential": 20}}
        disruptions = {"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": "resume"}}
        service = train(*VIA, timetable={"every_h": 20.0}, jitter_h=5.0)
        cargo = {"m": every(1.0, 0.5, 8700.0)}
        return run({"t": service}, cargo, nodes={"g": change}, disruptions=disruptions, days=365)

    fifo, rank = year("first_come"), year("priority")
    assert len(changed(rank)) > 400
    done = changed(rank)[:400]
    assert changed(fifo)[:400] == done
    theirs = [row for row in uses(rank, "g.gauge_change.outbound") if row[2] < 8700]
    assert [row for row in uses(fifo, "g.gauge_change.outbound") if row[2] < 8700] == theirs
