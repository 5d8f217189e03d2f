"""`sim compare`: a base and up to five other runs, results folders or scenario files, under the same luck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.api.asked import RESULTS
from sim.cli.compare_output import as_data, show
from sim.cli.sides import sides
from sim.cli.terminal import say_line
from sim.disk import hash_of
from sim.errors import FolderError
from sim.kpis import BY_ID
from sim.results.comparison import differences, inputs
from sim.results.folder import SEALED, Folder
from sim.results.uncertainty import signs_tables
from sim.telling.comparison import FIGURES_TAKE, Comparison, Wish, compare, remarks
from sim.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.run import Options


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
    found = compare(sides(paths, options), wish)
    path = options.out or RESULTS / "_vs_".join((found.ids[0], "_".join(found.ids[1:])))
    if any(side.folder and side.folder.resolve() == path.resolve() for side in found.sides):
        message = f"{path} holds one of the runs that are compared: name another folder with --out."
        raise FolderError(message)
    with Folder.open(path) as folder:
        folder.begin()
        folder.tables([differences(found.found, found.ids), inputs(found.changed, found.ids)])
        if any(found.signs):
            folder.tables(signs_tables(found.signs, found.ids))
        if options.figures:
            with folder.drawing() as figures:
                _draw(found, figures, options)
        manifests = {side.id: hash_of((side.folder / SEALED).read_bytes()) for side in found.sides if side.folder}
        folder.seal({"compared": manifests})
    if options.as_json:
        print(json.dumps(as_data(found, remarks(found.sides, "en"), options.lang), ensure_ascii=False, indent=2))
    elif not options.quiet:
        show(found, folder.path, options.lang)
        if options.figures and len(found.sides) > FIGURES_TAKE:
            say_line(say(options.lang, "figures_take", n=FIGURES_TAKE))


def _draw(found: Comparison, folder: Path, options: Options) -> None:
    from sim.figures import render_all, render_contrasts
    from sim.telling.pictures import contrast_between

    contrast = contrast_between(found)
    render_all(contrast.runs[:FIGURES_TAKE], folder, options.lang)
    render_contrasts(contrast, folder, options.lang)
