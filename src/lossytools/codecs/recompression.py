"""JPEG frames as JPEG XL that gives back the very same JPEG, and back again (ISO/IEC 18181-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.agreement import agreed_header
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, versioned, words_of
from lossytools.standard.photometrics import allowed_in, bits_in
from lossytools.standard.transfer_syntaxes import BY_UID, JPEG_BASELINE, JPEG_XL_RECOMPRESSION

if TYPE_CHECKING:
    from lossytools.values import ImagePixel


@dataclass(frozen=True, slots=True, repr=False)
class StreamCodec:
    """A codec without knobs that turns code streams of one transfer syntax into those of another.

    What it makes gives back the code stream it was made of, to the last byte: no pixel, no method and no
    ratio changes (PS3.5 section 8.2.15). takes: the transfer syntax of the source.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    takes: ClassVar[str]
    transfer_syntax: ClassVar[str]
    shrinks: ClassVar[bool]

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return self.name

    def resolve(self, declared: ImagePixel) -> ImagePixel:
        """Return the pixels as they stay declared.

        Raises UnsupportedPixels where the table of the new transfer syntax has no row for them.
        """
        photometrics, clause = allowed_in(self.transfer_syntax)
        bits, _ = bits_in(self.transfer_syntax, declared.photometric)
        allocated, stored = declared.bits_allocated, declared.bits_stored
        if not any(allocated == cell and stored in precisions for cell, precisions in bits):
            raise UnsupportedPixels(
                f"{self.name} cannot hold {declared.photometric} of {stored} in {allocated} bits: {clause}"
                f" allows {', '.join(dict.fromkeys(photometrics))} of 8 bits"
            )
        return declared

    def recode(self, value: bytes, declared: ImagePixel) -> bytes:
        """Return the code stream in the other syntax; `value` may be padded, and the padding is kept.

        Raises DecodeError where `value` is damaged or of another kind, EncodeError where the way back does
        not lead to `value`, CodecMissing.
        """
        raise NotImplementedError

    def library(self) -> str:
        """Return name and version of the library. Raises CodecMissing."""
        return versioned("imagecodecs")


class JpegXlRecompress(StreamCodec):
    """JPEG baseline as JPEG XL: the same coefficients, coded shorter by some 15 to 25 percent."""

    __slots__ = ()
    name = "jpegxl-recompress"
    title = "JPEG XL, JPEG recompressed"
    takes = JPEG_BASELINE
    transfer_syntax = JPEG_XL_RECOMPRESSION
    shrinks = True

    def recode(self, value: bytes, declared: ImagePixel) -> bytes:
        """Return a JPEG frame as JPEG XL, in the boxes that hold what the JPEG is rebuilt from."""
        header = agreed_header(value, declared)
        if (header.family, header.process) != ("jpeg", "SOF0"):
            raise DecodeError(f"{self.name} takes JPEG baseline, this is {header.family} {header.process}")
        try:
            stream = bytes(imagecodecs_function("jpegxl_encode_jpeg")(value, numthreads=1))
        except REFUSALS as error:
            raise EncodeError(f"{self.name}: {words_of(error)}") from error
        if _rebuilt(stream) != value:
            raise EncodeError(f"{self.name}: the JPEG of {len(value)} bytes does not come back as it was")
        return stream


class JpegXlRestore(StreamCodec):
    """The JPEG that a JPEG XL recompression was made of, byte for byte."""

    __slots__ = ()
    name = "jpegxl-restore"
    title = "JPEG, restored from JPEG XL"
    takes = JPEG_XL_RECOMPRESSION
    transfer_syntax = JPEG_BASELINE
    shrinks = False

    def recode(self, value: bytes, declared: ImagePixel) -> bytes:
        """Return the JPEG frame that is in a recompressed one."""
        try:
            stream = _rebuilt(value)
        except EncodeError as error:
            raise DecodeError(f"{self.name}: {error}") from error
        agreed_header(stream, declared)
        return stream


def _rebuilt(stream: bytes) -> bytes:
    try:
        return bytes(imagecodecs_function("jpegxl_decode_jpeg")(stream, numthreads=1))
    except REFUSALS as error:
        raise EncodeError(f"no JPEG can be rebuilt: {words_of(error)}") from error


def check_source(codec: StreamCodec, transfer_syntax: str) -> None:
    """Raise UnsupportedPixels where a source has another transfer syntax than `codec` takes."""
    if transfer_syntax != codec.takes:
        known = BY_UID.get(transfer_syntax)
        raise UnsupportedPixels(
            f"{codec.name} takes {BY_UID[codec.takes].name}, not {known.name if known else transfer_syntax}"
        )
