"""When a place works: shifts, days of the week, holidays. Hours by hand; 1 January 2001 is a Monday."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from builders import boxes_at, broken_and_whole, poisson, run, scenario, single, slots, train, uses, visits
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.checks import check
from sim.checks.traffic import capacity_hours
from sim.corridor.calendar import CalendarSpec, off_duty
from sim.simulate import same
from sim.trace import Stage

VIA = ("a", "in", "g", "out", "b")
DAY = {"day": {"from": "08:00", "to": "20:00"}}
WEEK = ["mon", "tue", "wed", "thu", "fri"]


def lifted(calendar: dict[str, Any], *at: float, units: int = 1, lift_min: float = 60) -> list[float]:
    """When lifts of an hour begin that trucks ask for at these hours."""
    nodes = {"a": {"handling": {"units": units, "lift_min": lift_min, "calendar": calendar}}}
    trace = run({"t": train(timetable={"every_h": 600.0})}, {"m": boxes_at(*at)}, nodes=nodes)
    return [begun for asked, begun, _ in uses(trace, "a.handling") if asked < 600]


def test_lifts_begin_in_the_shift_and_work_in_hand_is_finished() -> None:
    """From 8 to 20. Who comes at 3 waits until 8; the lift of 19.5 ends at 20.5, and the next one begins at 32."""
    assert lifted({"shifts": DAY}, 3.0, 3.5, 19.5, 19.6) == [8.0, 9.0, 19.5, 32.0]


def test_a_night_shift_ends_the_next_morning() -> None:
    """From 22 to 6: hours 0 to 6 belong to the shift of the evening before the run."""
    night = {"shifts": {"night": {"from": "22:00", "to": "06:00"}}}
    assert lifted(night, 5.0, 6.0, 21.0, 23.0) == [5.0, 22.0, 23.0, 24.0]


def test_a_weekend_is_free() -> None:
    """Monday to Friday, day and night: Saturday begins at 120, Monday at 168."""
    week = {"shifts": {"week": {"weekdays": WEEK, "from": "00:00", "to": "00:00"}}}
    assert lifted(week, 119.5, 119.6, 140.0) == [119.5, 168.0, 169.0]


def test_a_holiday_is_free() -> None:
    holiday = {"shifts": DAY, "holidays": {"spring": {"first_day": "2001-01-02", "last_day": "2001-01-04"}}}
    assert lifted(holiday, 19.0, 30.0, 104.0) == [19.0, 104.0, 105.0]


def test_at_night_fewer_units_work() -> None:
    """Three by day, one at night: at 20 three are at work until 21; then one at a time until 8."""
    shifts = {**DAY, "night": {"from": "20:00", "to": "08:00", "units": 1}}
    at = (20 - 1e-9, 20 - 1e-9, 20 - 1e-9, 20.5, 20.6, 31.9, 31.95)
    assert lifted({"shifts": shifts}, *at, units=3) == pytest.approx([20, 20, 20, 21, 22, 31.9, 32.0], abs=1e-6)


def test_where_shifts_overlap_the_units_of_both_work() -> None:
    """One unit from 8 to 20 and one from 14 to 22: two from 14 to 20."""
    shifts = {
        "early": {"from": "08:00", "to": "20:00", "units": 1},
        "late": {"from": "14:00", "to": "22:00", "units": 1},
    }
    closed, limits = off_duty(CalendarSpec.model_validate({"shifts": shifts}), 2, datetime(2001, 1, 1), 24.0)
    assert sorted(closed) == [(0.0, 8.0), (22.0, 24.0)]
    assert [tuple(one) for one in limits] == [(8.0, 14.0, 1), (20.0, 22.0, 1)]
    assert lifted({"shifts": shifts}, 13.0, 13.1, 13.2, units=2, lift_min=120) == [13.0, 14.0, 15.0]


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_a_border_that_changes_gauge_by_day(order: str) -> None:
    cargo = {"m": boxes_at(3.0, 4.0, 19.0, 19.5)}
    node = slots(1, 2, order=order) | {"calendar": {"shifts": DAY}}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": node})
    assert visits(trace, Stage.GAUGE_CHANGE, "g") == [
        (3.0, 8.0, 10.0), (4.0, 10.0, 12.0), (19.0, 19.0, 21.0), (19.5, 32.0, 34.0),
    ]  # fmt: skip


def test_a_calendar_and_a_disruption_add_up() -> None:
    """By day only, and one slot of two on 2 January: from 32 on one by one, two hours each; from 56 on two."""
    node = slots(2, 2) | {"calendar": {"shifts": DAY}}
    one_left = {
        "d": {
            "name": "d",
            "at": ["g"],
            "units": 1,
            "days": {"x": {"first_day": "2001-01-02", "last_day": "2001-01-02"}},
        }
    }
    cargo = {"m": boxes_at(21.0, 21.1, 43.5, 43.6, 43.7)}
    trace = run({"t": single(*VIA)}, cargo, nodes={"g": node}, disruptions=one_left)
    assert [begun for _, begun, _ in visits(trace, Stage.GAUGE_CHANGE, "g")] == [32.0, 34.0, 43.5, 56.0, 56.0]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.integers(0, 23), st.integers(0, 23), st.integers(0, 23), st.integers(0, 23), st.integers(1, 3),
    st.sets(st.sampled_from(WEEK), min_size=1),
)  # fmt: skip
def test_hours_at_work_are_those_of_the_shifts(a: int, b: int, c: int, d: int, units: int, days: set[str]) -> None:
    """Counted minute by minute over a fortnight, from the clock and the day of the week."""
    shifts = {
        "x": {"weekdays": sorted(days), "from": f"{a:02d}:30", "to": f"{b:02d}:00", "units": units},
        "y": {"from": f"{c:02d}:00", "to": f"{d:02d}:30"},
    }
    closed, limits = off_duty(CalendarSpec.model_validate({"shifts": shifts}), 4, datetime(2001, 1, 1), 336.0)
    at = np.arange(0.25, 336.0, 0.5)
    working = np.zeros(len(at))
    for begin, end, n, on in ((a + 0.5, float(b), units, days), (float(c), d + 0.5, 4, set(WEEK) | {"sat", "sun"})):
        for day in range(-1, 14):
            if ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day % 7] in on:
                first = 24 * day + begin
                working += n * ((at > first) & (at < first + ((end - begin) % 24 or 24)))
    found = np.full(len(at), 4.0)
    for low, high in closed:
        found[(at > low) & (at < high)] = 0
    for limit in limits:
        found[(at > limit.from_h) & (at < limit.to_h)] = limit.units
    np.testing.assert_array_equal(found, np.minimum(working, 4))


def test_the_load_is_held_against_the_hours_at_work() -> None:
    """Two slots by day and one at night, 30 days: 30 · (12 · 2 + 12); a holiday of two days takes 72 away."""
    shifts = {**DAY, "night": {"from": "20:00", "to": "08:00", "units": 1}}
    for holidays, lost in (({}, 0), ({"x": {"first_day": "2001-01-09", "last_day": "2001-01-10"}}, 72)):
        node = slots(2, 9) | {"calendar": {"shifts": shifts, "holidays": holidays}}
        plan = scenario({"t": train(*VIA)}, nodes={"g": node})
        assert capacity_hours("g", 2, plan) == pytest.approx(1080 - lost)
        assert not check(plan)


def test_a_run_that_stops_at_night_goes_on_bit_for_bit() -> None:
    for order in ("first_come", "priority"):
        node = slots(2, 3, order=order) | {"calendar": {"shifts": DAY}}
        plan = scenario({"t": single(*VIA)}, {"m": poisson(0.4)}, nodes={"g": node}, days=12)
        broken, whole = broken_and_whole(plan, 7.5, 22.0, 100.25, 200.0)
        assert same(broken, whole)


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ({"shifts": {}}, "at least 1 item"),
        ({"shifts": {"a": DAY["day"], "b": DAY["day"]}}, "two shifts are the same"),
        ({"shifts": {"a": {"from": "8:00", "to": "20:00"}}}, "String should match pattern"),
    ],
)
def test_calendars_that_cannot_be_are_refused(calendar: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        scenario({"t": train(*VIA)}, nodes={"g": slots(2, 9) | {"calendar": calendar}})


def test_a_place_that_never_works_is_refused() -> None:
    for_ever = {"x": {"first_day": "2001-01-01", "last_day": "2001-12-31"}}
    node = slots(2, 9) | {"calendar": {"shifts": DAY, "holidays": for_ever}}
    found = check(scenario({"t": train(*VIA)}, nodes={"g": node}))
    assert [str(one) for one in found] == [
        "nodes.g.calendar: 'g' never works in the measured period. Are the holidays right?"
    ]
