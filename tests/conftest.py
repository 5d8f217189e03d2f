"""What several files of tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from traces import corridor

from sim.files import dump
from sim.scenario import Scenario


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small corridor: daily trains for two months."""
    file = tmp_path_factory.mktemp("scenarios") / "small.yaml"
    file.write_text(dump(Scenario.model_validate(corridor())), encoding="utf-8")
    return file
