"""Differences in plain sentences: what changed, by how much, where it comes from, and what cannot be told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.experiment.compare import HEADLINES, Figure, Paired
from sim.experiment.reasons import Part, Reason, by_channel, mix_moved, reason
from sim.kpis import BY_ID
from sim.trace import STAGE_NAMES, Label, Stage
from sim.words import Lang, number, say, signed

STILL = ("same", "negligible")
HARDLY_PAIRED = 0.9
"""With more of the variance of unpaired years than this, pairing is said not to have helped."""


@dataclass(frozen=True)
class Voice:
    """What a telling needs: the names of both scenarios and of the channels, and the language."""

    base: str
    other: str
    channels: Mapping[str, Label]
    lang: Lang

    def say(self, word: str, **values: object) -> str:
        """The text for a word."""
        return say(self.lang, word, **values)

    def listed(self, named: Sequence[str]) -> str:
        """Several things in a row."""
        return ("、" if self.lang == "zh" else ", ").join(named)

    def channel(self, channel: str) -> str:
        """What a channel is called."""
        return self.channels[channel].of(self.lang) if channel in self.channels else channel

    def measure(self, pair: Paired) -> str:
        """What the measure of a difference is called."""
        return BY_ID[pair.figure[0]].name.of(self.lang)


def headline(measure: str, channel: str = "all") -> Figure:
    """The figure of a measure over all directions, cargo and places."""
    return (measure, channel, "all", "all", "all")


def sentences(pairs: Sequence[Paired], voice: Voice) -> list[str]:
    """A sentence for each headline measure over all channels together; those that did not move share one."""
    of = {pair.figure: pair for pair in pairs}
    mine = [of[headline(measure)] for measure in HEADLINES if headline(measure) in of]
    told = [_sentence(d, pairs, voice) for d in mine if d.verdict not in STILL]
    if any(d.verdict not in STILL and mix_moved(d, pairs) for d in mine):
        told.append(voice.say("mix_moved"))
    for verdict in STILL:
        named = [voice.measure(d) for d in mine if d.verdict == verdict]
        told += [voice.say(f"told_{verdict}", list=voice.listed(named))] if named else []
    return told + list(_unpaired(mine, voice))


def _unpaired(mine: Sequence[Paired], voice: Voice) -> Iterator[str]:
    """Where the measured correlation shows that pairing did not help."""
    named = [
        f"{voice.measure(d)} {signed(d.correlation, 2)}"
        for d in mine
        if d.pairing > HARDLY_PAIRED and math.isfinite(d.correlation)
    ]
    if named:
        yield voice.say("unpaired", list=voice.listed(named))


def _sentence(d: Paired, pairs: Sequence[Paired], voice: Voice) -> str:
    """A difference, where it comes from, and what it is by channel; `*` if the shares of channels moved it too."""
    mixed = mix_moved(d, pairs)
    why = Reason("none") if mixed else reason(d, pairs)
    if d.verdict == "unclear":
        return _unclear(d, why, voice)
    way = "more" if d.difference.mean > 0 else "less"
    ends = {"old": number(scale_of(d) * d.base_mean, 1), "new": number(scale_of(d) * d.mean, 1)}
    told = voice.say(f"told_{d.figure[0]}_{way}", base=voice.base, other=voice.other, size=size(d), **ends)
    because = "*" if mixed else _because(d, why, voice)
    return told + because + voice.say("stop") + _channels_of(d, pairs, voice)


def _unclear(d: Paired, why: Reason, voice: Voice) -> str:
    measure = BY_ID[d.figure[0]]
    unit = voice.say(f"unit_{measure.unit}")
    if d.difference.n < 2:
        return voice.say("told_once", measure=voice.measure(d), change=change(d), unit=unit)
    digits = digits_of(d)
    told = voice.say(
        "told_unclear",
        measure=voice.measure(d),
        n=d.difference.n,
        change=change(d),
        half=number(scale_of(d) * d.difference.half_width, digits),
        unit=unit,
        detectable=number(scale_of(d) * d.detectable, digits),
    )
    if why.shape != "hidden":
        return told + voice.say("stop")
    return told + voice.say("because_hidden", list=_parts(why.parts, d, voice)) + voice.say("stop")


def _because(d: Paired, why: Reason, voice: Voice) -> str:
    """Where a difference comes from, as the end of its sentence; nothing where nothing can be said."""
    if why.shape == "several":
        return voice.say("because_several", list=_parts(why.parts, d, voice))
    if why.shape == "mixed":
        up, down = (
            [part for part in why.parts if (part.change > 0) == positive and part.change] for positive in (True, False)
        )
        key = "because_mixed_teu" if d.figure[0] == "carried_teu" else "because_mixed_days"
        return voice.say(key, up=_parts(up, d, voice), down=_parts(down, d, voice))
    if why.shape != "one":
        return ""
    part = why.parts[0]
    if d.figure[0] == "carried_teu":
        tenths = round(10 * why.share)
        key = "because_nearly_all" if tenths >= 10 else "because_tenths"
        return voice.say(key, tenths=tenths, part=_name(part, voice), change=_signed(part, d))
    key = "because_nearly_all_days" if why.share >= 0.95 else "because_most_days"
    return voice.say(key, part=_name(part, voice), change=_signed(part, d))


def _channels_of(d: Paired, pairs: Sequence[Paired], voice: Voice) -> str:
    """For days: what they are in each channel, as a mean over channels also moves when their sizes do."""
    if d.figure[0] != "lead_time_days":
        return ""
    each = by_channel(d.figure, pairs)
    if len(each) < 2:
        return ""
    named = [f"{voice.channel(p.figure[1])} {_of_channel(p, pairs, voice)}" for p in each]
    return voice.say("by_channel", list=voice.listed(named))


def _of_channel(pair: Paired, pairs: Sequence[Paired], voice: Voice) -> str:
    if pair.verdict in ("same", "negligible"):
        return voice.say("unmoved")
    if not pair.clear:
        return signed(pair.difference.mean, 1) + voice.say("untold")
    why = reason(pair, pairs)
    part = voice.say("mostly", part=_parts(why.parts, pair, voice)) if why.shape == "one" else ""
    return signed(pair.difference.mean, 1) + part


def _parts(parts: Sequence[Part], d: Paired, voice: Voice) -> str:
    return voice.listed([f"{_name(part, voice)} {_signed(part, d)}" for part in parts])


def _signed(part: Part, d: Paired) -> str:
    return signed(part.change, 1 if d.figure[0] == "lead_time_days" else 0)


def _name(part: Part, voice: Voice) -> str:
    if len(part.what) == 1:
        return STAGE_NAMES[Stage(part.what[0])].of(voice.lang)
    channel, direction, cargo = part.what
    return voice.say(
        "cargo_of",
        channel=voice.channel(channel),
        direction=voice.say(direction),
        cargo=voice.say(f"cargo_{cargo}"),
    )


def scale_of(d: Paired) -> int:
    """By how much a difference is multiplied to be told: shares are told in per cent points."""
    return 100 if BY_ID[d.figure[0]].unit == "share" else 1


def digits_of(d: Paired) -> int:
    """Decimals that a difference is told with: fewer for large ones, none for TEU."""
    measure = BY_ID[d.figure[0]]
    if measure.unit == "TEU" and measure.id != "teu_per_train":
        return 0
    return 1 if abs(scale_of(d) * d.difference.mean) >= 1 else 2


def change(d: Paired) -> str:
    """A difference with its sign, in per cent points for a share."""
    return signed(scale_of(d) * d.difference.mean, digits_of(d))


def size(d: Paired) -> str:
    """A difference without its sign, ± its interval."""
    digits, half = digits_of(d), scale_of(d) * d.difference.half_width
    mean = number(abs(scale_of(d) * d.difference.mean), digits)
    return f"{mean} ± {number(half, digits)}" if math.isfinite(half) else mean
