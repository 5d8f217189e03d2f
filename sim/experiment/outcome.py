"""What one replication hands back: values and series, a few thousand numbers, never the trace."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.kpis import BY_ID, Key, Seen, Values, measure_all
from sim.kpis.series import Stop, daily_levels, journeys, lead_time_counts, monthly_carried
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Floats, Ints


@dataclass
class Outcome:
    """The result of one replication."""

    replication: int
    values: dict[str, Values]
    monthly: dict[Key, Floats] = field(default_factory=dict)
    levels: dict[tuple[str, str], Floats] = field(default_factory=dict)
    lead_times: dict[Key, Ints] = field(default_factory=dict)
    journeys: list[Stop] = field(default_factory=list)
    departures: list[tuple[int, int]] = field(default_factory=list)
    events: int = 0


def replicate(scenario: Scenario, replication: int) -> Outcome:
    """Simulate one replication and measure it: values, and the series that figures need; journeys of the first only.

    Raises ModelError if the model broke one of its own rules.
    """
    trace = simulate(scenario, replication)
    seen = Seen(trace)
    outcome = Outcome(replication, measure_all(seen), events=trace.events)
    outcome.monthly = monthly_carried(seen)
    outcome.levels = daily_levels(seen)
    outcome.lead_times = lead_time_counts(seen)
    if replication == 0:
        outcome.journeys = journeys(seen)
        rows = trace.departures
        outcome.departures = list(zip(rows.service.tolist(), rows.number.tolist(), strict=True))
    return outcome


def replicate_only(scenario: Scenario, replication: int, measures: tuple[str, ...]) -> Outcome:
    """Simulate one replication and take these measures, and the counts of lead times, alone.

    Raises ModelError if the model broke one of its own rules.
    """
    trace = simulate(scenario, replication)
    seen = Seen(trace)
    outcome = Outcome(replication, {measure: BY_ID[measure].of(seen) for measure in measures}, events=trace.events)
    outcome.lead_times = lead_time_counts(seen)
    return outcome
