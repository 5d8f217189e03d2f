"""`sim compare`: a base and up to five other runs, results folders or scenario files, under the same luck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.cli.compare_output import as_data, show
from sim.cli.sides import Side, remarks, sides, value_of
from sim.cli.signs import signs_of
from sim.cli.terminal import say_line
from sim.disk import hash_of
from sim.experiment.best import Selection, best_of
from sim.experiment.compare import Paired, compared
from sim.experiment.inputs import Change, changes
from sim.kpis import BY_ID
from sim.results.comparison import differences, inputs
from sim.results.folder import Folder
from sim.results.uncertainty import signs_tables
from sim.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.run import Options
    from sim.experiment.uncertainty import Signs

FIGURES_TAKE = 4
"""So many runs fit side by side into a figure."""


@dataclass(frozen=True)
class Wish:
    """The measure by which the best is looked for, and the difference in it that is not worth a choice."""

    measure: str
    channel: str
    better: Literal["more", "less"]
    indifference: float


@dataclass(frozen=True)
class Comparison:
    """All that a comparison found; `found` and `changed` have one element per run but the first, the base."""

    sides: Sequence[Side]
    found: Sequence[list[Paired]]
    changed: Sequence[list[Change]]
    wish: Wish | None
    selection: Selection | None
    signs: Sequence[list[Signs]]
    """what the draws of the inputs say of each; empty lists where two runs do not have the same draws"""

    @property
    def ids(self) -> list[str]:
        """The short names of the runs, the base first."""
        return [side.id for side in self.sides]


class WishError(ValueError):
    """What was asked for with --best cannot be; the message says why."""


def wish_of(best: str, indifference: float | None, runs: int) -> Wish | None:
    """`MEASURE[:CHANNEL]` and its indifference zone as a wish. Raises WishError."""
    if not best:
        if indifference is not None:
            raise WishError("--indifference belongs to --best MEASURE.")
        return None
    measure, _, channel = best.partition(":")
    if measure not in BY_ID:
        raise WishError(f"there is no measure '{measure}'. Measures: {', '.join(sorted(BY_ID))}.")
    better = BY_ID[measure].better
    if better == "neither":
        raise WishError(f"of {measure} neither more nor less is better: name another measure.")
    if indifference is None or not 0 < indifference < float("inf"):
        unit = BY_ID[measure].unit
        raise WishError(
            f"say with --indifference X, before you look, which difference in {measure} ({unit}) is not worth a choice."
        )
    if runs < 3:
        raise WishError("--best needs three scenarios or more; the difference of two is in the table.")
    return Wish(measure, channel or "all", better, indifference)


def compare_runs(paths: Sequence[Path], options: Options, wish: Wish | None = None) -> None:
    """Compare runs with the first: print sentences and tables, write comparison.csv, inputs.csv and the plots."""
    from sim.cli.run import RESULTS

    found = compare(sides(paths, options), wish)
    path = options.out or RESULTS / "_vs_".join((found.ids[0], "_".join(found.ids[1:])))
    with Folder.open(path) as folder:
        folder.begin()
        folder.tables([differences(found.found, found.ids), inputs(found.changed, found.ids)])
        if any(found.signs):
            folder.tables(signs_tables(found.signs, found.ids))
        if options.figures:
            _draw(found, folder.path / "figures", options)
        manifests = {side.id: hash_of((side.folder / "manifest.json").read_bytes()) for side in found.sides}
        folder.seal({"compared": manifests})
    if options.as_json:
        print(json.dumps(as_data(found, remarks(found.sides, "en"), options.lang), ensure_ascii=False, indent=2))
    elif not options.quiet:
        show(found, folder.path, options.lang)
        if options.figures and len(found.sides) > FIGURES_TAKE:
            say_line(say(options.lang, "figures_take", n=FIGURES_TAKE))


def compare(found: Sequence[Side], wish: Wish | None) -> Comparison:
    """Compare runs with the first of them. Raises CorridorError if the best was asked for and cannot be looked for."""
    base, *others = found
    selection = None
    if wish:
        value = value_of(found, wish.measure, wish.channel)
        selection = best_of(len(found), value, wish.indifference, wish.better)
    pairs = compared(base.sample, [side.sample for side in others])
    signs = [signs_of(base, other, mine) for other, mine in zip(others, pairs, strict=True)]
    return Comparison(
        found,
        pairs,
        [changes(base.scenario, side.scenario) for side in others],
        wish,
        selection,
        signs,
    )


def _draw(found: Comparison, folder: Path, options: Options) -> None:
    from sim.cli.pictures import contrast_of, run_of_folder
    from sim.figures import render_all, render_contrasts

    runs = [run_of_folder(side.folder, side.name) for side in found.sides]
    render_all(runs[:FIGURES_TAKE], folder, options.lang)
    render_contrasts(contrast_of(differences(found.found, found.ids), runs, found.ids), folder, options.lang)
