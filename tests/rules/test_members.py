"""What a set keeps of an object."""

from __future__ import annotations

import struct

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import Tag

from lossytools.evidence import Evidence
from lossytools.rules.bases import NATIVE, NEVER_LOSSY, OLDER_UID, SOURCE_UID, source_item
from lossytools.rules.examples import evidence_of
from lossytools.rules.members import member_of
from lossytools.rules.sets import RULES
from lossytools.standard.codes import Code

OTHER = Code("121322", "DCM", "Source image for image processing operation")


def raw(keyword: str, value: bytes) -> RawDataElement:
    return RawDataElement(
        Tag(keyword), "SQ", len(value), value, 0, is_implicit_VR=False, is_little_endian=True
    )


def item(uid: bytes) -> bytes:
    """Return an item with (0008,1155), in Explicit VR Little Endian."""
    element = b"\x08\x00\x55\x11UI" + struct.pack("<H", len(uid)) + uid
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(element)) + element


def test_the_good_derived_object() -> None:
    member = member_of(
        evidence_of({"SourceImageSequence": [source_item(OLDER_UID), source_item(SOURCE_UID)]})
    )
    assert (member.coded_lossy, member.was_lossy) == (True, True)
    assert member.predecessors == (OLDER_UID, SOURCE_UID)
    assert (member.references, member.records, member.content) == ((), (), "")


def test_a_source_of_another_purpose_is_a_reference_and_no_predecessor() -> None:
    member = member_of(evidence_of({"SourceImageSequence": [source_item(SOURCE_UID, OTHER)]}))
    assert (member.predecessors, member.references) == ((), (SOURCE_UID,))


def test_a_source_without_purpose_counts_where_a_code_says_compression() -> None:
    bare = {"SourceImageSequence": [source_item(SOURCE_UID, None)]}
    assert member_of(evidence_of(bare)).predecessors == (SOURCE_UID,)
    assert member_of(evidence_of(bare | {"DerivationCodeSequence": None})).predecessors == ()


def test_references_are_found_at_every_depth_and_named_once() -> None:
    inner = {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "1.2.7"}] * 2}
    changes = NATIVE | NEVER_LOSSY | {"SourceImageSequence": None, "ReferencedSeriesSequence": [inner]}
    member = member_of(
        evidence_of(changes | {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": "1.2.8"}]})
    )
    assert sorted(member.references) == ["1.2.7", "1.2.8"]
    assert (member.coded_lossy, member.was_lossy) == (False, False)


def test_sequences_that_are_still_bytes_stay_so() -> None:
    image = Dataset()
    image[Tag("ReferencedImageSequence")] = raw("ReferencedImageSequence", item(b"1.2.9\0"))
    image[Tag("ReferencedStudySequence")] = raw("ReferencedStudySequence", b"\xfe\xff\x00\xe0\0\0\0\0")
    member = member_of(Evidence("a", b"", FileMetaDataset(), image, pixel_keyword=""))
    assert member.references == ("1.2.9",)
    assert isinstance(image.get_item("ReferencedImageSequence"), RawDataElement)


@pytest.mark.parametrize(
    "value", [b"\x08\x00\x55\x11", item(b"1.2.9\0")[:-3], b"\xff" * 30 + b"\x08\x00\x55\x11"]
)
def test_damaged_sequences_are_passed_over(value: bytes) -> None:
    image = Dataset()
    image[Tag("ReferencedImageSequence")] = raw("ReferencedImageSequence", value)
    member_of(Evidence("a", b"", FileMetaDataset(), image, pixel_keyword=""))


def test_an_empty_set_and_objects_without_uids_break_no_rule() -> None:
    nothing = member_of(Evidence("a", b"", FileMetaDataset(), Dataset(), pixel_keyword=""))
    for members in ((), (nothing, nothing)):
        assert [finding for rule in RULES for finding in rule.survey(members)] == []
