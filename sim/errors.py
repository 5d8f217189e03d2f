"""Whose mistake is it?

CorridorError
├── ScenarioError     the planner's: the scenario file cannot mean what it says (exit 2)
└── ModelError        ours: the model broke one of its own rules (exit 1)

A `ScenarioError` carries every problem found, not only the first, each with its place and a cure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario: where it stands, what is wrong, what would help."""

    where: str
    what: str
    help: str = ""
    line: int | None = None
    file: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, " if self.line else ""
        cure = f" {self.help}" if self.help else ""
        return f"{place}{self.where}: {self.what}{cure}"


class CorridorError(Exception):
    """Any error that this package raises on purpose."""


class ScenarioError(CorridorError):
    """The scenario cannot be simulated as written; `problems` lists everything found."""

    def __init__(self, problems: list[Problem], file: str = "the scenario") -> None:
        self.problems = problems
        self.file = file
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = [f"{file} has {count}:"]
        for problem in problems:
            elsewhere = f" ({problem.file})" if problem.file and problem.file != file else ""
            lines.append(f"  - {problem}{elsewhere}")
        super().__init__("\n".join(lines))


class ModelError(CorridorError):
    """The model broke one of its own rules; please report it with the scenario and the seed."""
