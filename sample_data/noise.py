"""Random numbers and smoothing that give the same values on every machine, to the last bits of a float64."""

import numpy as np

from geometry import Floats


def draw(shape: tuple[int, int], *stream: int) -> Floats:
    """Return white noise in -0.5 to 0.5 for a seed and the numbers that name its use.

    It takes the raw bits: NumPy promises these for all versions, and not what its distributions make of them.
    """
    bits = np.random.PCG64(np.random.SeedSequence(stream)).random_raw(shape[0] * shape[1])
    uniform: Floats = (np.asarray(bits, dtype=np.uint64) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return (uniform - 0.5).reshape(shape)


def blur(field: Floats, sigma_rows: float, sigma_columns: float) -> Floats:
    """Return a field smoothed by a Gaussian point spread and scaled so that white noise keeps its power."""
    return _blur_rows(_blur_rows(field, sigma_rows).T, sigma_columns).T


def _blur_rows(field: Floats, sigma: float) -> Floats:
    reach = max(1, round(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= np.sqrt((weights**2).sum())
    padded = np.pad(field, ((reach, reach), (0, 0)), mode="edge")
    blurred = np.zeros_like(field)
    for offset, weight in enumerate(weights.tolist()):
        blurred += weight * padded[offset : offset + field.shape[0]]
    return blurred


def sample(field: Floats, row: Floats, column: Floats) -> Floats:
    """Return a field at fractional rows and columns by bilinear interpolation, its edges drawn out."""
    row = np.clip(row, 0, field.shape[0] - 1.001)
    column = np.clip(column, 0, field.shape[1] - 1.001)
    top, left = row.astype(np.intp), column.astype(np.intp)
    down, across = row - top, column - left
    above = field[top, left] * (1 - across) + field[top, left + 1] * across
    below = field[top + 1, left] * (1 - across) + field[top + 1, left + 1] * across
    mixed: Floats = above * (1 - down) + below * down
    return mixed
