"""Every codec over every pixel form that the tables of PS3.5 section 8.2 allow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossytools.codecs import Htj2k, Jpeg, Jpeg12, Jpeg2000, JpegLs, JpegXl, parse_codec
from lossytools.codecs.codestream import read_header
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.standard.encodings import rows_for
from lossytools.values import Frame, ImagePixel

if TYPE_CHECKING:
    from lossytools.codecs.protocol import FrameCodec

CODECS: tuple[FrameCodec, ...] = (
    Jpeg(),
    Jpeg(quality=40, subsampling="422"),
    Jpeg(quality=75, subsampling="420"),
    Jpeg(colour="rgb"),
    JpegLs(),
    JpegLs(near=1),
    Jpeg2000(),
    Jpeg2000(ratio=3),
    Jpeg2000(psnr_db=50),
    Jpeg12(),
    Jpeg12(quality=30),
    Htj2k(),
    Htj2k(step=0.002),
    JpegXl(),
    JpegXl(distance=0.1, effort=1),
)
BITS = ((8, 8), (8, 5), (8, 2), (16, 16), (16, 12), (16, 10), (16, 7))
FORMS = tuple(
    ImagePixel(37, 53, 1, samples, photometric, allocated, stored, signed, planar)
    for allocated, stored in BITS
    for samples, photometric, signed, planar in (
        (1, "MONOCHROME2", False, None),
        (1, "MONOCHROME1", True, None),
        (3, "RGB", False, 0),
    )
)
COLOURS = {
    "jpeg": "YBR_FULL_422",
    "jpeg12": "none",
    "jpegls": "RGB",
    "jpeg2000": "YBR_ICT",
    "htj2k": "YBR_ICT",
    "jpegxl": "RGB",
}
SIZES = ((1, 1), (1, 40), (40, 1), (2, 3), (31, 33), (32, 32), (33, 70))


def allowed(codec: FrameCodec, form: ImagePixel) -> bool:
    colour = COLOURS[codec.name]
    photometric = colour if form.samples == 3 else form.photometric
    in_table = any(
        photometric in row.photometrics
        and form.signed in row.signed
        and any(form.bits_allocated == a and form.bits_stored in s for a, s in row.bits)
        for row in rows_for(codec.transfer_syntax)
    )
    return in_table and not (isinstance(codec, JpegLs) and codec.near > form.peak // 2)


def pairs() -> list[tuple[FrameCodec, ImagePixel]]:
    return [(codec, form) for codec in CODECS for form in FORMS if allowed(codec, form)]


def frames_of(form: ImagePixel) -> dict[str, Frame]:
    noise = np.random.default_rng(7).integers(form.minimum, form.maximum + 1, form.shape)
    y, x = np.mgrid[: form.rows, : form.columns]
    wave = form.minimum + (np.sin(x / 9) + np.cos(y / 7) + 2) / 4 * form.peak
    board = np.where((x + y) % 2, form.minimum, form.maximum)
    shapes = {"wave": wave, "board": board, "low": x * 0 + form.minimum, "high": x * 0 + form.maximum}
    if form.samples == 3:
        shapes = {name: np.stack([plane, plane[::-1], plane], -1) for name, plane in shapes.items()}
    return {name: array.astype(form.dtype) for name, array in {**shapes, "noise": noise}.items()}


def gap(a: Frame, b: Frame) -> int:
    return int(np.abs(a.astype(np.int64) - b.astype(np.int64)).max())


@pytest.mark.parametrize(("codec", "form"), pairs(), ids=str)
def test_a_frame_decodes_alike_into_an_array_that_held_another(codec: FrameCodec, form: ImagePixel) -> None:
    room = np.full(form.shape, form.maximum, form.dtype)
    for frame in frames_of(form).values():
        stream = codec.encode(frame, form)
        decoded = codec.decode(stream, form, room)
        assert (decoded.shape, decoded.dtype) == (form.shape, form.dtype)
        assert np.array_equal(decoded, codec.decode(stream, form))


@pytest.mark.parametrize(("codec", "form"), pairs(), ids=str)
def test_a_frame_comes_back_in_its_form_and_within_the_bound(codec: FrameCodec, form: ImagePixel) -> None:
    for frame in frames_of(form).values():
        stream = codec.encode(frame, form)
        decoded = codec.decode(stream, form)
        assert (decoded.shape, decoded.dtype) == (form.shape, form.dtype)
        assert form.minimum <= decoded.min()
        assert decoded.max() <= form.maximum
        assert gap(decoded, codec.decode_independent(stream, form)) <= codec.tolerance
        if codec.bound is not None:
            assert gap(frame, decoded) <= codec.bound


@pytest.mark.parametrize(("codec", "form"), pairs(), ids=str)
def test_the_stream_says_what_is_declared(codec: FrameCodec, form: ImagePixel) -> None:
    declared = codec.resolve(form)
    for frame in frames_of(form).values():
        header = read_header(codec.encode(frame, form))
        assert (header.rows, header.columns, header.samples) == (37, 53, declared.samples)
        assert header.precision == declared.bits_stored
        assert not header.container
        assert not header.jfif
        colour = form.samples == 3
        if isinstance(codec, Jpeg):
            assert header.process == "SOF0"
            assert header.subsampling == (codec.subsampling if colour else None)
            assert (header.colour == "rgb") == (declared.photometric == "RGB")
        elif isinstance(codec, JpegLs):
            assert header.near in ({codec.near, codec.near // 2} if form.signed else {codec.near})
        elif isinstance(codec, Jpeg12):
            assert (header.process, header.samples) == ("SOF1", 1)
        elif isinstance(codec, JpegXl):
            assert (header.process, header.family, declared.photometric) == (
                "VarDCT",
                "jpegxl",
                form.photometric,
            )
        else:
            assert header.family == codec.name
            assert (header.process, header.signed) == ("9-7", form.signed)
            assert header.component_transform == (declared.photometric == "YBR_ICT") == colour


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_what_the_tables_do_not_allow_is_refused_with_its_limit(codec: FrameCodec) -> None:
    for form in FORMS:
        if not allowed(codec, form):
            with pytest.raises(UnsupportedPixels, match=rf"{codec.name}.*(signed|bits|no RGB)"):
                codec.resolve(form)
        else:
            resolved = codec.resolve(form)
            assert resolved.planar == (0 if form.samples == 3 else None)
            assert replace(resolved, photometric=form.photometric) == form


@pytest.mark.parametrize("codec", CODECS, ids=str)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_any_size_works(codec: FrameCodec, size: tuple[int, int]) -> None:
    rows, columns = size
    for form in FORMS:
        small = replace(form, rows=rows, columns=columns)
        if not allowed(codec, small):
            continue
        frame = frames_of(small)["noise"]
        decoded = codec.decode(codec.encode(frame, small), small)
        assert decoded.shape == small.shape
        if codec.bound is not None:
            assert gap(frame, decoded) <= codec.bound


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_threads_and_reruns_give_the_same_bytes(codec: FrameCodec) -> None:
    form = replace(sample_form(codec), rows=64, columns=80)
    frames = list(frames_of(form).values()) * 6
    alone = [codec.encode(frame, form) for frame in frames]
    with ThreadPoolExecutor(4) as pool:
        streams = list(pool.map(lambda frame: codec.encode(frame, form), frames))
        decoded = list(pool.map(lambda stream: codec.decode(stream, form), streams))
    assert streams == alone
    assert all(np.array_equal(a, codec.decode(b, form)) for a, b in zip(decoded, alone, strict=True))


RGB = ImagePixel(40, 40, 1, 3, "RGB", 8, 8, planar=0)
GREY = ImagePixel(40, 40, 1, 1, "MONOCHROME2", 8, 8)


def sample_form(codec: FrameCodec) -> ImagePixel:
    return GREY if isinstance(codec, Jpeg12) else RGB


STREAMS = {
    repr(codec): codec.encode(frames_of(sample_form(codec))["wave"], sample_form(codec)) for codec in CODECS
}


@pytest.mark.parametrize("codec", CODECS, ids=str)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_cut_stream_is_a_decode_error(codec: FrameCodec, data: st.DataObject) -> None:
    stream = STREAMS[repr(codec)]
    cut = stream[: data.draw(st.integers(0, len(stream) - 1))]
    for decode in (codec.decode, codec.decode_independent):
        with pytest.raises(DecodeError):
            decode(cut, sample_form(codec))


@pytest.mark.parametrize("codec", CODECS, ids=str)
@settings(max_examples=40, deadline=None)
@given(garbage=st.binary(max_size=200))
def test_garbage_is_a_decode_error(codec: FrameCodec, garbage: bytes) -> None:
    with pytest.raises(DecodeError):
        codec.decode(garbage, sample_form(codec))


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_a_stream_of_another_size_or_standard_is_a_decode_error(codec: FrameCodec) -> None:
    stream = STREAMS[repr(codec)]
    with pytest.raises(DecodeError, match=r"says 40 rows.*image says 41 rows"):
        codec.decode(stream, replace(sample_form(codec), rows=41))
    for other in CODECS:
        if other.name != codec.name:
            with pytest.raises(DecodeError):
                other.decode(stream, sample_form(codec))


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_frames_that_are_not_as_described_are_refused(codec: FrameCodec) -> None:
    form = sample_form(codec)
    frame = frames_of(form)["wave"]
    for wrong in (frame[1:], frame.astype(np.int8), frame[..., 0], frame.astype(">u2")):
        with pytest.raises(EncodeError, match="description says"):
            codec.encode(wrong, form)


@pytest.mark.parametrize("codec", CODECS[4:], ids=str)
def test_big_endian_frames_and_values_beyond_bits_stored_are_refused(codec: FrameCodec) -> None:
    deep = ImagePixel(40, 40, 1, 1, "MONOCHROME2", 16, 12)
    with pytest.raises(EncodeError, match="description says"):
        codec.encode(np.zeros((40, 40), ">u2"), deep)
    with pytest.raises(EncodeError, match=r"0 to 4096, 12 bits stored hold 0 to 4095"):
        codec.encode(np.pad(np.full((1, 1), 4096, np.uint16), (0, 39)), deep)


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_planes_handed_over_as_a_view_are_coded_as_they_look(codec: FrameCodec) -> None:
    form = sample_form(codec)
    frame = frames_of(form)["wave"]
    planar = np.moveaxis(np.ascontiguousarray(np.moveaxis(frame, -1, 0)), 0, -1)
    assert codec.encode(planar, form) == STREAMS[repr(codec)]


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_name_words_and_library_can_be_written_into_a_header(codec: FrameCodec) -> None:
    assert parse_codec(repr(codec)) == codec
    assert codec.describe().isascii()
    assert codec.describe().startswith(codec.title)
    assert "2026" in codec.library() or "openjpeg" in codec.library()
