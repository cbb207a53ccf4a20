"""Pixel description, items, file header: mended where streams and layout prove it, before and after."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from lossytools.evidence import PixelFacts, StreamFact
from lossytools.history import stored_values
from lossytools.repairs import Plan, plan
from lossytools.rules import find_rule
from lossytools.rules.attributes import number, unsigned64
from lossytools.rules.bases import GREY, JPEG_2000, JPEG_2000_REVERSIBLE, JPEG_HEADER, JPEG_LS, NATIVE
from lossytools.rules.examples import evidence_of

_4 = "1.2.840.10008.1.2.4."
_SECONDARY = "1.2.840.10008.5.1.4.1.1.7.4"
CAPTURE = {"SOPClassUID": _SECONDARY, "meta__MediaStorageSOPClassUID": _SECONDARY}
"""Ultrasound may not declare RGB for JPEG."""
TABLE, LENGTHS = "ExtendedOffsetTable", "ExtendedOffsetTableLengths"


def planned(**changes: Any) -> Plan:
    return plan(evidence_of(changes))


def left(done: Plan) -> list[str]:
    return [each.finding.rule for each in done.left]


def colour(done: Plan) -> str:
    return stored_values(done.after.image, "PhotometricInterpretation")[0]


@pytest.mark.parametrize(
    ("changes", "after", "rules"),
    [
        (JPEG_2000 | {"PhotometricInterpretation": "RGB"}, "YBR_ICT", ("P02", "P12")),
        (JPEG_2000 | {"PhotometricInterpretation": "YBR_RCT"}, "YBR_ICT", ("P12",)),
        (JPEG_2000_REVERSIBLE | {"PhotometricInterpretation": "RGB"}, "YBR_RCT", ("P02", "P12")),
        (CAPTURE | {"stream__colour": "rgb", "stream__adobe_transform": 0}, "RGB", ("P16",)),
        (CAPTURE | {"stream__colour": "rgb"}, "RGB", ("P16",)),
        ({"PhotometricInterpretation": "RGB", "stream__adobe_transform": 1}, "YBR_FULL_422", ("P02", "P16")),
        (
            {"PhotometricInterpretation": "RGB", "stream__colour": "ycbcr", "stream__subsampling": "420"},
            "YBR_FULL_422",
            ("P02", "P16"),
        ),
        ({"PhotometricInterpretation": "YBR_FULL"}, "YBR_FULL_422", ("P01", "P02")),
    ],
)
def test_colour_is_what_the_markers_say(changes: dict[str, Any], after: str, rules: tuple[str, ...]) -> None:
    done = planned(**changes)
    assert colour(done) == after
    assert [repair.rules for repair in done.repairs] == [rules]
    assert left(done) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"PhotometricInterpretation": "RGB", "stream__jfif": True, "stream__colour": "ycbcr"}, "P16"),
        (JPEG_2000 | {"stream__component_transform": False}, "P12"),
        (JPEG_2000 | {"PhotometricInterpretation": "YBR_FULL"}, "P12"),
        (JPEG_LS | {"PhotometricInterpretation": "YBR_FULL_422"}, "P01"),
    ],
)
def test_colour_that_nothing_proves_is_left(changes: dict[str, Any], rule: str) -> None:
    done = planned(**changes)
    assert (done.repairs, left(done)[-1]) == ((), rule)


def test_frames_that_disagree_prove_no_colour() -> None:
    rgb = replace(JPEG_HEADER, colour="rgb", adobe_transform=0)
    done = planned(streams=(StreamFact(1, 2, rgb), StreamFact(3, 1, JPEG_HEADER)))
    assert (done.repairs, colour(done)) == ((), "YBR_FULL_422")


@pytest.mark.parametrize(
    ("changes", "keyword", "after"),
    [
        ({"PlanarConfiguration": 1}, "PlanarConfiguration", 0),
        ({"PlanarConfiguration": None}, "PlanarConfiguration", 0),
        (NATIVE | GREY | {"PlanarConfiguration": 0, "pixel_length": 921600}, "PlanarConfiguration", None),
        ({"SamplesPerPixel": 1}, "SamplesPerPixel", 3),
        ({"HighBit": 8}, "HighBit", 7),
    ],
)
def test_numbers_follow_from_the_code_streams(
    changes: dict[str, Any], keyword: str, after: int | None
) -> None:
    done = planned(**changes)
    assert number(done.after.image, keyword) == after
    assert (keyword in done.after.image) == (after is not None)
    assert left(done) == []


@pytest.mark.parametrize(
    "changes",
    [
        NATIVE | {"PlanarConfiguration": None},  # the order of the samples is a guess
        NATIVE | {"HighBit": 8},  # where the samples stand in their cells is a guess
        {"stream__samples": 1},  # one against two
        {"stream__precision": 12},
    ],
)
def test_numbers_that_nothing_proves_are_left(changes: dict[str, Any]) -> None:
    done = planned(**changes)
    assert done.repairs == ()
    assert left(done) != []


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        (JPEG_2000 | {"meta__TransferSyntaxUID": _4 + "90"}, _4 + "91"),
        (JPEG_LS | {"meta__TransferSyntaxUID": _4 + "80"}, _4 + "81"),
        ({"meta__TransferSyntaxUID": _4 + "70"}, _4 + "50"),
        (GREY | {"meta__TransferSyntaxUID": _4 + "51", "LossyImageCompressionRatio": "3.33333"}, _4 + "50"),
        ({"meta__TransferSyntaxUID": None}, _4 + "50"),
    ],
)
def test_the_transfer_syntax_is_that_of_the_code_streams(changes: dict[str, Any], after: str) -> None:
    done = planned(**changes)
    assert done.after.transfer_syntax == after
    assert left(done) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"stream__process": "SOF2"},  # progressive: no transfer syntax of DICOM
        {"stream__process": "SOF1"},  # Extended carries no colour
        {"streams": (StreamFact(1, 2, JPEG_HEADER), StreamFact(3, 1, None, complete=False, error="no SOI"))},
    ],
)
def test_a_transfer_syntax_that_is_not_certain_is_left(changes: dict[str, Any]) -> None:
    done = planned(**changes)
    assert done.after.transfer_syntax == _4 + "50"
    assert done.repairs == ()


def test_the_file_header_names_the_instance() -> None:
    done = planned(meta__MediaStorageSOPInstanceUID="1.2.3", meta__MediaStorageSOPClassUID=None)
    assert done.after.meta.MediaStorageSOPInstanceUID == done.after.image["SOPInstanceUID"].value
    assert done.after.meta.MediaStorageSOPClassUID == done.after.image["SOPClassUID"].value
    assert [repair.rules for repair in done.repairs] == [("U03",), ("U04",)]
    assert done.changes == ()


def test_a_uid_that_is_none_is_not_copied_to_the_file_header() -> None:
    done = planned(SOPInstanceUID="not.a.uid")
    assert (done.repairs, sorted(set(left(done)))) == ((), ["D13", "U03", "U06"][-2:])


def test_group_lengths_go() -> None:
    done = planned(Tag00080000=120, Tag00280000=4)
    assert [each for each in done.after.image.keys() if not each & 0xFFFF] == []  # noqa: SIM118
    assert left(done) == []


@pytest.mark.parametrize(
    ("changes", "table"),
    [
        ({"encapsulation__basic_offsets": (0, 92168)}, (0, 92168, 184338)),
        ({"encapsulation__basic_offsets": (0, 92170, 184338)}, (0, 92168, 184338)),
        (
            {
                "encapsulation__offsets": (0, 4_000_000_000, 8_000_000_000),
                "encapsulation__basic_offsets": (0, 4_000_000_000, 3_705_032_704),
            },
            (),
        ),
    ],
)
def test_the_basic_offset_table_points_at_the_frames(changes: dict[str, Any], table: tuple[int, ...]) -> None:
    base = evidence_of().encapsulation
    assert base is not None
    table = table and base.offsets
    done = planned(**changes)
    assert done.after.encapsulation is not None
    assert done.after.encapsulation.basic_offsets == table
    assert left(done) == []


def test_a_table_of_frames_that_cannot_be_told_is_left() -> None:
    done = planned(encapsulation__frames=None, encapsulation__basic_offsets=(0, 4, 184338))
    assert (done.repairs, left(done)) == ((), ["F01", "F05"])
    assert planned(NumberOfFrames="4").repairs == ()


def test_extended_tables_are_written_anew_or_removed() -> None:
    base = evidence_of().encapsulation
    assert base is not None
    offsets = struct.pack("<3Q", *base.offsets)
    done = planned(**{"encapsulation__basic_offsets": (), TABLE: offsets})
    assert unsigned64(done.after.image, TABLE) == base.offsets
    assert unsigned64(done.after.image, LENGTHS) == base.stream_bytes
    done = planned(**{TABLE: offsets})  # beside a Basic Offset Table
    assert TABLE not in done.after.image
    assert left(done) == []
    done = planned(**NATIVE | {TABLE: offsets, LENGTHS: offsets})
    assert {TABLE, LENGTHS} & {element.keyword for element in done.after.image} == set()
    assert done.changes[0].action == "remove"


def test_odd_fragments_are_padded_and_their_table_follows() -> None:
    done = planned(encapsulation__lengths=(92160, 92161, 92160))
    items = done.after.encapsulation
    assert items is not None
    # each item has 8 bytes of tag and length
    assert (items.lengths, items.offsets) == ((92160, 92162, 92160), (0, 92168, 184338))
    assert items.basic_offsets == items.offsets
    assert left(done) == []


def test_fragments_of_one_frame_are_joined_before_they_are_padded() -> None:
    done = planned(
        NumberOfFrames="2",
        encapsulation__lengths=(92161, 92160, 92160),
        encapsulation__frames=((0, 2), (2, 3)),
        encapsulation__stream_bytes=(184321, 92160),
        encapsulation__basic_offsets=(),
        streams=(StreamFact(1, 2, JPEG_HEADER),),
    )
    items = done.after.encapsulation
    assert items is not None
    assert (items.lengths, items.frames, items.basic_offsets) == ((184322, 92160), ((0, 1), (1, 2)), ())


@pytest.mark.parametrize(
    "changes", [{"pixel_vr": "OW"}, {"pixel_length": 276_512}, {"encapsulation__delimited": False}]
)
def test_items_are_formal(changes: dict[str, Any]) -> None:
    done = planned(**changes)
    assert (done.after.pixel_vr, done.after.pixel_length) == ("OB", None)
    assert [repair.rules for repair in done.repairs] == [("F09",)]


@pytest.mark.parametrize(
    "doubt",
    [
        {"streams": (StreamFact(1, 2, JPEG_HEADER), StreamFact(3, 1, JPEG_HEADER, complete=False))},
        {"streams": ()},  # RLE and video have no end of their own to look for
        {"NumberOfFrames": "4"},
        {"encapsulation__frames": None},
    ],
)
def test_a_file_that_may_be_truncated_is_left_altogether(doubt: dict[str, Any]) -> None:
    done = planned(encapsulation__delimited=False, PlanarConfiguration=1, **doubt)
    assert (done.repairs, {"F09", "P05"} <= set(left(done))) == ((), True)
    assert {each.why for each in done.left} == {
        "the fragments are not closed and the last may be cut: a repair would hide that"
    }


def test_the_total_length_is_that_of_the_streams() -> None:
    done = planned(EncapsulatedPixelDataValueTotalLength=276_482)
    assert unsigned64(done.after.image, "EncapsulatedPixelDataValueTotalLength") == (276_480,)


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("DERIVED \\PRIMARY", ("DERIVED", "PRIMARY")),
        ("derived\\PRIMARY\\\\0011", ("DERIVED", "PRIMARY", "", "0011")),
    ],
)
def test_image_type_is_spelt_derived(written: str, after: tuple[str, ...]) -> None:
    done = planned(ImageType=written)
    assert [change.value for change in done.changes] == [after]
    assert stored_values(done.after.image, "ImageType") == after
    assert plan(done.after).repairs == ()


@pytest.mark.parametrize("written", ["DERIVED\\PRIMARY ", "ORIGINAL\\PRIMARY", "ORIGINAL \\PRIMARY"])
def test_image_type_is_never_decided(written: str) -> None:
    assert planned(ImageType=written).repairs == ()


def test_signatures_go_with_any_change_of_what_they_sign_and_stay_without() -> None:
    signed = {
        "DigitalSignaturesSequence": [{"DigitalSignatureUID": "1.2.3.4.77"}],
        "MACParametersSequence": [{}],
    }
    done = planned(**signed, PlanarConfiguration=1)
    assert [repair.rules for repair in done.repairs] == [("P05",), ("U14",)]
    assert "DigitalSignaturesSequence" not in done.after.image
    assert "MACParametersSequence" not in done.after.image
    assert planned(**signed).repairs == ()
    assert (
        "DigitalSignaturesSequence" in planned(**signed, meta__MediaStorageSOPInstanceUID="1.2").after.image
    )


def test_parameters_that_no_signature_uses_go() -> None:
    (repair,) = planned(MACParametersSequence=[{}]).repairs
    assert repair.rules == ("U14",)
    assert repair.says == "MAC Parameters are removed: no digital signature uses them"


ENDS = ("SmallestImagePixelValue", "LargestImagePixelValue")


@pytest.mark.parametrize(
    ("stated", "ranges", "after"),
    [
        ((3, 250), ((0, 250), (9, 255)), (0, 255)),
        ((3, 250), ((3, 250), (9, 99)), (3, 250)),
        ((3, 255), ((3, 250), (9, 99)), (3, 250)),
    ],
)
def test_smallest_and_largest_are_those_decoded(
    stated: tuple[int, int], ranges: tuple[tuple[int, int], ...], after: tuple[int, int]
) -> None:
    values = dict(zip(ENDS, stated, strict=True))
    done = planned(**GREY | values, decoded=PixelFacts(ranges=ranges))
    assert tuple(number(done.after.image, name) for name in ENDS) == after
    assert "P22" not in left(done)
    assert planned(**GREY | values).repairs == ()  # not decoded


def test_a_value_that_is_absent_is_not_added() -> None:
    done = planned(**GREY, LargestImagePixelValue=9, decoded=PixelFacts(ranges=((0, 250),)))
    assert number(done.after.image, "LargestImagePixelValue") == 250
    assert "SmallestImagePixelValue" not in done.after.image


@pytest.mark.parametrize(
    ("changes", "keyword", "after"),
    [
        ({"PixelPaddingRangeLimit": 4}, "PixelPaddingRangeLimit", None),
        ({"SourceImageSequence": [], "DerivationCodeSequence": None}, "SourceImageSequence", None),
        (
            {"UltrasoundColorDataPresent": 1, "decoded": PixelFacts(coloured=False)},
            "UltrasoundColorDataPresent",
            0,
        ),
    ],
)
def test_what_means_nothing_goes(changes: dict[str, Any], keyword: str, after: int | None) -> None:
    done = planned(**changes)
    assert number(done.after.image, keyword) == after
    assert (keyword in done.after.image) == (after is not None)
    assert len(done.repairs) == 1


def test_a_video_has_an_empty_table() -> None:
    (example,) = [each for each in find_rule("F10").breaks if "encapsulation__basic_offsets" in each.derived][
        :1
    ]
    done = plan(evidence_of(example.derived))
    assert done.after.encapsulation is not None
    assert done.after.encapsulation.basic_offsets == ()
    assert [repair.rules for repair in done.repairs] == [("F10",)]


def test_repairs_that_would_break_another_rule_are_not_made() -> None:
    # Ultrasound may not declare RGB for JPEG (P02), whatever the components are.
    done = planned(stream__colour="rgb", stream__adobe_transform=0)
    assert (done.repairs, left(done)) == ((), ["P16"])


def test_a_table_that_stays_wrong_is_not_written_anew() -> None:
    # Three frames lie there and four are declared: F04 would find the new table just the same.
    done = planned(NumberOfFrames="4")
    assert (done.repairs, {"F01", "F04"} <= set(left(done))) == ((), True)
