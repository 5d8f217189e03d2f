"""Figures: what is drawn is what the tables say, in both languages, in bytes that do not change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.figures import FIGURES, BaselineFact, Run, render_all, save
from sim.trace import Label, Stage

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


def fictitious(name: Label = Label("2019 年", "2019"), year: int = 2019, factor: float = 1.0, seed: int = 1) -> Run:
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


def row(scenario: str, measure: str, channel: str, mean: float, **more: object) -> dict[str, object]:
    usual = {
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
            mean = mean / factor**3 if stage == Stage.QUEUE else mean
            rows.append(row(scenario, "stage_days", channel, mean, place=str(stage), unit="days"))
        total = sum(d / factor**3 if s == Stage.QUEUE else d for s, d in zip(Stage, days, strict=True))
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
    for channel, median, spread in (("changmanou", 18.3, 0.17), ("dalian", 11.4, 0.3), ("tianjin", 34.0, 0.2)):
        for way, slower in (("outbound", 1.0), ("inbound", 1.07)):
            days = np.percentile(rng.lognormal(np.log(median * slower / factor**0.5), spread, 4000), np.arange(1, 100))
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
