"""Common luck, by name and by birth: box k of a market has the same fate in every scenario.

What is not connected, not used or never reached makes a difference of exactly 0.0, in each figure, each year and each
column of each box; here on the shipped scenario of 2020 and on random corridors (`test_compare.py` has the same of a
corridor where everything varies). What may differ is named to the figure.
"""

from __future__ import annotations

import shutil
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import border, departures, every, market, others, poisson, run, slots, train
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from test_corridors import corridors
from traces import corridor, merged

from sim.corridor.market import cumulative_teu
from sim.experiment.compare import Figure, Sample, compared
from sim.experiment.outcome import replicate
from sim.experiment.store import record_of
from sim.files import load, scenario_hash
from sim.files.reading import read_scenario_file
from sim.kpis import Key, Seen, measure_all
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Trace

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PLAIN = "2020-no-plan.yaml"
YEARS = 2

few = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
many = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@cache
def plain() -> Scenario:
    """The shipped scenario of 2020 without the plan."""
    return load(SCENARIOS / PLAIN)


def setting(*overrides: str) -> Scenario:
    return load(SCENARIOS / PLAIN, overrides=list(overrides))


def sample(plan: Scenario) -> Sample:
    """Every figure of the first years of a scenario."""
    done = [replicate(plan, number) for number in range(YEARS)]
    figures = dict.fromkeys((measure, *key) for outcome in done for measure, of in outcome.values.items() for key in of)
    return {
        figure: np.array([outcome.values[figure[0]].get(Key(*figure[1:]), np.nan) for outcome in done])
        for figure in figures
    }


@pytest.fixture(scope="module")
def base() -> Sample:
    return sample(plain())


def moved(base: Sample, other: Sample) -> set[Figure]:
    """The figures of the base of which the other scenario has another value in any year; it must have them all."""
    assert base.keys() <= other.keys()
    told = {pair.figure for pair in compared(base, [other])[0] if pair.difference.mean != 0.0 or not pair.unchanged}
    differing = {figure for figure in base if not np.array_equal(base[figure], other[figure], equal_nan=True)}
    assert told <= differing
    return differing


def fates(trace: Trace) -> dict[str, dict[str, np.ndarray]]:
    """Every column of the container table by market: chains and trains by name, for rows and codes may shift."""
    table, book = trace.containers, trace.book
    chain = np.array([*(f"{c.channel} {c.direction} {c.region}" for c in book.chains), "elsewhere"])
    rows = zip(trace.departures.service.tolist(), trace.departures.number.tolist(), strict=True)
    ran = np.array([*(f"{book.services[service].id}/{number}" for service, number in rows), "none"])
    found = {}
    for code, name in enumerate(book.markets):
        mine = table.market == code
        columns = {f.name: getattr(table, f.name)[..., mine] for f in fields(table) if f.name != "market"}
        columns |= {"chain": chain[columns["chain"]], "train": ran[columns["train"]]}
        legs = max((len(book.chains[k].services) for k in np.unique(table.chain[mine]) if k >= 0), default=0)
        found[name] = {key: column[:legs] if column.ndim == 2 else column for key, column in columns.items()}
    return found


def assert_the_same_fates(base: Trace, other: Trace) -> None:
    """All columns of all boxes of the markets of the base are bit-identical in the other trace."""
    theirs = fates(other)
    for name, columns in fates(base).items():
        for key, column in columns.items():
            np.testing.assert_array_equal(theirs[name][key], column, f"{name} {key}")


# --- what is not connected

STRANGER: dict[str, Any] = {
    "nodes": {
        "aa_home": {
            "type": "terminal",
            "name": "x",
            "yard_teu": 200,
            "yard_when_full": "turn_away",
            "handling": {"units": 1, "lift_min": {"exponential": 5.0}},
            "others": {"teu_per_year": 900.0, "stay_h": {"exponential": 50.0}},
            "export_clearance": {"time_h": {"exponential": 9.0}, "inspection_share": 0.2, "inspection_h": 20.0},
        },
        "nn_border": border(name="x") | slots(1, 5, others=others(0.05, 30)),
        "zz_port": {"type": "terminal", "name": "x"},
        "zz_away": {"type": "terminal", "name": "x"},
    },
    "lines": {
        "aa_line": {"name": "x", "km": 50.0, "run_h": {"exponential": 9.0}, "trains_at_once": 1},
        "zz_line": {"name": "x", "km": 50.0, "run_h": {"exponential": 9.0}},
        "zz_sea": {"name": "x", "km": 500.0, "run_h": {"exponential": 90.0}},
    },
    "services": {
        "aa_train": train("aa_home", "aa_line", "nn_border", "zz_line", "zz_port", capacity_teu=30, jitter_h=2.0)
        | {"timetable": {"every_h": 12.0}, "cancelled_share": 0.1},
        "zz_vessel": train("zz_port", "zz_sea", "zz_away", mode="vessel", capacity_teu=40)
        | {"timetable": {"every_h": 48.0}},
    },
    "channels": {
        "aa": {"name": "x", "outbound": {"away": {"services": ["aa_train", "zz_vessel"], "clear_at": "aa_home"}}}
    },
    "markets": {
        name: market(region="away", channels={"aa": 0.9}, share_40ft=0.5, year_cv=0.1, teu_per_year={"2020": 15000.0})
        for name in ("aa_market", "zz_market")
    },
    "disruptions": {
        "aa_works": {"name": "x", "at": ["nn_border"], "outage": {"up_h": {"exponential": 100.0}, "down_h": 10.0}}
    },
}
"""A channel of two legs with all that a channel can have; its names sort before, between and after those of others."""


@few
@given(corridors())
def test_boxes_do_not_notice_a_channel_that_shares_nothing_with_theirs(written: dict[str, Any]) -> None:
    alone, together = (simulate(Scenario.model_validate(world), 1) for world in (written, merged(written, STRANGER)))
    assert_the_same_fates(alone, together)
    for name, use in alone.uses.items():
        for column, values in vars(use).items():
            np.testing.assert_array_equal(getattr(together.uses[name], column), values, f"{name} {column}")


@pytest.fixture(scope="module")
def with_stranger(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """2020 without the plan, and that channel beside it, written as a planner would: in a file based on the other."""
    folder = tmp_path_factory.mktemp("scenarios")
    shutil.copytree(SCENARIOS / "parts", folder / "parts")
    for path in SCENARIOS.glob("*.yaml"):
        shutil.copy(path, folder)
    with (folder / "stranger.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump({"based_on": PLAIN, "provenance": "optional", **STRANGER}, file)
    return load(folder / "stranger.yaml")


def test_an_unconnected_channel_moves_no_figure_of_2020_but_sums_over_all_channels(
    base: Sample, with_stranger: Scenario
) -> None:
    other, channels, book = sample(with_stranger), plain().channels, simulate(plain(), 0).book
    assert other["carried_teu", "aa", "all", "all", "all"].min() > 10_000
    ours = {*book.place_names, *(resource.id for resource in book.resources)}
    differing = moved(base, other)
    assert {figure[1] for figure in differing} == {"all"}, "nothing of a channel of ours"
    assert not [figure for figure in differing if figure[4] in ours], "nothing of a place or resource of ours"
    pairs = [p for p in compared(base, [other])[0] if p.figure[1] in channels or p.figure[4] in ours]
    assert len(pairs) > 500
    assert {(pair.difference.mean, pair.difference.half_width) for pair in pairs} == {(0.0, 0.0)}


def test_no_box_of_2020_notices_an_unconnected_channel(with_stranger: Scenario) -> None:
    alone, together = simulate(plain(), 0), simulate(with_stranger, 0)
    assert len(together.containers) > len(alone.containers) + 10_000
    assert_the_same_fates(alone, together)


# --- what is never used or never reached


def utilised(place: str, channel: str = "all", direction: str = "all") -> Figure:
    return ("utilisation", channel, direction, "all", place)


CHANGE = "zabaikalsk.gauge_change.outbound"
UNREACHED: list[tuple[str, int, Figure]] = [
    ("nodes.xinglong.yard_teu", 3000, utilised("xinglong.yard")),
    ("nodes.xinglong.handling.units", 300, utilised("xinglong.handling")),
    ("nodes.zabaikalsk.outbound.gauge_change.slots", 60, utilised(CHANGE)),
    ("lines.changchun_manzhouli.trains_at_once", 60, utilised("changchun_manzhouli.track")),
    ("services.cmo_west.capacity_teu", 5000, utilised("cmo_west", "changmanou", "outbound")),
    ("services.dalian_korea_japan_out.capacity_teu", 5000, utilised("dalian_korea_japan_out", "dalian", "outbound")),
]
"""Where a capacity stands, one that is more than is ever needed, and the only figure that is a ratio to it."""


@pytest.mark.parametrize(("where", "enough", "ratio"), UNREACHED, ids=[where for where, *_ in UNREACHED])
def test_one_more_of_what_is_never_reached_moves_its_own_utilisation_and_nothing_else(
    where: str, enough: int, ratio: Figure
) -> None:
    plan, larger = setting(f"{where}={enough}"), setting(f"{where}={enough + 1}")
    few, more = sample(plan), sample(larger)
    peak = ("peak_use", "all", "all", "all", ratio[4])
    assert peak not in few or few[peak].max() < enough
    assert moved(few, more) == {ratio}
    np.testing.assert_allclose(more[ratio] * (enough + 1), few[ratio] * enough, rtol=1e-12)
    assert_the_same_fates(simulate(plan, 0), simulate(larger, 0))


def test_a_track_for_more_trains_than_there_are_is_as_good_as_no_limit(base: Sample) -> None:
    other = sample(setting("lines.changchun_manzhouli.trains_at_once=60"))
    assert moved(base, other) == set()
    assert {figure[4] for figure in other.keys() - base.keys()} == {"changchun_manzhouli.track"}


def test_where_trains_have_priorities_a_slot_that_nobody_needs_moves_only_its_utilisation() -> None:
    def plan(n: int) -> Scenario:
        change = slots(n, 5, order="priority", noise={"mean": 1.0, "cv": 0.3}, others=others(0.1, 20))
        stage = {"middle": change | {"name": "x"}}
        beyond = {"beyond": {"name": "x", "km": 300.0, "run_h": {"exponential": 9.0}}}
        route = {"out": {"route": ["home", "track", "middle", "beyond", "west"]}}
        return Scenario.model_validate(corridor(nodes=stage, lines=beyond, services=route))

    enough = sample(plan(20))
    assert 1 < enough["peak_use", "all", "all", "all", "middle.gauge_change.outbound"].max() < 20
    assert moved(enough, sample(plan(21))) == {utilised("middle.gauge_change.outbound")}


def test_a_yard_that_turns_away_but_never_does_is_as_good_with_one_more_slot_or_without_a_gate() -> None:
    """Without a gate a box takes its slot when it is lifted in, not when it comes: the use of the yard counts less."""

    def plan(**yard: Any) -> Scenario:
        handling = {"handling": {"units": 2, "lift_min": {"exponential": 4.0}}}
        return Scenario.model_validate(corridor(nodes={"home": handling | yard}))

    enough = sample(plan(yard_teu=5000, yard_when_full="turn_away"))
    assert enough["peak_use", "all", "all", "all", "home.yard"].max() < 5000
    assert moved(enough, sample(plan(yard_teu=5001, yard_when_full="turn_away"))) == {utilised("home.yard")}
    no_gate = sample(plan(yard_teu=5000))
    assert moved(enough, no_gate) == {utilised("home.yard"), ("peak_use", "all", "all", "all", "home.yard")}


# --- how it is written


def turned(value: Any) -> Any:
    """The same with the keys of every mapping in the opposite order."""
    return {key: turned(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


def test_keys_in_another_order_comments_crlf_and_a_byte_order_mark_give_the_same_bytes(tmp_path: Path) -> None:
    """`test_files_reading.py` has this for the hash of a small file; here the years that come out, to the last byte."""
    (tmp_path / "parts").mkdir()
    for name in ("2019.yaml", PLAIN, "parts/economy.yaml", "parts/policies.yaml"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(turned(read_scenario_file(SCENARIOS / name, []).plain()), file)
        text = "# a comment\n\n" + path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "  # and one more\r\n", 1).replace("\n", "\r\n").encode())
    other = load(tmp_path / PLAIN)
    assert scenario_hash(other) == scenario_hash(plain())
    assert record_of(replicate(other, 0)) == record_of(replicate(plain(), 0))


# --- a market stands by itself: other markets, and more of its own cargo


@cache
def fixed() -> Scenario:
    """That scenario with fixed shares: where shippers choose, a box is born without its channel."""
    return setting("choice.active=false")


BORN = ("number", "consignment", "teu", "chain", "inspected", "booked_h", "at_gate_h")
"""What is settled when a box is born."""


def without_hub_export() -> Scenario:
    return fixed().but(markets={name: one for name, one in fixed().markets.items() if name != "hub_export"})


def with_hub_export_in_two() -> Scenario:
    whole = fixed().markets["hub_export"]
    half = whole.but(teu_per_year={year: teu / 2 for year, teu in whole.teu_per_year.items()})
    rest = {name: one for name, one in fixed().markets.items() if name != "hub_export"}
    return fixed().but(markets={**rest, "hub_a": half, "zz_hub": half})


@pytest.mark.parametrize("changed", [without_hub_export, with_hub_export_in_two])
def test_boxes_are_born_the_same_whatever_becomes_of_another_market(changed: Any) -> None:
    """Trains and lifts are shared, so their ways differ; what is their own does not (times differ by rounding)."""
    before, after = fates(simulate(fixed(), 0)), fates(simulate(changed(), 0))
    kept = before.keys() & after.keys()
    assert len(kept) == len(fixed().markets) - 1
    for name in kept:
        for key in BORN:
            np.testing.assert_array_equal(after[name][key], before[name][key], f"{name} {key}")
        _assert_own_hours(before[name], after[name])


def _assert_own_hours(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> None:
    """Clearance before the first leg and after the last, and the last mile, of each box of which both are known."""
    n = len(before["number"])
    own = (("ready_h", "gated_in_h", 0), ("released_h", "unloaded_h", -1), ("delivered_h", "picked_up_h", 0))
    for end, begin, leg in own:
        ours, theirs = (
            np.atleast_2d(one[end])[leg][:n] - np.atleast_2d(one[begin])[leg][:n] for one in (before, after)
        )
        both = np.isfinite(ours) & np.isfinite(theirs)
        assert both.sum() > 0.5 * n
        np.testing.assert_allclose(theirs[both], ours[both], rtol=0, atol=1e-9)


@pytest.mark.parametrize("factor", [1.1, 3.0])
def test_more_cargo_leaves_box_k_what_it_is_and_books_it_when_as_much_has_been_offered(factor: float) -> None:
    """Arrivals invert the cumulative rate: consignment k comes when so many have been offered, so more demand
    brings it earlier (never thins it out), and appends others at the end.
    """
    spec = fixed().markets["hub_export"]
    larger = spec.but(teu_per_year={year: factor * teu for year, teu in spec.teu_per_year.items()})
    more = fixed().but(markets={**fixed().markets, "hub_export": larger})
    before, after = (fates(simulate(plan, 0))["hub_export"] for plan in (fixed(), more))
    n = len(before["number"])
    assert len(after["number"]) > n
    for key in ("number", "consignment", "teu", "chain", "inspected"):
        np.testing.assert_array_equal(after[key][:n], before[key], key)
    miles = [one["at_gate_h"][:n] - one["booked_h"][:n] for one in (before, after)]
    np.testing.assert_allclose(miles[1], miles[0], rtol=0, atol=1e-9)
    _assert_own_hours(before, after)
    assert (after["booked_h"][:n] <= before["booked_h"]).all()
    start, until_h = fixed().period.start, fixed().period.window[1]
    offered = [np.interp(one["booked_h"][:n], *cumulative_teu(m, start, until_h)) for one, m in
               ((before, spec), (after, larger))]  # fmt: skip
    np.testing.assert_allclose(offered[1], offered[0], rtol=1e-9)


# --- no demand, and another unit of time


def test_2020_without_any_demand_carries_nothing_and_ends() -> None:
    none = {name: one.but(teu_per_year=dict.fromkeys(one.teu_per_year, 0.0)) for name, one in plain().markets.items()}
    values = measure_all(Seen(simulate(plain().but(markets=none), 0)))
    for measure in ("carried_teu", "trains_run", "backlog_teu"):
        assert set(values[measure].values()) == {0.0}
    assert np.isnan(list(values["lead_time_days"].values())).all()


def by(factor: float) -> Trace:
    """A corridor with fixed bookings in which each duration is so many times as long, and each rate as low."""

    def law(mean: float) -> dict[str, float]:
        return {"exponential": factor * mean}

    home = {"handling": {"units": 2, "lift_min": {"low": factor * 2, "likely": factor * 4, "high": factor * 15}}}
    home |= {"export_clearance": {"time_h": law(5), "inspection_share": 0.2, "inspection_h": law(20)}}
    home |= {"others": {"teu_per_year": 3000 / factor, "stay_h": law(40)}}
    change = slots(1, 0, noise={"mean": 1.0, "cv": 0.3}, others=others(0.1 / factor, 20))
    change["outbound"]["gauge_change"] |= {"base_h": factor * 3.0, "per_container_h": factor * 0.05}
    change["outbound"]["checks_h"] = {"mean": factor * 6.0, "cv": 0.5}
    legs = train("a", "out", "g", "on", "b", capacity_teu=30, jitter_h=factor * 1.5, make_up_h=law(2))
    legs |= {"timetable": {"every_h": factor * 12.0}, "cancelled_share": 0.1, "minimum_teu": 5}
    outage = {"up_h": law(200), "down_h": {"low": factor * 3, "likely": factor * 9, "high": factor * 30}}
    cargo = {"boxes_per_consignment": {"low": 1, "likely": 2, "high": 6}, "share_40ft": 0.5, "first_mile_h": law(9)}
    return run(
        {"t": legs},
        {"m": every(factor * 2.0, factor * 1.0, **cargo)},
        days=int(factor) * 30,
        nodes={"a": home, "g": change},
        lines={"out": {"run_h": law(20)}, "on": {"run_h": {"mean": factor * 100.0, "cv": 0.4}}},
        disruptions={"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": "resume"}},
        clear_at="a",
    )


def test_sixteen_times_slower_gives_sixteen_times_the_hours_to_the_last_bit() -> None:
    """Sixteen is a power of two, so that the scaling itself rounds nothing."""
    once, slow = by(1.0), by(16.0)
    assert len(departures(once, "t").boxes) > 50
    for name in ("containers", "departures", "visits"):
        for f in fields(getattr(once, name)):
            fast, late = (getattr(getattr(trace, name), f.name) for trace in (once, slow))
            np.testing.assert_array_equal(late, fast * 16 if f.name.endswith("_h") else fast, f"{name}.{f.name}")


# --- more capacity in one queue that is first come first served: nobody waits longer, path by path


@st.composite
def queues(draw: st.DrawFn) -> dict[str, Any]:
    """Boxes for one train in a random corridor (no least load: a train cancelled for want of boxes is another rule)."""
    cargo = {"boxes_per_consignment": {"low": 1, "likely": 3, "high": 8}, "first_mile_h": {"exponential": 6.0}}
    cargo |= {"share_40ft": draw(st.floats(0, 1))}
    return {
        "capacity": draw(st.integers(2, 40)),
        "train": {
            "timetable": {"every_h": draw(st.floats(6, 60))},
            "cancelled_share": draw(st.sampled_from([0.0, 0.3])),
            "jitter_h": draw(st.sampled_from([0.0, 3.0])),
        },
        "market": poisson(draw(st.floats(0.05, 2)), **cargo),
        "seed": draw(st.integers(0, 2**32)),
    }


@many
@given(queues())
def test_with_trains_twice_as_long_no_box_waits_longer(drawn: dict[str, Any]) -> None:
    def hours(capacity: int) -> np.ndarray:
        services = {"t": train(**drawn["train"], capacity_teu=capacity)}
        trace = run(services, {"m": drawn["market"]}, days=20, seed=drawn["seed"])
        return trace.closed_h(0) - trace.containers.ready_h[0]

    short, long = hours(drawn["capacity"]), hours(2 * drawn["capacity"])
    taken = np.isfinite(short)
    assert np.isfinite(long[taken]).all()
    assert (long[taken] <= short[taken]).all()


@many
@given(queues(), st.integers(1, 3), st.sampled_from(["finish", "resume"]))
def test_with_twice_the_slots_no_train_waits_longer(drawn: dict[str, Any], n: int, when_closed: str) -> None:
    """First come first served, with the same arrivals and work (Kiefer & Wolfowitz 1955); outages do not change it."""

    def hours(servers: int) -> dict[float, float]:
        route = train("a", "out", "g", "on", "b", **drawn["train"], capacity_teu=drawn["capacity"])
        change = slots(servers, 4, per_container_h=0.1, noise={"mean": 1.0, "cv": 0.4}, others=others(0.2 * n, 20))
        outage = {"up_h": {"exponential": 90.0}, "down_h": {"exponential": 10.0}}
        stops = {"d": {"name": "d", "at": ["g"], "outage": outage, "when_closed": when_closed}}
        lines = {"out": {"run_h": {"exponential": 10.0}}}
        market = {"m": drawn["market"]}
        plan = {"days": 20, "seed": drawn["seed"], "nodes": {"g": change}, "lines": lines, "disruptions": stops}
        use = run({"t": route}, market, **plan).uses["g.gauge_change.outbound"]
        return dict(zip(use.asked_h.tolist(), (use.begun_h - use.asked_h).tolist(), strict=True))

    few, more = hours(n), hours(2 * n)
    assert few.keys() == more.keys()
    assert all(more[asked] <= waited for asked, waited in few.items())
