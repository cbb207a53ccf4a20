"""Work spread over processes: results in order, memory bounded, a process that dies blamed on its one task.

Processes are spawned, never forked: a fork copies the locks of libraries that other threads hold.
"""

from __future__ import annotations

import multiprocessing
import warnings
from collections import deque
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from lossytools.errors import LossyToolsError
from lossytools.pipeline.held_signals import hold_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pebble import ProcessFuture

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 32  # tasks a process may be ahead of the slowest, whose result is waited for
_SPAWN = multiprocessing.get_context("spawn")


class _Broken(str):
    """Why a task has no result."""

    __slots__ = ()


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
    are needed, and at most some dozens of results wait. Raises LossyToolsError where no process starts.
    """
    _try_one()
    undrawn, waiting = iter(tasks), deque[tuple[T, "ProcessFuture[R | _Broken]"]]()
    pool = ProcessPool(workers, context=_SPAWN, initializer=_prepare)

    def draw(count: int) -> None:
        for task in islice(undrawn, count):
            waiting.append((task, pool.schedule(_attempt, (work, task), timeout=seconds)))

    try:
        with hold_signals():
            draw(_AHEAD * workers)
        while waiting:
            task, future = waiting.popleft()
            said = _outcome(future, seconds)
            yield lost(task, said) if isinstance(said, _Broken) else said
            draw(1)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _try_one() -> None:
    """Start a process that does nothing. Raises LossyToolsError: a pool would try for ever."""
    process = _SPAWN.Process(target=_prepare, daemon=True)
    with hold_signals():
        process.start()
    process.join()
    if process.exitcode:
        ended = _in_words(process.exitcode)
        raise LossyToolsError(f"no worker process starts, one ended with {ended}; try --workers 1")


def _prepare() -> None:
    """Make a new process ready for work."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")  # they quote values


def _attempt(work: Callable[[T], R], task: T) -> R | _Broken:
    try:
        return work(task)
    except Exception as error:  # noqa: BLE001  the edge of a worker; the words may quote values of the file
        return _Broken(f"{type(error).__name__} in the reader: please report it")


def _outcome(future: ProcessFuture[R | _Broken], seconds: float) -> R | _Broken:
    """Return the result of a task, or why it has none. Raises LossyToolsError if no more processes start."""
    try:
        return future.result()
    except TimeoutError:
        return _Broken(f"it took longer than {seconds:g} s")
    except ProcessExpired as error:
        return _Broken(f"the process that read it died of {_in_words(error.exitcode)}")
    except BrokenProcessPool as error:
        raise LossyToolsError(f"worker processes can no longer be started: {error}") from error


def _in_words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"status {code}"
