"""When each frame is shown, and what of it a video with its one rate can keep (PS3.3 section C.7.6.5)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.errors import UnsupportedPixels
from lossytools.history import stored_values
from lossytools.standard.frame_increments import FRAME_TIME, FRAME_TIME_VECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

_ROUNDED = Fraction(2, 100)  # of the mean: how far times written with few digits may be apart
_BECAUSE = "PS3.5 8.2.7: a video has one rate; asked for with --resample-timing"


def uniform_rate(image: Dataset, *, resample: bool = False) -> Fraction:
    """Return the rate of the frames a second, exactly as the header has it.

    From Frame Time, else from a Frame Time Vector whose times are alike, else from Cine Rate or Recommended
    Display Frame Rate. resample: from the mean of a vector whose times are not.
    Raises UnsupportedPixels where the times differ, or nothing says what they are.
    """
    vector = [
        found for found in map(_number, stored_values(image, "FrameTimeVector")[1:]) if found is not None
    ]
    time = _first(image, "FrameTime")
    if vector and (time is None or image.get("FrameIncrementPointer") == FRAME_TIME_VECTOR):
        return _of_vector(vector, resample=resample)
    if time:
        return 1000 / time
    rate = _first(image, "CineRate") or _first(image, "RecommendedDisplayFrameRate")
    if not rate:
        raise UnsupportedPixels(
            "a video has a rate, and neither Frame Time, Frame Time Vector, Cine Rate nor Recommended Display"
            " Frame Rate says one"
        )
    return rate


def _of_vector(times: list[Fraction], *, resample: bool) -> Fraction:
    mean = sum(times, Fraction(0)) / len(times)
    apart = max(abs(time - mean) for time in times)
    if mean <= 0 or (apart > mean * _ROUNDED and not resample):
        raise UnsupportedPixels(
            f"Frame Time Vector has times from {float(min(times)):g} to {float(max(times)):g} ms, and a video"
            " has one rate; --resample-timing shows every frame for the mean of them"
        )
    return 1000 / mean


def is_resampled(image: Dataset) -> bool:
    """Return whether the frames have times that a video cannot keep."""
    try:
        uniform_rate(image)
    except UnsupportedPixels:
        return True
    return False


def timing_changes(image: Dataset, rate: Fraction) -> Iterator[Change]:
    """Yield what makes a header with a Frame Time Vector one of a single Frame Time."""
    yield Change("FrameTime", f"{float(1000 / rate):.6g}", _BECAUSE)
    yield Change("FrameIncrementPointer", FRAME_TIME, _BECAUSE)
    yield remove("FrameTimeVector", _BECAUSE)
    shown = str(max(1, round(rate)))
    for keyword in ("CineRate", "RecommendedDisplayFrameRate"):
        if keyword in image:
            yield Change(keyword, shown, _BECAUSE)


def _first(image: Dataset, keyword: str) -> Fraction | None:
    values = stored_values(image, keyword)
    return _number(values[0]) if values else None


def _number(text: str) -> Fraction | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return Fraction(found) if found.is_finite() and found >= 0 else None
