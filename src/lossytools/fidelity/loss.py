"""What a frame lost, part by part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lossytools.differences import error_counts
from lossytools.fidelity.similarity import structural_similarity
from lossytools.measurement import psnr_db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lossytools.differences import Counts
    from lossytools.fidelity.scales import Scale
    from lossytools.values import Frame, Mask


class Scores(NamedTuple):
    """The figures of a part of one frame, named as METRICS; not a number where nothing was measured."""

    psnr: float
    ssim: float
    max_error: int


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """What a part of one frame lost.

    errors: how many samples are off by 0, 1, 2 ... grey levels, up to the largest error. psnr_db: in dB on
    the scale asked for, infinite without error. ssim: -1 to 1, None where nobody asked, not a number where
    the part has no pixel with a whole window. Of a part without pixels everything is not a number or 0.
    """

    errors: Counts
    psnr_db: float
    ssim: float | None

    @property
    def samples(self) -> int:
        """Samples compared."""
        return int(self.errors.sum())

    @property
    def max_error(self) -> int:
        """Largest absolute difference, in grey levels as stored."""
        return len(self.errors) - 1

    @property
    def squared_error(self) -> int:
        """Sum of squared differences, in grey levels squared, exact."""
        return squared_sum(self.errors)

    @property
    def scores(self) -> Scores:
        """The figures without the counts that they come from."""
        return Scores(self.psnr_db, math.nan if self.ssim is None else self.ssim, self.max_error)


METRICS = Scores._fields
"""What is measured of every part of every frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Gauge:
    """What every frame is measured with.

    scale: the range. masks: the parts by name, None for all pixels. ssim: whether it is wanted too.
    """

    scale: Scale
    masks: Mapping[str, Mask | None]
    ssim: bool = True

    def measure(self, source: Frame, decoded: Frame) -> dict[str, Loss]:
        """Return what each part of `decoded` lost of `source`, frames of one shape and type.

        Raises CodecMissing without OpenCV.
        """
        masks = tuple(self.masks.values())
        errors = error_counts(source, decoded, masks)
        if self.scale.tables:
            figures = self._worst_window(source, decoded, masks)
        else:
            figures = self._figures(source, decoded, masks, errors)
        return {
            name: Loss(counts, psnr, ssim)
            for name, counts, (psnr, ssim) in zip(self.masks, errors, figures, strict=True)
        }

    def _figures(
        self, source: Frame, decoded: Frame, masks: Sequence[Mask | None], errors: Sequence[Counts]
    ) -> list[tuple[float, float | None]]:
        peak = self.scale.peak
        similar: Iterable[float | None] = (None,) * len(masks)
        if self.ssim:
            similar = structural_similarity(source, decoded, peak, masks)
        return [(_psnr(counts, peak), ssim) for counts, ssim in zip(errors, similar, strict=True)]

    def _worst_window(
        self, source: Frame, decoded: Frame, masks: Sequence[Mask | None]
    ) -> list[tuple[float, float | None]]:
        """Return the lowest figures that any of the windows shows."""
        seen = []
        for table in self.scale.tables:
            one, other = (self.scale.seen(frame, table) for frame in (source, decoded))
            seen.append(self._figures(one, other, masks, error_counts(one, other, masks)))
        return [
            (min(psnr for psnr, _ in part), min(s for _, s in part if s is not None) if self.ssim else None)
            for part in zip(*seen, strict=True)
        ]


def added(one: Counts | None, other: Counts) -> Counts:
    """Return the sum of two rows of counts, the shorter one filled with 0."""
    if one is None:
        return other
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    total = longer.copy()
    total[: len(shorter)] += shorter
    return total


def squared_sum(errors: Counts) -> int:
    """Return the sum of squared differences of which there are so many of 0, 1, 2 ... grey levels."""
    return sum(int(count) * level * level for level, count in _seen(errors))


def _seen(errors: Counts) -> Iterator[tuple[int, int]]:
    """Yield every difference that there is, and how often."""
    for level in np.flatnonzero(errors).tolist():
        yield level, int(errors[level])


def _psnr(errors: Counts, peak: int) -> float:
    samples = int(errors.sum())
    return psnr_db(squared_sum(errors) / samples, peak) if samples else math.nan
