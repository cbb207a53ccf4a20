from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossytools.differences import largest_gap
from lossytools.measurement import FrameMeasurement, Measurement, measure_frame, total


def frame(number: int, squared_error: int, max_error: int, samples: int = 100) -> FrameMeasurement:
    return FrameMeasurement(number, 300, 30, samples, squared_error, max_error, 0, 255, 255)


def test_psnr_is_measured_against_the_largest_value_of_bits_stored() -> None:
    source = np.zeros((10, 10), np.uint16)
    decoded = source.copy()
    decoded[0, 0] = 4
    measured = measure_frame(source, decoded, number=1, native_bytes=200, stream_bytes=50, peak=4095)
    # mse = 16 / 100; 10 log10(4095**2 / 0.16) = 80.204 dB
    assert measured.mse == pytest.approx(0.16)
    assert measured.psnr_db == pytest.approx(80.2036, abs=1e-3)
    assert (measured.max_error, measured.smallest, measured.largest) == (4, 0, 4)
    assert measured.ratio == pytest.approx(4.0)


def test_equal_frames_have_infinite_psnr_and_no_error() -> None:
    source = np.full((3, 5, 3), 200, np.uint8)
    measured = measure_frame(source, source, number=7, native_bytes=45, stream_bytes=9, peak=255)
    assert measured.psnr_db == math.inf
    assert (measured.squared_error, measured.max_error) == (0, 0)


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2"])
def test_the_largest_possible_error_does_not_wrap(kind: str) -> None:
    info = np.iinfo(kind)
    low, high = np.full((700, 800), info.min, kind), np.full((700, 800), info.max, kind)
    measured = measure_frame(low, high, number=1, native_bytes=1, stream_bytes=1, peak=info.max - info.min)
    span = info.max - info.min
    assert measured.max_error == span
    assert measured.squared_error == span * span * 700 * 800
    assert measured.psnr_db == pytest.approx(0.0)


def test_frames_of_different_shape_are_not_compared() -> None:
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(3, 2\)"):
        measure_frame(
            np.zeros((2, 3), "u1"), np.zeros((3, 2), "u1"), number=1, native_bytes=6, stream_bytes=1, peak=255
        )


@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    st.integers(0, 2**32 - 1),
)
def test_the_sum_of_squares_is_exact(source: np.ndarray, seed: int) -> None:
    decoded = np.random.default_rng(seed).integers(0, 256, source.shape, np.uint8)
    measured = measure_frame(source, decoded, number=1, native_bytes=1, stream_bytes=1, peak=255)
    pairs = zip(source.ravel().tolist(), decoded.ravel().tolist(), strict=True)
    assert measured.squared_error == sum((a - b) ** 2 for a, b in pairs)


def test_measurements_add_up_in_any_order() -> None:
    frames = [frame(1, 500, 3), frame(2, 900, 9), frame(3, 900, 9, samples=400)]
    sums = {repr(total(order)) for order in permutations(frames)}
    assert len(sums) == 1
    added = total(frames)
    assert (added.frames, added.samples, added.squared_error) == (3, 600, 2300)
    assert (added.worst.number, added.worst_error.number) == (2, 2)  # of equals the first
    assert added.ratio == pytest.approx(10.0)


def test_the_ratio_is_that_of_all_frames_and_not_the_mean_of_ratios() -> None:
    small = FrameMeasurement(1, 1000, 10, 1, 0, 0, 0, 0, 255)  # 100:1
    large = FrameMeasurement(2, 1000, 990, 1, 0, 0, 0, 0, 255)  # 1.01:1
    assert (Measurement.of(small) + Measurement.of(large)).ratio == pytest.approx(2.0)


@pytest.mark.parametrize(("one", "other"), [("u1", "u2"), ("i2", "u2"), ("i2", "i1")])
def test_frames_of_different_types_are_compared_by_value(one: str, other: str) -> None:
    info, limit = np.iinfo(one), np.iinfo(other)
    source, decoded = np.full((300, 400), info.min, one), np.full((300, 400), limit.max, other)
    gap = int(limit.max) - int(info.min)
    measured = measure_frame(source, decoded, number=1, native_bytes=1, stream_bytes=1, peak=65535)
    assert (measured.max_error, measured.squared_error) == (gap, gap * gap * 300 * 400)
    assert largest_gap(decoded, source) == gap
