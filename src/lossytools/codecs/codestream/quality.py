"""What quality of libjpeg the quantisation tables of a JPEG stream stand for."""

from __future__ import annotations

import io
import math
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUNDED = 0.3  # of a step, which is what other ways of rounding make of a table


def libjpeg_quality(stream: bytes) -> int | None:
    """Return the quality, 1 to 100, that gives the luminance table of a stream, or nearly so.

    None where the stream is no JPEG of 8 bits, or its table is of another make.
    """
    if not stream.startswith(b"\xff\xd8"):
        return None
    try:
        own = _luminance(stream)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    apart = {quality: _apart(own, table) for quality, table in _tables().items()}
    best = min(apart, key=apart.__getitem__)
    return best if apart[best] <= _ROUNDED else None


def _luminance(stream: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
        tables = image.quantization if isinstance(image, JpegImageFile) else {}
        return tuple(next(iter(tables.values()), ()))


def _apart(one: Sequence[int], other: Sequence[int]) -> float:
    """Return by how much two tables differ, on average, infinite where they do not compare."""
    if len(one) != len(other):
        return math.inf
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(other)


@cache
def _tables() -> dict[int, tuple[int, ...]]:
    """Return the luminance table of each quality, as libjpeg itself makes them."""
    made = {}
    for quality in range(1, 101):
        stream = io.BytesIO()
        Image.new("L", (8, 8)).save(stream, "JPEG", quality=quality)
        made[quality] = _luminance(stream.getvalue())
    return made
