"""What the three movie codecs have in common: the pixels they take, and the syntax that has room for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, ClassVar

from lossytools.codecs.knobs import canonical
from lossytools.codecs.movies.reading import EXTRA
from lossytools.codecs.movies.writing import MovieSettings, Packet, write_movie
from lossytools.errors import UnsupportedPixels
from lossytools.libraries import require, versioned
from lossytools.standard.transfer_syntaxes import BY_UID
from lossytools.standard.video_limits import limits_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from lossytools.values import Frame, ImagePixel

_TAKES = ("RGB", "MONOCHROME2")


@dataclass(frozen=True, slots=True, repr=False)
class MovieCodec:
    """A codec that codes all frames together into one bit stream, with its settings as fields.

    smallest: rows and columns that the encoder takes at least. A subclass says which transfer syntaxes it
    may write, the first that fits being taken.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    method: ClassVar[str]
    transfer_syntaxes: ClassVar[tuple[str, ...]]
    smallest: ClassVar[tuple[int, int]]
    depths: ClassVar[tuple[int, ...]] = (8,)

    def __repr__(self) -> str:
        """Return the codec in the notation that `parse_codec` reads."""
        return canonical(self)

    def syntaxes(self, native: ImagePixel) -> tuple[str, ...]:
        """Return the transfer syntaxes that may be written, the one to try first in front."""
        raise NotImplementedError

    def settings(self, native: ImagePixel, rate: Fraction, transfer_syntax: str) -> MovieSettings:
        """Return what FFmpeg is told."""
        raise NotImplementedError

    def resolve(self, native: ImagePixel) -> ImagePixel:
        """Return the pixels declared: YBR_PARTIAL_420 of 3 samples, grey too (PS3.5 8.2.5 to 8.2.11).

        Raises UnsupportedPixels for other forms, for odd rows or columns, which 4:2:0 has not, and for
        pictures that are too small for the encoder.
        """
        wide = native.bits_allocated, native.bits_stored
        if native.photometric not in _TAKES or native.signed:
            sign = "signed " if native.signed else ""
            raise UnsupportedPixels(f"{self.name} takes RGB or MONOCHROME2, not {sign}{native.photometric}")
        if native.bits_stored not in self.depths or wide not in {(8, 8), (16, 10)}:
            raise UnsupportedPixels(
                f"{self.name} takes {' or '.join(map(str, self.depths))} bits,"
                f" these are {wide[1]} in {wide[0]}"
            )
        if native.rows % 2 or native.columns % 2:
            raise UnsupportedPixels(
                f"{self.name} shares chroma between 2 x 2 pixels, and {native.rows} rows of {native.columns}"
                " are odd; padding would move regions and overlays. Use jpeg, jpeg2000 or jpegls"
            )
        if native.rows < self.smallest[0] or native.columns < self.smallest[1]:
            raise UnsupportedPixels(
                f"{self.name}: {native.rows} rows of {native.columns} pixels, the encoder takes"
                f" {self.smallest[0]} rows of {self.smallest[1]} at least"
            )
        return replace(native, samples=3, photometric="YBR_PARTIAL_420", planar=0)

    def syntax_for(self, native: ImagePixel, rate: Fraction) -> str:
        """Return the first transfer syntax that has room for size and rate.

        Raises UnsupportedPixels where none has (PS3.5 Tables 8-1 to 8-8, the levels of the standards).
        """
        for uid in self.syntaxes(native):
            speed = float(rate)
            if any(limit.fits(native.rows, native.columns, speed, speed) for limit in limits_for(uid)):
                return uid
        named = "; ".join(f"{BY_UID[uid].name}: {limits_for(uid)[0].clause}" for uid in self.syntaxes(native))
        raise UnsupportedPixels(
            f"{self.name}: {native.rows} rows of {native.columns} at {float(rate):.6g} frames a second are"
            f" outside of {named}"
        )

    def encode(
        self, frames: Iterable[Frame], native: ImagePixel, rate: Fraction, out: IO[bytes]
    ) -> tuple[Packet, ...]:
        """Write `frames`, each of `native.shape`, as one bit stream to `out`; return packets as decoded.

        Raises UnsupportedPixels, EncodeError, CodecMissing.
        """
        self.resolve(native)
        settings = self.settings(native, rate, self.syntax_for(native, rate))
        return write_movie(frames, native, rate, settings, out)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        raise NotImplementedError

    def library(self) -> str:
        """Return name and version of the library, and of the FFmpeg in it. Raises CodecMissing."""
        av = require("av", EXTRA)
        parts = av.library_versions["libavcodec"]
        return f"{versioned('av')}, libavcodec {'.'.join(map(str, parts))}"
