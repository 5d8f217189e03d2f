"""`sim tags`: what each headline rests on."""

from __future__ import annotations

from pathlib import Path

from sim.cli.run import RESULTS, jobs_for
from sim.experiment.findings import book
from sim.experiment.replicate import Wanted, replications
from sim.experiment.tags import PAIRS, elasticities, scaled, tags
from sim.files import load, scenario_hash
from sim.kpis import BY_ID, Key
from sim.results.tag_cache import keep_tags
from sim.words import Lang, say

HEADLINES = ["carried_teu", "trains_run", "teu_per_train", "local_share", "lead_time_days", "lead_time_p90_days"]
HEADLINES += ["transit_days"]


def show_tags(path: Path, changes: list[str], lang: Lang, jobs: int) -> None:
    """Compute and print the tags of the headlines, with the elasticities that they rest on; keep them for `sim run`."""
    from rich.console import Console
    from rich.table import Table

    scenario = load(path, overrides=changes)
    runs = scaled(scenario) | {"": Wanted(scenario, PAIRS)}
    done = replications(runs, jobs=jobs_for(jobs, PAIRS * len(runs)))
    base = done.pop("")
    found = tags(scenario, base, done)
    keep_tags(RESULTS, scenario_hash(scenario), found)
    table = Table(title=say(lang, "tags_title"), title_justify="left")
    for word in ("measure", "channel", "demand_power", "timetable_power", "tag_head"):
        table.add_column(say(lang, word), justify="right" if "power" in word else "left")
    names = book(scenario).channel_names
    for measure in HEADLINES:
        for channel in (*names, "all"):
            key = Key(channel)
            powers = [f"{power:+.2f}" for power in elasticities(measure, key, base, done).values()]
            label = names[channel].of(lang) if channel in names else say(lang, "all")
            table.add_row(BY_ID[measure].name.of(lang), label, *powers, say(lang, str(found[measure, key])))
    Console(highlight=False).print(table)
