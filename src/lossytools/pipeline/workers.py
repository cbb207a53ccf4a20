"""Work spread over processes: results in order, memory bounded, a process that dies blamed on its one task.

Processes are spawned, never forked: a fork copies the locks of libraries that other threads hold.
"""

from __future__ import annotations

import math
import multiprocessing
import signal
import time
import warnings
from collections import deque
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from lossytools.errors import LossyToolsError
from lossytools.pipeline.held_signals import hold_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 16  # tasks handed to a process at once: a message costs about as much as a header
_WINDOW = 8  # chunks a process may be ahead of the slowest, whose results are waited for
_DYING = 5.0  # seconds
_FALSE_STARTS = 5  # processes that die before they are ready, until none is tried again
_SPAWN = multiprocessing.get_context("spawn")


class Broken(str):
    """Why a task has no result."""

    __slots__ = ()


def _serve(pipe: Connection, work: Callable[[T], R]) -> None:
    """Do what comes in, one answer a task, until the pipe is closed. Runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process answers for all
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")  # they quote values
    try:
        pipe.send(None)
        while True:
            for task in pipe.recv():
                pipe.send(_attempt(work, task))
    except (EOFError, OSError):
        return  # whoever asked is gone


def _attempt(work: Callable[[T], R], task: T) -> R | Broken:
    try:
        return work(task)
    except Exception as error:  # noqa: BLE001  the edge of a worker; the words may quote values of the file
        return Broken(f"{type(error).__name__} in the reader: please report it")


class Worker(Generic[T]):
    """A process, the pipe to it, and the tasks it has not answered, numbered; the first is at hand."""

    def __init__(self, work: Callable[[T], object]) -> None:
        """Start a process that does `work`."""
        self.pipe, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(theirs, work), daemon=True)
        self.tasks: deque[tuple[int, T]] = deque()
        self.ready = False
        self.since = time.monotonic()
        with hold_signals():
            self.process.start()
        theirs.close()

    def give(self, chunk: list[tuple[int, T]]) -> None:
        """Hand over tasks; one that is dead already is met when it is listened to, and no task is blamed."""
        self.tasks.extend(chunk)
        self.since = time.monotonic()
        try:
            self.pipe.send([task for _, task in chunk])
        except OSError:
            self.ready = False

    def hear(self) -> object:
        """Return what the process says. Raises EOFError where it is dead."""
        try:
            said = self.pipe.recv()
        except OSError as error:
            raise EOFError from error
        self.since = time.monotonic()
        return said

    def deadline(self, seconds: float) -> float:
        """Return when the task at hand has had its time; starting takes as long as it takes."""
        return self.since + seconds if self.ready else math.inf

    def end(self, grace: float = 0) -> str:
        """End the process, in `grace` seconds of its own accord, and return in words how it ended."""
        self.pipe.close()
        self.process.join(grace)
        self.process.kill()
        self.process.join()
        code = self.process.exitcode or 0
        return f"signal {-code}" if code < 0 else f"status {code}"


class _Crew(Generic[T, R]):
    """The processes at work, and the results that wait for their turn."""

    def __init__(
        self, work: Callable[[T], R], lost: Callable[[T, str], R], tasks: Iterable[T], seconds: float
    ) -> None:
        self.work, self.lost, self.seconds = work, lost, seconds
        self.tasks = enumerate(tasks)
        self.left: deque[list[tuple[int, T]]] = deque()  # what dead processes left undone
        self.staff: list[Worker[T]] = []
        self.done: dict[int, R] = {}
        self.turn = 0  # number of the next result to be yielded
        self.given = 0
        self.false_starts = 0

    def results(self, workers: int) -> Iterator[R]:
        """Yield a result for each task, in their order."""
        try:
            self.staff.extend(Worker(self.work) for _ in range(workers))
            while self._hand_out():
                self._listen()
                while self.turn in self.done:
                    yield self.done.pop(self.turn)
                    self.turn += 1
        finally:
            for worker in self.staff:
                worker.end()

    def _hand_out(self) -> bool:
        """Give tasks to whoever has none; return whether anybody has any."""
        for worker in self.staff:
            if not worker.tasks and (chunk := self._next_chunk()):
                worker.give(chunk)
        return any(worker.tasks for worker in self.staff)

    def _next_chunk(self) -> list[tuple[int, T]]:
        if self.left:
            return self.left.popleft()
        if self.given - self.turn >= _WINDOW * _CHUNK * len(self.staff):
            return []
        chunk = list(islice(self.tasks, _CHUNK))
        self.given += len(chunk)
        return chunk

    def _listen(self) -> None:
        """Wait until somebody answers, dies or has had its time."""
        busy = {worker.pipe: worker for worker in self.staff if worker.tasks}
        soonest = min(worker.deadline(self.seconds) for worker in busy.values()) - time.monotonic()
        for pipe in wait(list(busy), max(soonest, 0) if soonest < math.inf else None):
            self._hear(busy[cast("Connection", pipe)])
        for worker in busy.values():
            late = worker.deadline(self.seconds) < time.monotonic()
            if late and worker.tasks and worker in self.staff:
                self._replace(worker, f"it took longer than {self.seconds:g} s")

    def _hear(self, worker: Worker[T]) -> None:
        try:
            said = worker.hear()
        except EOFError:
            self._replace(worker, "")
            return
        if not worker.ready:
            worker.ready = True
            return
        number, task = worker.tasks.popleft()
        self.done[number] = self.lost(task, said) if isinstance(said, Broken) else cast("R", said)

    def _replace(self, worker: Worker[T], why: str) -> None:
        """Blame the task at hand for the end of a process; the others of its chunk go to the next one."""
        ended = worker.end(0 if why else _DYING)  # a pipe is closed a moment before its process is gone
        if worker.ready:
            number, task = worker.tasks.popleft()
            self.done[number] = self.lost(task, why or f"the process that read it died of {ended}")
        else:
            self.false_starts += 1
            if self.false_starts > _FALSE_STARTS:
                raise LossyToolsError(
                    f"no worker process starts, the last ended with {ended}; try --workers 1"
                )
        if worker.tasks:
            self.left.append(list(worker.tasks))
        self.staff[self.staff.index(worker)] = Worker(self.work)


def spread(
    work: Callable[[T], R],
    tasks: Iterable[T],
    lost: Callable[[T, str], R],
    *,
    workers: int,
    seconds: float,
) -> Iterator[R]:
    """Yield `work(task)` for each of `tasks`, in their order, done by `workers` processes.

    work: importable by name, as a spawned process needs it. lost: what stands for the result of a task
    whose process died, or took longer than `seconds` over it; its words say which. Tasks are drawn as they
    are needed, and at most some hundred results wait. Raises LossyToolsError where no process starts.
    """
    yield from _Crew(work, lost, tasks, seconds).results(workers)
