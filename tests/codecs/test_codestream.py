"""Headers of code streams: hand-made, from every encoder, and broken."""

from __future__ import annotations

import hashlib
import io
import struct
from contextlib import suppress
from typing import Any

import imagecodecs
import jpeg_ls
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lossytools.codecs.codestream import TAIL_BYTES, StreamHeader, bare_length, ends_properly, read_header
from lossytools.codecs.codestream.jpeg import without_leading
from lossytools.errors import DecodeError

NOISE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
GREY = np.ascontiguousarray(NOISE[..., 0])
JFIF = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def adobe(transform: int) -> bytes:
    return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])


def jpeg(
    extra: bytes = b"",
    *,
    ids: bytes = b"\x01\x02\x03",
    factors: tuple[int, ...] = (17, 17, 17),
    sof: int = 0xC0,
) -> bytes:
    """Return SOI, segments, SOF, SOS, a little data, EOI of 20 rows by 30 columns."""
    parts = b"".join(bytes([i, f, 0]) for i, f in zip(ids, factors, strict=True))
    frame = struct.pack(">HBHHB", 8 + len(parts), 8, 20, 30, len(ids)) + parts
    scan = (
        struct.pack(">HB", 6 + 2 * len(ids), len(ids))
        + b"".join(bytes([i, 0]) for i in ids)
        + b"\x00\x3f\x00"
    )
    return b"\xff\xd8" + extra + b"\xff" + bytes([sof]) + frame + b"\xff\xda" + scan + b"\x12\x34\xff\xd9"


@pytest.mark.parametrize(
    ("stream", "colour", "subsampling"),
    [
        (jpeg(), None, "444"),
        (jpeg(JFIF), "ycbcr", "444"),
        (jpeg(adobe(0)), "rgb", "444"),
        (jpeg(adobe(1)), "ycbcr", "444"),
        (jpeg(adobe(2)), "ycbcr", "444"),
        (jpeg(JFIF + adobe(0)), "ycbcr", "444"),
        (jpeg(adobe(0)[:-3].replace(b"\x00\x0e", b"\x00\x0b")), None, "444"),  # too short to count
        (jpeg(ids=b"RGB"), "rgb", "444"),
        (jpeg(factors=(0x21, 0x11, 0x11)), "ycbcr", "422"),
        (jpeg(factors=(0x22, 0x11, 0x11)), "ycbcr", "420"),
        (jpeg(factors=(0x41, 0x11, 0x11)), "ycbcr", "4x1,1x1,1x1"),
        (jpeg(ids=b"\x01", factors=(0x11,)), None, None),
    ],
)
def test_markers_tell_the_colour(stream: bytes, colour: str | None, subsampling: str | None) -> None:
    header = read_header(stream)
    assert (header.rows, header.columns, header.precision) == (20, 30, 8)
    assert (header.colour, header.subsampling) == (colour, subsampling)


@pytest.mark.parametrize(
    ("sof", "process", "irreversible"),
    [(0xC0, "SOF0", True), (0xC1, "SOF1", True), (0xC2, "SOF2", True), (0xC3, "SOF3", False)],
)
def test_the_frame_marker_names_the_process(sof: int, process: str, *, irreversible: bool) -> None:
    header = read_header(jpeg(sof=sof))
    assert (header.process, header.irreversible) == (process, irreversible)


def icc(number: int, count: int, part: bytes) -> bytes:
    """Return an APP2 segment with a chunk of an ICC profile."""
    payload = b"ICC_PROFILE\x00" + bytes((number, count)) + part
    return b"\xff\xe2" + struct.pack(">H", 2 + len(payload)) + payload


PROFILE = (200).to_bytes(4, "big") + bytes(range(196))
DIGEST = hashlib.sha256(PROFILE).hexdigest()


@pytest.mark.parametrize(
    ("segments", "digest"),
    [
        (b"", ""),
        (icc(1, 1, PROFILE), DIGEST),
        (icc(1, 2, PROFILE[:150]) + icc(2, 2, PROFILE[150:]), DIGEST),
        (icc(2, 2, PROFILE[150:]) + JFIF + icc(1, 2, PROFILE[:150]), DIGEST),
        (icc(1, 1, PROFILE + b"\0"), DIGEST),  # what follows the profile's own length is no part of it
        (icc(1, 2, PROFILE[:150]), ""),
        (icc(1, 2, PROFILE[:150]) + icc(1, 2, PROFILE[:150]), ""),
        (icc(1, 1, b""), ""),
        (b"\xff\xe2\x00\x08MPF\x00\x00\x00", ""),  # another use of APP2
    ],
)
def test_the_icc_profile_is_put_together_from_its_chunks(segments: bytes, digest: str) -> None:
    assert read_header(jpeg(segments)).icc == digest


def test_a_profile_of_several_segments_is_read_as_it_was_written() -> None:
    profile = (150_000).to_bytes(4, "big") + NOISE.tobytes() * 83 + bytes(596)
    assert len(profile) == 150_000  # three segments
    written = io.BytesIO()
    Image.fromarray(NOISE).save(written, "jpeg", icc_profile=profile)
    assert read_header(written.getvalue()).icc == hashlib.sha256(profile).hexdigest()


def test_a_thumbnail_in_a_segment_is_not_taken_for_the_image() -> None:
    thumbnail = jpeg(ids=b"\x01", factors=(17,))
    exif = b"\xff\xe1" + struct.pack(">H", 2 + len(thumbnail)) + thumbnail
    assert read_header(jpeg(exif)).samples == 3


def test_streams_that_begin_alike_are_told_apart_where_their_headers_end() -> None:
    streams = [
        imagecodecs.jpeg8_encode(GREY, 90),
        imagecodecs.jpeg8_encode(GREY[:-1], 90),
        imagecodecs.jpegls_encode(GREY, 0),
        imagecodecs.jpegls_encode(GREY, 2),
        jpeg(),
        jpeg(JFIF),
    ]
    alone = {}
    for stream in streams:
        read_header(imagecodecs.jpeg8_encode(NOISE, 50))  # forgets the one before
        alone[stream] = read_header(stream)
    assert len(set(alone.values())) == len(streams)
    for one in streams:
        for other in streams:
            assert (read_header(one), read_header(other)) == (alone[one], alone[other])


def test_a_header_that_was_read_before_does_not_hide_that_this_one_is_cut() -> None:
    whole = imagecodecs.jpeg8_encode(GREY, 90)
    end = read_header(whole).scan_start
    assert read_header(whole[:end]) == read_header(whole)
    for length in range(2, end):
        with pytest.raises(DecodeError):
            read_header(whole[:length])


def test_the_scan_of_a_jpeg_starts_behind_its_sos() -> None:
    stream = imagecodecs.jpeg8_encode(GREY, 90)
    sos = stream.index(b"\xff\xda")
    assert read_header(stream).scan_start == sos + 2 + int.from_bytes(stream[sos + 2 : sos + 4], "big")


def test_fill_bytes_are_skipped() -> None:
    assert read_header(b"\xff\xff\xff" + jpeg(b"\xff\xff" + JFIF)).jfif
    assert without_leading(b"\xff\xff\xff" + jpeg(b"\xff\xff" + JFIF), 0xE0) == jpeg()


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (imagecodecs.jpeg8_encode(GREY, 90), {"family": "jpeg", "process": "SOF0", "precision": 8}),
        (
            imagecodecs.jpeg8_encode(GREY.astype(np.uint16), 90, bitspersample=12),
            {"process": "SOF1", "precision": 12, "irreversible": True},
        ),
        (imagecodecs.jpeg8_encode(GREY, lossless=True), {"process": "SOF3", "irreversible": False}),
        (imagecodecs.jpegls_encode(GREY, 0), {"family": "jpegls", "near": 0, "irreversible": False}),
        (imagecodecs.jpegls_encode(NOISE.astype(np.uint16), 3), {"near": 3, "precision": 16, "samples": 3}),
        (
            bytes(jpeg_ls.encode_buffer(NOISE.tobytes(), 20, 30, 3, 8, 5, 1)),
            {"near": 5, "irreversible": True, "process": "SOF55"},
        ),
        (
            imagecodecs.jpeg2k_encode(NOISE, 40, codecformat="j2k", reversible=False),
            {"family": "jpeg2000", "process": "9-7", "component_transform": True, "signed": False},
        ),
        (
            imagecodecs.jpeg2k_encode(GREY.astype(np.int16), codecformat="j2k", reversible=True),
            {"process": "5-3", "irreversible": False, "signed": True, "precision": 16},
        ),
        (
            imagecodecs.jpeg2k_encode(NOISE, 40, codecformat="jp2", reversible=False),
            {"family": "jpeg2000", "container": True, "samples": 3},
        ),
        (
            imagecodecs.htj2k_encode(NOISE, 0.01, reversible=False),
            {"family": "htj2k", "process": "9-7", "samples": 3},
        ),
        (
            imagecodecs.jpegxl_encode(NOISE, distance=1.0),
            {"family": "jpegxl", "process": "VarDCT", "irreversible": True, "samples": 3, "precision": 8},
        ),
        (
            imagecodecs.jpegxl_encode(NOISE, lossless=True),
            {"process": "Modular", "irreversible": False, "samples": 3, "container": False},
        ),
        (
            imagecodecs.jpegxl_encode(GREY.astype(np.uint16), lossless=True, bitspersample=12),
            {"process": "Modular", "irreversible": False, "samples": 1, "precision": 12},
        ),
        (
            imagecodecs.jpegxl_encode(GREY, distance=1.0, usecontainer=True),
            {"process": "VarDCT", "irreversible": True, "samples": 1, "container": True},
        ),
        (
            imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(NOISE, 90)),
            {"family": "jpegxl", "irreversible": True, "samples": 3, "container": True},
        ),
    ],
)
def test_what_encoders_write_is_read(stream: bytes, expected: dict[str, Any]) -> None:
    header = read_header(stream)
    assert (header.rows, header.columns) == (20, 30)
    assert {name: getattr(header, name) for name in expected} == expected


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (256, 256), (300, 400), (90, 160), (257, 1), (5000, 3)])
def test_every_form_of_the_size_of_jpeg_xl_is_read(shape: tuple[int, int]) -> None:
    header = read_header(imagecodecs.jpegxl_encode(np.zeros(shape, np.uint8), lossless=True))
    assert (header.rows, header.columns) == shape


WHOLE = (
    jpeg(JFIF),
    imagecodecs.jpegls_encode(GREY, 2),
    imagecodecs.jpeg2k_encode(NOISE, 40, codecformat="jp2", reversible=False),
    imagecodecs.jpegxl_encode(GREY, distance=1.0, usecontainer=True),
)
STARTS = (b"", b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\x0a", WHOLE[2][:40], WHOLE[3][:32], *WHOLE)


@given(st.sampled_from(STARTS), st.binary(max_size=80))
def test_garbage_is_a_decode_error_and_nothing_else(start: bytes, garbage: bytes) -> None:
    with suppress(DecodeError):
        assert isinstance(read_header(start + garbage), StreamHeader)


@given(st.sampled_from(WHOLE), st.data())
def test_a_changed_byte_or_a_cut_is_a_header_or_a_decode_error(stream: bytes, data: st.DataObject) -> None:
    changed = bytearray(stream[: data.draw(st.integers(0, len(stream)))])
    if changed:
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DecodeError):
        assert isinstance(read_header(bytes(changed)), StreamHeader)


@pytest.mark.parametrize(
    ("tail", "complete", "bare"),
    [
        (b"ab\xff\xd9", True, 100),
        (b"b\xff\xd9\x00", True, 99),
        (b"\xff\xd9\xff\x00\x00", True, 97),
        (b"b\xff\xd9\xc8", True, 99),
        (b"\xff\xd9ab", False, 98),
        (b"\xff\xd9abc", False, 97),
        (b"\xff\xd9" + bytes(90), True, 10),
        (b"abcd", False, 100),
        (b"", False, 100),
    ],
)
def test_padding_is_told_from_the_stream(tail: bytes, bare: int, *, complete: bool) -> None:
    assert ends_properly(tail, "jpeg") is complete
    assert bare_length(tail, 100, "jpeg") == bare
    assert ends_properly(tail, "jpegxl")
    assert bare_length(tail, 100, "rle") == 100


def test_a_thousand_pad_bytes_are_within_the_tail() -> None:
    padded = jpeg() + bytes(1000)
    tail = padded[-TAIL_BYTES:]
    assert ends_properly(tail, "jpeg")
    assert bare_length(tail, len(padded), "jpeg") == len(jpeg())
