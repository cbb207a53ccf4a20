"""Move the originals of verified objects into a quarantine folder, and back; nothing is ever deleted.

A list beside them, written before each move, tells where everything belongs, also without a ledger.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from lossytools.batch.copying import digest_file
from lossytools.dicomio.publishing import disk_errors, sync_folder
from lossytools.errors import DestinationError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.schema import Entry

UNDO_LIST = "undo-list.jsonl"
_WHOLE_STUDIES = (
    "state = 'verified' AND twin = 0 AND study NOT IN (SELECT study FROM objects WHERE study <> ''"
    " AND state NOT IN ('verified', 'retired') AND reason NOT IN ('rule', 'duplicate', 'nothing-to-follow'))"
)


def retirable(ledger: Ledger) -> list[Entry]:
    """Return the objects whose originals may go: verified, with everything of their study."""
    return list(ledger.entries(_WHOLE_STUDIES))


def retire(ledger: Ledger, places: Places, quarantine: Path, told: Callable[[Entry, str], None]) -> int:
    """Move originals to `quarantine`, on the file system of the archive; return how many.

    told: is called with each object and what kept its original where it is, "" for nothing. An original that
    is not the file that was migrated stays. Raises DestinationError.
    """
    moved = 0
    with disk_errors(quarantine):
        quarantine.mkdir(parents=True, exist_ok=True)
        if quarantine.stat().st_dev != places.root.stat().st_dev:
            raise DestinationError(
                f"{quarantine}: lies on another file system than the archive; moving there would mean to"
                " copy and to delete: name a folder beside the archive"
            )
        for entry in retirable(ledger):
            relative = places.relative(entry.path)
            here, there = places.root / relative, quarantine / relative
            fault = _fault_of(entry, here, there)
            if not fault:
                _note(quarantine, relative, entry)
                _move(here, there)
                with ledger.commit():
                    entry = ledger.move(entry, "retired")  # noqa: PLW2901  where it stands now
                moved += 1
            told(entry, fault)
    return moved


def roll_back(ledger: Ledger, places: Places, quarantine: Path, told: Callable[[Entry, str], None]) -> int:
    """Move every original back to where it was; return how many. Raises DestinationError."""
    moved = 0
    with disk_errors(places.root):
        for entry in list(ledger.entries("state = 'retired'")):
            relative = places.relative(entry.path)
            here, there = places.root / relative, quarantine / relative
            fault = _fault_of(entry, there, here)
            if not fault:
                _move(there, here)
                with ledger.commit():
                    entry = ledger.move(entry, "verified")  # noqa: PLW2901  where it stands now
                moved += 1
            told(entry, fault)
    return moved


def _fault_of(entry: Entry, start: Path, end: Path) -> str:
    """Return in words why a file is not moved; "" if it may be, or was by a run that was killed."""
    try:
        if end.exists() or end.is_symlink():
            if not end.is_file() or digest_file(end) != entry.source_sha256:
                return "another file stands where it would be moved to"
            if start.exists() and not start.samefile(end):
                return "another file stands in its place, beside the one that was moved already"
            return ""
        if digest_file(start) != entry.source_sha256:
            return "the file is not the one that was migrated"
    except SourceError:
        return "the file is not there, or cannot be read"
    return ""


def _move(start: Path, end: Path) -> None:
    """Move a file on one file system, so that at every moment it has one of its names at least."""
    end.parent.mkdir(parents=True, exist_ok=True)
    if not end.exists():
        os.link(start, end)
    sync_folder(end.parent)
    start.unlink(missing_ok=True)
    if start.parent.is_dir():
        sync_folder(start.parent)


def _note(quarantine: Path, relative: str, entry: Entry) -> None:
    """Write down where a file belongs, before it is moved."""
    line = json.dumps({"path": relative, "sha256": entry.source_sha256, "size": entry.size}) + "\n"
    with (quarantine / UNDO_LIST).open("ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
