"""Each adapter codes and decodes a frame of 320 x 240."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from lossytools.codecs import parse_codec
from lossytools.values import Frame, ImagePixel

if TYPE_CHECKING:
    from conftest import Timed

RGB = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
GREY = ImagePixel(240, 320, 1, 1, "MONOCHROME2", 8, 8)
DEEP = ImagePixel(240, 320, 1, 1, "MONOCHROME2", 16, 12)
# Largest error of the frame in grey levels, above what was seen: 51 for jpeg, 16 and 9 for jpeg2000.
LARGEST = {
    ("jpeg", RGB): 60,
    ("jpeg", GREY): 60,
    ("jpegls", RGB): 2,
    ("jpegls", GREY): 2,
    ("jpegls", DEEP): 2,
    ("jpeg2000:ratio=10", RGB): 40,
    ("jpeg2000:ratio=10", DEEP): 400,
    ("jpeg2000:psnr_db=46", RGB): 40,
    ("jpeg2000:psnr_db=46", GREY): 40,
}
NAMES = [f"{name}-{form.samples}x{form.bits_stored}" for name, form in LARGEST]


@pytest.mark.parametrize(("name", "form"), LARGEST, ids=NAMES)
def test_encode(timed: Timed, frames: dict[ImagePixel, Frame], name: str, form: ImagePixel) -> None:
    codec, frame = parse_codec(name), frames[form]
    stream = timed(form.rows * form.columns, codec.encode, frame, form)
    assert len(stream) < frame.nbytes / 3


@pytest.mark.parametrize(("name", "form"), LARGEST, ids=NAMES)
def test_decode(timed: Timed, frames: dict[ImagePixel, Frame], name: str, form: ImagePixel) -> None:
    codec, frame = parse_codec(name), frames[form]
    decoded = timed(form.rows * form.columns, codec.decode, codec.encode(frame, form), form)
    assert int(np.abs(decoded.astype(int) - frame.astype(int)).max()) <= LARGEST[name, form]
