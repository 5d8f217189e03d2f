"""`run`: a scenario simulated many times, and what was found as tables, figures and a notebook view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.asked import Asked, design_for, jobs_for, loaded, manifest, runs_of, settings, write
from sim.api.html import View
from sim.experiment.findings import Findings, find
from sim.experiment.replicate import How
from sim.experiment.store import Store
from sim.experiment.workers import Workers
from sim.files import change
from sim.kpis import BY_ID, Key
from sim.results.folder import Folder
from sim.results.tables import ALL, all_tables
from sim.results.uncertainty import uncertainty_tables
from sim.scenario import Scenario
from sim.statistics import Estimate
from sim.telling.answers import columns_of, headings, loaded_line, rows, title
from sim.telling.caveats import warnings
from sim.words import Lang, number, say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.figures import Draw

FEWEST_DRAWS, MOST_DRAWS = 10, 10_000

HEADLINES = (
    *("carried_teu", "trains_run", "teu_per_train", "local_share"),
    *("lead_time_days", "lead_time_p90_days", "transit_days"),
)
"""The measures of the headline table, in its order."""


@dataclass(frozen=True)
class Run:
    """A scenario that was simulated, and what was found.

    Its tables are those of a results folder, with the same names and columns; each call hands out a copy.
    """

    id: str
    """what the column `scenario` of the tables calls it"""
    findings: Findings = field(repr=False)
    manifest: Mapping[str, Any] = field(repr=False)
    """what was run: seed, model, replications"""
    lang: Lang = "en"
    """the language of the notebook view, of warnings and figures"""

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.findings.scenario

    @cached_property
    def _tables(self) -> Mapping[str, pd.DataFrame]:
        from sim.results.frames import frame  # noqa: PLC0415  (pandas is slow to import)

        tables = [*all_tables(self.findings, self.id), *uncertainty_tables(self.findings, self.id)]
        return {table.name: frame(table) for table in tables}

    @property
    def summary(self) -> pd.DataFrame:
        """Every measure by channel, direction, cargo and place: mean, 95 % interval, baseline and tag.

        Columns: scenario, measure, channel, direction, cargo, place, unit, mean, low95, high95, replications, baseline,
        difference_pct, tag.
        """
        return self._tables["summary"].copy()

    @property
    def headline(self) -> pd.DataFrame:
        """The rows of `summary` that one reads first, by measure and channel.

        Index: measure, channel. Columns: unit, mean, low95, high95, replications, baseline, difference_pct, tag.
        """
        whole = self._tables["summary"]
        whole = whole[(whole[["direction", "cargo", "place"]] == ALL).all(axis=1) & whole["measure"].isin(HEADLINES)]
        whole = whole.sort_values("measure", key=lambda measure: measure.map(HEADLINES.index), kind="stable")
        return whole.drop(columns=["scenario", "direction", "cargo", "place"]).set_index(["measure", "channel"])

    @property
    def replications(self) -> pd.DataFrame:
        """Every value of every replication.

        Columns: scenario, replication, measure, channel, direction, cargo, place, unit, value.
        """
        return self._tables["replications"].copy()

    @property
    def monthly(self) -> pd.DataFrame:
        """Carried TEU by month (`2020-01`), with the interval of the mean and the 5 % and 95 % quantiles of years.

        Columns: scenario, channel, direction, month, unit, mean, low95, high95, p05, p95, replications.
        """
        return self._tables["monthly"].copy()

    @property
    def occupancy(self) -> pd.DataFrame:
        """Use of yards, and trains that wait at borders, at noon of each day: mean, 5 % and 95 % quantiles of years.

        Columns: scenario, resource, place, kind, date, unit, capacity, mean, p05, p95, replications.
        """
        return self._tables["occupancy"].copy()

    @property
    def lead_times(self) -> pd.DataFrame:
        """Percentiles of the days from booking to delivery, over the boxes of all replications.

        Columns: scenario, channel, direction, percentile, days, boxes.
        """
        return self._tables["lead_times"].copy()

    @property
    def journeys(self) -> pd.DataFrame:
        """The stops of all trains of the first replication, in local time.

        Columns: scenario, train, service, channel, direction, place, km, arrived, left.
        """
        return self._tables["journeys"].copy()

    @property
    def assumptions(self) -> pd.DataFrame:
        """Every number of the scenario that has a source.

        Columns: path, value, grade, range, source, note; all of them text.
        """
        return self._tables["assumptions"].copy()

    @property
    def prediction(self) -> pd.DataFrame:
        """Where one year lies, with the inputs as assumed and with them drawn, and what part of that the inputs make.

        Raises ValueError if the run was made without draws.
        """
        return self._drawn("prediction")

    @property
    def tornado(self) -> pd.DataFrame:
        """What each input does to each headline figure over the draws. Raises ValueError without draws."""
        return self._drawn("tornado")

    @property
    def uncertainty(self) -> pd.DataFrame:
        """Every headline value of every year of every draw. Raises ValueError without draws."""
        return self._drawn("uncertainty")

    def _drawn(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            message = "the inputs were not drawn: run(…, draws=50) draws them."
            raise ValueError(message)
        return self._tables[name].copy()

    def estimate(
        self, measure: str, channel: str = ALL, *, direction: str = ALL, cargo: str = ALL, place: str = ALL
    ) -> Estimate:
        """A measure (such as `carried_teu`) with its 95 % interval, in the unit of the measure.

        Raises ValueError where there is no such figure; it says which there are.
        """
        if measure not in BY_ID:
            message = f"there is no measure '{measure}'. Measures: {', '.join(sorted(BY_ID))}."
            raise ValueError(message)
        key, known = Key(channel, direction, cargo, place), self.findings.keys(measure)
        if key not in known:
            message = f"{measure} has no value for {_named(key)}. It has some for: {'; '.join(map(_named, known))}."
            raise ValueError(message)
        return self.findings.estimate(measure, key)

    def warnings(self, lang: Lang | None = None) -> list[str]:
        """What to know before believing the figures."""
        return list(warnings(self.findings, lang or self.lang))

    def plot(self, name: str = "carried", lang: Lang | None = None) -> Figure:
        """A figure of the catalogue: carried, monthly, lead_times, waterfall, string_line or occupancy.

        Raises ValueError if there is no figure of this name.
        """
        from sim.figures import FIGURES  # noqa: PLC0415  (matplotlib is slow to import)
        from sim.telling.pictures import run_of  # noqa: PLC0415  (as above)

        draw: Draw = one_of(FIGURES, name)
        tables = all_tables(self.findings, self.id)
        return draw([run_of(tables, self.scenario, self.findings.book)], lang or self.lang)

    def __str__(self) -> str:
        carried = self.findings.estimate("carried_teu", Key())
        interval = f" ({number(carried.low)} – {number(carried.high)})" if math.isfinite(carried.low) else ""
        years = say(self.lang, "per_run", n=carried.n)
        return f"{self.scenario.name.of(self.lang)}: {number(carried.mean)}{interval} TEU; {years}"

    def _repr_html_(self) -> str:
        view, found, lang = View(), self.findings, self.lang
        view.heading(self.scenario.name.of(lang))
        view.lines([self.scenario.question.of(lang)] if self.scenario.question else [])
        columns = columns_of(found)
        names = headings(found, columns, lang)
        view.table(title(found, lang), [name != "" for name in names], [names, *rows(columns, lang)])
        view.lines([say(lang, "if_true")] if any(column.against for column in columns) else [])
        view.lines([loaded_line(found, lang)])
        view.lines(self.warnings(), warning=True)
        return str(view)


def run(  # noqa: PLR0913  (one keyword per option of `sim run`)
    scenario: Scenario | str | Path,
    *,
    replications: int = 30,
    precision: float | None = None,
    jobs: int = 0,
    cluster: str | None = None,
    draws: int = 0,
    seed: int | None = None,
    changes: Sequence[str] = (),
    out: str | Path | None = None,
    figures: bool = True,
    lang: Lang = "en",
) -> Run:
    """Simulate a scenario, or the scenario of a file, many times. Nothing is printed.

    The options are those of `sim run`: `precision` (such as 0.02) in place of `replications` asks for as many as it
    takes; `jobs` processes at a time, 0 chooses; `cluster` is the address of a Dask scheduler; `changes` are settings
    `path=value`; `draws` (such as 50) also draws every graded range so often. The result is the same whoever
    simulates. With `out`, the results folder is written as by `sim run`, with figures unless `figures` is false, and
    what it holds of the same scenario is not simulated again; without it nothing is written.

    Raises ScenarioError with all that is wrong with the scenario, FolderError if `out` cannot be written, ClusterError,
    ModelError, ValueError for options that mean nothing, and SetAsideError if replications killed their process again
    and again; the others are kept in `out`.
    """
    _check(replications, precision, jobs, draws)
    file = None if isinstance(scenario, Scenario) else Path(scenario)
    folder = Path(out) if out is not None else None
    name = scenario.name.en if isinstance(scenario, Scenario) else ""
    asked = Asked(
        file, replications, precision, jobs, cluster, seed, folder, tuple(changes), lang, figures, name, draws
    )
    ready = change(scenario, *settings(asked)) if isinstance(scenario, Scenario) else loaded(asked)
    how = How(Workers(jobs_for(jobs, runs_of(ready, asked)), cluster), Store(folder) if folder else None)
    design = design_for(ready, asked)
    if folder:
        with Folder.open(folder) as opened:
            found = find(ready, replications, how, precision=precision, design=design)
            write(opened, found, asked, how)
    else:
        found = find(ready, replications, how, precision=precision, design=design)
    how.complain()
    return Run(asked.id, found, manifest(found, asked, how), lang)


def _check(replications: int, precision: float | None, jobs: int, draws: int) -> None:
    if replications < 1:
        message = f"replications is {replications}: at least one year must be simulated."
        raise ValueError(message)
    if precision is not None and not 0.001 <= precision < 1:
        message = f"precision is {precision}: write a share from 0.001 to below 1, such as 0.02."
        raise ValueError(message)
    if draws and not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        message = f"draws is {draws}: write 0 for none, or {FEWEST_DRAWS} to {MOST_DRAWS}."
        raise ValueError(message)
    if jobs < 0:
        message = f"jobs is {jobs}: name a number of processes, or 0 to have it chosen."
        raise ValueError(message)


def one_of(catalogue: Mapping[str, Any], name: str, and_of: Iterable[str] = ()) -> Any:
    """The figure of this name. Raises ValueError, with the names that there are, in other catalogues too."""
    if name not in catalogue:
        message = f"there is no figure '{name}'. Figures: {', '.join([*catalogue, *and_of])}."
        raise ValueError(message)
    return catalogue[name]


def _named(key: Key) -> str:
    apart = [f"{what} {value}" for what, value in key._asdict().items() if value != ALL]
    return ", ".join(apart) or "all channels"
