"""Whose mistake is it?

CorridorError
├── ScenarioError     the planner's: the scenario file cannot mean what it says (exit 2)
├── ModelError        ours: the model broke one of its own rules (exit 1)
├── FolderError       the folder's: results cannot be written or read there (exit 1)
├── DrawsError        the scenario's: none of its ranges can be drawn (exit 1)
├── ClusterError      the cluster's: it cannot be reached (exit 1)
└── SetAsideError     the machine's: replications killed their process again and again (exit 3)

A `ScenarioError` carries every problem found, not only the first, each with its place and a cure.
"""

from __future__ import annotations

from dataclasses import dataclass

CHECK_FAILED = 3
"""The exit code of what finished, but for a check that failed or a part that had to be left out."""


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
    """Any error that this package raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


class ScenarioError(CorridorError):
    """The scenario cannot be simulated as written; `problems` lists everything found."""

    exit_code = 2

    def __init__(self, problems: list[Problem], file: str = "the scenario") -> None:
        self.problems = problems
        self.file = file
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = [f"{file} has {count}:"]
        for problem in problems:
            elsewhere = f" ({problem.file})" if problem.file and problem.file != file else ""
            lines.append(f"  - {problem}{elsewhere}")
        super().__init__("\n".join(lines))


class UsageError(CorridorError):
    """A command was asked for what it cannot do."""

    exit_code = 2


class FolderError(CorridorError):
    """A results folder cannot be written or read; the message says which and what to do."""


class ModelError(CorridorError):
    """The model broke one of its own rules; please report it with the scenario and the seed."""
