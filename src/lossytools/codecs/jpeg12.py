"""JPEG extended sequential (ISO/IEC 10918-1 processes 2 and 4), through libjpeg-turbo in imagecodecs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.agreement import checked, declare, decoded_by_libjpeg, own_header, room_for, shaped
from lossytools.codecs.codestream.jpeg import APP0, as_extended, without_leading
from lossytools.codecs.jpeg import LARGEST_SIDE
from lossytools.codecs.knobs import canonical, check_number, knob
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, versioned, words_of
from lossytools.standard.transfer_syntaxes import JPEG_EXTENDED

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel


@dataclass(frozen=True, slots=True, repr=False)
class Jpeg12:
    """JPEG of 12 bits (or of 8), grey only: Table 8.2.1-1 of PS3.5 has no colour row for it.

    quality: libjpeg's scale of the quantisation tables, 1 (worst) to 100; one step is as coarse in 12 bits
        as in 8, so that the loss in grey levels is about the same and the PSNR 24 dB higher.

    Raises CodecSettingError for any other value.
    """

    quality: int = knob(90, "1 to 100", "", "scale of the quantisation tables, 100 is best")

    name: ClassVar[str] = "jpeg12"
    title: ClassVar[str] = "JPEG extended"
    transfer_syntax: ClassVar[str] = JPEG_EXTENDED
    method: ClassVar[str] = "ISO_10918_1"
    tolerance: ClassVar[int] = (
        6  # of 4095, rounding of the inverse DCT: between libjpeg-turbo and libjpeg 4 were seen
    )
    bound: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        check_number(self, "quality", 1, 100)

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the same pixels.

        Raises UnsupportedPixels for colour, signed samples, and all but 8 in 8 and 12 in 16 bits.
        """
        if max(native.rows, native.columns) > LARGEST_SIDE:
            raise UnsupportedPixels(
                f"jpeg12: {native.rows} x {native.columns} pixels, libjpeg takes {LARGEST_SIDE} a side;"
                " use jpegls or jpeg2000"
            )
        return declare(self, native, "RGB", "use jpegls or jpeg2000")

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return False: imagecodecs lets threads encode side by side."""
        return False

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one interchange stream with SOF1 (PS3.5 section 8.2.1).

        Values beyond Bits Stored are refused: libjpeg would clip them without a word.
        Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        pixels = checked(frame, native)
        jpeg8_encode = imagecodecs_function("jpeg8_encode")
        try:
            coded = bytes(jpeg8_encode(pixels, self.quality, bitspersample=native.bits_stored))
            stream = as_extended(without_leading(coded, APP0))
            own_header(stream, native, {"jpeg": "SOF1"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        return stream

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as libjpeg-turbo decodes it. Raises DecodeError, CodecMissing."""
        own_header(stream, native, {"jpeg": "SOF1"})
        jpeg8_decode = imagecodecs_function("jpeg8_decode")
        try:
            return shaped(jpeg8_decode(stream, out=room_for(into, native)), native)
        except REFUSALS as error:
            raise DecodeError(f"jpeg12: {words_of(error)}") from error

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as libjpeg of Thomas Richter decodes it, another code base (GPLv3).

        Raises DecodeError; CodecMissing without the extra lossytools[verify].
        """
        own_header(stream, native, {"jpeg": "SOF1"})
        return decoded_by_libjpeg(stream, native, self.name)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return f"JPEG extended, quality {self.quality}"

    def library(self) -> str:
        """Return name and version of the encoding library. Raises CodecMissing."""
        return versioned("imagecodecs")
