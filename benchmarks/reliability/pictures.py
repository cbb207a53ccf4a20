"""Pictures like those of an ultrasound scanner, small and quick to make: a sector of speckle on black."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Floats = NDArray[np.float64]

_HALF_ANGLE = 0.7  # radians
_SPECKLE = 26.0  # grey levels
_DOPPLER = 0.18  # of the height, radius


def cine(seed: int, frames: int, rows: int, columns: int) -> Pixels:
    """Return frames in which the tissue drifts and a coloured jet moves: (frames, rows, columns, 3)."""
    rng = np.random.default_rng(seed)
    tissue = _speckle(rng, rows, columns)
    return np.stack([_coloured(tissue, number / frames) for number in range(frames)])


def colour_still(seed: int, rows: int, columns: int) -> Pixels:
    """Return one coloured frame: (rows, columns, 3)."""
    return cine(seed, 1, rows, columns)[0]


def grey_still(seed: int, rows: int, columns: int) -> Pixels:
    """Return one grey frame: (rows, columns)."""
    grey = _grey(_speckle(np.random.default_rng(seed), rows, columns), 0)
    return np.rint(grey).astype(np.uint8)


def _speckle(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    """Return smooth noise of mean 0 and deviation 1: (rows, columns)."""
    noise = rng.standard_normal((rows, columns))
    for _ in range(4):
        noise = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1) + np.roll(noise, (1, 1), (0, 1))) / 4
    scaled: Floats = noise / max(float(noise.std()), 1e-9)
    return scaled


def _polar(rows: int, columns: int) -> tuple[Floats, Floats]:
    """Return depth (0 to 1 inside) and angle in radians of every pixel: (rows, columns) each."""
    y, x = np.mgrid[0:rows, 0:columns]
    across, down = (x - columns / 2) / rows, (y + 2) / rows
    return np.hypot(across, down), np.arctan2(across, down)


def _grey(tissue: Floats, phase: float) -> Floats:
    rows, columns = tissue.shape
    depth, angle = _polar(rows, columns)
    inside = (depth < 1) & (np.abs(angle) < _HALF_ANGLE)
    walls = 60 * np.cos(9 * depth + 2 * np.pi * phase) * np.cos(2 * angle)
    moved = np.roll(tissue, int(phase * 6), axis=0)
    level = np.clip(110 - 50 * depth + walls + _SPECKLE * moved, 0, 255)
    return np.where(inside, level, 0.0)


def _coloured(tissue: Floats, phase: float) -> Pixels:
    grey = _grey(tissue, phase)
    rows, columns = grey.shape
    y, x = np.mgrid[0:rows, 0:columns]
    away = np.hypot(y - rows * (0.5 + 0.2 * phase), x - columns / 2) / rows
    flow = np.clip(1 - away / _DOPPLER, 0, 1) * (grey > 0)
    red = grey * (1 - flow) + 230 * flow
    blue = grey * (1 - flow) + 120 * flow * phase
    return np.rint(np.stack([red, grey * (1 - flow), blue], axis=-1)).astype(np.uint8)
