"""Files that share a SOP Instance UID: copies of one object, or two objects that nobody can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.batch.paths import Places
from lossytools.batch.reasons import REASONS
from lossytools.dicomio.content import digest_content
from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.schema import Entry

_SHARED = (
    "SELECT uid FROM objects WHERE uid <> '' AND state = 'pending'"
    " GROUP BY uid HAVING count(*) > 1 ORDER BY min(id)"
)


def settle_conflicts(ledger: Ledger, source: Path) -> None:
    """Keep the first of equal files, and neither of two that share a UID and differ (PS3.5 section 9)."""
    places = Places(source, ledger.job["log_paths"])
    for (uid,) in list(ledger.rows(_SHARED)):
        sharers = list(ledger.entries("uid = ? AND state = 'pending'", uid))
        contents = {_content(places, entry) for entry in sharers}
        with ledger.commit():
            if len(contents) == 1:
                for entry in sharers[1:]:
                    _leave(ledger, entry, "duplicate")
            else:
                for entry in sharers:
                    _leave(ledger, entry, "uid-conflict")


def settle_names(ledger: Ledger) -> None:
    """Copy what would become an instance that the archive holds already: it was compressed so before."""
    reason = "already-made"
    taken = "action = 'transcode' AND state = 'pending' AND new_uid IN (SELECT uid FROM objects)"
    why = {"reason": reason, "objection": reason, "says": REASONS[reason]}
    with ledger.commit():
        for entry in list(ledger.entries(taken)):
            ledger.move(entry, "pending", action="copy", new_uid="", **why)


def _content(places: Places, entry: Entry) -> str:
    """Return a digest of the object, one of its own where it cannot be read."""
    try:
        return digest_content(places.source(entry.path))
    except UnreadableSource:
        return f"unreadable {entry.id}"


def _leave(ledger: Ledger, entry: Entry, reason: str) -> None:
    ledger.move(entry, "skipped", reason=reason, says=REASONS[reason], action="skip", new_uid="")
