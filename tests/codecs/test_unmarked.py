from __future__ import annotations

import struct

import numpy as np
import pytest

from lossytools.codecs.decoding import decode_frame
from lossytools.errors import DecodeError
from lossytools.values import ImagePixel

RLE = "1.2.840.10008.1.2.5"


def frame_of(*segments: bytes) -> bytes:
    offsets = [64 + sum(map(len, segments[:n])) for n in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


def test_literal_and_repeated_runs_are_unpacked() -> None:
    pixels = ImagePixel(1, 6, 1, 1, "MONOCHROME2", 8, 8)
    array, photometric = decode_frame(frame_of(b"\x02abc\xfez"), RLE, pixels)  # 3 literals, 3 times z
    assert photometric == "MONOCHROME2"
    assert array.tolist() == [list(b"abczzz")]


@pytest.mark.parametrize(
    "segments",
    [
        (b"\x02abc",),  # too few
        (b"\x80" * 8,),  # nothing at all
    ],
)
def test_damaged_segments_are_a_decode_error_and_no_panic(segments: tuple[bytes, ...]) -> None:
    with pytest.raises(DecodeError):
        decode_frame(frame_of(*segments), RLE, ImagePixel(1, 6, 1, 1, "MONOCHROME2", 8, 8))


def test_a_second_segment_that_runs_over_is_a_decode_error_and_no_panic() -> None:
    pixels = ImagePixel(1, 2, 1, 1, "MONOCHROME2", 16, 16)
    with pytest.raises(DecodeError):
        decode_frame(frame_of(b"\x05abcdef", b"\x05ghijkl"), RLE, pixels)


def test_sixteen_bits_have_the_high_bytes_first() -> None:
    pixels = ImagePixel(1, 2, 1, 1, "MONOCHROME2", 16, 16)
    array, _ = decode_frame(frame_of(b"\x01\x12\x34", b"\x01\x56\x78"), RLE, pixels)
    assert array.tolist() == [[0x1256, 0x3478]]
    assert array.dtype == np.uint16
