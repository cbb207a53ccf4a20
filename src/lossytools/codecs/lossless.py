"""Codecs that lose nothing: what decodes is what was coded, so the instance stays the same."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from lossytools.codecs.agreement import checked, decoded_by_libjpeg, narrow, sign_extended
from lossytools.codecs.codestream.jpeg2000 import with_precision
from lossytools.codecs.codestream.jpegxl import bare
from lossytools.codecs.decoding import decode_frame
from lossytools.codecs.jpegls import coded_cells, unsigned_cells
from lossytools.codecs.libjxl import decoded_by_libjxl
from lossytools.codecs.openjpeg import decoded_by_openjpeg
from lossytools.codecs.second_rle import rle_by_pydicom
from lossytools.errors import DecodeError, EncodeError, UnsupportedPixels
from lossytools.libraries import REFUSALS, imagecodecs_function, require, versioned, words_of
from lossytools.standard.photometrics import bits_in
from lossytools.standard.transfer_syntaxes import (
    DEFLATED_FRAME,
    HTJ2K_LOSSLESS,
    JPEG_2000_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_XL_LOSSLESS,
    RLE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lossytools.values import Frame, ImagePixel

_MONO = ("MONOCHROME1", "MONOCHROME2")
_GREY = (*_MONO, "PALETTE COLOR")
_WHOLE_BYTES = (8, 16)


@dataclass(frozen=True, slots=True, repr=False)
class LosslessCodec:
    """A codec without knobs whose frames come back as they were, to the last bit.

    declares: which photometric interpretation is declared for which, by what is coded.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    transfer_syntax: ClassVar[str]
    declares: ClassVar[Mapping[str, str]]
    library_names: ClassVar[tuple[str, ...]] = ("imagecodecs",)
    signed: ClassVar[bool] = True
    holds_lock: ClassVar[bool] = False

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return self.name

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels as they are declared once coded.

        Raises UnsupportedPixels where the transfer syntax has no room for them (PS3.5 section 8.2).
        """
        photometric = self.declares.get(native.photometric)
        if photometric is None:
            raise UnsupportedPixels(f"{self.name} takes {', '.join(self.declares)}, not {native.photometric}")
        if native.signed and not self.signed:
            raise UnsupportedPixels(f"{self.name} cannot hold these pixels: they are signed")
        if native.bits_allocated not in _WHOLE_BYTES:
            raise UnsupportedPixels(f"{self.name} takes 8 or 16 bits allocated, not {native.bits_allocated}")
        allowed, clause = bits_in(self.transfer_syntax, photometric)
        if allowed and not any(native.bits_allocated == a and native.bits_stored in s for a, s in allowed):
            raise UnsupportedPixels(
                f"{self.name} cannot hold {native.bits_stored} of {native.bits_allocated} bits as"
                f" {photometric} ({clause})"
            )
        return replace(native, photometric=photometric, planar=0 if native.samples > 1 else None)

    def serial(self, native: ImagePixel) -> bool:  # noqa: ARG002
        """Return whether an encoder keeps other threads waiting."""
        return self.holds_lock

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return `frame` as one code stream. Raises UnsupportedPixels, EncodeError, CodecMissing."""
        self.resolve(native)
        try:
            return self._coded(checked(frame, native), native)
        except (*REFUSALS, DecodeError) as error:
            raise EncodeError(f"{self!r}: {words_of(error)}") from error

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        raise NotImplementedError

    def decode(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as it was handed to `encode`. Raises DecodeError, CodecMissing."""
        return decode_frame(stream, self.transfer_syntax, self.resolve(native))[0]

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as another library decodes it. Raises DecodeError, CodecMissing.

        For deflate that is zlib again, which every Python has and none has another of.
        """
        return self.decode(stream, native)

    def library(self) -> str:
        """Return names and versions of the encoding libraries. Raises CodecMissing."""
        return ", ".join(map(versioned, self.library_names)) or f"zlib {zlib.ZLIB_VERSION}"


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


class _Wavelet(LosslessCodec):
    __slots__ = ()
    declares: ClassVar = {**_same(*_GREY, "YBR_FULL"), "RGB": "YBR_RCT"}

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as the other build of OpenJPEG decodes it."""
        return decoded_by_openjpeg(stream, native, self.name)


class Jpeg2000Lossless(_Wavelet):
    """JPEG 2000 with the reversible 5-3 wavelet, colours through the reversible transform (RCT)."""

    __slots__ = ()
    name = "jpeg2000-lossless"
    title = "JPEG 2000, lossless"
    transfer_syntax = JPEG_2000_LOSSLESS

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        stream = imagecodecs_function("jpeg2k_encode")(
            narrow(frame, native),
            codecformat="j2k",
            reversible=True,
            mct=native.photometric == "RGB",
            bitspersample=native.bits_stored,
        )
        return bytes(stream)


class Htj2kLossless(_Wavelet):
    """HTJ2K with the reversible 5-3 wavelet, colours through the reversible transform (RCT)."""

    __slots__ = ()
    name = "htj2k-lossless"
    title = "HTJ2K, lossless"
    transfer_syntax = HTJ2K_LOSSLESS

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return the stream of the cells, with the precision that is true.

        OpenJPH of imagecodecs takes the width of a cell for the precision, and so shifts unsigned samples
        down by half the range of a cell. They are moved up by what that is too much; wavelet and colour
        transform carry a constant through unchanged (15444-1 F.3.8.2, G.2).
        """
        cells = frame
        if not native.signed:
            too_much = (1 << native.bits_allocated - 1) - (1 << native.bits_stored - 1)
            cells = frame + frame.dtype.type(too_much)
        encode = imagecodecs_function("htj2k_encode")
        stream = bytes(encode(cells, reversible=True, rgb=native.photometric == "RGB"))
        return with_precision(stream, native.bits_stored)


class JpegLsLossless(LosslessCodec):
    """JPEG-LS with NEAR 0."""

    __slots__ = ()
    name = "jpegls-lossless"
    title = "JPEG-LS, lossless"
    transfer_syntax = JPEG_LS_LOSSLESS
    declares: ClassVar = _same(*_GREY, "YBR_FULL", "RGB")
    library_names = ("imagecodecs", "pyjpegls")

    def serial(self, native: ImagePixel) -> bool:
        """Return whether pyjpegls encodes these pixels, which holds Python's lock."""
        return native.bits_stored != native.bits_allocated

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        return coded_cells(unsigned_cells(frame, native), native, 0)

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as libjpeg of Thomas Richter decodes it (GPLv3, lossytools[verify])."""
        cells = decoded_by_libjpeg(stream, native, self.name)
        return sign_extended(cells, native.bits_stored, native) if native.signed else cells


class JpegXlLossless(LosslessCodec):
    """JPEG XL in its Modular mode, effort 3, one bare code stream a frame."""

    __slots__ = ()
    name = "jpegxl-lossless"
    title = "JPEG XL, lossless"
    transfer_syntax = JPEG_XL_LOSSLESS
    declares: ClassVar = _same(*_MONO, "RGB")
    signed = False

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        stream = imagecodecs_function("jpegxl_encode")(
            narrow(frame, native),
            lossless=True,
            effort=3,
            bitspersample=native.bits_stored,
            usecontainer=False,
            numthreads=1,
        )
        return bare(bytes(stream))  # libjxl puts 16 bits into boxes, to say which level decodes them

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as the other build of libjxl decodes it (lossytools[verify])."""
        return decoded_by_libjxl(stream, native, self.name)


class Rle(LosslessCodec):
    """Run lengths of byte planes, row by row (PS3.5 annex G).

    Planar Configuration is declared 0, which some IODs demand and the syntax allows, though planes are coded.
    """

    __slots__ = ()
    name = "rle"
    title = "RLE, lossless"
    transfer_syntax = RLE
    declares: ClassVar = _same(*_GREY, "YBR_FULL", "RGB")
    library_names = ("pylibjpeg-rle",)
    holds_lock = True

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:
        encode: Callable[..., bytes] = require("rle.utils", "pylibjpeg-rle").encode_pixel_data
        return bytes(
            encode(
                frame.astype(frame.dtype.newbyteorder("<"), copy=False).tobytes(),
                rows=native.rows,
                columns=native.columns,
                samples_per_pixel=native.samples,
                bits_allocated=native.bits_allocated,
                number_of_frames=1,
                byteorder="<",
            )
        )

    def decode_independent(self, stream: bytes, native: ImagePixel) -> Frame:
        """Return the frame as pydicom's own decoder, written in Python, decodes it."""
        return rle_by_pydicom(stream, native)


class DeflatedFrame(LosslessCodec):
    """Each frame's native bytes in one raw deflate stream of RFC 1951 (PS3.5 section A.4.13)."""

    __slots__ = ()
    name = "deflated-frame"
    title = "Deflated frame, lossless"
    transfer_syntax = DEFLATED_FRAME
    declares: ClassVar = _same(*_GREY, "YBR_FULL", "RGB")
    library_names = ()

    def _coded(self, frame: Frame, native: ImagePixel) -> bytes:  # noqa: ARG002
        squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        cells = frame.astype(frame.dtype.newbyteorder("<"), copy=False)
        return squeeze.compress(np.ascontiguousarray(cells).tobytes()) + squeeze.flush()


LOSSLESS = (Jpeg2000Lossless, JpegLsLossless, Htj2kLossless, JpegXlLossless, Rle, DeflatedFrame)
"""Every lossless codec, in the order in which they are shown."""
