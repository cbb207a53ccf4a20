"""The quality that a JPEG stream was coded with, read from its tables."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from lossytools import parse_codec
from lossytools.codecs.codestream.quality import libjpeg_quality
from lossytools.values import ImagePixel

PICTURE = Image.fromarray(np.arange(64 * 48, dtype=np.uint16).astype(np.uint8).reshape(48, 64))


def coded(picture: Image.Image = PICTURE, **how: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", **how)
    return stream.getvalue()


@pytest.mark.parametrize("quality", [1, 30, 50, 75, 90, 95, 99, 100])
def test_it_is_what_libjpeg_was_told(quality: int) -> None:
    assert libjpeg_quality(coded(quality=quality)) == quality
    assert libjpeg_quality(coded(PICTURE.convert("RGB"), quality=quality, subsampling=0)) == quality


def test_our_own_streams_tell_theirs() -> None:
    native = ImagePixel(
        rows=48,
        columns=64,
        frames=1,
        samples=1,
        photometric="MONOCHROME2",
        bits_allocated=8,
        bits_stored=8,
        signed=False,
    )
    stream = parse_codec("jpeg:quality=83").encode(np.asarray(PICTURE), native)
    assert libjpeg_quality(stream) == 83


def test_other_streams_and_tables_of_another_make_tell_nothing() -> None:
    flat = {0: [20] * 64}
    assert libjpeg_quality(coded(qtables=flat)) is None
    assert libjpeg_quality(b"") is None
    assert libjpeg_quality(b"\xff\xd8\xff\xd9") is None
    assert libjpeg_quality(coded()[:30]) is None
    assert libjpeg_quality(b"\xff\x4f\xff\x51") is None


def test_it_is_told_of_frames_of_any_size() -> None:
    stream = coded(quality=85)
    at = stream.index(b"\xff\xc0") + 5
    huge = stream[:at] + (65_500).to_bytes(2, "big") * 2 + stream[at + 4 :]  # 4.3 gigapixels
    assert libjpeg_quality(huge) == 85


def test_a_table_that_is_nearly_one_of_libjpeg_counts_as_that() -> None:
    table = list(Image.open(io.BytesIO(coded(quality=75))).quantization[0])
    table[40] += 12  # 0.19 of a step, on average
    assert libjpeg_quality(coded(qtables={0: table})) == 75
    table[41] += 12
    assert libjpeg_quality(coded(qtables={0: table})) is None
