"""Corridors whose answer is known exactly, by hand or from queueing theory, and which are no scenario files (yet).

The others stand in scenarios/verify/: `sim verify` runs them, and tests/test_verify.py sees bugs turn them red.

An answer by hand must be met to the digit. An answer in the mean passes if it lies in the 99.9 % interval and the
interval is narrow: a wide one proves nothing and fails as well. The last tests plant a bug and see the row turn red.
Sources: Bailey (1954) for trains that leave with whoever fits (E); Kleinrock (1975, 1976) for queues (B, C, I, K);
Federgruen & Green (1986) for servers that fail (H); what is simpler is derived where it stands.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from builders import (
    BIG,
    NEVER_H,
    boxes_at,
    departures,
    every,
    market,
    others,
    poisson,
    run,
    scenario,
    single,
    slots,
    train,
    uses,
    visits,
    waited,
    waits,
)

from sim.corridor.queue import Queue
from sim.corridor.recursion import Availability
from sim.kpis import Seen, measure_all
from sim.simulate import build
from sim.statistics import estimate
from sim.trace import Stage, Trace
from sim.variation import LognormalByMean

Floats = np.ndarray
VIA = ("a", "in", "g", "out", "b")
GAUGE = "g.gauge_change.outbound"
YEAR = 365
BATCHES = 40


def verdict(values: Floats, exact: float, within: float) -> str:
    """Independent values against their exact mean; `within` is the largest half-width, as a share of it."""
    found = estimate(values, confidence=0.999)
    if found.half_width > within * abs(exact):
        return f"inconclusive: {found.mean:.5g} ± {found.half_width:.2g}"
    return "pass" if found.low <= exact <= found.high else f"outside: {found.mean:.5g} ± {found.half_width:.2g}"


def batches(values: Floats) -> Floats:
    """The means of 40 batches of a long run, which are as good as independent."""
    return np.array([batch.mean() for batch in np.array_split(np.asarray(values, dtype=np.float64), BATCHES)])


def controlled(values: Floats, control: Floats, exact: float) -> Floats:
    """Batch means, less what a control with known mean explains (Lavenberg & Welch 1981): narrower, same mean."""
    slope = np.cov(values, control)[0, 1] / control.var(ddof=1)
    return values - slope * (control - exact)


def one_by_one(asked_h: Floats, work_h: Floats) -> Floats:
    """Waits of customers of one server, first come first served (Lindley 1952)."""
    moved = np.concatenate(([0.0], np.cumsum(work_h[:-1] - np.diff(asked_h))))
    return moved - np.minimum.accumulate(moved)


# --- by hand


def test_a_box_an_hour_and_a_train_a_day_through_two_servers() -> None:
    # A1. Boxes at 0.5, 1.5, …; train every 24 h for 24; 100 h on the way; two units that take an hour a box. In the
    # yard 0.5 to 23.5 h, mean 12; before the units 0, 0, 1, 1, … 11, 11, mean 5.5; door to door 12 + 100 + 5.5 + 1.
    clearance = {"export_clearance": {"time_h": NEVER_H}}
    trace = run(
        {"t": train(capacity_teu=24)},
        {"m": every(1, 0.5)},
        nodes={"b": clearance | {"handling": {"units": 2, "lift_min": 60}}},
        lines={"out": {"run_h": 100}},
        clear_at="b",
        days=60,
    )
    there = np.isfinite(trace.containers.unloaded_h[0])
    whole_days = there.sum() // 24 * 24
    door_h = (trace.containers.unloaded_h[0] - trace.containers.booked_h)[:whole_days].reshape(-1, 24)
    waits_h = waits(trace, "b.handling")[:whole_days]
    assert waited(trace).mean() == 12.0
    assert (waits_h.mean(), waits_h.max()) == (5.5, 11.0)
    assert (door_h.mean(), door_h[0, 0], door_h[0, 23]) == (118.5, 124.5, 112.5)
    assert (door_h == door_h[0]).all()


def test_more_cargo_than_the_trains_take() -> None:
    # A2. 24 boxes a day for a year, 20 on each train: 7,300 leave in the year and 1,460 stay. Box k (from 0) is ready
    # at k + 0.5 and leaves at 24 · (⌊k / 20⌋ + 1): on average after 37.0 days, but 30.9167 over those who left already.
    trace = run({"t": train(capacity_teu=20)}, {"m": every(1, 0.5, 8760.0)}, days=440)
    closed_h = trace.closed_h(0)
    assert len(closed_h) == 8760
    assert (closed_h <= 8760).sum() == 7300
    assert waited(trace).mean() / 24 == pytest.approx(37.0)
    assert waited(trace)[:7300].mean() / 24 == pytest.approx(30.0 + 11 / 12)


def full_day() -> Trace:
    """A3. Boxes at 1, 2, … 24, train at 24."""
    return run({"t": train()}, {"m": boxes_at(*range(1, 25))}, days=3)


def test_a_box_at_each_hour_waits_eleven_and_a_half_on_average() -> None:
    assert waited(full_day()).tolist() == list(range(23, -1, -1))
    assert waited(full_day()).mean() == 11.5


def test_a_train_of_51_teu_takes_25_boxes_of_two() -> None:
    trains = departures(run({"t": train(capacity_teu=51)}, {"m": every(0.25, 0.25, **BIG)}), "t")  # A4
    assert set(trains.boxes) == {25}
    assert set(trains.load_teu) == {50}


def test_without_demand_counts_are_zero_and_means_unknown() -> None:
    values = measure_all(Seen(run({"t": train()})))  # A6
    assert set(values["carried_teu"].values()) == {0.0}
    assert all(np.isnan(mean) for mean in values["lead_time_days"].values())


def test_forty_boxes_at_three_servers_of_half_an_hour() -> None:
    # A7. Box i (from 0) waits ½ · ⌊i / 3⌋: the mean is ½ · (3 · (0 + … + 12) + 13) / 40 = 3.0875; 14 rounds in all.
    units = {"handling": {"units": 3, "lift_min": 30}, "export_clearance": {"time_h": NEVER_H}}
    cargo = {"m": boxes_at(*[1.0] * 40)}
    trace = run({"t": train(capacity_teu=40)}, cargo, nodes={"b": units}, clear_at="b", days=3)
    lifts = uses(trace, "b.handling")
    assert sum(begun - asked for asked, begun, _ in lifts) / 40 == 3.0875
    assert max(done for _, _, done in lifts) == 24 + 7


# --- trains


def test_the_wait_for_an_hourly_train_of_one_box() -> None:
    # E1'. Half an hour more than for one server of an hour, whose 4.5 h (Pollaczek & Khinchine) are the control.
    trace = run({"t": train(timetable={"every_h": 1.0}, capacity_teu=1)}, {"m": poisson(0.9)}, days=4 * YEAR)
    hours = waited(trace)
    ready_h = trace.containers.ready_h[0, : len(hours)]
    server = one_by_one(ready_h, np.ones(len(hours)))
    assert verdict(controlled(batches(hours[500:]), batches(server[500:]), 4.5), 5.0, 0.015) == "pass"


def test_the_wait_for_a_train_to_be_full() -> None:
    service = train(dispatch={"when_full": True}, capacity_teu=40)
    trace = run({"t": service}, {"m": poisson(1.0)}, days=20 * YEAR)
    assert verdict(batches(waited(trace)), 39 / 2, 0.015) == "pass"  # E3


def test_the_wait_for_a_train_that_is_full_or_two_days_after_its_first_box() -> None:
    service = train(dispatch={"full_or_after_h": 48.0}, capacity_teu=40)
    trace = run({"t": service}, {"m": poisson(1.0)}, days=20 * YEAR)
    load = trace.departures.boxes
    assert verdict(batches(waited(trace)), 19.379, 0.015) == "pass"  # E4
    assert verdict(batches(load), 39.724, 0.005) == "pass"
    assert verdict(batches(load == 40), 0.918587, 0.02) == "pass"


def j1(law: dict[str, Any]) -> Floats:
    """J1. Boxes under way, on average over time: rate times mean running time, for any law (Little 1961)."""
    trace = run({"t": train()}, {"m": poisson(1.0)}, lines={"out": {"run_h": law}}, days=40 * YEAR)
    left_h, came_h = trace.departed_h(0), trace.arrived_h(0)
    edges = np.linspace(4800, 40 * YEAR * 24 - 2400, BATCHES + 1)
    inside = [np.nansum(np.clip(came_h, low, high) - np.clip(left_h, low, high)) for low, high in _pairs(edges)]
    return np.array(inside) / np.diff(edges)


def _pairs(edges: Floats) -> list[tuple[float, float]]:
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


@pytest.mark.parametrize("law", [{"always": 240}, {"mean": 240, "cv": 0.5}, {"low": 120, "likely": 210, "high": 480}])
def test_the_boxes_under_way_depend_on_the_mean_running_time_alone(law: dict[str, Any]) -> None:
    assert verdict(j1(law), 240.0, 0.02) == "pass"


def test_a_year_that_starts_empty_delivers_a_lead_time_less() -> None:
    # L1. Lead time 15 days on average (half a day for the train, 14.5 on the way): 10,246 · 350 / 365.
    cargo = {"m": market(teu_per_year={"2001": 10246.0}, last_mile_h=348)}
    delivered = [
        (run({"t": train()}, cargo, days=YEAR, seed=seed).containers.delivered_h <= 8760).sum() for seed in range(50)
    ]
    assert verdict(np.array(delivered), 10246 * 350 / 365, 0.01) == "pass"


def test_a_market_offers_on_average_what_is_written() -> None:
    # S1. Twice as busy in the first half-year: 181 · 2 days of 181 · 2 + 184.
    cargo = {"m": market(teu_per_year={"2001": 10246.0}, month_index=[2.0] * 6 + [1.0] * 6, boxes_per_consignment=2.5)}
    booked = [run({"t": train()}, cargo, days=YEAR, seed=seed).containers.booked_h for seed in range(50)]
    assert verdict(np.array([len(hours) for hours in booked]), 10246.0, 0.01) == "pass"
    first_half = np.array([(hours < 181 * 24).sum() for hours in booked])
    assert verdict(first_half, 10246 * 362 / 546, 0.015) == "pass"


# --- queues: the trains of other lines are the customers of the gauge change, ours are a few of them or all


def queue(work: dict[str, Any], per_hour: float, years: int, **what: Any) -> Trace:
    """Trains of other lines at random, a gauge change of so many slots, and nobody else."""
    nodes = {"g": slots(work.pop("slots", 1), work.pop("base_h", 1.0), others=others(per_hour), **work)}
    return run({"t": single(*VIA)}, nodes=nodes, first_day=date(1900, 1, 1), days=YEAR * years, **what)


EXPONENTIAL = {"noise": {"exponential": 1}}


@pytest.mark.parametrize(
    ("n", "per_hour", "base_h", "exact"),
    [(1, 0.8, 1.0, 4.0), (2, 1.6, 1.0, 16 / 9), (3, 10246 / 8760, 2.0, 1.860258)],
)
def test_the_wait_for_one_two_and_three_slots(n: int, per_hour: float, base_h: float, exact: float) -> None:
    trace = queue({"slots": n, "base_h": base_h} | EXPONENTIAL, per_hour, years=280)  # B1
    assert verdict(batches(waits(trace, GAUGE)[1000:]), exact, 0.05) == "pass"


def test_our_trains_wait_like_everybody_else_whatever_their_running_time() -> None:
    # B1. One in forty is ours, comes by a line with a running time that varies, and sees the queue that is there.
    trace = run(
        {"t": single(*VIA)},
        {"m": poisson(0.02)},
        nodes={"g": slots(1, 1, others=others(0.78), **EXPONENTIAL)},
        lines={"in": {"run_h": {"mean": 100, "cv": 0.7}}},
        days=90 * YEAR,
    )
    ours = np.array([begun - asked for asked, begun, _ in visits(trace, Stage.GAUGE_CHANGE, "g")])
    assert len(ours) > 15_000
    assert verdict(batches(ours), 4.0, 0.08) == "pass"


def c1(noise: dict[str, Any]) -> Floats:
    return batches(waits(queue({"noise": noise}, 0.5, years=300), GAUGE)[1000:])


@pytest.mark.parametrize(
    ("noise", "exact"), [({"always": 1}, 0.5), ({"exponential": 1}, 1.0), ({"mean": 1, "cv": 1.5}, 1.625)]
)
def test_the_wait_grows_with_the_spread_of_the_work(noise: dict[str, Any], exact: float) -> None:
    # C1. Pollaczek & Khinchine: λ · E S² / (2 · (1 − ρ)) = 0.5 · (1 + cv²) / (2 · 0.5).
    assert verdict(c1(noise), exact, 0.05) == "pass"


def test_boxes_that_come_in_convoys_wait_for_each_other() -> None:
    # C2. Forty boxes at once, 0.02 times an hour, an hour each: convoys wait 0.02 · 40² / (2 · 0.2) = 80 h, a box
    # another 19.5 h within its own. (Boxes one by one at the same rate would wait 2 h.)
    cargo = {"m": poisson(0.8, boxes_per_consignment=40)}
    nodes = {"a": {"handling": {"units": 1, "lift_min": 60}}}
    never = train(timetable={"every_h": 1_000_000.0})
    hours = [
        waits(run({"t": never}, cargo, nodes=nodes, days=100 * YEAR, seed=seed), "a.handling") for seed in range(4)
    ]
    assert verdict(batches(np.concatenate(hours)), 99.5, 0.10) == "pass"


def test_an_urgent_train_waits_less_and_the_others_wait_more() -> None:
    # C3 (Cobham 1954). Ours are urgent. The control is the wait first come first served of the same trains: 4 h.
    change = slots(1, 1, order="priority", others=others(0.5), **EXPONENTIAL)
    trace = run({"t": single(*VIA, priority=1)}, {"m": poisson(0.3)}, nodes={"g": change}, days=6 * YEAR)
    rows = np.array(uses(trace, GAUGE))[500:]
    asked_h, begun_h, done_h = rows.T
    ours = np.isin(asked_h, [asked for asked, _, _ in visits(trace, Stage.GAUGE_CHANGE, "g")])
    plain = one_by_one(asked_h, done_h - begun_h)
    part = (np.arange(len(rows)) * BATCHES) // len(rows)

    def means(hours: Floats, who: Floats) -> Floats:
        return np.bincount(part[who], hours[who]) / np.bincount(part[who])

    control = means(plain, np.full(len(rows), fill_value=True))
    for who, exact, within in ((ours, 8 / 7, 0.10), (~ours, 40 / 7, 0.04)):
        assert verdict(controlled(means(begun_h - asked_h, who), control, 4.0), exact, within) == "pass"


def test_full_trains_whose_boxes_are_lifted_one_by_one() -> None:
    # I2. Twenty boxes every 24 h, exponential lifts of an hour.
    units = {"handling": {"units": 1, "lift_min": {"exponential": 60}}, "export_clearance": {"time_h": NEVER_H}}
    cargo = {"m": every(24, 1, boxes_per_consignment=20)}
    trace = run({"t": train(capacity_teu=20)}, cargo, nodes={"b": units}, clear_at="b", days=12 * YEAR)
    assert verdict(batches(waits(trace, "b.handling")[400:]), 10.4112, 0.05) == "pass"


def h4() -> Floats:
    """H4. Shut for the last 8 hours of every 24, and no other delay: 8² / (2 · 24) = 1.3333."""
    disruptions = {"d": {"name": "d", "at": ["g"], "outage": {"up_h": 16, "down_h": 8}}}
    return batches(waits(queue({"base_h": 0.0}, 10.0, years=5, disruptions=disruptions), GAUGE))


def test_the_wait_at_a_border_that_is_shut_for_eight_hours_a_day() -> None:
    assert verdict(h4(), 4 / 3, 0.02) == "pass"


def test_the_time_at_a_border_that_breaks_down() -> None:
    # H1. Exponential outages of 48 h after 720 h, work is resumed. The control is the sum of the squares of the
    # outages: 2 · 48² every 768 h. (A border that is slower by as much, instead, would take 2.286 h.)
    outage = {"up_h": {"exponential": 720}, "down_h": {"exponential": 48}}
    disruptions = {"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": "resume"}}
    nodes = {"g": slots(1, 1, others=others(0.5), **EXPONENTIAL)}
    plan = scenario({"t": single(*VIA)}, nodes=nodes, disruptions=disruptions, days=250 * YEAR)
    corridor = build(plan, 0)
    corridor.open()
    corridor.run(corridor.horizon_h)
    table, shut = corridor.trace().uses[GAUGE], corridor.availability["g"]
    edges = np.linspace(1000, corridor.horizon_h, BATCHES + 1)
    hours, _ = np.histogram(table.asked_h, edges, weights=table.done_h - table.asked_h)
    number, _ = np.histogram(table.asked_h, edges)
    squares, _ = np.histogram(shut.shut, edges, weights=(np.array(shut.opened) - shut.shut) ** 2)
    control = squares / np.diff(edges)
    assert verdict(controlled(hours / number, control, 2 * 48**2 / 768), 8.714286, 0.10) == "pass"


def test_two_borders_one_after_the_other() -> None:
    # K1 (Burke 1956). One slot of 1 h, then two of 2 h, 0.8 trains an hour: 5 + 5.5556. The control is the first: 5.
    nodes = {"g": slots(1, 1, **EXPONENTIAL), "h": slots(2, 2, **EXPONENTIAL)}
    trace = run({"t": single("a", "in", "g", "on", "h", "out", "b")}, {"m": poisson(0.8)}, nodes=nodes, days=8 * YEAR)
    first, second = (
        batches(np.array([done - asked for asked, _, done in visits(trace, Stage.GAUGE_CHANGE, border)])[500:52_000])
        for border in "gh"
    )
    assert verdict(controlled(first + second, first, 5.0), 5 + 50 / 9, 0.10) == "pass"


# --- tests of the tests: a bug is planted, the row turns red


def outside(values: Floats, exact: float, within: float) -> bool:
    return verdict(values, exact, within).startswith("outside")


def test_a_box_shut_out_at_the_instant_of_its_readiness_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Queue.board
    monkeypatch.setattr(Queue, "board", lambda queue, closing_h, room: board(queue, np.nextafter(closing_h, 0), room))
    assert waited(full_day()).mean() != 11.5


def test_a_lognormal_mean_and_cv_taken_for_mu_and_sigma_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LognormalByMean, "_parameters", lambda law: (np.exp(law.mean_), law.cv))
    hours = c1({"mean": 1, "cv": 1.5})  # 8.4 h of work every 2 h: the queue grows to the end
    assert verdict(hours, 1.625, 0.05) != "pass"
    assert hours.min() > 100


def test_a_lognormal_mean_taken_for_the_median_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LognormalByMean, "_parameters", lambda law: (law.mean_, law.cv))
    assert outside(j1({"mean": 240, "cv": 0.5}), 240.0, 0.02)  # 240 · exp(0.5² / 2) = 272


def test_closures_that_are_ignored_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Availability, "next_open", lambda _, at_h: at_h)
    assert outside(h4(), 4 / 3, 0.02)
