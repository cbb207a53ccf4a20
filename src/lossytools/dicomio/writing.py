"""Write an object whose pixel data waits in a spool: the header, then items as a stream.

pydicom's own encapsulation holds all frames in memory, or slows down with the square of their
number; this holds one.
"""

from __future__ import annotations

from itertools import accumulate
from struct import pack
from typing import IO, TYPE_CHECKING

from pydicom.dataelem import DataElement

from lossytools.dicomio.encoding import element_head, encoded, file_start
from lossytools.dicomio.reading import UNDEFINED
from lossytools.elements import shallow_copy
from lossytools.standard.transfer_syntaxes import BY_UID, EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.dicomio.spool import Spool

_PIXEL_DATA = 0x7FE00010
_OFFSET_LIMIT = 1 << 32  # bytes: offsets of the Basic Offset Table have 32 bits
NATIVE_LIMIT = (1 << 32) - 2
"""Longest native Pixel Data in bytes: its length has 32 bits, is even and not FFFFFFFF (PS3.5 8.1.1)."""


def write_object(
    out: IO[bytes], elements: Dataset, transfer_syntax: str, spool: Spool, *, extended: bool = False
) -> None:
    """Write a whole DICOM file to `out`: preamble, meta, the elements, the pixel data of `spool`.

    elements: the data set without pixel data, in Explicit VR Little Endian. The pixel data is native for
    Explicit VR Little Endian, encapsulated with one fragment a value for every other syntax, with a Basic
    Offset Table, or an Extended one if `extended` or where 32 bits are too few. The table of a video is empty
    (PS3.5 section 8.2.5).
    """
    before = shallow_copy(elements, lambda tag: tag < _PIXEL_DATA)
    after = shallow_copy(elements, lambda tag: tag > _PIXEL_DATA)
    native = transfer_syntax == EXPLICIT_LITTLE_ENDIAN
    offsets = [0] if native else _offsets(spool.lengths)
    extended = not native and (extended or offsets[-1] >= _OFFSET_LIMIT)
    if extended:
        _add_extended_offsets(before, offsets, spool.lengths)
    out.write(file_start(elements, transfer_syntax) + encoded(before))
    if native:
        _write_native(out, spool, words=elements.get("BitsAllocated", 8) > 8)  # noqa: PLR2004
    else:
        video = BY_UID[transfer_syntax].family == "video"
        _write_encapsulated(out, spool, () if extended or video else offsets)
    out.write(encoded(after))


def _offsets(lengths: list[int]) -> list[int]:
    """Return where the item of each frame begins, from the first byte after the Basic Offset Table."""
    return [0, *accumulate(8 + length + length % 2 for length in lengths[:-1])]


def _add_extended_offsets(before: Dataset, offsets: list[int], lengths: list[int]) -> None:
    """Add (7FE0,0001) and (7FE0,0002), the last elements before the pixel data (PS3.3 C.7.6.3.1.8)."""
    for tag, numbers in ((0x7FE00001, offsets), (0x7FE00002, lengths)):
        before[tag] = DataElement(tag, "OV", pack(f"<{len(numbers)}Q", *numbers))


def _write_encapsulated(out: IO[bytes], spool: Spool, offsets: list[int] | tuple[()]) -> None:
    out.write(element_head(_PIXEL_DATA, "OB", UNDEFINED))
    out.write(pack(f"<HHI{len(offsets)}I", 0xFFFE, 0xE000, 4 * len(offsets), *offsets))
    spool.copy_items(out)
    out.write(pack("<HHI", 0xFFFE, 0xE0DD, 0))


def _write_native(out: IO[bytes], spool: Spool, *, words: bool) -> None:
    odd = spool.size % 2
    out.write(element_head(_PIXEL_DATA, "OW" if words else "OB", spool.size + odd))
    spool.copy_all(out)
    out.write(b"\0" * odd)
