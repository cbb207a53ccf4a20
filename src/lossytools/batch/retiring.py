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
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.schema import Entry

UNDO_LIST = "undo-list.jsonl"
_WHOLE_STUDIES = (
    "SELECT id FROM objects WHERE state = 'verified' AND twin = 0 AND action <> 'directory' AND study NOT IN"
    " (SELECT study FROM objects WHERE study <> '' AND state NOT IN ('verified', 'retired')"
    " AND reason NOT IN ('rule', 'duplicate', 'nothing-to-follow')) ORDER BY id"
)
"""DICOMDIRs stay: they name files that may stay as well."""
_UNKNOWN = "state = 'failed' AND study = ''"


def retirable(ledger: Ledger, places: Places) -> Iterator[Entry]:
    """Yield the objects whose originals may go: verified, with everything of their study.

    A damaged file of which nobody knows the study may belong to any that has files in its folder: these stay.
    """
    numbers = [number for (number,) in ledger.rows(_WHOLE_STUDIES)]
    doubtful = {_folder(places, entry) for entry in ledger.entries(_UNKNOWN)}
    found = (entry for number in numbers for entry in ledger.entries("id = ?", number))
    if not doubtful:
        yield from found
        return
    mine = ledger.entries("state = 'verified' AND twin = 0")
    studies = {entry.study for entry in mine if _folder(places, entry) in doubtful}
    yield from (entry for entry in found if entry.study not in studies)


def _folder(places: Places, entry: Entry) -> str:
    try:
        return places.relative(entry.path).rpartition("/")[0]
    except SourceError:
        return ""


def prepare_quarantine(quarantine: Path, archive: Path) -> None:
    """Make the folder. Raises DestinationError where files cannot be moved there from the archive."""
    with disk_errors(quarantine):
        quarantine.mkdir(parents=True, exist_ok=True)
        if quarantine.stat().st_dev != archive.stat().st_dev:
            raise DestinationError(
                f"{quarantine}: lies on another file system than the archive; moving there would mean to"
                " copy and to delete: name a folder beside the archive"
            )


def retire(ledger: Ledger, places: Places, quarantine: Path, told: Callable[[Entry, str], None]) -> int:
    """Move originals to `quarantine`, on the file system of the archive; return how many.

    told: is called with each object and what kept its original where it is, "" for nothing. An original that
    is not the file that was migrated stays. Raises DestinationError.
    """
    with disk_errors(quarantine):
        return _move_all(
            ledger, places, retirable(ledger, places), (places.root, quarantine), "retired", told
        )


def roll_back(ledger: Ledger, places: Places, quarantine: Path, told: Callable[[Entry, str], None]) -> int:
    """Move every original back to where it was; return how many. Raises DestinationError."""
    entries = ledger.entries("state = 'retired'")
    with disk_errors(places.root):
        return _move_all(ledger, places, entries, (quarantine, places.root), "verified", told)


def _move_all(  # noqa: PLR0913, PLR0917 - a job, what to move, and where
    ledger: Ledger,
    places: Places,
    entries: Iterable[Entry],
    roots: tuple[Path, Path],
    state: str,
    told: Callable[[Entry, str], None],
) -> int:
    """Move the files of objects from one root to the other, each with its account; return how many."""
    moved = 0
    for entry in entries:
        try:
            relative = places.relative(entry.path)
        except SourceError as error:
            told(entry, str(error))
            continue
        start, end = roots[0] / relative, roots[1] / relative
        fault = _fault_of(entry, start, end)
        if fault:
            told(entry, fault)
            continue
        if state == "retired":
            _note(end, relative, entry)
        _move(start, end)
        with ledger.commit():
            told(ledger.move(entry, state), "")
        moved += 1
    return moved


def _fault_of(entry: Entry, start: Path, end: Path) -> str:
    """Return in words why a file is not moved; "" if it may be, or was by a run that was killed."""
    try:
        if end.exists() or end.is_symlink():
            return _fault_of_moved(entry, start, end)
        if start.is_symlink() or digest_file(start) != entry.source_sha256:
            return "the file is not the one that was migrated"
    except SourceError:
        return "the file is not there, or cannot be read"
    return ""


def _fault_of_moved(entry: Entry, start: Path, end: Path) -> str:
    """Return why a move that has an end already is not finished; "" where that is the first half of it."""
    if end.is_symlink() or not end.is_file() or digest_file(end) != entry.source_sha256:
        return "another file stands where it would be moved to"
    if not start.exists():
        return ""
    if not start.samefile(end):
        return "another file stands in its place, beside the one that was moved already"
    # One file with two names was linked and not yet unlinked; with one name it is the same place twice.
    twice = start.parent.samefile(end.parent) or start.stat().st_nlink < 2  # noqa: PLR2004
    return "both places are the same" if twice else ""


def _move(start: Path, end: Path) -> None:
    """Move a file on one file system, so that at every moment it has one of its names at least."""
    end.parent.mkdir(parents=True, exist_ok=True)
    if not end.exists():
        os.link(start, end)
    sync_folder(end.parent)
    start.unlink(missing_ok=True)
    if start.parent.is_dir():
        sync_folder(start.parent)


def _note(end: Path, relative: str, entry: Entry) -> None:
    """Write down where a file belongs, in the folder it is moved to, before it is moved."""
    quarantine = end.parents[relative.count("/")]
    line = json.dumps({"path": relative, "sha256": entry.source_sha256, "size": entry.size}) + "\n"
    with (quarantine / UNDO_LIST).open("ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
