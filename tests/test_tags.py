"""Where figures come from: input-echo, calibrated or predicted, on corridors small enough to know the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from traces import corridor

from sim.experiment.findings import find
from sim.experiment.outcome import Outcome
from sim.experiment.replicate import Wanted, replications
from sim.experiment.tags import PAIRS, Tag, Tags, elasticities, input_local_shares, scaled, tags
from sim.experiment.variants import demand_ranges, scaled_demand, scaled_timetables, with_demand
from sim.kpis import Key
from sim.scenario import Scenario

LAND = Key("land")
DEMAND, TIMETABLES = "demand +10 %", "timetables +10 %"


def scenario(**changes: Any) -> Scenario:
    return Scenario.model_validate(corridor(**changes))


class Tagged:
    """A scenario, its outcomes, those of its scaled variants, and the tags that follow."""

    def __init__(self, plan: Scenario) -> None:
        self.runs = replications(scaled(plan) | {"": Wanted(plan, PAIRS)})
        self.base = self.runs.pop("")
        self.tags: Tags = tags(plan, self.base, self.runs)

    def power(self, measure: str, key: Key) -> Mapping[str, float]:
        return elasticities(measure, key, self.base, self.runs)


@pytest.fixture(scope="module")
def ample() -> Tagged:
    """Room for everybody: trains of 500 TEU for 27."""
    return Tagged(scenario())


@pytest.fixture(scope="module")
def bound() -> Tagged:
    """Trains of 10 TEU for 27: full, and a backlog that grows."""
    return Tagged(scenario(services={"out": {"capacity_teu": 10}}))


# --- corridors


def test_carried_by_ample_trains_echoes_the_demand(ample: Tagged) -> None:
    powers = ample.power("carried_teu", LAND)
    assert powers[DEMAND] == pytest.approx(1, abs=0.1)
    assert powers[TIMETABLES] == pytest.approx(0, abs=0.05)
    for key in (LAND, Key(), Key("land", "outbound", "local"), Key("land", "outbound", "hub")):
        assert ample.tags["carried_teu", key] == Tag.INPUT_ECHO


def test_carried_by_full_trains_echoes_the_timetable(bound: Tagged) -> None:
    powers = bound.power("carried_teu", LAND)
    assert powers[DEMAND] == pytest.approx(0, abs=0.01)
    assert powers[TIMETABLES] == pytest.approx(1, abs=0.1)
    assert bound.tags["carried_teu", LAND] == Tag.INPUT_ECHO


def test_trains_run_echo_the_timetable_that_plans_them(ample: Tagged) -> None:
    assert ample.tags["trains_run", LAND] == Tag.INPUT_ECHO


def test_load_of_a_full_train_is_neither_demand_nor_timetable(bound: Tagged) -> None:
    """It is the capacity, which neither scaling touches: a tag looks at these two inputs only."""
    assert bound.power("teu_per_train", LAND) == pytest.approx({DEMAND: 0, TIMETABLES: 0}, abs=0.01)
    assert bound.tags["teu_per_train", LAND] == Tag.PREDICTED


def test_days_are_predicted(ample: Tagged) -> None:
    for measure in ("lead_time_days", "lead_time_p90_days", "transit_days"):
        assert ample.tags[measure, LAND] == Tag.PREDICTED


def test_local_share_echoes_the_markets(ample: Tagged) -> None:
    assert ample.tags["local_share", LAND] == ample.tags["local_share", Key()] == Tag.INPUT_ECHO


def test_a_sum_of_a_free_and_a_full_channel_is_predicted() -> None:
    """Half of the cargo grows with demand and half with the timetable, so that neither gives a power near 1."""
    changes: dict[str, Any] = {
        "services": {"full": {**corridor()["services"]["out"], "capacity_teu": 13}},
        "channels": {"narrow": {"name": "narrow", "outbound": {"europe": {"services": ["full"]}}}},
        "markets": {"hub_export": {"channels": {"land": 0.0, "narrow": 1.0}, "teu_per_year": {"2020": 20000.0}}},
    }
    found = Tagged(scenario(**changes))
    powers = found.power("carried_teu", Key())
    assert 0.3 < powers[DEMAND] < 0.7
    assert 0.3 < powers[TIMETABLES] < 0.7
    assert found.tags["carried_teu", Key()] == Tag.PREDICTED
    assert found.tags["carried_teu", LAND] == found.tags["carried_teu", Key("narrow")] == Tag.INPUT_ECHO


def test_what_was_fitted_is_calibrated_and_nothing_else(ample: Tagged) -> None:
    fit = {
        "parameters": ["services.out.timetable.every_h"],
        "measure": "carried_teu",
        "channel": "land",
        "how": "set by hand",
    }
    found = tags(scenario(fitted={"trains": fit}), ample.base, ample.runs)
    calibrated = {(measure, key) for (measure, key), tag in found.items() if tag == Tag.CALIBRATED}
    carried = {(measure, key) for measure, key in found if measure == "carried_teu"}
    assert calibrated == carried, "land is the only channel, so all channels together are land"
    assert {key.channel for _, key in calibrated} == {"land", "all"}
    assert {measure for (measure, _), tag in found.items() if tag == Tag.CALIBRATED} == {"carried_teu"}
    assert found["carried_teu", Key("land", "outbound", "hub")] == Tag.CALIBRATED
    assert found["lead_time_days", LAND] == Tag.PREDICTED


def test_every_figure_has_a_tag(ample: Tagged) -> None:
    figures = {(measure, key) for outcome in ample.base for measure, of in outcome.values.items() for key in of}
    assert set(ample.tags) == figures


def test_too_few_replications_are_not_tagged() -> None:
    found = find(scenario(period={"last_day": "2020-02-03"}), PAIRS - 1)
    assert found.tags == {}
    assert len(found.outcomes) == PAIRS - 1


# --- the rules, on outcomes written by hand


def outcomes(*years: float, measure: str = "carried_teu", key: Key = LAND) -> list[Outcome]:
    return [Outcome(number, {measure: {key: value}}) for number, value in enumerate(years)]


@pytest.mark.parametrize(
    ("power", "tag"),
    [
        (0.0, Tag.PREDICTED),
        (0.89, Tag.PREDICTED),
        (0.91, Tag.INPUT_ECHO),
        (1.0, Tag.INPUT_ECHO),
        (1.09, Tag.INPUT_ECHO),
        (1.11, Tag.PREDICTED),
        (-1.0, Tag.PREDICTED),
    ],
)
@pytest.mark.parametrize("which", [DEMAND, TIMETABLES])
def test_a_figure_is_an_echo_where_a_power_is_within_a_tenth_of_one(power: float, tag: Tag, which: str) -> None:
    base = outcomes(90, 110)
    runs = {DEMAND: outcomes(90, 110), TIMETABLES: outcomes(90, 110)}
    runs[which] = outcomes(90 * 1.1**power, 110 * 1.1**power)
    assert tags(scenario(), base, runs) == {("carried_teu", LAND): tag}


def test_a_figure_that_is_zero_or_unknown_is_no_echo() -> None:
    for value in (0.0, np.nan):
        runs = {DEMAND: outcomes(value, value), TIMETABLES: outcomes(value, value)}
        assert tags(scenario(), outcomes(value, value), runs)["carried_teu", LAND] == Tag.PREDICTED


def test_powers_compare_the_same_replications() -> None:
    """The scaled runs have fewer replications than the scenario: only those that are paired count."""
    base, runs = outcomes(100, 200, 900, 900), {DEMAND: outcomes(110, 220)}
    assert elasticities("carried_teu", LAND, base, runs)[DEMAND] == pytest.approx(1)


def offered(outcome: Outcome, teu: float) -> Outcome:
    outcome.values["offered_teu"] = {LAND: teu}
    return outcome


@pytest.mark.parametrize(("more", "power"), [(1.05, 1.0), (1.1, 0.512), (1.05**2, 0.5)])
def test_demand_counts_as_it_came_out(more: float, power: float) -> None:
    """Carried grew by 5 %: in proportion if 5 % more was offered, by half as much in logarithms if 10.25 % was."""
    base = [offered(one, 1000) for one in outcomes(100, 100)]
    more_cargo = [offered(one, 1000 * more) for one in outcomes(105, 105)]
    found = elasticities("carried_teu", LAND, base, {DEMAND: more_cargo, TIMETABLES: more_cargo})
    assert found[DEMAND] == pytest.approx(power, abs=1e-3)
    assert found[TIMETABLES] == pytest.approx(0.512, abs=1e-3)  # ln 1.05 / ln 1.1


def test_years_that_were_offered_no_more_tell_nothing() -> None:
    base = [offered(one, 1000) for one in outcomes(100, 100)]
    runs = {DEMAND: [offered(one, 990) for one in outcomes(99, 99)]}
    assert np.isnan(elasticities("carried_teu", LAND, base, runs)[DEMAND])
    assert tags(scenario(), base, runs)["carried_teu", LAND] == Tag.PREDICTED


def test_a_figure_that_the_first_replication_lacks_is_tagged_too() -> None:
    base = [Outcome(0, {"dwell_days": {}}), *outcomes(0, 5, measure="dwell_days")[1:]]
    assert tags(scenario(), base, {DEMAND: base}) == {("dwell_days", LAND): Tag.PREDICTED}


def test_tags_do_not_depend_on_how_many_replications_there_are() -> None:
    """They are kept from run to run, whatever its number of replications."""
    few = outcomes(*[0.605] * PAIRS, measure="local_share")
    many = outcomes(*[0.605] * PAIRS, *[0.9] * 90, measure="local_share")
    runs = {DEMAND: few, TIMETABLES: few}
    assert tags(scenario(), few, runs) == tags(scenario(), many, runs) == {("local_share", LAND): Tag.INPUT_ECHO}


@pytest.mark.parametrize(("share", "tag"), [(0.6, Tag.INPUT_ECHO), (0.609, Tag.INPUT_ECHO), (0.612, Tag.PREDICTED)])
def test_a_local_share_equal_to_its_input_is_an_echo(share: float, tag: Tag) -> None:
    runs = {DEMAND: outcomes(share, share, measure="local_share")}
    found = tags(scenario(), outcomes(share, share, measure="local_share"), runs)
    assert found["local_share", LAND] == tag


def test_local_shares_of_the_input_by_hand() -> None:
    """Land has all 8,000 TEU of hub cargo and 3/4 of 12,000 of local; sea has 1/8 of the local cargo, the rest none."""
    changes: dict[str, Any] = {
        "channels": {"sea": {"name": "sea", "outbound": {"europe": {"services": ["out"]}}}},
        "markets": {"local_export": {"channels": {"land": 0.75, "sea": 0.125}}},
    }
    found = input_local_shares(scenario(**changes))
    assert found == pytest.approx(
        {
            ("land", "outbound"): 9000 / 17000,
            ("land", "all"): 9000 / 17000,
            ("sea", "outbound"): 1,
            ("sea", "all"): 1,
            ("all", "outbound"): 10500 / 18500,
            ("all", "all"): 10500 / 18500,
        }
    )


# --- the variants that tags and ranges rest on


def test_scaled_demand_scales_every_year_of_every_market() -> None:
    found = scaled_demand(scenario(markets={"hub_export": {"teu_per_year": {"2019": 100.0}}}), 1.1)
    assert found.markets["hub_export"].teu_per_year == pytest.approx({"2019": 110, "2020": 8800})
    assert found.markets["local_export"].teu_per_year == pytest.approx({"2020": 13200})


def test_scaled_demand_brings_fixed_arrivals_closer() -> None:
    plan = corridor()
    plan["markets"]["hub_export"] |= {"arrivals": {"every_h": 11.0, "first_h": 3.0}, "teu_per_year": {}}
    found = scaled_demand(Scenario.model_validate(plan), 1.1)
    assert found.markets["hub_export"].arrivals is not None
    assert found.markets["hub_export"].arrivals.every_h == pytest.approx(10)


def test_scaled_timetables_run_more_trains_now_and_after_every_change() -> None:
    changes = {"2020-03-01": {"timetable": {"weekdays": ["mon"], "at": "12:00"}}, "2020-03-15": {"capacity_teu": 90}}
    found = scaled_timetables(scenario(services={"out": {"changes": changes}}), 1.1).services["out"]
    factors = [spec.timetable.frequency_factor for _, _, spec in found.phases if spec.timetable]
    assert factors == pytest.approx([1.1, 1.1, 1.1])
    assert found.changes["2020-03-15"].timetable is None


def test_scaling_twice_multiplies() -> None:
    found = scaled_timetables(scaled_timetables(scenario(), 1.1), 1.1).services["out"].timetable
    assert found is not None
    assert found.frequency_factor == pytest.approx(1.21)


def test_trains_that_leave_when_full_have_no_timetable_to_scale() -> None:
    plan = corridor()
    plan["services"]["out"] |= {"timetable": None, "dispatch": {"when_full": True}}
    before = Scenario.model_validate(plan)
    assert scaled_timetables(before, 1.1).services == before.services


def test_scaling_leaves_the_scenario_itself_alone() -> None:
    plan = scenario()
    scaled_demand(plan, 1.1)
    scaled_timetables(plan, 1.1)
    assert plan == scenario()


def _with_ranges(**changes: Any) -> Scenario:
    assumed = {"grade": "assumed", "source": "by us"}
    facts = {
        "markets.hub_export.teu_per_year.2020": {**assumed, "range": [6000, 8000, 10000]},
        "markets.hub_export.teu_per_year.2019": {**assumed, "range": [1, 2]},
        "markets.local_export.teu_per_year.2020": {"grade": "documented", "source": "a report"},
        "services.out.capacity_teu": {**assumed, "range": [82, 100]},
    }
    return scenario(facts=facts, markets={"hub_export": {"teu_per_year": {"2019": 2.0}}}, **changes)


def test_the_range_of_demand_is_that_of_measured_years_only() -> None:
    assert demand_ranges(_with_ranges()) == {("hub_export", "2020"): (6000, 10000)}


def test_demand_at_an_end_of_its_range_leaves_all_else_as_it_is() -> None:
    plan = _with_ranges()
    assert with_demand(plan, "mode") is plan
    assert with_demand(plan, "low").markets["hub_export"].teu_per_year == {"2019": 2, "2020": 6000}
    assert with_demand(plan, "high").markets["hub_export"].teu_per_year == {"2019": 2, "2020": 10000}
    assert with_demand(plan, "high").markets["local_export"] == plan.markets["local_export"]


def test_each_measured_year_has_its_own_range() -> None:
    plan = _with_ranges(period={"first_day": "2019-12-01"})
    assert demand_ranges(plan) == {("hub_export", "2019"): (1, 2), ("hub_export", "2020"): (6000, 10000)}
    assert with_demand(plan, "high").markets["hub_export"].teu_per_year == {"2019": 2, "2020": 10000}
    assert with_demand(plan, "low").markets["hub_export"].teu_per_year == {"2019": 1, "2020": 6000}


# --- beyond the letter of the rule


def test_days_are_no_echo_though_their_slope_happens_to_be_one() -> None:
    runs = {DEMAND: outcomes(11, 22, measure="lead_time_days")}
    found = tags(scenario(), outcomes(10, 20, measure="lead_time_days"), runs)
    assert found["lead_time_days", LAND] == Tag.PREDICTED


@pytest.mark.parametrize(("trains", "tag"), [(8, Tag.INPUT_ECHO), (9, Tag.PREDICTED)])
def test_trains_are_whole_so_their_number_is_an_echo_within_one_a_direction(trains: int, tag: Tag) -> None:
    # 5 trains, 5.5 expected with ten per cent more; both directions together may be 2 off
    runs = {TIMETABLES: outcomes(trains - 0.5, trains - 0.5, measure="trains_run")}
    assert tags(scenario(), outcomes(5, 5, measure="trains_run"), runs)["trains_run", LAND] == tag


def test_who_fits_the_mean_of_the_days_has_fitted_their_quantiles_and_stages() -> None:
    fit = {"parameters": ["lines.a.run_h"], "measure": "lead_time_days", "channel": "land", "how": "set by hand"}
    for measure in ("lead_time_p90_days", "transit_days", "stage_days", "dwell_days"):
        base = outcomes(10, 20, measure=measure)
        found = tags(scenario(fitted={"days": fit}), base, {DEMAND: base})
        assert found[measure, LAND] == Tag.CALIBRATED
        whole = outcomes(10, 20, measure=measure, key=Key())
        assert tags(scenario(fitted={"days": fit}), whole, {DEMAND: whole})[measure, Key()] == Tag.CALIBRATED
