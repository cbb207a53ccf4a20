"""Streams whose size no stream of their length can hold, and scans that end before the picture does."""

from __future__ import annotations

import re
import struct
import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import imagecodecs
import numpy as np
import pytest
from rle.utils import encode_pixel_data

from lossytools.codecs import Jpeg, Jpeg2000, JpegLs
from lossytools.codecs.codestream import read_header
from lossytools.codecs.decoding import decode_frame
from lossytools.codecs.floor import check_length
from lossytools.errors import DecodeError
from lossytools.libraries import words_of
from lossytools.values import Frame, ImagePixel

SYNTAX = "1.2.840.10008.1.2."
GREY = ImagePixel(64, 64, 1, 1, "MONOCHROME2", 8, 8)
RGB = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
Y, X = np.mgrid[:240, :320]
NOISE = np.random.default_rng(4).normal(0, 9, (240, 320, 1))
SCENE = (np.stack([X * 0.7, Y, X * 0.3 + Y * 0.5], -1) + NOISE).clip(0, 255).astype(np.uint8)
FLAT = np.zeros((64, 64), np.uint8)
SOF = re.compile(rb"\xff[\xc0-\xc3\xf7]\x00.(?=\x08|\x10)", re.DOTALL)


def claiming(stream: bytes, rows: int, columns: int) -> bytes:
    """Return the stream with another size in its frame header or SIZ, all else as it was."""
    changed = bytearray(stream)
    if stream.startswith(b"\xff\x4f"):
        changed[8:16] = changed[24:32] = struct.pack(">II", columns, rows)
        return bytes(changed)
    found = SOF.search(stream)
    assert found is not None
    changed[found.end() + 1 : found.end() + 5] = struct.pack(">HH", rows, columns)
    return bytes(changed)


J2K = imagecodecs.jpeg2k_encode(FLAT, 40, codecformat="j2k", reversible=False)
LIES = {
    "baseline": (imagecodecs.jpeg8_encode(FLAT), "4.50", 2048),
    "lossless": (imagecodecs.jpeg8_encode(FLAT, lossless=True), "4.70", 2048),
    "jpegls": (imagecodecs.jpegls_encode(FLAT, 0), "4.80", 9000),
    "jpeg2000": (J2K, "4.91", 9000),
    "htj2k": (imagecodecs.htj2k_encode(FLAT, reversible=True), "4.201", 9000),
}


@pytest.mark.parametrize("side", [None, 65500])
@pytest.mark.parametrize("name", LIES)
def test_a_stream_too_short_for_its_size_is_refused_at_once(name: str, side: int | None) -> None:
    stream, syntax, modest = LIES[name]
    side = side or modest
    begun = time.monotonic()
    with pytest.raises(DecodeError, match=rf"{side} x {side} .*{len(stream)} bytes"):
        decode_frame(claiming(stream, side, side), SYNTAX + syntax, replace(GREY, rows=side, columns=side))
    assert time.monotonic() - begun < 0.2


@pytest.mark.parametrize("family", ["jpegls", "jpeg2000", "htj2k", "jpegxl"])
def test_blank_frames_up_to_64_mebibytes_may_be_as_short_as_they_like(family: Any) -> None:
    header = replace(read_header(J2K), family=family)
    check_length(J2K, header, replace(GREY, rows=8192, columns=8192))  # ours take 423 bytes and more
    with pytest.raises(DecodeError, match=r"8193 x 8192 .* 10000 to 1"):
        check_length(J2K, header, replace(GREY, rows=8193, columns=8192))
    check_length(bytes(6712), header, replace(GREY, rows=8193, columns=8192))


def test_packbits_hold_no_more_than_64_bytes_a_byte() -> None:
    stream = bytes(
        encode_pixel_data(
            FLAT.tobytes(), rows=64, columns=64, samples_per_pixel=1, bits_allocated=8, byteorder="<"
        )
    )
    with pytest.raises(DecodeError, match=rf"4000 x 4000 .*segments of {len(stream) - 64} bytes"):
        decode_frame(stream, SYNTAX + "5", replace(GREY, rows=4000, columns=4000))


def flat_streams() -> dict[str, tuple[bytes, str, ImagePixel]]:
    """Return the shortest honest streams: flat frames, with Huffman tables made for them."""
    grey, colour = replace(GREY, rows=1024, columns=1000), replace(RGB, rows=999, columns=1001)
    zeros, black = np.zeros(grey.shape, np.uint8), np.zeros(colour.shape, np.uint8)
    found = {
        f"{mode}-{optimize}": (
            imagecodecs.jpeg8_encode(black, 90, subsampling=mode, optimize=optimize),
            "4.50",
            colour,
        )
        for mode in ("444", "422", "420", "440", "411")
        for optimize in (False, True)
    }
    return found | {
        "grey": (imagecodecs.jpeg8_encode(zeros, 90, optimize=True), "4.50", grey),
        "lossless": (imagecodecs.jpeg8_encode(zeros, lossless=True), "4.70", grey),
        "lossless-colour": (imagecodecs.jpeg8_encode(black, lossless=True), "4.70", colour),
    }


@pytest.mark.parametrize(("stream", "syntax", "form"), flat_streams().values(), ids=flat_streams())
def test_flat_frames_of_optimised_tables_are_not_refused(
    stream: bytes, syntax: str, form: ImagePixel
) -> None:
    frame, _ = decode_frame(stream, SYNTAX + syntax, form)
    assert int(frame.max()) == 0


@pytest.mark.parametrize(
    "form", [replace(GREY, rows=1500, columns=1500), replace(RGB, rows=700, columns=1000)], ids=str
)
@pytest.mark.parametrize(
    "codec", [Jpeg(), Jpeg(subsampling="420"), JpegLs(), Jpeg2000(), Jpeg2000(psnr_db=40)], ids=str
)
def test_our_own_flat_black_frames_come_back(codec: Jpeg | JpegLs | Jpeg2000, form: ImagePixel) -> None:
    stream = codec.encode(np.zeros(form.shape, np.uint8), form)
    assert int(codec.decode(stream, form).max()) <= 2


def restarting(frame: Frame) -> bytes:
    """Return a colour JPEG with a restart marker behind each row of blocks, and decoy bytes in a COM."""
    from io import BytesIO  # noqa: PLC0415 - with Pillow, only here

    from PIL import Image  # noqa: PLC0415

    out = BytesIO()
    Image.fromarray(frame).save(out, "JPEG", quality=90, subsampling=0, restart_marker_rows=1)
    return out.getvalue()


def progressive(frame: Frame) -> bytes:
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    out = BytesIO()
    Image.fromarray(frame).save(out, "JPEG", quality=90, progressive=True)
    return out.getvalue()


SCANS = {
    "444": imagecodecs.jpeg8_encode(SCENE, 90, subsampling="444"),
    "420": imagecodecs.jpeg8_encode(SCENE, 90, subsampling="420"),
    "lossless": imagecodecs.jpeg8_encode(SCENE, lossless=True),
    "restarts": restarting(SCENE),
    "progressive": progressive(SCENE),
}


@pytest.mark.parametrize("part", [0.6, 0.9, 0.99])
@pytest.mark.parametrize("name", SCANS)
def test_a_scan_that_ends_early_is_refused_although_an_end_marker_follows(name: str, part: float) -> None:
    stream = SCANS[name]
    decode_frame(stream, SYNTAX + "4.51", RGB)
    cut = stream[: int(len(stream) * part)].rstrip(b"\xff") + b"\xff\xd9"
    with pytest.raises(DecodeError, match="ends before"):
        decode_frame(cut, SYNTAX + "4.51", RGB)


def test_a_part_between_two_restart_markers_that_is_cut_is_refused() -> None:
    stream = SCANS["restarts"]
    first, second = list(pairwise(m.start() for m in re.finditer(rb"\xff[\xd0-\xd7]", stream)))[3]
    short = stream[: (first + second) // 2].rstrip(b"\xff") + stream[second:]
    with pytest.raises(DecodeError, match="ends before"):
        decode_frame(short, SYNTAX + "4.51", RGB)


@pytest.mark.parametrize("codec", [Jpeg(), JpegLs(), Jpeg2000()], ids=str)
def test_a_thousand_zeros_behind_the_end_are_padding(codec: Jpeg | JpegLs | Jpeg2000) -> None:
    stream = codec.encode(SCENE, RGB)
    padded = stream + bytes(1000)
    expected = codec.decode(stream, RGB)
    assert np.array_equal(codec.decode(padded, RGB), expected)
    assert np.array_equal(codec.decode_independent(padded, RGB), codec.decode_independent(stream, RGB))
    assert np.array_equal(decode_frame(padded, codec.transfer_syntax, codec.resolve(RGB))[0], expected)


def test_an_error_without_words_is_told_by_its_name() -> None:
    assert words_of(ValueError("near is 3")) == "near is 3"
    assert words_of(RuntimeError()) == "RuntimeError"
    assert words_of(MemoryError(" ")) == "MemoryError"
