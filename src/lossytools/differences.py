"""How far two arrays of samples lie apart: exact sums of integers, nothing is rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossytools.libraries import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from lossytools.values import Frame, Mask

    Counts = npt.NDArray[np.int64]

_PIECE = 1 << 16
"""Samples looked at together: they stay in a processor's cache, and 2**16 squares below 2**16 fit 32 bits."""

_COUNTED = 1 << 24
"""Samples counted together: OpenCV gives counts in single precision, exact up to here."""


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


def error_counts(one: Frame, other: Frame, masks: Sequence[Mask | None] = (None,)) -> tuple[Counts, ...]:
    """Return for each mask how many samples lie 0, 1, 2 ... grey levels apart, up to the largest difference.

    one, other: arrays of one shape, (rows, columns[, channels]), of at most 16 bits a sample. masks: (rows,
    columns), 255 where samples count and 0 elsewhere, None for all of them. Sums of squares and largest
    errors follow from the counts, exactly. Raises CodecMissing without OpenCV.
    """
    if one.dtype == other.dtype == np.uint8:
        bytes_apart = require("cv2", "opencv-python-headless").absdiff(one, other)
        return tuple(_trimmed(_counts_of_bytes(bytes_apart, mask)) for mask in masks)
    apart = np.subtract(np.maximum(one, other), np.minimum(one, other))
    gaps = apart.view(f"u{apart.itemsize}")  # signed ones wrap right
    chosen = (gaps if mask is None else gaps[mask != 0] for mask in masks)
    return tuple(np.bincount(each.ravel(), minlength=1).astype(np.int64) for each in chosen)


def _counts_of_bytes(apart: Frame, mask: Mask | None) -> Counts:
    cv2 = require("cv2", "opencv-python-headless")
    images: list[tuple[Frame, int, Mask | None]]
    if mask is None:
        row = apart.reshape(-1, 1)
        images = [(row[at : at + _COUNTED], 0, None) for at in range(0, len(row), _COUNTED)]
    else:
        height = max(1, _COUNTED // apart.shape[1])
        channels = 1 if apart.ndim == 2 else apart.shape[2]  # noqa: PLR2004  rows and columns
        images = [
            (apart[top : top + height], channel, mask[top : top + height])
            for top in range(0, len(apart), height)
            for channel in range(channels)
        ]
    total: Counts = np.zeros(256, np.int64)
    for image, channel, chosen in images:
        total += cv2.calcHist([image], [channel], chosen, [256], [0, 256]).ravel().astype(np.int64)
    return total


def _trimmed(counts: Counts) -> Counts:
    """Return counts up to the last that is not 0, and one at least."""
    seen = np.flatnonzero(counts)
    return counts[: int(seen[-1]) + 1 if seen.size else 1]
