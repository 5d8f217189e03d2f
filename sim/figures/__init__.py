"""The catalogue of figures: each a function from the tables of one or more runs to a picture that says one thing.

`draw(runs, lang)`: one run is shown alone; several (four at most) beside each other, on the same scales.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from matplotlib.figure import Figure

from sim.figures import (
    carried,
    forest,
    lead_times,
    monthly,
    occupancy,
    stage_difference,
    string_line,
    waterfall,
)
from sim.figures.contrast import Contrast, MeasureFact
from sim.figures.run import BaselineFact, Lang, Run
from sim.figures.save import rendered, save, write


class Draw(Protocol):
    """How a figure is drawn."""

    def __call__(self, runs: Sequence[Run], lang: Lang) -> Figure:
        """The figure of these runs, in this language."""
        ...


FIGURES: dict[str, Draw] = {
    "carried": carried.draw,
    "monthly": monthly.draw,
    "lead_times": lead_times.draw,
    "waterfall": waterfall.draw,
    "string_line": string_line.draw,
    "occupancy": occupancy.draw,
}

WITH_TAGS = frozenset({"carried", "lead_times", "waterfall"})
"""Figures that say where a value comes from."""


class DrawContrast(Protocol):
    """How a figure of differences is drawn."""

    def __call__(self, contrast: Contrast, lang: Lang) -> Figure:
        """The figure of these differences, in this language."""
        ...


CONTRASTS: dict[str, DrawContrast] = {
    "forest": forest.draw,
    "stage_difference": stage_difference.draw,
}
"""Figures of what differs between runs: of any number of them."""

__all__ = [
    "CONTRASTS",
    "FIGURES",
    "BaselineFact",
    "Contrast",
    "Draw",
    "DrawContrast",
    "Lang",
    "MeasureFact",
    "Run",
    "render",
    "render_all",
    "render_contrasts",
    "save",
]


def render(runs: Sequence[Run], lang: Lang, *, tags: bool) -> dict[str, bytes]:
    """The files of the figures of the catalogue that say where a value comes from, or of those that do not."""
    drawn = [rendered(draw(runs, lang), id_) for id_, draw in FIGURES.items() if (id_ in WITH_TAGS) == tags]
    return {name: content for files in drawn for name, content in files.items()}


def render_all(
    runs: Sequence[Run], folder: Path, lang: Lang, drawn: Mapping[str, bytes] = MappingProxyType({})
) -> list[Path]:
    """Draw and save every figure of the catalogue; those that are drawn already are only saved."""
    paths = write(drawn, folder)
    missing = {id_: draw for id_, draw in FIGURES.items() if f"{id_}.png" not in drawn}
    return paths + [path for id_, draw in missing.items() for path in save(draw(runs, lang), folder, id_)]


def render_contrasts(contrast: Contrast, folder: Path, lang: Lang) -> list[Path]:
    """Draw and save every figure of differences."""
    return [path for id_, draw in CONTRASTS.items() for path in save(draw(contrast, lang), folder, id_)]
