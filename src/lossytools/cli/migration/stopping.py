"""A first signal asks a run to finish what is at work, a second one ends it at once."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.cli.console import hint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_OBEYED = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Stop:
    """Whether to stop. number: of the signal that asked for it, 0 for none."""

    number: int = 0

    def is_wanted(self) -> bool:
        """Return whether a signal came."""
        return bool(self.number)

    @property
    def status(self) -> int:
        """The exit status of a program that this signal ended."""
        return 128 + self.number


@contextmanager
def stop_gently() -> Iterator[Stop]:
    """Yield what knows whether a signal came; the second does what it did before."""
    stop = Stop()
    before = {number: signal.getsignal(number) for number in _OBEYED}

    def heard(number: int, _frame: FrameType | None) -> None:
        stop.number = number
        for each, answer in before.items():
            signal.signal(each, answer)
        hint("stopping: what is at work is finished first; once more stops at once")

    try:
        for number, answer in before.items():
            if answer is not signal.SIG_IGN:
                signal.signal(number, heard)
        yield stop
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
