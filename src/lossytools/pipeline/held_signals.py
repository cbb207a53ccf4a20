"""Starting a process in peace: signals wait until it is whole."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def hold_signals() -> Iterator[None]:
    """Answer signals after a process has started: half started it cannot be ended, and dies talking.

    It begins deaf to Ctrl-C, which a terminal sends to every process; only the first one is to answer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are none of its business
        return
    caught: list[int] = []
    answers = {number: signal.getsignal(number) for number in _HELD}
    for number in answers:
        signal.signal(number, lambda sent, _frame: caught.append(sent))
    try:
        with _deaf_to_interrupts():
            yield
    finally:
        for number, answer in answers.items():
            signal.signal(number, answer)
        for sent in caught:
            signal.raise_signal(sent)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Block Ctrl-C in this thread, and so in the processes that it starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would let signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
