"""How far two arrays of samples lie apart: exact sums of integers, nothing is rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.libraries import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.values import Frame

_PIECE = 1 << 16
"""Samples looked at together: they stay in a processor's cache, and 2**16 squares below 2**16 fit 32 bits."""


def squares_and_largest(one: Frame, other: Frame) -> tuple[int, int]:
    """Return the sum of squared differences and the largest absolute difference, in grey levels.

    one, other: arrays of one shape, of at most 16 bits a sample. Raises CodecMissing without OpenCV.
    """
    here, there = one.ravel(), other.ravel()
    if one.dtype == other.dtype == np.uint8:
        return _of_bytes(here, there)
    gaps = list(_gaps(here, there))
    return sum(squares for squares, _ in gaps), max(largest for _, largest in gaps)


def largest_gap(one: Frame, other: Frame) -> int:
    """Return the largest absolute difference of two frames of one shape, in grey levels."""
    return squares_and_largest(one, other)[1]


def _of_bytes(one: Frame, other: Frame) -> tuple[int, int]:
    """Return both figures of two rows of bytes.

    OpenCV takes a fifth of NumPy's time and lets other threads work meanwhile. It may square a root that
    was rounded, which of sums below 2**48, of 2**32 samples, is less than a tenth off: rounding mends it.
    Its sums of 16-bit samples were seen off by one and more, so those are left to NumPy.
    """
    cv2 = require("cv2", "opencv-python-headless")
    return round(cv2.norm(one, other, cv2.NORM_L2SQR)), round(cv2.norm(one, other, cv2.NORM_INF))


def _gaps(one: Frame, other: Frame) -> Iterator[tuple[int, int]]:
    """Yield the sum of squared differences and the largest difference of each piece of two rows.

    In unsigned integers throughout: no array of a frame's size is made.
    """
    for at in range(0, one.size, _PIECE):
        here, there = one[at : at + _PIECE], other[at : at + _PIECE]
        apart = np.subtract(np.maximum(here, there), np.minimum(here, there))
        gaps = apart.view(f"u{apart.itemsize}")  # signed ones wrap right
        squares = np.multiply(gaps, gaps, dtype=f"u{2 * gaps.itemsize}")
        yield int(np.add.reduce(squares, dtype="u4" if gaps.itemsize == 1 else "u8")), int(gaps.max())
