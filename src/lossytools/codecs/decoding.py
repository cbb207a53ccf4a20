"""Source frames of any encapsulated transfer syntax, decoded by what their streams say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.agreement import agreed_header, sign_extended
from lossytools.codecs.cut_scans import with_filler
from lossytools.codecs.unmarked import unmarked_cells
from lossytools.errors import DecodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, words_of
from lossytools.standard.transfer_syntaxes import BY_UID, NATIVE

if TYPE_CHECKING:
    from lossytools.codecs.codestream import StreamHeader
    from lossytools.values import Frame, ImagePixel

_GREY = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_UNMARKED = ("rle", "native", "deflated-frame")
_DECODERS = {
    "jpegls": "jpegls_decode",
    "jpeg2000": "jpeg2k_decode",
    "htj2k": "jpeg2k_decode",  # OpenJPEG: the decoder of OpenJPH lets overshoot wrap round
    "jpegxl": "jpegxl_decode",
}


def decode_frame(stream: bytes, transfer_syntax: str, pixels: ImagePixel) -> tuple[Frame, str]:
    """Return a source frame and the Photometric Interpretation the array is in.

    stream: one frame as it lies in its fragments, padding included. pixels: as the header says.
    The array is (rows, columns) or (rows, columns, 3) by pixel, of `pixels.dtype`, its values
    within Bits Stored. Its photometric is "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB"
    or "YBR_FULL". The stream's own markers are believed before the header: a baseline JPEG
    under another JPEG syntax decodes, and colours follow JFIF, Adobe and the J2K transform.

    Raises DecodeError for a stream that is damaged, cut, or of another size than the header
    says; UnsupportedPixels for video, JPIP and what is not encapsulated; CodecMissing.
    """
    family = _family(transfer_syntax)
    if pixels.samples == 1 and pixels.photometric not in _GREY:
        raise UnsupportedPixels(f"one sample per pixel under {pixels.photometric}")
    if family in _UNMARKED:
        cells = unmarked_cells(stream, family, pixels)
        return sign_extended(cells, pixels.bits_stored, pixels), _headers_word(pixels)
    header = agreed_header(stream, pixels)
    try:
        cells, photometric = _decoded(stream, header, pixels)
    except REFUSALS as error:
        raise DecodeError(f"{header.family} {header.process}: {words_of(error)}") from error
    if cells.shape != pixels.shape:
        raise DecodeError(f"decoded to {cells.shape}, the image says {pixels.shape}")
    return _in_range(cells, header, pixels), photometric


def _family(transfer_syntax: str) -> str:
    """Return the family of a syntax whose frames stand each for itself. Raises UnsupportedPixels."""
    syntax = BY_UID.get(transfer_syntax)
    if syntax is None or syntax.family in {"video", "jpip"} or transfer_syntax in NATIVE:
        name = syntax.name if syntax else "unknown"
        raise UnsupportedPixels(
            f"the frames of transfer syntax {transfer_syntax} ({name}) cannot be decoded one by one"
        )
    return syntax.family


def _decoded(stream: bytes, header: StreamHeader, pixels: ImagePixel) -> tuple[Frame, str]:
    """Return the decoder's array and the photometric it is in."""
    if header.family == "jpeg":
        return _whole_jpeg(stream, header, pixels)
    cells = imagecodecs_function(_DECODERS[header.family])(stream)
    if pixels.samples == 1:
        return cells, pixels.photometric
    if header.component_transform or header.family == "jpegxl":
        return cells, "RGB"
    return cells, _headers_word(pixels)


def _headers_word(pixels: ImagePixel) -> str:
    """Return the photometric where the stream says nothing.

    YBR_ICT and YBR_RCT name a transform that this stream has not: what lies there is RGB, as all
    readers show it.
    """
    if pixels.samples == 1:
        return pixels.photometric
    return "YBR_FULL" if pixels.photometric.startswith("YBR_FULL") else "RGB"


def _whole_jpeg(stream: bytes, header: StreamHeader, pixels: ImagePixel) -> tuple[Frame, str]:
    """Return a JPEG frame that reads nothing behind its scans; libjpeg makes up what they lack.

    Raises DecodeError where it does. Decoding twice is the price: no library tells its warnings.
    """
    cells, photometric = _jpeg(stream, header, pixels)
    if not np.array_equal(cells, _jpeg(with_filler(stream), header, pixels)[0]):
        raise DecodeError(
            f"a scan of the {header.process} stream of {len(stream)} bytes ends before its"
            f" {pixels.rows} x {pixels.columns} pixels do: what is missing would be made up"
        )
    return cells, photometric


def _jpeg(stream: bytes, header: StreamHeader, pixels: ImagePixel) -> tuple[Frame, str]:
    """Return a JPEG frame: lossy YCbCr as RGB, lossless components as they are.

    A stream without a colour marker is YCbCr, as libjpeg guesses, but for one under RGB that
    subsamples nothing: there the header is the only witness.
    """
    jpeg8_decode = imagecodecs_function("jpeg8_decode")
    if pixels.samples == 1:
        return jpeg8_decode(stream), pixels.photometric
    guess = "rgb" if pixels.photometric == "RGB" and header.subsampling == "444" else "ycbcr"
    if not header.irreversible:
        said = "RGB" if header.adobe_transform == 0 else _headers_word(pixels)
        return jpeg8_decode(stream, colorspace="RGB", outcolorspace="RGB"), said
    coded = "RGB" if (header.colour or guess) == "rgb" else "YCBCR"
    return jpeg8_decode(stream, colorspace=coded, outcolorspace="RGB"), "RGB"


def _in_range(cells: Frame, header: StreamHeader, pixels: ImagePixel) -> Frame:
    """Return decoded values as `pixels` holds them: sign extended, within Bits Stored.

    A lossless stream may carry more bits than are stored, and what is above them is no part of
    the sample. A lossy one has overshoot there, which would wrap: it is cut off.
    """
    same_sign = bool(header.signed) == pixels.signed
    if same_sign and header.precision <= pixels.bits_stored:
        return np.ascontiguousarray(cells.astype(pixels.dtype, copy=False))
    if same_sign and header.irreversible:
        return np.clip(cells.astype(np.int64), pixels.minimum, pixels.maximum).astype(pixels.dtype)
    return sign_extended(cells, min(header.precision, pixels.bits_stored), pixels)
