"""The known traps of the libraries, each with what it would have done to an image."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from itertools import product

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from lossytools.codecs import Jpeg, Jpeg2000, JpegLs
from lossytools.codecs.codestream import read_header
from lossytools.errors import CodecMissing, DecodeError, UnsupportedPixels
from lossytools.libraries import imagecodecs_function, require, versioned
from lossytools.values import Frame, ImagePixel

GREY8 = ImagePixel(256, 300, 1, 1, "MONOCHROME2", 8, 8)
GREY12 = ImagePixel(256, 300, 1, 1, "MONOCHROME2", 16, 12)
CT = ImagePixel(256, 300, 1, 1, "MONOCHROME2", 16, 16, signed=True)
RGB8 = ImagePixel(256, 300, 1, 3, "RGB", 8, 8, planar=0)


def scene(form: ImagePixel, noise: float = 0.02) -> Frame:
    y, x = np.mgrid[: form.rows, : form.columns]
    plane = (np.sin(x / 19) + np.cos(y / 17) + 2) / 4
    if form.samples == 3:
        plane = np.stack([plane, plane * 0.8, plane * 0.5], -1)
    plane = plane + np.random.default_rng(3).normal(0, noise, plane.shape)
    return (form.minimum + np.clip(plane, 0, 1) * form.peak).astype(form.dtype)


def psnr(a: Frame, b: Frame, peak: int) -> float:
    return float(10 * np.log10(peak**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))


@pytest.mark.parametrize("form", [GREY8, GREY12, CT, RGB8], ids=str)
@pytest.mark.parametrize("ratio", [2, 5, 10, 20, 50])
def test_the_ratio_counts_bits_allocated_and_is_met_to_two_percent(form: ImagePixel, ratio: int) -> None:
    stream = Jpeg2000(ratio=ratio).encode(scene(form), form)
    assert form.frame_bytes / len(stream) >= ratio / 1.02
    # sizes come in steps of a coding pass, some 150 bytes of the 1536 that 50:1 leaves of GREY8
    assert form.frame_bytes / len(stream) <= ratio * (1.12 if ratio == 50 else 1.06)


@pytest.mark.parametrize("shape", [(31, 200), (200, 31), (16, 64)])
def test_the_ratio_is_met_below_the_smallest_frame_of_pylibjpeg(shape: tuple[int, int]) -> None:
    form = ImagePixel(*shape, 1, 3, "RGB", 8, 8, planar=0)
    stream = Jpeg2000(ratio=5).encode(scene(form), form)
    assert 5 <= form.frame_bytes / len(stream) <= 5.5


@pytest.mark.parametrize("form", [GREY8, GREY12, CT, RGB8], ids=str)
@pytest.mark.parametrize("wanted", [40, 50])
def test_psnr_is_relative_to_bits_stored(form: ImagePixel, wanted: int) -> None:
    codec, frame = Jpeg2000(psnr_db=wanted), scene(form)
    decoded = codec.decode(codec.encode(frame, form), form)
    # with a peak of 65535 twelve bits would come out 24 dB worse
    # OpenJPEG counts the error before the colour transform is undone and rounded: 48.1 for 50 in RGB
    assert wanted - 2 <= psnr(frame, decoded, form.peak) <= wanted + 4


def test_colour_goes_through_the_transform() -> None:
    frame = scene(RGB8, noise=0.0)
    with_transform = Jpeg2000(ratio=20).encode(frame, RGB8)
    plain = bytes(
        imagecodecs.jpeg2k_encode(frame, 45, codecformat="j2k", reversible=False, mct=False, bitspersample=8)
    )
    assert read_header(with_transform).component_transform is True
    assert read_header(plain).component_transform is False


@pytest.mark.parametrize("near", [1, 2, 5, 127])
def test_near_holds_at_the_ends_of_a_signed_range(near: int) -> None:
    for bits, allocated in ((8, 8), (12, 16), (16, 16)):
        if near > (2**bits - 1) // 2:
            continue
        form = ImagePixel(40, 50, 1, 1, "MONOCHROME2", allocated, bits, signed=True)
        ends = np.random.default_rng(1).choice(
            [form.minimum, form.maximum, form.maximum - 1, 0, -1], (40, 50)
        )
        codec, frame = JpegLs(near=near), ends.astype(form.dtype)
        decoded = codec.decode(codec.encode(frame, form), form)
        assert int(np.abs(decoded.astype(int) - frame.astype(int)).max()) <= near


def test_signed_data_away_from_the_ends_keeps_the_full_near() -> None:
    assert read_header(JpegLs(near=4).encode(scene(CT) // 2, CT)).near == 4
    assert read_header(JpegLs(near=4).encode(np.full((256, 300), -32768, np.int16), CT)).near == 2


@pytest.mark.parametrize("value", [0, 3])
def test_a_dark_jpeg_ls_frame_keeps_its_precision(value: int) -> None:
    frame = np.full((256, 300), value, np.uint16)
    stream = JpegLs().encode(frame, GREY12)
    assert read_header(stream).precision == 12
    assert int(np.abs(JpegLs().decode(stream, GREY12).astype(int) - value).max()) <= 2


def test_near_beyond_half_the_range_is_refused() -> None:
    with pytest.raises(UnsupportedPixels, match=r"near is 128, 8 bits stored allow 127"):
        JpegLs(near=128).resolve(GREY8)
    assert JpegLs(near=255).resolve(GREY12) == GREY12


def test_a_cut_jpeg_ls_frame_is_refused_at_once() -> None:
    stream = JpegLs().encode(scene(GREY8), GREY8)
    begun = time.monotonic()
    with pytest.raises(DecodeError, match="no end marker"):
        JpegLs().decode(stream[: len(stream) // 2], GREY8)
    assert time.monotonic() - begun < 0.5  # CharLS itself takes 3 to 5 seconds


@pytest.mark.parametrize("subsampling", ["444", "422", "420"])
def test_pillow_and_imagecodecs_decode_a_jpeg_alike(subsampling: str) -> None:
    codec = Jpeg(subsampling=subsampling)
    stream = codec.encode(scene(RGB8), RGB8)
    assert b"JFIF" not in stream
    assert b"Adobe" not in stream
    with Image.open(io.BytesIO(stream)) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), codec.decode(stream, RGB8))


def test_real_rgb_carries_the_adobe_marker() -> None:
    stream = Jpeg(colour="rgb").encode(scene(RGB8), RGB8)
    header = read_header(stream)
    assert (header.adobe_transform, header.colour, header.subsampling) == (0, "rgb", "444")
    with Image.open(io.BytesIO(stream)) as image:
        assert np.array_equal(np.asarray(image), Jpeg(colour="rgb").decode(stream, RGB8))


@pytest.mark.parametrize("quality", [1, 10, 50, 90, 100])
def test_two_jpeg_decoders_agree_within_three_levels_without_subsampling(quality: int) -> None:
    codec, rng = Jpeg(quality=quality), np.random.default_rng(quality)
    edges = np.kron(rng.integers(0, 2, (32, 38, 3)) * 255, np.ones((8, 8, 1)))[:256, :300].astype(np.uint8)
    for frame in (edges, rng.integers(0, 256, RGB8.shape, np.uint8)):
        stream = codec.encode(frame, RGB8)
        first, second = codec.decode(stream, RGB8), codec.decode_independent(stream, RGB8)
        assert int(np.abs(first.astype(int) - second.astype(int)).max()) <= 3


def test_a_header_that_lies_costs_nothing() -> None:
    stream = bytearray(Jpeg().encode(scene(GREY8), GREY8))
    at = stream.index(b"\xff\xc0") + 5
    stream[at : at + 4] = b"\xff\xff\xff\xff"  # 65535 x 65535 pixels
    with pytest.raises(DecodeError, match=r"says 65535 rows, 65535 columns"):
        Jpeg().decode(bytes(stream), GREY8)


def test_a_library_that_breaks_at_import_is_a_missing_codec() -> None:
    code = (
        "import sys, types\n"
        "sys.meta_path.insert(0, type('F', (), {'find_spec': staticmethod("
        "lambda name, *a: (_ for _ in ()).throw(OSError('broken')) if name == 'libjpeg' else None)})())\n"
        "from lossytools.codecs import Jpeg\n"
        "from lossytools.errors import CodecMissing\n"
        "from lossytools.libraries import require\n"
        "try: require('libjpeg', 'lossytools[verify]')\n"
        "except CodecMissing as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "OSError: broken" in done.stdout
    assert "pip install 'lossytools[verify]'" in done.stdout


def test_absent_libraries_and_functions_are_missing_codecs() -> None:
    with pytest.raises(CodecMissing, match="pip install 'nothing'"):
        require("no_such_module", "nothing")
    with pytest.raises(CodecMissing, match="JETRAW"):
        imagecodecs_function("jetraw_encode")
    with pytest.raises(CodecMissing, match="pip install"):
        versioned("no-such-package")


@pytest.mark.parametrize(("rows", "columns"), list(product((1, 65501), repeat=2))[1:])
def test_libjpeg_takes_65500_pixels_a_side(rows: int, columns: int) -> None:
    with pytest.raises(UnsupportedPixels, match="65500"):
        Jpeg().resolve(ImagePixel(rows, columns, 1, 1, "MONOCHROME2", 8, 8))
