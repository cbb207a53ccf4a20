"""Knobs, their ranges and the notation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools.codecs import CODECS, Jpeg, Jpeg2000, JpegLs, knobs, parse_codec
from lossytools.codecs.catalogue import MOVIES
from lossytools.errors import CodecSettingError

JPEGS = st.one_of(
    st.builds(Jpeg, quality=st.integers(1, 100), subsampling=st.sampled_from(("444", "422", "420"))),
    st.builds(Jpeg, quality=st.integers(1, 100), colour=st.just("rgb")),
)
JPEG2000S = st.one_of(
    st.builds(Jpeg2000, ratio=st.floats(1, 1000, exclude_min=True)),
    st.builds(Jpeg2000, psnr_db=st.floats(10, 120)),
)


@given(st.one_of(JPEGS, JPEG2000S, st.builds(JpegLs, near=st.integers(1, 255))))
def test_the_name_of_a_codec_reads_back(codec: Jpeg | JpegLs | Jpeg2000) -> None:
    assert parse_codec(repr(codec)) == codec


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jpeg", "jpeg:quality=90,subsampling=444"),
        ("jpeg:85", "jpeg:quality=85,subsampling=444"),
        (" jpeg: 85 , subsampling = 420", "jpeg:quality=85,subsampling=420"),
        ("jpeg:colour=rgb", "jpeg:quality=90,subsampling=444,colour=rgb"),
        ("jpegls", "jpegls:near=2"),
        ("jpeg2000", "jpeg2000:ratio=10"),
        ("jpeg2000:12.5", "jpeg2000:ratio=12.5"),
        ("jpeg2000:psnr_db=45", "jpeg2000:psnr_db=45"),
    ],
)
def test_short_forms_have_one_full_name(text: str, name: str) -> None:
    assert repr(parse_codec(text)) == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("jpg", "did you mean jpeg"),
        ("png", "there are: jpeg, jpeg12, jpegls, jpeg2000, htj2k, jpegxl"),
        ("jpeg:qualty=3", "did you mean quality"),
        ("jpeg:quality=3,quality=4", "twice"),
        ("jpeg:quality=0", "1 to 100, not 0"),
        ("jpeg:quality=best", "number, 1 to 100, not 'best'"),
        ("jpeg:subsampling=411", "one of 444, 422, 420, not '411'"),
        ("jpeg:colour=rgb,subsampling=422", "use 444"),
        ("jpegls:near=0", "1 to 255, not 0"),
        ("jpeg2000:ratio=1", "more than 1"),
        ("jpeg2000:psnr_db=9", "10 to 120, not 9"),
        ("jpeg2000:ratio=nan", "not nan"),
        ("jpeg2000:ratio=5,psnr_db=40", "exclude each other"),
        ("jpeg:85,420", "no knob '420'"),
    ],
)
def test_a_wrong_setting_says_what_is_right(text: str, words: str) -> None:
    with pytest.raises(CodecSettingError, match=words):
        parse_codec(text)


def test_whole_numbers_are_asked_for_as_whole_numbers() -> None:
    for wrong in (True, 85.0, "85"):
        with pytest.raises(CodecSettingError, match="whole number"):
            Jpeg(quality=wrong)  # type: ignore[arg-type]


def test_the_table_of_knobs_has_every_field_with_its_range() -> None:
    rows = {(row.codec, row.name): row for row in knobs()}
    assert {row.codec for row in knobs()} == {codec.name for codec in (*CODECS, *MOVIES)}
    assert [name for codec, name in rows if codec == "jpeg"] == [
        "quality",
        "subsampling",
        "colour",
        "huffman",
    ]
    assert [name for codec, name in rows if codec == "htj2k"] == ["psnr_db", "step"]
    assert rows["jpegls", "near"].unit == "grey levels"
    assert rows["jpeg", "quality"].default == "90"
    assert all(row.words and row.range for row in rows.values())
