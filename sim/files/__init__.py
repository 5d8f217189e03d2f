"""Scenario files: YAML ⇄ `Scenario`.

`load` reads a file, merges it over the files it is `based_on`, applies settings, takes the facts out and checks the
rest, and says everything that is wrong at once, with file, line and cure. `dump` writes a scenario out again.
"""

from sim.files.dumping import dump, scenario_hash
from sim.files.loading import load

__all__ = ["dump", "load", "scenario_hash"]
