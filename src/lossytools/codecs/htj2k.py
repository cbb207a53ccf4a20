"""High-Throughput JPEG 2000 (ISO/IEC 15444-15): coded by OpenJPH, decoded by OpenJPEG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lossytools.codecs.agreement import checked, declare, own_header, room_for, shaped
from lossytools.codecs.codestream.jpeg2000 import with_precision
from lossytools.codecs.knobs import canonical, check_real, knob
from lossytools.codecs.openjpeg import decoded_by_openjpeg
from lossytools.codecs.searching import coarsest
from lossytools.differences import squares_and_largest
from lossytools.errors import CodecSettingError, DecodeError, EncodeError
from lossytools.libraries import REFUSALS, imagecodecs_function, versioned, words_of
from lossytools.standard.transfer_syntaxes import HTJ2K

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

_FINEST, _COARSEST = -16.0, -1.0
"""Exponents of two of a quantiser step, in parts of the range. OpenJPH takes a finer one for its default."""
_SLACK_DB = 0.3  # how far over psnr_db a frame may come out


@dataclass(frozen=True, slots=True, repr=False)
class Htj2k:
    """HTJ2K, one tile, 9-7 wavelet, colours through the irreversible transform (ICT).

    Exactly one of:
    psnr_db: peak signal-to-noise ratio of each frame in dB, its peak 2**Bits Stored - 1, 20 to 100. A frame
        comes out at this or up to 0.3 dB over it; further over only where no step lies between.
    step: quantiser step of the wavelet coefficients in parts of the range of a sample, 2**-16 to 0.5; half
        of it costs some 6 dB less noise. For those who want no search: a frame is then coded once.

    Raises CodecSettingError for any other value.
    """

    psnr_db: float | None = knob(None, "20 to 100 (46 unless step is set)", "dB", "quality of each frame")
    step: float | None = knob(None, "0.0000153 to 0.5", "parts of the range", "quantiser step")

    name: ClassVar[str] = "htj2k"
    title: ClassVar[str] = "HTJ2K"
    transfer_syntax: ClassVar[str] = HTJ2K
    method: ClassVar[str] = "ISO_15444_15"
    tolerance: ClassVar[int] = 1  # rounding of the 9-7 wavelet
    bound: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        if self.psnr_db is None and self.step is None:
            object.__setattr__(self, "psnr_db", 46.0)
        if self.psnr_db is not None and self.step is not None:
            raise CodecSettingError("htj2k: psnr_db and step exclude each other, give one")
        check_real(self, "psnr_db", 20, 100)
        check_real(self, "step", 2**_FINEST, 2**_COARSEST, "2**-16 (0.0000153) to 0.5")

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels declared: YBR_ICT for colour, for the transform is on.

        Raises UnsupportedPixels for more than 16 bits, which OpenJPH of imagecodecs does not take.
        """
        return declare(self, native, "YBR_ICT", "HTJ2K in DICOM has no other form")

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return False: imagecodecs lets threads encode side by side."""
        return False

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one bare code stream, its precision Bits Stored.

        Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        pixels = checked(frame, native)
        try:
            stream = self._coded(pixels, native)
            header = own_header(stream, native, {"htj2k": "9-7"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        if bool(header.component_transform) != (native.samples > 1) or header.container:
            raise EncodeError(f"{self!r}: the stream lacks the colour transform, or is in a JP2 box")
        return stream

    def _coded(self, pixels: Frame, native: ImagePixel) -> bytes:
        if self.step is not None:
            return _at_step(pixels, native, self.step)
        wanted = self.psnr_db or 0.0

        def attempt(exponent: float) -> tuple[bytes, float]:
            stream = _at_step(pixels, native, 2**exponent)
            squares, _ = squares_and_largest(pixels, self.decode(stream, native))
            return stream, 10 * math.log10(native.peak**2 * pixels.size / squares) if squares else math.inf

        # The noise of rounding coefficients to a step is a twelfth of its square, spread over few of them.
        guess = -(wanted - 10) / 6.02
        return coarsest(attempt, guess, (_FINEST, _COARSEST), (wanted, wanted + _SLACK_DB))

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as OpenJPEG of imagecodecs decodes it. Raises DecodeError, CodecMissing.

        Not as OpenJPH does: what overshoots the range wraps round there, and white comes out black.
        """
        own_header(stream, native, {"htj2k": "9-7"})
        jpeg2k_decode = imagecodecs_function("jpeg2k_decode")
        try:
            return shaped(jpeg2k_decode(stream, out=room_for(into, native)), native)
        except REFUSALS as error:
            raise DecodeError(f"htj2k: {words_of(error)}") from error

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as pylibjpeg-openjpeg decodes it, another build of OpenJPEG.

        Another code base than the encoder's in both. Raises DecodeError, CodecMissing.
        """
        own_header(stream, native, {"htj2k": "9-7"})
        return decoded_by_openjpeg(stream, native, self.name)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        if self.step is None:
            return f"HTJ2K irreversible 9-7, PSNR {self.psnr_db:g} dB"
        return f"HTJ2K irreversible 9-7, quantiser step {self.step:g} of the range"

    def library(self) -> str:
        """Return name and version of the encoding library. Raises CodecMissing."""
        return versioned("imagecodecs")


def _at_step(frame: Frame, native: ImagePixel, step: float) -> bytes:
    """Return a frame coded with one quantiser step.

    OpenJPH of imagecodecs takes the width of the cells for the precision. Samples of fewer bits are moved up
    to fill theirs, and the header is told the truth: the irreversible path is proportional to the range
    throughout, level shift and steps included (15444-1 G.1, E.1.1), so it is the same stream.
    """
    htj2k_encode = imagecodecs_function("htj2k_encode")
    spare = native.bits_allocated - native.bits_stored
    filled = np.left_shift(frame, spare) if spare else frame
    stream = bytes(htj2k_encode(filled, step, reversible=False, rgb=native.samples > 1))
    return with_precision(stream, native.bits_stored) if spare else stream
