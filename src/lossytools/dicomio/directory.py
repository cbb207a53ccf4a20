"""DICOMDIR: which files it names, and never one outside its own folder (PS3.10 section 8, PS3.3 annex F)."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from lossytools.dicomio.source import read_source
from lossytools.history import stored_values
from lossytools.rules.attributes import items, text
from lossytools.rules.members import LOSSY_KEYS, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
# Media Storage SOP Class UID as it lies in every file's header, which is Explicit VR Little Endian.
_CLASS = b"\x02\0\x02\0UI\x14\0" + MEDIA_STORAGE_DIRECTORY.encode()
_HEAD = 1024  # bytes in which it stands


def is_directory(path: Path) -> bool:
    """Return whether the file is a DICOMDIR, whatever its name; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return _CLASS in file.read(_HEAD)
    except OSError:
        return False


def files_named(path: Path) -> Iterator[Record]:
    """Yield the records of the DICOMDIR at `path` that name a file; of several for one file the first.

    Raises UnreadableSource.
    """
    with read_source(path) as source:
        named = records_of(source.image, path)
    first: dict[str | int, Record] = {}
    for record in named:
        first.setdefault(record.file or record.number, record)
    yield from first.values()


def records_of(image: Dataset, path: Path) -> tuple[Record, ...]:
    """Return the directory records that name a file, () of any other object. path: of the DICOMDIR."""
    found = enumerate(items(image, "DirectoryRecordSequence"), start=1)
    return tuple(_record(number, item, path.parent) for number, item in found if _file_id(item))


def _file_id(item: Dataset) -> tuple[str, ...]:
    return stored_values(item, "ReferencedFileID")


def _record(number: int, item: Dataset, folder: Path) -> Record:
    file = place_below(folder, _file_id(item))
    return Record(
        number,
        text(item, "DirectoryRecordType"),
        "" if file is None else str(file),
        file is not None and file.is_file(),
        text(item, "ReferencedSOPInstanceUIDInFile"),
        text(item, "ReferencedSOPClassUIDInFile"),
        text(item, "ReferencedTransferSyntaxUIDInFile"),
        tuple(stored_values(item, keyword) for keyword in LOSSY_KEYS),
    )


def place_below(folder: Path, components: tuple[str, ...]) -> Path | None:
    """Return the path that the components of a File ID name below `folder`, None where they lead out of it.

    The names come from strangers: no separators, no drives, no "..", and no link that ends elsewhere.
    """
    if not components or any(not _is_plain(name) for name in components):
        return None
    place = folder.joinpath(*components)
    try:
        inside = Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder))
    except (OSError, ValueError):
        return None
    return place if inside else None


def _is_plain(name: str) -> bool:
    """Return whether a component is one name and nothing else, on any system."""
    if name in {"", ".", ".."} or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
        return False
    return PurePath(name).parts == (name,)
