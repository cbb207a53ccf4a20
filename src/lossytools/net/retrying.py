"""Try again what may pass: a lost connection, an archive that is busy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from lossytools.net.failures import EndFailed, EndLost

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.net.end import Patience

T = TypeVar("T")
_LONGEST_PAUSE = 30.0  # seconds


def persist(action: Callable[[], T], patience: Patience) -> T:
    """Return what `action` returns, called up to `patience.attempts` times, with growing pauses between.

    Raises what it raises at last; whatever is neither EndLost nor EndFailed at once.
    """
    for attempt in range(1, patience.attempts):
        try:
            return action()
        except (EndLost, EndFailed):
            time.sleep(min(patience.pause_s * 2 ** (attempt - 1), _LONGEST_PAUSE))
    return action()
