"""Scenario files: YAML ⇄ `Scenario`.

`load` reads a file, merges it over the files it is `based_on`, applies settings, takes the facts out and checks the
rest, and says everything that is wrong at once, with file, line and cure. `change` applies settings to a scenario that
is loaded. `dump` writes a scenario out again.
"""

from __future__ import annotations

from pathlib import Path

from sim.files.dumping import dump, scenario_hash
from sim.files.handbook import reference
from sim.files.json_schema import schema, schema_text
from sim.files.loading import RESOLVED_KIB, WRITTEN_KIB, change, load
from sim.files.merging import base_of
from sim.files.sources import inputs

__all__ = [
    "RESOLVED_KIB",
    "WRITTEN_KIB",
    "base_of",
    "change",
    "dump",
    "inputs",
    "load",
    "reference",
    "scenario_hash",
    "schema",
    "write_made_files",
]


def write_made_files(folder: Path = Path("scenarios")) -> None:
    """Write into the folder of scenarios what is made from the specs: schema.json and README.md."""
    for name, text in (("schema.json", schema_text()), ("README.md", reference(folder))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
