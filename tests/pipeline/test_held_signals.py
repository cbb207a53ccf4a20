"""A signal that comes while a process starts is answered afterwards."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from lossytools.pipeline.held_signals import hold_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")


def test_a_signal_waits_for_the_end_and_is_answered_by_who_answered_before() -> None:
    answered: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda *_: answered.append("answered"))
    try:
        with hold_signals():
            signal.raise_signal(signal.SIGTERM)
            answered.append("started")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert answered == ["started", "answered"]


def test_interrupts_are_blocked_for_the_process_and_no_longer_after() -> None:
    with hold_signals():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_another_thread_leaves_signals_alone() -> None:
    seen: list[object] = []

    def look() -> None:
        with hold_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]
