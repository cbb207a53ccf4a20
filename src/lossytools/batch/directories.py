"""The DICOMDIRs of an archive, written anew for what stands at the destination."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.batch.copying import digest_file
from lossytools.batch.destination import put_in_place
from lossytools.batch.reasons import REASONS, words_for
from lossytools.batch.scanning import words_of
from lossytools.batch.schema import FINISHED
from lossytools.changes import Change, apply
from lossytools.dicomio.directory import place_below
from lossytools.dicomio.directory_writing import rewrite_directory, unsigned
from lossytools.dicomio.publishing import publish
from lossytools.dicomio.source import read_source
from lossytools.elements import shallow_copy
from lossytools.errors import SourceError
from lossytools.history import stored_values
from lossytools.references import instances_named, renamed
from lossytools.rules.members import LOSSY_KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset

    from lossytools.batch.destination import Destination
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.schema import Entry

_PENDING = "state = 'pending' AND action = 'directory'"
_IN_USE = 0x00041410
_BECAUSE = "PS3.3 F.3.2.2: the record of a file says what the file says"


def write_directories(ledger: Ledger, places: Places, destination: Destination) -> None:
    """Write every DICOMDIR of the archive anew; its records then tell of the files at the destination.

    Records of files that are not there are marked as not in use. Where files are named by their UIDs no
    directory can name them (PS3.10 section 8.2), and none is written. Raises DestinationError.
    """
    for entry in ledger.entries(_PENDING):
        state, columns = "skipped", _told("file-ids")
        if destination.layout == "source":
            try:
                state, columns = _write_one(ledger, places, destination, entry)
            except SourceError as error:
                reason = "unreadable"
                says = words_for(reason, words_of(error, places.root), places.log_paths)
                state, columns = "failed", {"reason": reason, "says": says}
        with ledger.commit():
            ledger.move(entry, state, **columns)


def _told(reason: str) -> dict[str, object]:
    return {"reason": reason, "says": REASONS[reason]}


def _write_one(
    ledger: Ledger, places: Places, destination: Destination, entry: Entry
) -> tuple[str, dict[str, object]]:
    """Write one DICOMDIR by way of the staging folder; return its state and what else is to be kept."""
    source = places.source(entry.path)
    place = destination.place(places.relative(entry.path))
    fault = destination.fault_of(place)
    if fault:
        return "failed", _told(fault)
    whole = _Directory(ledger, places, destination, source.parent).written(source)
    # Ours: as the ledger has it, or as a run wrote it that ended before the ledger knew.
    own = {entry.target_sha256, hashlib.sha256(whole).hexdigest()}
    if place.exists() and digest_file(place) not in own:
        return "failed", _told("target-exists")
    staged = destination.staged(f"{entry.id}.DICOMDIR")
    with publish(staged, force=True) as draft:
        draft.file.write(whole)
    columns = {"source_sha256": digest_file(source), "target_sha256": digest_file(staged)}
    if place.exists():
        destination.set_aside(place, entry.id)
    put_in_place([(staged, place)])
    return "switched", columns | {"target_size": len(whole), "rewritten": 1}


@dataclass(frozen=True, slots=True)
class _Directory:
    """A DICOMDIR and what has become of its files. folder: of the directory in the archive."""

    ledger: Ledger
    places: Places
    destination: Destination
    folder: Path

    def written(self, path: Path) -> bytes:
        """Return the directory as it is to be at the destination. Raises UnreadableSource."""
        with read_source(path) as source:
            return rewrite_directory(source, self._changed)

    def _changed(self, _number: int, record: Dataset) -> Dataset:
        names = {uid: new for uid in set(instances_named(record)) if (new := self._new_uid(uid))}
        record = renamed(record, names) if names else record
        components = stored_values(record, "ReferencedFileID")
        if not components:
            return record
        entry = self._entry(components)
        if entry is None or entry.state not in FINISHED:
            result = shallow_copy(record)
            result[_IN_USE] = unsigned(_IN_USE, "US", 0)
            return result
        return apply(record, self._changes(record, entry))

    def _new_uid(self, uid: str) -> str:
        found = self.ledger.rows(
            "SELECT new_uid FROM objects WHERE uid = ? AND new_uid <> '' AND twin = 0", uid
        )
        return next((new for (new,) in found), "")

    def _entry(self, components: tuple[str, ...]) -> Entry | None:
        place = place_below(self.folder, components)
        if place is None or not place.is_relative_to(self.places.root):
            return None
        name = self.places.name(place.relative_to(self.places.root).as_posix())
        return next(self.ledger.entries("path = ? AND twin = 0", name), None)

    def _changes(self, record: Dataset, entry: Entry) -> list[Change]:
        if entry.action != "transcode":
            return []
        with read_source(self.destination.place(self.places.relative(entry.path))) as result:
            values: dict[str, str | tuple[str, ...]] = {
                "ReferencedSOPInstanceUIDInFile": entry.final_uid,
                "ReferencedTransferSyntaxUIDInFile": result.transfer_syntax,
            }
            changes = [Change(name, value, _BECAUSE) for name, value in values.items() if name in record]
            if any(keyword in record for keyword in LOSSY_KEYS):
                changes += [
                    Change(keyword, stored_values(result.image, keyword), _BECAUSE) for keyword in LOSSY_KEYS
                ]
        return changes
