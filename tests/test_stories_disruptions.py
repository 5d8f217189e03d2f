"""What goes wrong on some days: fewer units, slow work, less cargo, trains that do not run. Hours by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from builders import (
    boxes_at,
    broken_and_whole,
    departures,
    market,
    poisson,
    run,
    scenario,
    single,
    slots,
    train,
    uses,
    visits,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.checks import check, loads
from sim.checks.traffic import capacity_hours
from sim.corridor.containers import Cargo
from sim.corridor.market import MarketSpec, cumulative_teu
from sim.corridor.pool import FifoPool, Pool, PriorityPool
from sim.corridor.recursion import Availability, Limit
from sim.corridor.train import Train
from sim.corridor.world import Kind, Process, World, rank
from sim.simulate import same
from sim.streams import Streams
from sim.trace import Ran, Stage

VIA = ("a", "in", "g", "out", "b")


def on_days(first: str = "2001-01-03", last: str = "2001-01-03", **what: Any) -> dict[str, Any]:
    """A disruption on some days: unless said, hours 48 to 72."""
    return {"d": {"name": "d", "days": {"x": {"first_day": first, "last_day": last}}} | what}


# --- fewer units


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_with_one_slot_left_nobody_begins_until_all_others_are_done(order: str) -> None:
    """Three slots, ten hours each. Those of 44, 45, 46 are at work when two slots go, and are finished at 54, 55, 56.
    The one of 47 has to wait for all three; that of 50 for him, at 66; that of 60 until all slots are back at 72.
    """
    cargo = {"m": boxes_at(44.0, 45.0, 46.0, 47.0, 50.0, 60.0)}
    trace = run(
        {"t": single(*VIA)}, cargo, nodes={"g": slots(3, 10, order=order)}, disruptions=on_days(at=["g"], units=1)
    )
    begun = [(44.0, 44.0), (45.0, 45.0), (46.0, 46.0), (47.0, 56.0), (50.0, 66.0), (60.0, 72.0)]
    assert visits(trace, Stage.GAUGE_CHANGE, "g") == [(asked, at, at + 10) for asked, at in begun]


def test_with_two_of_three_left_two_work_at_once() -> None:
    """At work since 44, 45, 46. Two may be: the one of 47 begins at 55, when one is left, the one of 50 at 56."""
    cargo = {"m": boxes_at(44.0, 45.0, 46.0, 47.0, 50.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(3, 10)}, disruptions=on_days(at=["g"], units=2))
    assert [begun for _, begun, _ in visits(trace, Stage.GAUGE_CHANGE, "g")] == [44.0, 45.0, 46.0, 55.0, 56.0]


def test_with_one_reach_stacker_left_lifts_go_one_by_one() -> None:
    """Two units, an hour a lift. From 48 on one is left: the trucks of 48.5 and after are lifted one by one."""
    nodes = {"a": {"handling": {"units": 2, "lift_min": 60}}}
    cargo = {"m": boxes_at(30.0, 30.0, 48.5, 48.6, 48.7)}
    trace = run({"t": train(timetable={"every_h": 500.0})}, cargo, nodes=nodes, disruptions=on_days(at=["a"], units=1))
    begun = [at for _, at, _ in uses(trace, "a.handling")]
    assert begun[:5] == pytest.approx([30.0, 30.0, 48.5, 49.5, 50.5])


def test_a_line_with_one_track_left_is_entered_one_by_one() -> None:
    lines = {"out": {"run_h": 5, "trains_at_once": 2}}
    service = train(timetable={"every_h": 2.0, "first_h": 50.0}, last_day="2001-01-03")
    trace = run({"t": service}, lines=lines, disruptions=on_days(at=["out"], units=1))
    entered = [begun for _, begun, _ in visits(trace, Stage.RUNNING, "out")]
    assert entered[:4] == [50.0, 55.0, 60.0, 65.0]
    assert entered[4:7] == [70.0, 72.0, 75.0]  # from 72 on there are two again


def test_closed_and_short_of_units_at_once() -> None:
    """Shut on 3 January, one slot of two on 3 and 4 January: one by one from 72 to 96."""
    both = on_days(at=["g"], units=1, last="2001-01-04") | {
        "e": {"name": "e", "at": ["g"], "closed": {"x": {"first_day": "2001-01-03", "last_day": "2001-01-03"}}}
    }
    cargo = {"m": boxes_at(50.0, 51.0, 52.0, 53.0)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": slots(2, 10)}, disruptions=both)
    assert [begun for _, begun, _ in visits(trace, Stage.GAUGE_CHANGE, "g")] == [72.0, 82.0, 92.0, 96.0]


def test_of_limits_that_overlap_the_lowest_holds() -> None:
    there = Availability(limits=[Limit(0.0, 10.0, 3), Limit(5.0, 20.0, 2), Limit(8.0, 9.0, 1)])
    assert [there.units_at(hour, 4) for hour in (0.0, 4.9, 5.0, 8.0, 9.0, 10.0, 19.9, 20.0)] == [3, 3, 2, 1, 2, 2, 2, 4]
    assert there.changes_h() == [5.0, 8.0, 9.0, 10.0, 20.0]


def served(kind: str, asks: list[float], there: Availability, per_day: int | None = None) -> list[tuple[float, float]]:
    """What three slots of 6 h have noted of trains that ask at these hours."""
    streams = Streams(1, 0)
    world = World(streams, Cargo([], [], [], streams), 1000.0)
    nobody = (np.empty(0), np.empty(0))
    pool: Pool = (
        FifoPool(world, 3, there, nobody, per_day)
        if kind == "fifo"
        else PriorityPool(world, 3, there, nobody, (5, per_day))
    )
    noted: dict[int, tuple[float, float]] = {}

    def life(number: int, at_h: float) -> Process:
        one = Train(number, number, rank(Kind.WORK, 1, number), 5, at_h, np.empty(0, dtype=np.int64), [], at_h)
        noted[number] = yield from pool.serve(one, 6.0)

    for number, at_h in enumerate(asks):
        world.clock.process(life(number, at_h))
    pool.open()
    world.clock.run(until=1000.0)
    return [noted[number] for number in range(len(asks))]


SPELLS = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda one: (float(one[0]), float(one[0] + one[1])))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.lists(st.integers(0, 60).map(float), min_size=1, max_size=15).map(sorted),
    st.lists(st.tuples(SPELLS, st.integers(1, 3)), max_size=3),
    st.lists(SPELLS, max_size=2),
    st.none() | st.integers(1, 6),
)
def test_recursion_and_events_agree_and_never_more_work_than_may(
    asks: list[float],
    short: list[tuple[tuple[float, float], int]],
    shut: list[tuple[float, float]],
    per_day: int | None,
) -> None:
    limits = [Limit(*spell, units) for spell, units in short]
    found = served("fifo", asks, Availability(shut, limits=limits), per_day)
    np.testing.assert_allclose(served("priority", asks, Availability(shut, limits=limits), per_day), found, rtol=1e-12)
    if per_day:
        assert np.bincount([int(begun // 24) for begun, _ in found]).max() <= per_day
    there = Availability(shut, limits=limits)
    for begun, _ in found:
        at_work = sum(b <= begun < done for b, done in found)
        began_now = [b for b, _ in found if b == begun]
        assert at_work <= max(there.units_at(begun, 3), 0)
        assert there.next_open(begun) == begun
        assert len(began_now) <= 3


# --- so many trains a day


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_two_trains_a_day(order: str) -> None:
    """One slot, an hour each, two a day: of five that come on the first day two begin then, two at 24 and 25, one at
    48; who comes at 30 is the second of the third day.
    """
    node = slots(1, 1, order=order, trains_per_day=2)
    trace = run({"t": single(*VIA)}, {"m": boxes_at(3.0, 3.1, 3.2, 20.0, 23.9, 30.0)}, nodes={"g": node})
    begun = [at for _, at, _ in visits(trace, Stage.GAUGE_CHANGE, "g")]
    assert begun == [3.0, 4.0, 24.0, 25.0, 48.0, 49.0]


def test_the_urgent_one_goes_first_when_the_day_begins() -> None:
    """One a day. At midnight the urgent train that came last is the first of three that wait."""
    services = {"slow": single(*VIA, priority=5), "urgent": single(*VIA, priority=1)}
    markets = {"m": boxes_at(3.0, 3.5, 4.0), "n": boxes_at(20.0) | {"channels": {"d": 1.0}}}
    trace = run(
        services,
        markets,
        nodes={"g": slots(1, 1, order="priority", trains_per_day=1)},
        channels={
            name: {"name": name, "outbound": {"r": {"services": [service]}}}
            for name, service in (("c", "slow"), ("d", "urgent"))
        },
    )
    assert visits(trace, Stage.GAUGE_CHANGE, "g") == [
        (3.0, 3.0, 4.0), (3.5, 48.0, 49.0), (4.0, 72.0, 73.0), (20.0, 24.0, 25.0),
    ]  # fmt: skip


def test_a_run_that_stops_on_a_full_day_goes_on_bit_for_bit() -> None:
    for order in ("first_come", "priority"):
        node = slots(2, 3, order=order, trains_per_day=4)
        plan = scenario({"t": single(*VIA)}, {"m": poisson(0.3)}, nodes={"g": node}, days=12)
        broken, whole = broken_and_whole(plan, 7.5, 23.0, 24.0, 100.25, 200.0)
        assert same(broken, whole)


# --- slow


def test_trains_that_enter_a_line_on_slow_days_take_longer() -> None:
    trace = run({"t": train()}, lines={"out": {"run_h": 10}}, disruptions=on_days(at=["out"], slower=2.0), days=4)
    assert visits(trace, Stage.RUNNING, "out") == [(24.0, 24.0, 34.0), (48.0, 48.0, 68.0), (72.0, 72.0, 82.0)]


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_a_gauge_change_that_is_asked_for_on_slow_days_takes_longer(order: str) -> None:
    cargo = {"m": boxes_at(47.0, 48.0, 72.0)}
    trace = run(
        {"t": single(*VIA)}, cargo, nodes={"g": slots(9, 4, order=order)}, disruptions=on_days(at=["g"], slower=1.5)
    )
    assert visits(trace, Stage.GAUGE_CHANGE, "g") == [(47.0, 47.0, 51.0), (48.0, 48.0, 54.0), (72.0, 72.0, 76.0)]


def test_what_counts_is_when_work_begins() -> None:
    """One slot of 4 h, five times as long on 1 January. A box every two hours from 0 to 22: those that begin that day,
    at 0 and at 20, take 20 hours; that of 4, which begins at 40, takes 4, as all after it do.
    """
    slow = on_days("2001-01-01", "2001-01-01", at=["g"], slower=5.0)
    hours = [2.0 * k for k in range(12)]
    trace = run({"t": single(*VIA)}, {"m": boxes_at(*hours)}, nodes={"g": slots(1, 4)}, disruptions=slow)
    begun = [at for _, at, _ in visits(trace, Stage.GAUGE_CHANGE, "g")]
    assert begun == [0.0, 20.0, *(40.0 + 4 * k for k in range(10))]


def test_a_train_that_enters_a_line_when_it_opens_on_a_slow_day_runs_slowly() -> None:
    """It comes at 24, the line opens at 48, and on that day it takes twice as long."""
    both = on_days(at=["out"], slower=2.0) | {
        "e": {"name": "e", "at": ["out"], "closed": {"x": {"first_day": "2001-01-02", "last_day": "2001-01-02"}}}
    }
    trace = run({"t": train()}, lines={"out": {"run_h": 10}}, disruptions=both, days=2)
    assert visits(trace, Stage.RUNNING, "out") == [(24.0, 48.0, 68.0)]


def test_spells_of_one_cause_that_overlap_are_one() -> None:
    spells = {
        "x": {"first_day": "2001-01-03", "last_day": "2001-01-06"},
        "y": {"first_day": "2001-01-05", "last_day": "2001-01-08"},
    }
    slow = {"d": {"name": "d", "days": spells, "at": ["out"], "slower": 2.0}}
    trace = run({"t": train()}, lines={"out": {"run_h": 10}}, disruptions=slow, days=10)
    took = [done - begun for _, begun, done in visits(trace, Stage.RUNNING, "out")]
    assert took == [10.0, *[20.0] * 6, 10.0, 10.0]


def test_lifts_are_slow_and_two_causes_multiply() -> None:
    nodes = {"a": {"handling": {"units": 9, "lift_min": 60}}}
    slow = on_days(at=["a"], slower=2.0) | {"e": on_days(at=["a"], slower=1.5)["d"]}
    cargo = {"m": boxes_at(30.0, 50.0)}
    trace = run({"t": train(timetable={"every_h": 500.0})}, cargo, nodes=nodes, disruptions=slow)
    assert uses(trace, "a.handling")[:2] == [(30.0, 30.0, 31.0), (50.0, 50.0, 53.0)]


# --- cargo


def test_a_shock_takes_its_part_of_the_cargo_and_no_more() -> None:
    """24 TEU a day; a half from the 11th to the 20th day: 10 + 5 + 10 days' worth after 30, and two causes multiply."""
    spec = MarketSpec.model_validate(market(teu_per_year={"2001": 24 * 365.0}))
    start = datetime(2001, 1, 1)

    def upto(day: float, *shocks: tuple[float, float, float]) -> float:
        hours, teu = cumulative_teu(spec, start, 24 * 40.0, shocks)
        return float(np.interp(24 * day, hours, teu)) / 24

    half, third = (240.0, 480.0, 0.5), (360.0, 480.0, 1 / 3)
    assert [upto(day, half) for day in (10, 12, 20, 30)] == pytest.approx([10, 11, 15, 25])
    assert upto(30, half, third) == pytest.approx(10 + 2.5 + 5 / 6 + 10)
    assert upto(30, (240.0, 480.0, 0.0)) == pytest.approx(20)
    assert upto(30) == pytest.approx(30)


def test_who_books_before_a_shock_books_as_without_it() -> None:
    plan = scenario({"t": train()}, {"m": poisson(1.0)}, days=40)
    shock = scenario(
        {"t": train()}, {"m": poisson(1.0)}, days=40, disruptions=on_days(demand={"m": 0.25}, last="2001-01-22")
    )
    booked, fewer = (broken_and_whole(one, 500.0)[1].containers.booked_h for one in (plan, shock))
    np.testing.assert_array_equal(fewer[fewer < 48], booked[booked < 48])
    within = [float(((one >= 48) & (one < 22 * 24)).sum()) for one in (booked, fewer)]
    assert within[1] == pytest.approx(within[0] / 4, abs=4 * np.sqrt(within[0] / 4))


# --- trains


def test_trains_that_are_cancelled_for_some_days_run_before_and_after() -> None:
    trace = run({"t": train()}, days=6, disruptions=on_days(cancelled={"t": 1.0}, last="2001-01-04"))
    ran = departures(trace, "t").ran
    assert ran == [Ran.RAN, Ran.CANCELLED, Ran.CANCELLED, Ran.RAN, Ran.RAN]


def test_what_is_cancelled_always_and_for_some_days_adds_up_by_luck() -> None:
    """Of those planned a tenth never runs; of the others another half on these days: 0.1 + 0.9 · 0.5."""
    trace = run(
        {"t": train(cancelled_share=0.1)}, days=40, disruptions=on_days(cancelled={"t": 0.5}, last="2001-01-22")
    )
    planned, ran = np.array(departures(trace, "t").planned_h), np.array(departures(trace, "t").ran)
    luck = Streams(1, 0).luck("service/t/cancelled", len(ran))
    share = np.where((planned >= 48) & (planned < 22 * 24), 0.55, 0.1)
    np.testing.assert_array_equal(ran == Ran.CANCELLED, luck < share)


# --- beside


def test_a_run_that_stops_amid_all_of_it_goes_on_bit_for_bit() -> None:
    what = on_days(at=["g"], units=1, slower=1.5, last="2001-01-09", demand={"m": 2.0}, cancelled={"t": 0.3})
    for order in ("first_come", "priority"):
        node = {"g": slots(2, 9, order=order)}
        plan = scenario({"t": train(*VIA)}, {"m": poisson(0.5)}, nodes=node, days=20, disruptions=what)
        broken, whole = broken_and_whole(plan, 47.5, 72.0, 100.25, 216.0)
        assert same(broken, whole)


def test_what_units_and_speed_are_lost_is_lost_in_the_load_against_capacity() -> None:
    """Thirty days of two slots; on three of them one slot at two thirds of the speed: 1440 − 72·2·(1 − 1/2/1.5)."""
    what = on_days(at=["g"], units=1, slower=1.5, last="2001-01-05")
    plan = scenario({"t": train(*VIA)}, nodes={"g": slots(2, 9)}, disruptions=what)
    assert capacity_hours("g", 2, plan) == pytest.approx(1440 - 144 * (1 - 1 / 3))


def test_losses_that_overlap_are_taken_once() -> None:
    """Shut on two of thirty days, and one slot of two on the same days: 28 · 48. Twice three times slower: a ninth."""
    days = {"x": {"first_day": "2001-01-03", "last_day": "2001-01-04"}}
    shut = {"s": {"name": "s", "at": ["g"], "closed": days, "days": days, "units": 1}}
    plan = scenario({"t": train(*VIA)}, nodes={"g": slots(2, 9)}, disruptions=shut)
    assert capacity_hours("g", 2, plan) == pytest.approx(28 * 48)
    slow = on_days("2001-01-01", "2001-01-30", at=["g"], slower=3.0)
    plan = scenario({"t": train(*VIA)}, nodes={"g": slots(2, 9)}, disruptions=slow | {"e": slow["d"]})
    assert capacity_hours("g", 2, plan) == pytest.approx(30 * 48 / 9)


def test_trains_that_do_not_run_are_taken_off_the_capacity() -> None:
    """A train of 100 TEU each midnight from 24 on, 29 in thirty days; half of five of them do not run."""
    what = on_days("2001-01-03", "2001-01-07", cancelled={"t": 0.5})
    for disruptions, trains in (({}, 29.0), (what, 26.5)):
        plan = scenario({"t": train(capacity_teu=100)}, {"m": poisson(1.0)}, disruptions=disruptions)
        (load,) = [one for one in loads(plan) if one.kind == "service"]
        assert load.capacity == pytest.approx(100 * trains)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"at": ["b"], "units": 2}, "'b' has no handling units and changes no gauge."),
        ({"at": ["b"], "slower": 2}, "'b' has no handling units and changes no gauge."),
        ({"at": ["out"], "units": 1}, "'out' does not count the trains that are on it."),
        ({"demand": {"n": 2.0}}, "there is no market 'n'."),
        ({"cancelled": {"s": 1.0}}, "there is no service 's'."),
    ],
)
def test_what_cannot_go_wrong_is_refused(what: dict[str, Any], told: str) -> None:
    plan = scenario({"t": train(*VIA)}, {"m": poisson(0.5)}, nodes={"g": slots(2, 9)}, disruptions=on_days(**what))
    assert told in "\n".join(str(problem) for problem in check(plan))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"units": 1}, "needs at"),
        ({"at": ["g"]}, "needs closed, outage, or days with units"),
        ({"at": ["g"], "outage": {"up_h": 9, "down_h": 9}}, "days needs units, slower, demand or cancelled"),
        ({"at": ["g"], "slower": 2.0, "days": {}}, "slower needs days"),
        ({"days": {}}, "needs closed, outage, or days"),
    ],
)
def test_what_says_nothing_is_refused(what: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        scenario({"t": train(*VIA)}, nodes={"g": slots(2, 9)}, disruptions=on_days(**what))
