"""Ways in which a good figure was given to a bad image, each measured right here."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from lossytools.codecs import parse_codec
from lossytools.fidelity.loss import Gauge, Loss
from lossytools.fidelity.scales import Scale
from lossytools.pipeline.coding import padding_kept
from lossytools.values import Frame, ImagePixel


def native(frame: Frame) -> ImagePixel:
    bits = frame.dtype.itemsize * 8
    if frame.ndim == 3:
        return ImagePixel(*frame.shape[:2], 1, 3, "RGB", bits, bits, planar=0)
    return ImagePixel(*frame.shape[:2], 1, 1, "MONOCHROME2", bits, bits, frame.dtype.kind == "i")


def through(frame: Frame, codec: str) -> Frame:
    chosen = parse_codec(codec)
    return np.array(chosen.decode(chosen.encode(frame, native(frame)), native(frame)))


def lost(one: Frame, other: Frame) -> Loss:
    peak = 2 ** (one.dtype.itemsize * 8) - 1
    return Gauge(Scale("stored", peak), {"whole": None}).measure(one, other)["whole"]


def doppler() -> Frame:
    """Red and blue flow in a grey field: edges of colour at every pixel."""
    y, x = np.mgrid[0:128, 0:128]
    frame = np.repeat((60 + 40 * np.sin(x / 9))[..., None], 3, axis=2)
    flow = (np.hypot(y - 64, x - 64) < 40) & ((x + y) % 3 > 0)
    frame[flow] = np.where(((x * 7 + y * 3) % 5 > 2)[flow][:, None], [230, 30, 20], [20, 40, 230])
    return frame.astype(np.uint8)


def test_shared_chroma_caps_colour_doppler_even_at_the_best_quality() -> None:
    frame = doppler()
    shared = lost(frame, through(frame, "jpeg:quality=100,subsampling=422"))
    own = lost(frame, through(frame, "jpeg:quality=100,subsampling=444"))
    assert shared.psnr_db < 38
    assert own.psnr_db > 45


def test_htj2k_that_wraps_round_is_seen() -> None:
    frame = np.where(np.indices((64, 64)).sum(axis=0) % 16 < 8, 0, 255).astype(np.uint8)
    stream = parse_codec("htj2k:step=0.05").encode(frame, native(frame))
    right = lost(frame, through(frame, "htj2k:step=0.05"))
    wrapped = lost(frame, np.array(imagecodecs.htj2k_decode(stream)))
    assert right.max_error < 64
    assert wrapped.max_error > 200
    assert wrapped.psnr_db < right.psnr_db - 10


def test_jpeg_of_palette_indices_is_other_colours() -> None:
    random = np.random.default_rng(5)
    colours = random.integers(0, 256, (256, 3), np.uint8)
    indices = np.clip(np.add.outer(np.arange(64), np.arange(64)) + random.integers(0, 5, (64, 64)), 0, 255)
    indices = indices.astype(np.uint8)
    of_indices = through(indices, "jpeg:quality=95")
    assert lost(indices, of_indices).psnr_db > 40  # the indices look well
    assert lost(colours[indices], colours[of_indices]).psnr_db < 15  # and nobody sees indices


def test_near_ten_times_is_measured_against_the_first_image_not_the_last() -> None:
    random = np.random.default_rng(6)
    first = random.integers(40, 200, (64, 64), np.uint8)
    frame, largest = first, []
    for near in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10):
        before, frame = frame, through(frame, f"jpegls:near={near}")
        assert lost(before, frame).max_error <= near
        largest.append(lost(first, frame).max_error)
    assert largest[-1] > 10  # each step keeps its bound, all of them do not
    assert largest[-1] <= sum(range(1, 11))


def test_jpeg2000_smears_the_padding_of_a_ct_and_that_is_told_apart_from_its_body() -> None:
    y, x = np.mgrid[0:128, 0:128]
    inside = np.hypot(y - 64, x - 64) < 60
    frame = np.where(inside, 1000 + (x * 5 + y * 3) % 100, -2000).astype(np.int16)
    decoded = through(frame, "jpeg2000:ratio=12")
    assert not padding_kept((-2000, -2000), frame, decoded)
    masks = {"whole": None, "sector": np.where(inside, 255, 0).astype(np.uint8)}
    stored = Gauge(Scale("stored", 65535), masks, ssim=False).measure(frame, decoded)
    actual = Gauge(Scale("actual", 99), masks, ssim=False).measure(frame, decoded)
    # 16 bits flatter: what is near 60 dB of 65535 levels is 56 dB less of the 99 that the body takes
    assert stored["sector"].psnr_db - actual["sector"].psnr_db == pytest.approx(56.4, abs=0.1)


def test_ssim_of_16_bits_counts_against_their_range() -> None:
    random = np.random.default_rng(7)
    frame = random.integers(0, 4096, (64, 64), np.uint16)
    noisy = np.clip(frame.astype(int) + random.integers(-400, 401, frame.shape), 0, 4095).astype(np.uint16)
    of_range = Gauge(Scale("stored", 4095), {"whole": None}).measure(frame, noisy)["whole"].ssim
    of_type = Gauge(Scale("stored", 65535), {"whole": None}).measure(frame, noisy)["whole"].ssim
    assert of_range is not None
    assert of_type is not None
    assert of_type > of_range + 0.005
