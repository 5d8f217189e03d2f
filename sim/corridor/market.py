"""A market: who ships what from where to where, and when. Its boxes are drawn at birth, once for the whole run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.corridor.choice import ChoiceSpec, MarketChoiceSpec
from sim.corridor.containers import Births
from sim.corridor.disruption import Shock
from sim.corridor.money import ExchangeSpec
from sim.corridor.shippers import choosing
from sim.quantities import HOURS_PER_DAY, Bilingual, Cargo, Day, Direction, Hours, Key, PerYear, Share, Spec
from sim.variation import NOTHING, Always, Varying

if TYPE_CHECKING:
    from sim.streams import Streams

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Distance = Annotated[float, Field(ge=0, le=100_000)]
Busyness = Annotated[float, Field(ge=0, le=100)]


class FixedArrivals(Spec):
    """Consignments at fixed times, for tests and for what is really scheduled."""

    every_h: Annotated[float, Field(ge=0.01, le=1_000_000)]
    """hours between consignments"""
    first_h: Hours
    """hours from the start of the run to the first consignment"""
    last_h: Hours | None = None
    """no consignment after this hour"""


class RoadSpec(Spec):
    """How far boxes go by road, for their emissions."""

    first_mile: Distance = 0.0
    """km to the first terminal"""
    last_mile: Distance = 0.0
    """km from the last terminal"""


class MarketSpec(Spec):
    """A market: cargo of one kind between the hinterland and one region, and the channels it takes.

    Consignments come at random (a Poisson process whose rate follows the year and the month), unless `arrivals` fixes
    them.
    """

    name: Bilingual
    """what people call it"""
    direction: Direction
    """`outbound` (export) or `inbound` (import)"""
    cargo: Cargo
    """`local` (本地货: shipper or consignee in the hinterland) or `hub` (drawn in from elsewhere)"""
    region: Key
    """the region at the other end, as the channels name it"""
    teu_per_year: dict[str, PerYear] = {}
    """TEU offered in each calendar year: `{"2019": 3037}`; a year that is not named is like the one named before it"""
    arrivals: FixedArrivals | None = None
    """fixed arrivals in place of random ones"""
    channels: dict[str, Share]
    """share of the consignments that takes each channel; what is left goes elsewhere, not with us"""
    first_day: Day | None = None
    """no cargo before this day"""
    last_day: Day | None = None
    """no cargo after this day"""
    month_index: Annotated[tuple[Busyness, ...], Field(min_length=12, max_length=12, strict=False)] = (1.0,) * 12
    """how busy each month is, January to December; the year keeps its total"""
    year_cv: Annotated[float, Field(ge=0, le=2)] = 0.0
    """how much a whole year varies: coefficient of variation of one factor (gamma, mean 1) on all years of a run"""
    share_40ft: Share = 1.0
    """share of boxes that are 40 ft (2 TEU); the rest is 20 ft (1 TEU)"""
    boxes_per_consignment: Varying = Always(always=1)
    """boxes of one consignment; broken numbers are rounded up or down at random so that the mean is kept"""
    first_mile_h: Varying = NOTHING
    """hours from booking to the gate of the first terminal"""
    last_mile_h: Varying = NOTHING
    """hours from leaving the last terminal to delivery"""
    choice: MarketChoiceSpec | None = None
    """between what its consignments choose, where the scenario lets shippers choose (`choice`)"""
    tonnes_per_teu: Annotated[float, Field(ge=0, le=40)] = 10.0
    """weight of the cargo of one TEU"""
    road_km: RoadSpec = RoadSpec()
    """how far boxes go by road"""

    @model_validator(mode="after")
    def _consistent(self) -> MarketSpec:
        if bool(self.teu_per_year) == bool(self.arrivals):
            message = "needs either teu_per_year or arrivals"
            raise ValueError(message)
        for year in self.teu_per_year:
            if not (year.isascii() and year.isdecimal() and len(year) == 4):
                message = f"teu_per_year: '{year}' is not a year"
                raise ValueError(message)
        if sum(self.channels.values()) > 1 + 1e-9:
            message = f"the shares of its channels add up to {sum(self.channels.values()):g}, more than 1"
            raise ValueError(message)
        if sum(self.month_index) == 0:
            message = "month_index is zero in every month"
            raise ValueError(message)
        return self

    @property
    def teu_per_box(self) -> float:
        """Mean TEU of a box."""
        return 1 + self.share_40ft

    @property
    def boxes_mean(self) -> float:
        """Mean boxes of a consignment; there is at least one, which raises the mean of a law that goes below."""
        law = self.boxes_per_consignment
        raised = np.maximum(1.0 - law.at((np.arange(4096) + 0.5) / 4096), 0.0)
        return law.mean + float(raised.mean())

    @property
    def own_share(self) -> float:
        """The share of the market that takes `channels` at base conditions, where shippers choose."""
        shares = self.choice.shares if self.choice else {}
        return sum(shares.get(channel, 0.0) for channel in self.channels)

    @property
    def size_factor(self) -> float:
        """TEU of the whole market, between whose alternatives shippers choose, for each TEU of `teu_per_year`."""
        return sum(self.channels.values()) / self.own_share

    def teu_in(self, year: int) -> float:
        """TEU offered in a whole calendar year."""
        years = sorted(self.teu_per_year)
        known = [y for y in years if int(y) <= year]
        return self.teu_per_year[known[-1] if known else years[0]] if years else 0.0


def cumulative_teu(
    spec: MarketSpec, start: datetime, until_h: float, shocks: Sequence[Shock] = ()
) -> tuple[Floats, Floats]:
    """TEU offered from the start of the run: (hours, TEU up to then), both increasing, straight between the points.

    Each year has its total, spread over its months in proportion to `month_index` times their days; days before
    `first_day` and after `last_day` have none. A shock takes away from the total of the year, or adds to it.
    """
    hours, teu = [0.0], [0.0]
    year, month = start.year, start.month
    while hours[-1] < until_h:
        begin, end = _month(year, month)
        for low, high in _open_days(spec, max(begin, start), end):
            rate = _rate(spec, year, month)
            for moment, slope in ((low, 0.0), (high, rate)):
                at_h = (moment - start).total_seconds() / 3600
                teu.append(teu[-1] + slope * (at_h - hours[-1]))
                hours.append(at_h)
        if hours[-1] < (at_h := (end - start).total_seconds() / 3600):
            hours.append(at_h)
            teu.append(teu[-1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return _shocked(np.array(hours), np.array(teu), shocks)


def _shocked(hours: Floats, teu: Floats, shocks: Sequence[Shock]) -> tuple[Floats, Floats]:
    """Cumulative TEU with so many times as much cargo from one hour up to another."""
    if not shocks:
        return hours, teu
    edges = [edge for begin, end, _ in shocks for edge in (begin, end) if hours[0] < edge < hours[-1]]
    extra = np.setdiff1d(edges, hours)
    at = np.concatenate((hours, extra))
    order = np.argsort(at, kind="stable")
    at, upto = at[order], np.concatenate((teu, np.interp(extra, hours, teu)))[order]
    more = np.diff(upto)
    for begin, end, factor in shocks:
        more = more * np.where((at[:-1] >= begin) & (at[1:] <= end), factor, 1.0)
    return at, np.concatenate(([upto[0]], upto[0] + np.cumsum(more)))


def _month(year: int, month: int) -> tuple[datetime, datetime]:
    return datetime(year, month, 1), datetime(year + month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=256)
def _month_hours(year: int) -> tuple[float, ...]:
    return tuple((end - begin).days * HOURS_PER_DAY for begin, end in (_month(year, m) for m in range(1, 13)))


def _open_days(spec: MarketSpec, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    low = max(begin, _midnight(spec.first_day)) if spec.first_day else begin
    high = min(end, _midnight(spec.last_day) + timedelta(days=1)) if spec.last_day else end
    return [(low, high)] if low < high else []


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _rate(spec: MarketSpec, year: int, month: int) -> float:
    """TEU per hour in this month."""
    weight = float(np.dot(spec.month_index, _month_hours(year)))
    return spec.teu_in(year) * spec.month_index[month - 1] / weight


class Chooses(NamedTuple):
    """How the shippers of a market choose: by the choice of the scenario, between the alternatives of the market."""

    choice: ChoiceSpec
    market: MarketChoiceSpec
    exchange: ExchangeSpec


def births(  # noqa: PLR0913, PLR0917  (a market is born from its spec and its luck)
    name: str,
    spec: MarketSpec,
    chain_of: dict[str, int],
    streams: Streams,
    run: tuple[datetime, float],
    chooses: Chooses | None = None,
    shocks: Sequence[Shock] = (),
) -> Births:
    """All boxes of a market in the order of their booking. `run` is its start, and how many hours it has.

    Where shippers choose, it is all cargo of the market between whose alternatives they do.
    """
    size_factor = spec.size_factor if chooses else 1.0
    arrive_h = (
        _fixed(spec.arrivals, run[1]) if spec.arrivals else _random(name, spec, streams, run, (size_factor, shocks))
    )
    n = len(arrive_h)
    size = _sizes(spec.boxes_per_consignment.drawn(streams, f"market/{name}/size", n), name, streams)
    if chooses:
        chain = np.full(n, -1, dtype=np.int64)
    else:
        chain = _chains(spec, chain_of, streams.luck(f"market/{name}/channel", n))
    boxes = int(size.sum())
    booked_h = np.repeat(arrive_h, size)
    first_mile_h = spec.first_mile_h.drawn(streams, f"market/{name}/first_mile", boxes)
    return Births(
        market=name,
        consignment=np.repeat(np.arange(n), size),
        teu=1 + (streams.luck(f"market/{name}/size_ft", boxes) < spec.share_40ft).astype(np.int64),
        chain=np.repeat(chain, size),
        booked_h=booked_h,
        at_gate_h=booked_h + first_mile_h,
        last_mile_h=spec.last_mile_h.drawn(streams, f"market/{name}/last_mile", boxes),
        choosing=choosing(name, *chooses, chain_of, n, streams) if chooses else None,
    )


def _fixed(fixed: FixedArrivals, horizon_h: float) -> Floats:
    last_h = min(horizon_h, np.inf if fixed.last_h is None else fixed.last_h)
    n = max(0, int(np.floor((last_h - fixed.first_h) / fixed.every_h)) + 1)
    return fixed.first_h + fixed.every_h * np.arange(n, dtype=np.float64)


def _random(
    name: str, spec: MarketSpec, streams: Streams, run: tuple[datetime, float], how_much: tuple[float, Sequence[Shock]]
) -> Floats:
    """Arrivals of consignments: unit-rate Poisson times through the inverse of the cumulative rate (Çinlar 1975)."""
    start, horizon_h = run
    size, shocks = how_much
    hours, teu = cumulative_teu(spec, start, horizon_h, shocks)
    factor = size * year_factor(spec.year_cv, float(streams.luck(f"market/{name}/year", 1)[0]))
    consignments = teu * factor / (spec.teu_per_box * spec.boxes_mean)
    expected = float(np.interp(horizon_h, hours, consignments))
    n = int(expected + 8 * np.sqrt(expected) + 16)
    unit = np.cumsum(-np.log1p(-streams.luck(f"market/{name}/arrival", n)))
    unit = unit[unit < expected]
    return np.asarray(np.interp(unit, consignments, hours))


def year_factor(cv: float, luck: float) -> float:
    """The factor on all years of a run: gamma with mean 1 and coefficient of variation `cv`."""
    if cv == 0:
        return 1.0
    from scipy.special import gammaincinv  # noqa: PLC0415  (slow to import)

    shape = cv**-2
    return float(gammaincinv(shape, luck)) / shape


def _sizes(wanted: Floats, name: str, streams: Streams) -> Ints:
    """Boxes of each consignment, whole numbers of at least 1 with the mean of the law."""
    wanted = np.maximum(wanted, 1.0)
    whole = np.floor(wanted)
    if (whole == wanted).all():
        return whole.astype(np.int64)
    rounding = streams.luck(f"market/{name}/rounding", len(wanted))
    return (whole + (rounding < wanted - whole)).astype(np.int64)


def _chains(spec: MarketSpec, chain_of: dict[str, int], luck: Floats) -> Ints:
    """The chain of each consignment by the fixed shares; −1 is elsewhere."""
    channels = sorted(spec.channels)
    upto = np.cumsum([spec.channels[c] for c in channels])
    codes = np.array([*(chain_of[c] for c in channels), -1], dtype=np.int64)
    if channels and np.isclose(upto[-1], 1.0, rtol=0, atol=1e-9):
        upto[-1] = np.inf
    return codes[np.searchsorted(upto, luck, side="right")]
