"""From the days of the base to those of another scenario, stage by stage: a waterfall of what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.figures.contrast import Change, Contrast
from sim.figures.page import Margins, Message, Page, beside, clipped, empty, head, paper, width_of
from sim.figures.run import Lang, channels_of, name_of
from sim.figures.style import GREY, INK, LABEL, PALE, SMALL, styled, tint
from sim.figures.words import change as signed
from sim.figures.words import say, tenths
from sim.trace import STAGES

HARDLY = 0.05
"""Fewer days than this round to nothing."""
ACROSS = 4
"""At most so many channels side by side."""
WIDEST_NAME = 1.9
MEASURE, WHOLE = "stage_days", "lead_time_days"


@dataclass(frozen=True)
class Panel:
    """One channel of one scenario: its days in all, and what changed in each stage."""

    run: int
    channel: str
    whole: Change
    stages: dict[str, Change]

    @property
    def rest(self) -> float:
        """What the stages leave of the difference."""
        return self.whole.change.mean - sum(stage.change.mean for stage in self.stages.values())

    @property
    def moves(self) -> bool:
        """Whether anything is worth a bar."""
        return any(abs(stage.change.mean) >= HARDLY for stage in self.stages.values())


def draw(contrast: Contrast, lang: Lang) -> Figure:
    """A row of panels per scenario, a column per channel; earlier is green, later is orange."""
    with styled():
        panels, channels = _panels(contrast)
        stages = [str(s) for s in STAGES if any(abs(_days(panel, s)) >= HARDLY for panel in panels.values())]
        runs = len(contrast.runs) - 1
        height = 0.23 * (len(stages) + 3) + 0.42
        page = Page(_message(contrast, panels, channels, lang), 1.9 + runs * (height + 0.3))
        if not panels:
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
            return page.figure
        shown, names = Shown(panels, channels, stages), _names(contrast, stages, lang)
        left = min(WIDEST_NAME, max(width_of(name, LABEL) for name in names))
        margins = Margins(left=left + 0.15, right=0.2, across=0.3, head=0.4, foot=0.3, down=0.66)
        grid = page.grid(max(1, runs), max(1, len(channels)), margins)
        for n, row in zip(contrast.others, grid, strict=True):
            _row(row, contrast, n, shown, lang)
            _label(row[0], contrast, n, names, lang)
        return page.figure


def _panels(contrast: Contrast) -> tuple[dict[tuple[int, str], Panel], list[str]]:
    """All panels, and the channels that are shown: those that change most, in their usual order."""
    found = {}
    for channel in channels_of(contrast.runs):
        for n in contrast.others:
            whole = contrast.change(n, WHOLE, channel)
            if whole is not None:
                stages = {str(stage): contrast.change(n, MEASURE, channel, str(stage)) for stage in STAGES}
                found[n, channel] = Panel(n, channel, whole, {s: c for s, c in stages.items() if c is not None})
    known = [channel for channel in channels_of(contrast.runs) if any(key[1] == channel for key in found)]
    most = sorted(known, key=lambda c: -max(abs(p.whole.change.mean) for key, p in found.items() if key[1] == c))
    shown = sorted(most[:ACROSS])
    return {key: panel for key, panel in found.items() if key[1] in shown}, shown


def _days(panel: Panel, stage: str) -> float:
    return panel.stages[stage].change.mean if stage in panel.stages else 0.0


def _path(panel: Panel, stages: Sequence[str]) -> list[float]:
    """The days after each stage, from the base's; what is not shown is in the last step, to the other's."""
    return [panel.whole.base, *(panel.whole.base + np.cumsum([_days(panel, s) for s in stages])).tolist()]


def _reach(panel: Panel, stages: Sequence[str]) -> tuple[float, float]:
    days = [*_path(panel, stages), panel.whole.base + panel.whole.change.mean]
    return min(days), max(days)


def _names(contrast: Contrast, stages: Sequence[str], lang: Lang) -> list[str]:
    return [*(say(f"stage.{stage}", lang) for stage in stages), *(run.name.of(lang) for run in contrast.runs)]


@dataclass(frozen=True)
class Shown:
    """What is shown: the panels by run and channel, the channels, and the stages that have a row."""

    panels: dict[tuple[int, str], Panel]
    channels: list[str]
    stages: list[str]

    @property
    def span(self) -> float:
        """How many days every panel must hold, at the least one."""
        reaches = [_reach(panel, self.stages) for panel in self.panels.values()]
        return max(1.0, *(high - low for low, high in reaches))


def _row(row: Sequence[Axes], contrast: Contrast, run: int, shown: Shown, lang: Lang) -> None:
    stages, span = shown.stages, shown.span
    for axes, channel in zip(row, shown.channels, strict=True):
        head(axes, name_of(contrast.runs, channel, lang))  # in black: here colours say earlier and later
        axes.set_ylim(len(stages) + 1.6, -0.6)
        axes.set_yticks([])
        panel = shown.panels.get((run, channel))
        if panel is None:
            empty(axes, say("no_data", lang))
            continue
        middle = sum(_reach(panel, stages)) / 2
        axes.set_xlim(middle - 0.72 * span, middle + 0.72 * span)
        low, high = axes.get_xlim()
        ticks = [tick for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
        axes.set_xticks(ticks, labels=[f"{tick + 0.0:g}".replace("-", "−") for tick in ticks])
        axes.grid(visible=True, axis="x", color=PALE, linewidth=0.7)
        _bars(axes, panel, stages, lang)


def _bars(axes: Axes, panel: Panel, stages: Sequence[str], lang: Lang) -> None:
    path, end = _path(panel, stages), panel.whole.base + panel.whole.change.mean
    _mark(axes, panel.whole.base, 0)
    _mark(axes, end, len(stages) + 1)
    for n, stage in enumerate(stages, start=1):
        days = _days(panel, stage)
        if abs(days) < HARDLY:
            axes.plot([path[n]] * 2, [n - 0.5, n + 0.5], color=GREY, linewidth=0.6)
            continue
        change = panel.stages[stage]
        fill = tint(change.colour, 1.0 if change.verdict in ("better", "worse") else 0.5)
        axes.barh(n, days, left=path[n - 1], height=0.66, color=fill, linewidth=0)
        axes.plot([path[n]] * 2, [n, n + 1], color=GREY, linewidth=0.6, zorder=0)
        side = 1 if days > 0 else -1
        beside(
            axes, signed(days), (path[n], n), (3 * side, 0), size=SMALL, va="center",
            ha="left" if side > 0 else "right", bbox=paper(0.3),
        )  # fmt: skip
    axes.plot([panel.whole.base] * 2, [0, 1], color=GREY, linewidth=0.6, zorder=0)
    if not panel.moves:
        text = say("stage_difference.still", lang)
        axes.text(0.5, 0.5, text, transform=axes.transAxes, color=GREY, size=LABEL, ha="center", bbox=paper(2))


def _mark(axes: Axes, days: float, y: float) -> None:
    """The days in all: a stroke, for the axis does not begin at 0."""
    axes.plot([days] * 2, [y - 0.38, y + 0.38], color=INK, linewidth=3, solid_capstyle="butt")
    beside(axes, tenths(days), (days, y), (5, 0), size=LABEL, va="center", bbox=paper(0.3))


def _label(axes: Axes, contrast: Contrast, run: int, names: Sequence[str], lang: Lang) -> None:
    stages = names[: len(names) - len(contrast.runs)]
    shown = [contrast.runs[0].name.of(lang), *stages, contrast.runs[run].name.of(lang)]
    axes.set_yticks(range(len(shown)), labels=[clipped(name, WIDEST_NAME, LABEL) for name in shown])
    axes.tick_params(axis="y", labelsize=LABEL, colors=INK)


def _message(contrast: Contrast, panels: dict[tuple[int, str], Panel], channels: Sequence[str], lang: Lang) -> Message:
    n = contrast.replications
    count = say("one_replication", lang) if n == [1] else say("replications", lang, n="–".join(map(str, n)))
    left_out = len(channels_of(contrast.runs)) - len(channels)
    few = say("stage_difference.few", lang, n=left_out) if panels and left_out else ""
    what = say("stage_difference.what", lang, base=contrast.runs[0].name.of(lang))
    return Message(_title(contrast, panels, lang), what, (count, say("stage_difference.note", lang), few))


def _title(contrast: Contrast, panels: dict[tuple[int, str], Panel], lang: Lang) -> str:
    """The largest change of days that is told from chance, and the stage that makes most of it."""
    told = [p for p in panels.values() if p.whole.verdict in ("better", "worse") and p.stages]
    if not told:
        return say("stage_difference.none", lang)
    panel = max(told, key=lambda p: abs(p.whole.change.mean))
    change = panel.whole.change.mean
    stage = max(panel.stages, key=lambda s: _days(panel, s) * np.sign(change))
    return say(
        "stage_difference.title",
        lang,
        channel=name_of(contrast.runs, panel.channel, lang),
        run=contrast.runs[panel.run].name.of(lang),
        days=tenths(abs(change)),
        direction=say(f"stage_difference.{'later' if change > 0 else 'earlier'}", lang),
        stage=say(f"stage.{stage}", lang),
        change=signed(_days(panel, stage)),
    )
