"""What quality of libjpeg the quantisation tables of a JPEG stream stand for."""

from __future__ import annotations

import io
import math
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

from lossytools.codecs.codestream.jpeg import SOS, start_of
from lossytools.codecs.codestream.segments import walk
from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DQT, _END = 0xDB, 65  # a byte that says which, and 64 of the table
_ROUNDED = 0.3  # of a step, which is what other ways of rounding make of a table


def libjpeg_quality(stream: bytes) -> int | None:
    """Return the quality, 1 to 100, that gives the luminance table of a stream, or nearly so.

    None where the stream is no JPEG of 8 bits, or its table is of another make.
    """
    try:
        own = _luminance(stream)
    except DecodeError:
        return None
    apart = {quality: _apart(own, table) for quality, table in _tables().items()}
    best = min(apart, key=apart.__getitem__)
    return best if apart[best] <= _ROUNDED else None


def _luminance(stream: bytes) -> tuple[int, ...]:
    """Return the first quantisation table of 8 bits, in zigzag order, () without any (10918-1 B.2.4.1)."""
    start = start_of(stream)
    tables = walk(stream, start + 2, last=SOS) if start >= 0 else ()
    found = next((segment.payload for segment in tables if segment.marker == _DQT), b"")
    return tuple(found[1:_END]) if len(found) >= _END and not found[0] >> 4 else ()


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
