"""Which pictures and rates each video transfer syntax carries (PS3.5 sections 8.2.5 to 8.2.11).

The figures of HEVC are those that FFmpeg's libavcodec has of its level (h265_profile_level.c); the table of
the standard itself could not be read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_4 = "1.2.840.10008.1.2.4."
_MACROBLOCK = 16  # rows and columns of pixels

NTSC, FILM = 30 / 1.001, 24 / 1.001
"""29.97 and 23.976 frames a second."""


@dataclass(frozen=True, slots=True)
class PictureLimit:
    """One row of a table of picture sizes. rates: frames a second.

    exact: no other size and no other rate; else size and rate may be smaller.
    """

    rows: int
    columns: int
    exact: bool
    rates: tuple[float, ...]
    clause: str

    def fits(self, rows: int, columns: int, slowest: float, fastest: float) -> bool:
        """Return whether a picture fits at a rate between `slowest` and `fastest`, 0 where unknown."""
        if not self.exact:
            return rows <= self.rows and columns <= self.columns and slowest <= max(self.rates)
        timed = not fastest or any(slowest <= rate <= fastest for rate in self.rates)
        return (rows, columns) == (self.rows, self.columns) and timed


@dataclass(frozen=True, slots=True)
class LevelLimit:
    """What a level of H.264 decodes: macroblocks of a picture and of a second (ISO/IEC 14496-10 annex A)."""

    macroblocks: int
    per_second: int
    clause: str

    def fits(self, rows: int, columns: int, slowest: float, fastest: float) -> bool:  # noqa: ARG002
        """Return whether a picture fits at a rate between `slowest` and `fastest`, 0 where unknown."""
        blocks = -(-rows // _MACROBLOCK) * -(-columns // _MACROBLOCK)
        return blocks <= self.macroblocks and blocks * slowest <= self.per_second


@dataclass(frozen=True, slots=True)
class SampleLimit:
    """What a level of HEVC decodes: luma samples of a picture and of a second (ISO/IEC 23008-2 annex A)."""

    samples: int
    per_second: int
    clause: str

    def fits(self, rows: int, columns: int, slowest: float, fastest: float) -> bool:  # noqa: ARG002
        """Return whether a picture fits at a rate between `slowest` and `fastest`, 0 where unknown."""
        longest = math.isqrt(8 * self.samples)
        size = rows * columns
        return size <= self.samples and max(rows, columns) <= longest and size * slowest <= self.per_second


Limit = PictureLimit | LevelLimit | SampleLimit

_MAIN = "PS3.5 8.2.5, Table 8-1"
_HIGH = "PS3.5 8.2.6, Tables 8-2 and 8-3"
_DISC = "PS3.5 8.2.7, Table 8-4"
_LIMITS: tuple[tuple[tuple[str, ...], tuple[Limit, ...]], ...] = (
    (
        ("100",),
        (
            PictureLimit(480, 720, exact=False, rates=(NTSC, 30), clause=_MAIN),
            PictureLimit(576, 720, exact=False, rates=(25,), clause=_MAIN),
        ),
    ),
    (
        ("101",),
        (
            PictureLimit(1080, 1920, exact=True, rates=(25, NTSC, 30), clause=_HIGH),
            PictureLimit(720, 1280, exact=True, rates=(25, NTSC, 30, 50, 2 * NTSC, 60), clause=_HIGH),
        ),
    ),
    (("102",), (LevelLimit(8192, 245_760, "PS3.5 8.2.7, level 4.1"),)),
    (
        ("103",),
        (
            PictureLimit(1080, 1920, exact=True, rates=(25, NTSC, 24, FILM), clause=_DISC),
            PictureLimit(720, 1280, exact=True, rates=(50, 2 * NTSC, 24, FILM), clause=_DISC),
        ),
    ),
    (("104", "105", "106"), (LevelLimit(8704, 522_240, "PS3.5 8.2.8, level 4.2"),)),
    (("107", "108"), (SampleLimit(8_912_896, 534_773_760, "PS3.5 8.2.10, 8.2.11, level 5.1"),)),
)
_BY_UID = {_4 + suffix: limits for suffixes, limits in _LIMITS for suffix in suffixes}


def limits_for(transfer_syntax: str) -> tuple[Limit, ...]:
    """Return the limits of a video syntax or its fragmentable twin, () if none; one of them shall hold."""
    return _BY_UID.get(transfer_syntax.removesuffix(".1") if transfer_syntax.startswith(_4) else "", ())
