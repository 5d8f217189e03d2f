"""The golden run: figures of the shipped scenarios, so that a change that should move no number proves it.

When a number moves on purpose, run `python tests/test_golden.py`, and say in the changelog's "Results" which and why.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from sim.files import load
from sim.kpis import Seen, measure_all
from sim.simulate import simulate

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).with_suffix(".json")
SCENARIOS = ("2018", "2019", "2020-no-plan", "2020")
MEASURES = ("carried_teu", "trains_run", "backlog_teu", "lead_time_days", "lead_time_p90_days", "transit_days")
MEASURES += ("stage_days", "utilisation", "border_wait_hours")


def measured(name: str) -> dict[str, float]:
    """Figures of the first replication of a scenario, by measure and key; those that are unknown are left out."""
    values = measure_all(Seen(simulate(load(ROOT / "scenarios" / f"{name}.yaml"), 0)))
    return {
        f"{measure} {' '.join(key)}": value
        for measure in MEASURES
        for key, value in values[measure].items()
        if not math.isnan(value)
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_number_has_moved(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    assert measured(name) == pytest.approx(golden, rel=1e-9, abs=1e-9)


if __name__ == "__main__":
    GOLDEN.write_text(
        json.dumps({name: measured(name) for name in SCENARIOS}, indent=0) + "\n", encoding="utf-8", newline="\n"
    )
