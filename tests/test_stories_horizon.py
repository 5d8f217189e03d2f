"""At the end of a run, work in hand is noted in the same way by both kinds of pool."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.corridor.containers import Cargo
from sim.corridor.pool import FifoPool, Pool, PriorityPool
from sim.corridor.recursion import Availability
from sim.corridor.train import Train
from sim.corridor.world import Kind, Process, World, rank
from sim.streams import Streams


def served(kind: str, asks: list[float], until_h: float) -> list[tuple[float, float]]:
    """What one slot of 6 h has noted by `until_h` of trains that ask at these hours."""
    streams = Streams(1, 0)
    world = World(streams, Cargo([], [], [], streams), until_h)
    nobody = (np.empty(0), np.empty(0))
    pool: Pool
    always = Availability()
    pool = FifoPool(world, 1, always, nobody) if kind == "fifo" else PriorityPool(world, 1, always, nobody, (5, None))
    noted: list[tuple[float, float]] = []

    def life(number: int, at_h: float) -> Process:
        train = Train(number, number, rank(Kind.WORK, 1, number), 5, at_h, np.empty(0, dtype=np.int64), [], at_h)
        noted.append((yield from pool.serve(train, 6.0)))

    for number, at_h in enumerate(asks):
        world.clock.process(life(number, at_h))
    pool.open()
    world.clock.run(until=until_h)
    return noted


def test_work_begun_before_the_end_is_noted_though_it_ends_later() -> None:
    # 10 → 16, 20 → 26; the run ends at 24
    assert served("priority", [10.0, 20.0], 24.0) == [(10.0, 16.0), (20.0, 26.0)]
    assert served("fifo", [10.0, 20.0], 24.0) == [(10.0, 16.0), (20.0, 26.0)]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 40), min_size=1, max_size=12))
def test_what_has_begun_is_the_same_for_both_kinds(asks: list[float]) -> None:
    begun = [one for one in served("fifo", sorted(asks), 50.0) if one[0] < 50.0]
    np.testing.assert_allclose(served("priority", sorted(asks), 50.0), begun, rtol=1e-12)
