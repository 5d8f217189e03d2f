"""How long to warm up: series by hand, rules on made-up series, the command, its picture, and what a run warns of."""

from __future__ import annotations

import csv
import itertools
import json
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import boxes_at, every, market, others, poisson, run, scenario, slots, train, vessel
from commands import sim
from matplotlib.transforms import Bbox

from sim.experiment.findings import Findings, find
from sim.experiment.warm_up import changes_on, judged, longest_lead_time, warm_up
from sim.experiment.workers import Workers
from sim.figures import save
from sim.figures.style import styled
from sim.figures.warm_up import Start, draw
from sim.files import dump
from sim.kpis import Seen
from sim.kpis.warm_up import from_empty
from sim.telling.caveats import warnings
from sim.trace import Label

NAN = float("nan")
SLOW = {"out": {"run_h": 60.0}}
"""A train that is under way for two and a half days."""


# --- the series, by hand


def test_series_by_hand() -> None:
    """Boxes booked at 1 and 30; trains at 24, 48, …; 60 h under way: there at 84 (after 83 h) and 108 (after 78 h)."""
    trace = run({"t": train()}, {"m": every(29, 1, 30)}, lines=SLOW, days=6)
    daily = from_empty(Seen(trace))
    assert daily["c", "in_system"].tolist() == [1, 2, 2, 1, 0, 0]
    assert daily["c", "waiting"].tolist() == [1, 1, 0, 0, 0, 0]
    assert daily["c", "lead_time"] == pytest.approx([NAN, NAN, NAN, 83 / 24, 78 / 24, NAN], nan_ok=True)


def test_series_begin_at_the_empty_start_whatever_the_window() -> None:
    what = {"lines": SLOW, "services": {"t": train()}, "markets": {"m": every(29, 1, 30)}}
    whole = from_empty(Seen(run(**what, days=6)))
    cut = from_empty(Seen(run(**what, days=3, warm_up_days=3, first_day=date(2001, 1, 4))))
    for key in whole:
        np.testing.assert_array_equal(whole[key], cut[key])


def test_teu_are_counted_not_boxes() -> None:
    trace = run({"t": train()}, {"m": boxes_at(1, 2, share_40ft=1.0)}, lines=SLOW, days=2)
    assert from_empty(Seen(trace))["c", "in_system"].tolist() == [4, 4]


# --- the rules


def step(level: float, at: int, days: int = 300, replications: int = 10) -> np.ndarray:
    noise = np.random.default_rng(2).normal(0, 0.3, (replications, days))
    return level + noise - np.where(np.arange(days) < at, level, 0.0)


def test_an_empty_start_is_seen_by_both_rules() -> None:
    found = judged(("c", "in_system"), step(10, 40), 300, 14)
    assert found.reading == "emptiness"
    assert found.mser_days == 40
    assert found.settled_days == pytest.approx(40 + 14, abs=2)


def test_a_step_long_after_the_start_is_not_taken_for_emptiness() -> None:
    """Up to day 20 empty, then 10.3 until day 130, and 10 from there: both are within 5 % of the level that Welch has
    reached by day 34, long before MSER-5 cuts."""
    days = np.arange(300)
    series = np.where(days < 20, 0.0, np.where(days < 130, 10.3, 10.0)) + 0.1 * (-1.0) ** days
    found = judged(("c", "in_system"), series[None, :], 300, 14)
    assert found.reading == "other"
    assert found.mser_days == 130


def test_a_trend_is_not_decided() -> None:
    found = judged(("c", "in_system"), np.arange(300.0)[None, :], 300, 14)
    assert (found.reading, found.mser_days) == ("undecided", None)


def test_only_the_days_before_a_change_are_judged() -> None:
    series = np.where(np.arange(300) < 200, step(10, 20), 50.0)
    assert judged(("c", "in_system"), series, 300, 14).reading == "undecided"
    assert judged(("c", "in_system"), series, 200, 14).mser_days == 20


@pytest.mark.parametrize("empty", [np.zeros((3, 100)), np.full((3, 100), NAN)])
def test_a_channel_without_cargo_has_nothing_to_see(empty: np.ndarray) -> None:
    assert judged(("c", "waiting"), empty, 100, 14).reading == "no_cargo"


def test_the_longest_lead_time_is_that_of_the_slowest_channel_that_delivered() -> None:
    assert longest_lead_time({"a": 20.0, "b": 65.0, "c": NAN}) == ("b", 65.0)
    assert longest_lead_time({"a": NAN})[0] == ""
    assert np.isnan(longest_lead_time({})[1])


def test_changes_on_dates_are_found() -> None:
    """Counted from 1 January 2001, the start of the run."""
    plan = scenario(
        {
            "t": train(changes={"2001-03-01": {"capacity_teu": 50}}),
            "v": vessel(first_day="2001-01-11", last_day="2001-01-20"),
        },
        {"m": market(teu_per_year={"2001": 100.0, "2002": 200.0, "2003": 200.0})},
        days=900,
        disruptions={
            "d": {"name": "d", "at": ["b"], "closed": {"x": {"first_day": "2001-02-01", "last_day": "2001-02-10"}}}
        },
    )
    assert changes_on(plan) == [10, 20, 31, 41, 59, 365]


def test_a_steady_corridor_has_no_changes() -> None:
    assert changes_on(scenario({"t": train()}, {"m": poisson(1.0)}, days=365)) == []


# --- proposals


def steady(warm_up_days: int, days: int = 200, run_h: float = 240.0) -> Any:
    """A box every hour, a daily train, ten days under way: 95 % within 10 days and 22.5 h, which makes 32.8 days."""
    lines = {"out": {"run_h": run_h}}
    what = {"days": days, "warm_up_days": warm_up_days, "lines": lines, "first_day": date(2001, 4, 1)}
    return scenario({"t": train()}, {"m": every(1, 0.5)}, **what)


@pytest.mark.parametrize(("present", "enough"), [(33, True), (32, False)])
def test_three_lead_times_are_proposed_where_they_are_longer(present: int, enough: bool) -> None:
    found = warm_up(steady(present), 3)
    assert found.slowest == "c"
    assert found.p95_days == pytest.approx(10 + 22.5 / 24, abs=1e-9)
    assert (found.proposed, found.rule) == (33, "lead_time")
    assert found.long_enough is enough
    assert found.by_mser
    assert found.by_mser.mser_days in (10, 15)  # ten days fill the line: a batch, or a part of the next


def test_mser_is_proposed_where_it_sees_the_empty_start_for_longer() -> None:
    """A yard at the destination is entered at once, but the consignee lets boxes wait: 40 days for one in twenty-five.
    95 % are within a day or so, and the system fills for forty."""
    mile = {"last_mile_h": {"observed": [0.0] * 24 + [960.0]}}
    plan = scenario({"t": train()}, {"m": poisson(4.0, **mile)}, days=300, warm_up_days=5)
    found = warm_up(plan, 5)
    assert found.by_lead_time is not None
    assert found.by_lead_time < 10
    assert found.rule == "mser"
    assert found.proposed in (35, 40)


def test_where_nothing_is_delivered_nothing_is_proposed() -> None:
    found = warm_up(scenario({"t": train()}, days=100), 2)
    assert (found.proposed, found.rule, found.long_enough) == (None, None, None)


def test_the_number_of_jobs_does_not_matter() -> None:
    one, two = (warm_up(steady(20, days=60), 4, Workers(jobs)) for jobs in (1, 2))
    assert (one.proposed, one.p95_days) == (two.proposed, two.p95_days)
    for a, b in zip(one.series, two.series, strict=True):
        np.testing.assert_array_equal(a.mean, b.mean)


def test_one_long_run_is_judged_by_its_batches_and_several_by_their_means() -> None:
    plan = scenario({"t": train()}, {"m": poisson(1.0)}, days=365, warm_up_days=35, first_day=date(2001, 3, 1))
    found = warm_up(plan, 1)
    one = next(series for series in found.series if series.what == "in_system")
    level, serial = found.one_run(one) or pytest.fail("there is one run")
    days = one.mean[found.proposed : found.looked_at_days]
    batches = days[len(days) % 20 :].reshape(20, -1).mean(axis=1)
    assert level.mean == pytest.approx(batches.mean())
    assert level.half_width == pytest.approx(2.093024 * batches.std(ddof=1) / 20**0.5, rel=1e-6), "t of 19, 97.5 %"
    assert -1 <= serial.correlation <= 1
    assert warm_up(plan, 2).one_run(one) is None


# --- what a run warns of


def said(found: Findings) -> dict[str, list[str]]:
    return {lang: list(warnings(found, lang)) for lang in ("en", "zh")}  # type: ignore[arg-type]


@pytest.mark.parametrize(("present", "warns"), [(33, 0), (32, 1)])
def test_a_run_warns_if_its_warm_up_is_under_three_lead_times(present: int, warns: int) -> None:
    """Three lead times are 32.8 days."""
    told = said(find(steady(present, days=60), 3))
    assert [len([w for w in told["en"] if "under three lead times" in w]), len(told["zh"])] == [warns, warns]
    if warns:
        assert "32 days" in told["en"][0]
        assert "11 days, c" in told["en"][0]
        assert "32 天" in told["zh"][0]


def at_a_border(per_hour: float, **what: Any) -> Findings:
    """Ten boxes a train, a train when full, 1 h each at the one slot: the load of the border is a tenth of the rate."""
    service = train("a", "out", "g", "out2", "b", dispatch={"when_full": True}, capacity_teu=10)
    border = {"g": slots(1, 1.0)} | what
    return find(scenario({"t": service}, {"m": poisson(per_hour)}, days=40, warm_up_days=20, nodes=border), 2)


@pytest.mark.parametrize(("per_hour", "warns"), [(9.9, True), (8.5, False)])
def test_a_resource_above_ninety_five_per_cent_is_named(per_hour: float, warns: bool) -> None:
    told = said(at_a_border(per_hour))
    assert any("interval optimistic: g" in w and "%" in w for w in told["en"]) is warns
    assert any("区间偏乐观：g" in w and "%" in w for w in told["zh"]) is warns


def test_trains_that_leave_when_full_are_full_by_rule_and_no_cause_to_warn() -> None:
    told = said(at_a_border(5.0))["en"]
    assert not any("optimistic" in w for w in told)


@pytest.mark.parametrize(("room", "warns"), [(24, True), (40, False)])
def test_a_service_above_ninety_five_per_cent_is_named(room: int, warns: bool) -> None:
    """One box an hour, a train a day."""
    plan = scenario({"t": train(name="daily", capacity_teu=room)}, {"m": poisson(1.0)}, days=100, warm_up_days=100)
    told = said(find(plan, 2))
    assert any("interval optimistic: daily" in w for w in told["en"]) is warns
    assert any("区间偏乐观：daily" in w for w in told["zh"]) is warns


def test_a_busy_place_that_is_not_on_our_way_is_no_cause_to_warn() -> None:
    aside = {"outbound": {"gauge_change": {"slots": 1, "base_h": 1.0, "others": others(0.99)}}}
    plan = scenario(
        {"t": train()}, {"m": poisson(1.0)}, days=40, warm_up_days=20, nodes={"h": {"type": "border", **aside}}
    )
    found = find(plan, 2)
    assert max(found.estimate("utilisation", key).mean for key in found.keys("utilisation")) > 0.95
    assert not any("optimistic" in w for w in said(found)["en"])


# --- the command


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["sim"])
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "tiny.yaml").write_text(dump(steady(20, days=60)), encoding="utf-8")
    return Path("tiny.yaml")


def test_warmup_proposes_and_leaves_a_sealed_folder(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("warmup", plan, "-n", "3", "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "Proposed warm-up: 33 days, by three lead times." in out
    assert "Present warm-up: 20 days, too short by 13. Set period.warm_up_days to 33" in out
    folder = Path("results/tiny+warmup")
    assert str(folder) in out
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {
        "warmup.csv",
        "rules.csv",
        "scenario.yaml",
        "figures/warmup.png",
        "figures/warmup.svg",
    }
    assert (manifest["proposed_warm_up_days"], manifest["by"]) == (33, "lead_time")
    with (folder / "warmup.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 80
    assert (rows[0]["day"], rows[0]["date"]) == ("0", "2001-03-12")


def test_warmup_with_what_it_proposes_is_long_enough(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["-n", "3", "--jobs", "1", "--no-figures", "--out", "mine", "--set", "period.warm_up_days=33"]
    assert sim("warmup", plan, *words) == 0
    assert "Present warm-up: 33 days, long enough." in capsys.readouterr().out
    assert not Path("mine/figures").exists()
    assert sim("warmup", plan, *words, "-q") == 0  # into its own folder again
    assert capsys.readouterr().out == ""


def test_a_folder_that_an_interrupted_warmup_left_may_be_written_again(plan: Path) -> None:
    words = ["-n", "1", "--no-figures", "--out", "mine", "-q"]
    assert sim("warmup", plan, *words) == 0
    Path("mine/manifest.json").unlink()
    assert sim("warmup", plan, *words) == 0


def test_warmup_speaks_chinese(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("warmup", plan, "-n", "2", "--lang", "zh", "--no-figures") == 0
    out = capsys.readouterr().out
    assert "建议预热期：33 天" in out
    english = set(re.findall(r"[A-Za-z_.]{3,}", out)) - {"MSER", "Welch", "test", "results", "warmup", "tiny"}
    assert english == {"period.warm_up_days"}


def test_warmup_refuses_a_wrong_scenario(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("warmup", plan, "--set", "period.warm_up_day=3") == 2
    assert "warm_up_day" in capsys.readouterr().err


def test_warnings_stand_in_the_table_and_in_json(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("run", plan, "-n", "2", "--no-figures") == 0
    assert "the warm-up of 20 days is under three lead times" in capsys.readouterr().out
    assert sim("run", plan, "-n", "2", "--no-figures", "--json") == 0
    answers = json.loads(capsys.readouterr().out)
    assert "under three lead times" in answers["warnings"][0]
    assert "预热期 20 天" in answers["warnings_zh"][0]


# --- the picture

LABELS = {"x": Label("长满欧", "Chang-Man-Ou"), "y": Label("大连海铁联运", "Dalian sea-rail")}


def made_up(channels: tuple[str, ...] = ("x", "y"), days: int = 300) -> Start:
    rng, day = np.random.default_rng(4), np.arange(days)
    parts = []
    for channel, series in itertools.product(channels, ("in_system", "waiting", "lead_time")):
        level = 500 * (1 - np.exp(-day / 20))
        mean, welch = level + rng.normal(0, 30, days), level.copy()
        welch[-14:] = NAN
        parts.append(pd.DataFrame({"channel": channel, "series": series, "day": day, "mean": mean, "welch": welch}))
    return Start(pd.concat(parts), LABELS, date(2019, 6, 1), 10, 214, 167, "lead_time", 214, 14)


def test_the_picture_shows_the_table_the_cut_and_the_present_warm_up() -> None:
    start = made_up()
    figure = draw(start, "en")
    assert len(figure.axes) == 6
    table = start.daily[(start.daily["channel"] == "y") & (start.daily["series"] == "waiting")]
    pale, thick, present, _ = figure.axes[4].lines
    assert pale.get_ydata().tolist() == table["mean"].tolist()
    np.testing.assert_array_equal(thick.get_ydata(), table["welch"])
    assert list(present.get_xdata()) == [214, 214]
    (ground,) = figure.axes[4].patches
    assert (ground.get_x(), ground.get_width()) == (0, 167)
    assert figure.texts[0].get_text() == "167 days of warm-up will do: the present 214 are enough"


@pytest.mark.parametrize(
    ("proposed", "said"),
    [(300, "300 days of warm-up are needed: the present 214 are too few"), (None, "How long a warm-up is needed")],
)
def test_the_title_says_the_verdict(proposed: int | None, said: str) -> None:
    figure = draw(replace(made_up(), proposed=proposed, by="mser"), "en")
    assert figure.texts[0].get_text().startswith(said)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("proposed", "present"), [(167, 214), (214, 214), (3, 0), (290, 1), (700, 20)])
def test_no_text_is_cut_off_or_lies_on_another(lang: Any, proposed: int, present: int) -> None:
    figure = draw(replace(made_up(), proposed=proposed, present=present), lang)
    figure.set_dpi(150)
    figure.draw_without_rendering()
    with styled():
        texts = [
            t for t in figure.findobj(lambda one: hasattr(one, "get_text")) if t.get_visible() and t.get_text().strip()
        ]
        hidden = {id(k.label1) for a in figure.axes for k in a.xaxis.get_major_ticks() if not k.label1.get_visible()}
        boxes = [(t.get_text(), t.get_tightbbox()) for t in texts if id(t) not in hidden]
    for text, box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1, text
    for (one, box), (other, near) in itertools.combinations(boxes, 2):
        common = Bbox.intersection(box, near)
        assert common is None or min(common.width, common.height) < 3.0, (one, other)


def test_the_chinese_picture_has_no_latin_words() -> None:
    for text in draw(made_up(), "zh").findobj(lambda one: hasattr(one, "get_text")):
        assert not re.search("[A-Za-z]", text.get_text()), text.get_text()


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (save(draw(made_up(), "zh"), tmp_path / name, "warmup") for name in "ab")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize("channels", [(), ("x",), tuple("uvwxyz")])
def test_none_one_and_six_channels_can_be_drawn(channels: tuple[str, ...], tmp_path: Path) -> None:
    start = (
        made_up(channels) if channels else replace(made_up(), daily=made_up().daily[:0], replications=1, change=None)
    )
    save(draw(start, "en"), tmp_path, "warmup")


def test_a_series_of_unknown_values_says_so(tmp_path: Path) -> None:
    start = made_up(("x",))
    figure = draw(replace(start, daily=start.daily.assign(mean=NAN, welch=NAN)), "en")
    assert sum(text.get_text() == "no data" for axes in figure.axes for text in axes.texts) == 3
