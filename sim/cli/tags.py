"""`sim tags`: what each headline rests on."""

from __future__ import annotations

from sim.api.asked import how_to_run, loaded
from sim.api.runs import HEADLINES
from sim.cli.run import Options
from sim.cli.terminal import show_table
from sim.experiment.findings import book
from sim.experiment.replicate import Wanted, replications
from sim.experiment.tags import PAIRS, powers, scaled, tags
from sim.kpis import BY_ID, Key
from sim.results.folder import Folder
from sim.telling.economy import power_told, regime
from sim.words import say

POWERS = ("demand_power", "timetable_power", "price_power")


def show_tags(options: Options) -> None:
    """Compute and print the tags of the headlines, with the elasticities that they rest on.

    What `sim run` kept of the same scenario is read, and what is missing is kept for it.
    """
    scenario, lang = loaded(options), options.lang
    runs = scaled(scenario) | {"": Wanted(scenario, PAIRS)}
    with Folder.open(options.folder):
        how = how_to_run(options, PAIRS * len(runs))
        done = replications(runs, how)
    how.complain()
    base = done.pop("")
    found = tags(scenario, base, done)
    names = book(scenario).channel_names
    rows = []
    for measure in HEADLINES:
        for channel in (*names, "all"):
            key = Key(channel)
            moved = powers(measure, key, base, done)
            told = [power_told(power) for power in moved.values()]
            driven = say(lang, regime(moved))
            label = names[channel].of(lang) if channel in names else say(lang, "all")
            rows.append([BY_ID[measure].name.of(lang), label, *told, driven, say(lang, str(found[measure, key]))])
    headings = [say(lang, word) for word in ("measure", "channel", *POWERS[: len(done)], "driven_head", "tag_head")]
    right = [False, False, *(True for _ in done), False, False]
    show_table(say(lang, "tags_title"), headings, right, rows)
