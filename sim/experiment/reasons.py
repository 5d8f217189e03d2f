"""Where a difference comes from: which cargo, which stage of the journey, which channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.experiment.compare import Figure, Paired, last_digit

ALL = "all"
Shape = Literal["one", "several", "mixed", "hidden", "none"]
DOMINANT = 0.5
"""From this share of a difference on, one part is said to make it."""
OPPOSING = 0.1
"""Parts that go the other way are passed over if together they are less than this share of those that go with it."""
MOST_NAMED = 3
MEANS = ("teu_per_train", "local_share", "lead_time_days", "lead_time_p90_days", "transit_days")
"""Measures that, over all channels, are means in which each channel counts by its size."""


@dataclass(frozen=True)
class Part:
    """A part of a difference: (channel, direction, cargo) or a stage."""

    what: tuple[str, ...]
    change: float


@dataclass(frozen=True)
class Reason:
    """What a difference is made of.

    one: a single part makes most of it, `share` of the difference; several: a few parts that go the same way;
    mixed: parts that go with it and parts that go against it; hidden: no difference can be told in sum, and yet in
    parts; none: nothing can be said. `parts` are those that are told from chance, the largest first.
    """

    shape: Shape
    parts: tuple[Part, ...] = ()
    share: float = float("nan")

    @property
    def along(self) -> tuple[Part, ...]:
        """The parts that go the way of the first."""
        return tuple(part for part in self.parts if (part.change > 0) == (self.parts[0].change > 0))

    @property
    def against(self) -> tuple[Part, ...]:
        """The parts that go the other way."""
        return tuple(part for part in self.parts if part not in self.along)


def reason(whole: Paired, pairs: Iterable[Paired]) -> Reason:
    """What makes a difference of carried TEU or of days; nothing for any other measure."""
    parts = _parts(whole.figure, pairs)
    if not parts:
        return Reason("none")
    return _reason(whole, parts)


def _reason(whole: Paired, parts: Sequence[Paired]) -> Reason:
    change = whole.difference.mean
    told = sorted((p for p in parts if p.verdict not in ("unclear", "same", "negligible")), key=_size, reverse=True)
    named = tuple(Part(_what(p.figure), p.difference.mean) for p in told)
    if whole.verdict in ("unclear", "negligible"):
        return Reason("hidden", named[:MOST_NAMED]) if named else Reason("none")
    along = tuple(part for part in named if (part.change > 0) == (change > 0))
    if whole.unchanged or not along:
        return Reason("none")
    gross = sum(d for p in parts if ((d := p.difference.mean) > 0) == (change > 0))
    against = tuple(part for part in named if part not in along)
    if gross and sum(abs(part.change) for part in against) > OPPOSING * abs(gross):
        return Reason("mixed", (*along[:MOST_NAMED], *against[:MOST_NAMED]))
    share = along[0].change / change
    if DOMINANT <= share <= 1 + OPPOSING:
        return Reason("one", along[:1], share)
    return Reason("several", along[:MOST_NAMED])


def _size(pair: Paired) -> float:
    return abs(pair.difference.mean)


def _what(figure: Figure) -> tuple[str, ...]:
    return (figure[4],) if figure[0] == "stage_days" else figure[1:4]


def _parts(whole: Figure, pairs: Iterable[Paired]) -> list[Paired]:
    """The differences that add up to a difference: of each cargo, of each stage."""
    measure, channel = whole[0], whole[1]
    if measure == "carried_teu":
        return [
            pair
            for pair in pairs
            if pair.figure[0] == measure and ALL not in pair.figure[1:4] and channel in (ALL, pair.figure[1])
        ]
    if measure == "lead_time_days":
        return [pair for pair in pairs if pair.figure[:4] == ("stage_days", *whole[1:4]) and pair.figure[4] != ALL]
    return []


def by_channel(whole: Figure, pairs: Iterable[Paired]) -> list[Paired]:
    """The same measure in each channel, the largest difference first."""
    mine = [p for p in pairs if p.figure[0] == whole[0] and p.figure[1] != ALL and p.figure[2:] == whole[2:]]
    return sorted(mine, key=_size, reverse=True)


def mix_moved(whole: Paired, pairs: Sequence[Paired]) -> bool:
    """Whether the mean over all channels also moved because the channels have other shares than before.

    With shares that do not change, a mean over channels moves no more than the most, and no less than the least, that
    it moves in any channel; so does each stage of the days. What moves beyond that shows that the shares moved. It
    may go unseen: this finds where it must be so.
    """
    measure, channel = whole.figure[0], whole.figure[1]
    if channel != ALL or measure not in MEANS:
        return False
    if measure == "lead_time_p90_days":  # a quantile of a mixture has no such bounds, the means of the same boxes do
        means = [pair for pair in pairs if pair.figure == ("lead_time_days", *whole.figure[1:])]
        return any(mix_moved(mean, pairs) for mean in means)
    wholes = [whole, *(_parts(whole.figure, pairs) if measure == "lead_time_days" else ())]
    return any(_beyond(each, by_channel(each.figure, pairs)) for each in wholes)


def _beyond(whole: Paired, channels: Sequence[Paired]) -> bool:
    if len(channels) < 2:
        return False
    changes, slack = [p.difference.mean for p in channels], 5 * last_digit(whole.figure[0])
    return not min(changes) - slack <= whole.difference.mean <= max(changes) + slack
