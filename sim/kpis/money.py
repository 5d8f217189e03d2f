"""Money: what trains cost, earn and are granted, and what a box costs, gross and net; nothing without tariffs.

Sums over departures count trains and flights that left in the window: whole ones, run for this corridor, whose cost is
due whatever their load. Vessels are left out of them: a vessel sails for all its customers, and what this corridor buys
is space, by TEU, at the price that its shippers pay; it earns its operators nothing and leaves them nothing to bear.
Costs and prices of a box count all legs, by sea too, of the boxes that were carried in the window: its part of each
train, vessel or flight, by TEU, two lifts at each terminal, and storage beyond the free days.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from sim.kpis.measure import Measure
from sim.kpis.seen import HOURS_PER_DAY, Key, Seen, Values, ratio
from sim.trace import Bools, Floats, Label, MoneyFact

TEU_PER_FEU = 2.0
LIFTS = 2
"""Lifts of a box at each terminal: off and on, or in and out."""
RUN_FOR_US = ("train", "air")
"""Modes of which whole departures are run for this corridor; of a vessel it buys space."""


def _ran(seen: Seen) -> Bools:
    """Trains and flights that left in the window."""
    modes = np.array([service.mode in RUN_FOR_US for service in seen.book.services], dtype=np.bool_)
    return np.asarray(seen.train_ran & modes[seen.trace.departures.service])


def years(seen: Seen) -> float:
    """How many years the window is: each calendar year by the share of it that lies in the window, so that a calendar
    year is exactly one, with 365 days or with 366.
    """
    first, last = (seen.book.start + timedelta(hours=hour) for hour in (seen.begin_h, seen.end_h))
    found = 0.0
    for year in range(first.year, last.year + 1):
        begin, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)
        found += max(min(end, last) - max(begin, first), timedelta(0)) / (end - begin)
    return found


def _tariff(seen: Seen, money: MoneyFact, column: str) -> Floats:
    """A column of the tariff of each departure's service; 0 without a tariff."""
    each = [getattr(money.tariffs[s.id], column) if s.id in money.tariffs else 0.0 for s in seen.book.services]
    return np.array(each)[seen.trace.departures.service]


def _granted(seen: Seen) -> Floats:
    """Yuan of subsidy for each TEU of each departure."""
    departures = seen.trace.departures
    return np.asarray(departures.subsidy_cny / np.maximum(departures.load_teu, 1))


def _price(seen: Seen, money: MoneyFact) -> Floats:
    """What shippers pay for each TEU of each departure."""
    price, passed = _tariff(seen, money, "price_cny"), _tariff(seen, money, "pass_through")
    moved = passed * (_granted(seen) - _tariff(seen, money, "observed_subsidy_cny"))
    return np.maximum(price - moved, 0.0)


def _cost(seen: Seen, money: MoneyFact) -> Floats:
    """Running cost of each departure."""
    load = seen.trace.departures.load_teu
    return _tariff(seen, money, "train_cny") + load * _tariff(seen, money, "teu_cny")


def subsidy(seen: Seen) -> Values:
    """Subsidies paid on the trains and flights that left in the window."""
    if seen.book.money is None:
        return {}
    return seen.by_service(_ran(seen), seen.trace.departures.subsidy_cny)


def revenue(seen: Seen) -> Values:
    """What shippers paid for the trains and flights that left in the window."""
    money = seen.book.money
    if money is None:
        return {}
    paid = seen.trace.departures.load_teu * _price(seen, money)
    return seen.by_service(_ran(seen), paid)


def running_cost(seen: Seen) -> Values:
    """What the trains and flights that left in the window cost to run, full or not."""
    money = seen.book.money
    return {} if money is None else seen.by_service(_ran(seen), _cost(seen, money))


def operator_result(seen: Seen) -> Values:
    """What operators of trains and flights are left with: revenue and subsidy less running cost, rebates, outlays."""
    money = seen.book.money
    if money is None:
        return {}
    earned, granted, cost = seen.once(revenue), seen.once(subsidy), seen.once(running_cost)
    extra = seen.sums(seen.carried, _box_extra(seen, "operator"))
    values = {key: earned[key] + granted[key] - cost[key] + extra.get(key, 0.0) for key in earned}
    values[Key()] -= money.outlays_cny.get("operator", 0.0) * years(seen)
    return values


def treasury(seen: Seen) -> Values:
    """What the treasury pays: subsidies of the window, rebates, and its outlays for policies over it."""
    money = seen.book.money
    if money is None:
        return {}
    outlays = money.outlays_cny.get("treasury", 0.0) * years(seen)
    rebates = -float(_box_extra(seen, "treasury")[seen.carried].sum())
    return {Key(): seen.once(subsidy)[Key()] + rebates + outlays}


def shippers(seen: Seen) -> Values:
    """What shippers pay for the boxes carried in the window, and their outlays for policies over it."""
    money = seen.book.money
    if money is None:
        return {}
    paid = seen.once(box_price) + seen.once(box_handling) + seen.once(box_storage)
    values = {key: value for key, value in seen.sums(seen.carried, paid).items() if key == Key(key.channel)}
    values[Key()] += money.outlays_cny.get("shipper", 0.0) * years(seen)
    return values


def outlay(seen: Seen) -> Values:
    """What policies cost over the window beside subsidies, whoever pays."""
    money = seen.book.money
    return {} if money is None else {Key(): sum(money.outlays_cny.values()) * years(seen)}


def budget_lasted(seen: Seen) -> Values:
    """Days of the window until the budget of a subsidy ran out, `nan` if it did not; place is the subsidy."""
    found = {}
    for name, ended_h in seen.trace.budgets_end_h.items():
        within = [hour for hour in ended_h if seen.begin_h <= hour < seen.end_h]
        found[Key(place=name)] = (within[0] - seen.begin_h) / HOURS_PER_DAY if within else float("nan")
    return found


# --- per box


def _by_leg(seen: Seen, per_teu: Floats) -> Floats:
    """An amount per TEU of each departure, summed over the legs of each box, in yuan for the box; shape (n,)."""
    padded = np.append(per_teu, 0.0)
    summed: Floats = padded[seen.boxes.train].sum(axis=0)
    return summed * seen.boxes.teu


def box_running(seen: Seen) -> Floats:
    """Running cost of each box: its part of the cost of its trains and vessels."""
    money = seen.book.money
    assert money is not None
    return _by_leg(seen, _cost(seen, money) / np.maximum(seen.trace.departures.load_teu, 1))


def box_subsidy(seen: Seen) -> Floats:
    """Subsidy paid on each box."""
    return _by_leg(seen, _granted(seen))


def box_price(seen: Seen) -> Floats:
    """What the shipper pays for the trains and vessels of each box, and what else it costs him there, or less."""
    return seen.once(_box_fare) + _box_extra(seen)


def _box_fare(seen: Seen) -> Floats:
    """What tariffs and subsidies ask for the trains and vessels of each box."""
    money = seen.book.money
    assert money is not None
    return _by_leg(seen, _price(seen, money))


def _box_extra(seen: Seen, paid_by: str | None = None) -> Floats:
    """What each box costs its shipper more than at base conditions beside tariffs: all of it, or what a party bears.

    A box costs its shipper nothing at the least: of rebates that come to more than its fare, nobody bears the rest.
    """
    extra, fare = _written_extra(seen, paid_by), seen.once(_box_fare)
    whole = extra if paid_by is None else _written_extra(seen)
    return np.asarray(extra * np.divide(fare, -whole, out=np.ones(len(extra)), where=whole < -fare))


def _written_extra(seen: Seen, paid_by: str | None = None) -> Floats:
    """The same as it is written. Relief while trains waited on the way is in it: it makes the box cheaper."""
    money = seen.book.money
    assert money is not None
    table = np.zeros((len(seen.book.markets), len(seen.book.channels) + 1))  # the last, of what is elsewhere, stays 0
    for (market, channel), extra in money.extras.items():
        if paid_by in (None, extra.paid_by):
            table[seen.book.markets.index(market), seen.book.channels.index(channel)] = extra.cny
    relief = seen.boxes.relief_cny if paid_by is None else seen.boxes.relief_cny * _relieved_by(seen, money, paid_by)
    return np.asarray(table[seen.boxes.market, seen.channel] * seen.boxes.teu - relief)


def _relieved_by(seen: Seen, money: MoneyFact, party: str) -> Bools:
    """Whether a party bears the relief of each box, if it has any."""
    table = np.zeros((len(seen.book.markets), len(seen.book.channels) + 1), dtype=np.bool_)
    for (market, channel), bears in money.reliefs.items():
        table[seen.book.markets.index(market), seen.book.channels.index(channel)] = bears == party
    return np.asarray(table[seen.boxes.market, seen.channel])


def relief(seen: Seen) -> Values:
    """What the boxes carried in the window paid less because they were booked while trains waited on the way."""
    money = seen.book.money
    return seen.sums(seen.carried, seen.boxes.relief_cny) if money and money.reliefs else {}


def relieved(seen: Seen) -> Values:
    """TEU carried in the window that were booked while trains waited on the way, and paid less for it."""
    money = seen.book.money
    if money is None or not money.reliefs:
        return {}
    return seen.sums(seen.carried, seen.boxes.teu * (seen.boxes.relief_cny > 0))


def box_handling(seen: Seen) -> Floats:
    """Charges for the lifts of each box."""
    money = seen.book.money
    assert money is not None
    rates = {name: charge.lift_cny for name, charge in money.charges.items()}
    of_chain = [LIFTS * sum(rates.get(node, 0.0) for node in chain.nodes) for chain in seen.book.chains]
    return np.array([*of_chain, 0.0])[seen.boxes.chain]


def box_storage(seen: Seen) -> Floats:
    """Charges for the days of each box in yards beyond the free ones."""
    money, boxes = seen.book.money, seen.boxes
    assert money is not None
    found = np.zeros(len(boxes))
    for position in range(len(boxes.train) + 1):
        at = [chain.nodes[position] if len(chain.nodes) > position else "" for chain in seen.book.chains]
        charges = [money.charges.get(node) for node in at] + [None]
        rate = np.array([one.teu_day_cny if one else 0.0 for one in charges])[boxes.chain]
        if not rate.any():
            continue
        free = np.array([one.free_days if one else 0.0 for one in charges])[boxes.chain]
        came_h = boxes.gated_in_h if position == 0 else boxes.unloaded_h[position - 1]
        left_h = boxes.loaded_h[position] if position < len(boxes.train) else boxes.picked_up_h
        left_h = np.where(seen.last_leg + 1 == position, boxes.picked_up_h, left_h)
        days = np.nan_to_num((left_h - came_h) / HOURS_PER_DAY - free)
        found += rate * boxes.teu * np.maximum(days, 0.0)
    return found


def handling(seen: Seen) -> Values:
    """Charges for the lifts of the boxes carried in the window."""
    return {} if seen.book.money is None else seen.sums(seen.carried, seen.once(box_handling))


def storage(seen: Seen) -> Values:
    """Charges for storage of the boxes carried in the window."""
    return {} if seen.book.money is None else seen.sums(seen.carried, seen.once(box_storage))


def _per_feu(seen: Seen, of_boxes: Floats) -> Values:
    """An amount per 40 ft box, over the boxes carried in the window."""
    teu = seen.sums(seen.carried, seen.boxes.teu)
    return {key: TEU_PER_FEU * value for key, value in ratio(seen.sums(seen.carried, of_boxes), teu).items()}


def cost_gross(seen: Seen) -> Values:
    """What a 40 ft box costs to carry, whoever pays: trains and vessels, lifts and storage."""
    if seen.book.money is None:
        return {}
    return _per_feu(seen, seen.once(box_running) + seen.once(box_handling) + seen.once(box_storage))


def cost_net(seen: Seen) -> Values:
    """What a 40 ft box costs to carry, less the subsidy on it."""
    if seen.book.money is None:
        return {}
    whole = seen.once(box_running) + seen.once(box_handling) + seen.once(box_storage)
    return _per_feu(seen, whole - seen.once(box_subsidy))


def price(seen: Seen) -> Values:
    """What shippers pay for a 40 ft box: trains and vessels, lifts and storage."""
    if seen.book.money is None:
        return {}
    return _per_feu(seen, seen.once(box_price) + seen.once(box_handling) + seen.once(box_storage))


def price_and_time(seen: Seen) -> Values:
    """What a 40 ft box costs its shipper with his time: the price, and the days at what a day is worth to him.

    Over the boxes delivered in the window.
    """
    money = seen.book.money
    if money is None or not money.time_cny:
        return {}
    worth = np.array([money.time_cny.get(name, 0.0) for name in seen.book.markets])[seen.boxes.market]
    days = np.nan_to_num(seen.lead_time_days) * worth * seen.boxes.teu
    paid = seen.once(box_price) + seen.once(box_handling) + seen.once(box_storage)
    teu = seen.sums(seen.delivered, seen.boxes.teu)
    return {key: TEU_PER_FEU * v for key, v in ratio(seen.sums(seen.delivered, paid + days), teu).items()}


def subsidy_per_teu(seen: Seen) -> Values:
    """Subsidy on each TEU carried in the window."""
    if seen.book.money is None:
        return {}
    return ratio(seen.sums(seen.carried, seen.once(box_subsidy)), seen.sums(seen.carried, seen.boxes.teu))


MEASURES = (
    Measure("subsidy_cny", "CNY", "less", Label("补贴支出", "subsidies paid"), subsidy),
    Measure("revenue_cny", "CNY", "neither", Label("运费收入", "revenue of trains and flights"), revenue),
    Measure(
        "running_cost_cny",
        "CNY",
        "neither",
        Label("班列与航班运行成本", "running cost of trains and flights"),
        running_cost,
    ),
    Measure("operator_result_cny", "CNY", "more", Label("运营方盈亏", "result of the operators"), operator_result),
    Measure("treasury_cny", "CNY", "less", Label("财政支出", "paid by the treasury"), treasury),
    Measure("shippers_cny", "CNY", "neither", Label("货主支付", "paid by shippers"), shippers),
    Measure("outlay_cny", "CNY", "less", Label("政策投入", "outlays for policies"), outlay),
    Measure("budget_lasted_days", "days", "more", Label("补贴预算可用天数", "budget lasted"), budget_lasted),
    Measure("relief_cny", "CNY", "less", Label("拥堵期运费优惠", "rebates while trains queued"), relief),
    Measure(
        "relieved_teu",
        "TEU",
        "neither",
        Label("享受拥堵优惠的箱量", "TEU booked while trains queued, on a rebate"),
        relieved,
    ),
    Measure("handling_cny", "CNY", "less", Label("装卸费", "charges for lifts"), handling),
    Measure("storage_cny", "CNY", "less", Label("堆存费", "charges for storage"), storage),
    Measure("cost_gross_cny_per_feu", "CNY/FEU", "less", Label("每大箱总成本", "cost per FEU, gross"), cost_gross),
    Measure("cost_net_cny_per_feu", "CNY/FEU", "less", Label("每大箱净成本", "cost per FEU, net"), cost_net),
    Measure("price_cny_per_feu", "CNY/FEU", "less", Label("每大箱货主运费", "price per FEU to the shipper"), price),
    Measure(
        "shipper_cost_cny_per_feu",
        "CNY/FEU",
        "less",
        Label("每大箱货主成本（含时间）", "cost per FEU to the shipper, with time"),
        price_and_time,
    ),
    Measure("subsidy_cny_per_teu", "CNY/TEU", "less", Label("每标箱补贴", "subsidy per TEU"), subsidy_per_teu),
)
