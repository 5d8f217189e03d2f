"""`whatif`, `factorial` and `believe`: many scenarios against one reference, as tables, sentences and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.asked import RESULTS, jobs_for
from sim.experiment import believe as beliefs
from sim.experiment import diversion as diverted
from sim.experiment import factorial as factorials
from sim.experiment import whatif as whatifs
from sim.experiment.believe import STEPS, Belief, Question, Way, axis_of
from sim.experiment.diversion import Diversion
from sim.experiment.replicate import How, Progress
from sim.experiment.store import Store
from sim.experiment.workers import Workers
from sim.files import base_of, load, scenario_hash
from sim.results import whatif as tables
from sim.results.folder import Folder
from sim.results.tables import Table
from sim.scenario import Scenario
from sim.telling import beliefs as belief_words
from sim.telling import whatif as wording
from sim.words import Lang

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LIBRARY = Path("scenarios/what-if")
REFERENCE = Path("scenarios/2020-no-plan.yaml")


@dataclass(frozen=True)
class Manner:
    """How often, by whom, and where it is kept: what all commands over many scenarios are asked."""

    replications: int = 30
    jobs: int = 0
    cluster: str | None = None
    out: Path | None = None
    draws: int = 0
    progress: Progress | None = None

    def how(self, runs: int) -> How:
        """How so many replications are run."""
        store = Store(self.out) if self.out else None
        return How(Workers(jobs_for(self.jobs, runs), self.cluster), store, self.progress)


@dataclass(frozen=True)
class WhatIf:
    """What-ifs that were run and compared with their reference. Each table is a copy, in pandas."""

    found: whatifs.WhatIfs = field(repr=False)
    diversions: Mapping[str, Diversion] = field(default_factory=dict, repr=False)
    lang: Lang = "en"

    @property
    def differences(self) -> pd.DataFrame:
        """Every figure of every what-if against the reference; intervals hold jointly over the what-ifs.

        Columns: scenario, measure, channel, place, unit, base_mean, mean, difference, low95, high95, p_holm, verdict,
        replications, drawn, share_same_sign.
        """
        return _frame(tables.differences(self.found))

    @property
    def levers(self) -> pd.DataFrame:
        """What each what-if buys: cargo gained, its cost, their ratio with Fieller's interval, and its rank."""
        return _frame(tables.levers(self.found))

    @property
    def diversion(self) -> pd.DataFrame:
        """Who changes over: scenario, market, from, to, unit, teu, low95, high95, replications; empty if not asked."""
        return _frame(tables.diversions(self.diversions))

    def sentences(self, lang: Lang | None = None) -> list[str]:
        """Which lever buys the most and how sure that is; then the others, by what they do."""
        return wording.sentences(self.found, lang or self.lang)

    def plot(self, lang: Lang | None = None) -> Figure:
        """Effect against cost."""
        from sim.figures.effect_cost import draw  # noqa: PLC0415  (matplotlib is slow to import)
        from sim.telling.decisions import effect_cost_of  # noqa: PLC0415  (as above)

        return draw(effect_cost_of(self.found), lang or self.lang)

    def __str__(self) -> str:
        return "\n".join([wording.title(self.found, self.lang), *self.sentences()])


@dataclass(frozen=True)
class Factorial:
    """A factorial design that was run. Each table is a copy, in pandas."""

    found: factorials.Factorial = field(repr=False)
    lang: Lang = "en"

    @property
    def effects(self) -> pd.DataFrame:
        """Main effects and interactions of every figure.

        Columns: measure, channel, unit, effect, factors, difference, low95, high95, p, p_holm, replications.
        """
        return _frame(tables.factorial_tables(self.found)[0])

    @property
    def cells(self) -> pd.DataFrame:
        """The mean of every figure in every cell: measure, channel, unit, cell, mean, low95, high95, replications."""
        return _frame(tables.factorial_tables(self.found)[1])

    def sentences(self, lang: Lang | None = None) -> list[str]:
        """Whether the factors add up, and how effects are to be read."""
        return list(belief_words.factorial_sentences(self.found, lang or self.lang))

    def plot(self, lang: Lang | None = None) -> Figure:
        """Main effects and interactions, measure by measure."""
        from sim.figures.factorial import draw  # noqa: PLC0415  (matplotlib is slow to import)
        from sim.telling.decisions import effects_of  # noqa: PLC0415  (as above)

        return draw(effects_of(self.found), lang or self.lang)


@dataclass(frozen=True)
class Believe:
    """What must be believed. The table is a copy, in pandas."""

    found: Belief = field(repr=False)
    lang: Lang = "en"

    @property
    def grid(self) -> pd.DataFrame:
        """The answer at every pair of values.

        Columns: x, x_value, y, y_value, measure, channel, unit, mean, low95, high95, replications, way, target, says,
        refused.
        """
        return _frame(tables.believe_table(self.found))

    def sentences(self, lang: Lang | None = None) -> list[str]:
        """In which share of the grid the answer holds, and where it turns."""
        return belief_words.believe_sentences(self.found, lang or self.lang)

    def plot(self, lang: Lang | None = None) -> Figure:
        """The heat map, with the line on which the answer turns."""
        from sim.figures.believe import draw  # noqa: PLC0415  (matplotlib is slow to import)
        from sim.telling.decisions import grid_of  # noqa: PLC0415  (as above)

        return draw(grid_of(self.found), lang or self.lang)


def _frame(table: Table) -> pd.DataFrame:
    from sim.results.frames import frame  # noqa: PLC0415  (pandas is slow to import)

    return frame(table)


# --- what is asked


def library(folder: Path, names: Sequence[str] = ()) -> dict[str, Path]:
    """The what-ifs of a folder by name, all of them or those named; files whose name begins with _ are none.

    Raises WhatIfError if there are none, or one is not there.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith("_")}
    if not files:
        raise whatifs.WhatIfError(f"{folder} holds no what-ifs (files *.yaml).")
    for name in names:
        if name.removesuffix(".yaml") not in files:
            raise whatifs.WhatIfError(f"{folder} holds no what-if '{name}'. It holds: {', '.join(files)}.")
    return {name: files[name] for name in (n.removesuffix(".yaml") for n in names)} if names else files


def whatif(  # noqa: PLR0913  (one keyword per option of `sim whatif`)
    scenarios: str | Path | Mapping[str, Scenario | str | Path] = LIBRARY,
    *names: str,
    reference: Scenario | str | Path = REFERENCE,
    channel: str = "all",
    replications: int = 30,
    draws: int = 0,
    diversion: bool | Sequence[str] = False,
    jobs: int = 0,
    cluster: str | None = None,
    out: str | Path | None = None,
    lang: Lang = "en",
) -> WhatIf:
    """Run a library of what-ifs and their reference under the same luck, and compare. Nothing is printed.

    `scenarios` is a folder, of which all files or those named are taken, or a mapping of names to scenarios or files.
    `channel` says whose cargo counts as gained; `draws` (such as 50) also draws every graded range so often;
    `diversion` also crosses what shippers choose, in all what-ifs or in those named. With `out`, tables, figures and
    what was simulated are kept there, as by `sim whatif`.

    Raises ScenarioError, FolderError, WhatIfError and what `run` raises.
    """
    manner = Manner(replications, jobs, cluster, Path(out) if out else None, draws)
    if isinstance(scenarios, Mapping):
        chosen: Mapping[str, Scenario | str | Path] = {name: scenarios[name] for name in names or scenarios}
    else:
        chosen = library(Path(scenarios), names)
    every = {name: _loaded(one) for name, one in chosen.items()}
    bases = bases_of({name: Path(one) for name, one in chosen.items() if not isinstance(one, Scenario)})
    crossed = tuple(every) if diversion is True else tuple(diversion or ())
    if manner.out is None:
        return compared(_loaded(reference), every, (channel, crossed), manner, lang, bases)
    with Folder.open(manner.out) as folder:
        done = compared(_loaded(reference), every, (channel, crossed), manner, lang, bases)
        write_whatif(folder, done, figures=True)
    return done


def _loaded(one: Scenario | str | Path) -> Scenario:
    return one if isinstance(one, Scenario) else load(one)


def bases_of(files: Mapping[str, Path]) -> dict[str, Scenario]:
    """The scenarios that what-ifs stand on: those that their files are based on, each read once."""
    named = {name: base for name, file in files.items() if (base := base_of(file))}
    read = {base: load(base) for base in dict.fromkeys(named.values())}
    return {name: read[base] for name, base in named.items()}


def compared(  # noqa: PLR0913, PLR0917  (a library, what it stands on, what is asked of it, how and in what language)
    reference: Scenario,
    scenarios: Mapping[str, Scenario],
    asked: tuple[str, Sequence[str]],
    manner: Manner,
    lang: Lang,
    bases: Mapping[str, Scenario] | None = None,
) -> WhatIf:
    """What-ifs compared; `asked` is the channel that counts, and those whose diversion is wanted."""
    channel, crossed = asked
    for name in crossed:
        if name not in scenarios:
            raise whatifs.WhatIfError(f"there is no what-if '{name}'. There are: {', '.join(scenarios)}.")
    how = manner.how(runs_of_whatif(reference, scenarios, bases or {}, (crossed, manner)))
    found = whatifs.what_if(
        reference, scenarios, manner.replications, how, draws=manner.draws, channel=channel, bases=bases
    )
    wanted = {name: scenarios[name] for name in crossed}
    ways = diverted.diversions(reference, wanted, manner.replications, how) if wanted else {}
    return WhatIf(found, ways, lang)


def runs_of_whatif(
    reference: Scenario,
    scenarios: Mapping[str, Scenario],
    bases: Mapping[str, Scenario],
    asked: tuple[Sequence[str], Manner],
) -> int:
    """How many replications that takes in all."""
    crossed, manner = asked
    again = (len(crossed) + 1) * manner.replications if crossed else 0
    several = 1 + len(whatifs.bases_beside(reference, bases)[0]) + len(scenarios)
    return whatifs.runs_of(several, manner.replications, manner.draws) + again


def write_whatif(folder: Folder, done: WhatIf, *, figures: bool) -> None:
    """Write the results folder of what-ifs, sealed last."""
    folder.begin()
    folder.tables(tables.whatif_tables(done.found, done.diversions))
    if figures:
        from sim.telling.decisions import draw_effect_cost  # noqa: PLC0415  (matplotlib is slow to import)

        with folder.drawing() as into:
            draw_effect_cost(done.found, into, done.lang)
    found = done.found
    folder.seal(_facts("whatif", found.reference, found.scenarios, found.replications) | {"channel": found.channel})


def _facts(command: str, reference: Scenario, scenarios: Mapping[str, Scenario], n: int) -> dict[str, object]:
    """What the manifest says of what was run."""
    return {
        "kind": command,
        "reference_hash": scenario_hash(reference),
        "scenario_hashes": {name: scenario_hash(one) for name, one in scenarios.items()},
        "seed": reference.seed,
        "replications": {"asked": n},
    }


# --- factorial designs


def factorial(  # noqa: PLR0913  (one keyword per option of `sim factorial`)
    reference: Scenario | str | Path,
    *factors: str | Path,
    replications: int = 30,
    jobs: int = 0,
    cluster: str | None = None,
    out: str | Path | None = None,
    lang: Lang = "en",
) -> Factorial:
    """All combinations of two to four factors over a reference, with main effects and interactions.

    A factor is a scenario file, based on the reference; what it changes is laid over the others. Raises FactorialError
    where two change the same number, and what `run` raises.
    """
    manner = Manner(replications, jobs, cluster, Path(out) if out else None)
    of = factors_of([Path(factor) for factor in factors])
    if manner.out is None:
        return designed(_loaded(reference), of, manner, lang)
    with Folder.open(manner.out) as folder:
        done = designed(_loaded(reference), of, manner, lang)
        write_factorial(folder, done, figures=True)
    return done


def factors_of(files: Sequence[Path]) -> dict[str, Scenario]:
    """The factors by name. Raises WhatIfError if two have the same."""
    names = [path.stem for path in files]
    if len(set(names)) < len(names):
        raise whatifs.WhatIfError("two factors have the same name: give each file its own.")
    return {path.stem: load(path) for path in files}


def designed(reference: Scenario, factors: Mapping[str, Scenario], manner: Manner, lang: Lang) -> Factorial:
    """A factorial design, run."""
    how = manner.how(2 ** len(factors) * manner.replications)
    return Factorial(factorials.factorial(reference, factors, manner.replications, how), lang)


def write_factorial(folder: Folder, done: Factorial, *, figures: bool) -> None:
    """Write the results folder of a factorial design, sealed last."""
    folder.begin()
    folder.tables(tables.factorial_tables(done.found))
    if figures:
        from sim.telling.decisions import draw_factorial  # noqa: PLC0415  (matplotlib is slow to import)

        with folder.drawing() as into:
            draw_factorial(done.found, into, done.lang)
    folder.seal(_facts("factorial", done.found.reference, done.found.factors, done.found.replications))


# --- what must be believed


def believe(  # noqa: PLR0913  (one keyword per option of `sim believe`)
    scenario: Scenario | str | Path,
    x: str,
    y: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    measure: str = "carried_teu",
    channel: str = "all",
    steps: int = STEPS,
    replications: int = 10,
    jobs: int = 0,
    cluster: str | None = None,
    out: str | Path | None = None,
    lang: Lang = "en",
) -> Believe:
    """What must be believed of two assumed inputs for an answer to hold: means over a grid under the same luck.

    `x` and `y` are `PATH` (over the range of its fact), `PATH=low..high`, or `together.NAME`. Raises CorridorError
    where they cannot be moved, and ValueError unless one of `at_least` and `at_most` is given.
    """
    manner = Manner(replications, jobs, cluster, Path(out) if out else None)
    asked = question_of(measure, channel, at_least, at_most)
    ready = _loaded(scenario)
    if manner.out is None:
        return believed(ready, (x, y), asked, (steps, manner), lang)
    with Folder.open(manner.out) as folder:
        done = believed(ready, (x, y), asked, (steps, manner), lang)
        write_believe(folder, done, figures=True)
    return done


def question_of(measure: str, channel: str, at_least: float | None, at_most: float | None) -> Question:
    """The question. Raises ValueError unless it has one target."""
    if (at_least is None) == (at_most is None):
        raise ValueError("say at least or at most how much, one of the two.")
    way: Way = "at_least" if at_least is not None else "at_most"
    target = at_least if at_least is not None else at_most
    assert target is not None
    return Question(measure, channel, way, target)


def believed(
    scenario: Scenario, axes: tuple[str, str], asked: Question, effort: tuple[int, Manner], lang: Lang
) -> Believe:
    """The grid, run; `effort` is the number of values of each input, and how it is run."""
    steps, manner = effort
    x, y = (axis_of(scenario, axis, steps) for axis in axes)
    how = manner.how(len(x.values) * len(y.values) * manner.replications)
    return Believe(beliefs.believe(scenario, (x, y), asked, manner.replications, how), lang)


def write_believe(folder: Folder, done: Believe, *, figures: bool) -> None:
    """Write the results folder of what must be believed, sealed last."""
    folder.begin()
    folder.tables([tables.believe_table(done.found)])
    if figures:
        from sim.telling.decisions import draw_believe  # noqa: PLC0415  (matplotlib is slow to import)

        with folder.drawing() as into:
            draw_believe(done.found, into, done.lang)
    found = done.found
    facts = _facts("believe", found.scenario, {}, found.replications)
    folder.seal(facts | {"x": found.x.path, "y": found.y.path, "measure": found.question.measure})


def default_folder(name: str) -> Path:
    """Where results go if no folder is named."""
    return RESULTS / name
