"""Write a DICOMDIR again whose files have changed, its records at new offsets (PS3.3 annex F)."""

from __future__ import annotations

from itertools import accumulate
from struct import pack
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from lossytools.changes.step import named_uid
from lossytools.dicomio.directory import MEDIA_STORAGE_DIRECTORY
from lossytools.dicomio.encoding import element_head, encoded, file_start
from lossytools.elements import element_at, shallow_copy
from lossytools.errors import UnreadableSource
from lossytools.rules.attributes import items, number
from lossytools.standard.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lossytools.dicomio.source import Source

_RECORDS = Tag(0x00041220)
_FIRST = "OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity"
_LAST = "OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity"
_NEXT, _LOWER = "OffsetOfTheNextDirectoryRecord", "OffsetOfReferencedLowerLevelDirectoryEntity"
_LINKS = {_FIRST: 0x00041200, _LAST: 0x00041202, _NEXT: 0x00041400, _LOWER: 0x00041420}
_ITEM_HEAD = 8  # bytes


def rewrite_directory(source: Source, change: Callable[[int, Dataset], Dataset]) -> bytes:
    """Return the whole file of a DICOMDIR with its records changed.

    change: returns what a record, counted from 0, becomes; the offsets that link records are set here. The
    directory is a new instance, named after the old one. Raises UnreadableSource where records are linked to
    what is no record.
    """
    image = source.image
    records = items(image, "DirectoryRecordSequence")
    index = {int(getattr(record, "seq_item_tell", 0)): place for place, record in enumerate(records)}
    changed = [change(place, record) for place, record in enumerate(records)]
    before = shallow_copy(source.opened.elements, lambda tag: tag < _RECORDS)
    head = _head(source)
    # Offsets have a fixed length: where the records lie can be told before the offsets are known.
    bodies = [encoded(record) for record in changed]
    start = len(head) + len(encoded(before)) + 12
    starts = list(accumulate((_ITEM_HEAD + len(body) for body in bodies), initial=start))
    places = {old: starts[place] for old, place in index.items()}
    linked = [encoded(_linked(record, places, (_NEXT, _LOWER))) for record in changed]
    sequence = b"".join(pack("<HHI", 0xFFFE, 0xE000, len(body)) + body for body in linked)
    return (
        head
        + encoded(_linked(before, places, (_FIRST, _LAST)))
        + element_head(_RECORDS, "SQ", len(sequence))
        + sequence
    )


def _head(source: Source) -> bytes:
    named = Dataset()
    old = str(source.opened.meta.get("MediaStorageSOPInstanceUID", ""))
    named.SOPClassUID, named.SOPInstanceUID = MEDIA_STORAGE_DIRECTORY, named_uid("directory", old)
    return file_start(named, EXPLICIT_LITTLE_ENDIAN)


def _linked(holder: Dataset, places: Mapping[int, int], links: tuple[str, ...]) -> Dataset:
    """Return a data set whose offsets lead to where the records lie now; 0 leads nowhere, and stays."""
    result = shallow_copy(holder)
    for keyword in links:
        tag = Tag(_LINKS[keyword])
        if element_at(holder, tag) is None:
            continue
        old = number(holder, keyword) or 0
        if old and old not in places:
            raise UnreadableSource(f"{keyword} is {old}, where no record begins")
        result[tag] = unsigned(tag, "UL", places[old] if old else 0)
    return result


def unsigned(tag: int, vr: str, value: int) -> RawDataElement:
    """Return a number of VR UL or US as it lies in a file."""
    raw = pack("<I" if vr == "UL" else "<H", value)
    return RawDataElement(Tag(tag), vr, len(raw), raw, 0, is_implicit_VR=False, is_little_endian=True)
