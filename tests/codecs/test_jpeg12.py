"""JPEG of 12 bits: SOF1, the whole range, and the real files that say Se = 0."""

from __future__ import annotations

import numpy as np
import pytest

from lossytools.codecs import Jpeg12
from lossytools.codecs.codestream import read_header
from lossytools.codecs.codestream.jpeg import as_extended
from lossytools.codecs.decoding import decode_frame
from lossytools.errors import EncodeError, UnsupportedPixels
from lossytools.standard.transfer_syntaxes import JPEG_EXTENDED
from lossytools.values import ImagePixel

GREY12 = ImagePixel(64, 80, 1, 1, "MONOCHROME2", 16, 12)
GREY8 = ImagePixel(64, 80, 1, 1, "MONOCHROME2", 8, 8)


def test_the_scan_covers_all_64_coefficients() -> None:
    frame = np.random.default_rng(0).integers(0, 4096, (64, 80), np.uint16)
    stream = Jpeg12().encode(frame, GREY12)
    at = stream.index(b"\xff\xda")
    assert stream[at : at + 10] == bytes.fromhex("ffda 0008 01 0100 00 3f 00")  # Ss 0, Se 63


def test_a_scan_that_says_se_0_is_read_as_it_is_meant() -> None:
    y, x = np.mgrid[:64, :80]
    frame = (x * 40 + y * 10).astype(np.uint16)
    stream = Jpeg12(quality=100).encode(frame, GREY12)
    at = stream.index(b"\xff\xda")
    as_found = stream[: at + 8] + b"\x00" + stream[at + 9 :]
    decoded, photometric = decode_frame(as_found, JPEG_EXTENDED, GREY12)
    assert photometric == "MONOCHROME2"
    assert int(np.abs(decoded.astype(int) - frame).max()) <= 2


def test_eight_bits_are_extended_too_for_baseline_is_forbidden_here() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (64, 80), np.uint8)
    stream = Jpeg12().encode(frame, GREY8)
    assert read_header(stream).process == "SOF1"
    assert as_extended(stream) == stream


def test_what_libjpeg_would_clip_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"0 to 4096, 12 bits stored hold 0 to 4095"):
        Jpeg12().encode(np.full((64, 80), 4096, np.uint16) * (np.arange(80) > 40).astype(np.uint16), GREY12)


def test_colour_has_no_row() -> None:
    with pytest.raises(UnsupportedPixels, match=r"no RGB; use jpegls or jpeg2000"):
        Jpeg12().resolve(ImagePixel(64, 80, 1, 3, "RGB", 8, 8, planar=0))
