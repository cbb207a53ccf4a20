"""RGB to the planes of a 4:2:0 video and back, in whole numbers, so that every machine gets the same.

The colours of YBR_PARTIAL_420 are those of ITU-R BT.601 in the limited range, 16 to 235 and 16 to 240 for 8
bits (PS3.3 section C.7.6.3.1.2). Chroma is the mean of 2 x 2 pixels, and is spread again by repeating it:
the pair that loses least with the decoders that viewers have; see docs/decisions/0020.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from lossytools.values import Frame

_SHIFT = 14  # bits behind the point: sums of 12 bits and four pixels stay below 2**31
_HALF = 1 << (_SHIFT - 1)


class Matrix(NamedTuple):
    """What red and blue weigh in luma."""

    red: Fraction
    blue: Fraction


BT601 = Matrix(Fraction(299, 1000), Fraction(114, 1000))
BT709 = Matrix(Fraction(2126, 10000), Fraction(722, 10000))
BT2020 = Matrix(Fraction(2627, 10000), Fraction(593, 10000))


class Planes(NamedTuple):
    """One frame as luma and two chroma planes; None for chroma where there is none."""

    luma: Frame
    blue: Frame | None
    red: Frame | None


def planes_of(frame: Frame, bits: int) -> tuple[Frame, Frame, Frame]:
    """Return RGB or grey samples of `bits` as luma, blue and red chroma of BT.601 in the limited range.

    frame: (rows, columns, 3) or (rows, columns), both even, unsigned. The result has its type; chroma has
    half its rows and columns, and is the middle of its range where the frame is grey.
    """
    span = Fraction(219 << (bits - 8), (1 << bits) - 1)
    chroma_span = Fraction(112 << (bits - 8), (1 << bits) - 1)
    base, middle = 16 << (bits - 8), 1 << (bits - 1)
    if frame.ndim == 2:  # noqa: PLR2004 - rows and columns
        luma = _scaled(frame.astype(np.int32), span, base)
        grey = np.full((frame.shape[0] // 2, frame.shape[1] // 2), middle, frame.dtype)
        return luma.astype(frame.dtype), grey, grey
    colours = frame.astype(np.int32)
    weights = (BT601.red, 1 - BT601.red - BT601.blue, BT601.blue)
    luma = _weighed(colours, [weight * span for weight in weights], base)
    sums = colours[::2, ::2] + colours[1::2, ::2] + colours[::2, 1::2] + colours[1::2, 1::2]
    quarter = chroma_span / 4
    blue = [-weights[0], -weights[1], 1 - weights[2]]
    red = [1 - weights[0], -weights[1], -weights[2]]
    return (
        luma.astype(frame.dtype),
        _weighed(sums, [w / (1 - BT601.blue) * quarter for w in blue], middle).astype(frame.dtype),
        _weighed(sums, [w / (1 - BT601.red) * quarter for w in red], middle).astype(frame.dtype),
    )


def rgb_of(planes: Planes, bits: int, matrix: Matrix = BT601, *, full: bool = False) -> Frame:
    """Return planes as RGB, (rows, columns, 3), of the type of luma; chroma of any sampling is repeated.

    full: the planes use the whole range of `bits` instead of the limited one.
    """
    peak = (1 << bits) - 1
    base, middle = (0 if full else 16 << (bits - 8)), 1 << (bits - 1)
    span = Fraction(1) if full else Fraction(peak, 219 << (bits - 8))
    chroma_span = Fraction(1) if full else Fraction(peak, 224 << (bits - 8))
    luma = planes.luma.astype(np.int32)
    luma = (luma - base) * _fixed(span) + _HALF
    if planes.blue is None or planes.red is None:
        grey = np.clip(luma >> _SHIFT, 0, peak).astype(planes.luma.dtype)
        return np.repeat(grey[..., None], 3, axis=2)
    blue = planes.blue.astype(np.int32) - middle
    red = planes.red.astype(np.int32) - middle
    green = 1 - matrix.red - matrix.blue
    from_red, from_blue = 2 * (1 - matrix.red) * chroma_span, 2 * (1 - matrix.blue) * chroma_span
    shifts = (
        red * _fixed(from_red),
        red * _fixed(-from_red * matrix.red / green) + blue * _fixed(-from_blue * matrix.blue / green),
        blue * _fixed(from_blue),
    )
    result = np.empty((*planes.luma.shape, 3), planes.luma.dtype)
    for channel, shift in enumerate(shifts):
        result[..., channel] = np.clip((luma + _spread(shift, luma.shape)) >> _SHIFT, 0, peak)
    return result


def _fixed(value: Fraction) -> int:
    return round(value * (1 << _SHIFT))


def _scaled(samples: Frame, factor: Fraction, base: int) -> Frame:
    scaled: Frame = ((samples * _fixed(factor) + _HALF) >> _SHIFT) + base
    return scaled


def _weighed(colours: Frame, weights: list[Fraction], base: int) -> Frame:
    total = np.full(colours.shape[:2], _HALF, np.int32)
    for channel, weight in enumerate(weights):
        total += colours[..., channel] * _fixed(weight)
    weighed: Frame = (total >> _SHIFT) + base
    return weighed


def _spread(plane: Frame, shape: tuple[int, ...]) -> Frame:
    """Return a plane with each sample repeated until it covers `shape`."""
    rows, columns = -(-shape[0] // plane.shape[0]), -(-shape[1] // plane.shape[1])
    tall = np.repeat(plane, rows, axis=0) if rows > 1 else plane
    wide = np.repeat(tall, columns, axis=1) if columns > 1 else tall
    return wide[: shape[0], : shape[1]]
