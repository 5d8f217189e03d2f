"""Many jobs side by side, through joblib: in processes of this machine, or on a Dask cluster. No job is lost.

A worker that dies (killed, out of memory) takes nothing with it but its own job, which is done again. Nobody says whose
fault a death was: after the second one jobs go one at a time, and a job that kills its worker three times is set aside.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sim.errors import CorridorError

Job = TypeVar("Job", bound=Hashable)
Result = TypeVar("Result")

ADDRESS = re.compile(r"[a-z]+://[^\s/:]+:[0-9]+")

TOGETHER = 2
"""Deaths after which jobs go one at a time."""

TRIES = 3
"""A job that kills its worker so many times, alone, is set aside."""

KEEPS_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_MMAP_THRESHOLD_": "268435456"}
"""So that glibc does not give the memory of a replication back to the system, only to ask for it again for the next.
Processes read it as they start."""

PARENT_LOOK_S = 1.0
"""How often a worker looks whether the process that wants its results is still alive, in seconds."""


class ClusterError(CorridorError):
    """The cluster cannot be reached, or what it needs is not installed."""


@dataclass(frozen=True)
class Workers:
    """Who does the jobs: so many processes of this machine (1: this very process), or a Dask scheduler at `cluster`."""

    jobs: int = 1
    cluster: str | None = None

    def results(
        self, work: Callable[..., Result], jobs: Mapping[Job, tuple[Any, ...]]
    ) -> Iterator[tuple[Job, Result | None]]:
        """`work(*arguments)` for each job, in any order, as they are done; None for one that was set aside.

        Raises what `work` raises, and ClusterError if there is no cluster at the address.
        """
        left, deaths = dict(jobs), 0
        with self._at_work():
            while left and deaths < TOGETHER:
                try:
                    with _closed(self._together(work, dict(left))) as running:
                        for job, result in running:
                            del left[job]
                            yield job, result
                except Exception as error:
                    if not _is_death(error):
                        raise
                    deaths += 1
            for job, arguments in left.items():
                yield job, self._alone(work, job, arguments)

    def dismiss(self) -> None:
        """Let the processes of this machine go, without waiting until they have: no more work will come."""
        if self.jobs > 1 and not self.cluster:
            _end_workers(kill=False)

    def _alone(self, work: Callable[..., Result], job: Job, arguments: tuple[Any, ...]) -> Result | None:
        for _ in range(TRIES):
            try:
                with _closed(self._together(work, {job: arguments})) as running:
                    return next(running)[1]
            except Exception as error:
                if not _is_death(error):
                    raise
        return None

    def _together(
        self, work: Callable[..., Result], jobs: Mapping[Job, tuple[Any, ...]]
    ) -> Generator[tuple[Job, Result], None, None]:
        if self.jobs == 1 and not self.cluster:
            return ((job, work(*arguments)) for job, arguments in jobs.items())
        from joblib import Parallel, delayed, parallel_config  # noqa: PLC0415  (slow, wanted only for several jobs)

        tasks = (delayed(_one)(work, job, arguments) for job, arguments in jobs.items())
        if self.cluster:
            parallel = Parallel(n_jobs=-1, return_as="generator_unordered")
        else:
            for name, value in KEEPS_MEMORY.items():
                os.environ.setdefault(name, value)
            with parallel_config(backend="loky", initializer=_serve_only, initargs=(os.getpid(),)):
                parallel = Parallel(n_jobs=max(self.jobs, 2), return_as="generator_unordered")
        return cast("Generator[tuple[Job, Result], None, None]", parallel(tasks))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """The cluster, if there is one, for as long as there is work. Who is interrupted stops the workers at once."""
        try:
            if self.cluster:
                with _cluster(self.cluster):
                    yield
            else:
                yield
        except (KeyboardInterrupt, GeneratorExit):
            if self.jobs > 1 and not self.cluster:
                _end_workers(kill=True)
            raise


@contextmanager
def _closed(running: Generator[Result, None, None]) -> Iterator[Generator[Result, None, None]]:
    """The generator, closed at the end; joblib warns of jobs that it then drops, which is what we want."""
    try:
        yield running
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            running.close()


def _one(work: Callable[..., Result], job: Job, arguments: tuple[Any, ...]) -> tuple[Job, Result]:
    return job, work(*arguments)


def _serve_only(parent: int) -> None:
    """Make this new process the worker of `parent`: the parent alone answers Ctrl-C, and none outlives it.

    Where a process keeps the number of a parent that is gone (Windows), workers end by themselves, later.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_S)
    os._exit(1)


def _end_workers(*, kill: bool) -> None:
    if "joblib" not in sys.modules:  # none were started
        return
    from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415  (as above)

    get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=kill)


def _is_death(error: Exception) -> bool:
    """Whether an error says that a worker died: `BrokenProcessPool` of loky, `KilledWorker` of Dask."""
    return any(kind.__name__ in {"BrokenProcessPool", "KilledWorker"} for kind in type(error).__mro__)


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    import asyncio  # noqa: PLC0415  (slow, and workers need none of it)

    try:
        from distributed import Client  # noqa: PLC0415  (an extra)
    except ImportError as error:
        message = "--cluster needs the package distributed: pip install 'freight-corridor-sim[distributed]'"
        raise ClusterError(message) from error
    from distributed.comm.core import CommClosedError  # noqa: PLC0415  (as above)
    from joblib import parallel_config  # noqa: PLC0415  (as above)

    if not ADDRESS.fullmatch(address):
        message = f"'{address}' is no address of a Dask scheduler: write such as tcp://10.0.0.5:8786"
        raise ClusterError(message)
    try:
        client = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        message = f"there is no Dask scheduler at {address}: {error}"
        raise ClusterError(message) from error
    try:
        with client, parallel_config(backend="dask", client=client):
            yield
    except (futures.CancelledError, asyncio.CancelledError, CommClosedError) as error:
        message = f"the Dask scheduler at {address} is gone. What was simulated is kept: start the run again."
        raise ClusterError(message) from error
