"""H.264 (ISO/IEC 14496-10) High Profile, through x264 in FFmpeg, in an MP4 container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.knobs import check_choice, check_real, knob
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.writing import MovieSettings
from lossytools.errors import CodecSettingError
from lossytools.standard.transfer_syntaxes import (
    H264_BLURAY,
    H264_LEVEL_4_1,
    H264_LEVEL_4_2,
    fragmentable,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from lossytools.values import ImagePixel

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_MACROBLOCK = 16
_DPB = {H264_LEVEL_4_1: 32768, H264_BLURAY: 32768, H264_LEVEL_4_2: 34816}
"""Macroblocks of the decoded picture buffer (14496-10 Table A-1, MaxDpbMbs)."""


@dataclass(frozen=True, slots=True, repr=False)
class H264(MovieCodec):
    """H.264 High Profile at Level 4.1, or 4.2 where size and rate need it.

    Exactly one of:
    crf: constant rate factor, 1 (best) to 51; 6 more halve the bytes or so.
    bitrate: kbit/s on average, 10 to 50000.
    preset: how hard the encoder looks, "ultrafast" to "veryslow".
    encoder: "x264", or "openh264" where the FFmpeg at hand has it.
    variant: "plain", "fragmentable" for the syntaxes that allow several fragments, "bluray" for discs.

    Raises CodecSettingError for any other value.
    """

    crf: float | None = knob(
        None, "1 to 51 (18 unless bitrate is set)", "", "constant rate factor, 1 is best"
    )
    bitrate: float | None = knob(None, "10 to 50000", "kbit/s", "average rate of the stream")
    preset: str = knob("medium", ", ".join(PRESETS), "", "how hard the encoder looks")
    encoder: str = knob("x264", "x264, openh264", "", "encoder in FFmpeg", quiet=True)
    variant: str = knob("plain", "plain, fragmentable, bluray", "", "transfer syntax", quiet=True)

    name: ClassVar[str] = "h264"
    title: ClassVar[str] = "H.264"
    method: ClassVar[str] = "ISO_14496_10"
    transfer_syntaxes: ClassVar[tuple[str, ...]] = (H264_LEVEL_4_1, H264_LEVEL_4_2)
    smallest: ClassVar[tuple[int, int]] = (16, 16)

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        one_aim(self, 18.0)
        check_real(self, "crf", 1, 51)
        check_real(self, "bitrate", 10, 50_000)
        check_choice(self, "preset", PRESETS)
        check_choice(self, "encoder", ("x264", "openh264"))
        check_choice(self, "variant", ("plain", "fragmentable", "bluray"))
        if self.encoder == "openh264" and (self.bitrate is None or self.variant == "bluray"):
            raise CodecSettingError("h264: openh264 has no crf and makes no discs: give a bitrate")

    def syntaxes(self, native: ImagePixel) -> tuple[str, ...]:  # noqa: ARG002
        """Return Level 4.1 before 4.2, or what the variant asks for."""
        if self.variant == "bluray":
            return (H264_BLURAY,)
        plain = self.transfer_syntaxes
        return tuple(map(fragmentable, plain)) if self.variant == "fragmentable" else plain

    def settings(self, native: ImagePixel, rate: Fraction, transfer_syntax: str) -> MovieSettings:
        """Return what FFmpeg is told; groups of pictures are closed and last two seconds at most."""
        base = transfer_syntax.removesuffix(".1") if self.variant == "fragmentable" else transfer_syntax
        blocks = -(-native.rows // _MACROBLOCK) * -(-native.columns // _MACROBLOCK)
        options = {
            "profile": "high",
            "level": "4.2" if base == H264_LEVEL_4_2 else "4.1",
            "g": str(max(1, round(rate * (1 if base == H264_BLURAY else 2)))),
            "refs": str(max(1, min(4, _DPB[base] // blocks))),
            "maxrate": "40000000" if base == H264_BLURAY else "62500000",
            "bufsize": "30000000" if base == H264_BLURAY else "62500000",
            **({"crf": f"{self.crf:g}"} if self.crf is not None else {"b": str(round(self.bitrate_bits))}),
        }
        if self.encoder == "openh264":
            return MovieSettings(
                "libopenh264", "mp4", {"profile": "high", "b": str(round(self.bitrate_bits))}
            )
        extras = "cpu-independent=1:open-gop=0:force-cfr=1:8x8dct=1:cabac=1"  # High, whatever the preset
        if base == H264_BLURAY:
            extras += ":bluray-compat=1:slices=4:aud=1"
        options |= {"preset": self.preset, "tune": "psnr", "x264-params": extras}
        return MovieSettings("libx264", "mp4", options, tag="avc1")

    @property
    def bitrate_bits(self) -> float:
        """The average rate in bit/s, 0 where the rate factor is given."""
        return 1000 * (self.bitrate or 0.0)

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return f"H.264 High Profile ({self.encoder}), {aim_words(self)}, preset {self.preset}, chroma 4:2:0"


def one_aim(codec: MovieCodec, crf: float) -> None:
    """Set the rate factor where neither it nor a bitrate is given. Raises CodecSettingError for both."""
    given = getattr(codec, "crf", None), getattr(codec, "bitrate", None)
    if given == (None, None):
        object.__setattr__(codec, "crf", crf)
    elif None not in given:
        raise CodecSettingError(f"{codec.name}: crf and bitrate exclude each other, give one")


def aim_words(codec: MovieCodec) -> str:
    """Return rate factor or bitrate in words."""
    crf, bitrate = getattr(codec, "crf", None), getattr(codec, "bitrate", None)
    return f"rate factor {crf:g}" if crf is not None else f"{bitrate:g} kbit/s"
