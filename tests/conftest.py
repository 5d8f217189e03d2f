"""What several files of tests share."""

from __future__ import annotations

import sys
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


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in a folder of their own, print without colours, and leave the command line as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["sim"])
    monkeypatch.setenv("NO_COLOR", "1")
