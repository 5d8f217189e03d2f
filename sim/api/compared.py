"""`compare`: a base and up to five others under the same luck, as tables, sentences, figures and a notebook view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api.html import View
from sim.api.runs import Run, one_of, run
from sim.experiment.compare import Paired
from sim.results import comparison as tables
from sim.results.tables import per_replication
from sim.scenario import Scenario
from sim.telling import differences as wording
from sim.telling.comparison import FIGURES_TAKE, MOST, Comparison, Side, comparable, side_of
from sim.telling.comparison import compare as compare_sides
from sim.telling.sentences import sentences
from sim.trace import Label
from sim.words import Lang

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.figures import DrawContrast

Comparable = Run | Scenario | str | Path
"""A run; or a scenario, the file of one, or a results folder."""


@dataclass(frozen=True)
class Compared:
    """Runs that were compared, year by year, with the first of them, the base."""

    comparison: Comparison = field(repr=False)
    lang: Lang = "en"
    """the language of the notebook view, of sentences and figures"""

    @property
    def ids(self) -> list[str]:
        """What the tables call the runs, the base first."""
        return self.comparison.ids

    @property
    def differences(self) -> pd.DataFrame:
        """Every figure of every other run against the base; the intervals hold jointly over the others.

        Columns: measure, channel, direction, cargo, place, unit, base, base_mean, scenario, mean, difference, low95,
        high95, p_holm, replications.
        """
        from sim.results.frames import frame  # noqa: PLC0415  (pandas is slow to import)

        return frame(tables.differences(self.comparison.found, self.ids))

    @property
    def headline(self) -> pd.DataFrame:
        """The differences that one reads first, the largest relative change first, with what may be said of each.

        Columns: those of `differences` without direction, cargo, place; and `verdict`: better, worse, changed, unclear
        (not told from chance), same (equal in every year) or negligible.
        """
        from sim.results.frames import TEXT, frame  # noqa: PLC0415  (pandas is slow to import)

        found = [wording.headlines(pairs) for pairs in self.comparison.found]
        made = frame(tables.differences(found, self.ids)).drop(columns=["direction", "cargo", "place"])
        return made.assign(verdict=[pair.verdict for pairs in found for pair in pairs]).astype({"verdict": TEXT})

    @property
    def inputs(self) -> pd.DataFrame:
        """Every input that differs from the base: value, grade and source on both sides.

        Columns: path, change, base, base_value, base_grade, base_source, scenario, value, grade, source, note; all of
        them text.
        """
        from sim.results.frames import frame  # noqa: PLC0415  (pandas is slow to import)

        return frame(tables.inputs(self.comparison.changed, self.ids))

    def sentences(self, lang: Lang | None = None, *, of: str | None = None) -> list[str]:
        """What changed, by how much, where it comes from, and what cannot be told: a sentence per headline.

        `of` is the id of the run that is told of; it may be left out if there is only one besides the base. Raises
        ValueError if it is none of the others.
        """
        others = self.ids[1:]
        of = others[0] if of is None and len(others) == 1 else of
        if of not in others:
            message = f"say of which run: of= one of {', '.join(map(repr, others))}."
            raise ValueError(message)
        number = others.index(of)
        return self._sentences(self.comparison.sides[number + 1], self.comparison.found[number], lang or self.lang)

    def _sentences(self, other: Side, pairs: Sequence[Paired], lang: Lang) -> list[str]:
        return sentences(pairs, wording.voice(self.comparison, other, lang))

    def warnings(self, lang: Lang | None = None) -> list[str]:
        """What to know before believing the differences, and which inputs were changed for this comparison."""
        return list(wording.warnings(self.comparison, lang or self.lang))

    def plot(self, name: str = "forest", lang: Lang | None = None) -> Figure:
        """A figure of the differences (forest, stage_difference), or one of `Run.plot` with the first four runs in it.

        Raises ValueError if there is no figure of this name.
        """
        from sim.figures import CONTRASTS, FIGURES  # noqa: PLC0415  (matplotlib is slow to import)
        from sim.telling.pictures import contrast_between  # noqa: PLC0415  (as above)

        contrast = contrast_between(self.comparison)
        if name in FIGURES:
            return FIGURES[name](contrast.runs[:FIGURES_TAKE], lang or self.lang)
        draw: DrawContrast = one_of(CONTRASTS, name, and_of=FIGURES)
        return draw(contrast, lang or self.lang)

    def __str__(self) -> str:
        return "\n".join(
            "\n".join([wording.title(self.comparison.sides[0], other, pairs, self.lang), *told])
            for other, pairs in self._others()
            for told in [self._sentences(other, pairs, self.lang)]
        )

    def _others(self) -> list[tuple[Side, list[Paired]]]:
        return list(zip(self.comparison.sides[1:], self.comparison.found, strict=True))

    def _repr_html_(self) -> str:
        view, base, lang = View(), self.comparison.sides[0], self.lang
        for other, pairs in self._others():
            view.heading(wording.title(base, other, pairs, lang))
            view.bullets(self._sentences(other, pairs, lang))
            rows = [wording.headings(base, other, lang), *wording.rows(self.comparison, pairs, lang)]
            view.table("", wording.RIGHT, rows)
        view.lines(wording.footnotes(self.comparison, lang))
        view.lines(self.warnings(), warning=True)
        return str(view)


def compare(
    base: Comparable,
    *others: Comparable,
    replications: int = 30,
    jobs: int = 0,
    cluster: str | None = None,
    lang: Lang | None = None,
) -> Compared:
    """Compare one to five others with the base, year by year under the same luck. Nothing is printed or written.

    Runs are taken as they are, results folders are read, scenarios and scenario files are run now with so many
    `replications`. The differences are those of `sim compare`, digit for digit. Without `lang`, it is that
    of the base.

    Raises what `run` raises, FolderError where runs cannot be compared, and ValueError where their number is wrong.
    """
    if not 1 <= len(others) <= MOST - 1:
        message = f"compare takes a base and 1 to {MOST - 1} others; these are {len(others)} others."
        raise ValueError(message)
    options = {"replications": replications, "jobs": jobs, "cluster": cluster}
    runs = [_run_or_folder(one, options) for one in (base, *others)]
    ids = _ids([one.id if isinstance(one, Run) else one.resolve().name for one in runs])
    sides = [_side(one, id_) for one, id_ in zip(runs, ids, strict=True)]
    spoken = base.lang if isinstance(base, Run) else "en"
    return Compared(compare_sides(comparable(sides)), lang or spoken)


def _run_or_folder(one: Comparable, options: dict[str, Any]) -> Run | Path:
    if isinstance(one, Run):
        return one
    if isinstance(one, Scenario) or not Path(one).is_dir():
        return run(one, **options)
    return Path(one)


def _ids(names: Sequence[str]) -> list[str]:
    """The names, with a number where several are the same."""
    return [f"{name}-{n + 1}" if names.count(name) > 1 else name for n, name in enumerate(names)]


def _side(one: Run | Path, id_: str) -> Side:
    if not isinstance(one, Run):
        return side_of(one, id_)
    name = Label(one.scenario.name.zh, one.scenario.name.en)
    sample = tables.sample_of(per_replication(one.findings, id_))
    drawn = one.findings.uncertainty
    return Side(id_, None, one.manifest, one.scenario, name, sample, one.findings, drawn.draws() if drawn else None)
