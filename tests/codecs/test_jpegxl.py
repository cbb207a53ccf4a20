"""JPEG XL: a bare code stream, the bits that are stored, decoders that agree."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lossytools.codecs import JpegXl, parse_codec
from lossytools.errors import CodecSettingError, UnsupportedPixels
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from pathlib import Path

RGB8 = ImagePixel(60, 80, 1, 3, "RGB", 8, 8, planar=0)
GREY16 = ImagePixel(60, 80, 1, 1, "MONOCHROME2", 16, 16)


def noise(form: ImagePixel) -> np.ndarray:
    smooth = np.add.outer(np.arange(form.rows), np.arange(form.columns)) / (form.rows + form.columns)
    plane = smooth if form.samples == 1 else np.stack([smooth, smooth[::-1], smooth[:, ::-1]], -1)
    jitter = np.random.default_rng(2).normal(0, 0.01, form.shape)
    return (np.clip(plane + jitter, 0, 1) * form.peak).astype(form.dtype)


@pytest.mark.parametrize("form", [RGB8, GREY16], ids=str)
def test_the_stream_is_bare_and_smaller_at_a_larger_distance(form: ImagePixel) -> None:
    sizes = []
    for distance in (0.1, 1, 4):
        stream = JpegXl(distance=distance).encode(noise(form), form)
        assert stream[:2] == b"\xff\x0a"
        sizes.append(len(stream))
    assert sizes == sorted(sizes, reverse=True)


def test_signed_samples_are_refused_for_jpeg_xl_has_none() -> None:
    with pytest.raises(UnsupportedPixels, match="unsigned samples only"):
        JpegXl().resolve(ImagePixel(60, 80, 1, 1, "MONOCHROME2", 16, 16, signed=True))


@pytest.mark.parametrize("wrong", ["distance=0", "distance=26", "effort=0", "effort=10", "distance=x"])
def test_knobs_have_ends(wrong: str) -> None:
    with pytest.raises(CodecSettingError, match=r"jpegxl: (distance|effort)"):
        parse_codec(f"jpegxl:{wrong}")


@pytest.mark.skipif(shutil.which("djxl") is None, reason="djxl of Debian's libjxl-tools is not installed")
@pytest.mark.parametrize("form", [RGB8, GREY16], ids=str)
def test_djxl_decodes_the_same(form: ImagePixel, tmp_path: Path) -> None:
    codec = JpegXl(distance=0.5)
    stream = codec.encode(noise(form), form)
    name = "out.pgm" if form.samples == 1 else "out.ppm"
    (tmp_path / "in.jxl").write_bytes(stream)
    subprocess.run(["djxl", "in.jxl", name], cwd=tmp_path, check=True, capture_output=True)
    cells = (tmp_path / name).read_bytes()[-form.frame_bytes :]
    theirs = np.frombuffer(cells, form.dtype.newbyteorder(">")).reshape(form.shape)
    assert int(np.abs(codec.decode(stream, form).astype(int) - theirs).max()) <= codec.tolerance
