"""Random streams by name: what pairs two scenarios, and what must never change by accident."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.streams import Growing, Streams, stable_hash
from sim.variation import Always, Exponential, Replay

quick = settings(max_examples=50, deadline=None, derandomize=True)
NAMES = st.text(min_size=0, max_size=20)


# --- the hash of a name


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("border/manzhouli/check", "3e21f07b6df1693b"),
        ("", "e4a6a0577479b2b4"),
        ("长春", "ed34e0a79ea1832e"),
    ],
)
def test_hash_of_a_name_is_that_of_b2sum(name: str, digest: str) -> None:
    """From `printf NAME | b2sum -l 64` of GNU coreutils: BLAKE2b is no invention of ours."""
    assert f"{stable_hash(name):016x}" == digest


def test_names_that_differ_a_little_have_different_hashes() -> None:
    names = ["a", "a ", "a/", "A", "a/1", "a/10", "a/01", "é", "e\u0301"]
    assert len({stable_hash(name) for name in names}) == len(names)


# --- golden values: they move only if numpy, or we, change what a seed means


@pytest.mark.parametrize(
    ("seed", "replication", "name", "expected"),
    [
        (20200101, 0, "border/manzhouli/check", [0.641673520075827, 0.7824865514073228, 0.5377757305369104]),
        (20200101, 1, "border/manzhouli/check", [0.45613823951595955, 0.5836352505168545, 0.9751291189401787]),
        (5, 0, "market/长春/arrival", [0.24173548518011245, 0.7066889865275111, 0.5002891054907282]),
        (2**62, 29, "market/长春/arrival", [0.12643570314083985, 0.2404346839260666, 0.5107781424697185]),
    ],
)
def test_known_seeds_give_known_numbers(seed: int, replication: int, name: str, expected: list[float]) -> None:
    assert Streams(seed, replication).luck(name, 3).tolist() == expected


# --- each element stands by itself


@quick
@given(NAMES, st.integers(0, 300), st.integers(0, 300))
def test_more_elements_leave_the_first_ones_as_they_were(name: str, a: int, b: int) -> None:
    few, many = sorted((a, b))
    streams = Streams(7, 0)
    np.testing.assert_array_equal(streams.luck(name, few), streams.luck(name, many)[:few])


@quick
@given(NAMES, st.lists(NAMES, max_size=5))
def test_other_streams_move_nothing(name: str, others: list[str]) -> None:
    alone, in_company = Streams(7, 0), Streams(7, 0)
    for other in others:
        in_company.luck(other, 17)
        in_company.growing(other)[3]
    np.testing.assert_array_equal(in_company.luck(name, 5), alone.luck(name, 5))


def test_a_stream_can_be_asked_twice() -> None:
    streams = Streams(7, 0)
    np.testing.assert_array_equal(streams.luck("x", 5), streams.luck("x", 5))


def test_no_elements_is_an_empty_array() -> None:
    assert Streams(7, 0).luck("x", 0).shape == (0,)


def test_every_seed_replication_and_name_has_its_own_numbers() -> None:
    seeds, names = (0, 1, 5, 5 + 2**32, 2**32, 2**63 - 1), ("", "a", "b", "a/0", "0")
    firsts = [Streams(s, r).luck(name, 1)[0] for s, r, name in product(seeds, (0, 1, 2, 30), names)]
    assert len(set(firsts)) == len(firsts) == 6 * 4 * 5


def test_replication_zero_is_not_the_seed_alone() -> None:
    """numpy pads a seed with zeros: `SeedSequence([5])` is `SeedSequence([5, 0])`. So replication and name go into the
    spawn key, where (0,) and (0, 0) differ."""
    assert (
        np.random.SeedSequence([5]).generate_state(4).tolist()
        == np.random.SeedSequence([5, 0]).generate_state(4).tolist()
    )
    bare = np.random.Generator(np.random.PCG64(np.random.SeedSequence(5))).random(4)
    listed = np.random.Generator(np.random.PCG64(np.random.SeedSequence([5, 0, stable_hash("x")]))).random(4)
    ours = Streams(5, 0).luck("x", 4)
    assert not np.isin(ours, bare).any()
    assert not np.isin(ours, listed).any()


# --- it is luck


def test_luck_is_uniform() -> None:
    pooled = np.concatenate([Streams(seed, r).luck("x", 500) for seed in range(5) for r in range(10)])
    assert stats.kstest(pooled, "uniform").pvalue > 0.01


def test_streams_and_replications_are_uncorrelated() -> None:
    columns = [Streams(7, r).luck(name, 20_000) for r in (0, 1) for name in ("a", "b", "c")]
    limit = 4 / np.sqrt(20_000)
    for one, other in combinations(columns, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < limit


def test_luck_is_never_zero_or_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator may give exactly 0, of which an exponential has no logarithm to take."""

    class Unlucky:
        def __init__(self, bits: object) -> None:
            pass

        def random(self, n: int) -> np.ndarray:
            return np.zeros(n)

    monkeypatch.setattr(np.random, "Generator", Unlucky)
    luck = Streams(7, 0).luck("x", 3)
    assert (luck > 0).all()
    assert (luck < 1).all()


# --- things whose number is not known beforehand


@pytest.mark.parametrize("asked", [[0, 1, 2], [63, 64, 65], [500, 3, 127, 128, 129], [1000]])
def test_growing_gives_the_elements_of_the_stream_in_whatever_order_they_are_asked_for(asked: list[int]) -> None:
    streams = Streams(7, 2)
    growing, luck = streams.growing("x"), streams.luck("x", 2000)
    assert [growing[k] for k in asked] == [luck[k] for k in asked]


def test_growing_turns_luck_into_what_is_wanted() -> None:
    streams, what = Streams(7, 2), Exponential(exponential=3)
    growing, values = streams.growing("x", what.at), what.at(streams.luck("x", 400))
    assert [growing[k] for k in range(400)] == pytest.approx(values.tolist(), rel=1e-14)


def test_growing_replays_in_order_over_its_blocks() -> None:
    growing = Streams(7, 2).growing("x", Replay(replay=(1, 2, 3, 4, 5)).at)
    assert [growing[k] for k in range(200)] == [1 + k % 5 for k in range(200)]


def test_a_constant_draws_no_luck() -> None:
    class Unlucky(Streams):
        def luck(self, name: str, n: int) -> np.ndarray:
            raise AssertionError(name)

    five = Always(always=5)
    assert five.drawn(Unlucky(7, 0), "x", 3).tolist() == [5, 5, 5]
    assert five.by_number(Unlucky(7, 0), "x")[1000] == 5
    with pytest.raises(AssertionError):
        Exponential(exponential=5).drawn(Unlucky(7, 0), "x", 3)


def test_growing_draws_in_blocks_that_double() -> None:
    drawn: list[int] = []

    class Counted(Streams):
        def luck(self, name: str, n: int) -> np.ndarray:
            drawn.append(n)
            return super().luck(name, n)

    growing = Growing(Counted(7, 0), "x", lambda luck: luck)
    for k in range(1000):
        growing[k]
    assert drawn == [512, 1026]
