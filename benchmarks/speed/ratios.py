"""What repeated measurements say: medians, their ratio with its spread, a line through points."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of two medians; low, high: the quartiles of the ratios round by round."""

    value: float
    low: float
    high: float


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles of one value or more, the ends included."""
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def ratio_of(above: Sequence[float], below: Sequence[float]) -> Ratio:
    """Return the ratio of the medians of rounds in which both took their turn.

    Raises ValueError where they have not the same number of rounds.
    """
    paired = [one / other for one, other in zip(above, below, strict=True)]
    return Ratio(median(above) / median(below), *spread(paired))


@dataclass(frozen=True, slots=True)
class Line:
    """y = start + slope * x. worst: the largest distance of a point from it, as a share of the point."""

    start: float
    slope: float
    worst: float

    def at(self, x: float) -> float:
        """Return y there."""
        return self.start + self.slope * x


def fit_line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """Return the line of least squares of y/y, so that small points count as much as large ones.

    Raises ValueError for fewer than two different x.
    """
    weights = [1 / (y * y) for y in ys]
    total = sum(weights)
    x0 = sum(w * x for w, x in zip(weights, xs, strict=True)) / total
    y0 = sum(w * y for w, y in zip(weights, ys, strict=True)) / total
    square = sum(w * (x - x0) ** 2 for w, x in zip(weights, xs, strict=True))
    if not square:
        raise ValueError("a line needs two different x")
    slope = sum(w * (x - x0) * (y - y0) for w, x, y in zip(weights, xs, ys, strict=True)) / square
    start = y0 - slope * x0
    worst = max(abs(start + slope * x - y) / y for x, y in zip(xs, ys, strict=True))
    return Line(start, slope, worst)


def search(psnr_at: Callable[[float], float], wanted: float, first: float, near: float = 0.3) -> float:
    """Return the compression ratio at which an encoder gives the PSNR wanted, within `near` dB.

    PSNR falls by about 6 dB for each bit a sample less, so nearly linearly with the logarithm of the ratio:
    two tries and their secant, at most eight tries. Raises ValueError where none is near enough.
    """
    tries = [(first, psnr_at(first))]
    while abs(tries[-1][1] - wanted) > near:
        if len(tries) == _TRIES:
            raise ValueError(f"no ratio gives {wanted:.2f} dB: {tries}")
        ratio = _next_ratio(tries, wanted)
        tries.append((ratio, psnr_at(ratio)))
    return tries[-1][0]


_TRIES = 8


def _next_ratio(tries: Sequence[tuple[float, float]], wanted: float) -> float:
    """Return the ratio to try next, at most four times or a quarter of the last."""
    ratio, found = tries[-1]
    factor = 2 ** ((found - wanted) / 4)
    if len(tries) > 1 and tries[-2][1] != found:
        before, then = tries[-2]
        factor = (ratio / before) ** ((wanted - found) / (found - then))
    return max(ratio * min(max(factor, 0.25), 4), 1.01)
