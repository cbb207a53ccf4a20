"""Structural similarity (SSIM): how alike two frames look, region by region."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lossytools.libraries import require

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from lossytools.values import Frame, Mask

SIGMA = 1.5
RADIUS = 5
"""Pixels a window reaches: 3.5 standard deviations, an 11 x 11 window."""
_SIDE = 2 * RADIUS + 1
_STRIP = 1 << 16
"""Pixels looked at together, so that what is computed on the way stays in a processor's cache."""
_K1, _K2 = 0.01, 0.03


def structural_similarity(
    one: Frame, other: Frame, peak: float, masks: Sequence[Mask | None] = (None,)
) -> tuple[float, ...]:
    """Return the mean SSIM of each mask, -1 to 1; not a number where it has no pixel with a whole window.

    one, other: frames of one shape and type, (rows, columns[, channels]), of at most 16 bits; the channels of
    colour count alike. peak: the range of the samples, 2**bits_stored - 1 or narrower, never that of the
    type. masks: (rows, columns), 255 where pixels count and 0 elsewhere, or None for all. Windows are
    Gaussian with standard deviation 1.5, variances those of a population. Pixels closer than 5 to the edge
    have no whole window and do not count, though they are seen by others.

    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image Quality Assessment: From Error Visibility to
    Structural Similarity", IEEE Transactions on Image Processing 13 (4), 2004. Raises CodecMissing without
    OpenCV.
    """
    rows, columns = one.shape[:2]
    if min(rows, columns) < _SIDE:
        return (math.nan,) * len(masks)
    bench = _Bench(one, peak)
    total, pixels = np.zeros(len(masks)), np.zeros(len(masks))
    for top in range(RADIUS, rows - RADIUS, bench.height):
        end = min(top + bench.height, rows - RADIUS)
        inside = slice(top, end), slice(RADIUS, columns - RADIUS)
        chosen = [None if mask is None else mask[inside] for mask in masks]
        size = (end - top) * (columns - 2 * RADIUS)
        counts = np.array([size if mask is None else np.count_nonzero(mask) for mask in chosen])
        seen = slice(top - RADIUS, end + RADIUS)
        total += counts * bench.means(one[seen], other[seen], chosen)
        pixels += counts
    return tuple((total / np.where(pixels == 0, np.nan, pixels)).tolist())


class _Bench:
    """The room in which strips of a frame are compared, used again for each of them.

    Of sum and difference instead of the two frames: means, variances and covariance follow from four
    blurred images, not five, and a small difference is not what remains of large numbers. All samples are
    taken from their mean, which no variance depends on. Bytes are exact enough in single precision.
    """

    def __init__(self, frame: Frame, peak: float) -> None:
        self._cv2 = require("cv2", "opencv-python-headless")
        columns = frame.shape[1]
        self.height = min(max(_SIDE, _STRIP // columns), frame.shape[0])
        self._real = np.float32 if frame.itemsize == 1 else np.float64
        self._room = np.empty((6, self.height + 2 * RADIUS, columns), self._real)
        self._levels, self._contrast = (self._real(2 * (k * peak) ** 2) for k in (_K1, _K2))

    def means(self, one: Frame, other: Frame, masks: Sequence[Mask | None]) -> npt.NDArray[np.float64]:
        """Return the mean SSIM of each mask of a strip; the frames reach further, by what windows need."""
        if np.array_equal(one, other):  # as the black around a sector often is
            return np.ones(len(masks))
        if one.ndim > 2:  # noqa: PLR2004  rows and columns
            of_channels = [self.means(one[..., c], other[..., c], masks) for c in range(one.shape[2])]
            mean: npt.NDArray[np.float64] = np.mean(of_channels, axis=0)
            return mean
        similar = self._map(one, other)[RADIUS:-RADIUS, RADIUS:-RADIUS]
        return np.array([self._cv2.mean(similar, mask=mask)[0] for mask in masks])

    def _blur(self, image: Frame, into: Frame) -> None:
        reflect = self._cv2.BORDER_REFLECT
        self._cv2.GaussianBlur(image, (_SIDE, _SIDE), SIGMA, dst=into, borderType=reflect)

    def _map(self, one: Frame, other: Frame) -> Frame:
        """Return SSIM at every pixel, right where the window is whole."""
        cv2 = self._cv2
        both, apart, mean_both, mean_apart, spread_both, spread_apart = self._room[:, : len(one)]
        np.copyto(apart, one)
        np.copyto(mean_apart, other)
        cv2.add(apart, mean_apart, dst=both)
        cv2.subtract(apart, mean_apart, dst=apart)
        middle = self._real(cv2.mean(both)[0])
        both -= middle
        self._blur(both, mean_both)
        self._blur(apart, mean_apart)
        self._blur(cv2.multiply(both, both, dst=both), spread_both)
        self._blur(cv2.multiply(apart, apart, dst=apart), spread_apart)
        cv2.subtract(spread_both, cv2.multiply(mean_both, mean_both, dst=both), dst=spread_both)
        cv2.multiply(mean_apart, mean_apart, dst=mean_apart)
        cv2.subtract(spread_apart, mean_apart, dst=spread_apart)
        mean_both += middle
        cv2.multiply(mean_both, mean_both, dst=mean_both)
        mean_both += self._levels
        spread_both += self._contrast
        upper = cv2.subtract(mean_both, mean_apart, dst=both)
        cv2.multiply(upper, cv2.subtract(spread_both, spread_apart, dst=apart), dst=upper)
        cv2.add(mean_both, mean_apart, dst=mean_both)
        cv2.add(spread_both, spread_apart, dst=spread_both)
        cv2.multiply(mean_both, spread_both, dst=mean_both)
        similar: Frame = cv2.divide(upper, mean_both, dst=upper)
        return similar
