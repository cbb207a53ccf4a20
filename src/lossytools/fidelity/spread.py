"""How true all frames stayed, part by part: the worst of them, the first percentile, the mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossytools.fidelity.loss import METRICS, added
from lossytools.measurement import psnr_db

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from lossytools.differences import Counts
    from lossytools.fidelity.loss import Loss


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over all frames.

    worst: the lowest PSNR or SSIM, the largest error; worst_frame: the first that has it, from 1.
    percentile_1: the figure that one frame in a hundred falls short of at most, by nearest rank: of fewer
    than a hundred frames the worst. mean: of the squared errors for PSNR, of the figures otherwise.
    """

    worst: float
    worst_frame: int
    percentile_1: float
    mean: float

    def at(self, scope: str) -> float:
        """Return the figure of a scope: "every-frame", "p1" or "mean"."""
        return {"every-frame": self.worst, "p1": self.percentile_1, "mean": self.mean}[scope]


@dataclass(frozen=True, slots=True, eq=False)
class PartFidelity:
    """How true one part of the image stayed over all frames. errors: added up over the frames."""

    errors: Counts
    psnr_db: Spread
    ssim: Spread | None
    max_error: Spread

    def spread(self, metric: str) -> Spread | None:
        """Return the figures of one of METRICS, None where it was not measured."""
        return {"psnr": self.psnr_db, "ssim": self.ssim, "max_error": self.max_error}[metric]


class Tally:
    """Adds up frames; of each only its figures stay."""

    def __init__(self, peak: int) -> None:
        """Begin at nothing; `peak` as the scale of the gauge has it."""
        self._peak = peak
        self._numbers: list[int] = []
        self._errors: dict[str, Counts] = {}
        self._figures: dict[tuple[str, str], list[float]] = {}

    def add(self, number: int, parts: Mapping[str, Loss]) -> None:
        """Add frame `number`, from 1. Parts without pixels are left out."""
        self._numbers.append(number)
        for name, loss in parts.items():
            if not loss.samples:
                continue
            self._errors[name] = added(self._errors.get(name), loss.errors)
            for metric, figure in loss.scores._asdict().items():
                self._figures.setdefault((name, metric), []).append(figure)

    def parts(self) -> dict[str, PartFidelity]:
        """Return how true each part stayed over the frames added so far."""
        return {name: self._part(name, errors) for name, errors in self._errors.items()}

    def _part(self, name: str, errors: Counts) -> PartFidelity:
        psnr, ssim, largest = (np.array(self._figures[name, metric]) for metric in METRICS)
        pooled = psnr_db(float(np.mean(10.0 ** (-psnr / 10))) * self._peak**2, self._peak)
        return PartFidelity(
            errors,
            self._spread(psnr, pooled),
            None if np.isnan(ssim).all() else self._spread(ssim, float(np.nanmean(ssim))),
            self._spread(largest, float(largest.mean()), sign=-1),
        )

    def _spread(self, figures: npt.NDArray[np.float64], mean: float, sign: int = 1) -> Spread:
        turned = sign * figures
        place = int(np.nanargmin(turned))
        rank = math.ceil(len(figures) / 100) - 1
        first = float(np.sort(turned)[rank]) * sign + 0.0  # of a largest error of 0, not -0
        return Spread(float(figures[place]), self._numbers[place], first, mean)
