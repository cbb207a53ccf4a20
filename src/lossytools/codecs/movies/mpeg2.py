"""MPEG-2 video (ISO/IEC 13818-2) Main Profile, through FFmpeg, in a program stream."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import IO, TYPE_CHECKING, ClassVar

from lossytools.codecs.knobs import check_choice, check_number, knob
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.writing import MovieSettings, Packet
from lossytools.errors import EncodeError, UnsupportedPixels
from lossytools.standard.transfer_syntaxes import MPEG2_HIGH_LEVEL, MPEG2_MAIN_LEVEL, fragmentable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.values import Frame, ImagePixel

_RATES = tuple(Fraction(*pair) for pair in ((25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1)))
_ROUNDED = Fraction(4, 10000)  # 33.37 for 33.367 ms; 29.97 and 30 are a thousandth apart
_BITS = {"main": (15_000_000, 1_835_008), "high": (80_000_000, 9_781_248)}
"""Bits a second and in the decoder's buffer, at most (13818-2 Tables 8-13 and 8-14)."""


@dataclass(frozen=True, slots=True, repr=False)
class Mpeg2(MovieCodec):
    """MPEG-2 Main Profile at Main Level up to 720 x 576, at High Level for 1280 x 720 and 1920 x 1080.

    qscale: quantiser scale of every picture, 1 (best) to 31; FFmpeg codes a picture coarser where the
        level's buffer would run empty.
    variant: "plain", or "fragmentable" for the syntaxes that allow several fragments.

    Only the rates of Tables 8-1 to 8-3 are taken: 25 and 29.97 or 30, and 50 to 60 for 1280 x 720.
    Raises CodecSettingError for any other value.
    """

    qscale: int = knob(3, "1 to 31", "", "quantiser scale, 1 is best")
    variant: str = knob("plain", "plain, fragmentable", "", "transfer syntax", quiet=True)

    name: ClassVar[str] = "mpeg2"
    title: ClassVar[str] = "MPEG-2"
    method: ClassVar[str] = "ISO_13818_2"
    transfer_syntaxes: ClassVar[tuple[str, ...]] = (MPEG2_MAIN_LEVEL, MPEG2_HIGH_LEVEL)
    smallest: ClassVar[tuple[int, int]] = (16, 16)

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        check_number(self, "qscale", 1, 31)
        check_choice(self, "variant", ("plain", "fragmentable"))

    def syntaxes(self, native: ImagePixel) -> tuple[str, ...]:  # noqa: ARG002
        """Return Main Level before High Level."""
        plain = self.transfer_syntaxes
        return tuple(map(fragmentable, plain)) if self.variant == "fragmentable" else plain

    def settings(self, native: ImagePixel, rate: Fraction, transfer_syntax: str) -> MovieSettings:  # noqa: ARG002
        """Return what FFmpeg is told; groups of 15 pictures are closed."""
        level = _level(transfer_syntax)
        bits, buffer = _BITS[level]
        return MovieSettings(
            "mpeg2video",
            "mpeg",
            {
                "flags": "+cgop+bitexact",
                "dct": "int",
                "profile": "main",
                "level": level,
                "qmin": str(self.qscale),
                "qmax": str(self.qscale),
                "b": str(bits),
                "maxrate": str(bits),
                "bufsize": str(buffer),
                "bf": "2",
                "g": "15",
                "sc_threshold": "1000000000",  # without it FFmpeg closes no groups
                "i_qfactor": "1",
                "i_qoffset": "0",
                "b_qfactor": "1",
                "b_qoffset": "0",
            },
        )

    def syntax_for(self, native: ImagePixel, rate: Fraction) -> str:
        """Return Main or High Level, for a rate that is one of the tables."""
        return super(Mpeg2, self).syntax_for(native, nearest_rate(rate))

    def encode(
        self, frames: Iterable[Frame], native: ImagePixel, rate: Fraction, out: IO[bytes]
    ) -> tuple[Packet, ...]:
        """Write `frames` to `out`, and look whether the decoder's buffer never runs empty."""
        exact = nearest_rate(rate)
        packets = super(Mpeg2, self).encode(frames, native, exact, out)
        check_buffer(packets, exact, *_BITS[_level(self.syntax_for(native, rate))])
        return packets

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return f"MPEG-2 Main Profile, quantiser scale {self.qscale}, chroma 4:2:0"


def nearest_rate(rate: Fraction) -> Fraction:
    """Return the rate of PS3.5 Tables 8-1 to 8-3 that a Frame Time of a few digits stands for.

    Raises UnsupportedPixels where none is that near.
    """
    for known in _RATES:
        if abs(rate / known - 1) <= _ROUNDED:
            return known
    raise UnsupportedPixels(
        f"mpeg2 has 25, 29.97, 30, 50, 59.94 and 60 frames a second (PS3.5 8.2.5, 8.2.6), this is"
        f" {float(rate):.6g}; use h264"
    )


def _level(transfer_syntax: str) -> str:
    return "high" if transfer_syntax.startswith(MPEG2_HIGH_LEVEL) else "main"


def check_buffer(packets: Iterable[Packet], rate: Fraction, bits: int, buffer: int) -> None:
    """Raise EncodeError where a decoder of the level would wait for data (13818-2 annex C).

    Its buffer is full at the start and is filled at the level's rate; every picture is taken out at once.
    """
    held, step = float(buffer), bits / float(rate)
    for packet in packets:
        held -= 8 * packet.size
        if held < 0:
            raise EncodeError(
                f"mpeg2: frame {packet.number + 1} of {packet.size} bytes empties the decoder's buffer of"
                f" {buffer} bits at {bits} bit/s; take a larger qscale"
            )
        held = min(buffer, held + step)
