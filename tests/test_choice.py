"""Shippers' choice: the nested logit by its formula, the draws by their theory, and what experience does as a story."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import NO_CARGO, broken_and_whole, scenario, slots, train
from commands import sim
from hypothesis import given, settings
from hypothesis import strategies as st
from traces import Hand

from sim.corridor.choice import base_utilities, nested_logit, tastes
from sim.corridor.shippers import Experience
from sim.files import change, load
from sim.kpis import Key, Seen, measure_all
from sim.scenario import Scenario
from sim.simulate import same, simulate
from sim.story import events_of_train, tell, train_row
from sim.streams import Streams
from sim.trace import MoneyFact, Ran, TariffFact

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NESTS = {"rail": "land", "other": "land", "ship": "sea", "away": "elsewhere"}


# --- the formula


def test_shares_by_hand() -> None:
    """Two alternatives in a nest of θ = 1/2, one alone, all of utility 0: the nest is worth √2 of the one alone."""
    found = nested_logit({"a": 0.0, "b": 0.0, "c": 0.0}, {"a": "n", "b": "n", "c": "m"}, 0.5)
    nest = math.sqrt(2) / (math.sqrt(2) + 1)
    assert found == pytest.approx({"a": nest / 2, "b": nest / 2, "c": 1 - nest})


def test_theta_1_is_plain_logit() -> None:
    utilities = {"rail": 0.3, "other": -0.2, "ship": 0.5, "away": 0.0}
    total = sum(math.exp(v) for v in utilities.values())
    assert nested_logit(utilities, NESTS, 1.0) == pytest.approx({k: math.exp(v) / total for k, v in utilities.items()})


@given(
    st.lists(st.floats(0.001, 1), min_size=4, max_size=4),
    st.floats(0.05, 1),
)
def test_the_constants_give_back_the_shares(weights: list[float], theta: float) -> None:
    shares = dict(zip(NESTS, (w / sum(weights) for w in weights), strict=True))
    assert nested_logit(base_utilities(shares, NESTS, theta), NESTS, theta) == pytest.approx(shares, rel=1e-9)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4), st.floats(0.01, 1))
def test_extreme_utilities_give_shares(values: list[float], theta: float) -> None:
    found = nested_logit(dict(zip(NESTS, values, strict=True)), NESTS, theta)
    assert all(0 <= share <= 1 for share in found.values())
    assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("theta", [0.2, 0.6, 0.95, 1.0])
def test_consignments_with_tastes_choose_by_the_formula(theta: float) -> None:
    """Within four standard errors of the exact shares, for every alternative."""
    utilities, n = {"rail": 0.3, "other": -0.2, "ship": 0.5, "away": 0.0}, 100_000
    taste = tastes("m", NESTS, theta, n, Streams(1, 0))
    chosen = np.bincount((np.array(list(utilities.values())) + taste).argmax(axis=1), minlength=4) / n
    for share, exact in zip(chosen, nested_logit(utilities, NESTS, theta).values(), strict=True):
        assert abs(share - exact) < 4 * math.sqrt(exact * (1 - exact) / n)


def test_independent_gumbels_would_not_do() -> None:
    """The planted bug: without the stable factor the shares are those of plain logit, far outside the interval."""
    utilities, n = {"rail": 0.3, "other": -0.2, "ship": 0.5, "away": 0.0}, 100_000
    taste = tastes("m", dict.fromkeys(NESTS, "x"), 1.0, n, Streams(1, 0))
    chosen = np.bincount((np.array(list(utilities.values())) + taste).argmax(axis=1), minlength=4) / n
    exact = nested_logit(utilities, NESTS, 0.3)
    assert abs(chosen[1] - exact["other"]) > 20 * math.sqrt(exact["other"] / n)


def test_a_taste_is_the_same_whatever_else_there_is_to_choose() -> None:
    few = {name: NESTS[name] for name in ("rail", "ship")}
    np.testing.assert_array_equal(
        tastes("m", few, 0.6, 50, Streams(1, 0)), tastes("m", NESTS, 0.6, 80, Streams(1, 0))[:50, [0, 2]]
    )


# --- what is experienced


def test_experience_by_hand() -> None:
    """Forty boxes' worth of 10 days published; after one memory, forty boxes of 20 days delivered now: the published
    weigh 40/e, so the mean is (10·40/e + 20·40) / (40/e + 40)."""
    heard = Experience(np.array([10.0]), np.array([0.0]), memory_h=100.0)
    heard.hear(np.zeros(40, dtype=np.int64), np.full(40, 20.0), np.full(40, 100.0), 100.0)
    weight = 1 / math.e
    mean = (10 * weight + 20) / (weight + 1)
    spread = math.sqrt((100 * weight + 400) / (weight + 1) - mean**2)
    assert [float(column[0]) for column in heard.days] == pytest.approx([mean, spread])


def test_who_hears_nothing_believes_what_was_published() -> None:
    heard = Experience(np.array([10.0, 3.0]), np.array([2.0, 1.0]), memory_h=24.0)
    heard.hear(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), 240.0)
    np.testing.assert_allclose(heard.days, [[10.0, 3.0], [2.0, 1.0]])


def test_boxes_that_are_late_count_before_they_come() -> None:
    """Forty boxes' worth of 10 ± 2 days published. Of those on their way, sixty are 20 days old, later than 14; ten
    are 13 days old, and not late: (40·10 + 60·20) / 100 days. They are not remembered."""
    heard = Experience(np.array([10.0]), np.array([2.0]), memory_h=100.0)
    age = np.array([20.0] * 60 + [13.0] * 10)
    mean, sd = heard.days_with_late(np.zeros(70, dtype=np.int64), age)
    assert (float(mean[0]), float(sd[0])) == pytest.approx((16.0, math.sqrt((40 * 104 + 60 * 400) / 100 - 256)))
    np.testing.assert_allclose(heard.days, [[10.0], [2.0]])


# --- choice at work


def choosing(days: int = 400, **what: Any) -> Scenario:
    """Daily trains over a line that takes 10 days, and ships that are somebody else's; half the cargo each."""
    alternatives = {
        "c": {"nest": "land", "base_share": 0.5, "base_days": 11.0, "base_sd_days": 0.5},
        "ship": {"name": "ship", "nest": "sea"},
    }
    worth = {"value_of_time_per_feu_day": {"usd": 200.0}, "value_of_reliability_per_feu_day": {"usd": 0.0}}
    market = {
        "name": "m", "direction": "outbound", "cargo": "local", "region": "r", "channels": {"c": 1.0},
        "share_40ft": 1.0, "teu_per_year": {"2001": 7300.0}, "choice": worth | {"alternatives": alternatives},
    }  # fmt: skip
    tariff = {"price_per_feu": {"usd": 5000.0}, "base": {"price_per_feu": {"usd": 5000.0}}}
    written: dict[str, Any] = {
        "choice": {"scale_per_usd": 0.001, "memory_days": 20.0, "news_days": 1.0},
        "exchange": {"usd": 7.0},
        "lines": {"out": {"run_h": 240.0}},
    }
    trains = train(capacity_teu=100, tariff=tariff | what.pop("tariff", {}))
    return scenario({"west": trains}, {"m": market}, days=days, **(written | what))


def chosen_share(plan: Scenario, begin_day: float, end_day: float) -> float:
    """The share of TEU booked between two days that took the trains, over ten years."""
    taken = whole = 0.0
    for number in range(10):
        table = simulate(plan, number).choices
        assert table is not None
        mine = (table.booked_h >= 24 * begin_day) & (table.booked_h < 24 * end_day)
        whole += table.teu[mine].sum()
        taken += table.teu[mine & (table.alternative == 0)].sum()
    return taken / whole


def test_at_base_conditions_shares_are_those_of_the_base() -> None:
    """Trains take 10 days and half a day of waiting; that is what was published, so half the cargo takes them."""
    plan = choosing()
    market = plan.markets["m"]
    assert market.choice
    ways = market.choice.alternatives
    as_is = market.choice.but(alternatives={**ways, "c": ways["c"].but(base_days=10.5)})
    plan = plan.but(markets={"m": market.but(choice=as_is)})
    assert chosen_share(plan, 0, 400) == pytest.approx(0.5, abs=0.015)


def test_a_jam_moves_cargo_away_and_it_returns() -> None:
    """The line is shut from day 100 to 130: boxes that come out late are heard of, shippers leave; months later the
    delay is forgotten and they are back."""
    jam = {"name": "jam", "at": ["out"], "closed": {"spring": {"first_day": "2001-04-11", "last_day": "2001-05-10"}}}
    plan = choosing(disruptions={"jam": jam}, lines={"out": {"run_h": 240.0, "trains_at_once": 15}})
    before, during, after = (chosen_share(plan, *days) for days in ((60, 100), (140, 160), (300, 400)))
    assert during < before - 0.1
    assert after == pytest.approx(before, abs=0.03)


def test_the_longer_the_memory_the_later_they_return() -> None:
    jam = {"name": "jam", "at": ["out"], "closed": {"spring": {"first_day": "2001-04-11", "last_day": "2001-05-10"}}}
    late = []
    for memory in (10.0, 80.0):
        choice = {"scale_per_usd": 0.001, "memory_days": memory, "news_days": 1.0}
        lines = {"out": {"run_h": 240.0, "trains_at_once": 15}}
        late.append(chosen_share(choosing(disruptions={"jam": jam}, lines=lines, choice=choice), 190, 220))
    assert late[1] < late[0] - 0.05


def test_a_stop_is_known_before_any_late_box_has_come() -> None:
    """Nothing comes out of the line from day 100 to 200; by day 130 boxes are 19 days late, and shippers stay away."""
    shut = {"name": "stop", "at": ["out"], "closed": {"long": {"first_day": "2001-04-11", "last_day": "2001-07-19"}}}
    plan = choosing(days=220, disruptions={"stop": shut}, lines={"out": {"run_h": 240.0, "trains_at_once": 15}})
    before, during = (chosen_share(plan, *days) for days in ((60, 100), (140, 200)))
    assert during < before / 4


def test_what_does_not_run_is_not_chosen() -> None:
    """Trains run from day 100 to day 199: before, and from the closing of the last list on, all cargo goes by ship."""
    plan = choosing(days=300)
    seasonal = plan.services["west"].but(first_day="2001-04-11", last_day="2001-07-19")
    plan = plan.but(services={"west": seasonal})
    assert chosen_share(plan, 0, 100) == 0
    assert chosen_share(plan, 101, 199) == pytest.approx(0.5, abs=0.1)
    assert chosen_share(plan, 200, 300) == 0


def test_a_dearer_train_loses_by_the_formula() -> None:
    """1,000 USD more at a scale of 0.001: odds fall by e, from 1 to 1/e, so 1/(1 + e) take it."""
    dear = choosing(tariff={"price_per_feu": {"usd": 6000.0}}, choice={"scale_per_usd": 0.001, "memory_days": 20.0})
    market = dear.markets["m"]
    assert market.choice
    worthless = market.choice.but(value_of_time_per_feu_day={"usd": 0.0})
    plan = dear.but(markets={"m": market.but(choice=worthless)})
    assert chosen_share(plan, 0, 400) == pytest.approx(1 / (1 + math.e), abs=0.015)


def test_switched_off_the_shares_are_fixed() -> None:
    plan = choosing()
    assert plan.choice
    off = plan.but(choice=plan.choice.but(active=False))
    trace = simulate(off, 0)
    assert trace.choices is None
    assert (trace.containers.chain == 0).all()


def test_a_run_that_stops_goes_on_bit_for_bit_with_its_shippers_and_its_treasury() -> None:
    subsidy = {
        "s": {"name": "s", "services": ["west"], "per_feu": {"usd": 100.0}, "budget_per_year": {"usd": 100_000.0}}
    }
    broken, whole = broken_and_whole(choosing(subsidies=subsidy), 23.5, 24.0, 1000.0, 5000.25)
    assert same(broken, whole)
    assert broken.choices is not None
    assert whole.choices is not None
    np.testing.assert_array_equal(broken.choices.alternative, whole.choices.alternative)


@settings(max_examples=8, deadline=None)
@given(st.floats(1e-4, 1.0), st.floats(0.05, 1.0), st.floats(0, 1e5))
def test_extreme_prices_and_values_of_time_keep_the_rules(scale: float, theta: float, worth: float) -> None:
    """Every run is audited; whoever has to choose has chosen."""
    choice = {"scale_per_usd": scale, "nest_parameter": theta, "news_days": 3.0}
    plan = choosing(60, choice=choice, tariff={"price_per_feu": {"usd": 1e6 * worth}})
    trace = simulate(plan, 0)
    assert trace.choices is not None
    assert (trace.choices.alternative >= 0).all()


# --- the same with subsidies


def test_a_cut_of_the_subsidy_moves_the_price_by_what_is_passed_through() -> None:
    """The price was 5,000 net of 1,000; 400 of it are left and 80 % is passed on: 5,480."""
    tariff = {"base": {"price_per_feu": {"usd": 5000.0}, "subsidy_per_feu": {"usd": 1000.0}}}
    subsidy = {"name": "s", "services": ["west"], "per_feu": {"usd": 400.0}}
    plan = choosing(tariff=tariff, subsidies={"s": subsidy}, operators={"pass_through": 0.8})
    values = measure_all(Seen(simulate(plan, 0)))
    assert values["price_cny_per_feu"][Key()] == pytest.approx(5480 * 7)
    assert values["subsidy_cny_per_teu"][Key()] == pytest.approx(200 * 7)


def test_a_subsidy_that_did_not_change_moves_nothing() -> None:
    """It is in the price already: never subtracted twice."""
    granted = {"base": {"price_per_feu": {"usd": 5000.0}, "subsidy_per_feu": {"usd": 1000.0}}}
    subsidy = {"name": "s", "services": ["west"], "per_feu": {"usd": 1000.0}}
    with_it, without = (simulate(p, 0) for p in (choosing(tariff=granted, subsidies={"s": subsidy}), choosing()))
    assert with_it.choices is not None
    assert without.choices is not None
    np.testing.assert_array_equal(with_it.choices.alternative, without.choices.alternative)


def test_the_subsidy_of_then_is_a_fact_whatever_programmes_there_are_now() -> None:
    """The price was 5,000 net of 40 % of 2,000. Without a subsidy it is 5,800; one of another name changes nothing."""
    tariff = {
        "base": {"price_per_feu": {"usd": 5000.0}, "cap_share": 0.4},
        "cap_basis": {"whole_route": {"usd": 2000.0}},
    }
    grant = {"name": "s", "services": ["west"], "cap_share": 0.4}
    nothing = {"name": "a", "services": ["west"], "per_feu": {"usd": 0.0}, "cap_base": "whole_route"}

    def price(**subsidies: Any) -> float:
        plan = choosing(days=60, tariff=tariff, subsidies=subsidies)
        return measure_all(Seen(simulate(plan, 0)))["price_cny_per_feu"][Key()] / 7

    found = price(s=grant), price(s=grant, a=nothing), price(s=grant, z=nothing), price()
    assert found == pytest.approx((5000, 5000, 5000, 5800))


@pytest.mark.parametrize("payer", ["treasury", "operator", None])
def test_a_rebate_reaches_the_price_and_whoever_bears_it(payer: str | None) -> None:
    """700 yuan a 40 ft box less than 35,000; who bears it is out of pocket by 350 for each TEU carried."""
    plan = choosing(days=60)
    market = plan.markets["m"]
    assert market.choice
    ways = market.choice.alternatives
    cheaper = {**ways, "c": ways["c"].but(extra_cost_per_feu={"cny": -700.0}, extra_paid_by=payer)}
    plan = plan.but(markets={"m": market.but(choice=market.choice.but(alternatives=cheaper))})
    values = measure_all(Seen(simulate(plan, 0)))
    teu, paid = values["carried_teu"][Key()], values["shippers_cny"][Key()]
    assert teu > 0
    assert values["price_cny_per_feu"][Key()] == pytest.approx(34_300)
    assert paid == pytest.approx(17_150 * teu)
    assert values["treasury_cny"][Key()] == pytest.approx(350 * teu if payer == "treasury" else 0)
    left = values["revenue_cny"][Key()] - values["operator_result_cny"][Key()]
    assert left == pytest.approx(350 * teu if payer == "operator" else 0)


def test_a_budget_runs_out_in_the_middle_of_the_year_and_is_there_again_in_the_next() -> None:
    """A box an hour on daily trains, 24 TEU each; 50 yuan a TEU; the budget pays for 100 trains."""
    market = {"name": "m", "direction": "outbound", "cargo": "local", "region": "r", "channels": {"c": 1.0},
              "share_40ft": 0.0, "arrivals": {"every_h": 1.0, "first_h": 0.5}}  # fmt: skip
    subsidy = {"name": "s", "services": ["west"], "per_feu": {"cny": 100.0}, "budget_per_year": {"cny": 120_000.0}}
    plan = scenario({"west": train(tariff={"price_per_feu": {"cny": 1000.0}})}, {"m": market}, days=400,
                    subsidies={"s": subsidy})  # fmt: skip
    departures = simulate(plan, 0).departures
    paid, day = departures.subsidy_cny, departures.closed_h / 24
    first = day < 365
    assert paid[first].sum() == pytest.approx(120_000)
    assert set(paid[(day > 0) & (day <= 100)].tolist()) == {1200.0}
    assert paid[(day > 101) & first].sum() == 0
    assert set(paid[day >= 365].tolist()) == {1200.0}
    assert simulate(plan, 0).budgets_end_h == {"s": (pytest.approx(100 * 24.0),)}


def test_an_operator_who_reacts_runs_only_what_pays() -> None:
    """A train costs 10,000, of which 70 % is saved if it does not run; a TEU earns 500: it runs from 14 TEU on."""

    def ran(boxes: int, **what: Any) -> int:
        market = {"name": "m", "direction": "outbound", "cargo": "local", "region": "r", "channels": {"c": 1.0},
                  "share_40ft": 0.0, "arrivals": {"every_h": 24.0 / boxes, "first_h": 0.5}}  # fmt: skip
        tariff = {"price_per_feu": {"cny": 1000.0}, "cost_per_train": {"cny": 10_000.0}} | what
        trains = train(tariff=tariff, timetable={"every_h": 24.0, "first_h": 24.0})
        plan = scenario({"west": trains}, {"m": market}, days=3, operators={"react": True})
        return int(simulate(plan, 0).departures.ran[0])

    assert (ran(12), ran(15), ran(12, obliged=True)) == (Ran.UNPAID, Ran.RAN, Ran.RAN)


def test_a_train_that_would_not_pay_says_so() -> None:
    tariff = {"price_per_feu": {"cny": 1000.0}, "cost_per_train": {"cny": 10_000.0}}
    plan = scenario({"west": train(tariff=tariff)}, {"m": NO_CARGO}, days=3, operators={"react": True})
    trace = simulate(plan, 0)
    (line,) = tell(trace, events_of_train(trace, train_row(trace, "west/1")), "en")
    assert line.endswith("west/1 is cancelled at a: it would not pay")


# --- relief while a border is congested


def buffered(
    order: str = "first_come", paid_by: str | None = "operator", days: int = 60, shut: str = "g", **relief: Any
) -> Scenario:
    """Daily trains that change gauge in 12 hours, one at a time; a way of ours by sea; a box an hour. A place is shut
    from 11 to 20 January, hours 240 to 480. While trains wait two days, the sea costs 1,000 USD less.
    """
    rebate = {
        "at": [shut, "g"],
        "direction": "outbound",
        "queue_days": 2.0,
        "per_feu": {"usd": 1000.0},
        "paid_by": paid_by,
    }
    alternatives = {"c": {"nest": "land", "base_share": 0.5}, "sea": {"nest": "sea", "relief": rebate | relief}}
    worth = {"value_of_time_per_feu_day": {"usd": 0.0}, "value_of_reliability_per_feu_day": {"usd": 0.0}}
    market = {
        "name": "m", "direction": "outbound", "cargo": "local", "region": "r", "channels": {"c": 0.5, "sea": 0.5},
        "share_40ft": 0.5, "arrivals": {"every_h": 1.0, "first_h": 0.5},
        "choice": worth | {"alternatives": alternatives},
    }  # fmt: skip
    tariff = {"price_per_feu": {"usd": 5000.0}}
    services = {
        "west": train("a", "out", "g", "on", "b", tariff=tariff),
        "ship": train("a", "water", "b", tariff=tariff),
    }
    closed = {"x": {"first_day": "2001-01-11", "last_day": "2001-01-20"}}
    return scenario(
        services,
        {"m": market},
        days=days,
        nodes={"g": slots(1, 12.0, order=order)},
        channels={
            name: {"name": name, "outbound": {"r": {"services": [service]}}}
            for name, service in (("c", "west"), ("sea", "ship"))
        },
        disruptions={"shut": {"name": "shut", "at": [shut], "closed": closed}},
        choice={"scale_per_usd": 1.0, "memory_days": 20.0, "news_days": 1.0},
        exchange={"usd": 7.0},
    )


@pytest.mark.parametrize("order", ["first_come", "priority"])
@pytest.mark.parametrize("shut", ["g", "out"])
def test_relief_begins_and_ends_with_the_queue_at_the_border(order: str, shut: str) -> None:
    """The train of day 10 + k (k = 0, 1, …) changes gauge from 480 + 12·k on, whether the border was shut or the line
    before it. So at the news of day d the train of day 2·d − 30 begins just then, and has waited 24·(30 − d) hours: on
    day 28 two days, on day 29 one. A new one would wait less, 360 − 12·d. So who books in hours 240 to 696 has the
    rebate and, at a scale at which nothing else matters, goes by sea.
    """
    boxes = simulate(buffered(order, shut=shut), 0).containers
    relieved = (boxes.booked_h >= 240) & (boxes.booked_h < 29 * 24)
    assert relieved.sum() == 29 * 24 - 240
    np.testing.assert_array_equal(boxes.relief_cny, np.where(relieved, 3500.0 * boxes.teu, 0.0))
    assert (boxes.chain[relieved] == boxes.chain[relieved][0]).all()
    by_sea = boxes.chain == boxes.chain[relieved][0]
    assert 0.4 < by_sea[~relieved].mean() < 0.6


def test_trains_of_the_other_direction_bring_no_relief() -> None:
    plan = buffered(direction="inbound")
    two_way = plan.nodes["g"].model_copy(update={"inbound": plan.nodes["g"].outbound})  # type: ignore[union-attr]
    boxes = simulate(plan.but(nodes={**plan.nodes, "g": two_way}), 0).containers
    assert set((boxes.booked_h[boxes.relief_cny > 0] // 24).tolist()) == set(range(10, 19))  # 480 − 24·d


@pytest.mark.parametrize("payer", ["treasury", "operator"])
def test_of_a_rebate_above_the_fare_nobody_bears_the_rest(payer: str) -> None:
    """9,000 USD on a fare of 5,000: the box is free, and 5,000 are borne. What shippers pay and that is the revenue."""
    values = measure_all(Seen(simulate(buffered(paid_by=payer, per_feu={"usd": 9000.0}), 0)))
    revenue, paid = values["revenue_cny"][Key()], values["shippers_cny"][Key()]
    borne = values["treasury_cny"][Key()] if payer == "treasury" else revenue - values["operator_result_cny"][Key()]
    assert borne > 0
    assert revenue == pytest.approx(paid + borne)


@pytest.mark.parametrize("payer", ["treasury", "operator", None])
def test_relief_reaches_the_price_and_whoever_bears_it(payer: str | None) -> None:
    trace = simulate(buffered(paid_by=payer), 0)
    values, boxes = measure_all(Seen(trace)), trace.containers
    given = boxes.relief_cny.sum()
    assert given > 0
    assert values["relief_cny"] == {Key(): given, Key("c"): 0, Key("sea"): given} | {
        key: value for key, value in values["relief_cny"].items() if key.direction != "all" or key.cargo != "all"
    }
    assert values["relieved_teu"][Key("sea")] == boxes.teu[boxes.relief_cny > 0].sum()
    assert values["shippers_cny"][Key()] == pytest.approx(17_500 * values["carried_teu"][Key()] - given)
    assert values["treasury_cny"][Key()] == pytest.approx(given if payer == "treasury" else 0)
    left = values["revenue_cny"][Key("sea")] - values["operator_result_cny"][Key("sea")]
    assert left == pytest.approx(given if payer == "operator" else 0)


def test_without_a_queue_there_is_no_relief() -> None:
    values = measure_all(Seen(simulate(buffered(days=10), 0)))
    assert values["carried_teu"][Key("sea")] > 0
    assert set(values["relief_cny"].values()) == {0.0}
    assert "relief_cny" not in {m for m, found in measure_all(Seen(simulate(choosing(20), 0))).items() if found}


@pytest.mark.parametrize("order", ["first_come", "priority"])
def test_a_run_that_stops_in_a_queue_goes_on_bit_for_bit_with_its_relief(order: str) -> None:
    broken, whole = broken_and_whole(buffered(order), 239.0, 240.0, 400.5, 500.0, 650.0)
    assert same(broken, whole)
    np.testing.assert_array_equal(broken.containers.relief_cny, whole.containers.relief_cny)


# --- the shipped corridors


def test_co2_of_the_changmanou_train_lies_where_it_should() -> None:
    """Rail at 11.3 to 29 g over 9,800 km with some 10 t a TEU: 1.1 to 2.7 t a TEU."""
    values = measure_all(Seen(simulate(load(SCENARIOS / "2019.yaml"), 0)))
    assert 1.1 < values["co2_t_per_teu"][Key("changmanou")] < 2.7


def test_who_pays_adds_up_to_what_trains_earn() -> None:
    """Beside running costs operators bear 1.2 million a year for the depot of the dry port: in all, not by channel."""
    values = measure_all(Seen(simulate(load(SCENARIOS / "2020.yaml"), 0)))
    for key in values["revenue_cny"]:
        left = values["revenue_cny"][key] + values["subsidy_cny"][key] - values["running_cost_cny"][key]
        left -= 1_200_000 if key == Key() else 0
        assert values["operator_result_cny"][key] == pytest.approx(left)


def test_in_2019_shippers_who_choose_carry_what_was_documented() -> None:
    """The constants were set so that base conditions give base shares: with choice, 2019 still carries 10,246 TEU.

    The other two carry what they do at fixed shares, and 3 parts in 60 of the other's market.
    """
    fixed = load(SCENARIOS / "2019.yaml")
    carried = {
        channel: [
            np.mean([measure_all(Seen(simulate(plan, n)))["carried_teu"][Key(channel)] for n in range(8)])
            for plan in (change(fixed, "choice.active=true"), fixed)
        ]
        for channel in fixed.channels
    }
    assert carried["changmanou"][0] == pytest.approx(10_246, rel=0.03)
    fixed_teu = {channel: with_and_without[1] for channel, with_and_without in carried.items()}
    for ours, others in (("dalian", "tianjin"), ("tianjin", "dalian")):
        assert carried[ours][0] == pytest.approx(fixed_teu[ours] + 3 / 60 * fixed_teu[others], rel=0.12)


# --- who bears what


def money(outlays: dict[str, float] | None = None) -> MoneyFact:
    """A train costs 1,000 and 100 a TEU, and earns 300 a TEU; space on a vessel is bought and sold at 50 a TEU."""
    of_train = TariffFact(300.0, 300.0, 0.0, 1.0, 1000.0, 100.0)
    of_vessel = TariffFact(50.0, 50.0, 0.0, 1.0, 0.0, 50.0)
    tariffs = {"land_out": of_train, "sea_train": of_train, "sea_vessel": of_vessel}
    return MoneyFact(tariffs, {}, {}, {"operator": 0.0, "shipper": 0.0, "treasury": 0.0, **(outlays or {})}, {})


def seen_with(mode: str) -> Seen:
    """Ten TEU by land, in the first of two departures of this mode; ten TEU by rail and sea."""
    hand = Hand()
    out, _ = hand.train("land_out", 10.0, 20.0), hand.train("land_out", 30.0, 40.0)
    train, vessel = hand.train("sea_train", 10.0, 20.0), hand.train("sea_vessel", 30.0, 40.0)
    for _ in range(5):
        hand.box("land_out", out)
        hand.box("sea_out", train, vessel)
    trace = hand.trace()
    services = tuple(replace(s, mode=mode) if s.id == "land_out" else s for s in trace.book.services)
    return Seen(replace(trace, book=replace(trace.book, services=services, money=money())))


@pytest.mark.parametrize("mode", ["train", "air"])
def test_flights_are_borne_by_their_operators_as_trains_are_and_space_on_vessels_is_not(mode: str) -> None:
    """By hand: two departures by land cost 2 · 1,000 + 10 · 100 = 3,000 and earn 10 · 300; the train to the port costs
    1,000 + 1,000 and earns 3,000. The vessel's 500 each way are in the cost of a box, and no operator's.
    """
    values = measure_all(seen_with(mode))
    assert values["revenue_cny"][Key("land")] == 3000
    assert values["running_cost_cny"][Key("land")] == 3000
    assert values["operator_result_cny"][Key("land")] == 0
    assert values["operator_result_cny"][Key("sea")] == 1000
    assert values["operator_result_cny"][Key()] == 1000
    assert values["cost_gross_cny_per_feu"][Key("sea")] == 2 * (200 + 50)


def test_a_vessel_run_by_others_is_no_cost_of_our_operators() -> None:
    assert measure_all(seen_with("vessel"))["running_cost_cny"][Key("land")] == 0


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [((2019, 1, 1), 365, 1.0), ((2020, 1, 1), 366, 1.0), ((2020, 1, 1), 183, 0.5), ((2019, 1, 1), 365 + 366, 2.0),
     ((2019, 7, 2), 183 + 183, 183 / 365 + 0.5)],
)  # fmt: skip
def test_an_outlay_of_a_year_is_due_once_a_calendar_year(start: tuple[int, int, int], days: int, due: float) -> None:
    """A leap year pays no more than another: 183 of its 366 days pay half."""
    trace = Hand(window=(0.0, 24.0 * days), start=datetime(*start)).trace()
    paid = {"treasury": 700.0, "operator": 300.0}
    values = measure_all(Seen(replace(trace, book=replace(trace.book, money=money(paid)))))
    assert values["outlay_cny"][Key()] == pytest.approx(1000 * due, rel=1e-12)
    assert values["treasury_cny"][Key()] == pytest.approx(700 * due, rel=1e-12)
    assert values["operator_result_cny"][Key()] == pytest.approx(-300 * due, rel=1e-12)
    if due == 1:
        assert values["outlay_cny"][Key()] == 1000


def test_three_charter_flights_a_week_lose_what_they_do_not_earn() -> None:
    """314 flights of 25,200 USD are 54.6 million yuan; 320 TEU of 12,600 USD earn 27.8 million at the most."""
    plan, more = (
        measure_all(Seen(simulate(load(SCENARIOS / path), 0))) for path in ("2020.yaml", "what-if/air-charter.yaml")
    )
    cost = more["running_cost_cny"][Key("incheon_air")]
    assert cost == pytest.approx(314 * 25_200 * 6.9, rel=0.01)
    assert more["revenue_cny"][Key("incheon_air")] <= 1.3 * 320 * 12_600 * 6.9
    lost = plan["operator_result_cny"][Key()] - more["operator_result_cny"][Key()]
    assert lost == pytest.approx(cost - more["revenue_cny"][Key("incheon_air")])


# --- what is emitted elsewhere


def test_what_goes_with_others_has_a_factor_that_follows_from_its_own_source() -> None:
    """By hand, g a tonne-km: truck 700 km · 77 and ship 20,300 km · 15.6 (Europe) or feeder 1,030 km · 42.4 (Korea and
    Japan), 9.2 or 10 t a TEU; other trains 9,800 km · 22. Making the fuel adds 2.9 to 12.7 g: 34.5 are 42.4.
    """
    plan = load(SCENARIOS / "2020.yaml")
    assert plan.carbon is not None
    factors = {name: one.g_per_tonne_km for name, one in plan.carbon.factors.items()}
    assert {one.scope for one in plan.carbon.factors.values()} == {"well_to_wheel"}
    assert factors["ship"] == pytest.approx(12.7 + 2.9)
    assert factors["feeder"] == pytest.approx(34.5 * 15.6 / 12.7, abs=0.05)
    assert factors["vessel"] == pytest.approx(16.1 * 15.6 / 12.7, abs=0.05)
    at_sea = {"korea_japan": 1030 * factors["feeder"], "europe": 20_300 * factors["ship"]}
    for name, market in plan.markets.items():
        assert market.choice is not None
        ways = market.choice.alternatives
        sea = at_sea["korea_japan" if "korea" in name else "europe"]
        by_hand = {"truck_sea": 700 * factors["truck"] + sea, "other_lines": 9800 * factors["train"]}
        for way in by_hand.keys() & ways.keys():
            assert ways[way].co2_t_per_teu == pytest.approx(by_hand[way] * market.tonnes_per_teu / 1e6, abs=0.05)
        fact = plan.facts[f"markets.{name}.choice.alternatives.elsewhere.co2_t_per_teu"]
        assert fact.range[0] == 0 < fact.range[1] < fact.range[2]
        assert fact.note is not None


def test_the_whole_market_is_ours_and_each_teu_of_others_by_its_factor() -> None:
    """A loop over markets and ways: the whole market is what we carried, and each TEU of others by its factor."""
    plan = change(load(SCENARIOS / "2020.yaml"), "period.last_day=2020-03-31")
    trace = simulate(plan, 0)
    assert trace.choices is not None
    values = measure_all(Seen(trace))
    others = 0.0
    for name, ways in trace.book.alternatives.items():
        factors = {one.name: plan.markets[name].choice.alternatives[one.name].co2_t_per_teu or 0 for one in ways}  # type: ignore[union-attr]
        booked = (trace.choices.market == trace.book.markets.index(name)) & Seen(trace).within(trace.choices.booked_h)
        for number, one in enumerate(ways):
            others += factors[one.name] * trace.choices.teu[booked & (trace.choices.alternative == number)].sum()
    assert others > 0
    assert values["co2_market_t"][Key()] == pytest.approx(values["co2_t"][Key()] + others)


@pytest.mark.parametrize(("lang", "said"), [("en", "well to wheel"), ("zh", "油井到车轮")])
def test_what_factors_cover_is_said_where_emissions_are(
    lang: str, said: str, elsewhere: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sim("run", SCENARIOS / "2019.yaml", "-n", "2", "--no-figures", "--jobs", "1", "--lang", lang) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert said in out
    assert "22" in out[out.index(said) :]
