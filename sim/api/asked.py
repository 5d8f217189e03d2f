"""The main job from what was asked for to its results folder: the same for the command line and for Python."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.disk import hash_of, model_version
from sim.experiment.draws import REPLICATIONS, Design, design_of
from sim.experiment.findings import Findings, wanted_runs
from sim.experiment.replicate import How
from sim.experiment.store import Store
from sim.experiment.uncertainty import Uncertainty
from sim.experiment.workers import Workers
from sim.files import RESOLVED_KIB, WRITTEN_KIB, dump, inputs, load, scenario_hash
from sim.quantities import LONGEST_TEXT, Name
from sim.results.folder import SEALED, Folder
from sim.results.tables import all_tables
from sim.results.uncertainty import uncertainty_tables
from sim.words import Lang, say

if TYPE_CHECKING:
    from sim.figures.run import Run
    from sim.scenario import Scenario

RESULTS = Path("results")
LONGEST_NAME = 80
"""Where what was changed is longer, the folder is named by its hash."""
SERIAL_BELOW = 20
"""With fewer runs than this, starting processes costs more than it saves."""


@dataclass(frozen=True)
class Asked:
    """What was asked for. `scenario` is a file; None for a scenario that is no file."""

    scenario: Path | None
    replications: int = 30
    precision: float | None = None
    jobs: int = 0
    cluster: str | None = None
    seed: int | None = None
    out: Path | None = None
    changes: tuple[str, ...] = ()
    lang: Lang = "en"
    figures: bool = True
    name: str = "scenario"
    """what tables call a scenario that is neither in a file nor goes into a folder"""
    draws: int = 0
    """draws of the inputs, 0 if none were asked for"""
    levers: tuple[str, ...] = ()
    """levers to pull, as `name=value`"""

    @property
    def id(self) -> str:
        """What tables call the run; one that was changed does not pass for the scenario itself."""
        if self.out:
            return self.out.name
        return "+".join([self.scenario.stem if self.scenario else self.name, *self._changed()])

    def _changed(self) -> list[str]:
        """What was changed, as part of the name of a folder: other questions have other folders."""
        named = [re.sub(r"[^\w.=-]", "_", one.replace(" ", "")) for one in (*self.changes, *self.levers)]
        if len("+".join(named)) <= LONGEST_NAME:
            return named
        return [f"set-{hash_of(repr((self.changes, self.levers)).encode())[:12]}"]

    @property
    def folder(self) -> Path:
        """Where the results go."""
        return self.out or RESULTS / self.id


def loaded(asked: Asked) -> Scenario:
    """The scenario that was asked for, with its changes and seed. Raises ScenarioError.

    What was changed is in its name, and it no longer asks the question of the file.
    """
    assert asked.scenario
    resolved = (asked.scenario.parent / SEALED).is_file()  # a results folder, whose scenario is complete, and longer
    most_kib = RESOLVED_KIB if resolved else WRITTEN_KIB
    scenario = load(asked.scenario, overrides=settings(asked), levers=asked.levers, most_kib=most_kib)
    if not (asked.changes or asked.levers):
        return scenario
    return scenario.model_copy(update={"name": _named(scenario, asked), "question": None})


def _named(scenario: Scenario, asked: Asked) -> Name:
    """The name of a scenario that was changed for this run: with the levers, by the names of their policies."""
    pulled = [one.partition("=") for one in asked.levers]
    texts = {}
    for lang in ("en", "zh"):
        name, also = getattr(scenario.name, lang), [say(lang, "run_changed")] if asked.changes else []
        for key, equals, value in pulled:
            policy = scenario.policies.get(key.strip())
            also.append((getattr(policy.name, lang) if policy else key.strip()) + (f" = {value}" if equals else ""))
        texts[lang] = f"{name} + {' + '.join(also)}"[:LONGEST_TEXT]
    return Name(**texts)


def settings(asked: Asked) -> tuple[str, ...]:
    """All that is set, as `path=value`."""
    return asked.changes if asked.seed is None else (*asked.changes, f"seed={asked.seed}")


def design_for(scenario: Scenario, asked: Asked) -> Design | None:
    """The draws of the inputs, if they were asked for."""
    return design_of(scenario, asked.draws) if asked.draws else None


def how_to_run(asked: Asked, runs: int | None) -> How:
    """By whom so many replications (None: not known yet) are run, and where they are kept."""
    return How(Workers(jobs_for(asked.jobs, runs), asked.cluster), Store(asked.folder))


def runs_of(scenario: Scenario, asked: Asked) -> int | None:
    """How many replications the main job takes in all; None where that shows on the way."""
    if asked.precision:
        return None
    return REPLICATIONS * asked.draws + sum(want.n for want in wanted_runs(scenario, asked.replications).values())


def jobs_for(asked: int, runs: int | None) -> int:
    """How many processes: as asked, or (0) all processors if there is enough to do."""
    if asked:
        return asked
    return (os.cpu_count() or 1) if runs is None or runs >= SERIAL_BELOW else 1


@dataclass
class Ready:
    """What was made ready of a results folder while others still simulated."""

    resolved: str | None = None
    """the text of the scenario"""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """files of figures, by name"""


def write(folder: Folder, found: Findings, asked: Asked, how: How, ready: Ready | None = None) -> None:
    """Write the results folder, sealed last; what is `ready` is not made again."""
    ready = ready or Ready()
    tables = [*all_tables(found, asked.id), *uncertainty_tables(found, asked.id)]
    folder.begin()
    folder.tables(tables)
    folder.text("scenario.yaml", dump(found.scenario) if ready.resolved is None else ready.resolved)
    if asked.figures:
        from sim.figures import render_all  # noqa: PLC0415  (slow to import, wanted only for figures)
        from sim.telling.pictures import draw_tornado, run_of  # noqa: PLC0415  (as above)

        run: Run = run_of(tables, found.scenario, found.book)
        with folder.drawing() as figures:
            render_all([run], figures, asked.lang, ready.pictures)
            if found.uncertainty:
                draw_tornado(found, tables, figures, asked.lang)
    Store(folder.path).sweep()
    folder.seal(manifest(found, asked, how))


def manifest(found: Findings, asked: Asked, how: How) -> dict[str, object]:
    """What the manifest says of the run itself."""
    scenario = found.scenario
    period = scenario.period
    told: dict[str, object] = {"asked": asked.replications}
    if found.sequence:
        told = {"precision": found.sequence.precision, "reached_at": found.sequence.reached}
    files = inputs(asked.scenario) if asked.scenario else {}
    return {
        "scenario": asked.id,
        "scenario_hash": scenario_hash(scenario),
        "inputs": {name: hash_of(content) for name, content in files.items()},
        "set": list(asked.changes),
        "levers": list(asked.levers),
        "model_version": model_version(),
        "seed": scenario.seed,
        "bit_generator": "PCG64",
        "replications": {
            **told,
            "finished": len(found.outcomes),
            "failed": how.named_aside,
        },
        "draws": _of_draws(found.uncertainty) if found.uncertainty else None,
        "warm_up_days": period.warm_up_days,
        "measured": [period.first_day.isoformat(), period.last_day.isoformat()],
        "horizon_h": period.window[1],
        "language": asked.lang,
        "figures": asked.figures,
    }


def _of_draws(found: Uncertainty) -> dict[str, object]:
    """What the manifest says of the draws of the inputs."""
    design = found.design
    finished = sum(len(outcomes) == REPLICATIONS for outcomes in found.outcomes.values())
    return {
        "asked": design.n,
        "finished": finished,
        "refused": sorted(design.refused),
        "replications_each": REPLICATIONS,
        "ranges": len(design.inputs),
        "inputs": len(design.luck) - 1,
    }
