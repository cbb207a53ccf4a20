from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.metrics import structural_similarity as of_scikit_image

from lossytools.fidelity.similarity import RADIUS, structural_similarity


def oracle(one: np.ndarray, other: np.ndarray, peak: float, mask: np.ndarray | None = None) -> float:
    """SSIM of scikit-image; of a mask, the mean of its map over the pixels that have whole windows."""
    colour = 2 if one.ndim == 3 else None
    mean, similar = of_scikit_image(
        one.astype(np.float64),
        other.astype(np.float64),
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=peak,
        channel_axis=colour,
        full=True,
    )
    if mask is None:
        return float(mean)
    inside = (slice(RADIUS, -RADIUS), slice(RADIUS, -RADIUS))
    return float(similar[inside][mask[inside] != 0].mean())


def noisy(kind: str, peak: int, shape: tuple[int, ...], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A smooth frame with an edge, at any place of the range, and the same with noise."""
    random = np.random.default_rng(seed)
    low = -(peak + 1) // 2 if kind.startswith("i") else 0
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    base = 0.9 + 0.1 * np.sin(x / 9) if seed % 2 else 0.5 + 0.4 * np.sin(x / 7) * np.cos(y / 5)
    frame = base if len(shape) == 2 else base[..., None] * np.array([1.0, 0.8, 0.3])
    one = np.clip(low + frame * peak + random.normal(0, peak / 200, shape), low, low + peak)
    other = np.clip(one + random.normal(0, peak / 50, shape), low, low + peak)
    return one.astype(kind), other.astype(kind)


@given(
    form=st.sampled_from(
        [("u1", 255), ("u1", 63), ("i1", 255), ("u2", 1023), ("u2", 4095), ("u2", 65535), ("i2", 4095)]
    ),
    channels=st.sampled_from([1, 3]),
    rows=st.integers(11, 150),
    columns=st.integers(11, 90),
    seed=st.integers(0, 1000),
)
def test_equals_scikit_image(
    form: tuple[str, int], channels: int, rows: int, columns: int, seed: int
) -> None:
    kind, peak = form
    one, other = noisy(kind, peak, (rows, columns, 3)[: 2 + (channels == 3)], seed)
    y, x = np.mgrid[0:rows, 0:columns]
    mask = np.where(np.hypot(y - rows / 2, x) < 40, 255, 0).astype(np.uint8)
    whole, masked = structural_similarity(one, other, peak, (None, mask))
    assert whole == pytest.approx(oracle(one, other, peak), abs=1e-6)
    inside = mask[RADIUS:-RADIUS, RADIUS:-RADIUS]
    if inside.any():
        assert masked == pytest.approx(oracle(one, other, peak, mask), abs=1e-6)
    else:
        assert math.isnan(masked)


def test_equals_scikit_image_where_single_precision_is_hardest() -> None:
    random = np.random.default_rng(3)
    one = np.full((500, 700), 250, np.uint8)  # two strips
    other = (one + random.integers(-1, 2, one.shape)).astype(np.uint8)
    assert structural_similarity(one, other, 255)[0] == pytest.approx(oracle(one, other, 255), abs=1e-6)


def test_equal_frames_are_alike_to_the_last_digit() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    assert structural_similarity(frame, frame.copy(), 255) == (1.0,)


def test_a_frame_without_a_whole_window_has_no_figure() -> None:
    frame = np.zeros((10, 200), np.uint8)
    assert all(map(math.isnan, structural_similarity(frame, frame, 255, (None, None))))


def test_the_range_is_that_of_the_samples_not_of_their_type() -> None:
    one, other = noisy("u2", 4095, (64, 64), 2)
    right = structural_similarity(one, other, 4095)[0]
    assert right == pytest.approx(oracle(one, other, 4095), abs=1e-6)
    # against 65535, the range of the type, the constants drown the image and a poor image looks perfect
    assert right < 0.97
    assert structural_similarity(one, other, 65535)[0] > 0.998
