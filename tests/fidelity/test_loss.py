from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossytools.differences import error_counts, squares_and_largest
from lossytools.fidelity.loss import Gauge, Loss, added, squared_sum
from lossytools.fidelity.scales import DISPLAY_PEAK, Scale, actual_ends, window_table
from lossytools.fidelity.spread import Tally

STORED = Scale("stored", 255)


def half(rows: int, columns: int) -> np.ndarray:
    mask = np.zeros((rows, columns), np.uint8)
    mask[:, : columns // 2] = 255
    return mask


@given(
    st.sampled_from(["u1", "i1", "u2", "i2"]),
    st.sampled_from([(1, 1), (5, 7), (4, 6, 3)]),
    st.data(),
)
def test_counts_give_the_exact_sum_of_squares_and_the_largest_error(
    kind: str, shape: tuple[int, ...], data: st.DataObject
) -> None:
    one, other = (data.draw(hnp.arrays(kind, shape)) for _ in range(2))
    (counts,) = error_counts(one, other)
    assert int(counts.sum()) == one.size
    assert (squared_sum(counts), len(counts) - 1) == squares_and_largest(one, other)
    left, right = error_counts(one, other, (half(*shape[:2]), 255 - half(*shape[:2])))
    assert np.array_equal(added(left, right), counts)


def test_counts_stay_exact_beyond_what_single_precision_holds() -> None:
    one = np.zeros((4100, 4100), np.uint8)  # 16,810,000 samples; 2**24 is 16,777,216
    other = one.copy()
    other[0, :3] = 2
    mask = np.full(one.shape, 255, np.uint8)
    for counts in error_counts(one, other, (None, mask)):
        assert counts.tolist() == [4100 * 4100 - 3, 0, 3]


def test_each_part_is_measured_on_its_own_pixels() -> None:
    source = np.full((20, 20), 100, np.uint8)
    decoded = source.copy()
    decoded[:, 10:] = 104
    gauge = Gauge(STORED, {"whole": None, "sector": half(20, 20), "text": 255 - half(20, 20)})
    parts = gauge.measure(source, decoded)
    # whole: mse 16 / 2 = 8, 10 log10(65025 / 8) = 39.0999; text: mse 16, 36.0896
    assert parts["whole"].psnr_db == pytest.approx(39.0999, abs=1e-4)
    assert parts["sector"].psnr_db == math.inf
    assert parts["text"].psnr_db == pytest.approx(36.0896, abs=1e-4)
    assert [parts[name].max_error for name in parts] == [4, 0, 4]
    assert [parts[name].samples for name in parts] == [400, 200, 200]


def test_a_part_without_pixels_has_no_figures_and_is_left_out_of_the_sum() -> None:
    frame = np.zeros((20, 20), np.uint8)
    parts = Gauge(STORED, {"whole": None, "text": np.zeros((20, 20), np.uint8)}).measure(frame, frame)
    assert math.isnan(parts["text"].psnr_db)
    assert parts["text"].samples == 0
    tally = Tally(255)
    tally.add(1, parts)
    assert list(tally.parts()) == ["whole"]


def test_through_a_window_only_what_it_shows_counts_and_the_worst_window_decides() -> None:
    source = np.full((16, 16), 1000, np.uint16)
    decoded = source + 100
    values = np.arange(4096)
    wide = window_table(values, (0, 4095), inverse=False)
    narrow = window_table(values, (900, 1300), inverse=False)
    blind = window_table(values, (3000, 4000), inverse=False)
    scale = Scale("window", DISPLAY_PEAK, 0, (wide, narrow, blind))
    whole = Gauge(scale, {"whole": None}).measure(source, decoded)["whole"]
    # 100 of 400 grey levels are a quarter of the display: 20 log10(4) = 12.04 dB
    assert whole.psnr_db == pytest.approx(12.0412, abs=1e-3)
    assert whole.max_error == 100
    only_blind = Gauge(Scale("window", DISPLAY_PEAK, 0, (blind,)), {"whole": None})
    assert only_blind.measure(source, decoded)["whole"].psnr_db == math.inf


def test_display_levels_of_monochrome1_are_turned_round() -> None:
    assert window_table(np.array([0.0, 50.0, 100.0]), (0, 100), inverse=True).tolist() == [65535, 32767, 0]
    assert window_table(np.array([7.0, 7.0]), (7, 7), inverse=False).tolist() == [0, 0]


def test_the_actual_range_leaves_out_one_sample_in_a_thousand_at_either_end() -> None:
    counts = np.zeros(300, np.int64)
    counts[0] = 1  # a dead pixel
    counts[100:200] = 100
    counts[299] = 1
    assert actual_ends(counts, -50) == (50, 149)
    assert actual_ends(np.zeros(4, np.int64), -50) == (-50, -50)


def loss(psnr: float, ssim: float, max_error: int) -> Loss:
    return Loss(np.array([10] + [0] * (max_error - 1) + [1], np.int64), psnr, ssim)


def test_worst_first_percentile_and_mean_over_the_frames() -> None:
    tally = Tally(255)
    for number in range(1, 201):
        tally.add(number, {"whole": loss(40 + number / 10, 0.9 + number / 4000, 1 + number % 7)})
    whole = tally.parts()["whole"]
    # 200 frames: one in a hundred is two, the second lowest is that of frame 2
    assert (whole.psnr_db.worst, whole.psnr_db.worst_frame) == (pytest.approx(40.1), 1)
    assert whole.psnr_db.percentile_1 == pytest.approx(40.2)
    assert whole.ssim is not None
    assert whole.ssim.mean == pytest.approx(0.9 + 100.5 / 4000)
    assert (whole.max_error.worst, whole.max_error.worst_frame) == (7, 6)
    assert whole.max_error.percentile_1 == 7
    assert whole.errors.tolist() == [2000, 28, 29, 29, 29, 29, 28, 28]


def test_the_mean_of_a_psnr_is_that_of_the_squared_errors() -> None:
    tally = Tally(255)
    tally.add(1, {"whole": loss(30, 1, 1)})
    tally.add(2, {"whole": loss(math.inf, 1, 1)})
    # half the squared error of 30 dB is 33.01 dB; the mean of 30 and infinity would hide it
    assert tally.parts()["whole"].psnr_db.mean == pytest.approx(33.0103, abs=1e-4)


def test_of_fewer_than_a_hundred_frames_the_first_percentile_is_the_worst() -> None:
    tally = Tally(255)
    for number, psnr in enumerate((44.0, 41.0, 43.0), start=1):
        tally.add(number, {"whole": loss(psnr, math.nan, 2)})
    whole = tally.parts()["whole"]
    assert (whole.psnr_db.percentile_1, whole.psnr_db.worst_frame) == (41.0, 2)
    assert whole.ssim is None
