"""Many replications, of one scenario or several, one after the other or side by side; the results are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sim.experiment.outcome import Outcome, replicate
from sim.scenario import Scenario

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """Replications wanted of a scenario: 0, 1, … n − 1; with `series`, also what figures need."""

    scenario: Scenario
    n: int
    series: bool = False


def replications(
    wanted: Mapping[str, Wanted], *, jobs: int = 1, progress: Progress | None = None
) -> dict[str, list[Outcome]]:
    """Run all wanted replications, `jobs` at a time: for each name its outcomes, in the order of replication.

    `progress` is told 1 for each that is finished.
    """
    tasks = [(name, number) for name, want in wanted.items() for number in range(want.n)]
    outcomes: dict[str, list[Outcome]] = {name: [] for name in wanted}
    for name, outcome in _unordered(wanted, tasks, jobs):
        outcomes[name].append(outcome)
        if progress:
            progress(1)
    return {name: sorted(done, key=lambda outcome: outcome.replication) for name, done in outcomes.items()}


def _unordered(
    wanted: Mapping[str, Wanted], tasks: Sequence[tuple[str, int]], jobs: int
) -> Iterator[tuple[str, Outcome]]:
    if jobs == 1 or len(tasks) == 1:
        return (_task(name, wanted[name], number) for name, number in tasks)
    from joblib import Parallel, delayed  # noqa: PLC0415  (slow to import, wanted only for several jobs)

    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size="auto")
    return cast(
        "Iterator[tuple[str, Outcome]]", parallel(delayed(_task)(name, wanted[name], number) for name, number in tasks)
    )


def _task(name: str, wanted: Wanted, number: int) -> tuple[str, Outcome]:
    return name, replicate(wanted.scenario, number, series=wanted.series)
