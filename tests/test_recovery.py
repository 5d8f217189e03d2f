"""How a corridor recovers: days and boxes by hand, the command, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import NO_CARGO, every, scenario, train
from commands import sim
from test_choice import choosing

from sim.experiment.recovery import (
    ALL,
    NothingDatedError,
    Recovery,
    Spell,
    Year,
    _steady_from,
    compared,
    dated,
    recovery,
)
from sim.kpis import BY_ID, Key, Seen
from sim.scenario import Scenario
from sim.simulate import simulate

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def shut(first: str = "2001-01-03", last: str = "2001-01-05") -> dict[str, Any]:
    """The line is shut, unless said from hour 48 to 120."""
    return {"shut": {"name": "shut", "at": ["out"], "closed": {"x": {"first_day": first, "last_day": last}}}}


def daily(**what: Any) -> Scenario:
    """A box a day at noon, a train each midnight, a day on the line; the line is shut from hour 48 to 120."""
    written = {"disruptions": shut()} | what
    return scenario({"t": train()}, {"m": every(24.0, 12.0)}, lines={"out": {"run_h": 24.0}}, days=30, **written)


def test_days_and_boxes_by_hand() -> None:
    """The trains of 48, 72 and 96 enter the line at 120: their boxes are there at 144 instead of 72, 96 and 120. So at
    the ends of days 3, 4 and 5 one, two and three boxes more are on the way, and from day 6 on none: the last day of
    the closure is day 4, and from one day after its end all is as without it.
    """
    found = recovery(daily(), [], 1)
    assert found.spell == Spell(2, 4)
    for channel in ("c", ALL):
        (year,) = found.years[channel]
        np.testing.assert_array_equal(year.extra_teu[:8], [0, 0, 0, 1, 2, 3, 0, 0])
        assert not year.extra_teu[8:].any()
        assert (year.cleared_days, year.normal_days) == (1.0, 1.0)
        assert (year.late_teu, year.late_days) == (3.0, 2.0)
        assert (year.away_teu, year.carried_teu) == (0.0, 0.0)
        assert found.worst(channel)[0] == 5


def test_what_is_not_over_before_the_end_of_the_run_says_so() -> None:
    long = {
        "shut": {"name": "s", "at": ["out"], "closed": {"x": {"first_day": "2001-01-03", "last_day": "2001-01-28"}}}
    }
    (year,) = recovery(daily(disruptions=long), [], 1).years["c"]
    assert np.isnan(year.cleared_days)
    assert np.isnan(year.normal_days)


def test_a_week_within_a_twentieth_is_normal() -> None:
    """100 TEU on the way without it: 5 more are normal, 6 are not; with fewer, shippers have not come back yet."""
    apart = np.array([0, 50, 40, 6, 5, 5, 5, 5, 5, 5, 5, -30, -30, *[-5] * 7, 0, 0], dtype=np.float64)
    assert _steady_from(apart, 100.0, Spell(0, 1)) == 2.0
    assert _steady_from(np.abs(apart), 100.0, Spell(0, 1)) == 2.0
    later = np.array([0, 50, 40, -30, -30, *[5] * 7], dtype=np.float64)
    assert _steady_from(later, 100.0, Spell(0, 1)) == 1.0
    assert _steady_from(np.abs(later), 100.0, Spell(0, 1)) == 3.0


def test_who_goes_another_way_is_counted_box_by_box() -> None:
    """TEU of ours without the jam that go by ship with it; the years are the same otherwise, so that it is at least
    what the trains carry less."""
    jam = {
        "jam": {
            "name": "jam",
            "at": ["out"],
            "closed": {"spring": {"first_day": "2001-04-11", "last_day": "2001-05-10"}},
        }
    }
    plan = choosing(disruptions=jam, lines={"out": {"run_h": 240.0, "trains_at_once": 15}})
    found = recovery(plan, ["jam"], 2)
    for number, year in enumerate(found.years["c"]):
        tables = [simulate(one, number).containers for one in (plan, plan.but(disruptions={}))]
        assert (tables[0].booked_h == tables[1].booked_h).all()
        gone = (tables[1].chain >= 0) & (tables[0].chain < 0)
        assert year.away_teu == tables[1].teu[gone].sum() > 0
        assert year.normal_days > year.cleared_days


def test_the_difference_of_what_is_carried_is_that_of_the_measure() -> None:
    plan = daily()
    seen = [Seen(simulate(one, 3)) for one in (plan, plan.but(disruptions={}))]
    year = compared(seen[0], seen[1], Spell(2, 4))["c"]
    both = [BY_ID["carried_teu"].of(one)[Key("c")] for one in seen]
    assert year.carried_teu == both[0] - both[1]


def test_more_cargo_is_paired_by_number() -> None:
    """Twice the cargo for ten days: boxes that both years have are compared; nobody is late, nobody goes elsewhere."""
    more = {
        "more": {
            "name": "more",
            "days": {"x": {"first_day": "2001-01-03", "last_day": "2001-01-12"}},
            "demand": {"m": 2},
        }
    }
    market = {**NO_CARGO, "teu_per_year": {"2001": 3650.0}}
    plan = scenario({"t": train()}, {"m": market}, lines={"out": {"run_h": 24.0}}, days=40, disruptions=more)
    (year,) = recovery(plan, [], 1).years["c"]
    assert year.extra_teu[3:12].mean() == pytest.approx(20, abs=8)
    assert (year.late_teu, year.away_teu) == (0.0, 0.0)
    assert year.carried_teu > 60


def test_what_has_no_days_is_refused() -> None:
    with pytest.raises(NothingDatedError, match="no disruption with days"):
        recovery(daily(disruptions={}), [], 1)
    with pytest.raises(NothingDatedError, match=r"no disruption 'shot' with days in its run\. There are: shut"):
        recovery(daily(), ["shot"], 1)
    outside = {
        "late": {"name": "l", "at": ["out"], "closed": {"x": {"first_day": "2003-01-03", "last_day": "2003-01-05"}}}
    }
    assert dated(daily(disruptions=outside)) == {}


def test_means_leave_out_years_that_did_not_come_to_it() -> None:
    nothing = np.zeros(3)
    years = [Year(1.0, nothing, days, np.nan, 0.0, np.nan, 0.0, 0.0) for days in (2.0, 4.0, np.nan)]
    plan = daily()
    found = Recovery(plan, recovery(plan, [], 1).book, ("shut",), Spell(0, 0), {"c": years, ALL: years})
    assert (found.estimate("c", "cleared_days").mean, found.estimate("c", "cleared_days").n) == (3.0, 2)
    assert found.estimate("c", "normal_days").n == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = SCENARIOS / "what-if" / "manzhouli-closed.yaml"
    assert sim("recovery", plan, "-n", "2", "--jobs", "1", "--lang", lang, "--out", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert {"en": "worked off", "zh": "消化完毕"}[lang] in said
    with (tmp_path / "out" / "recovery.csv").open(encoding="utf-8") as file:
        rows = {(row["channel"], row["figure"]): row for row in csv.DictReader(file)}
    assert float(rows["changmanou", "carried_teu"]["mean"]) < -500
    assert rows["changmanou", "worst_teu"]["date"].startswith("2020-0")
    assert (tmp_path / "out" / "figures" / "recovery.png").stat().st_size > 20_000
    assert (tmp_path / "out" / "manifest.json").exists()


def test_the_command_refuses_what_has_no_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sim("recovery", SCENARIOS / "2020.yaml", "--quiet", "--out", tmp_path / "out") == 2
    assert "no disruption with days" in capsys.readouterr().err
