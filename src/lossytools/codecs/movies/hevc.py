"""HEVC (ISO/IEC 23008-2) Main and Main 10 Profile, through x265 in FFmpeg, in an MP4 container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lossytools.codecs.knobs import check_choice, check_real, knob
from lossytools.codecs.movies.h264 import PRESETS, aim_words, one_aim
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.writing import MovieSettings
from lossytools.standard.transfer_syntaxes import HEVC_MAIN, HEVC_MAIN_10

if TYPE_CHECKING:
    from fractions import Fraction

    from lossytools.values import ImagePixel

_PARAMETERS = (
    "level-idc=51:high-tier=0:vbv-maxrate=40000:vbv-bufsize=40000:open-gop=0:repeat-headers=1:hash=1:info=0"
    ":pools=1:frame-threads=1:log-level=none"
)
"""Main tier of Level 5.1; an MD5 of every picture (hash=1), with which a decoder finds damage that it would
else show without a word; and no threads, which would change the bytes."""


@dataclass(frozen=True, slots=True, repr=False)
class Hevc(MovieCodec):
    """HEVC Main Profile, or Main 10 for 10 bits stored, at Level 5.1, Main tier.

    Exactly one of:
    crf: constant rate factor, 1 (best) to 51; 6 more halve the bytes or so.
    bitrate: kbit/s on average, 10 to 40000.
    preset: how hard the encoder looks, "ultrafast" to "veryslow".

    Raises CodecSettingError for any other value.
    """

    crf: float | None = knob(
        None, "1 to 51 (18 unless bitrate is set)", "", "constant rate factor, 1 is best"
    )
    bitrate: float | None = knob(None, "10 to 40000", "kbit/s", "average rate of the stream")
    preset: str = knob("medium", ", ".join(PRESETS), "", "how hard the encoder looks")

    name: ClassVar[str] = "hevc"
    title: ClassVar[str] = "HEVC"
    method: ClassVar[str] = "ISO_23008_2"
    transfer_syntaxes: ClassVar[tuple[str, ...]] = (HEVC_MAIN, HEVC_MAIN_10)
    smallest: ClassVar[tuple[int, int]] = (16, 64)  # x265 4.2 spoils the memory below 50 columns
    depths: ClassVar[tuple[int, ...]] = (8, 10)

    def __post_init__(self) -> None:
        """Raise CodecSettingError for a knob out of its range."""
        one_aim(self, 18.0)
        check_real(self, "crf", 1, 51)
        check_real(self, "bitrate", 10, 40_000)
        check_choice(self, "preset", PRESETS)

    def syntaxes(self, native: ImagePixel) -> tuple[str, ...]:
        """Return the syntax of the profile that has the bits."""
        return (HEVC_MAIN,) if native.bits_stored == 8 else (HEVC_MAIN_10,)  # noqa: PLR2004

    def settings(self, native: ImagePixel, rate: Fraction, transfer_syntax: str) -> MovieSettings:  # noqa: ARG002
        """Return what FFmpeg is told; groups of pictures are closed and last two seconds at most."""
        aim = (
            {"crf": f"{self.crf:g}"}
            if self.crf is not None
            else {"b": str(round(1000 * (self.bitrate or 0)))}
        )
        length = max(1, round(rate * 2))
        return MovieSettings(
            "libx265",
            "mp4",
            {
                **aim,
                "preset": self.preset,
                "tune": "psnr",
                "x265-params": f"{_PARAMETERS}:keyint={length}:min-keyint={min(length, 4)}",
            },
            tag="hvc1",
        )

    def describe(self) -> str:
        """Return the settings in words for Derivation Description, in ASCII."""
        return f"HEVC (x265), {aim_words(self)}, preset {self.preset}, chroma 4:2:0"
