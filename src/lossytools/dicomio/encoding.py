"""Data sets and File Meta Information as bytes; what was only read keeps its own (PS3.5 section 7.1).

pydicom would write the same, in four times the time, and only while nothing tempts it to decode a value and
to encode it again (decision 0003). What did not come from a file is left to it.
"""

from __future__ import annotations

from operator import itemgetter
from struct import pack
from typing import TYPE_CHECKING, NamedTuple

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.valuerep import EXPLICIT_VR_LENGTH_32

from lossytools import __version__
from lossytools.dicomio.reading import UNDEFINED
from lossytools.elements import converted, element_of
from lossytools.history import stored_values

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag

IMPLEMENTATION_CLASS_UID = "2.25.127261012045124521119952227734853381917"
"""Names lossytools as the writer of a file (PS3.10 section 7.1)."""
IMPLEMENTATION_VERSION = f"LOSSYTOOLS_{__version__}"[:16]

_ITEM, _ITEM_END, _SEQUENCE_END = (pack("<HH", 0xFFFE, element) for element in (0xE000, 0xE00D, 0xE0DD))
_SHORT_LIMIT = 0xFFFF  # bytes: the length has 16 bits


class _Form(NamedTuple):
    """How to write. implicit: without VRs. charset: of text that pydicom has decoded."""

    implicit: bool
    charset: str | list[str]


def encoded(data_set: Dataset, *, implicit: bool = False) -> bytes:
    """Return a data set in little endian, its elements in the order of their tags, without group lengths.

    data_set: labelled for Explicit VR Little Endian, see `relabel`. implicit: to write no VRs.
    """
    return _elements(data_set, _Form(implicit, "iso8859"))


def _elements(data_set: Dataset, form: _Form) -> bytes:
    own = element_of(data_set, "SpecificCharacterSet")
    if own is not None:
        form = form._replace(charset=converted(own, data_set))
    written = [pair for pair in data_set.items() if pair[0] & 0xFFFF]  # group lengths: PS3.5 section 7.2
    return b"".join([_element(*pair, form) for pair in sorted(written, key=itemgetter(0))])


def _element(tag: BaseTag, element: DataElement | RawDataElement, form: _Form) -> bytes:
    if isinstance(element, RawDataElement):
        value = element.value or b""
        if element.length != UNDEFINED:
            return element_head(tag, element.VR or "UN", len(value), implicit=form.implicit) + value
    elif element.VR == "SQ":
        items = b"".join([_item(item, form) for item in element.value or ()])
        if not element.is_undefined_length:
            return element_head(tag, "SQ", len(items), implicit=form.implicit) + items
        return element_head(tag, "SQ", UNDEFINED, implicit=form.implicit) + items + _SEQUENCE_END + bytes(4)
    target = DicomBytesIO()
    target.is_implicit_VR, target.is_little_endian = form.implicit, True
    write_data_element(target, element, form.charset)
    return target.getvalue()


def _item(item: Dataset, form: _Form) -> bytes:
    value = _elements(item, form)
    if getattr(item, "is_undefined_length_sequence_item", False):
        return _ITEM + pack("<I", UNDEFINED) + value + _ITEM_END + bytes(4)
    return _ITEM + pack("<I", len(value)) + value


def element_head(tag: int, vr: str, length: int, *, implicit: bool = False) -> bytes:
    """Return tag, VR and length (PS3.5 section 7.1); UN where the length does not fit the VR (6.2.2)."""
    group, element = tag >> 16, tag & 0xFFFF
    if implicit:
        return pack("<HHI", group, element, length)
    if vr not in EXPLICIT_VR_LENGTH_32 and length > _SHORT_LIMIT:
        vr = "UN"
    if vr in EXPLICIT_VR_LENGTH_32:
        return pack("<HH2sHI", group, element, vr.encode("latin-1"), 0, length)
    return pack("<HH2sH", group, element, vr.encode("latin-1"), length)


def file_start(data_set: Dataset, transfer_syntax: str) -> bytes:
    """Return preamble, prefix and new File Meta Information: we wrote the file, and nobody sent it.

    data_set: that follows; it has SOP Class and SOP Instance UID. PS3.10 section 7.1.
    """
    sop_class, sop_instance = (
        "\\".join(stored_values(data_set, keyword)) for keyword in ("SOPClassUID", "SOPInstanceUID")
    )
    values = {
        0x0002: ("UI", sop_class),
        0x0003: ("UI", sop_instance),
        0x0010: ("UI", transfer_syntax),
        0x0012: ("UI", IMPLEMENTATION_CLASS_UID),
        0x0013: ("SH", IMPLEMENTATION_VERSION),
    }
    rest = pack("<HH2sHI2s", 2, 1, b"OB", 0, 2, b"\0\1")
    for number, (vr, text) in values.items():
        padded = text.encode("latin-1") + (b"\0" if vr == "UI" else b" ") * (len(text) % 2)
        rest += pack("<HH2sH", 2, number, vr.encode(), len(padded)) + padded
    return bytes(128) + b"DICM" + pack("<HH2sHI", 2, 0, b"UL", 4, len(rest)) + rest
