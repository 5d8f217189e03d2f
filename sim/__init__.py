"""A discrete-event simulation of container corridors, with honest output statistics.

Units: hours, kilometres and TEU inside; calendar dates at the edge. Reading order: `quantities`, `variation`,
`scenario`, `corridor` (its own tour stands there), `trace`, `kpis`, `statistics`, `experiment`, `results`, `figures`,
`telling`, `api`, `cli`.

From Python (docs/tutorial.ipynb takes its time):

    from sim import change, compare, load, run

    plan = load("scenarios/2020.yaml")
    longer = change(plan, "services.cmo_west.capacity_teu=110", name="longer trains")
    base = run(plan)
    base.summary                                  # a pandas table; in a notebook, `base` shows the headline table
    print(compare(base, run(longer)))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.compared import Compared, compare
    from sim.api.decisions import Believe, Factorial, WhatIf, believe, factorial, whatif
    from sim.api.runs import Run, run
    from sim.errors import CorridorError, ScenarioError
    from sim.files import change, load
    from sim.scenario import Scenario

__all__ = [
    "Believe",
    "Compared",
    "CorridorError",
    "Factorial",
    "Run",
    "Scenario",
    "ScenarioError",
    "WhatIf",
    "believe",
    "change",
    "compare",
    "factorial",
    "load",
    "run",
    "whatif",
]

_HOMES = {
    "Believe": "sim.api.decisions",
    "Compared": "sim.api.compared",
    "CorridorError": "sim.errors",
    "Factorial": "sim.api.decisions",
    "Run": "sim.api.runs",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "WhatIf": "sim.api.decisions",
    "believe": "sim.api.decisions",
    "change": "sim.files",
    "compare": "sim.api.compared",
    "factorial": "sim.api.decisions",
    "load": "sim.files",
    "run": "sim.api.runs",
    "whatif": "sim.api.decisions",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: `import sim` alone imports nothing."""
    if name not in _HOMES:
        message = f"module 'sim' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
