"""A DICOM file taken apart into what may lie in it wrongly, and put together again as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from struct import pack
from typing import TYPE_CHECKING, Any, cast

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element

from lossytools.dicomio.source import read_source
from lossytools.elements import shallow_copy

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from pydicom.dataset import Dataset

    from lossytools.dicomio.fragments import Items
    from lossytools.dicomio.honest_file import HonestFile

_GROUP_LENGTH = 0x00020000
_PIXEL_TAGS = {"PixelData": 0x10, "FloatPixelData": 0x08, "DoubleFloatPixelData": 0x09}
_ITEM, _DELIMITER = pack("<HH", 0xFFFE, 0xE000), pack("<HHI", 0xFFFE, 0xE0DD, 0)
_UNDEFINED = 0xFFFFFFFF
_UNPADDED_WITH_ZERO = {"UI", "OB", "OV", "UN"}


@dataclass
class Parts:
    """What a file is put together from; nothing is checked and nothing made right.

    meta: a group length, where it has one, is written true. implicit: encoding of the data set.
    pixel_length: in bytes, None for undefined. table: entries of the Basic Offset Table. fragments:
    values of the items, None for native. gaps: zero bytes in front of the last two of a fragment, by its
    number from 0; they take no room on the disk. native: the samples, zeros where they end too early.
    """

    preamble: bytes
    meta: Dataset
    image: Dataset
    implicit: bool = False
    pixel_keyword: str = "PixelData"
    pixel_vr: str = "OB"
    pixel_length: int | None = None
    table: tuple[int, ...] = ()
    fragments: list[bytes] | None = None
    gaps: dict[int, int] = field(default_factory=dict)
    delimited: bool = True
    native: bytes = b""


def read_parts(path: Path) -> Parts:
    """Take the file at `path` apart. Raises UnreadableSource."""
    with read_source(path) as source:
        file, items = source.opened, source.items
        whole = (file.pixel_length or 0) if file.pixel_keyword and items is None else 0
        return Parts(
            preamble=file.preamble,
            meta=file.meta,
            image=shallow_copy(file.elements),
            implicit=file.implicit,
            pixel_keyword=file.pixel_keyword,
            pixel_vr=file.pixel_vr,
            pixel_length=file.pixel_length,
            table=items.basic_offsets if items else (),
            fragments=None if items is None else _values(file.file, items),
            delimited=items.delimited if items else True,
            native=file.file.read_at(file.pixel_offset, whole),
        )


def _values(file: HonestFile, items: Items) -> list[bytes]:
    return [file.read_at(items.value_at(number), length) for number, length in enumerate(items.lengths)]


def write_parts(path: Path, parts: Parts) -> Path:
    """Put a file together at `path`, and return its path."""
    with path.open("wb") as out:
        if parts.preamble:
            out.write(parts.preamble + b"DICM")
        out.write(_meta(parts.meta))
        at = 0x7FE00000 | _PIXEL_TAGS.get(parts.pixel_keyword, 0)
        _write_elements(out, parts, 0, at)
        if parts.pixel_keyword:
            out.write(_pixel_head(parts))
            _write_pixels(out, parts)
        _write_elements(out, parts, at + 1, _UNDEFINED)
        out.truncate()
    return path


def true_table(parts: Parts) -> tuple[int, ...]:
    """Return where each fragment lies, as the entries of an offset table."""
    sizes = [8 + len(value) + parts.gaps.get(n, 0) for n, value in enumerate(parts.fragments or ())]
    return (0, *accumulate(sizes))[:-1]


def _write_elements(out: BinaryIO, parts: Parts, first: int, stop: int) -> None:
    for tag in sorted(parts.image.keys()):
        if first <= tag < stop:
            out.write(_element(parts.image.get_item(tag), implicit=parts.implicit))


def _meta(meta: Dataset) -> bytes:
    """Return File Meta Information (PS3.10 section 7.1)."""
    parts = [_element(meta.get_item(tag)) for tag in sorted(meta.keys()) if tag != _GROUP_LENGTH]
    whole = b"".join(parts)
    if _GROUP_LENGTH not in meta:
        return whole
    return _element(DataElement(_GROUP_LENGTH, "UL", len(whole))) + whole


def _element(element: DataElement | RawDataElement, *, implicit: bool = False) -> bytes:
    """Return one element with the bytes it has; text of odd length is padded (PS3.5 section 6.2)."""
    if isinstance(element, RawDataElement):
        value = element.value or b""
        if len(value) % 2:
            value += b"\0" if element.VR in _UNPADDED_WITH_ZERO else b" "
        vr = "OW" if "OW" in str(element.VR) else str(element.VR).split(" ")[0]
        element = element._replace(VR=vr, value=value, length=len(value), is_implicit_VR=implicit)
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, implicit
    write_data_element(out, cast("Any", element))
    return out.getvalue()


def _pixel_head(parts: Parts) -> bytes:
    tag = pack("<HH", 0x7FE0, _PIXEL_TAGS[parts.pixel_keyword])
    length = _UNDEFINED if parts.pixel_length is None else parts.pixel_length
    return tag + (pack("<I", length) if parts.implicit else parts.pixel_vr.encode() + pack("<HI", 0, length))


def _write_pixels(out: BinaryIO, parts: Parts) -> None:
    """Write samples, or items (PS3.5 section A.4)."""
    if parts.fragments is None:
        out.write(parts.native)
        out.seek((parts.pixel_length or 0) - len(parts.native), 1)
        return
    out.write(_ITEM + pack(f"<I{len(parts.table)}I", 4 * len(parts.table), *parts.table))
    for number, value in enumerate(parts.fragments):
        gap = parts.gaps.get(number, 0)
        out.write(_ITEM + pack("<I", len(value) + gap) + value[:-2])
        out.seek(gap, 1)
        out.write(value[-2:])
    out.write(_DELIMITER if parts.delimited else b"")
