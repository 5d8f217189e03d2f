"""What was simulated is kept: one record for each (scenario, model, replication), written by the driver as it is done.

A record is made where the replication ran and is the same bytes there, fresh or read back. A damaged one counts as
none: the replication is simulated again.
"""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.disk import hash_of, model_version, write_file
from sim.errors import FolderError
from sim.experiment.outcome import Outcome
from sim.kpis import Key

KEPT = ".replications"
"""The folder of the store, inside the results folder."""


def record_of(outcome: Outcome) -> bytes:
    """An outcome as bytes: a checksum, and compressed JSON. Equal outcomes give equal bytes."""
    content = {
        "replication": outcome.replication,
        "values": [[m, *key, value] for m, values in outcome.values.items() for key, value in values.items()],
        "measures": list(outcome.values),
        "monthly": [[*key, column.tolist()] for key, column in outcome.monthly.items()],
        "levels": [[*what, column.tolist()] for what, column in outcome.levels.items()],
        "lead_times": [[*key, counts.tolist()] for key, counts in outcome.lead_times.items()],
        "journeys": outcome.journeys,
        "departures": outcome.departures,
        "events": outcome.events,
    }
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), 1)
    return hash_of(packed).encode("ascii") + b"\n" + packed


def outcome_of(record: bytes) -> Outcome:
    """The outcome of a record. Raises ValueError if the record is damaged."""
    checksum, _, packed = record.partition(b"\n")
    if checksum.decode("ascii", "replace") != hash_of(packed):
        message = "the record is damaged"
        raise ValueError(message)
    content = json.loads(zlib.decompress(packed))
    outcome = Outcome(content["replication"], {measure: {} for measure in content["measures"]})
    for measure, *key, value in content["values"]:
        outcome.values[measure][Key(*key)] = value
    outcome.monthly = {Key(*key): np.array(column) for *key, column in content["monthly"]}
    outcome.levels = {(resource, kind): np.array(column) for resource, kind, column in content["levels"]}
    outcome.lead_times = {Key(*key): np.array(column, dtype=np.int64) for *key, column in content["lead_times"]}
    outcome.journeys = [(row, number, place, came, left) for row, number, place, came, left in content["journeys"]]
    outcome.departures = [(service, number) for service, number in content["departures"]]
    outcome.events = content["events"]
    return outcome


@dataclass(frozen=True)
class Store:
    """The records of a results folder: `<folder>/.replications/<scenario>-<model>/<replication>`."""

    folder: Path

    @cached_property
    def _model(self) -> str:
        return model_version()

    def _path(self, scenario_hash: str, replication: int) -> Path:
        return self.folder / KEPT / f"{scenario_hash[:16]}-{self._model}" / f"{replication:06d}"

    def get(self, scenario_hash: str, replication: int) -> Outcome | None:
        """The outcome that is kept; None if there is none, or it is damaged."""
        try:
            return outcome_of(self._path(scenario_hash, replication).read_bytes())
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None

    def put(self, scenario_hash: str, replication: int, record: bytes) -> None:
        """Keep a record. Raises FolderError if it cannot be written."""
        write_file(self._path(scenario_hash, replication), record)

    def sweep(self) -> None:
        """Remove the records of other models, and what a crash left half written.

        Those of other scenarios stay: to change a number and change it back costs nothing.
        """
        for kept in sorted((self.folder / KEPT).glob("*")):
            mine = kept.name.endswith(f"-{self._model}")
            for file in sorted(kept.glob("*")) + sorted(kept.glob(".*.tmp")):
                if not mine or file.suffix == ".tmp":
                    _remove(file)
            if not mine:
                with suppress(OSError):
                    kept.rmdir()


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        message = f"cannot remove {file}: {error.strerror or error}. Name another folder with --out."
        raise FolderError(message) from error
