"""JPEG-LS near-lossless (ISO/IEC 14495-1 | ITU-T T.87), through CharLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lossytools.codecs.agreement import (
    checked,
    declare,
    decoded_by_libjpeg,
    own_header,
    room_for,
    shaped,
    sign_extended,
)
from lossytools.codecs.codestream.jpeg import APP8, without_leading
from lossytools.codecs.knobs import canonical, check_number, knob
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, require, versioned, words_of
from lossytools.standard.methods import NEAR_WORDS
from lossytools.standard.transfer_syntaxes import JPEG_LS_NEAR_LOSSLESS

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

_BY_PIXEL = 2  # interleave mode ILV of 14495-1 C.2.3
_SPARE = 1024  # bytes, more than the headers of a stream


@dataclass(frozen=True, slots=True, repr=False)
class JpegLs:
    """JPEG-LS that keeps every decoded sample within `near` of its source.

    near: largest allowed |decoded - source| in grey levels, 1 to 255 and at most half the
        range of a sample. Zero is another transfer syntax: JPEG-LS Lossless.

    Raises CodecSettingError for any other value.
    """

    near: int = knob(2, "1 to 255, at most half the range", "grey levels", "largest error of a sample")

    name: ClassVar[str] = "jpegls"
    title: ClassVar[str] = "JPEG-LS near-lossless"
    transfer_syntax: ClassVar[str] = JPEG_LS_NEAR_LOSSLESS
    method: ClassVar[str] = "ISO_14495_1"
    tolerance: ClassVar[int] = 0  # integers throughout: the standard leaves a decoder no choice

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        check_number(self, "near", 1, 255)

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    @property
    def bound(self) -> int:
        """The promise of this codec: no sample is off by more grey levels."""
        return self.near

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the same pixels, colour by pixel: JPEG-LS transforms no colour.

        Raises UnsupportedPixels for fewer than 2 bits (PS3.5 Table 8.2.3-1), and where `near` is
        over min(255, MAXVAL / 2) (14495-1 C.2.3): CharLS codes that and cannot decode it.
        """
        limit = min(255, native.peak // 2)
        if self.near > limit:
            raise UnsupportedPixels(
                f"jpegls: near is {self.near}, {native.bits_stored} bits stored allow"
                f" {limit} grey levels at most"
            )
        return declare(self, native, "RGB", "use jpeg2000")

    def serial(self, native: ImagePixel) -> bool:
        """Return whether pyjpegls encodes these pixels, which holds Python's lock; see `coded_cells`."""
        return native.bits_stored != native.bits_allocated

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one interchange stream, its precision Bits Stored.

        Signed samples are coded as two's complement, for JPEG-LS has no sign. Raises
        UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        cells, near = _unwrappable(checked(frame, native), native, self.near)
        try:
            stream = coded_cells(cells, native, near)
            own_header(stream, native, {"jpegls": "SOF55"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        return stream

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as CharLS decodes it. Raises DecodeError, CodecMissing.

        A cut stream is refused by its missing end: CharLS takes seconds to find out.
        """
        own_header(stream, native, {"jpegls": "SOF55"})
        jpegls_decode = imagecodecs_function("jpegls_decode")
        room = None if native.signed else room_for(into, native)
        try:
            cells = shaped(jpegls_decode(stream, out=room), native)
        except REFUSALS as error:
            raise DecodeError(f"jpegls: {words_of(error)}") from error
        return sign_extended(cells, native.bits_stored, native) if native.signed else cells

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as libjpeg of Thomas Richter decodes it, another code base (GPLv3).

        Raises DecodeError; CodecMissing without the extra lossytools[verify].
        """
        own_header(stream, native, {"jpegls": "SOF55"})
        cells = decoded_by_libjpeg(stream, native, self.name)
        return sign_extended(cells, native.bits_stored, native) if native.signed else cells

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return NEAR_WORDS.format(self.near)

    def library(self) -> str:
        """Return names and versions of the encoding libraries. Raises CodecMissing."""
        return f"{versioned('imagecodecs')}, {versioned('pyjpegls')}"


def _unwrappable(frame: Frame, native: ImagePixel, near: int) -> tuple[Frame, int]:
    """Return the samples as unsigned cells, and the NEAR that keeps them from wrapping round.

    In two's complement the largest value stands next to the smallest, so an error of one level
    at the end of the range would be an error of the whole range. A frame that reaches the ends
    moves inwards by half of `near` and is coded with the other half: no error is over `near`.
    NEAR may become 0 then, which PS3.5 section A.4.3 allows.
    """
    if not native.signed:
        return frame, near
    if int(frame.min()) < native.minimum + near or int(frame.max()) > native.maximum - near:
        near //= 2
        frame = np.clip(frame, native.minimum + near, native.maximum - near)
    return unsigned_cells(frame, native), near


def unsigned_cells(frame: Frame, native: ImagePixel) -> Frame:
    """Return samples as the cells of Bits Stored that hold them: two's complement where they are signed."""
    if not native.signed:
        return frame
    unsigned = np.dtype(f"u{frame.itemsize}")
    cells: Frame = frame.view(unsigned) & unsigned.type(native.peak)
    return cells


def coded_cells(cells: Frame, native: ImagePixel, near: int) -> bytes:
    """Return unsigned cells as a JPEG-LS stream.

    imagecodecs frees the GIL and knows precisions of 8 and 16 only; pyjpegls knows all. Both
    are CharLS.
    """
    if native.bits_stored == native.bits_allocated:
        room = bytearray(2 * cells.nbytes + _SPARE)
        stream = bytes(imagecodecs_function("jpegls_encode")(cells, near, out=room))
        return without_leading(stream, APP8)  # SPIFF, a file format's header, has no place in DICOM
    layout = (native.rows, native.columns, native.samples, native.bits_stored, near)
    interleave = _BY_PIXEL if native.samples > 1 else 0
    if cells.nbytes >= _SPARE:
        jpeg_ls = require("jpeg_ls", "pyjpegls")
        return bytes(jpeg_ls.encode_buffer(cells.tobytes(), *layout, interleave or None))
    return _coded_small(cells, layout, interleave)


def _coded_small(cells: Frame, layout: tuple[int, int, int, int, int], interleave: int) -> bytes:
    """Return a frame of less than a kilobyte as a JPEG-LS stream.

    pyjpegls gives CharLS twice the frame to write into, too little where the header is longer than
    the frame, and its public function takes no more: hence the private one, and bytes behind the
    frame that CharLS does not read.
    """
    rows, columns, samples, bits, near = layout
    narrow = cells.astype(np.uint8) if bits <= 8 else cells  # noqa: PLR2004 - bits of a byte
    charls = require("_CharLS", "pyjpegls")
    padded = narrow.tobytes() + bytes(_SPARE)
    return bytes(charls._encode(padded, near, interleave, rows, columns, samples, bits))  # noqa: SLF001
