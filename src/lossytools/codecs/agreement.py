"""Does a frame, a code stream and the image's description speak of the same pixels?"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.codestream import TAIL_BYTES, ends_properly, read_header
from lossytools.codecs.floor import check_length
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, require, words_of
from lossytools.standard.encodings import EncodingRow, rows_for

if TYPE_CHECKING:
    from lossytools.codecs.codestream import StreamHeader
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.values import Frame, ImagePixel

_NATIVE = {1: ("MONOCHROME1", "MONOCHROME2"), 3: ("RGB",)}


@lru_cache(maxsize=16)  # asked for every frame
def declare(codec: FrameCodec, native: ImagePixel, colour: str, instead: str) -> ImagePixel:
    """Return `native` as `codec` declares it: `colour` as photometric of 3 samples, by pixel.

    instead: words on what takes the pixels this transfer syntax does not.
    Raises UnsupportedPixels where no row of PS3.5 section 8.2 has room for them.
    """
    if native.photometric not in _NATIVE.get(native.samples, ()):
        raise UnsupportedPixels(
            f"{codec.name} takes MONOCHROME1, MONOCHROME2 or RGB, not {native.photometric}"
            f" of {native.samples} samples"
        )
    three = native.samples > 1
    declared = replace(
        native, photometric=colour if three else native.photometric, planar=0 if three else None
    )
    rows = [row for row in rows_for(codec.transfer_syntax) if declared.photometric in row.photometrics]
    whys = [_objection(row, declared) for row in rows]
    if all(whys):
        why = whys[0] if whys else f"no {declared.photometric}"
        raise UnsupportedPixels(f"{codec.name} cannot hold these pixels: {why}; {instead}")
    return declared


def _objection(row: EncodingRow, pixels: ImagePixel) -> str:
    """Return why a row of the table has no room for `pixels`, "" where it has."""
    if pixels.signed not in row.signed:
        return f"{row.clause} allows unsigned samples only, these are signed"
    for allocated, stored in row.bits:
        if pixels.bits_allocated == allocated and pixels.bits_stored in stored:
            return ""
    allowed = " or ".join(f"{s.start} to {s.stop - 1} in {a}" for a, s in row.bits)
    return (
        f"{row.clause} allows {allowed} bits, these are {pixels.bits_stored} in {pixels.bits_allocated} bits"
    )


def checked(frame: Frame, native: ImagePixel) -> Frame:
    """Return `frame`, C-contiguous, once it is what `native` says.

    Raises EncodeError for another shape, type, byte order, or values beyond Bits Stored: the
    encoders take all of these and code them wrong without a word.
    """
    if frame.shape != native.shape or frame.dtype != native.dtype or not frame.dtype.isnative:
        raise EncodeError(
            f"the frame is {frame.shape} {frame.dtype.str}, its description says"
            f" {native.shape} {native.dtype.str}"
        )
    if native.bits_stored < native.bits_allocated:
        low, high = int(frame.min()), int(frame.max())
        if low < native.minimum or high > native.maximum:
            raise EncodeError(
                f"the frame holds {low} to {high}, {native.bits_stored} bits stored hold"
                f" {native.minimum} to {native.maximum} grey levels"
            )
    return np.ascontiguousarray(frame)


def narrow(frame: Frame, native: ImagePixel) -> Frame:
    """Return samples of up to 8 bits in bytes: imagecodecs refuses so few bits in a wider type."""
    return frame.astype(f"{frame.dtype.kind}1") if native.bits_stored <= 8 else frame  # noqa: PLR2004


def agreed_header(stream: bytes, pixels: ImagePixel) -> StreamHeader:
    """Return the header of a whole code stream that `pixels` can hold, before it is decoded.

    A header that lies costs nothing here: no memory is taken for what it claims.
    Raises DecodeError for another size or number of samples, too many bits, a missing end, and
    where header and image tell the same lie: a size that so short a stream cannot hold.
    """
    header = read_header(stream)
    found = (header.rows, header.columns, header.samples)
    if found != (pixels.rows, pixels.columns, pixels.samples):
        raise DecodeError(
            f"the code stream says {found[0]} rows, {found[1]} columns, {found[2]} samples;"
            f" the image says {pixels.rows} rows, {pixels.columns} columns, {pixels.samples} samples"
        )
    if not 1 <= header.precision <= pixels.bits_allocated:
        raise DecodeError(
            f"the code stream has {header.precision} bits a sample,"
            f" the image allocates {pixels.bits_allocated}"
        )
    if not ends_properly(stream[-TAIL_BYTES:], header.family):
        raise DecodeError(f"the {header.family} stream of {len(stream)} bytes is cut: it has no end marker")
    check_length(stream, header, pixels)
    return header


def own_header(stream: bytes, native: ImagePixel, processes: dict[str, str]) -> StreamHeader:
    """Return the header of a stream that one of our codecs wrote, or should have written.

    processes: the family and process it must have, as {"jpeg": "SOF0"}.
    Raises DecodeError where it is another, or has another precision than Bits Stored.
    """
    header = agreed_header(stream, native)
    if processes.get(header.family) != header.process or header.precision != native.bits_stored:
        raise DecodeError(
            f"the stream is {header.family} {header.process} of {header.precision} bits,"
            f" not {processes} of {native.bits_stored} bits"
        )
    return header


def shaped(decoded: Frame, native: ImagePixel) -> Frame:
    """Return a decoder's array with the shape and type of `native`. Raises DecodeError."""
    if decoded.size != int(np.prod(native.shape)) or decoded.shape[:2] != native.shape[:2]:
        raise DecodeError(f"decoded to {decoded.shape}, the image says {native.shape}")
    return np.ascontiguousarray(decoded.reshape(native.shape).astype(native.dtype, copy=False))


def room_for(into: Frame | None, native: ImagePixel) -> Frame | None:
    """Return `into` where a decoder fills arrays of its type: one of 8 bits or fewer gives bytes."""
    return into if native.bits_stored > 8 or native.bits_allocated == 8 else None  # noqa: PLR2004


def decoded_by_libjpeg(stream: bytes, native: ImagePixel, name: str) -> Frame:
    """Return the components as libjpeg of Thomas Richter decodes them, no colour transform undone.

    Another code base than those we encode JPEG and JPEG-LS with, under the GPLv3. name: of the codec.
    Raises DecodeError; CodecMissing without the extra lossytools[verify].
    """
    libjpeg = require("libjpeg", "lossytools[verify]")
    try:
        return shaped(libjpeg.decode(stream, 0), native)
    except REFUSALS as error:
        raise DecodeError(f"{name}, second decoder: {words_of(error)}") from error


def sign_extended(cells: Frame, bits: int, pixels: ImagePixel) -> Frame:
    """Return cells whose low `bits` hold a sample as values of `pixels.dtype`.

    Two's complement of `bits` where the image is signed; what lies above them is dropped
    (PS3.5 section 8.1.1).
    """
    unsigned = cells.astype(np.int64) & ((1 << bits) - 1)
    if pixels.signed:
        half = 1 << (bits - 1)
        unsigned = (unsigned ^ half) - half
    return unsigned.astype(pixels.dtype)
