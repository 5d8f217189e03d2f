"""Load against capacity, by hand, for the small scenario of tests/wrong.

2020 has 8,784 h, 52 Tuesdays and 52 Saturdays; the run starts 60 days before. Westbound: 104 trains of 100 TEU for
6,000 TEU. Eastbound: every 84 h, k = 18 … 121, 104 trains of 82 TEU for 90 % of 4,000 TEU. All boxes are 2 TEU.
"""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import pytest

from sim.checks import Load, loads
from sim.files import load

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"
YEAR_H = 8784.0
Z95 = 1.6448536269514722


def after(*settings: str) -> dict[str, Load]:
    return {one.resource: one for one in loads(load(SMALL, overrides=settings))}


def test_every_service_and_every_shared_resource_is_there_once() -> None:
    assert list(after()) == [
        "east_in",
        "west_out",
        "berlin.yard",
        "brest.gauge_change",
        "changchun.yard",
        "changchun.handling",
        "manzhouli.gauge_change.inbound",
        "east.track",
    ]


def test_services() -> None:
    west, east = after()["west_out"], after()["east_in"]
    assert (west.offered, west.capacity, west.unit, west.kind, west.place) == (
        6000,
        10400,
        "TEU",
        "service",
        "changchun",
    )
    assert west.share == pytest.approx(6000 / 10400)
    assert (east.offered, east.capacity) == (pytest.approx(3600), 104 * 82)
    assert west.grows_per_day == east.grows_per_day == 0
    assert west.name.of("zh") == "去程"


def test_what_does_not_fit_grows_day_by_day() -> None:
    west = after("services.west_out.capacity_teu=50")["west_out"]
    assert west.share == pytest.approx(6000 / 5200)
    assert west.grows_per_day == pytest.approx(800 / 366)


def test_cancelled_departures_carry_nothing() -> None:
    assert after("services.west_out.cancelled_share=0.25")["west_out"].capacity == pytest.approx(7800)


def test_a_change_counts_from_its_day_on() -> None:
    """From 1 July on, 26 Tuesdays (the last on 29 December) and 26 Saturdays (the last on 26 December)."""
    west = after('services.west_out.changes={"2020-07-01": {capacity_teu: 60}}')["west_out"]
    assert west.capacity == 52 * 100 + 52 * 60


def test_a_season_ends_with_its_last_day() -> None:
    """Tuesday 7 January is in, Saturday 11 January is out: 4 and 7 January."""
    assert after("services.west_out.last_day=2020-01-07")["west_out"].capacity == 200


def test_trains_on_demand_have_no_limit() -> None:
    settings = ("services.west_out.timetable=null", "services.west_out.dispatch={when_full: true}")
    west = after(*settings)["west_out"]
    assert (west.capacity, west.share, west.grows_per_day) == (None, None, 0)


def test_handling_lifts_every_box_twice_at_each_terminal() -> None:
    """(3,000 + 1,800) boxes × 2 lifts × PERT mean (4 + 4·5 + 8) / 6 minutes."""
    handling = after()["changchun.handling"]
    assert handling.offered == pytest.approx(4800 * 2 * (32 / 6) / 60)
    assert (handling.capacity, handling.unit) == (2 * YEAR_H, "h")


def test_boxes_of_others_are_lifted_twice_too() -> None:
    others = "nodes.changchun.others={teu_per_year: 8760, teu_per_box: 1.5, stay_h: 48}"
    more = after(others)["changchun.handling"].offered - after()["changchun.handling"].offered
    assert more == pytest.approx(YEAR_H / 1.5 * 2 * (32 / 6) / 60)


def test_gauge_change_of_one_direction_works_on_its_trains_alone() -> None:
    """104 × 1.5 h + 1,800 boxes × 0.08 h."""
    change = after()["manzhouli.gauge_change.inbound"]
    assert change.offered == pytest.approx(156 + 144)
    assert change.capacity == YEAR_H


def test_noise_scales_the_work() -> None:
    change = after("nodes.manzhouli.inbound.gauge_change.noise=1.5")["manzhouli.gauge_change.inbound"]
    assert change.offered == pytest.approx(450)


def test_boxes_left_behind_are_not_worked_on() -> None:
    """104 trains of 20 TEU take 1,040 of 1,800 boxes over the border."""
    change = after("services.east_in.capacity_teu=20")["manzhouli.gauge_change.inbound"]
    assert change.offered == pytest.approx(156 + 0.08 * 1040)


def test_a_shared_gauge_change_works_on_all_trains_when_it_is_open() -> None:
    """Shut for 5 days, and then down for a lognormal 12 h (median, p95 48 h) after each 720 h."""
    change = after()["brest.gauge_change"]
    down_h = 12 * exp((log(48 / 12) / Z95) ** 2 / 2)
    assert change.offered == pytest.approx(208 * 2 + 3000 * YEAR_H / 8760 * 2)
    assert change.capacity == pytest.approx(2 * (YEAR_H - 120) * 720 / (720 + down_h))


def test_overlapping_closures_count_once_and_only_in_the_period() -> None:
    days = "{a: {first_day: 2019-12-01, last_day: 2020-01-10}, b: {first_day: 2020-01-06, last_day: 2020-01-20}}"
    change = after(f"disruptions.works.closed={days}", "disruptions.works.outage=null")["brest.gauge_change"]
    assert change.capacity == 2 * (YEAR_H - 20 * 24)


def test_a_gauge_change_that_cannot_cope_falls_behind() -> None:
    change = after("nodes.manzhouli.inbound.gauge_change.base_h=100")["manzhouli.gauge_change.inbound"]
    assert change.grows_per_day == pytest.approx((104 * 100 + 144 - YEAR_H) / 366)


def test_trains_on_demand_come_as_cargo_fills_them_or_as_long_as_a_box_waits() -> None:
    """3,600 TEU fill 43.9 trains of 82 TEU; full or after 48 h, a train leaves every 48 h."""
    on_demand = "services.east_in.timetable=null"
    full = after(on_demand, "services.east_in.dispatch={when_full: true}")["manzhouli.gauge_change.inbound"]
    assert full.offered == pytest.approx(3600 / 82 * 1.5 + 144)
    after_48 = after(on_demand, "services.east_in.dispatch={full_or_after_h: 48}")["manzhouli.gauge_change.inbound"]
    assert after_48.offered == pytest.approx(YEAR_H / 48 * 1.5 + 144)


def test_trains_on_demand_without_cargo_do_not_run() -> None:
    settings = ("services.east_in.timetable=null", "services.east_in.dispatch={full_or_after_h: 48}")
    found = after(*settings, "markets.imports.channels.rail=0")
    assert found["manzhouli.gauge_change.inbound"].offered == 0
    assert found["east.track"].offered == 104 * 36


def test_a_line_with_few_places_holds_each_train_while_it_runs() -> None:
    track = after()["east.track"]
    assert (track.offered, track.capacity) == (208 * 36, 4 * YEAR_H)


def test_a_yard_holds_boxes_while_they_are_cleared_and_wait() -> None:
    """Little's law. Out: 3 h and half a headway. In: lognormal 20 h (median, p95 60 h), and 12 h for one in twenty."""
    yard = after()["changchun.yard"]
    out_h = 3 + YEAR_H / 104 / 2
    in_h = 20 * exp((log(60 / 20) / Z95) ** 2 / 2) + 0.05 * 12
    assert yard.offered == pytest.approx((6000 * out_h + 3600 * in_h) / YEAR_H)
    assert (yard.capacity, yard.grows_per_day) == (400, 0)
    assert after()["berlin.yard"].offered == pytest.approx(3600 / 104 / 2)
    assert after()["berlin.yard"].share is None


def test_boxes_are_cleared_only_where_their_chain_says() -> None:
    yard = after("channels.rail.outbound.europe.clear_at=null", "channels.rail.inbound.europe.clear_at=null")
    assert yard["changchun.yard"].offered == pytest.approx(6000 / 104 / 2)


def test_a_yard_holds_the_boxes_of_others() -> None:
    others = "nodes.changchun.others={teu_per_year: 8760, stay_h: 48}"
    assert after(others)["changchun.yard"].offered - after()["changchun.yard"].offered == pytest.approx(48)


def test_boxes_that_change_trains_pass_through_two_yards() -> None:
    feeder = "{name: x, mode: vessel, direction: outbound, route: [berlin, sea, hamburg], capacity_teu: 40}"
    settings = (
        "nodes.hamburg={type: terminal, name: x, handling: {units: 1, lift_min: 6}}",
        "lines.sea={name: x, km: 300, run_h: 20}",
        f"services.feeder={feeder}",
        "services.feeder.timetable={every_h: 24}",
        "channels.rail.outbound.europe.services=[west_out, feeder]",
    )
    found = after(*settings)
    assert found["feeder"].offered == 6000
    assert found["hamburg.handling"].offered == pytest.approx(3000 * 2 * 0.1)
    assert found["berlin.yard"].offered - after()["berlin.yard"].offered == pytest.approx(6000 / YEAR_H * 12)
    assert found["hamburg.yard"].offered == 0


def test_fixed_arrivals_are_counted_one_by_one() -> None:
    """Every 100 h from hour 1,440 on (the period begins there) to hour 1,940, that hour included: 6 of 4 TEU."""
    market = "markets.exports.teu_per_year=null"
    fixed = "markets.exports.arrivals={every_h: 100, first_h: 1440, last_h: 1940}"
    assert after(market, fixed, "markets.exports.boxes_per_consignment=2")["west_out"].offered == 24


def test_a_market_open_for_part_of_the_year_offers_part_of_its_cargo() -> None:
    assert after("markets.exports.first_day=2020-07-01")["west_out"].offered == pytest.approx(6000 * 184 / 366)


def test_a_service_without_capacity_is_overloaded_without_end() -> None:
    one = Load("x", after()["west_out"].name, "x", "service", "TEU", 5.0, 0.0)
    assert one.share == float("inf")
    assert Load("x", one.name, "x", "service", "TEU", 0.0, 0.0).share == 0
