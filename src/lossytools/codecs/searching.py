"""The coarsest setting of a codec that still reaches a quality, in few attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DB_OF_A_STEP = 6.02  # half the step, half the noise
_NARROW = 0.005  # steps of two, where the search ends: 0.03 dB
_TRIES = 24


def coarsest(
    attempt: Callable[[float], tuple[bytes, float]],
    guess: float,
    ends: tuple[float, float],
    window: tuple[float, float],
) -> bytes:
    """Return a stream whose quality lies in `window`, else the coarsest one found above it.

    attempt: codes with a step of two to the exponent it is given, and returns stream and PSNR in dB, which
    falls as the exponent rises. guess: the exponent to begin with. ends: finest and coarsest exponent.
    Where even the finest step misses the window, its stream is returned. The next exponent is the one at
    which the PSNR would be right if it fell by 6 dB a step; where that leaves the bracket, its middle is.
    """
    low, high = ends
    fine, coarse = low, high  # the bracket: fine reaches the window or is the end, coarse does not or is
    best: bytes | None = None
    middle_of_window = sum(window) / 2
    at = min(max(guess, low), high)
    for _ in range(_TRIES):
        stream, quality = attempt(at)
        if quality >= window[0]:
            best, fine = stream, at
            if quality <= window[1] or at == high:
                return stream
        elif at == low:
            return stream
        else:
            coarse = at
        if coarse - fine < _NARROW and best is not None:
            return best
        at = at + (quality - middle_of_window) / _DB_OF_A_STEP
        at = _within(at, fine, coarse, ends)
    return best if best is not None else attempt(low)[0]


def _within(at: float, fine: float, coarse: float, ends: tuple[float, float]) -> float:
    """Return an exponent inside the bracket: `at`, an end that has not been tried, or the middle."""
    if fine < at < coarse:
        return at
    if at >= coarse == ends[1]:
        return coarse
    if at <= fine == ends[0]:
        return fine
    return (fine + coarse) / 2
