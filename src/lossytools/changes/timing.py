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
_DIGITS = Fraction(2, 1_000_000)  # how far a time of many digits is from the rate that it was made of
_SLOWEST, _FASTEST = Fraction(1, 10), 10_000  # frames a second
_MAGNITUDE = 9  # powers of ten: a Decimal String may say 1E999999999, and a fraction would write that out
_BECAUSE = "PS3.5 8.2.7: a video has one rate; asked for with --resample-timing"


def uniform_rate(image: Dataset, *, resample: bool = False) -> Fraction:
    """Return the rate of the frames a second, as the header has it.

    From Frame Time, else from a Frame Time Vector whose times are alike, else from Cine Rate or Recommended
    Display Frame Rate. A time with many digits stands for a whole rate or its 1000/1001. resample: from the
    mean of a vector whose times differ.
    Raises UnsupportedPixels where the times differ, make no sense, or are nowhere.
    """
    times, vector = stored_values(image, "FrameTime"), stored_values(image, "FrameTimeVector")
    if vector and (not times or image.get("FrameIncrementPointer") == FRAME_TIME_VECTOR):
        return _known(_of_vector(image, vector, resample=resample))
    if times or image.get("FrameIncrementPointer") == FRAME_TIME:
        return _known(1000 / _one(times, "Frame Time"))
    for keyword, name in (
        ("CineRate", "Cine Rate"),
        ("RecommendedDisplayFrameRate", "Recommended Display Frame Rate"),
    ):
        if stored_values(image, keyword):
            return _known(_one(stored_values(image, keyword), name))
    raise UnsupportedPixels(
        "a video has a rate, and neither Frame Time, Frame Time Vector, Cine Rate nor Recommended Display"
        " Frame Rate says one"
    )


def _known(rate: Fraction) -> Fraction:
    """Return the rate that was meant, in numbers that a stream can state (31 bits)."""
    if not _SLOWEST <= rate <= _FASTEST:
        raise UnsupportedPixels(
            f"{float(rate):g} frames a second: a video has from {float(_SLOWEST):g} to {_FASTEST}"
        )
    for meant in (Fraction(round(rate)), Fraction(round(rate * 1001 / 1000) * 1000, 1001)):
        if meant and abs(rate / meant - 1) < _DIGITS:
            return meant
    return rate.limit_denominator(100_000)


def _one(values: tuple[str, ...], name: str) -> Fraction:
    found = _number(values[0]) if len(values) == 1 else None
    if not found:
        shown = "\\".join(values)[:32]
        raise UnsupportedPixels(f"{name} is {shown!r}, no number above zero: a video has to know it")
    return found


def _of_vector(image: Dataset, vector: tuple[str, ...], *, resample: bool) -> Fraction:
    times = [found for found in map(_number, vector[1:]) if found]
    frames = "".join(stored_values(image, "NumberOfFrames")).strip()
    if len(times) != len(vector) - 1 or not times or str(len(vector)) != frames:
        raise UnsupportedPixels(
            f"Frame Time Vector has {len(vector)} values, {len(times)} of them times after the first, for"
            f" {frames or 'no'} frames: when frames are shown is not known"
        )
    mean = sum(times, Fraction(0)) / len(times)
    apart = max(abs(time - mean) for time in times)
    if apart > mean * _ROUNDED and not resample:
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


def _number(text: str) -> Fraction | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    sensible = found.is_finite() and found > 0 and abs(found.adjusted()) <= _MAGNITUDE
    return Fraction(found) if sensible else None
