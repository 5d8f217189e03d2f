"""Targets: met, missed, or not to be told, by the share of years that reach them and by that of the draws."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from commands import sim
from scipy import stats

from sim.experiment.compare import Figure
from sim.experiment.uncertainty import spread
from sim.scenario import TargetSpec
from sim.statistics import Estimate, share_of
from sim.telling.economy import Reached, _drawn_share

BASE = Path(__file__).parent / "wrong" / "_small.yaml"
FIGURE: Figure = ("carried_teu", "all", "all", "all", "all")
WANTED = TargetSpec(measure="carried_teu", at_least=100, assurance=0.9)


def share(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 30)


MET, MISSED, OPEN = share(0.9, 1.0), share(0.5, 0.89), share(0.83, 1.0)


@pytest.mark.parametrize(
    ("years", "drawn", "verdict"),
    [
        (MET, None, "met"),
        (MISSED, None, "missed"),
        (OPEN, None, "open"),
        (share(0.89, 0.9), None, "open"),
        (MET, MET, "met"),
        (MET, OPEN, "open"),
        (OPEN, MET, "open"),
        (MET, MISSED, "missed"),
        (MISSED, MET, "missed"),
        (OPEN, MISSED, "missed"),
    ],
)
def test_a_target_is_met_only_if_both_shares_say_so_and_missed_if_either_does(
    years: Estimate, drawn: Estimate | None, verdict: str
) -> None:
    assert Reached("t", WANTED, years, drawn).verdict == verdict


def test_a_share_of_draws_is_that_of_the_years_that_they_make_likely() -> None:
    """Years of 100 ± 10, and as many draws that move them by +30 as by −30: half of all years reach 100.

    By Student's t with 29 degrees, 1 − t((100 − 130) / s) and 1 − t((100 − 70) / s), s = 10 · √(1 + 1/30).
    """
    years = np.tile([90.0, 110.0], 15) * 1.0
    years = 100 + 10 * (years - years.mean()) / years.std(ddof=1)
    draws = np.array([years[:2] + 30, years[:2] - 30] * 10)
    found = spread(FIGURE, draws, years)
    at_least, at_most = (
        _drawn_share(found, TargetSpec(measure="carried_teu", assurance=0.5, **{way: limit}))  # type: ignore[arg-type]
        for way, limit in (("at_least", 120.0), ("at_most", 120.0))
    )
    s = 10 * np.sqrt(1 + 1 / 30)
    by_hand = np.mean([1 - stats.t.cdf((120 - centre) / s, 29) for centre in (130.0, 70.0)])
    assert at_least
    assert at_most
    assert at_least.mean == pytest.approx(by_hand, abs=1e-6)
    assert at_most.mean == pytest.approx(1 - by_hand, abs=1e-6)
    assert at_least.n == 20
    assert at_least.low < by_hand < at_least.high


def test_a_share_of_whole_hits_has_the_interval_of_clopper_and_pearson_and_between_them_lies_between() -> None:
    theory = stats.binomtest(3, 10).proportion_ci(0.95, method="exact")
    assert (share_of(3, 10).low, share_of(3, 10).high) == pytest.approx((theory.low, theory.high))
    assert share_of(3, 10).low < share_of(3.5, 10).low < share_of(4, 10).low


# --- the command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.yaml").write_bytes(BASE.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, limit: float, assurance: float, *words: str) -> int:
    text = (
        f"based_on: small.yaml\ntargets: {{t: {{measure: carried_teu, at_least: {limit}, assurance: {assurance}}}}}\n"
    )
    text += "services: {west_out: {capacity_teu: {is: 100, grade: assumed, source: test, range: [90, 110]}}}\n"
    (folder / "wish.yaml").write_text(text, "utf-8")
    return sim("run", folder / "wish.yaml", "-n", "6", "-j", "1", "--no-figures", "--seed", "1", *words)


@pytest.mark.parametrize(
    ("limit", "assurance", "code", "told"),
    [(0, 0.5, 0, "MET"), (1e9, 0.5, 3, "MISSED"), (0, 0.99, 0, "CANNOT BE TOLD")],
)
def test_only_a_missed_target_is_a_failure(
    here: Path, capsys: pytest.CaptureFixture[str], limit: float, assurance: float, code: int, told: str
) -> None:
    """Six years of six: a lower bound of 0.05^(1/6) = 61 %, enough for 50 % and not for 99 %."""
    assert run(here, limit, assurance) == code
    said = capsys.readouterr().out
    assert f"of years: {told} (given the assumptions, " in said
    assert "inputs were not drawn for it" in said
    assert "A target is met if" in said
    assert code or "95 % 61 % – 100 %" in said


def test_in_chinese_and_as_data(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(here, 0, 0.99, "--lang", "zh") == 0
    assert re.search(r"保证率 99 %：无法断定（按假设值，6 个模拟年中 100 %", capsys.readouterr().out)
    assert run(here, 1e9, 0.5, "--json") == 3
    target = json.loads(capsys.readouterr().out)["targets"][0]
    assert (target["verdict"], target["share"], target["drawn_share"]) == ("missed", 0, None)


def test_with_draws_both_shares_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(here, 0, 0.5, "--uncertainty", "--draws", "10") == 0
    said = capsys.readouterr().out
    assert "with the inputs drawn, 100 % of years, 95 % 69 % – 100 % by 10 draws" in said  # .025^(1/10)
