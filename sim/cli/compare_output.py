"""How a comparison is printed, and what it is as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sim.cli.terminal import say_line, show_table
from sim.experiment.compare import Paired
from sim.experiment.inputs import Change, thing_of, whole_things
from sim.kpis import BY_ID
from sim.telling.comparison import Comparison, Side
from sim.telling.differences import RIGHT, channels_of, footnotes, headings, headlines, rows, title, voice, warnings
from sim.telling.plain import in_words, where
from sim.telling.sentences import sentences
from sim.telling.signs import signs_data, signs_lines
from sim.words import Lang, number, say

MOST_INPUTS = 12
"""Inputs that are printed of one scenario; the rest stands in inputs.csv."""
MOST_SOURCE = 70
"""Letters of a source that are printed."""


def show(found: Comparison, folder: Path, lang: Lang) -> None:
    """Print a comparison: for each scenario sentences, table and inputs; then what holds for all."""
    base, *others = found.sides
    for other, pairs, changed, signs in zip(others, found.found, found.changed, found.signs, strict=True):
        say_line(title(base, other, pairs, lang), strong=True)
        for sentence in sentences(pairs, voice(found, other, lang)):
            say_line(f"  {'·' if lang == 'zh' else '-'} {sentence}")
        show_table("", headings(base, other, lang), RIGHT, rows(found, pairs, lang))
        for line in (*signs_lines(signs, pairs, (base, other), lang), *input_lines(changed, base, other, lang)):
            say_line(line)
        say_line("")
    for line in best_lines(found, lang):
        say_line(line, strong=True)
    for line in footnotes(found, lang):
        say_line(line)
    for line in warnings(found, lang):
        say_line(line, warning=True)
    say_line(say(lang, "written", folder=folder))


def input_lines(changed: list[Change], base: Side, other: Side, lang: Lang) -> Iterator[str]:
    """What differs between the inputs of two scenarios, old → new, with sources; a thing that is new is one line."""
    if not changed:
        yield say(lang, "inputs_same")
        return
    yield say(lang, "inputs")
    only = whole_things(changed, base.scenario, other.scenario)
    known = [c for c in changed if thing_of(c.path) not in only]
    of_period = [c for c in known if c.path.startswith("period.")]
    lines = [_input_line(c, base, other, lang) for c in of_period]
    if any(c.path == "period.first_day" and c.base[:4] != c.other[:4] for c in of_period):
        lines.append(say(lang, "inputs_by_year"))
    lines += [_thing_line(thing, kind, base, other, lang) for thing, kind in only.items()]
    lines += [_input_line(c, base, other, lang) for c in known if c not in of_period]
    yield from lines[:MOST_INPUTS]
    if len(lines) > MOST_INPUTS:
        yield say(lang, "inputs_more", n=len(lines) - MOST_INPUTS)


def _thing_line(thing: str, kind: str, base: Side, other: Side, lang: Lang) -> str:
    section, _, name = thing.partition(".")
    noun = getattr((other if kind == "added" else base).scenario, section)[name]
    called = noun.name.of(lang) if getattr(noun, "name", None) else name
    return say(lang, f"input_{kind}", thing=called, section=say(lang, f"section_{section}"))


def _input_line(c: Change, base: Side, other: Side, lang: Lang) -> str:
    scenario = base.scenario if c.kind == "removed" else other.scenario
    old, new = (say(lang, "unwritten") if v is None else in_words(v, lang) for v in (c.base, c.other))
    fact = c.other_fact or c.base_fact
    grade = say(lang, "assumed_grade" if fact.grade == "assumed" else fact.grade) if fact else ""
    source = say(lang, "input_source", grade=grade, source=_cut(fact.source)) if fact else ""
    return say(lang, "input_changed", path=where(c.path, scenario, lang), old=old, new=new) + source


def _cut(source: str) -> str:
    text = " ".join(source.split())
    return text if len(text) <= MOST_SOURCE else text[: MOST_SOURCE - 1].rsplit(" ", 1)[0].rstrip(",.:;") + " …"


def best_lines(found: Comparison, lang: Lang) -> Iterator[str]:
    """Which is best by the measure that was asked for, or that this is not decided."""
    if found.selection is None or found.wish is None:
        return
    measure = BY_ID[found.wish.measure]
    channels = channels_of(found)
    channel = channels[found.wish.channel].of(lang) if found.wish.channel in channels else say(lang, "all")
    zone = f"{found.wish.indifference:g} {say(lang, f'zone_{measure.unit}')}"
    said = {"measure": measure.name.of(lang), "channel": channel, "zone": zone, "n": found.selection.used}
    names = [found.sides[number].name.of(lang) for number in found.selection.left]
    if found.selection.best is not None:
        yield say(lang, "best", **said, name=names[0])
    else:
        listed = ("、" if lang == "zh" else ", ").join(f"“{name}”" for name in names)
        yield say(lang, "best_undecided", **said, names=listed, enough=number(found.selection.enough))


def as_data(found: Comparison, warnings: Iterable[str], lang: Lang) -> dict[str, Any]:
    """A comparison as plain data, for programs; sentences are in the language asked for."""
    base, *others = found.sides
    each = zip(others, found.found, found.changed, found.signs, strict=True)
    return {
        "base": base.id,
        "scenarios": [
            {
                "scenario": other.id,
                "sentences": sentences(pairs, voice(found, other, lang)),
                "differences": [_data(pair) for pair in headlines(pairs)],
                "draws": signs_data(signs),
                "inputs": [{"path": c.path, "change": c.kind, "base": c.base, "value": c.other} for c in changed],
            }
            for other, pairs, changed, signs in each
        ],
        "best": _best_data(found),
        "warnings": list(warnings),
    }


def _data(pair: Paired) -> dict[str, Any]:
    measured = {"base_mean": pair.base_mean, "mean": pair.mean, "difference": pair.difference.mean}
    measured |= {"low95": pair.difference.low, "high95": pair.difference.high, "p_holm": pair.p_holm}
    measured |= {"correlation": pair.correlation}
    known = {name: value if math.isfinite(value) else None for name, value in measured.items()}
    head = {"measure": pair.figure[0], "channel": pair.figure[1], "unit": BY_ID[pair.figure[0]].unit}
    return {**head, **known, "replications": pair.difference.n, "verdict": pair.verdict}


def _best_data(found: Comparison) -> dict[str, Any] | None:
    if found.selection is None or found.wish is None:
        return None
    wish, selection = found.wish, found.selection
    return {
        "measure": wish.measure,
        "channel": wish.channel,
        "indifference": wish.indifference,
        "best": None if selection.best is None else found.ids[selection.best],
        "left": [found.ids[number] for number in selection.left],
        "replications": selection.used,
    }
