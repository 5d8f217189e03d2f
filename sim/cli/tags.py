"""`sim tags`: what each headline rests on."""

from __future__ import annotations

from pathlib import Path

from sim.cli.run import RESULTS, jobs_for
from sim.cli.terminal import show_table
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
    scenario = load(path, overrides=changes)
    runs = scaled(scenario) | {"": Wanted(scenario, PAIRS)}
    done = replications(runs, jobs=jobs_for(jobs, PAIRS * len(runs)))
    base = done.pop("")
    found = tags(scenario, base, done)
    keep_tags(RESULTS, scenario_hash(scenario), found)
    names = book(scenario).channel_names
    rows = []
    for measure in HEADLINES:
        for channel in (*names, "all"):
            key = Key(channel)
            powers = [f"{power:+.2f}" for power in elasticities(measure, key, base, done).values()]
            label = names[channel].of(lang) if channel in names else say(lang, "all")
            rows.append([BY_ID[measure].name.of(lang), label, *powers, say(lang, str(found[measure, key]))])
    headings = [say(lang, word) for word in ("measure", "channel", "demand_power", "timetable_power", "tag_head")]
    show_table(say(lang, "tags_title"), headings, [False, False, True, True, False], rows)
