"""A validation as tables: forecasts and naive rules, sensitivities, what was put in, what must be plausible."""

from __future__ import annotations

import math

from sim.experiment.inputs import Change
from sim.experiment.validate import Forecast, Interval, Validation
from sim.results.tables import Cell, Table


def hindcast_tables(found: Validation) -> list[Table]:
    """Every table of the results folder of a validation."""
    return [_forecasts(found), _sensitivity(found), _exogenous(found), _plausibility(found)]


def _forecasts(found: Validation) -> Table:
    columns = ("forecast", "kind", "low", "middle", "high", "coverage", "half_width_share", "observed", "holds")
    more = ("score", "beats_naive", "worth", "mean", "mean_low95", "mean_high95", "share_of_inputs", "draws")
    rows: list[tuple[Cell, ...]] = [
        (one.name, "model", *_of(one.interval, found), *_more(one, found)) for one in found.forecasts
    ]
    rows += [(name, "naive", *_of(one, found), *(None,) * 11) for name, one in found.naive.items()]
    return Table("hindcast", (*columns, *more, "set_aside", "refused", "load", "frozen"), rows)


def _of(one: Interval, found: Validation) -> tuple[Cell, ...]:
    observed, coverage = found.spec.observed.value, found.spec.coverage
    width = one.half_width_share
    return (one.low, one.middle, one.high, coverage, width, observed, int(one.holds(observed)), one.score)


def _more(one: Forecast, found: Validation) -> tuple[Cell, ...]:
    load = max(one.load.values(), default=math.nan)
    head: tuple[Cell, ...] = (int(found.beats(one)), int(found.worth(one)), one.mean.mean, one.mean.low, one.mean.high)
    return (*head, one.of_inputs, one.used, one.contradict, one.refused, load, one.pair.frozen)


def _sensitivity(found: Validation) -> Table:
    columns = ("forecast", "market", "dearer_usd_per_feu", "closed_form_as_assumed", "needed_scale_per_usd")
    rows: list[tuple[Cell, ...]] = [
        (one.name, market, usd, one.needed.as_assumed, one.needed.scale, *_simulated(one))
        for one in found.forecasts
        for market, usd in one.dearer_usd.items()
    ]
    return Table("sensitivity", (*columns, "simulated", "low95", "high95"), rows)


def _simulated(one: Forecast) -> tuple[Cell, ...]:
    what = one.needed.simulated
    return (what.mean, what.low, what.high)


def _exogenous(found: Validation) -> Table:
    rows = [_change(one.name, change) for one in found.forecasts for change in one.changed]
    return Table("exogenous", ("forecast", "path", "calibrated", "forecast_value", "grade", "source"), rows)


def _change(name: str, change: Change) -> tuple[Cell, ...]:
    fact = change.other_fact
    value = [None if one is None else str(one) for one in (change.base, change.other)]
    return (name, change.path, *value, fact.grade if fact else None, fact.source if fact else None)


def _plausibility(found: Validation) -> Table:
    columns = ("check", "figure", "mean", "low95", "high95", "replications", "low", "high", "verdict")
    rows: list[tuple[Cell, ...]] = []
    for one in found.checked:
        what, expected = one.found, one.expected
        head: tuple[Cell, ...] = (one.check, one.figure, what.mean, what.low, what.high, what.n)
        rows.append((*head, expected.low, expected.high, str(one.reading), expected.grade, expected.source))
    return Table("plausibility", (*columns, "grade", "source"), rows)
