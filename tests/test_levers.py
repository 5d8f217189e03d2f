"""Levers: each changes exactly what it says, as if a planner had written it, and nothing in what it was given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import border, boxes_at, single, slots, visits
from builders import scenario as corridor
from pydantic import ValidationError

from sim.corridor.money import ExchangeSpec, OutlaySpec
from sim.errors import ScenarioError
from sim.experiment.draws import inputs_of
from sim.experiment.priced import without_price
from sim.files import change, dump, load
from sim.levers import BY_ID, LEVERS, LeverError
from sim.levers.gauge_change import GaugeChange
from sim.levers.lever import CostSpec
from sim.levers.tree import with_values
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Stage
from sim.variation import Erlang, LognormalByMean, Pert, Replay

SMALL = Path(__file__).parent / "wrong" / "_small.yaml"
SHIPPERS = """
based_on: small.yaml
exchange: {usd: 7}
choice: {scale_per_usd: 0.001}
subsidies:
  grant: {name: grant, services: [west_out], cap_share: 0.4}
operators: {pass_through: 0.5}
services:
  west_out: {tariff: {price_per_feu: {usd: 5000}, cap_basis: {whole_route: {usd: 7000}}}}
markets:
  exports:
    choice:
      value_of_time_per_feu_day: {usd: 50}
      value_of_reliability_per_feu_day: {usd: 20}
      alternatives:
        rail: {nest: land, base_share: 0.5}
        others: {name: other trains, nest: land, base_share: 0.2, extra_cost_per_feu: {cny: 100}}
        ship: {name: ship, nest: sea}
"""


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load(SMALL)


@pytest.fixture(scope="module")
def shippers(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("shippers")
    (folder / "small.yaml").write_bytes(SMALL.read_bytes())
    (folder / "shippers.yaml").write_text(SHIPPERS, "utf-8")
    return load(folder / "shippers.yaml")


def said(scenario: Scenario) -> dict[str, Any]:
    """All that the scenario says of the corridor, without where it comes from."""
    words = {"facts", "applied", "policies", "levers"}
    return scenario.model_dump(mode="json", by_alias=True, exclude=words, exclude_none=True)


def pull(scenario: Scenario, lever: str, given: Any) -> dict[str, Any]:
    """What the scenario says with a lever pulled; the lever must leave what it is given as it was."""
    before = scenario.model_dump_json()
    after = change(scenario, levers={lever: given})
    assert scenario.model_dump_json() == before
    assert change(scenario, levers={lever: given}) == after
    return said(after)


def refused(scenario: Scenario, lever: str, given: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        change(scenario, levers={lever: given})
    return str(caught.value)


# --- each lever against a scenario that says the same by hand

BY_HAND: list[tuple[str, Any, list[str]]] = [
    (
        "frequency",
        {"services": ["west_out"], "per_week": 7},
        ["services.west_out.timetable.weekdays=[mon, tue, wed, thu, fri, sat, sun]"],
    ),
    (
        "frequency",
        {"services": ["west_out", "east_in"], "per_week": 3, "at": "06:00", "minimum_teu": 0},
        [
            'services.west_out.timetable={weekdays: [tue, thu, sat], at: "06:00"}',
            "services.west_out.minimum_teu=0",
            'services.east_in.timetable={weekdays: [mon, wed, fri], at: "06:00"}',
            "services.east_in.minimum_teu=0",
        ],
    ),
    (
        "frequency",
        {"services": ["west_out"], "per_week": 3.5, "from": "2020-07-01"},
        ['services.west_out.changes={"2020-07-01": {timetable: {every_h: 48}}}'],
    ),
    (
        "fixed_days",
        {"days": {"east_in": ["wed", "sun"]}, "at": "09:30", "from": "2020-02-01"},
        ['services.east_in.changes={"2020-02-01": {timetable: {weekdays: [wed, sun], at: "09:30"}, minimum_teu: 0}}'],
    ),
    (
        "dispatch_rule",
        {"services": ["west_out"], "after_h": 48},
        ["services.west_out.timetable=null", "services.west_out.dispatch={full_or_after_h: 48}"],
    ),
    (
        "dispatch_rule",
        {"services": ["west_out"], "from": "2020-05-01"},
        ['services.west_out.changes={"2020-05-01": {dispatch: {when_full: true}}}'],
    ),
    ("train_length", {"services": ["west_out"], "wagons": 55}, ["services.west_out.capacity_teu=110"]),
    (
        "full_timetable",
        {"services": ["west_out"]},
        [
            "lines.east.run_h=25.2",
            "lines.middle.speed_km_per_day={low: 1071.42857143, likely: 1428.57142857, high: 1785.71428571}",
            "lines.west.run_h=25.2",
        ],
    ),
    ("full_timetable", {"services": ["east_in"], "lines": ["east"], "less_share": 0.5}, ["lines.east.run_h=18"]),
    (
        "fast_clearance",
        {"nodes": ["manzhouli", "changchun"], "directions": ["inbound"], "time_h": 0.25, "inspection_share": 0.01},
        [
            "nodes.manzhouli.inbound.checks_h=0.25",
            "nodes.changchun.import_clearance.time_h=0.25",
            "nodes.changchun.import_clearance.inspection_share=0.01",
        ],
    ),
    ("gauge_change", {"nodes": ["manzhouli"]}, ["nodes.manzhouli.inbound.gauge_change.slots=2"]),
    (
        "gauge_change",
        {"nodes": ["brest"], "times": 1.6, "by": "faster"},
        ["nodes.brest.gauge_change.base_h=1.25", "nodes.brest.gauge_change.per_container_h=0"],
    ),
    ("handling_units", {"nodes": ["changchun"], "more": 2}, ["nodes.changchun.handling.units=4"]),
    ("backhaul", {"markets": ["imports"], "more_share": 0.3}, ['markets.imports.teu_per_year={"2020": 5200}']),
    (
        "backhaul",
        {"markets": ["imports"], "more_share": 0.5, "from_year": 2021},
        ['markets.imports.teu_per_year={"2020": 4000, "2021": 6000}'],
    ),
    (
        "hub_cargo",
        {"markets": ["imports"], "more_share": 0.1, "first_mile_h": {"low": 1, "likely": 2, "high": 3}},
        ["markets.imports.teu_per_year.2020=4400", "markets.imports.first_mile_h={low: 1, likely: 2, high: 3}"],
    ),
    (
        "one_bill",
        {"channels": ["rail"], "clear_at": "berlin", "markets": ["imports"]},
        [
            "channels.rail.outbound.europe.clear_at=berlin",
            "channels.rail.inbound.europe.clear_at=berlin",
            "markets.imports.last_mile_h={uniform: [8, 12]}",
            "nodes.berlin.export_clearance={time_h: 1}",
            "nodes.berlin.import_clearance={time_h: 1}",
        ],
    ),
    (
        "empties_depot",
        {"markets": ["exports"], "saves_days": 1},
        ["markets.exports.first_mile_h={low: 6, likely: 12, high: 18}"],
    ),
    (
        "port_fees",
        {"nodes": ["changchun"], "free_days": 10},
        ["nodes.changchun.charges={free_days: 10}"],
    ),
    (
        "short_staff",
        {"at": ["east"], "first_day": "2020-01-30", "last_day": "2020-02-05", "closed_on": ["fri", "sat", "wed"]},
        [
            (
                "disruptions.short_staff={name: {zh: 减少作业日, en: Working days cut}, at: [east], closed: {"
                "from_2020_01_31: {first_day: 2020-01-31, last_day: 2020-02-01}, "
                "from_2020_02_05: {first_day: 2020-02-05, last_day: 2020-02-05}}}"
            )
        ],
    ),
    ("demand", {"times": 2}, ["markets.exports.teu_per_year.2020=12000", "markets.imports.teu_per_year.2020=8000"]),
]

BASES: dict[str, list[str]] = {
    "one_bill": ["nodes.berlin.export_clearance={time_h: 1}", "nodes.berlin.import_clearance={time_h: 1}"],
    "empties_depot": ["markets.exports.first_mile_h={low: 18, likely: 36, high: 54}"],
}
"""What the scenario must have for a lever to make sense."""


@pytest.mark.parametrize(("lever", "given", "settings"), BY_HAND)
def test_a_lever_sets_what_a_planner_would_write(
    small: Scenario, lever: str, given: dict[str, Any], settings: list[str]
) -> None:
    base = change(small, *BASES.get(lever, []))
    assert pull(base, lever, given) == said(change(base, *settings))


def test_every_lever_is_tried_here_and_says_all_in_both_languages() -> None:
    tried = {lever for lever, _, _ in BY_HAND} | {
        "subsidy",
        "local_bonus",
        "sea_buffer",
        "second_crossing",
        "air_charter",
    }
    assert tried == set(BY_ID)
    for lever in LEVERS:
        about = lever.about
        assert about.main in {info.alias or name for name, info in lever.model_fields.items()}
        for text in (about.name, about.does, about.decided_by, about.costs, about.anchor):
            assert text.zh
            assert text.en
            assert text.zh != text.en


# --- a start on a day


def test_from_a_day_on_later_changes_of_the_same_are_overruled_and_others_kept(small: Scenario) -> None:
    base = change(
        small,
        'services.west_out.changes={"2020-03-01": {timetable: {every_h: 24}, capacity_teu: 80},'
        ' "2020-09-01": {timetable: {every_h: 12}, jitter_h: 2}}',
    )
    lever = {"services": ["west_out"], "per_week": 7, "from": "2020-06-01"}
    changes = change(base, levers={"frequency": lever}).services["west_out"].changes
    assert changes["2020-03-01"].timetable.every_h == 24  # type: ignore[union-attr]
    assert len(changes["2020-06-01"].timetable.weekdays) == 7  # type: ignore[union-attr, arg-type]
    assert (changes["2020-09-01"].timetable, changes["2020-09-01"].jitter_h) == (None, 2)


def test_without_a_day_it_holds_from_the_start_to_the_end(small: Scenario) -> None:
    base = change(small, 'services.west_out.changes={"2020-03-01": {capacity_teu: 80}}')
    west = change(base, levers={"train_length": {"services": ["west_out"], "wagons": 50}}).services["west_out"]
    assert (west.capacity_teu, west.changes["2020-03-01"].capacity_teu) == (100, None)


def test_the_time_of_departure_is_that_of_the_day_on_which_it_starts(small: Scenario) -> None:
    base = change(small, 'services.west_out.changes={"2020-03-01": {timetable: {weekdays: [sun], at: "05:00"}}}')
    lever = {"services": ["west_out"], "per_week": 2, "from": "2020-04-01"}
    west = change(base, levers={"frequency": lever}).services["west_out"]
    now = west.changes["2020-04-01"].timetable
    assert (now.weekdays, now.at) == (("wed", "sun"), "05:00")  # type: ignore[union-attr]


# --- prices


def test_the_level_of_a_subsidy_scales_what_is_granted_and_its_cap(shippers: Scenario) -> None:
    after = change(shippers, levers={"subsidy": {"programme": "grant", "level": 0.5}}).subsidies["grant"]
    assert after.cap_share == 0.2
    given = {"programme": "grant", "level": 0.5, "taper": {"2020-07-01": 0.3}}
    with_grant = change(shippers, "subsidies.grant.per_feu={usd: 600}")
    after = change(with_grant, levers={"subsidy": given}).subsidies["grant"]
    assert (after.per_feu, after.cap_share, after.taper) == ({"usd": 300}, 0.2, {"2020-07-01": 0.3})


def test_a_level_beside_what_is_granted_now_is_refused(shippers: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"level: is a factor on what was granted before, and cap_share says"):
        change(shippers, levers={"subsidy": {"programme": "grant", "level": 0.5, "cap_share": 0.3}})


def test_a_subsidy_is_changed_once_whatever_its_policies_are_called(shippers: Scenario) -> None:
    policy = {"name": "cap", "lever": "subsidy", "with": {"programme": "grant", "cap_share": 0.3}}
    plan = shippers.but(policies={"cap30": policy})
    both = {"subsidy": {"programme": "grant", "level": 0}, "cap30": True}
    for levers in (both, dict(reversed(both.items()))):
        with pytest.raises(ScenarioError, match=r"changes the same programme as .*, 'grant': the second would undo"):
            change(plan, levers=levers)


def test_from_a_day_on_a_lower_cap_is_a_taper(shippers: Scenario) -> None:
    given = {"programme": "grant", "cap_share": 0.3, "from": "2020-03-01"}
    after = change(shippers, levers={"subsidy": given}).subsidies["grant"]
    assert (after.cap_share, after.taper) == (0.4, {"2020-03-01": 0.75})


def test_a_national_cap_makes_the_lines_of_others_dearer_by_what_shippers_see(shippers: Scenario) -> None:
    # 10 points of 7,000 USD at 7 CNY are 4,900 CNY, of which half is passed through; 100 CNY were there before.
    after = change(shippers, levers={"subsidy": {"programme": "grant", "cap_share": 0.3, "national": True}})
    others = after.markets["exports"].choice.alternatives  # type: ignore[union-attr]
    assert others["others"].extra_cost_per_feu == {"cny": 2550}
    assert (others["ship"].extra_cost_per_feu, others["rail"].extra_cost_per_feu) == (None, None)
    alone = change(shippers, levers={"subsidy": {"programme": "grant", "cap_share": 0.3}})
    assert alone.markets == shippers.markets


def test_a_bonus_makes_local_cargo_cheaper_and_the_treasury_pays(shippers: Scenario) -> None:
    after = change(shippers, levers={"local_bonus": {"channel": "rail", "per_feu": {"usd": 200}}})
    assert after.markets["exports"].choice.alternatives["rail"].extra_cost_per_feu == {"cny": -1400}  # type: ignore[union-attr]
    assert after.markets["exports"].choice.alternatives["rail"].extra_paid_by == "treasury"  # type: ignore[union-attr]
    assert after.markets["imports"] == shippers.markets["imports"]


def test_lower_port_fees_add_to_what_was_dearer_before(shippers: Scenario) -> None:
    given = {"channels": ["others", "ship"], "less_per_feu": {"cny": 300}}
    ways = change(shippers, levers={"port_fees": given}).markets["exports"].choice.alternatives  # type: ignore[union-attr]
    assert (ways["others"].extra_cost_per_feu, ways["ship"].extra_cost_per_feu) == ({"cny": -200}, {"cny": -300})


def test_the_sea_as_a_buffer_is_cheaper_while_trains_queue(shippers: Scenario) -> None:
    given = {
        "alternative": "ship",
        "places": ["brest", "manzhouli"],
        "queue_days": 3,
        "less_per_feu": {"usd": 100},
        "news_days": 2,
    }
    after = change(shippers, levers={"sea_buffer": given | {"memory_days": 10}})
    assert (after.choice.news_days, after.choice.memory_days) == (2, 10)  # type: ignore[union-attr]
    ship = after.markets["exports"].choice.alternatives["ship"]  # type: ignore[union-attr]
    assert ship.extra_cost_per_feu is None
    assert ship.relief
    assert ship.relief.model_dump(exclude_unset=True) == {
        "at": ("brest",), "direction": "outbound", "queue_days": 3, "per_feu": {"usd": 100},
    }  # fmt: skip
    assert without_price(shippers, after) == ("sea_buffer",)  # it is no channel of ours: nobody here pays
    ours = change(shippers, levers={"sea_buffer": given | {"alternative": "rail"}})
    assert ours.markets["exports"].choice.alternatives["rail"].relief.paid_by == "operator"  # type: ignore[union-attr]
    assert without_price(shippers, ours) == ()


# --- new places and services

CROSSING = {
    "key": "north",
    "channel": "rail",
    "channel_name": "rail by the north",
    "share": 0.25,
    "nodes": {"hunchun": {"type": "border", "name": "Hunchun", "outbound": {"checks_h": 3}}},
    "lines": {
        "far": {"name": "far", "km": 600, "run_h": 20},
        "farther": {"name": "farther", "km": 9000, "run_h": 200},
    },
    "via": {"west_out": {"name": "by the north", "route": ["changchun", "far", "hunchun", "farther", "berlin"]}},
}


def test_a_second_crossing_splits_trains_and_cargo(shippers: Scenario) -> None:
    base = change(shippers, 'services.west_out.changes={"2020-06-01": {timetable: {every_h: 24}}}')
    after = change(base, levers={"second_crossing": CROSSING})
    west, north = after.services["west_out"], after.services["west_out_north"]
    before = base.services["west_out"]
    for old, new, other in zip(before.phases, west.phases, north.phases, strict=True):
        per_week = old[2].timetable.per_week  # type: ignore[union-attr]
        assert new[2].timetable.per_week == pytest.approx(0.75 * per_week)  # type: ignore[union-attr]
        assert other[2].timetable.per_week == pytest.approx(0.25 * per_week)  # type: ignore[union-attr]
    assert north.route == ("changchun", "far", "hunchun", "farther", "berlin")
    assert north.tariff == before.tariff
    assert after.subsidies["grant"].services == ("west_out", "west_out_north")
    assert after.channels["rail_north"].outbound["europe"].services == ("west_out_north",)
    exports = after.markets["exports"]
    assert exports.channels == {"rail": 0.75, "rail_north": 0.25}
    assert exports.choice.shares == pytest.approx({"rail": 0.375, "rail_north": 0.125, "others": 0.2, "ship": 0.3})  # type: ignore[union-attr]
    assert exports.size_factor == base.markets["exports"].size_factor


CHARTER = {
    "key": "air",
    "name": "charter",
    "home": "here",
    "away": "there",
    "region": "korea",
    "km": 800,
    "teu_per_year": {"outbound": 100, "inbound": 50},
    "tariff": {"cost_per_train": {"cny": 100000}},
    "from": "2020-02-01",
}


@pytest.mark.parametrize("flights", [1, 3, 6])
def test_a_charter_flies_so_many_tonnes_so_often(small: Scenario, flights: int) -> None:
    after = change(small, levers={"air_charter": {**CHARTER, "flights_per_week": flights}})
    out = after.services["air_outbound"]
    assert (out.mode, out.capacity_teu, out.timetable.per_week) == ("air", 2, flights)  # type: ignore[union-attr]
    assert [day.isoformat() for day in (out.first_day, after.markets["air_inbound"].first_day) if day] == [
        "2020-02-01"
    ] * 2
    trace = simulate(change(after, "period.last_day=2020-03-31"), 0)
    sent = trace.departures.service == [fact.id for fact in trace.book.services].index("air_outbound")
    assert trace.departures.load_teu[sent].max() == 2


def test_the_rest_of_the_corridor_does_not_notice_a_charter(small: Scenario) -> None:
    after = said(change(small, levers={"air_charter": CHARTER}))
    for section in ("nodes", "lines", "services", "channels", "markets"):
        kept = {name: thing for name, thing in after[section].items() if not name.startswith("air")}
        assert kept == said(small)[section]


def test_demand_in_some_months_leaves_the_others_exactly_as_they_were(small: Scenario) -> None:
    after = change(small, levers={"demand": {"times": 0.5, "months": [2, 3]}}).markets["exports"]
    per_day = [after.teu_in(2020) * index / _busy_days(after.month_index) for index in after.month_index]
    assert per_day == pytest.approx([6000 / 366 * (0.5 if month in (2, 3) else 1) for month in range(1, 13)])


def _busy_days(index: tuple[float, ...]) -> float:
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return sum(a * b for a, b in zip(index, days, strict=True))


# --- cost, order, sources


def test_what_a_lever_costs_becomes_an_outlay_of_its_name(small: Scenario) -> None:
    cost = {
        "investment": {"cny": 1e6},
        "life_years": 10,
        "interest": 0,
        "per_year": {"cny": 5e4},
        "paid_by": "operator",
    }
    after = change(small, levers={"handling_units": {"nodes": ["changchun"], "cost": cost}})
    outlay = after.outlays["handling_units"]
    assert (outlay.name.en, outlay.paid_by) == ("Extra handling units", "operator")
    assert outlay.cny_per_year(ExchangeSpec()) == 150_000
    assert isinstance(outlay, OutlaySpec)


def test_levers_are_pulled_in_the_order_in_which_they_are_written(small: Scenario) -> None:
    six, more = {"times": 2, "markets": ["imports"]}, {"markets": ["imports"], "more_share": 0.5}
    after = change(small, levers={"demand": six, "backhaul": more})
    assert after.markets["imports"].teu_in(2020) == 12000
    first = {"services": ["west_out"], "per_week": 7}
    then = {"services": ["west_out"], "after_h": 30}
    assert change(small, levers={"frequency": first, "dispatch_rule": then}).services["west_out"].timetable is None
    assert change(small, levers={"dispatch_rule": then, "frequency": first}).services["west_out"].dispatch is None
    assert after.applied[1].startswith("backhaul = ")


def test_what_a_lever_sets_is_a_what_if_and_what_was_said_of_it_before_is_gone(tmp_path: Path) -> None:
    law = "{low: 4, likely: 5, high: 8}"
    facts = "{low: {is: 4, grade: assumed, source: x, range: [3, 5]}, likely: 5, high: 8}"
    plain = SMALL.read_text("utf-8")
    assert law in plain
    (tmp_path / "a.yaml").write_text(plain.replace(f"lift_min: {law}", f"lift_min: {facts}"), "utf-8")
    base = load(tmp_path / "a.yaml")
    after = with_values(base, {"nodes.changchun.handling.lift_min": {"always": 3}}, "a test")
    assert list(after.facts) == ["nodes.changchun.handling.lift_min"]
    assert (after.facts["nodes.changchun.handling.lift_min"].grade) == "what-if"
    assert "nodes.changchun.handling.lift_min.low" in base.facts


def test_what_was_fitted_and_is_overwritten_is_fitted_no_more(small: Scenario) -> None:
    fitted = "{parameters: [services.east_in.timetable.every_h, nodes.brest.gauge_change.base_h]"
    base = change(small, f"fitted.trains={fitted}, measure: trains_run, channel: rail, how: by hand}}")
    after = change(base, levers={"frequency": {"services": ["east_in"], "per_week": 2}})
    assert after.fitted["trains"].parameters == ("nodes.brest.gauge_change.base_h",)
    gone = change(after, levers={"gauge_change": {"nodes": ["brest"], "by": "faster"}})
    assert gone.fitted["trains"].parameters == ("nodes.brest.gauge_change.base_h",)


# --- what cannot be


@pytest.mark.parametrize(
    ("lever", "given", "what"),
    [
        ("handling_units", {"nodes": ["berlin"]}, "levers.handling_units.nodes: 'berlin' has no handling units"),
        ("gauge_change", {"nodes": ["changchun"]}, "'changchun' changes no gauge"),
        ("fast_clearance", {"nodes": ["berlin"]}, "'berlin' clears no boxes"),
        ("empties_depot", {"markets": ["exports"]}, "levers.empties_depot.saves_days: more than the first mile"),
        (
            "sea_buffer",
            {"alternative": "ship", "places": ["brest"], "less_per_feu": {"cny": 1}},
            "shippers do not choose in this scenario",
        ),
        (
            "sea_buffer",
            {"alternative": "ship", "places": ["brset"], "less_per_feu": {"cny": 1}},
            "shippers do not choose",
        ),
        ("port_fees", {"channels": ["rail"]}, "channels and less_per_feu go together"),
        ("local_bonus", {"channel": "rail", "per_feu": {"cny": 1}}, "no shippers choose 'rail'"),
        ("subsidy", {"programme": "grant", "level": 0}, "there is no subsidy 'grant'"),
        ("air_charter", {**CHARTER, "key": "rail"}, "there is a channel 'rail' already"),
        ("air_charter", {**CHARTER, "teu_per_year": {"west": 1}}, "'west' is no direction."),
        ("frequency", 5, "levers.frequency.services: is missing."),
        ("frequency", {"services": ["west_out"], "per_week": -1}, "levers.frequency.per_week: must be more than 0"),
        ("second_crossing", {**CROSSING, "share": 1}, "levers.second_crossing.share: must be less than 1"),
        ("nothing", 5, "levers.nothing: there is no such policy or lever. Policies and levers: air_charter,"),
        ("not a name", 5, "cannot be a name"),
    ],
)
def test_what_makes_no_sense_is_refused(small: Scenario, lever: str, given: Any, what: str) -> None:
    assert what in refused(small, lever, given)


def test_all_levers_are_checked_before_one_is_given_up(small: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        change(small, levers={"frequency": {"services": ["west"], "per_week": 1}, "handling_units": {"nodes": ["x"]}})
    assert [problem.where for problem in caught.value.problems] == [
        "levers.frequency.services",
        "levers.handling_units.nodes",
    ]


def test_a_lever_by_itself_raises_errors_of_its_own(small: Scenario) -> None:
    lever = BY_ID["train_length"].model_validate({"services": ["west_out"], "wagons": 50})
    assert lever.apply(small).services["west_out"].capacity_teu == 100
    assert lever.apply(small).facts["services.west_out.capacity_teu"].source == "lever train_length"
    with pytest.raises(LeverError, match="there is no service 'x'"):
        BY_ID["train_length"].model_validate({"services": ["x"], "wagons": 50}).apply(small)
    with pytest.raises(ValidationError):
        lever.services = ()  # type: ignore[attr-defined]


# --- laws


def test_a_law_times_a_factor_keeps_its_shape() -> None:
    assert Pert(low=24, likely=30, high=72).times(0.7) == Pert(low=16.8, likely=21, high=50.4)
    assert LognormalByMean(mean=10, cv=0.4).times(3) == LognormalByMean(mean=30, cv=0.4)
    assert Replay(replay=(1, 2)).times(2) == Replay(replay=(2, 4))
    assert Erlang.model_validate({"erlang": {"mean": 6, "stages": 3}}).times(0.5).erlang.stages == 3


# --- stories, to the hour

VIA = ("a", "in", "g", "out", "b")


def test_on_a_full_timetable_the_same_train_arrives_sooner() -> None:
    # Departed at 2: 10 h and 20 h on the lines and 5 h of checks; then 7 h and 14 h, and the same 5 h.
    lines = {"in": {"run_h": 10}, "out": {"run_h": 20}}
    plan = corridor(
        {"t": single(*VIA)}, {"m": boxes_at(2.0)}, nodes={"g": border(outbound={"checks_h": 5})}, lines=lines
    )
    fast = change(plan, levers={"full_timetable": {"services": ["t"], "less_share": 0.3}})
    assert simulate(plan, 0).containers.delivered_h.tolist() == [37.0]
    assert simulate(fast, 0).containers.delivered_h.tolist() == [28.0]


def test_fast_clearance_lets_the_train_go_after_half_an_hour() -> None:
    plan = corridor({"t": single(*VIA)}, {"m": boxes_at(2.0)}, nodes={"g": border(outbound={"checks_h": 12})})
    fast = change(plan, levers={"fast_clearance": {"nodes": ["g"]}})
    assert visits(simulate(plan, 0), Stage.CHECKS, "g") == [(2.0, 2.0, 14.0)]
    assert visits(simulate(fast, 0), Stage.CHECKS, "g") == [(2.0, 2.0, 2.5)]


def test_with_twice_the_slots_the_second_train_does_not_wait() -> None:
    plan = corridor({"t": single(*VIA)}, {"m": boxes_at(1.0, 2.0, 2.5)}, nodes={"g": slots(1, 4)})
    wide = change(plan, levers={"gauge_change": {"nodes": ["g"], "times": 2}})
    quick = change(plan, levers={"gauge_change": {"nodes": ["g"], "times": 2, "by": "faster"}})
    at = (Stage.GAUGE_CHANGE, "g")
    assert visits(simulate(plan, 0), *at) == [(1.0, 1.0, 5.0), (2.0, 5.0, 9.0), (2.5, 9.0, 13.0)]
    assert visits(simulate(wide, 0), *at) == [(1.0, 1.0, 5.0), (2.0, 2.0, 6.0), (2.5, 5.0, 9.0)]
    assert visits(simulate(quick, 0), *at) == [(1.0, 1.0, 3.0), (2.0, 3.0, 5.0), (2.5, 5.0, 7.0)]


def test_what_dump_writes_pulls_nothing_twice(small: Scenario, tmp_path: Path) -> None:
    after = change(small, levers={"demand": 2, "air_charter": CHARTER, "second_crossing": CROSSING})
    (tmp_path / "x.yaml").write_text(dump(after), "utf-8")
    assert load(tmp_path / "x.yaml") == after
    assert (after.levers, after.applied[0]) == ({}, "demand = 2")


# --- what a cost is known by


def test_a_cost_for_one_value_grows_with_what_another_adds(small: Scenario) -> None:
    """By hand: one unit more costs 100 a year, so three cost 300; three times the slots add twice as many as two times,
    and cost twice as much.
    """
    cost = {"per_year": {"cny": 100.0}, "for_value": 1}
    units = change(small, levers={"handling_units": {"nodes": ["changchun"], "more": 3, "cost": cost}})
    assert units.outlays["handling_units"].per_year == {"cny": 300}
    tripled = GaugeChange(nodes=("manzhouli",), times=3, cost=CostSpec(per_year={"cny": 100.0}, for_value=2))
    assert tripled.outlay(small, GaugeChange.about.name).per_year == {"cny": 200}  # type: ignore[union-attr]
    with pytest.raises(LeverError, match="adds nothing"):
        GaugeChange(nodes=("manzhouli",), cost=CostSpec(for_value=1)).outlay(small, GaugeChange.about.name)


def test_the_range_of_a_cost_goes_where_the_cost_goes(tmp_path: Path) -> None:
    """The range is drawn with the outlay, times as much as the outlay; who pulls the lever may give another cost."""
    (tmp_path / "small.yaml").write_bytes((Path(__file__).parent / "wrong" / "_small.yaml").read_bytes())
    fact = "{is: 100, grade: assumed, range: [50, 100, 400], source: a guess}"
    policy = (
        "policies: {units: {name: {zh: 吊, en: units}, lever: handling_units,"
        f" with: {{nodes: [changchun], cost: {{for_value: 1, per_year: {{cny: {fact}}}}}}}}}}}\n"
    )
    (tmp_path / "over.yaml").write_text(f"based_on: small.yaml\n{policy}", "utf-8")
    base = load(tmp_path / "over.yaml")
    assert [path for path in base.stated if "cost" in path] == []
    after = load(tmp_path / "over.yaml", levers=["units=2"])
    assert after.outlays["units"].per_year == {"cny": 200}
    known = after.facts["outlays.units.per_year.cny"]
    assert (known.grade, known.range, known.source) == ("assumed", [100, 200, 800], "a guess")
    assert "outlays.units.per_year.cny" in {one.path for one in inputs_of(after)[0]}
    own = load(tmp_path / "over.yaml", levers=["units={more: 2, cost: {per_year: {cny: 7}}}"])
    assert own.outlays["units"].per_year == {"cny": 7}
    assert own.facts["outlays.units"].grade == "what-if"
