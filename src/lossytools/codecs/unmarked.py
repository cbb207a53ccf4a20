"""Frames without a header of their own: RLE, encapsulated uncompressed, deflated."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.floor import check_packbits
from lossytools.errors import DecodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, require, words_of

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

_RLE_HEADER = 64  # bytes, PS3.5 section G.5


def unmarked_cells(stream: bytes, family: str, pixels: ImagePixel) -> Frame:
    """Return a frame as unsigned cells of `pixels.shape`, Bits Allocated wide.

    family: "rle" (PS3.5 annex G), "native" (section A.4.11) or "deflated-frame" (section A.4.13).
    Raises DecodeError where the stream holds another number of bytes than the header says.
    """
    if pixels.bits_allocated % 8 or (family != "rle" and pixels.photometric == "YBR_FULL_422"):
        raise UnsupportedPixels(
            f"{pixels.photometric} of {pixels.bits_allocated} bits allocated cannot be read from {family}"
        )
    size = pixels.rows * pixels.columns * pixels.samples * (pixels.bits_allocated // 8)
    by_plane = pixels.planar == 1
    if family == "rle":
        data, by_plane = _unpacked(stream, pixels), True
    elif family == "deflated-frame":
        data = _inflated(stream, size)
    else:
        data = stream
    if not size <= len(data) <= size + 1:  # one pad byte
        raise DecodeError(f"the {family} frame holds {len(data)} bytes, the image says {size}")
    cells = np.frombuffer(data, f"<u{pixels.bits_allocated // 8}", count=size * 8 // pixels.bits_allocated)
    if pixels.samples > 1 and by_plane:
        planes = cells.reshape(pixels.samples, pixels.rows, pixels.columns)
        return np.ascontiguousarray(np.moveaxis(planes, 0, -1))
    return cells.reshape(pixels.shape)


def _unpacked(stream: bytes, pixels: ImagePixel) -> bytes:
    """Return RLE segments as colour planes of little-endian cells."""
    segments = pixels.samples * pixels.bits_allocated // 8
    found = int.from_bytes(stream[:4], "little")
    if len(stream) < _RLE_HEADER or found != segments:
        raise DecodeError(
            f"the RLE frame of {len(stream)} bytes states {found} segments, the image needs {segments}"
        )
    cells = pixels.rows * pixels.columns
    check_packbits(len(stream) - _RLE_HEADER, cells * segments, pixels)
    rle = require("rle.rle", "pylibjpeg-rle")
    try:
        return bytes(rle.decode_frame(stream, cells, pixels.bits_allocated, "<"))
    except REFUSALS as error:
        raise DecodeError(f"rle: {words_of(error)}") from error
    except BaseException as error:
        # A panic of Rust comes as a BaseException of a type that nothing exports. (The decoder of
        # imagecodecs is no way out: damaged segments crash the process.)
        if type(error).__name__ != "PanicException":
            raise
        raise DecodeError("rle: the segments do not fit the frame") from error


def _inflated(stream: bytes, size: int) -> bytes:
    """Return a raw deflate stream inflated, no further than one byte past what is needed."""
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(stream, size + 2)
    except zlib.error as error:
        raise DecodeError(f"deflated frame: {error}") from error
    return data
