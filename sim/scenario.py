"""The whole of what a planner writes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sim.corridor.carbon import CarbonSpec
from sim.corridor.channel import ChannelSpec
from sim.corridor.choice import ChoiceSpec
from sim.corridor.disruption import DisruptionSpec
from sim.corridor.line import LineSpec
from sim.corridor.market import MarketSpec
from sim.corridor.money import ExchangeSpec, OperatorsSpec, OutlaySpec, SubsidySpec
from sim.corridor.nodes import NodeSpec
from sim.corridor.service import ServiceSpec
from sim.quantities import HOURS_PER_DAY, Bilingual, Day, Key, Spec, Text

Grade = Literal["documented", "derived", "assumed", "what-if"]


class Fact(Spec):
    """Where a number comes from."""

    grade: Grade
    """`documented` (stated by the source), `derived` (arithmetic on documented numbers), `assumed`, or `what-if`"""
    source: Text
    """who says so, or how it was derived, or why it was assumed"""
    range: Any = None
    """what else it may be: [low, high] or [low, mode, high]; an assumed number needs one"""
    note: Text | None = None
    """anything a reader must know"""


class Period(Spec):
    """The measured period, and the months before it in which the corridor warms up with its own services."""

    first_day: Day
    """the first day that is measured"""
    last_day: Day
    """the last day that is measured"""
    warm_up_days: Annotated[int, Field(ge=0, le=3660)]
    """days before `first_day` at which the run starts, empty"""

    @model_validator(mode="after")
    def _ordered(self) -> Period:
        if self.last_day < self.first_day:
            message = f"the last day, {self.last_day}, is before the first, {self.first_day}"
            raise ValueError(message)
        return self

    @property
    def start(self) -> datetime:
        """The moment at which a run starts, local time."""
        first = datetime(self.first_day.year, self.first_day.month, self.first_day.day)
        return first - timedelta(days=self.warm_up_days)

    @property
    def window(self) -> tuple[float, float]:
        """The measured period, in hours from the start of the run."""
        begin_h = self.warm_up_days * HOURS_PER_DAY
        return begin_h, begin_h + ((self.last_day - self.first_day).days + 1) * HOURS_PER_DAY


class Baseline(Spec):
    """A documented figure that a measure is held against."""

    measure: Key
    """the measure, as in the results"""
    channel: Key
    """the channel it was counted on"""
    year: int
    """the year it was counted in"""
    value: float
    """the figure"""
    source: Text
    """who says so"""


class Fitted(Spec):
    """A parameter that was set so that a measure comes out: that measure is `calibrated`, never `predicted`."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    """the paths that were set"""
    measure: Key
    """the measure that was to come out"""
    channel: Key
    """on which channel"""
    how: Text
    """how they were set, and to what"""


_SENTENCE = re.compile(
    r"(?P<measure>\w+)(?: of (?P<channel>\w+))? (?P<sense>at least|at most) (?P<value>-?[\d.]+)"
    r"(?: with (?P<assurance>[\d.]+) ?% assurance)?"
)


def _read_sentence(written: Any) -> Any:
    """`carried_teu of changmanou at least 10246 with 90 % assurance` as the fields of a target."""
    if not isinstance(written, str):
        return written
    said = _SENTENCE.fullmatch(" ".join(written.split()))
    if said is None:
        message = "write it as: carried_teu of changmanou at least 10246 with 90 % assurance"
        raise ValueError(message)
    fields = {"measure": said["measure"], said["sense"].replace(" ", "_"): float(said["value"])}
    fields |= {"channel": said["channel"]} if said["channel"] else {}
    return fields | ({"assurance": float(said["assurance"]) / 100} if said["assurance"] else {})


class TargetSpec(Spec):
    """What is to be reached, in so many years of a hundred: `sim run` prints whether it is, and exits with 3 if not.

    It may be written as a sentence: `carried_teu of changmanou at least 10246 with 90 % assurance`.
    """

    measure: Key
    """the measure, as in the results"""
    channel: Key = "all"
    """the channel, or `all`"""
    at_least: float | None = None
    """the least that is wanted"""
    at_most: float | None = None
    """the most that is wanted"""
    assurance: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """the share of years in which it is to be reached"""

    @model_validator(mode="after")
    def _one_sense(self) -> TargetSpec:
        if (self.at_least is None) == (self.at_most is None):
            message = "needs either at_least or at_most, and not both"
            raise ValueError(message)
        return self


Target = Annotated[TargetSpec, BeforeValidator(_read_sentence)]


class Together(Spec):
    """Ranges that are one assumption, written in several places: with `--uncertainty` they are drawn with one luck, all
    low or all high together. Ranges that are in no such group are drawn independently of each other.
    """

    name: Bilingual
    """what people call the assumption"""
    paths: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    """the numbers with these ranges, by path; `*` stands for any letters but a dot, and may stand for nothing"""
    opposite: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """numbers that are high where the others are low, as imports are where exports are a share of a known total"""

    def mirrors(self, path: str) -> bool | None:
        """Whether the number at a path moves with the group (False) or against it (True); None if it is not in it."""
        if _any_of(self.paths).fullmatch(path):
            return False
        return True if _any_of(self.opposite).fullmatch(path) else None


@lru_cache(maxsize=256)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """What fits one of some paths with `*`; of none, nothing fits."""
    return re.compile("|".join(re.escape(one).replace(r"\*", "[^.]*") for one in patterns) or "(?!)")


def _whole(written: Any) -> Any:
    """The value with whole numbers written as such: 7.0 and 7 are one parameter."""
    if isinstance(written, dict):
        return {key: _whole(below) for key, below in written.items()}
    if isinstance(written, list | tuple):
        return [_whole(below) for below in written]
    return int(written) if isinstance(written, float) and written.is_integer() else written


Parameters = Annotated[Any, AfterValidator(_whole)]


class PolicySpec(Spec):
    """A lever of the catalogue (`sim levers`) with parameters of its own, under a name by which it can be pulled."""

    name: Bilingual
    """what people call it"""
    lever: Key
    """the lever, by its id in the catalogue"""
    with_: dict[Key, Parameters] = Field(default={}, alias="with")
    """parameters of the lever; who pulls it may give others"""
    note: Bilingual | None = None
    """anything a reader must know: also, where it has no `cost`, why"""


class Expectation(Spec):
    """A figure that the scenario must give, by hand or by theory: `sim verify` holds the results against it, nothing
    else reads it.
    """

    name: Bilingual
    """what people call it, with its unit"""
    measure: Key
    """the measure, as in the results"""
    channel: Key = "all"
    """the channel, or `all`"""
    direction: Literal["all", "outbound", "inbound"] = "all"
    """the direction, or `all`"""
    cargo: Literal["all", "local", "hub"] = "all"
    """the cargo, or `all`"""
    place: Text = "all"
    """the place, resource or stage, as in the results, or `all`"""
    times: Annotated[float, Field(gt=0)] = 1.0
    """by how much the measure is multiplied to be in the unit of `exact`: 24 for days in hours"""
    exact: float | Literal["none"]
    """the figure; `none` if there can be none, such as a mean over no boxes"""
    max_half_width_pct: Annotated[float, Field(gt=0, le=100)] | None = None
    """a mean passes if `exact` lies in its 99.9 % interval, and the interval is at most so wide: half of it, in % of
    `exact`. Without it the figure is by hand: one run must give it to the digit"""
    source: Text
    """who says so, or how it was derived"""


class Scenario(Spec):
    """A scenario: a corridor, its services, its markets and a year."""

    name: Bilingual
    """what people call it"""
    question: Bilingual | None = None
    """the question that it answers"""
    happens: bool = False
    """whether it is what may happen to the corridor, such as a closure, and no decision: `sim whatif` then says what it
    does, and does not call money saved that cargo stays away"""
    provenance: Literal["required", "optional"] = "optional"
    """`required`: every number needs a grade and a source (`{is: 100, grade: …, source: …, range: …}`)"""
    period: Period
    """the measured period and its warm-up"""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 20200101
    """all luck follows from it"""
    nodes: Annotated[dict[Key, NodeSpec], Field(min_length=2)]
    """terminals and border stations"""
    lines: dict[Key, LineSpec]
    """lines between nodes"""
    services: dict[Key, ServiceSpec]
    """trains and vessels"""
    channels: dict[Key, ChannelSpec]
    """chains of services"""
    markets: dict[Key, MarketSpec]
    """who ships what"""
    disruptions: dict[Key, DisruptionSpec] = {}
    """what goes wrong: closures, outages, days with fewer units, slow work, less cargo or trains that do not run"""
    exchange: ExchangeSpec = ExchangeSpec()
    """rates of exchange"""
    subsidies: dict[Key, SubsidySpec] = {}
    """subsidies on the boxes of services"""
    operators: OperatorsSpec = OperatorsSpec()
    """whether operators cancel what does not pay"""
    choice: ChoiceSpec | None = None
    """how shippers choose; without it the shares of the channels are fixed"""
    carbon: CarbonSpec | None = None
    """how emissions are reckoned"""
    outlays: dict[Key, OutlaySpec] = {}
    """what policies cost in a year, beside subsidies"""
    baselines: dict[Key, Baseline] = {}
    """documented figures to hold the results against"""
    targets: dict[Key, Target] = {}
    """what is to be reached: printed with its verdict"""
    fitted: dict[Key, Fitted] = {}
    """parameters that were set so that a result comes out"""
    together: dict[Key, Together] = {}
    """ranges that are one assumption, and move together where ranges are drawn"""
    policies: dict[Key, PolicySpec] = {}
    """levers of the catalogue with parameters for this corridor"""
    levers: dict[Key, Parameters] = {}
    """policies, or levers of the catalogue, pulled in this order: `{dalian_frequency: 7, tianjin_regular: true}`;
    the loader pulls them, and a scenario that it has loaded has none"""
    applied: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """the levers that were pulled, in their order; the loader writes it"""
    derivation: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """how the figures under `expect` were derived"""
    expect: dict[Key, Expectation] = {}
    """figures that must come out: `sim verify` checks them"""
    verify_replications: Annotated[int, Field(ge=1, le=100_000)] = 30
    """replications that `sim verify` makes if a figure is a mean"""
    facts: dict[str, Fact] = {}
    """grade, source and range of each number, by its path; the loader fills it from `{is: …}`"""

    @property
    def stated(self) -> dict[str, Fact]:
        """The facts about what is simulated: without those of policies, which hold only once they are pulled."""
        return {path: fact for path, fact in self.facts.items() if not path.startswith("policies.")}


ONLY_VERIFIED = frozenset({"derivation", "expect", "verify_replications"})
"""What says nothing about the corridor: results do not depend on it, so it is no part of the hash of a scenario."""

CORRIDOR = (
    *("nodes", "lines", "services", "channels", "markets", "disruptions"),
    *("exchange", "subsidies", "operators", "choice", "carbon", "outlays"),
)
"""The sections that say what the corridor is: their numbers need sources, and may have ranges that are drawn."""
