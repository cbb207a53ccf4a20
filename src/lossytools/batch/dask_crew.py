"""Workers on many machines: Dask carries chunks of objects to where each runs in a process of its own.

The same limits and the same blame hold as on one machine, since every chunk goes through a `Crew` there. Only
the driver writes the ledger; archive and destination have to be reachable under the same paths everywhere.
"""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

from lossytools.batch.crew import Crew, Lost
from lossytools.batch.working import Worked, WorkTask, work
from lossytools.errors import LibraryMissing, LossyToolsError
from lossytools.libraries import require

if TYPE_CHECKING:
    from lossytools.batch.running import RunOptions

_CHUNK = 20  # objects: a message and the start of a process cost as much as a small object
_AHEAD = 2  # chunks that wait at each thread of the cluster
_START = 60.0  # seconds in which a process has started

Pair = tuple[WorkTask, "Worked | Lost"]


def do_chunk(tasks: list[WorkTask], seconds: float, memory: int) -> list[Pair]:
    """Do some objects one after the other, each in a process apart from this one. Runs at a Dask worker.

    Raises LossyToolsError where this process may have no others.
    """
    if multiprocessing.current_process().daemon:
        raise LossyToolsError(
            "Dask workers that are daemons cannot start processes: start them with --no-nanny, or set"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False where they start"
        )
    crew = Crew[WorkTask, Worked](work, 1, seconds, memory)
    done: list[Pair] = []
    try:
        for task in tasks:
            crew.give(task)
            while len(crew):
                done.extend(crew.hear(_START))
    finally:
        crew.close()
    return done


class DaskCrew:
    """The workers of a Dask cluster, used as those of one machine are."""

    def __init__(self, options: RunOptions, scheduler: str) -> None:
        """Connect. scheduler: address such as "tcp://host:8786", "" for a cluster on this machine.

        Raises LibraryMissing without Dask, LossyToolsError where nobody answers.
        """
        self._options = options
        self._distributed = require("distributed", "lossytools[dask]", LibraryMissing)
        self._cluster, self._client = self._connect(scheduler)
        self._waiting: list[WorkTask] = []
        self._chunks: dict[Any, list[WorkTask]] = {}

    def _connect(self, scheduler: str) -> tuple[Any, Any]:
        if scheduler:
            try:
                return None, self._distributed.Client(scheduler, timeout=_START / 2)
            except OSError as error:
                raise LossyToolsError(f"no Dask scheduler answers at {scheduler}: {error}") from error
        cluster = self._distributed.LocalCluster(
            n_workers=self._options.workers, threads_per_worker=1, processes=False, dashboard_address=None
        )
        return cluster, self._distributed.Client(cluster)

    def __len__(self) -> int:
        """Return how many tasks are being worked on."""
        return len(self._waiting) + sum(map(len, self._chunks.values()))

    @property
    def free(self) -> int:
        """How many more tasks keep the cluster busy."""
        threads = sum(self._client.nthreads().values()) or 1
        return max(threads * _AHEAD * _CHUNK - len(self), 0)

    def give(self, task: WorkTask) -> None:
        """Put a task into the next chunk."""
        self._waiting.append(task)
        if len(self._waiting) == _CHUNK:
            self._send()

    def _send(self) -> None:
        chunk, self._waiting = self._waiting, []
        options = self._options
        # Not pure: the same objects are done again after a failure. No retries: the driver decides them.
        future = self._client.submit(do_chunk, chunk, options.seconds, options.memory, pure=False, retries=0)
        self._chunks[future] = chunk

    def hear(self, timeout: float) -> list[Pair]:
        """Return what was finished, or is lost with its worker, within `timeout` seconds."""
        if self._waiting:
            self._send()
        if not self._chunks:
            return []
        try:
            done, _ = self._distributed.wait(
                list(self._chunks), timeout=timeout, return_when="FIRST_COMPLETED"
            )
        except TimeoutError:
            return []
        return [pair for future in done for pair in self._results(future)]

    def _results(self, future: Any) -> list[Pair]:
        chunk = self._chunks.pop(future)
        if future.status == "finished":
            result: list[Pair] = future.result()
            return result
        error = future.exception()
        if isinstance(error, LossyToolsError):
            raise error
        lost = Lost("killed", f"its Dask worker is gone: {type(error).__name__}")
        return [(task, lost) for task in chunk]

    def close(self) -> None:
        """Give up what is not done, and disconnect."""
        self._client.cancel(list(self._chunks))
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
