"""What draws of the inputs say of a run beside the table: what was drawn, what moves carried TEU, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.experiment.draws import REPLICATIONS
from sim.experiment.findings import Findings
from sim.experiment.uncertainty import Mover, Spread, Uncertainty, movers, named
from sim.kpis import BY_ID
from sim.results.uncertainty import spreads
from sim.telling.plain import input_name
from sim.words import Lang, number, say


def drawn_lines(found: Findings, lang: Lang) -> Iterator[str]:
    """What was drawn, and what moves the carried TEU of each channel; nothing without draws."""
    if found.uncertainty is None:
        return
    design = found.uncertainty.design
    draws = found.uncertainty.draws()
    counts = {"inputs": len(design.luck) - 1, "ranges": len(design.inputs), "n": len(draws.numbers)}
    yield say(lang, "if_drawn", **counts, years=REPLICATIONS, runs=len(found.outcomes))
    spread_of = spreads(found)
    for measure, digits in (("carried_teu", 0), ("lead_time_days", 1)):
        of = {f[1]: one for f, one in spread_of.items() if f[0] == measure and np.isfinite(one.drawn_mean)}
        channels = [channel for channel in (*found.book.channels, "all") if channel in of]
        name = BY_ID[measure].name.of(lang)
        means = [_mean(channel, of[channel], found, digits, lang) for channel in channels]
        if means:
            yield say(lang, "drawn_mean", measure=name, list=("、" if lang == "zh" else ", ").join(means))
            yield say(lang, "moves", measure=name)
        for channel in channels:
            one = of[channel]
            told = named(movers(draws.means(one.figure) + one.apart, draws.luck), 5)
            listed = listed_movers(told, found, digits, lang) or say(lang, "moved_by_none")
            yield say(lang, "moves_of", channel=_channel(channel, found, lang), list=listed)
    left_out = Counter(design.left_out.values())
    if left_out:
        reasons = [say(lang, f"left_out_{reason}", n=n) for reason, n in left_out.most_common()]
        yield say(lang, "not_drawn", list=("、" if lang == "zh" else ", ").join(reasons))


def refused(found: Uncertainty | None, lang: Lang) -> Iterator[str]:
    """A warning where the checks refused draws."""
    if found and found.design.refused:
        why = next(iter(found.design.refused.values()))
        yield say(lang, "refused", k=len(found.design.refused), n=found.design.n, why=why)


def _mean(channel: str, one: Spread, found: Findings, digits: int, lang: Lang) -> str:
    told = {"drawn": number(one.drawn_mean, digits), "mean": number(one.mean.mean, digits)}
    return say(lang, "drawn_mean_of", channel=_channel(channel, found, lang), **told)


def _channel(channel: str, found: Findings, lang: Lang) -> str:
    label = found.book.channel_names.get(channel)
    return label.of(lang) if label else say(lang, "all")


def listed_movers(told: list[Mover], found: Findings, digits: int, lang: Lang) -> str:
    """Inputs with the means of their lowest and highest third."""
    each = [
        say(
            lang,
            "moved_by",
            input=input_name(one.input, found.scenario, lang),
            low=number(one.low, digits),
            high=number(one.high, digits),
        )
        for one in told
    ]
    return ("；" if lang == "zh" else "; ").join(each)


def drawn_data(found: Findings) -> dict[str, Any] | None:
    """The same as plain data, for programs; None without draws."""
    if found.uncertainty is None:
        return None
    design, draws = found.uncertainty.design, found.uncertainty.draws()
    return {
        "draws": {"asked": design.n, "finished": len(draws.numbers), "refused": dict(design.refused)},
        "ranges": len(design.inputs),
        "inputs": len(design.luck) - 1,
        "not_drawn": dict(design.left_out),
        "headlines": [
            {
                "measure": figure[0],
                "channel": figure[1],
                "mean": one.mean,
                "year_low90_high90": one.one_year,
                "drawn_year_low90_high90": one.drawn,
                "drawn_mean": one.drawn_mean,
                "share_of_inputs": one.share,
                "movers": [
                    {"input": mover.input, "rank_correlation": mover.correlation, "low": mover.low, "high": mover.high}
                    for mover in named(movers(draws.means(figure) + one.apart, draws.luck), 5)
                ],
            }
            for figure, one in spreads(found).items()
        ],
    }
