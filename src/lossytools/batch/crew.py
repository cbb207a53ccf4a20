"""Worker processes that do one object each, with limits on time and memory, and exact blame.

What kills its worker, hangs it or eats its memory is told as the fault of that one object.
"""

from __future__ import annotations

import gc
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from lossytools.errors import LossyToolsError
from lossytools.pipeline.workers import Broken, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

T = TypeVar("T")
R = TypeVar("R")

_DYING = 5.0  # seconds in which a process whose pipe is closed is gone
_FALSE_STARTS = 5  # processes that die before they are ready, until none is tried again
_OBJECTS = 20_000  # new objects after which Python looks for garbage


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a task has no result. reason: as in `lossytools.batch.reasons`."""

    reason: str
    says: str


@dataclass(frozen=True, slots=True)
class Limited(Generic[T, R]):
    """Work done within limits. memory: bytes of address space a process may have, 0 for no limit."""

    work: Callable[[T], R]
    memory: int

    def __call__(self, task: T) -> R | Lost:
        """Return the result, or that memory was too little."""
        _limit(self.memory)
        try:
            return self.work(task)
        except MemoryError:
            gc.collect()
            return Lost("memory", f"needs more than {self.memory >> 20} MiB of memory")


def _limit(memory: int) -> None:
    """Limit this process, which leaves no core dump either: it would hold a patient's image."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # sent to all of a group; the driver answers for all
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory if most == resource.RLIM_INFINITY else min(memory, most)
    if memory and resource.getrlimit(resource.RLIMIT_AS)[0] != wanted:
        gc.set_threshold(_OBJECTS)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))


class Staff(Protocol[T, R]):
    """Whoever takes tasks and gives results, on this machine or on many."""

    def __len__(self) -> int:
        """Return how many tasks are being worked on."""
        ...

    @property
    def free(self) -> int:
        """How many more tasks can be given."""
        ...

    def give(self, task: T) -> None:
        """Hand over a task."""
        ...

    def hear(self, timeout: float) -> list[tuple[T, R | Lost]]:
        """Return what was finished, or is lost, within `timeout` seconds."""
        ...

    def close(self) -> None:
        """End the work, whatever is not done."""
        ...


class Crew(Generic[T, R]):
    """Processes that take one task each. Use `give` while `free`, and `hear` for what is done."""

    def __init__(self, work: Callable[[T], R], workers: int, seconds: float, memory: int) -> None:
        """Start the processes. seconds: that one task may take. memory: in bytes, 0 for no limit."""
        self._work = Limited(work, memory)
        self._seconds = seconds
        self._false_starts = 0
        self._staff: list[Worker[T]] = []
        self._staff.extend(Worker(self._work) for _ in range(workers))

    def __len__(self) -> int:
        """Return how many tasks are being worked on."""
        return sum(bool(worker.tasks) for worker in self._staff)

    @property
    def free(self) -> int:
        """How many processes have nothing to do."""
        return len(self._staff) - len(self)

    def processes(self) -> list[int]:
        """Return the numbers of the processes, for whoever watches them."""
        return [worker.process.pid for worker in self._staff if worker.process.pid is not None]

    def give(self, task: T) -> None:
        """Hand a task to a process that has none."""
        worker = next(worker for worker in self._staff if not worker.tasks)
        worker.give([(0, task)])

    def hear(self, timeout: float) -> list[tuple[T, R | Lost]]:
        """Return what was finished, or is lost, within `timeout` seconds; [] for nothing.

        Raises LossyToolsError where no process starts.
        """
        busy = {worker.pipe: worker for worker in self._staff if worker.tasks}
        now = time.monotonic()
        soonest = min([now + timeout, *(worker.deadline(self._seconds) for worker in busy.values())])
        done: list[tuple[T, R | Lost]] = []
        for pipe in wait(list(busy), max(soonest - now, 0)):
            done.extend(self._answer(busy[cast("Connection", pipe)]))
        for worker in busy.values():
            if worker in self._staff and worker.tasks and worker.deadline(self._seconds) < time.monotonic():
                _, task = worker.tasks[0]
                self._replace(worker, 0)
                done.append((task, Lost("too-slow", f"took longer than {self._seconds:g} s")))
        return done

    def _answer(self, worker: Worker[T]) -> list[tuple[T, R | Lost]]:
        try:
            said = worker.hear()
        except EOFError:
            return self._bury(worker)
        if not worker.ready:
            worker.ready = True
            return []
        _, task = worker.tasks.popleft()
        if isinstance(said, Broken):
            memory = said.startswith(MemoryError.__name__)
            return [(task, Lost("memory" if memory else "killed", str(said)))]
        return [(task, cast("R | Lost", said))]

    def _bury(self, worker: Worker[T]) -> list[tuple[T, R | Lost]]:
        """Replace a process that is dead; its task is to blame, unless the process never began."""
        _, task = worker.tasks[0]
        if worker.ready:
            ended = self._replace(worker, _DYING)
            return [(task, Lost("killed", f"its worker died of {ended}"))]
        self._false_starts += 1
        ended = self._replace(worker, _DYING)
        if self._false_starts > _FALSE_STARTS:
            raise LossyToolsError(f"no worker process starts, the last ended with {ended}")
        self.give(task)
        return []

    def _replace(self, worker: Worker[T], grace: float) -> str:
        ended = _named(worker.end(grace))
        self._staff[self._staff.index(worker)] = Worker(self._work)
        return ended

    def close(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._staff:
            worker.end()


def _named(ended: str) -> str:
    """Return how a process ended with the name of the signal.

    >>> _named("signal 11"), _named("status 3")
    ('SIGSEGV', 'status 3')
    """
    kind, _, number = ended.partition(" ")
    if kind != "signal":
        return ended
    try:
        return signal.Signals(int(number)).name
    except ValueError:
        return ended
