"""Better, worse or unclear at one glance: differences from the base in per cent of it, with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.contrast import Change, Contrast
from sim.figures.page import EDGE, WIDTH, Margins, Message, Page, beside, clipped, empty, width_of
from sim.figures.run import ALL, Lang, channels_of, name_of
from sim.figures.style import GREY, INK, LABEL, PALE, SMALL, styled
from sim.figures.words import say
from sim.statistics import Verdict

IN_CHANNELS = ("carried_teu", "lead_time_days")
"""Measures that are also shown for each channel, where there is room."""
ROOMY = 2
"""With more scenarios than this, channels are left out."""
MARKS: dict[Verdict, str] = {"better": "^", "worse": "v", "changed": "D", "unclear": "o"}
BEYOND = 1.0
"""The widest that the chart reaches, as a share of the base."""
HEADING, ROW = 1.5, 0.235
"""Rows that a heading takes, and inches of a row."""
NAMES = 2.6
"""The widest that names may be, in inches."""
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5)
"""From one tick to the next, as a share of the base."""


@dataclass(frozen=True)
class Row:
    """One row: a difference, its name, and its height in the panel, counted downwards in rows."""

    change: Change
    name: str
    whole: bool
    y: float
    mixed: bool = False
    """whether the channels' shares of the total moved it"""


def draw(contrast: Contrast, lang: Lang) -> Figure:
    """A group of rows per scenario, all on one scale."""
    with styled():
        groups = {n: _rows(contrast, n, lang) for n in contrast.others}
        depth = sum(len(rows) + HEADING for rows in groups.values())
        page = Page(_message(contrast, groups, lang), 1.9 + ROW * max(4, depth) + 0.12 * len(contrast.runs))
        if not any(groups.values()):
            empty(page.grid(1, 1, Margins())[0][0], say("no_data", lang))
            return page.figure
        placed = _placed(groups)
        told = {id(row): _told(row.change, lang) for rows in placed.values() for row in rows}
        widths = [max(width_of(words[n], LABEL) for words in told.values()) for n in (0, 1)]
        right, foot = sum(widths) + 0.6, 0.35
        names = max(width_of(row.name, LABEL) for rows in placed.values() for row in rows)
        left = EDGE + min(NAMES, names + 0.17) + 0.1
        axes = page.panel(left, page.bottom + foot, WIDTH - left - right, page.top - page.bottom - foot)
        axes.set_ylim(depth, 0)
        axes.set_yticks([])
        _scale(axes, [row.change for rows in placed.values() for row in rows])
        for n, rows in placed.items():
            name = contrast.runs[n].name.of(lang)
            counts = say("forest.heading", lang, run=name, counts=_counts(rows, lang)) if rows else ""
            _heading(axes, counts if len(placed) > ROOMY else name, rows, -(left - EDGE) * 72)
            for row in rows:
                _row(axes, row, told[id(row)], widths, -(left - EDGE) * 72)
        return page.figure


def _rows(contrast: Contrast, run: int, lang: Lang) -> list[Row]:
    """The rows of one scenario: each headline measure, and some of them by channel."""
    channels = channels_of(contrast.runs)
    rows = []
    for measure in contrast.headlines:
        parts = len(channels) > 1 and measure in IN_CHANNELS and len(contrast.others) <= ROOMY
        for channel in (ALL, *(channels if parts else [])):
            found = contrast.change(run, measure, channel)
            if found and (found.base or not found.change.mean):
                name = found.fact.name.of(lang) if channel == ALL else name_of(contrast.runs, channel, lang)
                mixed = channel == ALL and (run, measure) in contrast.mixed
                rows.append(Row(found, f"{name} *" if mixed else name, channel == ALL, 0.0, mixed))
    return rows


def _placed(groups: dict[int, list[Row]]) -> dict[int, list[Row]]:
    placed, y = {}, 0.0
    for n, rows in groups.items():
        y += HEADING
        placed[n] = [replace(row, y=y + k) for k, row in enumerate(rows)]
        y += len(rows)
    return placed


def _share(found: Change, value: float) -> float:
    return value / abs(found.base) if found.base else 0.0


def _scale(axes: Axes, changes: Sequence[Change]) -> None:
    """An axis in per cent that reaches as far as the intervals, or to ± 100 %."""
    ends = [_share(found, end) for found in changes for end in (found.change.low, found.change.high, found.change.mean)]
    known = np.clip([end for end in ends if np.isfinite(end)] or [0.0], -BEYOND, BEYOND)
    low, high = min(float(known.min()), 0.0), max(float(known.max()), 0.0)
    pad = 0.06 * max(high - low, 0.01)
    axes.set_xlim(low - pad, high + pad)
    step = next(s for s in STEPS if (high - low) / s <= 6 or s == STEPS[-1])
    at = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    digits = 0 if step >= 0.01 else 1
    labels = [f"{100 * tick + 0.0:+.{digits}f} %".replace("-", "−") if round(tick, 6) else "0" for tick in at]
    axes.set_xticks(at, labels=labels)
    axes.grid(visible=True, axis="x", color=PALE, linewidth=0.7)


def _heading(axes: Axes, name: str, rows: Sequence[Row], left: float) -> None:
    if rows:
        text = clipped(name, WIDTH - 2 * EDGE, LABEL + 2)
        look = {"xycoords": ("axes points", "data"), "size": LABEL + 2, "va": "center"}
        beside(axes, text, (left, rows[0].y - 0.55), (0, 0), color=INK, **look)
        axes.plot([0, 0], [rows[0].y - 0.1, rows[-1].y + 1], color=INK, linewidth=1.0, zorder=1)


def _row(axes: Axes, row: Row, told: tuple[str, str], widths: list[float], left: float) -> None:
    y, found = row.y + 0.5, row.change
    indent = 0 if row.whole else 12
    size = LABEL if row.whole else SMALL
    look = {"va": "center", "size": size}
    name = clipped(row.name, NAMES - indent / 72, size)
    names = {"xycoords": ("axes points", "data"), "color": INK if row.whole else GREY}
    beside(axes, name, (left + indent, y), (0, 0), **names, **look)
    words = {"xycoords": ("axes fraction", "data"), "color": found.colour, **look}
    beside(axes, told[0], (1, y), (12 + widths[0] * 72, 0), ha="right", **words)
    beside(axes, told[1], (1, y), (24 + widths[0] * 72, 0), **words)
    low, high = axes.get_xlim()
    ends = np.clip([_share(found, end) for end in (found.change.low, found.change.high)], low, high)
    if np.isfinite(ends).all():
        axes.plot(ends, [y, y], color=found.colour, linewidth=2.2 if row.whole else 1.3, solid_capstyle="butt")
    at = _share(found, found.change.mean)
    mark, fill = MARKS.get(found.verdict, "s"), found.colour if found.verdict != "unclear" else "white"
    if not -BEYOND <= at <= BEYOND:
        mark = ">" if at > 0 else "<"
    place = np.clip(at, low, high)
    size = (7 if row.whole else 5.5) * (0.6 if mark == "s" else 1)
    axes.plot([place], [y], marker=mark, markersize=size, color=found.colour, markerfacecolor=fill, clip_on=False)


def _told(found: Change, lang: Lang) -> tuple[str, str]:
    """The difference in its unit, and what it is."""
    if found.verdict in ("same", "negligible"):
        nothing = say(f"forest.{found.verdict}", lang, unit=say(f"unit.{found.fact.unit}", lang))
        return nothing, say(f"verdict.{found.verdict}", lang)
    scale = 100 if found.fact.unit == "share" else 1
    digits = 0 if found.fact.last_digit == 1 else 1 if abs(scale * found.change.mean) >= 1 else 2
    half = scale * found.change.half_width
    said = {"change": _signed(scale * found.change.mean, digits), "unit": say(f"unit.{found.fact.unit}", lang)}
    key = "forest.change" if np.isfinite(half) else "forest.change_alone"
    return say(key, lang, **said, half=f"{half:,.{digits}f}"), say(f"verdict.{found.verdict}", lang)


def _signed(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:+,.{digits}f}".replace("-", "−")


def _message(contrast: Contrast, groups: dict[int, list[Row]], lang: Lang) -> Message:
    base = contrast.runs[0].name.of(lang)
    notes = [_replications(contrast, lang), say("forest.note", lang)]
    if len(contrast.others) > 1:
        notes.append(say("forest.joint", lang, k=len(contrast.others)))
    rows = [row for each in groups.values() for row in each]
    if any(row.mixed for row in rows):
        notes.append(say("forest.mixed", lang))
    if any(abs(_share(row.change, row.change.change.mean)) > BEYOND for row in rows):
        notes.append(say("forest.beyond", lang))
    hidden = [m for m in contrast.headlines if any(_no_base(contrast, n, m) for n in contrast.others)]
    if hidden:
        listed = ("、" if lang == "zh" else ", ").join(contrast.measures[m].name.of(lang) for m in hidden)
        notes.append(say("forest.no_base", lang, measures=listed))
    return Message(_title(contrast, groups, lang), say("forest.what", lang, base=base), tuple(notes))


def _no_base(contrast: Contrast, run: int, measure: str) -> bool:
    found = contrast.change(run, measure)
    return bool(found and not found.base and found.change.mean)


def _replications(contrast: Contrast, lang: Lang) -> str:
    n = contrast.replications
    return say("one_replication", lang) if n == [1] else say("replications", lang, n="–".join(map(str, n)))


def _title(contrast: Contrast, groups: dict[int, list[Row]], lang: Lang) -> str:
    """How many of the headline figures are better, worse, …: of all channels together."""
    base = contrast.runs[0].name.of(lang)
    told = [(contrast.runs[n].name.of(lang), _counts(rows, lang)) for n, rows in groups.items() if rows]
    if not told:
        return say("forest.none", lang)
    if len(told) > ROOMY:
        return say("forest.title_many", lang, base=base, k=len(told))
    if len(told) == 1:
        return say("forest.title", lang, run=told[0][0], base=base, counts=told[0][1])
    each = [say("forest.each", lang, run=run, counts=counts) for run, counts in told]
    return say("forest.title_several", lang, base=base, each=("；" if lang == "zh" else "; ").join(each))


def _counts(rows: Sequence[Row], lang: Lang) -> str:
    counted = Counter(row.change.verdict for row in rows if row.whole and not row.mixed)
    order: tuple[Verdict, ...] = ("better", "worse", "changed", "unclear", "negligible", "same")
    said = [say("forest.count", lang, n=counted[v], verdict=say(f"verdict.{v}", lang)) for v in order if counted[v]]
    return ("，" if lang == "zh" else ", ").join(said)
