"""Every lossless codec over every pixel form it takes: what comes back is what went in."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossytools.codecs.codestream import read_header
from lossytools.codecs.lossless import (
    DeflatedFrame,
    Htj2kLossless,
    Jpeg2000Lossless,
    JpegLsLossless,
    JpegXlLossless,
    LosslessCodec,
    Rle,
)
from lossytools.codecs.openjpeg import decoded_by_openjpeg
from lossytools.errors import DecodeError, UnsupportedPixels
from lossytools.values import ImagePixel
from test_codecs import frames_of

CODECS: tuple[LosslessCodec, ...] = (
    Jpeg2000Lossless(),
    JpegLsLossless(),
    Htj2kLossless(),
    JpegXlLossless(),
    Rle(),
    DeflatedFrame(),
)
FORMS = tuple(
    ImagePixel(37, 53, 1, samples, photometric, allocated, stored, signed, planar)
    for (allocated, stored), (samples, photometric, signed, planar) in product(
        ((8, 8), (8, 5), (16, 16), (16, 12), (16, 9), (16, 7)),
        (
            (1, "MONOCHROME2", False, None),
            (1, "MONOCHROME1", True, None),
            (1, "PALETTE COLOR", False, None),
            (3, "RGB", False, 0),
            (3, "YBR_FULL", False, 0),
        ),
    )
)


def taken(codec: LosslessCodec) -> list[ImagePixel]:
    forms = []
    for form in FORMS:
        try:
            codec.resolve(form)
        except UnsupportedPixels:
            continue
        forms.append(form)
    return forms


PAIRS = [(codec, form) for codec in CODECS for form in taken(codec)]


def test_each_codec_takes_what_its_table_has() -> None:
    counts = {codec.name: len(taken(codec)) for codec in CODECS}
    # six depths: five forms each; YBR_FULL of JPEG-LS and RLE is of 8 bits allocated only (8.2.3-1)
    assert counts == {
        "jpeg2000-lossless": 30,
        "jpegls-lossless": 26,
        "htj2k-lossless": 30,
        "jpegxl-lossless": 12,
        "rle": 30,
        "deflated-frame": 30,
    }


@pytest.mark.parametrize(("codec", "form"), PAIRS, ids=str)
def test_every_sample_comes_back(codec: LosslessCodec, form: ImagePixel) -> None:
    for rows, columns in ((37, 53), (1, 1), (1, 40), (33, 2)):
        small = replace(form, rows=rows, columns=columns)
        for frame in frames_of(small).values():
            back = codec.decode(codec.encode(frame, small), small)
            assert back.dtype == small.dtype
            assert np.array_equal(back, frame)


@pytest.mark.parametrize(("codec", "form"), [p for p in PAIRS if "2" in p[0].name], ids=str)
def test_the_other_build_of_openjpeg_decodes_the_same(codec: LosslessCodec, form: ImagePixel) -> None:
    for frame in frames_of(form).values():
        assert np.array_equal(decoded_by_openjpeg(codec.encode(frame, form), form, codec.name), frame)


@pytest.mark.parametrize(("codec", "form"), [p for p in PAIRS if "-lossless" in p[0].name], ids=str)
def test_the_stream_says_that_it_loses_nothing_and_what_it_holds(
    codec: LosslessCodec, form: ImagePixel
) -> None:
    header = read_header(codec.encode(frames_of(form)["noise"], form))
    declared = codec.resolve(form)
    assert (header.irreversible, header.precision, header.container) == (False, form.bits_stored, False)
    assert bool(header.component_transform) == (declared.photometric == "YBR_RCT")
    assert header.family == codec.name.removesuffix("-lossless")


def test_the_longest_run_and_the_literal_of_rle_stay_within_a_row() -> None:
    form = ImagePixel(3, 300, 1, 1, "MONOCHROME2", 8, 8)
    stream = Rle().encode(np.full((3, 300), 7, np.uint8), form)
    # 300 equal bytes: two runs of 128 and one of 44, two bytes each, for each of three rows
    assert stream[64:] == (bytes((129, 7)) * 2 + bytes((213, 7))) * 3


@pytest.mark.parametrize("codec", CODECS, ids=str)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_cut_stream_is_no_frame(codec: LosslessCodec, data: st.DataObject) -> None:
    form = ImagePixel(40, 41, 1, 1, "MONOCHROME2", 8, 8)
    frame = frames_of(form)["noise"]
    stream = codec.encode(frame, form)
    cut = stream[: data.draw(st.integers(0, len(stream) - 3))]
    try:
        back = codec.decode(cut, form)
    except DecodeError:
        return
    assert np.array_equal(back, frame)  # nothing but padding was cut


def test_what_a_syntax_has_no_room_for_is_refused() -> None:
    for codec, form, words in (
        (JpegXlLossless(), ImagePixel(4, 4, 1, 1, "MONOCHROME2", 16, 12, signed=True), "signed"),
        (JpegXlLossless(), ImagePixel(4, 4, 1, 1, "PALETTE COLOR", 8, 8), "not PALETTE COLOR"),
        (JpegLsLossless(), ImagePixel(4, 4, 1, 3, "YBR_FULL", 16, 12, planar=0), "12 of 16 bits"),
        (Rle(), ImagePixel(4, 4, 1, 1, "MONOCHROME2", 32, 32), "8 or 16 bits"),
        (DeflatedFrame(), ImagePixel(4, 4, 1, 3, "HSV", 8, 8, planar=0), "not HSV"),
    ):
        with pytest.raises(UnsupportedPixels, match=words):
            codec.resolve(form)
