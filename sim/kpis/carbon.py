"""Carbon: factor × tonnes × km over all legs of the boxes carried in the window; nothing without factors."""

from __future__ import annotations

import numpy as np

from sim.kpis.measure import Measure
from sim.kpis.seen import Key, Seen, Values, ratio
from sim.trace import CarbonFact, Floats, Label

KG_PER_TONNE = 1000.0


def _service_kg(seen: Seen, carbon: CarbonFact) -> Floats:
    """Kilograms for each tonne over the whole route of each service."""
    return np.array([carbon.kg_per_tonne_km[s.id] * max(s.km_at.values(), default=0.0) for s in seen.book.services])


def _chain_kg(seen: Seen, carbon: CarbonFact) -> Floats:
    """Kilograms for each tonne over each chain, and last, for what is elsewhere, 0."""
    of_service = _service_kg(seen, carbon)
    return np.array([*(of_service[list(chain.services)].sum() for chain in seen.book.chains), 0.0])


def box_kg(seen: Seen) -> Floats:
    """Kilograms of CO2 equivalent of each box: its cargo by rail, sea and road, and its part of empty boxes."""
    carbon = seen.book.carbon
    assert carbon is not None
    boxes = seen.boxes
    tonnes = np.array([carbon.tonnes_per_teu[name] for name in seen.book.markets])
    road = np.array([carbon.road_kg_per_tonne[name] for name in seen.book.markets])
    per_tonne = _chain_kg(seen, carbon)[boxes.chain] + road[boxes.market]
    return np.asarray((tonnes[boxes.market] * per_tonne + _empty_kg(seen, carbon)[boxes.chain]) * boxes.teu)


def _empty_kg(seen: Seen, carbon: CarbonFact) -> Floats:
    """Kilograms of empty boxes that each loaded TEU is charged with, by chain, and last, for what is elsewhere, 0.

    What a channel carries more one way than the other, to one region, goes back empty on the same route.
    """
    chains, found = seen.book.chains, np.zeros(len(seen.book.chains) + 1)
    if not carbon.empties_return:
        return found
    ours = seen.carried & (seen.boxes.chain >= 0)
    teu = np.bincount(seen.boxes.chain[ours], seen.boxes.teu[ours], minlength=len(chains))
    per_tonne = _chain_kg(seen, carbon)
    for ends in dict.fromkeys((chain.channel, chain.region) for chain in chains):
        both = [k for k, chain in enumerate(chains) if (chain.channel, chain.region) == ends]
        fuller = max(both, key=lambda k: teu[k])
        more = 2 * teu[fuller] - teu[both].sum()
        if teu[both].sum():
            found[both] = more * carbon.tare_tonnes_per_teu * per_tonne[fuller] / teu[both].sum()
    return found


def co2(seen: Seen) -> Values:
    """Tonnes of CO2 equivalent of the boxes carried in the window."""
    return {} if seen.book.carbon is None else seen.sums(seen.carried, seen.once(box_kg) / KG_PER_TONNE)


def co2_per_teu(seen: Seen) -> Values:
    """Tonnes of CO2 equivalent for each TEU carried in the window."""
    return {} if seen.book.carbon is None else ratio(seen.once(co2), seen.sums(seen.carried, seen.boxes.teu))


def co2_market(seen: Seen) -> Values:
    """Tonnes of CO2 equivalent of all cargo that chose: what we carried, and what was booked and went with others.

    What goes with others, and elsewhere, counts by what the scenario says of a TEU of it (`co2_t_per_teu`), all of it
    assumed: the sign of a change of this sum may hang on it.
    """
    choices = seen.trace.choices
    if seen.book.carbon is None or choices is None:
        return {}
    booked = seen.within(choices.booked_h)
    others = 0.0
    for number, name in enumerate(seen.book.markets):
        each = np.array([one.tonnes_co2_per_teu for one in seen.book.alternatives.get(name, ())])
        mine = booked & (choices.market == number) & (choices.alternative >= 0)
        if len(each):
            others += float((each[choices.alternative[mine]] * choices.teu[mine]).sum())
    return {Key(): seen.once(co2)[Key()] + others}


def chosen(seen: Seen) -> Values:
    """TEU booked in the window by what their shippers chose; place is the alternative."""
    choices = seen.trace.choices
    if choices is None:
        return {}
    values: Values = {}
    booked = seen.within(choices.booked_h) & (choices.alternative >= 0)
    for number, name in enumerate(seen.book.markets):
        mine = booked & (choices.market == number)
        alternatives = seen.book.alternatives.get(name, ())
        teu = np.bincount(choices.alternative[mine], choices.teu[mine], minlength=len(alternatives))
        for one, total in zip(alternatives, teu, strict=True):
            key = Key(place=one.name)
            values[key] = values.get(key, 0.0) + float(total)
    return values


MEASURES = (
    Measure("co2_t", "t", "less", Label("碳排放量", "CO2 equivalent"), co2),
    Measure("co2_t_per_teu", "t/TEU", "less", Label("每标箱碳排放", "CO2 equivalent per TEU"), co2_per_teu),
    Measure(
        "co2_market_t",
        "t",
        "less",
        Label("全市场碳排放（他方为假设值）", "CO2 equivalent of the whole market, others assumed"),
        co2_market,
    ),
    Measure("chosen_teu", "TEU", "neither", Label("货主选择", "chosen by shippers"), chosen),
)
