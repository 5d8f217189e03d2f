"""Random corridors: whatever a planner writes, the rules of the model hold, and luck belongs to names."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.kpis import Seen, measure_all
from sim.scenario import Scenario
from sim.simulate import build, finish, resume, same, save, simulate

LAWS = st.one_of(
    st.floats(0, 30).map(lambda x: {"always": x}),
    st.tuples(st.floats(0, 10), st.floats(0, 10), st.floats(0, 30)).map(
        lambda t: dict(zip(("low", "likely", "high"), sorted(t), strict=True))
    ),
    st.floats(0.1, 20).map(lambda x: {"exponential": x}),
    st.tuples(st.floats(0.1, 20), st.floats(0, 1)).map(lambda t: {"mean": t[0], "cv": t[1]}),
    st.lists(st.floats(0, 20), min_size=1, max_size=4).map(lambda x: {"replay": x}),
)


def rules() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.floats(5, 80).map(lambda h: {"timetable": {"every_h": h}}),
        st.lists(st.sampled_from(["mon", "wed", "sat"]), min_size=1, unique=True).map(
            lambda days: {"timetable": {"weekdays": days, "at": "18:00"}}
        ),
        st.just({"dispatch": {"when_full": True}}),
        st.floats(4, 60).map(lambda h: {"dispatch": {"full_or_after_h": h}}),
    )


@st.composite
def terminals(draw: st.DrawFn) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "terminal", "name": "t"}
    if draw(st.booleans()):
        node["handling"] = {"units": draw(st.integers(1, 3)), "lift_min": draw(LAWS)}
        if draw(st.booleans()):
            node["others"] = {"teu_per_year": draw(st.floats(0, 4000)), "stay_h": draw(LAWS)}
    if draw(st.booleans()):
        node |= {"yard_teu": draw(st.integers(1, 60)), "yard_when_full": "turn_away"}
        if draw(st.booleans()):
            node["others"] = {"teu_per_year": draw(st.floats(0, 4000)), "stay_h": draw(LAWS)}
    if draw(st.booleans()):
        node["export_clearance"] = {"time_h": draw(LAWS), "inspection_share": 0.3, "inspection_h": draw(LAWS)}
        node["import_clearance"] = {"time_h": draw(LAWS)}
    return node


@st.composite
def gauge_changes(draw: st.DrawFn) -> dict[str, Any]:
    change: dict[str, Any] = {
        "slots": draw(st.integers(1, 3)),
        "base_h": draw(st.floats(0, 10)),
        "per_container_h": draw(st.floats(0, 0.2)),
        "noise": {"mean": 1.0, "cv": draw(st.floats(0, 0.5))},
        "order": draw(st.sampled_from(["first_come", "priority"])),
    }
    if draw(st.booleans()):
        change["others"] = {"trains_per_year": draw(st.floats(0, 1500)), "containers_per_train": draw(LAWS)}
    return change


@st.composite
def borders(draw: st.DrawFn) -> dict[str, Any]:
    border: dict[str, Any] = {"type": "border", "name": "b", "outbound": {"checks_h": draw(LAWS)}}
    if draw(st.booleans()):
        return border | {"gauge_change": draw(gauge_changes())}
    return border | {"inbound": {"gauge_change": draw(gauge_changes())}}


@st.composite
def services(draw: st.DrawFn, route: list[str], direction: str, mode: str = "train") -> dict[str, Any]:
    return {
        "name": "s",
        "mode": mode,
        "direction": direction,
        "route": route,
        "capacity_teu": draw(st.integers(2, 60)),
        "minimum_teu": draw(st.integers(0, 10)),
        "cut_off_h": draw(st.sampled_from([0.0, 12.0])),
        "cancelled_share": draw(st.sampled_from([0.0, 0.3])),
        "jitter_h": draw(st.sampled_from([0.0, 3.0])),
        "make_up_h": draw(LAWS),
        "placing_h": draw(LAWS),
        **draw(rules()),
    }


@st.composite
def corridors(draw: st.DrawFn) -> dict[str, Any]:
    market = {"name": "m", "cargo": "local", "boxes_per_consignment": {"low": 1, "likely": 2, "high": 6}}
    market |= {"share_40ft": draw(st.floats(0, 1)), "year_cv": draw(st.sampled_from([0.0, 0.2]))}
    market |= {"first_mile_h": draw(LAWS), "last_mile_h": draw(LAWS)}
    out = market | {"direction": "outbound", "region": "far", "channels": {"c": draw(st.floats(0.3, 1))}}
    sides = {"teu_per_year": {"2020": draw(st.floats(0, 3000))}}
    tracks = {"trains_at_once": 1} if draw(st.booleans()) else {}
    return {
        "name": "random",
        "period": {"first_day": date(2020, 1, 21), "last_day": date(2020, 3, 1), "warm_up_days": 20},
        "seed": draw(st.integers(0, 2**32)),
        "nodes": {"a": draw(terminals()), "b": draw(borders()), "p": draw(terminals()), "z": draw(terminals())},
        "lines": {
            "ab": {"name": "ab", "km": 100.0, "run_h": draw(LAWS), **tracks},
            "bp": {"name": "bp", "km": 100.0, "speed_km_per_day": {"low": 200, "likely": 300, "high": 900}},
            "sea": {"name": "sea", "km": 900.0, "run_h": draw(LAWS)},
        },
        "services": {
            "go": draw(services(["a", "ab", "b", "bp", "p"], "outbound")),
            "come": draw(services(["p", "bp", "b", "ab", "a"], "inbound")),
            "ship": draw(services(["p", "sea", "z"], "outbound", "vessel")),
        },
        "channels": {
            "c": {
                "name": "c",
                "outbound": {"far": {"services": ["go", "ship"], "clear_at": "p"}},
                "inbound": {"near": {"services": ["come"], "clear_at": "a"}},
            }
        },
        "markets": {
            "out": out | sides,
            "in": market | {"direction": "inbound", "region": "near", "channels": {"c": 1.0}, "cargo": "hub"} | sides,
        },
        "disruptions": {
            "d": {
                "name": "d",
                "at": draw(st.sampled_from([["b"], ["a", "ab"]])),
                "outage": {"up_h": {"exponential": 100}, "down_h": {"exponential": 20}},
                "when_closed": draw(st.sampled_from(["finish", "resume"])),
            }
        },
    }


many = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@many
@given(corridors())
def test_the_rules_of_the_model_hold_in_any_corridor(written: dict[str, Any]) -> None:
    trace = simulate(Scenario.model_validate(written), 0)  # raises ModelError if one does not
    values = measure_all(Seen(trace))
    carried = values["carried_teu"]
    parts = sum(v for key, v in carried.items() if key.channel == "c" and "all" not in key[1:3])
    assert parts == next(v for key, v in carried.items() if key[:3] == ("all", "all", "all"))
    stages = {k: v for k, v in values["stage_days"].items() if k.channel == "all" and k.direction == "all"}
    lead_time = next(v for key, v in values["lead_time_days"].items() if key[:3] == ("all", "all", "all"))
    assert np.isnan(lead_time) or sum(stages.values()) == pytest.approx(lead_time, abs=1e-9)


@many
@given(corridors(), st.floats(1, 60 * 24 - 1))
def test_a_run_that_is_stopped_saved_and_continued_is_the_unbroken_run(written: dict[str, Any], stop_h: float) -> None:
    scenario = Scenario.model_validate(written)
    corridor = build(scenario, 3)
    corridor.open()
    corridor.run(stop_h)
    continued = resume(scenario, save(corridor))
    continued.run(continued.horizon_h)
    assert same(finish(continued), simulate(scenario, 3))


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(corridors())
def test_an_unconnected_channel_changes_nothing_at_all(written: dict[str, Any]) -> None:
    other = {"x": {"type": "terminal", "name": "x"}, "y": {"type": "terminal", "name": "y"}}
    stranger = {
        **written,
        "nodes": written["nodes"] | other,
        "lines": written["lines"] | {"aa_xy": {"name": "xy", "km": 5.0, "run_h": 3}},
        "services": written["services"]
        | {
            "aa": {
                "name": "aa",
                "mode": "train",
                "direction": "outbound",
                "route": ["x", "aa_xy", "y"],
                "capacity_teu": 30,
                "timetable": {"every_h": 7.0},
            }
        },
        "channels": written["channels"] | {"aa": {"name": "aa", "outbound": {"xy": {"services": ["aa"]}}}},
        "markets": written["markets"]
        | {
            "aa": {
                "name": "aa",
                "direction": "outbound",
                "cargo": "local",
                "region": "xy",
                "channels": {"aa": 1.0},
                "teu_per_year": {"2020": 500.0},
            }
        },
    }
    alone, together = (measure_all(Seen(simulate(Scenario.model_validate(world), 1))) for world in (written, stranger))
    for measure, values in alone.items():
        for key, value in values.items():
            if key.channel == "c":
                np.testing.assert_array_equal(together[measure][key], value, f"{measure} {key}")


def test_the_order_in_which_things_are_written_does_not_matter() -> None:
    written = _plain()
    turned = {
        key: dict(reversed(value.items())) if isinstance(value, dict) else value for key, value in written.items()
    }
    assert same(simulate(Scenario.model_validate(written), 0), simulate(Scenario.model_validate(turned), 0))


def _plain() -> dict[str, Any]:
    market = {"name": "m", "cargo": "local", "share_40ft": 0.5, "channels": {"c": 1.0}}
    service = {"name": "s", "mode": "train", "capacity_teu": 30, "timetable": {"every_h": 48.0}}
    return {
        "name": "plain",
        "period": {"first_day": date(2020, 1, 21), "last_day": date(2020, 3, 1), "warm_up_days": 20},
        "nodes": {
            "a": {"type": "terminal", "name": "a", "handling": {"units": 1, "lift_min": {"exponential": 5}}},
            "z": {"type": "terminal", "name": "z"},
        },
        "lines": {"az": {"name": "az", "km": 10.0, "run_h": {"exponential": 9}}},
        "services": {
            "go": service | {"direction": "outbound", "route": ["a", "az", "z"]},
            "come": service | {"direction": "inbound", "route": ["z", "az", "a"]},
        },
        "channels": {
            "c": {"name": "c", "outbound": {"z": {"services": ["go"]}}, "inbound": {"z": {"services": ["come"]}}}
        },
        "markets": {
            "out": market | {"direction": "outbound", "region": "z", "teu_per_year": {"2020": 4000.0}},
            "in": market | {"direction": "inbound", "region": "z", "teu_per_year": {"2020": 3000.0}},
        },
    }


def test_no_demand_gives_zeros_and_unknown_means() -> None:
    written = _plain()
    for market in written["markets"].values():
        market["teu_per_year"] = {"2020": 0.0}
    values = measure_all(Seen(simulate(Scenario.model_validate(written), 0)))
    assert set(values["carried_teu"].values()) == {0.0}
    assert all(np.isnan(v) for v in values["lead_time_days"].values())


def test_a_thousand_times_the_demand_ends_within_capacity_and_says_what_waits() -> None:
    written = _plain()
    for market in written["markets"].values():
        market["teu_per_year"] = {"2020": 4_000_000.0}
    trace = simulate(Scenario.model_validate(written), 0)
    values = measure_all(Seen(trace))
    assert trace.departures.load_teu.max() <= 30
    assert max(values["backlog_teu"].values()) > 100_000
