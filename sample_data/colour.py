"""Grey levels and velocities to the samples of each photometric interpretation."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotation import ECG_COLOUR
from flow import FASTEST

Plane = NDArray[np.int16]
Bytes = NDArray[np.uint8]

ECG_GREEN: Final = (60, 255, 90)
ECG_GREY: Final = 190
# A palette has 256 entries for both: 192 greys, then 31 colours each way, then the ECG's green and a spare.
GREYS: Final = 192
HUES: Final = 31
ECG_ENTRY: Final = GREYS + 2 * HUES


def shade(velocity: int) -> tuple[int, int, int]:
    """Return the colour of a velocity: towards the probe red to yellow, away from it blue to cyan."""
    speed = min(abs(velocity), FASTEST) / FASTEST
    bright = round(60 + 195 * min(1.0, speed / 0.55))
    tint = round(235 * max(0.0, (speed - 0.55) / 0.45))
    return (bright, tint, 0) if velocity > 0 else (0, tint, bright)


_VELOCITIES: Final = range(-FASTEST, FASTEST + 1)
_TABLE: Final = np.array([*map(shade, _VELOCITIES), ECG_GREEN], dtype=np.uint8)


def colour(grey: Plane, velocity: Plane, photometric: str) -> Bytes:
    """Return the samples of one frame.

    Args:
        grey: 0 to 255.
        velocity: -127 to 127 or ECG_COLOUR; 0 shows the grey level.
        photometric: One of cine.PHOTOMETRICS.
    """
    if photometric == "RGB":
        return _colour_rgb(grey, velocity)
    if photometric == "PALETTE":
        return _index(grey, velocity)
    return np.where(velocity == ECG_COLOUR, ECG_GREY, grey).astype(np.uint8)


def _colour_rgb(grey: Plane, velocity: Plane) -> Bytes:
    samples = np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)
    shown = velocity != 0
    samples[shown] = _TABLE[velocity[shown] + FASTEST]
    return samples


def _index(grey: Plane, velocity: Plane) -> Bytes:
    hue = (np.abs(velocity) - 1) * HUES // FASTEST
    flow = GREYS + hue + np.where(velocity < 0, HUES, 0)
    entry = np.where(velocity == 0, grey * (GREYS - 1) // 255, flow)
    return np.where(velocity == ECG_COLOUR, ECG_ENTRY, entry).astype(np.uint8)


def build_palette() -> NDArray[np.uint16]:
    """Return the 256 entries of the palette, shape (256, 3), 16 bits: FFFFH is full brightness."""
    greys = [(round(i * 255 / (GREYS - 1)),) * 3 for i in range(GREYS)]
    speeds = [round((i + 0.5) * FASTEST / HUES) for i in range(HUES)]
    entries = [*greys, *map(shade, speeds), *(shade(-speed) for speed in speeds), ECG_GREEN, (255, 255, 255)]
    return np.array(entries, dtype=np.uint16) * np.uint16(257)
