"""JPEG XL (ISO/IEC 18181-1) with its lossy transform (VarDCT), through libjxl in imagecodecs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.agreement import checked, declare, narrow, own_header, room_for, shaped
from lossytools.codecs.knobs import canonical, check_number, check_real, knob
from lossytools.codecs.libjxl import decoded_by_libjxl
from lossytools.errors import DecodeError, EncodeError
from lossytools.libraries import REFUSALS, imagecodecs_function, versioned, words_of
from lossytools.standard.transfer_syntaxes import JPEG_XL

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel


@dataclass(frozen=True, slots=True, repr=False)
class JpegXl:
    """JPEG XL, one frame to a bare code stream, colours declared as the RGB they decode to.

    distance: how far from the source in units of just noticeable difference, 0.01 (best) to 25; 1 is
        meant to look alike side by side, which is no promise about measured error.
    effort: how hard the encoder looks, 1 to 9; 3 takes a twentieth of the time of 7 for 8 percent more bytes.

    Raises CodecSettingError for any other value.
    """

    distance: float = knob(1.0, "0.01 to 25", "just noticeable differences", "distance from the source")
    effort: int = knob(3, "1 to 9", "", "how hard the encoder looks")

    name: ClassVar[str] = "jpegxl"
    title: ClassVar[str] = "JPEG XL"
    transfer_syntax: ClassVar[str] = JPEG_XL
    method: ClassVar[str] = "ISO_18181_1"
    bound: ClassVar[int | None] = None
    tolerance: ClassVar[int] = 2  # 18181-3 lets decoders differ; two builds of libjxl gave 1 of 8 bits

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        check_real(self, "distance", 0.01, 25)
        check_number(self, "effort", 1, 9)

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the same pixels: what decodes is RGB, however the stream transforms it (XYB).

        PS3.3 section C.8.5.6.1.2 knows no XYB for ultrasound. Raises UnsupportedPixels for signed samples,
        which JPEG XL has not.
        """
        return declare(self, native, "RGB", "use jpeg2000 or jpegls")

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return False: imagecodecs lets threads encode side by side."""
        return False

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one bare code stream, its precision Bits Stored.

        Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        pixels = narrow(checked(frame, native), native)
        jpegxl_encode = imagecodecs_function("jpegxl_encode")
        try:
            stream = bytes(
                jpegxl_encode(
                    pixels,
                    distance=self.distance,
                    effort=self.effort,
                    bitspersample=native.bits_stored,
                    usecontainer=False,
                    numthreads=1,
                )
            )
            header = own_header(stream, native, {"jpegxl": "VarDCT"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        if header.container:
            raise EncodeError(f"{self!r}: the code stream is in the boxes of a file")
        return stream

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as libjxl decodes it, grey or RGB. Raises DecodeError, CodecMissing."""
        own_header(stream, native, {"jpegxl": "VarDCT"})
        jpegxl_decode = imagecodecs_function("jpegxl_decode")
        try:
            return shaped(jpegxl_decode(stream, numthreads=1, out=room_for(into, native)), native)
        except REFUSALS as error:
            raise DecodeError(f"jpegxl: {words_of(error)}") from error

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as another build of libjxl decodes it: no other code base has a wheel.

        Raises DecodeError; CodecMissing without the extra lossytools[verify].
        """
        own_header(stream, native, {"jpegxl": "VarDCT"})
        return decoded_by_libjxl(stream, native, self.name)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return f"JPEG XL VarDCT, distance {self.distance:g}, effort {self.effort}"

    def library(self) -> str:
        """Return name and version of the encoding library. Raises CodecMissing."""
        return versioned("imagecodecs")
