"""`python -m benchmarks [SCENARIO]`: what a simulated year costs, what choice adds to it, and how the cost grows with
longer trains.
`python -m benchmarks [SCENARIO] --jobs 2`: how well so many processes share 200 replications.

Prints, as medians of interleaved runs on one core: ms per replication (simulation, audit and measures) and per
simulated year, SimPy events, containers; then the same scenario with ten times the containers on trains ten times as
long (border work per container a tenth, ten times the handling units), as a ratio. With `--jobs`, the wall-clock time
of one process over that of so many, per process: 100 % would be sharing without loss.
"""

from __future__ import annotations

from argparse import ArgumentParser
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sim.experiment.outcome import replicate
from sim.experiment.replicate import How, Wanted, replications
from sim.experiment.variants import scaled_demand, shippers_choose
from sim.experiment.workers import Workers
from sim.files import change, load
from sim.scenario import Scenario
from sim.simulate import simulate

ROUNDS = 7
SHARED = 200
EFFICIENCY_ROUNDS = 3
HOURS_PER_YEAR = 8760.0


def on_longer_trains(scenario: Scenario, factor: int) -> Scenario:
    """The scenario with `factor` times the containers on trains `factor` times as long, equally loaded resources."""
    tree: dict[str, Any] = scaled_demand(scenario, factor).model_dump(by_alias=True, exclude_unset=True)
    for service in tree["services"].values():
        for running in (service, *service.get("changes", {}).values()):
            _multiply(running, ("capacity_teu", "minimum_teu"), factor)
    for node in tree["nodes"].values():
        _multiply(node, ("yard_teu",), factor)
        _multiply(node.get("handling", {}), ("units",), factor)
        for side in (node, node.get("outbound", {}), node.get("inbound", {})):
            if "gauge_change" in side:
                _share_work(side["gauge_change"], factor)
    return Scenario.model_validate(tree)


def _multiply(tree: dict[str, Any], keys: tuple[str, ...], factor: int) -> None:
    for key in keys:
        if key in tree:
            tree[key] *= factor


def _share_work(change: dict[str, Any], factor: int) -> None:
    """A tenth of the work per container, and ten times the containers on the trains of others."""
    change["per_container_h"] = change.get("per_container_h", 0.0) / factor
    if "others" in change:
        law = change["others"]["containers_per_train"]
        change["others"]["containers_per_train"] = {key: value * factor for key, value in law.items()}


def _cpu_ms(scenario: Scenario, number: int) -> float:
    begun = process_time()
    replicate(scenario, number)
    return 1000 * (process_time() - begun)


def efficiency(scenario: Scenario, jobs: int, n: int) -> float:
    """The speed-up of `jobs` processes over one on n replications, by wall-clock time, as a share of `jobs`."""
    seconds = {}
    for processes in (1, jobs):
        begun = perf_counter()
        replications({"": Wanted(scenario, n)}, How(Workers(processes)))
        seconds[processes] = perf_counter() - begun
    return seconds[1] / seconds[jobs] / jobs


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("scenario", nargs="?", default="scenarios/2020.yaml")
    parser.add_argument("--jobs", type=int, default=0)
    asked = parser.parse_args()
    scenario = load(asked.scenario)
    if asked.jobs:
        found = [efficiency(scenario, asked.jobs, SHARED) for _ in range(EFFICIENCY_ROUNDS)]
        rounds = ", ".join(f"{share:.0%}" for share in found)
        print(f"{asked.jobs} processes, {SHARED} replications: {median(found):.0%} efficiency (rounds: {rounds})")
    else:
        _costs(asked.scenario, scenario)


def _costs(path: str, scenario: Scenario) -> None:
    longer = on_longer_trains(scenario, 10)
    for one in (scenario, longer):
        replicate(one, 0)  # imports and tables of laws are not what is measured
    times = [(_cpu_ms(scenario, k), _cpu_ms(longer, k)) for k in range(ROUNDS)]
    _print(f"{path}, as it is", scenario, median(a for a, _ in times))
    _print(f"{path}, 10 × longer trains", longer, median(b for _, b in times))
    print(f"ten times the containers on ten times longer trains cost {median(b / a for a, b in times):.1f} ×")
    if shippers_choose(scenario):
        _choice(scenario)


def _choice(scenario: Scenario) -> None:
    """What choice adds: the scenario against itself with fixed shares, pair by pair."""
    fixed = change(scenario, "choice.active=false")
    replicate(fixed, 0)
    times = [(_cpu_ms(fixed, k), _cpu_ms(scenario, k)) for k in range(2 * ROUNDS)]
    without, with_choice = (median(column) for column in zip(*times, strict=True))
    ratio = median(b / a for a, b in times)
    print(f"at fixed shares {without:.0f} ms, with choice {with_choice:.0f} ms: choice adds {ratio - 1:.0%}")


def _print(name: str, scenario: Scenario, ms: float) -> None:
    trace = simulate(scenario, 0)
    years = scenario.period.window[1] / HOURS_PER_YEAR
    size = f"{trace.events:,} events, {len(trace.containers):,} containers"
    print(f"{name}: {ms:.0f} ms a replication ({years:.2f} years), {ms / years:.0f} ms a simulated year; {size}")


if __name__ == "__main__":
    main()
