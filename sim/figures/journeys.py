"""From the table of journeys: the trains of a month, and where the places on their way lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.figures.run import Run, numbers, select

NEVER = "1970-01"
"""A month for a run that says of no month that it was measured."""


@dataclass(frozen=True)
class Stop:
    """A train stands at a place; days since the month began."""

    place: str
    came: float
    left: float

    @property
    def days(self) -> float:
        """How long."""
        return self.left - self.came


@dataclass(frozen=True)
class Train:
    """A train in a month: where it was when, and where it stood."""

    direction: str
    points: list[tuple[float, str]]
    stops: list[Stop]


@dataclass(frozen=True)
class Month:
    """The trains of one run that were under way in a month."""

    name: str
    begin: pd.Timestamp
    days: int
    trains: list[Train]

    @property
    def stops(self) -> list[Stop]:
        """All their stops that lie at least partly in the month."""
        return [stop for train in self.trains for stop in train.stops if stop.left > 0 and stop.came < self.days]


def longest_channel(runs: Sequence[Run]) -> str:
    """The channel whose trains go farthest; empty if no train ran."""
    together = pd.concat([run.journeys[["channel", "km"]] for run in runs])
    farthest = together.assign(km=numbers(together, "km")).groupby("channel")["km"].max()
    return "" if farthest.empty else str(farthest.idxmax())


def kilometres(runs: Sequence[Run], channel: str) -> dict[str, float]:
    """Where each place lies, in km from the end in the hinterland, in that order.

    Routes are laid together at the first place that they share: services may be parts of the way, or go to other ends.
    """
    journeys = pd.concat([select(run.journeys, channel=channel) for run in runs])
    places: dict[str, float] = {}
    routes = []
    for (_, direction), rows in journeys.groupby(["service", "direction"], sort=True):
        at = dict(zip(rows["place"], numbers(rows, "km"), strict=True))
        far = max(at.values())
        routes.append({place: far - km if direction == "inbound" else km for place, km in at.items()})
    for route in sorted(routes, key=lambda route: -max(route.values())):
        shared = next((place for place in route if place in places), None)
        shift = places[shared] - route[shared] if shared is not None else 0.0
        for place, km in route.items():
            places.setdefault(place, km + shift)
    nearest = min(places.values(), default=0.0)
    return {place: km - nearest for place, km in sorted(places.items(), key=lambda item: item[1])}


def middle_month(run: Run) -> str:
    """The month in the middle of the measured window, YYYY-MM."""
    months = sorted({str(month) for month in run.monthly["month"]})
    if months:
        return months[len(months) // 2]
    times = sorted(str(time) for time in run.journeys["left"].dropna())
    return times[len(times) // 2][:7] if times else NEVER


def month_of(run: Run, channel: str, month: str | None) -> Month:
    """What ran on the channel in a month."""
    name = month or middle_month(run)
    begin = pd.Timestamp(f"{name}-01")
    rows = select(run.journeys, channel=channel)
    rows = rows.assign(came=_days_since(rows["arrived"], begin), gone=_days_since(rows["left"], begin))
    trains = []
    for (_, _, direction), way in rows.groupby(["service", "train", "direction"], sort=False):
        stops = [Stop(*at) for at in zip(way["place"], way["came"].tolist(), way["gone"].tolist(), strict=True)]
        points = [(at, stop.place) for stop in stops for at in (stop.came, stop.left) if np.isfinite(at)]
        if points and points[-1][0] > 0 and points[0][0] < begin.days_in_month:
            trains.append(Train(str(direction), points, [stop for stop in stops if stop.days > 0]))
    return Month(name, begin, begin.days_in_month, trains)


def _days_since(times: pd.Series[str], begin: pd.Timestamp) -> pd.Series[float]:
    return (pd.to_datetime(times, format="ISO8601") - begin) / pd.Timedelta(days=1)
