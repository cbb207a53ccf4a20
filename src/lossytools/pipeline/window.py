"""Work on many items in threads, in order, with few of them in memory."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def in_order(
    work: Callable[[T], R], items: Iterable[T], workers: int, ahead: int | None = None
) -> Iterator[R]:
    """Yield `work(item)` for each item in order, `workers` at a time; 0 for one a processor.

    At most `ahead` items are held, two for each worker where it is None, whatever their number. Items are
    drawn in the caller's thread, which does the work itself for one worker or one item. What `work` raises is
    raised here, and what waits is given up.
    """
    workers = workers or processors()
    items = iter(items)
    first = list(islice(items, 2))
    if workers == 1 or len(first) == 1:
        yield from map(work, chain(first, items))
        return
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="frame")
    try:
        for item in chain(first, items):
            waiting.append(pool.submit(work, item))
            if len(waiting) >= (ahead or 2 * workers):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
