"""Each rule between nouns finds what it is there for, and nothing in a scenario that is right.

That each rule is in `CHECKS`, and says what it should, the files in tests/wrong show; here is what the rules let pass.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.checks import CHECKS, check, sizes
from sim.checks.days import departures_between
from sim.checks.names import nearest, suggestion
from sim.corridor.dispatch import Timetable
from sim.errors import ScenarioError
from sim.files import load
from sim.scenario import Scenario

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"


def after(*settings: str) -> Scenario:
    return load(SMALL, overrides=settings)


def found(*settings: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        after(*settings)
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def test_nothing_is_wrong_with_the_small_scenario() -> None:
    assert check(load(SMALL)) == []


def test_a_rule_finds_nothing_that_another_one_reports() -> None:
    """A route to nowhere is one problem, not one for each rule that meets it."""
    for rule in CHECKS:
        assert rule(load(SMALL)) == []
    assert found("services.west_out.route=[changchun, east, rotterdam]") == [
        "services.west_out.route: there is no node 'rotterdam'."
    ]


def test_unused_services_and_channels_are_no_problem() -> None:
    idle = "{name: x, mode: train, direction: outbound, route: [changchun, east, berlin]}"
    after(
        f"services.idle={idle}",
        "services.idle.timetable={every_h: 9}",
        "services.idle.capacity_teu=1",
        "services.idle.last_day=2018-01-01",
        "channels.idle={name: x, outbound: {europe: {services: [idle]}}}",
        "markets.exports.channels.idle=0",
    )


def test_a_service_that_ends_where_the_next_begins_links_up() -> None:
    feeder = "{name: x, mode: vessel, direction: outbound, route: [berlin, sea, hamburg], capacity_teu: 40}"
    after(
        "nodes.hamburg={type: terminal, name: x}",
        "lines.sea={name: x, km: 300, run_h: 20}",
        f"services.feeder={feeder}",
        "services.feeder.timetable={every_h: 24}",
        "channels.rail.outbound.europe.services=[west_out, feeder]",
    )


def test_a_chain_may_be_cleared_nowhere() -> None:
    after("channels.rail.outbound.europe.clear_at=null")


def test_disruptions_at_different_places_may_differ() -> None:
    other = "{name: x, at: [west], closed: {a: {first_day: 2020-02-01, last_day: 2020-02-02}}, when_closed: resume}"
    after(f"disruptions.other={other}")


def test_a_place_may_be_shut_on_all_days_but_one() -> None:
    days = "{a: {first_day: 2019-01-01, last_day: 2020-06-29}, b: {first_day: 2020-07-01, last_day: 2021-12-31}}"
    after(f"disruptions.works.closed={days}")
    assert found(f"disruptions.works.closed={days.replace('06-29', '06-30')}") == [
        "disruptions.works.closed: 'brest' is shut on every day of the measured period."
    ]


def test_closures_of_several_disruptions_count_together() -> None:
    first = "{a: {first_day: 2020-01-01, last_day: 2020-06-30}}"
    second = "{name: x, at: [brest], closed: {b: {first_day: 2020-07-01, last_day: 2020-12-31}}}"
    assert len(found(f"disruptions.works.closed={first}", f"disruptions.more={second}")) == 1


def test_a_service_may_change_on_its_first_and_on_its_last_day() -> None:
    after(
        "services.west_out.first_day=2020-01-01",
        "services.west_out.last_day=2020-11-01",
        'services.west_out.changes={"2020-01-01": {capacity_teu: 90}, "2020-11-01": {capacity_teu: 80}}',
    )


def test_a_service_that_runs_only_after_a_change_runs() -> None:
    silent = "services.west_out.timetable={every_h: 100000}"
    assert found(silent) == ["services.west_out: no train leaves in the measured period."]
    after(silent, 'services.west_out.changes={"2020-12-30": {timetable: {every_h: 12}}}')


def test_a_service_on_demand_runs_in_its_season() -> None:
    on_demand = ("services.west_out.timetable=null", "services.west_out.dispatch={full_or_after_h: 48}")
    after(*on_demand)
    assert found(*on_demand, "services.west_out.last_day=2019-12-31") == [
        "services.west_out: no train leaves in the measured period."
    ]


def test_boxes_of_20_ft_fit_on_the_smallest_train() -> None:
    after("services.west_out.capacity_teu=1", "services.west_out.minimum_teu=0", "markets.exports.share_40ft=0")


def test_a_train_too_small_from_a_day_on_is_found_at_that_day() -> None:
    (said,) = found('services.west_out.changes={"2020-07-01": {capacity_teu: 1, minimum_teu: 0}}')
    assert said.startswith("services.west_out.changes.2020-07-01.capacity_teu: is 1 TEU: boxes of 40 ft from 'exports'")


def test_a_train_by_timetable_may_be_larger_than_the_yard() -> None:
    after("services.west_out.capacity_teu=600")
    assert found("services.west_out.capacity_teu=600", "services.west_out.minimum_teu=500") == [
        "services.west_out: waits for 500 TEU, and the yard of 'changchun' holds 400."
    ]


def test_as_many_boxes_and_departures_as_a_computer_takes() -> None:
    """A fixed box an hour from hour 0: as many boxes as the run has hours; departures likewise."""

    assert (sizes.MOST_BOXES, sizes.MOST_DEPARTURES) == (20_000_000, 5_000_000)
    scenario = after("markets.exports.teu_per_year=null", "markets.exports.arrivals={every_h: 1, first_h: 0}")
    hours = round(scenario.period.window[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes, "MOST_DEPARTURES", 10**9)
        for most, problems in ((hours, 0), (hours - 1, 1)):
            patch.setattr(sizes, "MOST_BOXES", most)
            assert len(sizes.runs_fit_a_computer(scenario)) == problems


def test_fitted_parameters_may_be_defaults_laws_and_days() -> None:
    paths = "[services.east_in.minimum_teu, lines.middle.speed_km_per_day.likely, period.first_day, lines.east.km]"
    after(f"fitted.a={{parameters: {paths}, measure: carried_teu, channel: rail, how: by hand}}")


@pytest.mark.parametrize("path", ["services.east_in.first_day", "lines.east.km.x", "seeds", "services.east_in.route.9"])
def test_fitted_parameters_must_be_there(path: str) -> None:
    fitted = f"fitted.a={{parameters: [{path}], measure: carried_teu, channel: rail, how: by hand}}"
    assert found(fitted) == [f"fitted.a.parameters: the scenario has no '{path}'."]


def test_names_that_are_alike_are_suggested_and_long_lists_are_cut() -> None:
    assert nearest("check_hours", ["checks_h", "gauge_change"]) == "checks_h"
    assert nearest("rotterdam", ["berlin", "brest"]) == ""
    assert suggestion("manzoli", ["manzhouli", "brest"], "Nodes") == "Did you mean 'manzhouli'?"
    assert suggestion("x", ["b", "a"], "Nodes") == "Nodes: a, b."
    assert suggestion("x", [], "Nodes") == "Nodes: none."
    assert suggestion("??", [f"n{k}" for k in range(30)], "Nodes").endswith(" … (30 in all).")


DAYS = st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True)
WEEKLY = st.fixed_dictionaries({"weekdays": DAYS, "at": st.sampled_from(["00:00", "06:00", "23:45"])})
EVERY = st.fixed_dictionaries({"every_h": st.integers(1, 400), "first_h": st.integers(0, 1000) | st.none()})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    form=WEEKLY | EVERY,
    factor=st.sampled_from([1.0, 0.5, 1.25, 2.0]),
    start=st.dates(date(2018, 1, 1), date(2020, 1, 1)),
    low_h=st.integers(0, 2000),
    length_h=st.integers(0, 2000),
)  # fmt: skip
def test_departures_are_counted_as_the_timetable_lists_them(
    form: dict[str, object], factor: float, start: date, low_h: int, length_h: int
) -> None:
    timetable = Timetable.model_validate({**form, "frequency_factor": factor})
    begin = datetime(start.year, start.month, start.day)
    listed = timetable.departures_h(begin, float(low_h + length_h))
    expected = int(((listed >= low_h) & (listed < low_h + length_h)).sum())
    assert departures_between(timetable, begin, low_h, low_h + length_h) == expected
