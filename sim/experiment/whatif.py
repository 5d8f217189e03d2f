"""What-ifs under one luck: what each changes of the reference, what it costs, and which buys the most.

What a what-if costs is what it takes from treasury and operators together, year by year. A subsidy is a transfer from
one to the other and cancels: a train that runs at a loss is not free because its operator bears the loss.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from sim.errors import CorridorError
from sim.experiment.compare import Figure, Paired, Sample, compared, compared_each
from sim.experiment.draws import REPLICATIONS, Design, Floats, design_of, name_of
from sim.experiment.outcome import Outcome
from sim.experiment.priced import without_price
from sim.experiment.replicate import How, SetAsideError, Wanted, replications
from sim.experiment.uncertainty import Draws, Signs, paired_draws, signs
from sim.files import scenario_hash
from sim.kpis import BY_ID, Key
from sim.scenario import Scenario
from sim.statistics import SURE, Estimate, fieller, first_shares, per_cost

ALL = "all"
MILLION = 1e6
PRINTED = (
    *("carried_teu", "local_share", "lead_time_days", "cost_net_cny_per_feu", "treasury_cny", "operator_result_cny"),
    "co2_market_t",
)
"""What the columns of the table show, where the model measures it."""
MEASURES = (
    *PRINTED,
    *("subsidy_cny", "outlay_cny", "cost_gross_cny_per_feu", "co2_t", "trains_run", "backlog_teu", "chosen_teu"),
)
"""What is compared, where the model measures it."""
PUBLIC_COST = ("treasury_cny", "subsidy_cny")
"""What a what-if costs the public: all that the treasury pays, or else the subsidies alone."""
OPERATORS = "operator_result_cny"
JOINT_COST = "joint_cost_cny"
"""What treasury and operators have less, together: what the treasury pays, less the operators' result."""
NEGLIGIBLE = 0.05
"""A cost is as good as none up to this share of what the public pays for as many TEU without the what-if. It grows with
the gain, so that what gains little must cost little; with a twentieth, no order among what-ifs that do cost something
turns on it, and a few dozen years can show it."""

Kind = Literal["buys", "free", "untold", "saves", "loses", "no_gain", "unpriced"]
"""buys: more cargo at a cost; free: more cargo, and even the upper end of its cost is nothing or negligible; untold:
more or less cargo, and the years do not tell what it costs or saves; saves: less cargo, and money saved; loses: less
cargo, and even the most it may save is nothing or negligible; no_gain: no change of cargo is told from chance;
unpriced: more or less cargo, and the model has no money in it."""
Group = Literal["buys", "free", "untold", "not_priced", "unpriced", "saves", "loses", "happens", "no_gain"]
"""A kind; or not_priced: more cargo by levers whose investment has no price in the model; or happens: a change of cargo
that nobody decides on."""


class WhatIfError(CorridorError):
    """What-ifs that cannot be compared; the message says why."""

    exit_code = 2


@dataclass(frozen=True)
class Lever:
    """What a what-if buys: cargo carried, at a cost, with intervals that hold jointly over all what-ifs.

    It is held against the scenario that it stands on, so that what that one gains by itself is not counted.
    """

    id: str
    stands_on: Scenario
    kind: Kind
    gain: Paired
    cost: Paired | None
    """what treasury and operators have less, or the treasury alone where the model has no operators' result"""
    cny_per_teu: Estimate
    """that cost of each TEU more: a ratio of means, by Fieller; `nan` where there is no gain"""
    teu_per_million: Estimate
    """TEU more for each million yuan of that cost"""
    public_per_teu: Mapping[str, Estimate] = field(default_factory=dict)
    """what the treasury pays, and what it pays as subsidy, for each TEU more, by Fieller; by measure"""
    without_price: tuple[str, ...] = ()
    """levers whose investment is not priced (see `sim.experiment.priced`)"""
    happens: bool = False
    """whether it is what may happen, and no decision"""

    @property
    def group(self) -> Group:
        """Its kind; but more cargo by levers without a price is never praised as bought, nor as free, and what happens
        is no purchase and no saving.
        """
        if self.happens and self.kind != "no_gain":
            return "happens"
        return (
            "not_priced" if self.without_price and self.kind in ("buys", "free", "untold") and self.gains else self.kind
        )

    @property
    def gains(self) -> bool:
        """Whether more is carried."""
        return self.gain.difference.mean > 0


@dataclass(frozen=True)
class Ranking:
    """Those that buy cargo, the one that buys the most for its money first, and how sure that order is."""

    ids: tuple[str, ...] = ()
    first_shares: tuple[float, ...] = ()
    """how often each is first if the years are drawn again"""
    drawn_shares: tuple[float, ...] = ()
    """in what share of the draws of the inputs each is first; empty without draws"""
    draws: int = 0


@dataclass(frozen=True)
class WhatIfs:
    """All that was found of a library of what-ifs against their reference; mappings are by id, in the order asked."""

    reference: Scenario
    scenarios: Mapping[str, Scenario]
    replications: int
    channel: str
    """the channel whose cargo counts as gained; `all` is all of ours"""
    judged: str
    """the channel that has a baseline to be judged by; `all` if none has"""
    base: Sample
    samples: Mapping[str, Sample]
    pairs: Mapping[str, list[Paired]]
    signs: Mapping[str, list[Signs]] = field(default_factory=dict)
    levers: tuple[Lever, ...] = ()
    ranking: Ranking = Ranking()

    def pair(self, id: str, measure: str, channel: str = ALL) -> Paired | None:  # noqa: A002  (the word of the tables)
        """The difference of a figure over all directions, cargo and places; None where the model does not have it."""
        figure = headline(measure, channel)
        return next((pair for pair in self.pairs[id] if pair.figure == figure), None)

    def sign(self, id: str, measure: str, channel: str = ALL) -> Signs | None:  # noqa: A002  (as above)
        """What the draws say of it; None without draws."""
        figure = headline(measure, channel)
        return next((one for one in self.signs.get(id, ()) if one.figure == figure), None)

    def lever(self, id: str) -> Lever:  # noqa: A002  (as above)
        """What one of them buys."""
        return next(lever for lever in self.levers if lever.id == id)

    @property
    def best(self) -> Lever | None:
        """The one that buys the most for its money; None if none buys anything."""
        return self.lever(self.ranking.ids[0]) if self.ranking.ids else None


def headline(measure: str, channel: str = ALL) -> Figure:
    """The figure of a measure over all directions, cargo and places."""
    return (measure, channel, ALL, ALL, ALL)


def judged_channel(scenario: Scenario) -> str:
    """The channel whose carried TEU have the latest baseline; `all` if none has one."""
    held = [b for b in scenario.baselines.values() if b.measure == "carried_teu"]
    return max(held, key=lambda b: b.year).channel if held else ALL


def public_cost() -> str | None:
    """The measure of what a what-if costs the public; None if the model has none."""
    return next((measure for measure in PUBLIC_COST if measure in BY_ID), None)


def with_cost(sample: Sample) -> Sample:
    """A sample, and what treasury and operators pay together in each replication, where it has both."""
    paid, left = headline(public_cost() or ""), headline(OPERATORS)
    if paid not in sample or left not in sample:
        return sample
    return {**sample, headline(JOINT_COST): np.asarray(sample[paid] - sample[left])}


def cost_in(figures: Collection[Figure]) -> Figure:
    """The figure of what a what-if costs, of those that there are: of treasury and operators, or else the public's."""
    joint = headline(JOINT_COST)
    return joint if joint in figures else headline(public_cost() or "")


def runs_of(scenarios: int, n: int, draws: int) -> int:
    """How many replications so many scenarios take, their reference among them."""
    return scenarios * (n + REPLICATIONS * draws)


def bases_beside(reference: Scenario, bases: Mapping[str, Scenario]) -> tuple[dict[str, Scenario], dict[str, str]]:
    """The scenarios that what-ifs stand on besides the reference, each once, by name; and for each what-if which one.

    What stands on a scenario of another year, or with other luck, cannot be paired with it: it has the reference.
    """
    known, named, of = {scenario_hash(reference): ""}, {}, {}
    for id_, base in bases.items():
        if (base.period, base.seed) != (reference.period, reference.seed):
            continue
        name = known.setdefault(scenario_hash(base), f"base {len(known)}")
        of[id_] = name
        if name:
            named[name] = base
    return named, of


def what_if(  # noqa: PLR0913  (a library, how long and by whom, and what is asked of it)
    reference: Scenario,
    scenarios: Mapping[str, Scenario],
    n: int,
    how: How | None = None,
    *,
    draws: int = 0,
    channel: str = ALL,
    bases: Mapping[str, Scenario] | None = None,
) -> WhatIfs:
    """Run a reference and its what-ifs with n replications each, and so many draws of their inputs; compare them.

    `bases` are the scenarios that what-ifs stand on, by id; where none is named it is the reference.
    Raises WhatIfError where they cannot be compared, and SetAsideError if replications had to be set aside.
    """
    how = how or How()
    _check(reference, scenarios, channel)
    beside, stands_on = bases_beside(reference, bases or {})
    every = {"": reference, **beside, **scenarios}
    designs = {id_: design_of(scenario, draws) for id_, scenario in every.items()} if draws else {}
    wanted = {id_: Wanted(scenario, n) for id_, scenario in every.items()}
    for id_, design in designs.items():
        wanted |= {_of_draw(id_, name): want for name, want in design.wanted().items()}
    done = replications(wanted, how, headlines_only)
    if how.aside:
        raise SetAsideError(how.named_aside)
    base, samples = sample_of(done[""]), {id_: sample_of(done[id_]) for id_ in scenarios}
    sides = {id_: (with_cost(sample_of(done[stands_on.get(id_, "")])), with_cost(samples[id_])) for id_ in scenarios}
    added = dict(zip(scenarios, compared_each(list(sides.values())), strict=True))
    pairs = dict(zip(scenarios, compared(base, list(samples.values())), strict=True))
    drawn = {id_: _drawn(id_, design, done) for id_, design in designs.items()}
    apart = {id_: paired_draws(drawn[""], drawn[id_]) for id_ in scenarios} if drawn else {}
    own = {id_: paired_draws(drawn[stands_on.get(id_, "")], drawn[id_]) for id_ in scenarios} if drawn else {}
    levers = tuple(
        _lever((id_, every[stands_on.get(id_, "")], scenarios[id_]), added[id_], sides[id_], (channel, len(scenarios)))
        for id_ in scenarios
    )
    return WhatIfs(
        reference=reference,
        scenarios=scenarios,
        replications=n,
        channel=channel,
        judged=judged_channel(reference),
        base=base,
        samples=samples,
        pairs=pairs,
        signs={id_: _signs(pairs[id_], draws_) for id_, draws_ in apart.items() if draws_},
        levers=levers,
        ranking=_ranking(levers, sides, {id_: one for id_, one in own.items() if one}, channel),
    )


def _check(reference: Scenario, scenarios: Mapping[str, Scenario], channel: str) -> None:
    if not scenarios:
        raise WhatIfError("there is no what-if to compare with the reference.")
    if channel not in {ALL, *reference.channels}:
        raise WhatIfError(f"there is no channel '{channel}'. Channels: all, {', '.join(sorted(reference.channels))}.")
    for id_, scenario in scenarios.items():
        if scenario.seed != reference.seed:
            raise WhatIfError(f"{id_} has another seed than the reference: with other luck nothing can be paired.")
        if scenario.period != reference.period:
            raise WhatIfError(f"{id_} has another period than the reference: name a reference of the same year.")


def _of_draw(id_: str, name: str) -> str:
    return f"{id_} {name}".strip()


def headlines_only(outcome: Outcome) -> Outcome:
    """What is compared of an outcome: figures over all directions, cargo and places, and what shippers chose."""
    values = {
        measure: {
            key: value
            for key, value in outcome.values[measure].items()
            if key == Key(key.channel) or measure == "chosen_teu"
        }
        for measure in MEASURES
        if measure in outcome.values
    }
    return Outcome(outcome.replication, values)


def sample_of(outcomes: Sequence[Outcome]) -> Sample:
    """Each figure in each replication, in the order of replication; `nan` where there is none."""
    n = 1 + max((outcome.replication for outcome in outcomes), default=-1)
    found: dict[Figure, Floats] = {}
    for outcome in outcomes:
        for measure, values in outcome.values.items():
            for key, value in values.items():
                found.setdefault((measure, *key), np.full(n, np.nan))[outcome.replication] = value
    return found


# --- draws of the inputs


def _drawn(id_: str, design: Design, done: Mapping[str, Sequence[Outcome]]) -> Draws:
    """The draws of one scenario and what came out."""
    numbers = tuple(sorted(design.drawn))
    samples = [with_cost(sample_of(done[_of_draw(id_, name_of(number))])) for number in numbers]
    unknown = np.full(REPLICATIONS, np.nan)
    figures = dict.fromkeys(figure for sample in samples for figure in sample)
    values = {figure: np.array([sample.get(figure, unknown) for sample in samples]) for figure in figures}
    at = np.array(numbers, dtype=np.int64) - 1
    return Draws(numbers, {name: luck[at] for name, luck in design.luck.items()}, values)


def _signs(pairs: Iterable[Paired], draws: Draws) -> list[Signs]:
    """In what share of the draws each difference keeps its sign."""
    return [
        signs(pair.figure, pair.difference.mean, draws)
        for pair in pairs
        if pair.figure in draws.values and pair.figure[0] in PRINTED
    ]


# --- what each buys


def _lever(
    named: tuple[str, Scenario, Scenario],
    pairs: Sequence[Paired],
    samples: tuple[Sample, Sample],
    asked: tuple[str, int],
) -> Lever:
    """What one buys; `named` are its id, what it stands on and itself, `asked` the channel, and of how many it is."""
    (id_, base, scenario), (channel, several) = named, asked
    of = {pair.figure: pair for pair in pairs}
    gained, paid = headline("carried_teu", channel), cost_in(of)
    if gained not in of:
        raise WhatIfError(f"{id_} carries nothing on '{channel}': there is no gain to look for.")
    gain, cost = of[gained], of.get(paid)
    kind = kind_of(gain, cost, negligible_cost(gain, samples[0]))
    unpriced = without_price(base, scenario)
    none = Estimate(np.nan, np.nan, np.nan, gain.difference.n)
    if cost is None or kind == "no_gain":
        return Lever(id_, base, kind, gain, cost, none, none, without_price=unpriced, happens=scenario.happens)
    confidence = 1 - SURE / several
    more, spent = (_apart(*samples, figure) for figure in (gained, paid))
    per_teu, per_million = fieller(spent, more, confidence), fieller(more, spent / MILLION, confidence)
    public = {
        measure: fieller(_apart(*samples, headline(measure)), more, confidence)
        for measure in PUBLIC_COST
        if headline(measure) in of
    }
    return Lever(id_, base, kind, gain, cost, per_teu, per_million, public, unpriced, scenario.happens)


def negligible_cost(gain: Paired, base: Sample) -> float:
    """Up to how many yuan the cost of a gain is as good as none: see `NEGLIGIBLE`; 0 where the public pays nothing."""
    paid, carried = (base.get(headline(measure)) for measure in (public_cost() or "", "carried_teu"))
    if paid is None or carried is None or not np.nanmean(carried) > 0:
        return 0.0
    return NEGLIGIBLE * float(np.nanmean(paid) / np.nanmean(carried)) * abs(gain.difference.mean)


def kind_of(gain: Paired, cost: Paired | None, negligible: float = 0.0) -> Kind:
    """What a what-if does with cargo and money. More or less is what is told from chance (Holm); that something costs
    nothing, or saves nothing, is said only where the whole joint interval says so."""
    if gain.unchanged or not gain.clear:
        return "no_gain"
    if cost is None:
        return "unpriced"
    spent = cost.difference
    dearer, cheaper = (cost.clear and way * spent.mean > 0 for way in (1, -1))
    if gain.difference.mean > 0:
        return "buys" if dearer else "free" if spent.high <= negligible else "untold"
    return "saves" if cheaper else "loses" if spent.low >= -negligible else "untold"


def _apart(base: Sample, other: Sample, figure: Figure) -> Floats:
    """A difference, year by year."""
    return np.asarray(other[figure] - base[figure])


def _ranking(
    levers: Sequence[Lever], sides: Mapping[str, tuple[Sample, Sample]], drawn: Mapping[str, Draws], channel: str
) -> Ranking:
    """Those that buy cargo, by TEU for each million; the luck of years and of inputs says how sure that is."""
    bought = sorted((one for one in levers if one.group == "buys"), key=lambda one: -one.teu_per_million.mean)
    ids = tuple(one.id for one in bought)
    if not ids:
        return Ranking()
    figures = headline("carried_teu", channel), cost_in(sides[ids[0]][0])
    gains, costs = (np.array([_apart(*sides[id_], figure) for id_ in ids]) for figure in figures)
    sure = first_shares(gains, costs)
    if not all(id_ in drawn for id_ in ids):
        return Ranking(ids, tuple(sure.tolist()))
    numbers = sorted(set.intersection(*(set(drawn[id_].numbers) for id_ in ids)))
    at = {id_: [drawn[id_].numbers.index(number) for number in numbers] for id_ in ids}
    more, spent = (np.array([drawn[id_].means(figure)[at[id_]] for id_ in ids]) for figure in figures)
    firsts = np.bincount(per_cost(more, spent).argmax(axis=0), minlength=len(ids)) / max(len(numbers), 1)
    return Ranking(ids, tuple(sure.tolist()), tuple(firsts.tolist()), len(numbers))
