"""`sim recovery`: what a disruption does, and how long until it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.api.asked import RESULTS, jobs_for, loaded
from sim.cli.run import Options, progress_bar
from sim.cli.terminal import say_line, show_wide_table
from sim.disk import model_version
from sim.experiment.recovery import ALL, Recovery, recovery
from sim.experiment.replicate import How
from sim.experiment.workers import Workers
from sim.files import dump, scenario_hash
from sim.results.folder import Folder
from sim.results.tables import Cell, Table
from sim.statistics import Estimate
from sim.words import Lang, number, say

if TYPE_CHECKING:
    from pathlib import Path

UNITS = {
    "cleared_days": "days",
    "normal_days": "days",
    "late_teu": "TEU",
    "late_days": "days",
    "away_teu": "TEU",
    "carried_teu": "TEU",
}
"""The figures of a year, with their units."""


def show_recovery(options: Options, names: Sequence[str]) -> None:
    """Simulate each year twice, print what the disruption did, and leave tables and picture in a results folder.

    Raises ScenarioError, NothingDatedError, ModelError, FolderError or SetAsideError.
    """
    scenario = loaded(options)
    with Folder.open(options.out or RESULTS / f"{options.folder.name}+recovery") as folder:
        how = How(Workers(jobs_for(options.jobs, 2 * options.replications)))
        with progress_bar(say(options.lang, "simulating"), options.replications, quiet=options.quiet) as how.progress:
            found = recovery(scenario, names, options.replications, how)
        folder.begin()
        folder.tables([figures_table(found, options.folder.name), daily_table(found, options.folder.name)])
        folder.text("scenario.yaml", dump(scenario))
        if options.figures:
            with folder.drawing() as figures:
                _draw(found, figures, options.lang)
        folder.seal(
            {
                "scenario": options.folder.name,
                "scenario_hash": scenario_hash(scenario),
                "model_version": model_version(),
                "seed": scenario.seed,
                "disruptions": list(found.names),
                "replications": {"asked": options.replications, "finished": found.replications, "failed": []},
                "language": options.lang,
            }
        )
    if not options.quiet:
        show(found, folder.path, options.lang)


def figures_table(found: Recovery, scenario: str) -> Table:
    """Every figure of the recovery, by channel and in all: mean, 95 % interval, and in how many years it is known."""
    rows: list[tuple[Cell, ...]] = []
    for channel in found.years:
        day, worst = found.worst(channel)
        rows.append(
            (
                scenario,
                channel,
                "worst_teu",
                "TEU",
                found.date(day).isoformat(),
                worst.mean,
                worst.low,
                worst.high,
                worst.n,
            )
        )
        for what, unit in UNITS.items():
            told = found.estimate(channel, what)
            rows.append((scenario, channel, what, unit, None, told.mean, told.low, told.high, told.n))
    return Table("recovery", ("scenario", "channel", "figure", "unit", "date", "mean", "low95", "high95", "n"), rows)


def daily_table(found: Recovery, scenario: str) -> Table:
    """TEU on the way more than without the disruption, day by day: mean, and 5 % and 95 % quantiles of years."""
    rows: list[tuple[Cell, ...]] = []
    for channel in found.years:
        more = found.more_on_the_way(channel)
        low, high = (np.quantile(more, p, axis=0) for p in (0.05, 0.95))
        columns = (more.mean(axis=0).tolist(), low.tolist(), high.tolist())
        for day, values in enumerate(zip(*columns, strict=True)):
            if day >= found.spell.first_day:
                rows.append((scenario, channel, found.date(day).isoformat(), *values, found.replications))
    return Table("recovery_days", ("scenario", "channel", "date", "mean", "p05", "p95", "replications"), rows)


def _draw(found: Recovery, folder: Path, lang: Lang) -> None:
    from sim.figures import save
    from sim.figures.recovery import Return, draw

    channels = [channel for channel in found.years if channel != ALL]
    told = Return(
        names=tuple(found.scenario.disruptions[name].name.of(lang) for name in found.names),
        labels={channel: found.book.channel_names[channel].of(lang) for channel in channels},
        more={channel: found.more_on_the_way(channel) for channel in channels},
        first_day=found.date(0),
        spell=(found.spell.first_day, found.spell.last_day),
        cleared={channel: found.estimate(channel, "cleared_days").mean for channel in channels},
    )
    save(draw(told, lang), folder, "recovery")


def show(found: Recovery, folder: Path, lang: Lang) -> None:
    """Print a sentence per channel that feels it, and the table."""
    say_line(found.scenario.name.of(lang), strong=True)
    first, last = (found.date(day) for day in (found.spell.first_day, found.spell.last_day))
    names = ("、" if lang == "zh" else ", ").join(
        found.scenario.disruptions[name].name.of(lang) for name in found.names
    )
    say_line(
        say(lang, "recovery_of", names=names, first=first.isoformat(), last=last.isoformat(), n=found.replications)
    )
    for line in _sentences(found, lang):
        say_line(line)
    columns = ("channel", "worst_teu", "worst_day", *UNITS)
    headings = [say(lang, f"recovery_{column}") if column != "channel" else say(lang, column) for column in columns]
    rows = [_row(found, channel, lang) for channel in found.years]
    show_wide_table(say(lang, "recovery_title"), headings, [False, *[True] * (len(columns) - 1)], rows)
    say_line(say(lang, "recovery_note"))
    say_line(say(lang, "written", folder=folder))


def _sentences(found: Recovery, lang: Lang) -> Iterator[str]:
    """What each channel went through that felt it."""
    for channel in (one for one in found.years if one != ALL):
        day, worst = found.worst(channel)
        cleared, normal = (found.estimate(channel, what) for what in ("cleared_days", "normal_days"))
        if not found.is_felt(channel):
            continue
        name = found.book.channel_names[channel].of(lang)
        yield say(lang, "recovery_worst", channel=name, teu=_told(worst), date=found.date(day).isoformat()) + _after(
            found, channel, lang
        )
        if normal.n < found.replications or normal.mean > cleared.mean + 1:
            yield say(lang, "recovery_cargo", channel=name) + _until(normal, found.replications, lang)


def _after(found: Recovery, channel: str, lang: Lang) -> str:
    cleared = found.estimate(channel, "cleared_days")
    if cleared.n == 0:
        return say(lang, "recovery_never_cleared")
    days = [year.cleared_days for year in found.years[channel] if np.isfinite(year.cleared_days)]
    most = number(float(np.quantile(days, 0.9)))
    text = say(lang, "recovery_cleared", days=_told(cleared), most=most)
    missing = found.replications - cleared.n
    return text + (say(lang, "recovery_not_cleared", k=missing, n=found.replications) if missing else "")


def _until(normal: Estimate, n: int, lang: Lang) -> str:
    if normal.n == 0:
        return say(lang, "recovery_never_normal")
    text = say(lang, "recovery_normal", days=_told(normal))
    return text + (say(lang, "recovery_not_normal", k=n - normal.n, n=n) if normal.n < n else "")


def _row(found: Recovery, channel: str, lang: Lang) -> list[str]:
    day, worst = found.worst(channel)
    name = say(lang, "all") if channel == ALL else found.book.channel_names[channel].of(lang)
    return [
        name,
        _told(worst),
        found.date(day).isoformat() if worst.mean > 0 else "–",
        *(_told(found.estimate(channel, w)) for w in UNITS),
    ]


def _told(what: Estimate) -> str:
    """A mean with half its interval; years in which it is not known are left out of both."""
    if what.n == 0:
        return "–"
    digits = 0 if abs(what.mean) >= 100 else 1
    half = f" ± {number(what.half_width, digits)}" if np.isfinite(what.half_width) else ""
    return f"{number(what.mean, digits)}{half}"
