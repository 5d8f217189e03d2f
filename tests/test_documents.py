"""Documents run: what the READMEs show is what the program prints, and their examples are scenarios that load."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from sim.cli import _run
from sim.files import load

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"<!-- the output of: sim (.*?) -->\n```text\n(.*?)```", re.DOTALL)


@pytest.mark.slow
def test_the_table_of_exact_answers_is_what_the_program_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All rows of verification, and all of them pass. `python docs/refresh.py` renews the table."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    ((command, shown),) = blocks("docs/verification.md")
    monkeypatch.setattr(sys, "argv", ["sim", *command.split()])
    assert _run() == 0
    assert shown.splitlines() == [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def blocks(readme: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_shows_what_the_program_prints(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run `python docs/refresh.py` when this fails because a number moved, and say so in the changelog."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    assert blocks(readme)
    for command, shown in blocks(readme):
        monkeypatch.setattr(sys, "argv", ["sim", *command.split(), "--no-figures"])
        assert _run() == 0
        printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
        assert shown.splitlines() == printed


@pytest.mark.parametrize("readme", READMES)
def test_the_scenario_in_a_readme_loads(readme: str, tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    assert example
    shutil.copytree(ROOT / "scenarios", tmp_path, dirs_exist_ok=True)
    (tmp_path / "mine.yaml").write_text(example[1], encoding="utf-8")
    changed = load(tmp_path / "mine.yaml").services["dalian_rail_out"].changes["2020-01-01"]
    assert changed.timetable
    assert changed.timetable.per_week == 7


@pytest.mark.parametrize("readme", READMES)
def test_the_python_in_a_readme_runs(
    readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    exec(compile(example.replace("replications=10", "replications=2"), readme, "exec"), {})  # noqa: S102
    assert "82" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"scenarios", "carried.png"}


def test_the_tutorial_is_kept_without_what_it_puts_out() -> None:
    """It is run by the tests; with its output in the file, each run would change it."""
    cells = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


DOCUMENTS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/tutorial.ipynb", *Path("docs").glob("*.md")]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_links_to_exists(document: str | Path) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{document} links to {target}"
