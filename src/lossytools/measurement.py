"""What was lost: values measured frame by frame that add up over frames, images and archives.

All sums are integers, so that adding in any order gives the same figures to the last digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from lossytools.differences import squares_and_largest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lossytools.values import Frame


def psnr_db(mse: float, peak: int) -> float:
    """Return the peak signal to noise ratio in dB against `peak` grey levels, infinite without error."""
    return math.inf if mse == 0 else 10 * math.log10(peak * peak / mse)


@dataclass(frozen=True, slots=True)
class FrameMeasurement:
    """What one frame lost.

    number: frame number, from 1. native_bytes, stream_bytes: before and after, without headers and
    padding. samples: sample values compared. squared_error: sum of squared differences, exact.
    max_error: largest absolute difference in grey levels. smallest, largest: sample values decoded, None for
    colour, where no attribute asks for them. peak: 2**bits_stored - 1. Of a frame that was not decoded
    samples is 0, and what it lost is None.
    """

    number: int
    native_bytes: int
    stream_bytes: int
    samples: int
    squared_error: int | None
    max_error: int | None
    smallest: int | None
    largest: int | None
    peak: int

    @property
    def mse(self) -> float:
        """Mean squared error in grey levels squared, not a number where it was not measured."""
        return _mean(self.squared_error, self.samples)

    @property
    def psnr_db(self) -> float:
        """Peak signal to noise ratio in dB, infinite where nothing was lost, not a number if not measured."""
        return psnr_db(self.mse, self.peak)

    @property
    def ratio(self) -> float:
        """Native bytes over code stream bytes (PS3.3 section C.7.6.1.1.5.2)."""
        return self.native_bytes / self.stream_bytes


@dataclass(frozen=True)
class Measurement:
    """What any number of frames lost together; `a + b` measures the frames of both.

    worst: the frame with the lowest PSNR. worst_error: the frame with the largest error; of equals
    the first, whatever the order of adding. Where a frame was not measured, all of them are not.
    """

    frames: int
    native_bytes: int
    stream_bytes: int
    samples: int
    squared_error: int | None
    smallest: int | None
    largest: int | None
    worst: FrameMeasurement
    worst_error: FrameMeasurement

    @classmethod
    def of(cls, frame: FrameMeasurement) -> Measurement:
        """Return the measurement of a single frame."""
        return cls(
            frames=1,
            native_bytes=frame.native_bytes,
            stream_bytes=frame.stream_bytes,
            samples=frame.samples,
            squared_error=frame.squared_error,
            smallest=frame.smallest,
            largest=frame.largest,
            worst=frame,
            worst_error=frame,
        )

    def __add__(self, other: Measurement) -> Measurement:
        """Return the measurement of the frames of both; nothing is lost to rounding."""
        return Measurement(
            frames=self.frames + other.frames,
            native_bytes=self.native_bytes + other.native_bytes,
            stream_bytes=self.stream_bytes + other.stream_bytes,
            samples=self.samples + other.samples,
            squared_error=_known(sum, self.squared_error, other.squared_error),
            smallest=_known(min, self.smallest, other.smallest),
            largest=_known(max, self.largest, other.largest),
            worst=min(self.worst, other.worst, key=_by_psnr),
            worst_error=min(self.worst_error, other.worst_error, key=_by_error),
        )

    @cached_property
    def ratio(self) -> float:
        """Native bytes over code stream bytes of all frames (PS3.3 section C.7.6.1.1.5.2)."""
        return self.native_bytes / self.stream_bytes

    @property
    def mse(self) -> float:
        """Mean squared error over all samples, in grey levels squared."""
        return _mean(self.squared_error, self.samples)

    @property
    def psnr_db(self) -> float:
        """Peak signal to noise ratio in dB over all samples, infinite where nothing was lost."""
        return psnr_db(self.mse, self.worst.peak)

    @property
    def max_error(self) -> int | None:
        """Largest absolute difference of any sample, in grey levels, None where it was not measured."""
        return self.worst_error.max_error


def _mean(total: int | None, count: int) -> float:
    return math.nan if total is None else total / count


def _known(combine: Callable[[Iterable[int]], int], one: int | None, other: int | None) -> int | None:
    """Return two figures as one, None where either is not known."""
    return None if one is None or other is None else combine((one, other))


def _by_psnr(frame: FrameMeasurement) -> tuple[bool, float, int]:
    """Order frames by PSNR, the lowest first; what was not measured before all others."""
    known = frame.squared_error is not None
    return known, frame.psnr_db if known else 0.0, frame.number


def _by_error(frame: FrameMeasurement) -> tuple[bool, int, int]:
    """Order frames by their largest error, the largest first; what was not measured before all others."""
    return frame.max_error is not None, -(frame.max_error or 0), frame.number


def measure_frame(  # noqa: PLR0913  all of them numbers, by name
    source: Frame, decoded: Frame, *, number: int, native_bytes: int, stream_bytes: int, peak: int
) -> FrameMeasurement:
    """Return what `decoded` lost of `source`: two arrays of one shape, of at most 16 bits a sample.

    Raises ValueError where the shapes differ.
    """
    if source.shape != decoded.shape:
        raise ValueError(f"frames of {source.shape} and {decoded.shape} cannot be compared")
    grey = decoded.ndim == 2  # noqa: PLR2004  rows and columns
    squared_error, max_error = squares_and_largest(source, decoded)
    return FrameMeasurement(
        number=number,
        native_bytes=native_bytes,
        stream_bytes=stream_bytes,
        samples=source.size,
        squared_error=squared_error,
        max_error=max_error,
        smallest=int(decoded.min()) if grey else None,
        largest=int(decoded.max()) if grey else None,
        peak=peak,
    )


def unmeasured(*, number: int, native_bytes: int, stream_bytes: int, peak: int) -> FrameMeasurement:
    """Return the sizes of a frame that nobody has decoded."""
    return FrameMeasurement(number, native_bytes, stream_bytes, 0, None, None, None, None, peak)


def total(frames: Iterable[FrameMeasurement]) -> Measurement:
    """Return the measurement of all `frames`, of which there must be one or more."""
    return reduce(Measurement.__add__, map(Measurement.of, frames))


def down(figure: float, digits: int) -> str:
    """Return a figure cut, not rounded: what is said to be kept is.

    >>> down(44.9999, 2), down(0.97999, 4)
    ('44.99', '0.9799')
    """
    return f"{math.floor(round(figure * 10**digits, 6)) / 10**digits:.{digits}f}"
