"""How short may a code stream be for the picture it claims? Asked before memory is taken for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lossytools.codecs.codestream.jpeg import factors_of
from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.codecs.codestream import StreamHeader
    from lossytools.values import ImagePixel

_BLOCK = 8  # samples a side
_BITS_OF_A_BLOCK = {"SOF0": 2, "SOF1": 2, "SOF2": 1}
"""A Huffman code is one bit or more (10918-1 C.2): one for DC and one for EOB (F.1.2). A progressive
block needs only that of its first DC scan (G.1.2.1), for an EOB run ends thousands of AC bands."""
_LOSSLESS = "SOF3"  # one code of one bit or more for each sample (H.1.2)
_FREE_BYTES = 64 << 20
"""Bytes of a decoded frame that no ratio is asked of: a blank frame of a few megapixels is common."""
_UNBELIEVABLE = 10_000
"""Decoded bytes to stream bytes. JPEG 2000 has empty packets, JPEG-LS and JPEG XL have runs, so no
length is impossible. Pictures stay below 1000; only a blank frame of more than 64 MiB passes this."""
_PACKED = 64  # bytes that one byte of PackBits holds at most: two repeat one 128 times (PS3.5 G.3.1)


def check_length(stream: bytes, header: StreamHeader, pixels: ImagePixel) -> None:
    """Raise DecodeError where `stream` is too short for the size that its header claims.

    A frame below the floor of its entropy coder cannot be whole. The others are refused where
    they are both large and unbelievably small, so that two kilobytes do not cost gigabytes.
    """
    least = _least_bits(header)
    if least is None:
        _check_ratio(stream, header.family, pixels)
        return
    coded = len(stream) - header.scan_start
    if 8 * coded < least:
        raise DecodeError(
            f"the {header.family} {header.process} stream claims {_size(pixels)}, which takes"
            f" {-(-least // 8)} bytes of scans at least; {coded} follow its header, it is {len(stream)} bytes"
        )


def check_packbits(length: int, size: int, pixels: ImagePixel) -> None:
    """Raise DecodeError where RLE segments of `length` bytes cannot hold `size` bytes."""
    if length * _PACKED < size:
        raise DecodeError(
            f"the RLE frame claims {_size(pixels)}, {size} bytes, and has segments of {length} bytes,"
            f" which hold {length * _PACKED} at most"
        )


def _size(pixels: ImagePixel) -> str:
    return f"{pixels.rows} x {pixels.columns} pixels of {pixels.samples} samples"


def _check_ratio(stream: bytes, family: str, pixels: ImagePixel) -> None:
    size = pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated // 8
    if size > _FREE_BYTES and size > _UNBELIEVABLE * len(stream):
        raise DecodeError(
            f"the {family} stream claims {_size(pixels)}, {size} bytes, in a stream of {len(stream)} bytes:"
            f" {size // len(stream)} to 1, the limit over {_FREE_BYTES} bytes is {_UNBELIEVABLE} to 1"
        )


@lru_cache(maxsize=64)  # asked for every frame, and the frames of an image are alike
def _least_bits(header: StreamHeader) -> int | None:
    """Return the fewest bits that the scans of a Huffman-coded JPEG can have, None for all else."""
    if header.family != "jpeg":
        return None
    planes = _planes(header.rows, header.columns, factors_of(header.subsampling))
    if header.process == _LOSSLESS:
        return sum(rows * columns for rows, columns in planes) * (header.samples // len(planes))
    bits = _BITS_OF_A_BLOCK.get(header.process)
    if bits is None:  # arithmetic coding spends less than a bit
        return None
    blocks = sum(-(-rows // _BLOCK) * -(-columns // _BLOCK) for rows, columns in planes)
    return bits * blocks * (header.samples // len(planes))


def _planes(rows: int, columns: int, factors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return rows and columns of each component (10918-1 A.1.1)."""
    widest, tallest = max(h for h, _ in factors) or 1, max(v for _, v in factors) or 1
    return [(-(-rows * v // tallest), -(-columns * h // widest)) for h, v in factors]
