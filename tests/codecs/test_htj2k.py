"""HTJ2K: the quality that was asked for, the precision that is declared, and the decoder that wraps round."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from lossytools.codecs import Htj2k, parse_codec
from lossytools.codecs.codestream import read_header
from lossytools.codecs.openjpeg import decoded_by_openjpeg
from lossytools.errors import CodecSettingError
from lossytools.values import Frame, ImagePixel

RGB8 = ImagePixel(120, 160, 1, 3, "RGB", 8, 8, planar=0)
GREY8 = ImagePixel(120, 160, 1, 1, "MONOCHROME2", 8, 8)
GREY12 = ImagePixel(120, 160, 1, 1, "MONOCHROME2", 16, 12)
CT = ImagePixel(120, 160, 1, 1, "MONOCHROME2", 16, 16, signed=True)
FORMS = (RGB8, GREY8, GREY12, CT, ImagePixel(120, 160, 1, 1, "MONOCHROME2", 16, 7))


def scene(form: ImagePixel, noise: float = 0.02, seed: int = 3) -> Frame:
    y, x = np.mgrid[: form.rows, : form.columns]
    plane = (np.sin(x / 19) + np.cos(y / 17) + 2) / 4
    if form.samples == 3:
        plane = np.stack([plane, plane * 0.8, plane * 0.5], -1)
    plane = plane + np.random.default_rng(seed).normal(0, noise, plane.shape)
    return (form.minimum + np.clip(plane, 0, 1) * form.peak).astype(form.dtype)


def psnr(a: Frame, b: Frame, peak: int) -> float:
    return float(10 * np.log10(peak**2 / np.mean((a.astype(float) - b.astype(float)) ** 2)))


@pytest.mark.parametrize("form", FORMS[:4], ids=str)
@pytest.mark.parametrize("wanted", [34, 40, 46, 52])
@pytest.mark.parametrize("noise", [0.003, 0.02, 0.2])
def test_psnr_is_met_within_three_tenths_of_a_decibel(form: ImagePixel, wanted: int, noise: float) -> None:
    codec, frame = Htj2k(psnr_db=wanted), scene(form, noise)
    decoded = decoded_by_openjpeg(codec.encode(frame, form), form, "htj2k")
    reached = psnr(frame, decoded, form.peak)
    coarsest = Htj2k(step=0.5)
    floor = psnr(frame, coarsest.decode(coarsest.encode(frame, form), form), form.peak)
    assert wanted <= reached <= max(wanted + 0.3, floor)


@pytest.mark.parametrize("value", [0, 255])
def test_a_frame_that_cannot_lose_is_coded_all_the_same(value: int) -> None:
    frame = np.full(GREY8.shape, value, np.uint8)
    codec = Htj2k(psnr_db=46)
    decoded = codec.decode(codec.encode(frame, GREY8), GREY8)
    assert int(np.abs(decoded.astype(int) - value).max()) <= 1  # 48.1 dB, if every sample is off by one


def test_more_quality_than_rounding_leaves_is_reached_by_the_coarsest_step_that_does() -> None:
    codec, frame = Htj2k(psnr_db=80), scene(GREY8)
    stream = codec.encode(frame, GREY8)
    # 80 dB of 8 bits: 12 of these 19200 samples may be off by one
    assert int(np.count_nonzero(codec.decode(stream, GREY8) != frame)) <= 12
    assert len(stream) < len(Htj2k(step=2**-16).encode(frame, GREY8)) * 0.8


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_step_is_a_part_of_the_range_whatever_the_bits(form: ImagePixel) -> None:
    codec = Htj2k(step=1 / 64)
    frame = scene(form, 0.1)
    stream = codec.encode(frame, form)
    assert read_header(stream).precision == form.bits_stored
    reached = psnr(frame, codec.decode(stream, form), form.peak)
    # noise of a uniform quantiser is step / sqrt(12): 46.9 dB at most where all coefficients are coded
    assert 34 < reached < 47


def test_the_decoder_of_openjph_would_wrap_round_and_we_would_notice() -> None:
    board = np.kron(np.random.default_rng(1).integers(0, 2, (30, 40)), np.ones((4, 4))).astype(np.uint8) * 255
    codec = Htj2k(step=1 / 16)
    stream = codec.encode(board, GREY8)
    wrapped, ours = imagecodecs.htj2k_decode(stream), codec.decode(stream, GREY8)
    second = codec.decode_independent(stream, GREY8)
    assert int(np.abs(wrapped.astype(int) - board).max()) == 255  # black for white
    assert int(np.abs(ours.astype(int) - board).max()) < 40
    assert int(np.abs(ours.astype(int) - second).max()) <= codec.tolerance
    assert int(np.abs(wrapped.astype(int) - second).max()) > codec.tolerance  # what `independent` refuses


def test_the_knobs_exclude_each_other_and_have_ends() -> None:
    assert repr(Htj2k()) == "htj2k:psnr_db=46"
    assert parse_codec("htj2k:step=0.01") == Htj2k(step=0.01)
    for wrong in ("htj2k:psnr_db=46,step=0.1", "htj2k:step=0.00001", "htj2k:step=0.6", "htj2k:psnr_db=19"):
        with pytest.raises(CodecSettingError, match="htj2k"):
            parse_codec(wrong)
