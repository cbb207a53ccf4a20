"""Where the command line starts, and how it ends when it is told to."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import warnings
from typing import TYPE_CHECKING

from lossytools.cli.exits import DESTINATION
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from types import FrameType

_OBJECTS = 20_000
"""New objects after which Python looks for garbage. A start makes ten times as many, and they stay: looking
through them every 700 took a tenth of it."""
_OBEYED = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """A signal asked for the end; raised so that every `finally` removes its temporaries."""


def main() -> None:
    """Run the command line and exit with a status of `lossytools.cli.exits`."""
    obey_signals()
    gc.set_threshold(_OBJECTS)
    # pydicom quotes values it finds odd, and they may be a patient's; the audit says what matters here.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")
    try:
        root(prog_name="lossytools")
    except OSError as error:  # all others have their own words; what is left is where results are written to
        with contextlib.suppress(OSError):
            print(f"lossytools: results cannot be written: {error.strerror}", file=sys.stderr)
        sys.exit(DESTINATION)
    except Stopped as stop:
        number = stop.args[0]
        print(f"lossytools: stopped by {signal.Signals(number).name}", file=sys.stderr)
        sys.exit(128 + number)


def obey_signals() -> None:
    """Turn SIGINT and SIGTERM into `Stopped`, except one that whoever started us has switched off."""
    for number in _OBEYED:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    # A second signal would break into the clearing up that the first one started.
    for each in _OBEYED:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
