"""`sim warmup`: how long a scenario must run before it is measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sim.api.asked import RESULTS, jobs_for, loaded
from sim.cli.run import Options
from sim.cli.terminal import say_line, show_table
from sim.disk import model_version
from sim.experiment.warm_up import Series, WarmUp, warm_up
from sim.experiment.workers import Workers
from sim.files import dump, scenario_hash
from sim.results.folder import Folder
from sim.results.tables import Cell, Table
from sim.statistics import SURE
from sim.words import Lang, number, say

if TYPE_CHECKING:
    from pathlib import Path


def propose_warm_up(options: Options) -> None:
    """Simulate from an empty start, print what the rules say, and leave table and picture in a results folder.

    Raises ScenarioError, ModelError or FolderError.
    """
    scenario = loaded(options)
    with Folder.open(options.out or RESULTS / f"{options.folder.name}+warmup") as folder:
        found = warm_up(scenario, options.replications, Workers(jobs_for(options.jobs, options.replications)))
        tables = [daily_table(found, options.folder.name), rules_table(found, options.folder.name)]
        folder.begin()
        folder.tables(tables)
        folder.text("scenario.yaml", dump(scenario))
        if options.figures:
            with folder.drawing() as figures:
                _draw(found, tables[0], figures, options.lang)
        folder.seal(_manifest(found, options))
    if not options.quiet:
        show(found, folder.path, options.lang)


def _manifest(found: WarmUp, options: Options) -> dict[str, object]:
    return {
        "scenario": options.folder.name,
        "scenario_hash": scenario_hash(found.scenario),
        "model_version": model_version(),
        "seed": found.scenario.seed,
        "replications": {"asked": options.replications, "finished": found.replications, "failed": []},
        "warm_up_days": found.scenario.period.warm_up_days,
        "proposed_warm_up_days": found.proposed,
        "by": found.rule,
        "language": options.lang,
    }


def daily_table(found: WarmUp, scenario: str) -> Table:
    """Every series day by day: mean over replications and Welch's average."""
    start = found.scenario.period.start.date()
    rows: list[tuple[Cell, ...]] = [
        (scenario, one.channel, one.what, one.unit, day, (start + timedelta(day)).isoformat(), mean, smooth)
        for one in found.series
        for day, (mean, smooth) in enumerate(zip(one.mean.tolist(), one.smooth.tolist(), strict=True))
    ]
    return Table("warmup", ("scenario", "channel", "series", "unit", "day", "date", "mean", "welch"), rows)


def rules_table(found: WarmUp, scenario: str) -> Table:
    """What MSER-5 and Welch say of each series, in days; empty where they do not decide."""
    rows: list[tuple[Cell, ...]] = [
        (scenario, one.channel, one.what, one.mser_days, one.settled_days, one.reading) for one in found.series
    ]
    return Table("rules", ("scenario", "channel", "series", "mser5_days", "welch_days", "sees"), rows)


def _draw(found: WarmUp, daily: Table, folder: Path, lang: Lang) -> None:
    import pandas as pd

    from sim.figures import save
    from sim.figures.warm_up import Start, draw

    start = Start(
        daily=pd.DataFrame(daily.rows, columns=list(daily.columns)),
        labels=found.book.channel_names,
        first_day=found.scenario.period.start.date(),
        replications=found.replications,
        present=found.scenario.period.warm_up_days,
        proposed=found.proposed,
        by=found.rule or "",
        change=found.looked_at_days if found.cut_short else None,
        window=found.window_days,
    )
    save(draw(start, lang), folder, "warmup")


def show(found: WarmUp, folder: Path, lang: Lang) -> None:
    """Print the table of rules, the proposal, and whether the present warm-up is long enough."""
    say_line(found.scenario.name.of(lang), strong=True)
    headings = [say(lang, word) for word in ("channel", "series", "mser", "welch", "sees")]
    title = say(lang, "warm_up_title", n=found.replications, days=found.days)
    show_table(title, headings, [False, False, True, True, False], [_row(one, found, lang) for one in found.series])
    for line in (*_lines(found, lang), *_one_run(found, lang)):
        say_line(line)
    short = found.long_enough is False
    word = "warm_up_short" if short else "warm_up_enough"
    present = found.scenario.period.warm_up_days
    if found.proposed is not None:
        missing = found.proposed - present
        say_line(
            say(lang, word, days=present, missing=missing, proposed=found.proposed), warning=short, strong=not short
        )
        if found.looks_short:
            say_line(say(lang, "run_is_short", days=found.days), warning=True)
    say_line(say(lang, "written", folder=folder))


def _row(one: Series, found: WarmUp, lang: Lang) -> list[str]:
    days = ["–" if found_days is None else str(found_days) for found_days in (one.mser_days, one.settled_days)]
    return [_name(found, one.channel, lang), say(lang, one.what), *days, say(lang, one.reading)]


def _lines(found: WarmUp, lang: Lang) -> Iterator[str]:
    if found.cut_short:
        date = (found.scenario.period.start + timedelta(found.looked_at_days)).date().isoformat()
        yield say(lang, "looked_at", days=found.looked_at_days, date=date)
    yield say(lang, "not_stationary")
    if found.by_lead_time is None:
        yield say(lang, "nothing_delivered")
    else:
        days, channel = number(found.p95_days, 1), _name(found, found.slowest, lang)
        yield say(lang, "by_lead_time", days=days, channel=channel, proposed=found.by_lead_time)
    latest = found.by_mser
    if latest:
        names = {"channel": _name(found, latest.channel, lang), "series": say(lang, latest.what)}
        yield say(lang, "by_mser", proposed=latest.mser_days, **names)
    rule = found.rule
    yield say(lang, f"proposed_{rule}", days=found.proposed) if rule else say(lang, "nothing_proposed")


def _one_run(found: WarmUp, lang: Lang) -> Iterator[str]:
    """What one long run tells, where there is only one."""
    for one in found.series:
        told = found.one_run(one)
        if told is None or told[0].n == 0:
            continue
        level, serial = told
        names = {"channel": _name(found, one.channel, lang), "series": say(lang, one.what)}
        half = number(level.half_width, 2)
        yield say(lang, "one_run", **names, mean=number(level.mean, 2), half=half, n=level.n)
        if serial.p < SURE:
            yield say(lang, "batches_short", correlation=f"{serial.correlation:.2f}")


def _name(found: WarmUp, channel: str, lang: Lang) -> str:
    return found.book.channel_names[channel].of(lang)
