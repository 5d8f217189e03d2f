"""`python -m benchmarks [SCENARIO]`: what a simulated year costs, and how the cost grows with longer trains.

Prints, as medians of interleaved runs on one core: ms per replication (simulation, audit and measures) and per
simulated year, SimPy events, containers; then the same scenario with ten times the containers on trains ten times as
long (border work per container a tenth, ten times the handling units), as a ratio.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time
from typing import Any

from sim.experiment.outcome import replicate
from sim.experiment.variants import scaled_demand
from sim.files import load
from sim.scenario import Scenario
from sim.simulate import simulate

ROUNDS = 7
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


def main() -> None:
    """Print the table."""
    path = sys.argv[1] if len(sys.argv) > 1 else "scenarios/2020.yaml"
    scenario = load(path)
    longer = on_longer_trains(scenario, 10)
    for one in (scenario, longer):
        replicate(one, 0)  # imports and tables of laws are not what is measured
    times = [(_cpu_ms(scenario, k), _cpu_ms(longer, k)) for k in range(ROUNDS)]
    _print(f"{path}, as it is", scenario, median(a for a, _ in times))
    _print(f"{path}, 10 × longer trains", longer, median(b for _, b in times))
    print(f"ten times the containers on ten times longer trains cost {median(b / a for a, b in times):.1f} ×")


def _print(name: str, scenario: Scenario, ms: float) -> None:
    trace = simulate(scenario, 0)
    years = scenario.period.window[1] / HOURS_PER_YEAR
    size = f"{trace.events:,} events, {len(trace.containers):,} containers"
    print(f"{name}: {ms:.0f} ms a replication ({years:.2f} years), {ms / years:.0f} ms a simulated year; {size}")


if __name__ == "__main__":
    main()
