"""Exit statuses: one table, from what lossytools raises to what a shell sees."""

from __future__ import annotations

from lossytools.errors import (
    CodecMissing,
    DestinationError,
    LedgerInUse,
    LibraryMissing,
    LossyToolsError,
    NetError,
    TargetExists,
    TargetUnreachable,
    UnreadableSource,
)

DONE = 0
FOUND_OR_FAILED = 1
WRONG_USAGE = 2
UNREADABLE = 3
CODEC_MISSING = 4
TARGET_UNREACHABLE = 5
DESTINATION = 7
LEDGER_IN_USE = 11
INTERRUPTED = 130
TERMINATED = 143

STATUSES = {
    DONE: "done",
    FOUND_OR_FAILED: "findings, or the object was refused or failed",
    WRONG_USAGE: "wrong usage",
    UNREADABLE: "a source is unreadable",
    CODEC_MISSING: "a library is missing, as a codec's",
    TARGET_UNREACHABLE: "no setting of the codec keeps what was asked for",
    DESTINATION: "the destination is full, read-only or gone, or an archive on the network is",
    LEDGER_IN_USE: "another run works on the ledger",
    INTERRUPTED: "stopped by SIGINT",
    TERMINATED: "stopped by SIGTERM",
}
"""Every status of every verb with its meaning; `docs/interface.md` promises them."""

_BY_ERROR: tuple[tuple[type[Exception], int], ...] = (
    (ValueError, WRONG_USAGE),  # a codec, a recipe or an address that cannot be understood
    (LedgerInUse, LEDGER_IN_USE),
    (TargetUnreachable, TARGET_UNREACHABLE),
    (UnreadableSource, UNREADABLE),
    (CodecMissing, CODEC_MISSING),
    (LibraryMissing, CODEC_MISSING),
    (TargetExists, FOUND_OR_FAILED),  # before its parent
    (DestinationError, DESTINATION),
    (NetError, DESTINATION),
    (LossyToolsError, FOUND_OR_FAILED),
)


def status_of(error: LossyToolsError) -> int:
    """Return the exit status that `error` ends a verb with: that of the first row it belongs to."""
    return next(status for kind, status in _BY_ERROR if isinstance(error, kind))
