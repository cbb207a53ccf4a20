"""Figures in the words people read: dB, ratios, bytes, lossy steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lossytools.measurement import down

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.values import LossyStep


def decibels(value: float) -> str:
    """Return a PSNR in dB, cut and not rounded; nothing lost is no number, nor is what was not measured.

    >>> decibels(41.236), decibels(float("inf")), decibels(float("nan"))
    ('41.23 dB', 'no loss', 'not measured')
    """
    if math.isnan(value):
        return "not measured"
    return "no loss" if math.isinf(value) else f"{down(value, 2)} dB"


def similarity(value: float | None) -> str:
    """Return an SSIM with four digits, cut and not rounded: 1 is said of equal frames only.

    >>> similarity(0.98127), similarity(0.99999), similarity(1.0), similarity(None)
    ('0.9812', '0.9999', '1', '')
    """
    if value is None or math.isnan(value):
        return ""
    return "1" if value == 1 else down(value, 4)


def level_words(error: int | None) -> str:
    """Return a largest error in grey levels.

    >>> level_words(2), level_words(None)
    ('2', 'not measured')
    """
    return "not measured" if error is None else str(error)


def ratio_words(value: float) -> str:
    """Return a measured ratio with four digits, more where it takes more to the left of the point.

    >>> ratio_words(9.8371), ratio_words(10.0), ratio_words(123456.7)
    ('9.837:1', '10.00:1', '123457:1')
    """
    places = max(0, 3 - math.floor(math.log10(value)))
    return f"{value:.{places}f}:1"


def size_words(size: float) -> str:
    """Return a number of bytes with three digits and a decimal unit.

    >>> size_words(532), size_words(1234567), size_words(45.6e12), size_words(-2e6)
    ('532 B', '1.23 MB', '45.6 TB', '-2.00 MB')
    """
    if math.isinf(size):
        return "unknown"
    amount, units = abs(size), ("B", "kB", "MB", "GB", "TB", "PB")
    power = min(int(math.log10(amount) // 3), len(units) - 1) if amount >= 1 else 0
    shown = amount / 1000**power
    if power == 0:
        return f"{size:.0f} B"
    places = 2 if shown < 10 else 1 if shown < 100 else 0  # noqa: PLR2004  three digits in all
    return f"{'-' if size < 0 else ''}{shown:.{places}f} {units[power]}"


def time_words(seconds: float) -> str:
    """Return a time in the unit that people would take.

    >>> time_words(3.21), time_words(95), time_words(7_200), time_words(1e6)
    ('3.2 s', '1.6 min', '2.0 h', '11.6 d')
    """
    for limit, length, unit in ((60, 1, "s"), (3600, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / 86_400:.1f} d" if math.isfinite(seconds) else "unknown"


def step_words(number: int, step: LossyStep) -> str:
    """Return one step of a history, as the header has it.

    >>> from lossytools.values import LossyStep
    >>> step_words(2, LossyStep("ISO_15444_1", "29.9"))
    '2 ISO_15444_1 29.9:1'
    >>> step_words(1, LossyStep("", ""))
    '1 method unknown, ratio unknown'
    """
    method = step.method or "method unknown"
    return f"{number} {method} {step.ratio}:1" if step.ratio else f"{number} {method}, ratio unknown"


def history_words(steps: Iterable[LossyStep]) -> list[str]:
    """Return one line for each step, first to last."""
    return [step_words(number, step) for number, step in enumerate(steps, start=1)]


def bytes_words(count: int) -> str:
    """Return a number of bytes with its thousands apart.

    >>> bytes_words(4608000)
    '4,608,000 bytes'
    """
    return f"{count:,} bytes"
