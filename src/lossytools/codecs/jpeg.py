"""JPEG baseline (ISO/IEC 10918-1 process 1), through libjpeg-turbo in imagecodecs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.agreement import checked, declare, decoded_by_libjpeg, own_header, shaped
from lossytools.codecs.codestream import read_header
from lossytools.codecs.codestream.jpeg import APP0, without_leading
from lossytools.codecs.knobs import canonical, check_choice, check_number, knob
from lossytools.errors import CodecSettingError, DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, versioned, words_of
from lossytools.pixels import ybr_full_to_rgb
from lossytools.standard.transfer_syntaxes import JPEG_BASELINE

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

LARGEST_SIDE = 65500
"""Rows or columns at most: JPEG_MAX_DIMENSION of libjpeg."""
_FAR = 128
_CLOSE = 3


@dataclass(frozen=True, slots=True, repr=False)
class Jpeg:
    """JPEG baseline, 8 bits, the one form that every DICOM reader knows.

    quality: libjpeg's scale of the quantisation tables, 1 (worst) to 100.
    subsampling: how chroma is thinned out before coding, "444" (not at all), "422", "420".
    colour: "ycbcr", or "rgb" to code real RGB without a colour transform, which is larger.
    huffman: "standard" tables of Annex K, or "optimal" ones of each frame: the same samples in some 6 % fewer
        bytes, for two to three times the time.

    Raises CodecSettingError for any other value.
    """

    quality: int = knob(90, "1 to 100", "", "scale of the quantisation tables, 100 is best")
    subsampling: str = knob("444", "444, 422, 420", "", "chroma thinned out before coding")
    colour: str = knob("ycbcr", "ycbcr, rgb", "", "colour space that is coded", quiet=True)
    huffman: str = knob(
        "standard", "standard, optimal", "", "tables, optimal is smaller and slower", quiet=True
    )

    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "JPEG baseline"
    transfer_syntax: ClassVar[str] = JPEG_BASELINE
    method: ClassVar[str] = "ISO_10918_1"
    bound: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        check_number(self, "quality", 1, 100)
        check_choice(self, "subsampling", ("444", "422", "420"))
        check_choice(self, "colour", ("ycbcr", "rgb"))
        check_choice(self, "huffman", ("standard", "optimal"))
        if self.colour == "rgb" and self.subsampling != "444":
            raise CodecSettingError(
                f"jpeg: subsampling={self.subsampling} thins out chroma, and colour=rgb has none: use 444"
            )

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    @property
    def tolerance(self) -> int:
        """Largest difference in grey levels between two conforming decoders of one stream.

        Measured between libjpeg-turbo and libjpeg on noise, edges and saturated colours. 4:4:4: one
        level in each of Y, Cb, Cr, which is up to 3 in a colour. Subsampled: ISO/IEC 10918-1 says
        nothing about how chroma is spread again, and at saturated edges 112 levels were seen, so
        there it finds wrong colours but no small faults.
        """
        return _CLOSE if self.subsampling == "444" else _FAR

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels declared: YBR_FULL_422 whatever the subsampling, RGB if asked.

        Raises UnsupportedPixels for signed samples and all but 8 bits (PS3.5 Table 8.2.1-1).
        """
        if max(native.rows, native.columns) > LARGEST_SIDE:
            raise UnsupportedPixels(
                f"jpeg: {native.rows} x {native.columns} pixels, libjpeg takes {LARGEST_SIDE} a side;"
                " use jpegls or jpeg2000"
            )
        photometric = "RGB" if self.colour == "rgb" else "YBR_FULL_422"
        return declare(self, native, photometric, "use jpegls or jpeg2000")

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return False: imagecodecs lets threads encode side by side."""
        return False

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as an interchange stream without JFIF, as PS3.5 section 8.2.1 recommends.

        YCbCr carries no Adobe marker: three components 1, 2, 3 are YCbCr to every decoder.
        Real RGB carries Adobe APP14 with transform 0. Raises UnsupportedPixels, EncodeError,
        CodecMissing.
        """
        self.resolve(native)
        pixels = checked(frame, native)
        wish: dict[str, str] = {}
        if native.samples > 1 and self.colour == "rgb":
            wish = {"colorspace": "RGB", "outcolorspace": "RGB"}
        elif native.samples > 1:
            wish = {"subsampling": self.subsampling}
        optimal = self.huffman == "optimal"
        jpeg8_encode = imagecodecs_function("jpeg8_encode")
        try:
            stream = without_leading(
                bytes(jpeg8_encode(pixels, self.quality, optimize=optimal, **wish)), APP0
            )
            own_header(stream, native, {"jpeg": "SOF0"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        return stream

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as libjpeg-turbo decodes it, grey or RGB. Raises DecodeError, CodecMissing."""
        own_header(stream, native, {"jpeg": "SOF0"})
        jpeg8_decode = imagecodecs_function("jpeg8_decode")
        try:
            return shaped(jpeg8_decode(stream, out=into), native)
        except REFUSALS as error:
            raise DecodeError(f"jpeg: {words_of(error)}") from error

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as libjpeg of Thomas Richter decodes it, another code base (GPLv3).

        Raises DecodeError; CodecMissing without the extra lossytools[verify].
        """
        own_header(stream, native, {"jpeg": "SOF0"})
        planes = decoded_by_libjpeg(stream, native, self.name)
        # its own transform does not clip YCbCr first: over 100 levels off where colours are saturated
        coded_rgb = read_header(stream).colour == "rgb"
        return planes if native.samples == 1 or coded_rgb else ybr_full_to_rgb(planes, native.bits_stored)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        chroma = "real RGB" if self.colour == "rgb" else f"chroma {':'.join(self.subsampling)}"
        return f"JPEG baseline, quality {self.quality}, {chroma}"

    def library(self) -> str:
        """Return name and version of the encoding library. Raises CodecMissing."""
        return versioned("imagecodecs")
