from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.sequence import Sequence
from pydicom.uid import UID

from lossytools.dicomio.encoding import (
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION,
    encoded,
    file_start,
)

UID_OF_CT = "1.2.840.10008.5.1.4.1.1.2"


def by_pydicom(data_set: Dataset, *, implicit: bool) -> bytes:
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = implicit, True
    write_dataset(out, data_set)
    return out.getvalue()


def as_read(data_set: Dataset, *, implicit: bool = False) -> Dataset:
    written = DicomBytesIO(by_pydicom(data_set, implicit=implicit))
    return read_dataset(written, implicit, True)  # type: ignore[arg-type]


def raw(tag: int, vr: str, value: bytes) -> RawDataElement:
    return RawDataElement(tag, vr, len(value), value, 0, is_implicit_VR=False, is_little_endian=True)


TEXTS = st.text(st.characters(codec="latin-1", exclude_characters="\\\0", categories=["L", "N"]), max_size=12)


@given(
    values=st.fixed_dictionaries(
        {},
        optional={
            "PatientName": TEXTS,
            "ImageType": st.lists(st.sampled_from(["DERIVED", "PRIMARY", "AXIAL", ""]), max_size=4),
            "Rows": st.integers(0, 65535),
            "SliceLocation": st.sampled_from(["1", "-2.50", "003"]),
            "LossyImageCompressionRatio": st.sampled_from(["19.00", "7.5"]),
            "TextValue": TEXTS,
            "RedPaletteColorLookupTableData": st.binary(max_size=9).map(lambda b: b + b"\0" * (len(b) % 2)),
            "FrameTimeVector": st.lists(st.sampled_from(["33.30", "1"]), max_size=5),
        },
    ),
    undefined=st.booleans(),
    implicit=st.booleans(),
)
def test_the_bytes_are_those_that_pydicom_writes(
    values: dict[str, Any], *, undefined: bool, implicit: bool
) -> None:
    data_set, item, inner = Dataset(), Dataset(), Dataset()
    data_set.SpecificCharacterSet = "ISO_IR 100"
    for keyword, value in values.items():
        setattr(data_set, keyword, value)
        setattr(item, keyword, value)
    inner.CodeValue = "113040"
    item.PurposeOfReferenceCodeSequence = [inner]
    item.is_undefined_length_sequence_item = undefined
    data_set.SourceImageSequence = [item, Dataset()]
    data_set["SourceImageSequence"].is_undefined_length = undefined
    assert encoded(data_set, implicit=implicit) == by_pydicom(data_set, implicit=implicit)
    assert encoded(as_read(data_set)) == by_pydicom(data_set, implicit=False)


def test_what_was_only_read_keeps_bytes_that_no_decoder_would_give_back() -> None:
    values = {
        0x00080050: ("UN", b""),
        0x00100010: ("PN", b"\xff\xfe broken \xc3"),
        0x00180050: ("DS", b"33.300000000000000000"),
        0x00290010: ("LO", b"MAKER   "),
    }
    data_set = Dataset({tag: raw(tag, vr, value) for tag, (vr, value) in values.items()})  # type: ignore[misc]
    assert encoded(data_set) == (
        b"\x08\x00\x50\x00UN\0\0\0\0\0\0"
        b"\x10\x00\x10\x00PN\x0b\x00\xff\xfe broken \xc3"
        b"\x18\x00\x50\x00DS\x15\x0033.300000000000000000"
        b"\x29\x00\x10\x00LO\x08\x00MAKER   "
    )


def test_group_lengths_are_not_written_and_tags_are_in_order() -> None:
    tags = (0x00200000, 0x0020000D, 0x00080018, 0x00080000)
    elements = {tag: raw(tag, "UI", b"1.2\0") for tag in tags}
    data_set = Dataset(elements)  # type: ignore[arg-type]
    assert encoded(data_set) == b"\x08\x00\x18\x00UI\x04\x001.2\0\x20\x00\x0d\x00UI\x04\x001.2\0"


@pytest.mark.parametrize(("length", "vr"), [(65534, b"LO"), (65536, b"UN")])
def test_a_value_too_long_for_its_length_becomes_unknown(length: int, vr: bytes) -> None:
    data_set = Dataset({0x00081030: raw(0x00081030, "LO", b"x" * length)})  # type: ignore[dict-item]
    assert encoded(data_set)[4:6] == vr
    assert encoded(data_set).endswith(length.to_bytes(4 if vr == b"UN" else 2, "little") + b"x" * length)


def test_text_of_an_item_is_in_the_character_set_around_it_or_in_its_own() -> None:
    item, own = Dataset(), Dataset()
    item.CodeMeaning = "Gefäß"
    own.SpecificCharacterSet = "ISO_IR 192"
    own.CodeMeaning = "Gefäß"
    data_set = Dataset()
    data_set.SpecificCharacterSet = "ISO_IR 100"
    data_set[0x00082112] = DataElement(0x00082112, "SQ", Sequence([item, own]))
    assert "Gefäß".encode("latin-1") in encoded(data_set)
    assert "Gefäß".encode() in encoded(data_set)


def test_the_file_begins_as_pydicom_would_begin_it() -> None:
    data_set = Dataset()
    data_set.SOPClassUID, data_set.SOPInstanceUID = UID_OF_CT, "2.25.7"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(UID_OF_CT), UID("2.25.7")
    meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.50")
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = False, True
    write_file_meta_info(out, meta)
    assert file_start(data_set, "1.2.840.10008.1.2.4.50") == bytes(128) + b"DICM" + out.getvalue()
