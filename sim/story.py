"""The life of one train, or of one container, from the trace, in words and dates.

The event log is a view of the trace: nothing is noted twice. A story is the debugger, and the talk with railway people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.errors import CorridorError
from sim.trace import Ran, Stage, Trace, What
from sim.words import LANGS, Lang


class StoryError(CorridorError):
    """There is no such train or container; the message says which there are."""

    exit_code = 2


@dataclass(frozen=True)
class Event:
    """Something that happened: when, what, where, to which train or container, and details for the words."""

    at_h: float
    what: What
    place: str = ""
    train: str = ""
    detail: float = 0.0


NOT_RUN = {Ran.CANCELLED: What.CANCELLED, Ran.TOO_FEW: What.TOO_FEW, Ran.UNPAID: What.UNPAID}
"""What is told of a planned departure that did not run."""


def train_row(trace: Trace, train: str) -> int:
    """The row of a train SERVICE/NUMBER (numbers from 1). Raises StoryError if there is no such train."""
    service, _, number = train.partition("/")
    names = [fact.id for fact in trace.book.services]
    if service not in names:
        message = f"there is no service '{service}'. Services: {', '.join(names)}."
        raise StoryError(message)
    rows = np.flatnonzero(trace.departures.service == names.index(service))
    if not len(rows):
        message = f"{service} has no departures."
        raise StoryError(message)
    wanted = int(number) if number.isdecimal() else 0
    found = rows[trace.departures.number[rows] == wanted - 1]
    if not len(found):
        message = f"{service} has no departure number '{number}'. It has 1 to {len(rows)}: write {service}/1."
        raise StoryError(message)
    return int(found[0])


def box_row(trace: Trace, box: str) -> int:
    """The row of a container MARKET/NUMBER (numbers from 1). Raises StoryError if there is no such container."""
    market, _, number = box.partition("/")
    if market not in trace.book.markets:
        message = f"there is no market '{market}'. Markets: {', '.join(trace.book.markets)}."
        raise StoryError(message)
    rows = np.flatnonzero(trace.containers.market == trace.book.markets.index(market))
    if not len(rows):
        message = f"{market} has no containers."
        raise StoryError(message)
    wanted = int(number) if number.isdecimal() else 0
    if not 1 <= wanted <= len(rows):
        message = f"{market} has no container number '{number}'. It has 1 to {len(rows)}: write {market}/1."
        raise StoryError(message)
    return int(rows[wanted - 1])


def name_of_train(trace: Trace, row: int) -> str:
    """SERVICE/NUMBER of a departure."""
    departures = trace.departures
    return f"{trace.book.services[departures.service[row]].id}/{departures.number[row] + 1}"


def events_of_train(trace: Trace, row: int) -> list[Event]:
    """Everything that happened to a train or vessel, in order; what lies beyond the end of the run is left out."""
    departures, visits, book = trace.departures, trace.visits, trace.book
    service, train = book.services[departures.service[row]], name_of_train(trace, row)
    closed_h, ran = float(departures.closed_h[row]), Ran(int(departures.ran[row]))
    if ran != Ran.RAN:
        return [Event(closed_h, NOT_RUN[ran], service.origin, train)]
    events = [Event(closed_h, What.CLOSED, service.origin, train, float(departures.boxes[row]))]
    for visit in np.flatnonzero(visits.train == row).tolist():
        at, begun_h, done_h = book.stages[visits.stage[visit]], visits.begun_h[visit], visits.done_h[visit]
        if at.stage == Stage.LOADING:
            events.append(Event(done_h, What.DEPARTED, at.place, train, float(departures.load_teu[row])))
        elif at.stage == Stage.UNLOADING:
            events.append(Event(float(departures.arrived_h[row]), What.ARRIVED, at.place, train))
            events.append(Event(done_h, What.UNLOADED, at.place, train))
        elif at.stage in (Stage.RUNNING, Stage.SAILING):
            if begun_h > visits.asked_h[visit]:
                waited_h = begun_h - visits.asked_h[visit]
                events.append(Event(float(visits.asked_h[visit]), What.HELD, at.place, train, waited_h))
            events.append(Event(begun_h, What.ENTERED, at.place, train, visits.done_h[visit] - begun_h))
        elif at.stage == Stage.CHECKS:
            events.append(Event(done_h, What.CHECKED, at.place, train, done_h - begun_h))
        else:
            events.append(Event(begun_h, What.BEGUN, at.place, train, begun_h - visits.asked_h[visit]))
            events.append(Event(done_h, What.CHANGED, at.place, train, done_h - begun_h))
    return [event for event in events if event.at_h <= book.window[1]]


def events_of_box(trace: Trace, row: int) -> list[Event]:
    """Everything that happened to a container, in order; what lies beyond the end of the run is left out."""
    boxes, book = trace.containers, trace.book
    events = [Event(float(boxes.booked_h[row]), What.BOOKED)]
    if boxes.chain[row] < 0:
        return [*events, Event(float(boxes.booked_h[row]), What.ELSEWHERE)]
    chain = book.chains[boxes.chain[row]]
    events.append(Event(float(boxes.at_gate_h[row]), What.AT_GATE, chain.nodes[0]))
    if boxes.turned_away[row]:
        return [*events, Event(float(boxes.at_gate_h[row]), What.TURNED_AWAY, chain.nodes[0])]
    events.append(Event(float(boxes.gated_in_h[row]), What.GATED_IN, chain.nodes[0]))
    for leg in range(len(chain.services)):
        origin, train = chain.nodes[leg], int(boxes.train[leg, row])
        events += _cleared(trace, row, origin, float(boxes.ready_h[leg, row]))
        events.append(Event(float(boxes.ready_h[leg, row]), What.READY, origin))
        if train < 0:
            break
        name = name_of_train(trace, train)
        events.append(Event(float(boxes.loaded_h[leg, row]), What.LOADED, origin, name))
        events.append(Event(float(trace.departures.departed_h[train]), What.DEPARTED, origin, name))
        events.append(Event(float(trace.departures.arrived_h[train]), What.ARRIVED, chain.nodes[leg + 1], name))
        events.append(Event(float(boxes.unloaded_h[leg, row]), What.UNLOADED, chain.nodes[leg + 1], name))
    last = chain.nodes[-1]
    events += _cleared(trace, row, last, float(boxes.released_h[row]))
    events.append(Event(float(boxes.released_h[row]), What.RELEASED, last))
    events.append(Event(float(boxes.picked_up_h[row]), What.PICKED_UP, last))
    events.append(Event(float(boxes.delivered_h[row]), What.DELIVERED))
    return [event for event in events if event.at_h <= trace.book.window[1]]


def _cleared(trace: Trace, row: int, place: str, at_h: float) -> list[Event]:
    """That a container was cleared here, and whether it was inspected; nothing where it is not cleared."""
    if trace.book.chains[trace.containers.chain[row]].clear_at != place:
        return []
    return [Event(at_h, What.INSPECTED if trace.containers.inspected[row] else What.CLEARED, place)]


SENTENCES: dict[What, tuple[str, str]] = {
    What.BOOKED: ("booked", "委托订舱"),
    What.ELSEWHERE: ("goes elsewhere, not with us", "流向其他通道，不经本走廊"),
    What.AT_GATE: ("at the gate of {place}", "到达{place}闸口"),
    What.TURNED_AWAY: ("turned away at the gate of {place}: the yard is full", "{place}堆场已满，闸口拒收"),
    What.GATED_IN: ("in the yard of {place}", "进入{place}堆场"),
    What.CLEARED: ("cleared by customs at {place}", "在{place}办结通关"),
    What.INSPECTED: ("inspected and cleared by customs at {place}", "在{place}查验并办结通关"),
    What.READY: ("ready to board at {place}", "在{place}具备装运条件"),
    What.CLOSED: ("the loading list closes at {place}: {detail:.0f} boxes", "{place}截载：{detail:.0f} 箱"),
    What.LOADED: ("lifted onto {train} at {place}", "在{place}装上 {train}"),
    What.DEPARTED: ("{train} leaves {place}", "{train} 从{place}开出"),
    What.HELD: ("held before the line {place} for {detail:.1f} h", "在区段 {place} 前等待 {detail:.1f} 小时"),
    What.ENTERED: ("onto the line {place}, {detail:.1f} h", "进入区段 {place}，运行 {detail:.1f} 小时"),
    What.BEGUN: (
        "gauge change begins at {place} after {detail:.1f} h of waiting",
        "{place}等待 {detail:.1f} 小时后开始换装",
    ),
    What.CHANGED: ("gauge change at {place} done in {detail:.1f} h", "{place}换装完毕，用时 {detail:.1f} 小时"),
    What.CHECKED: ("through the checks at {place} in {detail:.1f} h", "{place}查验与手续完毕，用时 {detail:.1f} 小时"),
    What.ARRIVED: ("{train} arrives at {place}", "{train} 抵达{place}"),
    What.UNLOADED: ("unloaded at {place}", "在{place}卸毕"),
    What.RELEASED: ("released at {place}", "在{place}放行"),
    What.PICKED_UP: ("fetched from {place}", "从{place}提箱"),
    What.DELIVERED: ("delivered", "送达"),
    What.CANCELLED: ("{train} is cancelled at {place}", "{train} 在{place}停运"),
    What.TOO_FEW: ("{train} is cancelled at {place}: too little cargo", "{train} 在{place}停运：货量不足"),
    What.UNPAID: ("{train} is cancelled at {place}: it would not pay", "{train} 在{place}停运：收入不抵可避免成本"),
}


def tell(trace: Trace, events: list[Event], lang: Lang) -> list[str]:
    """Events in words: date and time, then what happened."""
    names = trace.book.place_names
    lines = []
    for event in events:
        place = names[event.place].of(lang) if event.place else ""
        words = SENTENCES[event.what][LANGS.index(lang)]
        when = trace.book.date(event.at_h).strftime("%Y-%m-%d %H:%M")
        lines.append(f"{when}  {words.format(place=place, train=event.train, detail=event.detail)}")
    return lines
