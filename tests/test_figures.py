"""Figures: what is drawn is what the tables say, in both languages, in bytes that do not change."""

from __future__ import annotations

import itertools
import re
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.figures import (
    CONTRASTS,
    FIGURES,
    BaselineFact,
    Contrast,
    Lang,
    MeasureFact,
    Run,
    render_all,
    render_contrasts,
    save,
)
from sim.figures.journeys import kilometres
from sim.figures.page import width_of, wrapped
from sim.figures.run import select, value
from sim.figures.save import DOTS_PER_INCH
from sim.figures.spread import spread
from sim.figures.string_line import draw as draw_string_line
from sim.figures.string_line import heights
from sim.figures.style import colour_of, styled
from sim.figures.tornado import Tornado
from sim.figures.tornado import draw as draw_tornado
from sim.figures.waterfall import falls_of
from sim.figures.words import WORDS, count, percent, say, tenths
from sim.statistics import estimate, prediction
from sim.trace import DIRECTIONS, Label, Stage

# --------------------------------------------------------------------------------- a fictitious run, close to real ones

CHANNELS = {
    "changmanou": Label("长满欧", "Chang-Man-Ou"),
    "dalian": Label("大连海铁联运", "Dalian sea-rail"),
    "tianjin": Label("天津海铁联运", "Tianjin sea-rail"),
}
PLACES = {
    "changchun": Label("长春兴隆", "Xinglong, Changchun"),
    "manzhouli": Label("满洲里", "Manzhouli"),
    "zabaikalsk": Label("后贝加尔", "Zabaikalsk"),
    "brest": Label("布列斯特", "Brest"),
    "schwarzheide": Label("施瓦茨海德", "Schwarzheide"),
    "dalian_port": Label("大连港", "Dalian port"),
    "tianjin_port": Label("天津港", "Tianjin port"),
}
STAGES = {
    Stage.FIRST_MILE: Label("集货运输", "first mile"),
    Stage.GATE: Label("进站", "gate"),
    Stage.CLEARANCE: Label("报关查验", "clearance"),
    Stage.WAITING: Label("候车", "waiting for departure"),
    Stage.LOADING: Label("装车", "loading"),
    Stage.RUNNING: Label("铁路运行", "running"),
    Stage.CHECKS: Label("口岸检查", "border checks"),
    Stage.QUEUE: Label("口岸候装", "queue at the border"),
    Stage.GAUGE_CHANGE: Label("换装", "gauge change"),
    Stage.SAILING: Label("海运", "sailing"),
    Stage.UNLOADING: Label("卸车", "unloading"),
    Stage.PICK_UP: Label("候提", "waiting for pick-up"),
    Stage.LAST_MILE: Label("末端派送", "last mile"),
}
RESOURCES = {
    "changchun.yard": Label("长春兴隆堆场", "Xinglong, Changchun, yard"),
    "schwarzheide.yard": Label("施瓦茨海德堆场", "Schwarzheide, yard"),
    "dalian_port.yard": Label("大连港堆场", "Dalian port, yard"),
    "tianjin_port.yard": Label("天津港堆场", "Tianjin port, yard"),
    "zabaikalsk.outbound": Label("后贝加尔换装（出口）", "Zabaikalsk gauge change (outbound)"),
    "manzhouli.inbound": Label("满洲里换装（进口）", "Manzhouli gauge change (inbound)"),
    "brest.outbound": Label("布列斯特换装（出口）", "Brest gauge change (outbound)"),
    "brest.inbound": Label("布列斯特换装（进口）", "Brest gauge change (inbound)"),
}
LABELS = {**CHANNELS, **PLACES, **{str(stage): label for stage, label in STAGES.items()}, **RESOURCES}
TEU = {"changmanou": 10_230.0, "dalian": 9_004.0, "tianjin": 2_688.0}
STAGE_DAYS = {
    "changmanou": (0.8, 0.02, 0.3, 1.9, 0.2, 11.6, 0.5, 1.1, 0.5, 0.0, 0.15, 1.0, 0.8),
    "dalian": (0.5, 0.02, 0.2, 1.6, 0.1, 0.8, 0.0, 0.0, 0.0, 3.4, 0.2, 4.3, 0.9),
    "tianjin": (0.7, 0.01, 0.3, 6.1, 0.1, 1.4, 0.0, 0.0, 0.0, 22.6, 0.2, 2.7, 0.9),
}
ROUTE = (
    ("changchun", 0.0),
    ("manzhouli", 1_177.0),
    ("zabaikalsk", 1_188.1),
    ("brest", 8_950.0),
    ("schwarzheide", 9_800.0),
)
YARDS = {
    "changchun": (620.0, 3_000.0),
    "schwarzheide": (150.0, np.nan),
    "dalian_port": (310.0, 500.0),
    "tianjin_port": (120.0, 400.0),
}
WAITS = {"zabaikalsk.outbound": 1.9, "manzhouli.inbound": 0.8, "brest.outbound": 0.4, "brest.inbound": 0.3}


THIS_YEAR = Label("2019 年", "2019")


def fictitious(name: Label = THIS_YEAR, year: int = 2019, factor: float = 1.0, seed: int = 1) -> Run:
    """Three channels, 125 trains, 20 replications."""
    rng = np.random.default_rng(seed)
    return Run(
        name=name,
        summary=summary(name.en, factor),
        monthly=monthly(name.en, year, factor, rng),
        occupancy=occupancy(name.en, year, factor, rng),
        lead_times=lead_times(name.en, factor, rng),
        journeys=journeys(name.en, year, factor, rng),
        labels=LABELS,
        baselines=(BaselineFact("carried_teu", "changmanou", 2019, 10_246.0, "local government report, January 2020"),),
        replications=20,
    )


def row(scenario: str, measure: str, channel: str, mean: float, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "scenario": scenario,
        "measure": measure,
        "channel": channel,
        "direction": "all",
        "cargo": "all",
        "place": "all",
        "unit": "TEU",
        "mean": mean,
        "low95": mean * 0.993,
        "high95": mean * 1.007,
        "replications": 20,
        "baseline": np.nan,
        "difference_pct": np.nan,
        "tag": "predicted",
    }
    return usual | more


def summary(scenario: str, factor: float) -> pd.DataFrame:
    rows = []
    for channel in (*CHANNELS, "all"):
        teu = TEU.get(channel, sum(TEU.values())) * factor
        rows += [
            row(scenario, "carried_teu", channel, teu, tag="calibrated" if channel == "changmanou" else "predicted")
        ]
        rows += [row(scenario, "carried_teu", channel, teu / 2, direction=way) for way in ("outbound", "inbound")]
        rows += [row(scenario, "utilisation", "all", 0.55, place="zabaikalsk.outbound", unit="share")]
    for channel, days in STAGE_DAYS.items():
        for stage, mean in zip(Stage, days, strict=True):
            queued = factor**3 if stage == Stage.QUEUE else 1.0
            rows.append(row(scenario, "stage_days", channel, mean / queued, place=str(stage), unit="days"))
        total = sum(each["mean"] for each in rows[-len(days) :])
        rows.append(row(scenario, "lead_time_days", channel, total, unit="days"))
    return pd.DataFrame(rows)


def monthly(scenario: str, year: int, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    index = np.array([0.92, 0.90, 0.96, 0.99, 1.02, 1.0, 1.03, 1.05, 1.02, 1.03, 1.05, 1.03])
    rows = []
    for channel, teu in TEU.items():
        for way, share in (("all", 1.0), ("outbound", 0.57), ("inbound", 0.43)):
            for n, mean in enumerate(teu * factor * share / 12 * index * rng.normal(1, 0.02, 12)):
                spread = 1.64 * 9 * np.sqrt(mean / 8)
                rows.append(
                    {
                        "scenario": scenario,
                        "channel": channel,
                        "direction": way,
                        "month": f"{year}-{n + 1:02d}",
                        "unit": "TEU",
                        "mean": mean,
                        "low95": mean * 0.97,
                        "high95": mean * 1.03,
                        "p05": max(mean - spread, 0),
                        "p95": mean + spread,
                        "replications": 20,
                    }
                )
    return pd.DataFrame(rows)


def occupancy(scenario: str, year: int, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    dates = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    tables = []
    for resource, place, kind, unit, level, capacity in (
        *((f"{place}.yard", place, "in_use", "TEU", level, cap) for place, (level, cap) in YARDS.items()),
        *((resource, resource.split(".")[0], "waiting", "train", level, np.nan) for resource, level in WAITS.items()),
    ):
        smooth = np.convolve(rng.normal(0, 1, len(dates) + 6), np.ones(7) / 7, mode="valid")
        mean = np.maximum(level * factor * (1 + 0.12 * np.sin(np.arange(len(dates)) / 58) + 0.12 * smooth), 0)
        wide = 0.45 if kind == "in_use" else 1.1
        tables.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "resource": resource,
                    "place": place,
                    "kind": kind,
                    "date": dates.strftime("%Y-%m-%d"),
                    "unit": unit,
                    "capacity": capacity,
                    "mean": mean,
                    "p05": np.maximum(mean * (1 - wide), 0),
                    "p95": mean * (1 + wide),
                    "replications": 20,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def lead_times(scenario: str, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    tables = []
    for channel, median, sigma in (("changmanou", 18.3, 0.17), ("dalian", 11.4, 0.3), ("tianjin", 34.0, 0.2)):
        for way, slower in (("outbound", 1.0), ("inbound", 1.07)):
            days = np.percentile(rng.lognormal(np.log(median * slower / factor**0.5), sigma, 4000), np.arange(1, 100))
            tables.append(
                pd.DataFrame(
                    {
                        "scenario": scenario,
                        "channel": channel,
                        "direction": way,
                        "percentile": np.arange(1, 100),
                        "days": days,
                        "boxes": int(TEU[channel] * 5),
                    }
                )
            )
    return pd.concat(tables, ignore_index=True)


def journeys(scenario: str, year: int, factor: float, rng: np.random.Generator) -> pd.DataFrame:
    """71 trains out and 54 in; hours between stations and stops are drawn."""
    rows = []
    for way, trains, every_h in (("outbound", 71, 123.4 / factor), ("inbound", 54, 162.2 / factor)):
        route = ROUTE if way == "outbound" else tuple((place, 9_800.0 - km) for place, km in reversed(ROUTE))
        for n in range(trains):
            now = pd.Timestamp(f"{year}-01-01") + pd.Timedelta(hours=every_h * n - 200)
            for k, (place, km) in enumerate(route):
                arrived = "" if k == 0 else now.isoformat(timespec="seconds")
                stop_h = {"zabaikalsk": 26, "manzhouli": 14, "brest": 40}.get(place, 0) * rng.lognormal(-0.3, 0.7)
                now += pd.Timedelta(hours=stop_h)
                left = "" if k == len(route) - 1 else now.isoformat(timespec="seconds")
                rows.append(
                    {
                        "scenario": scenario,
                        "train": f"{way}/{n}",
                        "service": f"changmanou_{way}",
                        "channel": "changmanou",
                        "direction": way,
                        "place": place,
                        "km": km,
                        "arrived": arrived,
                        "left": left,
                    }
                )
                if k + 1 < len(route):
                    now += pd.Timedelta(hours=abs(route[k + 1][1] - km) / 42 * rng.lognormal(0, 0.1) + 0.3)
    return pd.DataFrame(rows)


# -------------------------------------------------------------------------------------------------------------- helpers

LANGS = ("zh", "en")
ONE = (fictitious(),)
TWO = (*ONE, fictitious(Label("2020 年计划", "2020, as planned"), 2020, 1.12, 2))
FOUR = (
    *TWO,
    fictitious(Label("2020 年绿色通道", "2020 with a green channel"), 2020, 1.2, 3),
    fictitious(Label("2020 年口岸关闭三周", "2020, border closed for three weeks"), 2020, 0.9, 4),
)


def texts_of(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def shown_texts(figure: Figure) -> list[Text]:
    """Texts that can be seen: axes and tick labels may be switched off."""
    figure.set_dpi(DOTS_PER_INCH)
    figure.draw_without_rendering()
    hidden = {id(t) for axes in figure.axes if not axes.get_visible() for t in axes.findobj(Text)}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            hidden |= {id(tick.label1) for tick in axis.get_major_ticks() if not tick.label1.get_visible()}
    return [text for text in texts_of(figure) if id(text) not in hidden]


def title_of(figure: Figure) -> str:
    biggest = [text for text in figure.texts if text.get_fontsize() == 15.0]
    return " ".join(text.get_text() for text in biggest)


def bars_of(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def segments_of(axes: Axes) -> list[list[list[float]]]:
    return [
        line.tolist() for part in axes.collections if isinstance(part, LineCollection) for line in part.get_segments()
    ]


def but(run: Run, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Run:
    return replace(run, **{table: change(getattr(run, table).copy())})


def nothing_happened(run: Run) -> Run:
    """A run in which no train ran and no box moved: no rows where there are none, zeros and blanks elsewhere."""

    def zero(frame: pd.DataFrame) -> pd.DataFrame:
        days = frame["measure"].isin(["stage_days", "lead_time_days"])
        return frame.assign(mean=np.where(days, np.nan, 0.0), low95=np.where(days, np.nan, 0.0), high95=np.nan)

    still = but(run, "summary", zero)
    for table in ("monthly", "occupancy"):
        still = but(still, table, lambda frame: frame.assign(mean=0.0, p05=0.0, p95=0.0))
    return but(but(still, "lead_times", lambda frame: frame[:0]), "journeys", lambda frame: frame[:0])


# ----------------------------------------------------------------------------------- what is drawn is what was measured


@pytest.mark.parametrize("runs", [ONE, TWO, FOUR], ids=len)
def test_bars_are_as_long_as_the_carried_teu(runs: tuple[Run, ...]) -> None:
    (axes,) = FIGURES["carried"](runs, "en").axes

    drawn = [bar.get_width() for bar in bars_of(axes)]

    factors = (1.0, 1.12, 1.2, 0.9)[: len(runs)]
    assert drawn == pytest.approx([TEU[channel] * factor for channel in CHANNELS for factor in factors])
    assert {bar.get_x() for bar in bars_of(axes)} == {0.0}


def test_the_thick_line_is_the_interval_of_the_mean_and_the_thin_one_holds_nine_years_in_ten() -> None:
    """Both from 20 made-up years, by `sim.statistics`, which has its own tests."""
    years = np.random.default_rng(5).normal(10_000, 300, 20)
    mean = estimate(years)
    run = but(
        fictitious(),
        "summary",
        lambda frame: frame.assign(mean=mean.mean, low95=mean.low, high95=mean.high, replications=20),
    )

    (axes,) = FIGURES["carried"]([run], "en").axes

    _, _, thin, thick = segments_of(axes)[:4]  # the first two are their white edges
    assert [x for x, _ in thin] == pytest.approx(prediction(years))
    assert [x for x, _ in thick] == pytest.approx([mean.low, mean.high])


def test_the_baseline_stands_on_its_own_channel_only() -> None:
    (axes,) = FIGURES["carried"](TWO, "en").axes

    (line,) = [line for line in axes.lines if set(line.get_xdata()) == {10_246.0}]
    inside = [min(line.get_ydata()) < bar.get_y() + 0.3 < max(line.get_ydata()) for bar in bars_of(axes)]

    assert inside == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("mean", "verdict"),
    [
        (10_246 + 100, "cannot be told from the 2019 baseline"),  # the mean is above, but single years are not
        (10_246 * 1.1, "10.0 % above the 2019 baseline"),
        (10_246 * 0.9, "10.0 % below the 2019 baseline"),
    ],
)
def test_the_title_holds_single_years_against_the_baseline(mean: float, verdict: str) -> None:
    run = but(
        fictitious(),
        "summary",
        lambda frame: frame.assign(mean=mean, low95=mean - 30, high95=mean + 30, replications=20),
    )

    assert title_of(FIGURES["carried"]([run], "en")) == f"Chang-Man-Ou carries {mean:,.0f} TEU: {verdict}".replace(
        ": 10", ", 10"
    )


def test_one_replication_has_no_interval_and_says_so() -> None:
    run = replace(fictitious(), replications=1)
    run = but(run, "summary", lambda frame: frame.assign(low95=np.nan, high95=np.nan, replications=1))

    figure = FIGURES["carried"]([run], "en")

    assert segments_of(figure.axes[0]) == []
    assert title_of(figure) == "Chang-Man-Ou carries 10,230 TEU, against a 2019 baseline of 10,246"
    assert any("One replication only" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize("runs", [ONE, TWO], ids=len)
def test_months_are_the_monthly_means_within_their_band(runs: tuple[Run, ...]) -> None:
    figure = FIGURES["monthly"](runs, "en")

    coloured = [axes.lines[-1] for axes in figure.axes]
    tables = [select(run.monthly, channel=channel, direction="all") for channel in CHANNELS for run in runs]

    assert len(coloured) == len(tables)
    for line, axes, table in zip(coloured, figure.axes, tables, strict=True):
        assert line.get_ydata().tolist() == table["mean"].tolist()
        (around,) = axes.collections
        assert around.get_datalim(axes.transData).ymin == pytest.approx(table["p05"].min())
        assert around.get_datalim(axes.transData).ymax == pytest.approx(table["p95"].max())
        assert axes.get_ylim()[0] == 0


def test_lead_times_are_the_percentiles_of_the_table() -> None:
    (axes,) = FIGURES["lead_times"](ONE, "en").axes

    rows = list(zip(*[iter(segments_of(axes))] * 3, strict=True))

    assert len(rows) == 6
    for (thin, thick, tick), (channel, way) in zip(rows, itertools.product(CHANNELS, DIRECTIONS), strict=True):
        days = select(ONE[0].lead_times, channel=channel, direction=way).set_index("percentile")["days"]
        assert [x for x, _ in thin] == [days[5], days[95]]
        assert [x for x, _ in thick] == [days[25], days[75]]
        assert {x for x, _ in tick} == {days[90]}


@pytest.mark.parametrize("runs", [ONE, TWO, FOUR], ids=len)
def test_the_waterfall_ends_at_the_mean_lead_time(runs: tuple[Run, ...]) -> None:
    figure = FIGURES["waterfall"](runs, "en")

    for axes, channel in zip(figure.axes, CHANNELS, strict=True):
        per_run = np.array_split(bars_of(axes), len(runs))
        for run, bars in zip(runs, per_run, strict=True):
            *stages, total = bars
            assert total.get_width() == pytest.approx(value(run, "lead_time_days", channel).mean)
            assert stages[-1].get_x() + stages[-1].get_width() == pytest.approx(total.get_width())
            for before, after in itertools.pairwise(stages):
                assert after.get_x() == pytest.approx(before.get_x() + before.get_width())


def test_days_that_no_stage_explains_are_shown_as_such() -> None:
    def longer(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame["measure"] == "lead_time_days", "mean"] += 2.0
        return frame

    figure = FIGURES["waterfall"]([but(fictitious(), "summary", longer)], "en")

    assert "not attributed" in [text.get_text() for text in texts_of(figure)]
    assert bars_of(figure.axes[0])[-1].get_width() == pytest.approx(sum(STAGE_DAYS["changmanou"]) + 2.0)


def test_tiny_stages_are_merged_but_named() -> None:
    falls = falls_of(ONE)

    assert falls.merged == (Stage.GATE, Stage.LOADING)
    assert falls.days["changmanou", 0]["other"] == pytest.approx(0.22)
    assert any("Other stages: gate, loading." in text.get_text() for text in FIGURES["waterfall"](ONE, "en").texts)


def test_stages_have_names_of_their_own_when_the_run_brings_none() -> None:
    nameless = replace(fictitious(), labels={**CHANNELS, **PLACES})

    shown = {text.get_text() for text in texts_of(FIGURES["waterfall"]([nameless], "zh"))}

    assert {"通关", "换装", "海运"} <= shown


def test_inbound_trains_are_laid_on_the_kilometres_of_outbound_ones() -> None:
    assert kilometres(ONE, "changmanou") == pytest.approx(dict(ROUTE))


def test_a_service_that_is_part_of_the_way_is_laid_at_the_place_it_shares() -> None:
    def shuttle(frame: pd.DataFrame) -> pd.DataFrame:
        rows = [("manzhouli", 0.0, "", "2019-07-01T00:00:00"), ("harbin", 935.0, "2019-07-02T00:00:00", "")]
        usual: dict[str, Any] = {
            "scenario": "2019",
            "train": "s/1",
            "service": "shuttle",
            "channel": "changmanou",
            "direction": "inbound",
        }
        more = [{**usual, "place": p, "km": km, "arrived": came, "left": left} for p, km, came, left in rows]
        return pd.concat([frame, pd.DataFrame(more)], ignore_index=True)

    assert kilometres([but(fictitious(), "journeys", shuttle)], "changmanou")["harbin"] == pytest.approx(1_177 - 935)


def test_stops_of_trains_lie_where_and_when_the_table_says() -> None:
    (axes,) = draw_string_line(ONE, "en", month="2019-03").axes
    begin = pd.Timestamp("2019-03-01")
    table = select(ONE[0].journeys, channel="changmanou", place="zabaikalsk", direction="outbound")
    arrived, left = (pd.to_datetime(table[column], format="ISO8601") for column in ("arrived", "left"))
    wanted = [
        [(came - begin) / pd.Timedelta(days=1), (gone - begin) / pd.Timedelta(days=1)]
        for came, gone in zip(arrived, left, strict=True)
        if gone > begin and came < pd.Timestamp("2019-04-01")
    ]

    drawn = [sorted(x for x, _ in line) for line in segments_of(axes) if len(line) == 2 and line[0][1] == line[1][1]]

    assert wanted
    for stop in wanted:
        assert any(stop == pytest.approx(other) for other in drawn)
    assert axes.get_xlim() == (0, 31)


def test_the_string_line_shows_the_month_in_the_middle_unless_told() -> None:
    assert title_of(FIGURES["string_line"](ONE, "en")).startswith("Chang-Man-Ou, July 2019")
    assert title_of(draw_string_line(ONE, "en", month="2019-02")).startswith("Chang-Man-Ou, February 2019")


def test_occupancy_is_the_daily_mean_with_the_capacity_above() -> None:
    figure = FIGURES["occupancy"](ONE, "en")

    panel = next(a for a in figure.axes if any("Dalian port, yard" in t.get_text() for t in a.texts))
    mean, capacity = panel.lines

    assert mean.get_ydata().tolist() == select(ONE[0].occupancy, resource="dalian_port.yard")["mean"].tolist()
    assert capacity.get_ydata().tolist() == [500.0, 500.0]


# ------------------------------------------------------------------------------------------ differences from the first

MEASURES = {
    "carried_teu": MeasureFact(Label("承运量", "carried"), "TEU", "more", 1.0),
    "trains_run": MeasureFact(Label("开行列数", "trains run"), "trains", "neither", 0.01),
    "local_share": MeasureFact(Label("本地货占比", "local share"), "share", "more", 0.0001),
    "lead_time_days": MeasureFact(Label("全程时效（均值）", "door to door, mean"), "days", "less", 0.01),
    "lead_time_p90_days": MeasureFact(Label("全程时效（九成以内）", "door to door, 90 % within"), "days", "less", 0.01),
    "backlog_teu": MeasureFact(Label("期末待运量", "backlog at the end"), "TEU", "less", 1.0),
    "stage_days": MeasureFact(Label("各环节天数", "days by stage"), "days", "less", 0.01),
}
HEADLINES = tuple(MEASURES)[:-1]


def difference(run: int, measure: str, channel: str, base: float, change: float, **more: Any) -> dict[str, Any]:
    half = 0.2 * abs(change)
    usual: dict[str, Any] = {
        "measure": measure,
        "channel": channel,
        "direction": "all",
        "cargo": "all",
        "place": "all",
        "unit": MEASURES[measure].unit,
        "base": "0",
        "base_mean": base,
        "scenario": str(run),
        "mean": base + change,
        "difference": change,
        "low95": change - half,
        "high95": change + half,
        "p_holm": 1.0 if not change else 0.001,
        "replications": 20,
    }
    return usual | more


def contrast(runs: tuple[Run, ...] = TWO) -> Contrast:
    """Better, worse, changed, unclear, the same, negligible, and beyond the chart; all differences known by hand."""
    rows = []
    for n in range(1, len(runs)):
        for channel in (*CHANNELS, "all"):
            rows += [
                difference(n, "carried_teu", channel, 10_000, 412.0 * n),
                difference(n, "trains_run", channel, 100, 250.0),
                difference(n, "local_share", channel, 0.6, 0.01, low95=-0.02, high95=0.04, p_holm=0.4),
                difference(n, "lead_time_days", channel, 20.0, 4.1),
                difference(n, "lead_time_p90_days", channel, 30.0, 0.0),
                difference(n, "backlog_teu", channel, 200, 0.1),
            ]
            for stage, change in (("waiting", 5.0), ("sailing", -1.2), ("gate", 0.01), ("border_queue", 0.3)):
                p = 0.4 if stage == "border_queue" else 0.001
                rows.append(difference(n, "stage_days", channel, 3.0, change, place=stage, p_holm=p))
    ids = tuple(str(n) for n in range(len(runs)))
    return Contrast(runs, ids, pd.DataFrame(rows), MEASURES, HEADLINES)


def test_the_forest_shows_differences_in_per_cent_with_their_intervals() -> None:
    (axes,) = CONTRASTS["forest"](contrast(), "en").axes

    lines = [line.get_xdata() for line in axes.lines if line.get_linewidth() > 2.0]
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "^"]

    assert list(lines[0]) == pytest.approx([0.8 * 0.0412, 1.2 * 0.0412])
    assert marks == pytest.approx([0.0412] * 4)  # all channels, then each


def test_the_forest_says_what_each_difference_is() -> None:
    figure = CONTRASTS["forest"](contrast(), "en")
    said = [text.get_text() for text in texts_of(figure)]

    assert {"+412 ± 82 TEU", "+4.1 ± 0.8 days", "+1.0 ± 3.0 points", "0 days", "about 0 TEU"} <= set(said)
    assert {"better", "worse", "changed", "cannot be told", "exactly the same", "negligible"} <= set(said)
    counts = "1 better, 1 worse, 1 changed, 1 cannot be told, 1 negligible, 1 exactly the same"
    assert title_of(figure) == f"“2020, as planned” against “2019”: {counts}"


def test_what_is_beyond_the_chart_is_an_arrow() -> None:
    (axes,) = CONTRASTS["forest"](contrast(), "en").axes

    assert {line.get_marker() for line in axes.lines} >= {">", "^", "v", "o"}
    assert axes.get_xlim()[1] < 1.2


def test_what_has_no_base_is_named_and_not_drawn() -> None:
    plain = contrast()
    table = plain.table.assign(base_mean=plain.table["base_mean"].where(plain.table["measure"] != "carried_teu", 0.0))

    figure = CONTRASTS["forest"](replace(plain, table=table), "en")

    assert "carried" not in {text.get_text() for text in figure.axes[0].texts}
    assert any("the base being 0: carried." in text.get_text() for text in figure.texts)


def test_stages_lead_from_the_days_of_the_base_to_those_of_the_other() -> None:
    figure = CONTRASTS["stage_difference"](contrast(), "en")

    for axes in figure.axes:
        waiting, queue, sailing = bars_of(axes)
        assert (waiting.get_x(), waiting.get_width()) == pytest.approx((20.0, 5.0))
        assert (queue.get_x(), queue.get_width()) == pytest.approx((25.0, 0.3))
        assert (sailing.get_x(), sailing.get_width()) == pytest.approx((25.3, -1.2))
        assert {"20.0", "24.1"} <= {text.get_text() for text in axes.texts}
    widths = [axes.get_xlim()[1] - axes.get_xlim()[0] for axes in figure.axes]
    assert widths == pytest.approx([widths[0]] * len(widths))
    assert "arrive 4.1 days later, the largest part waiting for departure (+5.0 days)" in title_of(figure)


def test_a_stage_that_cannot_be_told_is_pale() -> None:
    (axes, *_) = CONTRASTS["stage_difference"](contrast(), "en").axes
    waiting, queue, sailing = (mpl.colors.to_hex(bar.get_facecolor()) for bar in bars_of(axes))

    assert (waiting, sailing) == ("#d55e00", "#009e73")
    assert sum(mpl.colors.to_rgb(queue)) > sum(mpl.colors.to_rgb("#8a9197"))


SIX = (*FOUR, *(fictitious(Label(f"方案 {n}", f"plan {n}"), 2020, 1.0, n) for n in (5, 6)))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", CONTRASTS)
@pytest.mark.parametrize("runs", [TWO, FOUR, SIX], ids=len)
def test_no_text_of_a_difference_is_cut_off_or_lies_on_another(figure: str, runs: tuple[Run, ...], lang: Lang) -> None:
    well_placed(CONTRASTS[figure](contrast(runs), lang))


@pytest.mark.parametrize("figure", CONTRASTS)
@pytest.mark.parametrize("runs", [TWO, FOUR], ids=len)
def test_chinese_figures_of_differences_have_no_latin_words(figure: str, runs: tuple[Run, ...]) -> None:
    for text in texts_of(CONTRASTS[figure](contrast(runs), "zh")):
        assert not re.search("[A-Za-z]", text.get_text()), text.get_text()


@pytest.mark.parametrize("figure", CONTRASTS)
@pytest.mark.parametrize("lang", LANGS)
def test_differences_that_are_none_or_unknown_can_be_drawn(figure: str, lang: Lang) -> None:
    plain = contrast()
    unknown = plain.table.assign(low95=np.nan, high95=np.nan, p_holm=np.nan, replications=1)
    nothing = plain.table.assign(difference=0.0, low95=0.0, high95=0.0, p_holm=1.0)
    gone = plain.table.assign(difference=np.nan)
    for table in (unknown, nothing, gone, plain.table[:0]):
        well_placed(CONTRASTS[figure](replace(plain, table=table), lang))


def test_figures_of_differences_are_saved_with_the_same_bytes(tmp_path: Path) -> None:
    first, second = (render_contrasts(contrast(), tmp_path / name, "zh") for name in ("one", "two"))

    assert [path.name for path in first] == [f"{id_}.{kind}" for id_ in CONTRASTS for kind in ("png", "svg")]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


# -------------------------------------------------------------------------------------------------------- two languages


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("runs", [ONE, TWO, FOUR], ids=len)
def test_chinese_figures_have_no_latin_words(figure: str, runs: tuple[Run, ...]) -> None:
    for text in texts_of(FIGURES[figure](runs, "zh")):
        assert not re.search("[A-Za-z]", text.get_text()), text.get_text()


def test_every_text_has_the_same_gaps_in_both_languages() -> None:
    for key, label in WORDS.items():
        gaps = [
            sorted(field for _, field, _, _ in string.Formatter().parse(text) if field) for text in (label.zh, label.en)
        ]
        assert gaps[0] == gaps[1], key
        assert not re.search("[A-Za-z]", re.sub(r"{\w+}", "", label.zh)), key


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("runs", [ONE, TWO, FOUR], ids=len)
def test_no_text_is_cut_off_or_lies_on_another(figure: str, runs: tuple[Run, ...], lang: Lang) -> None:
    well_placed(FIGURES[figure](runs, lang))


def well_placed(drawn: Figure) -> None:
    """Every text is on the page, and none lies on another."""
    page = drawn.bbox

    with styled():
        boxes = [(text.get_text(), text.get_tightbbox()) for text in shown_texts(drawn)]

    for said, box in boxes:
        assert page.x0 <= box.x0 < box.x1 <= page.x1, said
        assert page.y0 <= box.y0 < box.y1 <= page.y1, said
    for (one, box), (other, near) in itertools.combinations(boxes, 2):
        common = Bbox.intersection(box, near)
        assert common is None or min(common.width, common.height) < 3.0, (one, other)


def test_long_names_are_cut_and_titles_broken() -> None:
    long = {key: Label(label.zh * 9, label.en * 9) for key, label in LABELS.items()}
    run = replace(fictitious(), labels=long)

    for draw in FIGURES.values():
        figure = draw([run], "en")
        with styled():
            ends = {text.get_text(): text.get_tightbbox().x1 for text in shown_texts(figure)}
        assert max(ends.values()) <= figure.bbox.x1, ends


def tornado(channels: int = 2, inputs: int = 9, longer: int = 1, **what: Any) -> Tornado:
    """The first input is told from noise; the dummy is in the middle."""
    names = [f"x{k}" for k in range(inputs)]
    rows = [
        (f"c{c}", name, 0.9 / (k + 1), 5000.0 - 400 / (k + 1), 5000.0 + 4000 / (k + 1), "yes" if k == 0 else "no")
        for c in range(channels)
        for k, name in enumerate(names)
    ]
    columns = ["channel", "input", "rank_correlation", "low_third", "high_third", "told"]
    labels = {name: Label("可走大连通道的货源" * longer, "cargo that could go by Dalian " * longer) for name in names}
    labels |= {f"c{c}": Label("大连海铁联运" * longer, "Dalian sea-rail " * longer) for c in range(channels)}
    means = {f"c{c}": 5000.0 for c in range(channels)} | {"all": 5000.0 * channels}
    basic: dict[str, Any] = {"means": means, "labels": labels, "dummy": "x4", "draws": 50, "main": "c0"}
    return Tornado(pd.DataFrame(rows, columns=columns), **(basic | what))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("channels", "inputs", "longer"), [(1, 2, 1), (3, 9, 1), (6, 9, 1), (2, 9, 9), (0, 0, 1)])
def test_no_text_of_a_tornado_is_cut_off_or_lies_on_another(
    channels: int, inputs: int, longer: int, lang: Lang
) -> None:
    well_placed(draw_tornado(tornado(channels, inputs, longer), lang))


@pytest.mark.parametrize("lang", LANGS)
def test_a_tornado_of_nothing_carried_or_nothing_told_can_be_drawn(lang: Lang) -> None:
    nothing = tornado()
    nothing.table["told"] = "no"
    nothing.table[["rank_correlation", "low_third", "high_third"]] = np.nan
    figure = draw_tornado(replace(nothing, means={"c0": 0.0, "c1": 0.0}), lang)
    well_placed(figure)
    assert say("tornado.none", lang, channel=nothing.labels["c0"].of(lang)) in " ".join(
        text.get_text() for text in texts_of(figure)
    )


def test_a_tornado_shows_six_inputs_and_the_dummy_last() -> None:
    texts = [text.get_text() for text in texts_of(draw_tornado(tornado(1), "zh"))]
    assert texts.count("可走大连通道的货源") == 6
    assert sum("标箱" in text and "→" in text for text in texts) == 7
    assert not any(re.search("[A-Za-z]", text) for text in texts)


@pytest.mark.parametrize(
    "text", ["长满欧九成货箱（去程）送达的天数，比“2019 年”少 1.2 天；其余不变。", "boxes arrive within 22.6 days"]
)
def test_wrapped_lines_keep_every_letter_and_their_width(text: str) -> None:
    lines = wrapped(text, 1.0, 10)

    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line, 10) <= 1.0 for line in lines)
    assert not any(line.startswith(tuple("，。；）”")) for line in lines)


# ---------------------------------------------------------------------------------------------------------------- files


def test_the_same_data_gives_the_same_bytes_whatever_the_users_settings(tmp_path: Path) -> None:
    first = render_all([fictitious()], tmp_path / "one", "zh")
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "svg.fonttype": "none", "font.family": "serif"}):
        before = dict(mpl.rcParams)
        second = render_all([fictitious()], tmp_path / "two", "zh")
        assert dict(mpl.rcParams) == before

    assert [path.name for path in first] == [f"{id_}.{kind}" for id_ in FIGURES for kind in ("png", "svg")]
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_drawing_needs_neither_pyplot_nor_the_model() -> None:
    code = (
        "import sys, sim.figures; print(*(m for m in sys.modules if m.startswith(('sim.', 'matplotlib.py', 'simpy'))))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    found = done.stdout.decode().split()
    assert {name for name in found if not name.startswith("sim.figures")} == {"sim.statistics", "sim.trace"}


def test_files_do_not_tell_when_or_with_what_they_were_made(tmp_path: Path) -> None:
    png, svg = save(FIGURES["carried"](ONE, "en"), tmp_path, "carried")

    assert b"Software" not in png.read_bytes()
    assert not re.search(r"dc:date|matplotlib\.org", svg.read_text(encoding="utf-8"))


def test_a_crash_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = FIGURES["carried"](ONE, "en")
    (old, _) = save(figure, tmp_path, "carried")
    before, files = old.read_bytes(), sorted(tmp_path.iterdir())

    def full_disk(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:11])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="no space left"):
        save(figure, tmp_path, "carried")

    assert old.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == files


# ------------------------------------------------------------------------------------------------------- unusual tables


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("with_another", [False, True])
def test_a_year_in_which_nothing_happened_can_be_drawn(
    figure: str, lang: Lang, with_another: bool, tmp_path: Path
) -> None:
    still = nothing_happened(fictitious())

    paths = save(FIGURES[figure]([still, *TWO[1:]] if with_another else [still], lang), tmp_path, figure)

    assert all(path.stat().st_size > 1_000 for path in paths)


@pytest.mark.parametrize("figure", FIGURES)
def test_tables_without_rows_can_be_drawn(figure: str, tmp_path: Path) -> None:
    bare = fictitious()
    for table in ("summary", "monthly", "occupancy", "lead_times", "journeys"):
        bare = but(bare, table, lambda frame: frame[:0])

    assert save(FIGURES[figure]([bare], "zh"), tmp_path, figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_unknown_values_can_be_drawn(figure: str, tmp_path: Path) -> None:
    run = fictitious()
    for table in ("summary", "monthly", "occupancy"):
        run = but(run, table, lambda frame: frame.assign(mean=np.nan, tag=np.nan))
    run = but(run, "lead_times", lambda frame: frame.assign(days=np.nan))

    assert save(FIGURES[figure]([run], "en"), tmp_path, figure)


@pytest.mark.parametrize("figure", FIGURES)
def test_one_channel_and_six_channels_can_be_drawn(figure: str) -> None:
    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["channel"].isin(["changmanou", "all"])]

    def twice(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, frame.assign(channel=frame["channel"].replace({c: f"{c}_2" for c in CHANNELS}))])

    for change in (only, twice):
        run = fictitious()
        for table in ("summary", "monthly", "lead_times", "journeys"):
            run = but(run, table, change)
        FIGURES[figure]([run], "en").draw_without_rendering()


# ---------------------------------------------------------------------------------------------------------- small parts


def test_a_channel_keeps_its_colour_in_whatever_order_channels_come() -> None:
    assert colour_of(["tianjin", "changmanou", "dalian"], "dalian") == colour_of(list(CHANNELS), "dalian")
    assert len({colour_of(list(CHANNELS), channel) for channel in CHANNELS}) == 3


def test_labels_that_would_touch_move_apart_evenly() -> None:
    """By hand: 10 and 11 must be 5 apart, so each moves by 2; 0 and 30 stay."""
    assert spread([0, 10, 11, 30], 5) == pytest.approx([0, 8, 13, 30])


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=12).map(sorted), st.floats(0.1, 500))
def test_labels_never_touch_and_keep_their_middle(positions: list[float], gap: float) -> None:
    placed = spread(positions, gap)

    assert all(after - before >= gap - 1e-6 for before, after in itertools.pairwise(placed))
    assert sum(placed) == pytest.approx(sum(positions))


def test_close_stations_are_drawn_apart_in_their_order() -> None:
    drawn = heights(dict(ROUTE))

    assert list(drawn) == [place for place, _ in ROUTE]
    assert drawn["zabaikalsk"] - drawn["manzhouli"] == pytest.approx(0.045 * 9_800)
    assert drawn["schwarzheide"] == pytest.approx(9_800)


def test_numbers_are_written_with_separators_and_unknown_ones_as_a_dash() -> None:
    assert (count(10_246), tenths(1234.56), percent(0.123, "en", 1), percent(0.123, "zh")) == (
        "10,246",
        "1,234.6",
        "12.3 %",
        "12%",
    )
    assert {count(np.nan), tenths(np.nan), percent(np.nan, "zh")} == {"–"}
