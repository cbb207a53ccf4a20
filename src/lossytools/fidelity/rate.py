"""How much smaller one codec is than another at equal quality."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_POINTS = 256


def bd_rate(first: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> float | None:
    """Return by what share `other` needs more bytes than `first` at equal quality; below 0 it needs fewer.

    first, other: (quality in dB, bytes) of each, two or more, in any order. The mean difference of the
    logarithms of the bytes over the qualities that both reach, interpolated between points by straight lines;
    None where fewer than two points or no common quality leave nothing to compare.

    G. Bjontegaard, "Calculation of average PSNR differences between RD-curves", ITU-T VCEG-M33, 2001, with
    lines in place of its cubic, which three points do not determine.
    """
    one, two = _curve(first), _curve(other)
    if len(one[0]) < 2 or len(two[0]) < 2:  # noqa: PLR2004  a line has two ends
        return None
    low, high = max(one[0][0], two[0][0]), min(one[0][-1], two[0][-1])
    if not low < high:
        return None
    at = np.linspace(low, high, _POINTS)
    apart = np.interp(at, *two) - np.interp(at, *one)
    return math.expm1(float(np.trapezoid(apart, at) / (high - low)))


def _curve(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return qualities that rise and the logarithms of the bytes; of equal qualities the fewest bytes."""
    best: dict[float, float] = {}
    for quality, size in points:
        if math.isfinite(quality):
            best[quality] = min(size, best.get(quality, math.inf))
    ordered = sorted(best)
    return ordered, [math.log(best[quality]) for quality in ordered]
