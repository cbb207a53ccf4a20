from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.tag import Tag

from lossytools.dicomio.reading import opened
from lossytools.dicomio.writing import write_object
from lossytools.elements import shallow_copy

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
NEEDED = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "SOPInstanceUID": "1.2.3"}


class OneFrame:
    """A spool of four bytes."""

    lengths = (4,)
    size = 4

    def copy_items(self, out: BytesIO) -> None:
        out.write(b"\xfe\xff\x00\xe0\x04\0\0\0abcd")


def a_file(folder: Path, syntax: str, raw: dict[int, tuple[str, bytes]]) -> Path:
    """Write elements of raw bytes under `syntax`; big-endian values are given as they lie in the file."""
    data_set = Dataset()
    for keyword, value in NEEDED.items():
        setattr(data_set, keyword, value)
    implicit, little = syntax == IMPLICIT, syntax != BIG
    data_set.set_original_encoding(implicit, little, "iso8859")
    for tag, (vr, value) in raw.items():
        data_set[tag] = RawDataElement(
            Tag(tag),
            vr,
            len(value),
            value,
            0,
            implicit,
            little,
        )
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    data_set.file_meta = meta
    path = folder / "source.dcm"
    with path.open("wb") as out:
        dcmwrite(out, data_set, enforce_file_format=True, little_endian=little, implicit_vr=implicit)
    return path


def rewritten(path: Path, folder: Path) -> Dataset:
    target = folder / "rewritten.dcm"
    with opened(path) as source, target.open("wb") as out:
        write_object(out, source.elements, "1.2.840.10008.1.2.4.50", OneFrame())  # type: ignore[arg-type]
    with opened(target) as result:
        return result.elements


def raw_of(data_set: Dataset, tag: int) -> tuple[str, bytes]:
    element = data_set.get_item(tag)
    assert isinstance(element, RawDataElement)
    return element.VR, element.value


@pytest.mark.parametrize(
    ("tag", "value", "vr"),
    [
        (0x00100010, b"TEST^\xc4\xd6  ", "PN"),  # bytes the character set does not know, two blanks
        (0x00181063, b"33.30 ", "DS"),  # a number with its own digits
        (0x00280106, b"\x01\x80", "US"),  # US or SS: Pixel Representation decides
        (0x00091010, b"\x01\x02\x03\x04", "UN"),  # private, no dictionary knows its creator
        (0x00281201, b"\x00\x01\x02\x03", "OW"),
        (0x00189999, b"odd", "UN"),  # in no dictionary; odd length stays odd
    ],
)
def test_implicit_values_get_their_vr_and_keep_every_byte(
    tmp_path: Path, tag: int, value: bytes, vr: str
) -> None:
    creator = {0x00090010: ("LO", b"NOBODY KNOWS")}
    path = a_file(tmp_path, IMPLICIT, {**creator, tag: (vr, value)})
    assert raw_of(rewritten(path, tmp_path), tag) == (vr, value)


def test_pixel_representation_one_makes_ambiguous_values_signed(tmp_path: Path) -> None:
    path = a_file(tmp_path, IMPLICIT, {0x00280103: ("US", b"\x01\x00"), 0x00280120: ("SS", b"\x00\x80")})
    result = rewritten(path, tmp_path)
    assert raw_of(result, 0x00280120) == ("SS", b"\x00\x80")
    assert result.PixelPaddingValue == -32768


@pytest.mark.parametrize(
    ("tag", "vr", "big", "little"),
    [
        (0x00280010, "US", b"\x01\x02", b"\x02\x01"),
        (0x00280009, "AT", b"\x00\x18\x10\x63", b"\x18\x00\x63\x10"),
        (0x00186020, "SL", b"\x00\x00\x01\x02", b"\x02\x01\x00\x00"),
        (0x0018602C, "FD", bytes(range(8)), bytes(range(7, -1, -1))),
        (0x00100010, "PN", b"ABCD", b"ABCD"),
        (0x00091010, "UN", b"\x01\x02\x03\x04", b"\x01\x02\x03\x04"),  # nobody knows its words
    ],
)
def test_big_endian_numbers_are_turned_and_text_is_not(
    tmp_path: Path, tag: int, vr: str, big: bytes, little: bytes
) -> None:
    assert raw_of(rewritten(a_file(tmp_path, BIG, {tag: (vr, big)}), tmp_path), tag) == (vr, little)


def test_a_value_too_long_for_its_explicit_vr_becomes_un(tmp_path: Path) -> None:
    vector = b"33\\" * 30000  # Frame Time Vector of 30,000 frames: 90,000 bytes
    assert raw_of(
        rewritten(a_file(tmp_path, IMPLICIT, {0x00181065: ("DS", vector)}), tmp_path), 0x00181065
    ) == (
        "UN",
        vector,
    )


def flat(data_set: Dataset, prefix: str = "") -> dict[str, bytes]:
    """Every raw value of a data set, those in items too, by the path of its tag."""
    values = {}
    for tag in data_set.keys():  # noqa: SIM118  iterating would decode
        element = shallow_copy(data_set).get_item(tag)
        if tag.element == 0 or tag in {0x00080005, 0x00080016, 0x00080018}:
            continue
        if element.VR == "SQ":
            for number, item in enumerate(data_set[tag].value):
                values |= flat(item, f"{prefix}{tag}[{number}]")
        elif isinstance(element, RawDataElement):
            values[prefix + str(tag)] = element.value or b""
        elif not element.value:
            values[prefix + str(tag)] = b""
    return values


@pytest.mark.parametrize(
    "name",
    [
        "CT_small.dcm",
        "MR_small_implicit.dcm",
        "examples_ybr_color.dcm",
        "liver_1frame.dcm",
        "image_dfl.dcm",
        "693_UNCR.dcm",
    ],
)
def test_every_value_of_a_real_file_survives_byte_for_byte(tmp_path: Path, name: str) -> None:
    path = get_testdata_file(name, download=False)
    with opened(Path(path)) as source:
        before = flat(source.elements)
    assert flat(rewritten(Path(path), tmp_path)) == before
    assert len(before) > 20
