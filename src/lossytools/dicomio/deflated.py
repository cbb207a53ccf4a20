"""Deflated data sets, inflated piece by piece: a small file must not become gigabytes (PS3.5 section A.5)."""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING, Any, cast

from pydicom.filereader import read_dataset

from lossytools.dicomio.honest_file import HEADER_BYTES, HonestFile
from lossytools.errors import UnreadableSource
from lossytools.standard.transfer_syntaxes import DEFLATED, EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_INFLATED_FREE = 1 << 28  # bytes that any data set may inflate to: blank images shrink 1000:1
_INFLATED_LIMIT = 1 << 33  # bytes; native Pixel Data ends at 2**32, so more is an attack
_INFLATED_RATIO = 200  # inflated to compressed bytes beyond that: only bombs and blanks pass it
_META = 1024  # bytes; the meta information of most files is shorter
_META_LENGTH = b"\x02\x00\x00\x00UL\x04\x00"
"""What its first element begins with, whose value says how long the rest is (PS3.10 section 7.1)."""
_PIECE = 1 << 16  # bytes read or inflated at once: 64 KiB of a bomb are 64 MiB


def deflated_meta(file: HonestFile) -> Dataset | None:
    """Return the file meta information of a deflated file, None of any other.

    Asked before `read_partial`, which would inflate the whole file in memory, bomb or not.
    """
    if file.size < HEADER_BYTES or file.read_at(HEADER_BYTES - 4, 4) != b"DICM":
        return None
    if not _may_be_deflated(file.read_at(HEADER_BYTES, min(_META, file.size - HEADER_BYTES))):
        return None
    file.seek(HEADER_BYTES)
    meta = read_dataset(cast("Any", file), False, True, stop_when=lambda tag, *_: tag.group > 2)  # noqa: PLR2004
    file.seek(0)
    return meta if str(meta.get("TransferSyntaxUID", "")) == DEFLATED else None


def _may_be_deflated(start: bytes) -> bool:
    """Return False where the meta information lies in these bytes and does not name the syntax."""
    within = start.startswith(_META_LENGTH) and int.from_bytes(start[8:12], "little") + 12 <= len(start)
    return not within or DEFLATED.encode() in start


def inflate(file: HonestFile, meta: Dataset, spare: IO[bytes]) -> HonestFile:
    """Return the same file as Explicit VR Little Endian, inflated into `spare` piece by piece (PS3.5 A.5)."""
    start = HEADER_BYTES + 12 + int(meta.get("FileMetaInformationGroupLength", 0))
    head = file.read_at(0, start)
    spare.write(head.replace(DEFLATED.encode(), EXPLICIT_LITTLE_ENDIAN.encode() + b"\0" * 3, 1))
    file.file.seek(start)
    packed = file.size - start
    limit = min(_INFLATED_LIMIT, max(_INFLATED_FREE, _INFLATED_RATIO * packed))
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    while not engine.eof:
        piece = engine.unconsumed_tail or file.file.read(_PIECE)
        try:
            inflated = engine.decompress(piece, _PIECE)
        except zlib.error as error:
            raise UnreadableSource(f"the deflated data set is damaged: {error}") from error
        if not piece and not inflated:
            raise UnreadableSource("truncated: the deflated data set has no end")
        spare.write(inflated)
        if spare.tell() > limit:
            raise UnreadableSource(
                f"the data set inflates to more than {limit} bytes from {packed} compressed bytes:"
                f" over {_INFLATED_FREE} bytes at most {_INFLATED_RATIO}:1 is believed"
            )
    return HonestFile(spare, file.name)
