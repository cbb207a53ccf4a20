"""JPEG 2000 (ISO/IEC 15444-1) with the irreversible 9-7 wavelet, through OpenJPEG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.agreement import checked, declare, narrow, own_header, room_for, shaped
from lossytools.codecs.knobs import canonical, check_real, knob
from lossytools.codecs.openjpeg import ONE_AT_A_TIME, decoded_by_openjpeg
from lossytools.errors import CodecSettingError, DecodeError, EncodeError
from lossytools.libraries import REFUSALS, imagecodecs_function, require, versioned, words_of
from lossytools.standard.transfer_syntaxes import JPEG_2000

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

_SMALLEST = 32  # pixels a side, below which pylibjpeg-openjpeg fails: six resolutions are fixed in it
_SLACK = 1.02  # a stream may be this much longer than the ratio asks
_TRIES = 3
_FULL = 1.001  # a ratio of 1 or less makes pylibjpeg-openjpeg change to the reversible 5-3 wavelet
_WORST, _BEST = 1.0, 150.0  # dB, the ends of the search for a ratio
_STEP = 0.02  # dB, where the search stops


@dataclass(frozen=True, slots=True, repr=False)
class Jpeg2000:
    """JPEG 2000, one tile, 9-7 wavelet, colours through the irreversible transform (ICT).

    Exactly one of:
    ratio: native bytes (Bits Allocated counts) of a frame over bytes of its stream, over 1 to 1000.
    psnr_db: peak signal-to-noise ratio of a frame in dB, its peak 2**Bits Stored - 1, 10 to 120;
        OpenJPEG aims at it before the colour transform is undone and samples are rounded: 50 dB asked may
        give 48, 60 dB 56.5.
    Neither is ratio 10. Raises CodecSettingError for both, and for any other value.
    """

    ratio: float | None = knob(
        None, "over 1 to 1000; 10 if neither is given", "", "native bytes to stream bytes"
    )
    psnr_db: float | None = knob(None, "10 to 120", "dB", "peak signal-to-noise ratio of every frame")

    name: ClassVar[str] = "jpeg2000"
    title: ClassVar[str] = "JPEG 2000"
    transfer_syntax: ClassVar[str] = JPEG_2000
    method: ClassVar[str] = "ISO_15444_1"
    tolerance: ClassVar[int] = 1  # rounding of the 9-7 wavelet; two builds of OpenJPEG gave 0
    bound: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        if self.ratio is None and self.psnr_db is None:
            object.__setattr__(self, "ratio", 10.0)
        if self.ratio is not None and self.psnr_db is not None:
            raise CodecSettingError("jpeg2000: ratio and psnr_db exclude each other, give one")
        check_real(self, "ratio", math.nextafter(1, 2), 1000, "more than 1, at most 1000")
        check_real(self, "psnr_db", 10, 120)

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels declared: YBR_ICT for colour, for the transform is on.

        Raises UnsupportedPixels for more bits than PS3.5 Table 8.2.4-1 holds.
        """
        return declare(self, native, "YBR_ICT", "JPEG 2000 in DICOM has no other form")

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return whether pylibjpeg-openjpeg encodes: it holds Python's lock, and two threads crash it."""
        return self.ratio is not None

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one bare code stream, its precision Bits Stored.

        The ratio is met or passed, to 2 percent, but never below the length of the headers, some
        150 bytes. Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        pixels = narrow(checked(frame, native), native)
        try:
            if self.ratio is None:
                stream = _at_psnr(pixels, native, self.psnr_db or _BEST)
            else:
                stream = _at_ratio(pixels, native, native.counted_bytes / self.ratio)
            header = own_header(stream, native, {"jpeg2000": "9-7"})
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error
        if bool(header.component_transform) != (native.samples > 1) or header.container:
            raise EncodeError(f"{self!r}: the stream lacks the colour transform, or is in a JP2 box")
        return stream

    def decode(self, stream: bytes, native: ImagePixel, into: Frame | None = None) -> Frame:
        """Return the frame as OpenJPEG of imagecodecs decodes it. Raises DecodeError, CodecMissing."""
        own_header(stream, native, {"jpeg2000": "9-7"})
        jpeg2k_decode = imagecodecs_function("jpeg2k_decode")
        try:
            return shaped(jpeg2k_decode(stream, out=room_for(into, native)), native)
        except REFUSALS as error:
            raise DecodeError(f"jpeg2000: {words_of(error)}") from error

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as pylibjpeg-openjpeg decodes it: another build, but OpenJPEG again.

        No other JPEG 2000 code base has a wheel that decodes all of these pixels; this finds
        faults of a build and of our own reading, not of OpenJPEG. Raises DecodeError, CodecMissing.
        """
        own_header(stream, native, {"jpeg2000": "9-7"})
        return decoded_by_openjpeg(stream, native, self.name)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        if self.ratio is None:
            return f"JPEG 2000 irreversible 9-7, PSNR {self.psnr_db:g} dB"
        return f"JPEG 2000 irreversible 9-7, ratio {self.ratio:g} to 1 asked for"

    def library(self) -> str:
        """Return names and versions of the encoding libraries. Raises CodecMissing."""
        if self.ratio is None:
            return versioned("imagecodecs")
        return f"{versioned('pylibjpeg-openjpeg')}, {versioned('imagecodecs')}"


def _at_psnr(frame: Frame, native: ImagePixel, psnr_db: float) -> bytes:
    """Return a stream of that PSNR; without bitspersample its peak would be 65535."""
    jpeg2k_encode = imagecodecs_function("jpeg2k_encode")
    return bytes(
        jpeg2k_encode(
            frame,
            psnr_db,
            codecformat="j2k",
            reversible=False,
            mct=native.samples > 1,
            bitspersample=native.bits_stored,
        )
    )


def _at_ratio(frame: Frame, native: ImagePixel, limit: float) -> bytes:
    """Return the best stream that is no longer than `limit` bytes, to 2 percent."""
    if min(native.rows, native.columns) < _SMALLEST:
        return _searched(frame, native, limit)
    openjpeg = require("openjpeg.utils", "pylibjpeg-openjpeg")
    precise_bytes = native.rows * native.columns * native.samples * native.bits_stored / 8
    asked = precise_bytes / limit  # it counts bits of precision, not Bits Allocated
    for _ in range(_TRIES):
        with ONE_AT_A_TIME:
            stream = bytes(
                openjpeg.encode_array(
                    frame,
                    bits_stored=native.bits_stored,
                    photometric_interpretation=1 if native.samples > 1 else 2,
                    use_mct=native.samples > 1,
                    compression_ratios=[max(asked, _FULL)],
                )
            )
        if len(stream) <= limit * _SLACK:
            return stream
        asked *= len(stream) / limit
    return _searched(frame, native, limit)


def _searched(frame: Frame, native: ImagePixel, limit: float) -> bytes:
    """Return the stream of the highest PSNR that fits `limit` bytes, the smallest where none does."""
    stream = _at_psnr(frame, native, _BEST)
    if len(stream) <= limit:
        return stream
    low, high = _WORST, _BEST
    best = _at_psnr(frame, native, low)
    while high - low > _STEP and len(best) <= limit:
        middle = (low + high) / 2
        stream = _at_psnr(frame, native, middle)
        if len(stream) <= limit:
            low, best = middle, stream
        else:
            high = middle
    return best
