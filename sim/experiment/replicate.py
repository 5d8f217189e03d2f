"""Many replications, of one scenario or several, one after the other or side by side; the results are the same."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sim.errors import CHECK_FAILED, CorridorError
from sim.experiment.outcome import Outcome, replicate, replicate_only
from sim.experiment.store import Store, outcome_of, record_of
from sim.experiment.workers import TRIES, Workers
from sim.scenario import Scenario

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """Replications wanted of a scenario: `first`, … n − 1."""

    scenario: Scenario
    n: int
    first: int = 0


class SetAsideError(CorridorError):
    """Replications that killed the process that simulated them, again and again; all others are done."""

    exit_code = CHECK_FAILED

    def __init__(self, which: list[str]) -> None:
        self.which = which
        named = ", ".join(which)
        message = f"set aside, for each killed its process {TRIES} times (out of memory?): replication {named}"
        super().__init__(message)


@dataclass
class How:
    """How replications are run: by whom, where they are kept, who is told of each that is finished.

    Those that had to be set aside are listed in `aside` as (name, replication). `complete` is told of each scenario
    whose replications are all there, by name, while those of others may still be run.
    """

    workers: Workers = field(default_factory=Workers)
    store: Store | None = None
    progress: Progress | None = None
    aside: list[tuple[str, int]] = field(default_factory=list)
    complete: Callable[[str, list[Outcome]], None] | None = None

    @property
    def named_aside(self) -> list[str]:
        """Those that were set aside, as a reader is told of them."""
        return [f"{name} {number}".strip() for name, number in sorted(self.aside)]

    def complain(self) -> None:
        """Raise SetAsideError if any had to be set aside."""
        if self.aside:
            raise SetAsideError(self.named_aside)

    def count(self, name: str, done: Mapping[int, Outcome], want: Wanted) -> None:
        """Tell who wants to know, if all that is wanted of this scenario is there."""
        if self.complete and len(done) == want.n - want.first:
            self.complete(name, _in_order(done))

    def tell(self) -> None:
        """Tell that one more replication is finished."""
        if self.progress:
            self.progress(1)


def whole(outcome: Outcome) -> Outcome:
    """The outcome as it is."""
    return outcome


def replications(
    wanted: Mapping[str, Wanted], how: How | None = None, part: Callable[[Outcome], Outcome] = whole
) -> dict[str, list[Outcome]]:
    """All wanted replications: for each name its outcomes, in the order of replication.

    Those that are kept from an earlier run are read, the others simulated and kept as each is finished. `part` is what
    the caller wants of each: a whole outcome takes a megabyte of memory.
    """
    from sim.files import scenario_hash  # noqa: PLC0415  (slow to import, and workers need none of it)

    how = how or How()
    hashes = {name: scenario_hash(want.scenario) for name, want in wanted.items()}
    outcomes: dict[str, dict[int, Outcome]] = {name: {} for name in wanted}
    missing = {}
    for name, want in wanted.items():
        parcel = Parcel(want.scenario)
        for number in range(want.first, want.n):
            kept = how.store.get(hashes[name], number) if how.store else None
            if kept:
                outcomes[name][number] = part(kept)
                how.tell()
            else:
                missing[name, number] = (parcel, number)
        how.count(name, outcomes[name], want)
    for (name, number), record in how.workers.results(_record, missing):
        if record is None:
            how.aside.append((name, number))
            continue
        if how.store:
            how.store.put(hashes[name], number, record)
        outcomes[name][number] = part(outcome_of(record))
        how.tell()
        how.count(name, outcomes[name], wanted[name])
    return {name: _in_order(done) for name, done in outcomes.items()}


def measured(wanted: Mapping[str, Wanted], measures: Collection[str], how: How) -> dict[str, list[Outcome]]:
    """All wanted replications with these measures and the counts of lead times alone; they are kept nowhere."""
    outcomes: dict[str, dict[int, Outcome]] = {name: {} for name in wanted}
    jobs = {
        (name, number): (want.scenario, number, tuple(sorted(measures)))
        for name, want in wanted.items()
        for number in range(want.first, want.n)
    }
    for (name, number), outcome in how.workers.results(replicate_only, jobs):
        if outcome is None:
            how.aside.append((name, number))
            continue
        outcomes[name][number] = outcome
        how.tell()
    return {name: _in_order(done) for name, done in outcomes.items()}


def _in_order(done: Mapping[int, Outcome]) -> list[Outcome]:
    return [done[number] for number in sorted(done)]


def _record(parcel: Parcel, number: int) -> bytes:
    return record_of(replicate(parcel.scenario, number))


@dataclass(frozen=True, eq=False)
class Parcel:
    """A scenario on its way to other processes: packed once for all its replications, unpacked once in each process.

    Replications come scenario by scenario, so that a few need be kept packed, whatever their number.
    """

    scenario: Scenario

    def __reduce__(self) -> tuple[Callable[[bytes], Parcel], tuple[bytes]]:
        return _unpacked, (_packed(self),)


@lru_cache(maxsize=4)
def _packed(parcel: Parcel) -> bytes:
    return pickle.dumps(parcel.scenario)


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Parcel:
    return Parcel(pickle.loads(packed))  # noqa: S301  (packed by ourselves)
