"""Tags are dear to compute and depend on nothing but the scenario and the model: they are kept beside the results."""

from __future__ import annotations

import json
from pathlib import Path

from sim.experiment.tags import PAIRS, Tag, Tags
from sim.kpis import Key
from sim.results.folder import model_version, write_file


def _path(results: Path, scenario_hash: str) -> Path:
    return results / ".tags" / f"{scenario_hash[:16]}-{model_version()}-{PAIRS}.json"


def load_tags(results: Path, scenario_hash: str) -> Tags | None:
    """The tags of a scenario that were computed before by this very model; None if there are none (or are damaged)."""
    try:
        rows = json.loads(_path(results, scenario_hash).read_text(encoding="utf-8"))
        return {(measure, Key(*key)): Tag(tag) for measure, *key, tag in rows}
    except (OSError, ValueError, TypeError):
        return None


def keep_tags(results: Path, scenario_hash: str, tags: Tags) -> None:
    """Keep the tags of a scenario."""
    rows = [[measure, *key, str(tag)] for (measure, key), tag in tags.items()]
    write_file(_path(results, scenario_hash), json.dumps(rows).encode("utf-8"))
