"""The how-tos work, line by line, in both languages; with few years, which is faster."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from commands import sim

from sim.files import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / name for name in ("policy-question.md", "policy-question.zh-CN.md")]
DISRUPTIONS = [ROOT / "docs" / name for name in ("disruption.md", "disruption.zh-CN.md")]
FEW = {
    "recovery": ["-n", "2", "--no-figures"],
    "run": ["-n", "5", "--no-figures"],
    "whatif": ["-n", "5", "--no-figures"],
    "compare": ["--no-figures"],
    "believe": ["-n", "2", "--steps", "2", "--no-figures"],
    "factorial": ["-n", "2", "--no-figures"],
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_page_runs(page: Path, elsewhere: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("scenarios").symlink_to(ROOT / "scenarios")
    commands = re.findall(r"^sim (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 8
    for line in commands:
        name, *rest = shlex.split(line)
        assert sim(name, *rest, *FEW.get(name, [])) == 0, capsys.readouterr().err
        assert capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_scenario_of_the_page_pulls_its_lever(page: Path, tmp_path: Path) -> None:
    (written,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    folder = shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    file = folder / "a_page.yaml"
    file.write_text(written, encoding="utf-8")
    plan = load(file)
    assert plan.targets["as_in_2019"].at_least == 10_246
    changed = plan.services["dalian_rail_out"].changes["2020-01-01"].timetable
    assert changed
    assert changed.per_week == pytest.approx(7)


@pytest.mark.parametrize("page", DISRUPTIONS, ids=lambda page: page.name)
def test_the_scenario_and_every_command_on_disruptions_work(
    page: Path, elsewhere: None, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page.read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    shutil.copytree(ROOT / "scenarios", "scenarios")
    Path("scenarios/short-of-hands.yaml").write_text(written, encoding="utf-8")
    commands = re.findall(r"^sim (.*)$", text, re.MULTILINE)
    assert len(commands) == 3
    for line in commands:
        name, *rest = shlex.split(line)
        assert sim(name, *rest, *FEW.get(name, [])) == 0, capsys.readouterr().err
        assert capsys.readouterr().out
