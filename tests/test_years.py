"""The years: what must come out of the documented numbers (and what was fitted so that it does, see `fitted:`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from sim.experiment.findings import Findings, find
from sim.files import load
from sim.kpis import Key
from sim.statistics import prediction

SCENARIOS = Path(__file__).parents[1] / "scenarios"
TRAIN = Key("changmanou")
PLANS = ("2020", "2020-no-plan")


@cache
def year(name: str) -> Findings:
    return find(load(SCENARIOS / f"{name}.yaml"), 30)


@pytest.mark.parametrize(("name", "documented"), [("2019", 10_246), ("2018", 9_426)])
def test_the_documented_volume_comes_out_within_two_per_cent(name: str, documented: float) -> None:
    assert year(name).estimate("carried_teu", TRAIN).mean == pytest.approx(documented, rel=0.02)


@pytest.mark.parametrize(("name", "documented"), [("2019", 10_246), ("2018", 9_426)])
def test_the_documented_volume_lies_in_a_prediction_interval_that_is_worth_something(
    name: str, documented: float
) -> None:
    low, high = prediction(year(name).values("carried_teu", TRAIN))
    assert low <= documented <= high
    assert (high - low) / 2 <= 0.15 * documented


@pytest.mark.parametrize(("name", "share"), [("2019", 0.52), ("2018", 0.337)])
def test_the_local_share_comes_out(name: str, share: float) -> None:
    assert year(name).estimate("local_share", TRAIN).mean == pytest.approx(share, abs=0.01)


def test_2019_has_about_125_trains_with_about_82_teu_though_they_could_take_100() -> None:
    found = year("2019")
    assert found.estimate("trains_run", TRAIN).mean == pytest.approx(125, abs=2)
    assert found.estimate("teu_per_train", TRAIN).mean == pytest.approx(82, abs=2)
    assert found.scenario.services["cmo_west"].capacity_teu == 100


def test_2018_has_about_115_trains_with_about_82_teu() -> None:
    found = year("2018")
    assert found.estimate("trains_run", TRAIN).mean == pytest.approx(115, abs=2)
    assert found.estimate("teu_per_train", TRAIN).mean == pytest.approx(82, abs=2)


@pytest.mark.parametrize("name", ["2019", "2018"])
def test_trains_take_14_to_16_days_to_germany_and_boxes_17_to_20_from_door_to_door(name: str) -> None:
    found = year(name)
    assert 14 <= found.estimate("transit_days", Key("changmanou", "outbound")).mean <= 16
    assert 17 <= found.estimate("lead_time_days", Key("changmanou", "outbound")).mean <= 20


@pytest.mark.parametrize("name", ["2019", "2018"])
def test_a_year_takes_17_to_20_days_from_door_to_door_in_both_directions_together(name: str) -> None:
    assert 17 <= year(name).estimate("lead_time_days", TRAIN).mean <= 20


ROWS = {
    "first mile, gate": ("first_mile", "gate"),
    "clearance and inspection": ("clearance",),
    "waiting for the train": ("waiting",),
    "loading": ("loading",),
    "running": ("running",),
    "border checks": ("border_checks",),
    "waiting for gauge change": ("border_queue",),
    "gauge change": ("gauge_change",),
    "unloading, pick-up": ("unloading", "pick_up"),
    "last mile": ("last_mile",),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_days_in_the_page_of_assumptions_are_those_of_the_model(row: str) -> None:
    text = (SCENARIOS.parent / "docs" / "assumptions.md").read_text(encoding="utf-8")
    said = re.search(rf"\| {row} \| ([\d.]+) \| ([\d.]+) \|", text)
    assert said
    for direction, days in zip(("outbound", "inbound"), said.groups(), strict=True):
        keys = [Key("changmanou", direction, "all", stage) for stage in ROWS[row]]
        found = sum(year("2019").estimate("stage_days", key).mean for key in keys)
        assert float(days) == pytest.approx(found, abs=0.0051)


def test_the_plan_moves_tianjin_and_dalian_and_at_fixed_shares_leaves_the_train_as_it_is() -> None:
    plan, no_plan = (find(load(SCENARIOS / f"{name}.yaml", overrides=["choice.active=false"]), 4) for name in PLANS)
    moved = {c: plan.values("carried_teu", Key(c)) - no_plan.values("carried_teu", Key(c)) for c in plan.book.channels}
    assert not moved["changmanou"].any()
    assert moved["tianjin"].mean() > 100
    shorter = no_plan.values("lead_time_days", Key("tianjin")) - plan.values("lead_time_days", Key("tianjin"))
    assert shorter.min() > 0


def test_demand_at_the_ends_of_its_range_brackets_the_mode() -> None:
    found = year("2020")
    low, high = ([o.values["carried_teu"][TRAIN] for o in found.demand[level]] for level in ("low", "high"))
    middle = found.values("carried_teu", TRAIN)[: len(low)]
    assert (low < middle).all()
    assert (middle < high).all()
