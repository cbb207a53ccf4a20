"""The range that a loss is measured against, by its name; never that of a type that holds the samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from lossytools.values import Frame

SCALES = ("stored", "actual", "window")
DISPLAY_PEAK = 65_535
"""Levels of a display above black: so many that rounding to one of them hides nothing."""
_TAIL = 0.001  # of the samples at either end that are no part of the actual range


@dataclass(frozen=True, slots=True)
class Scale:
    """What samples are measured as.

    name: "stored", the samples against 2**bits_stored - 1; "actual", the samples against the range that they
    take; "window", display levels against those of a display, and of several windows the worst counts.
    peak: the range. lowest: the sample that it begins at, or that the first entry of each table is for.
    tables: display levels of every sample value, one table a window, () for the other scales.
    """

    name: str
    peak: int
    lowest: int = 0
    tables: tuple[npt.NDArray[np.uint16], ...] = ()

    @property
    def words(self) -> str:
        """What PSNR and SSIM count against, in ASCII."""
        if self.tables:
            windows = f"{len(self.tables)} window{'s'[: len(self.tables) != 1]}"
            return f"PSNR and SSIM of what a display shows, the worst of {windows}"
        named = "that occur" if self.name == "actual" else "of all that the bits stored can hold"
        return f"PSNR and SSIM against the {self.peak} grey levels {named}"

    @property
    def span(self) -> int:
        """How many sample values the range is spread over; of several windows the narrowest."""
        return min((int(np.count_nonzero(np.diff(table))) for table in self.tables), default=self.peak) or 1

    def views(self, frame: Frame) -> Iterator[npt.NDArray[Any]]:
        """Yield the levels of a frame, 0 to DISPLAY_PEAK over the range; through windows one for each."""
        for table in self.tables:
            yield self.seen(frame, table)
        if not self.tables:
            yield np.clip(
                (frame.astype(np.float64) - self.lowest) * (DISPLAY_PEAK / self.peak), 0, DISPLAY_PEAK
            )

    def seen(self, frame: Frame, table: npt.NDArray[np.uint16]) -> Frame:
        """Return the display levels of a frame."""
        return table[frame.astype(np.int64) - self.lowest]


def actual_ends(counts: npt.NDArray[np.int64], lowest: int) -> tuple[int, int]:
    """Return the values between which samples lie but for one in a thousand at either end.

    counts: how many samples have the value `lowest`, the next and so on; those of padding are 0. Where there
    are no samples at all both are `lowest`.
    """
    reached = np.cumsum(counts)
    total = int(reached[-1]) if reached.size else 0
    if total == 0:
        return lowest, lowest
    low = int(np.searchsorted(reached, total * _TAIL, side="right"))
    high = int(np.searchsorted(reached, total * (1 - _TAIL), side="left"))
    return lowest + low, lowest + max(low, high)


def window_table(
    values: npt.NDArray[Any], ends: tuple[float, float], *, inverse: bool
) -> npt.NDArray[np.uint16]:
    """Return display levels of what a VOI transformation gave for every sample value.

    ends: what is black and what is white, whether or not a value reaches them. inverse: the other way round,
    as in MONOCHROME1.
    """
    black, white = ends
    share = (np.asarray(values, np.float64) - black) / ((white - black) or 1)
    levels = np.rint(DISPLAY_PEAK * np.clip(share, 0, 1))
    return (DISPLAY_PEAK - levels if inverse else levels).astype(np.uint16)
