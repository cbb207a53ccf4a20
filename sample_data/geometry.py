"""Where things are: the sector in the picture, its polar samples, the box and the ECG strip."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEPTH_CM: Final = 15.0
SKIN_CM: Final = 0.35
HALF_ANGLE: Final = float(np.deg2rad(38.0))
BEAMS: Final = 160
BEAM_STEP: Final = 2 * HALF_ANGLE / (BEAMS - 1)


class Box(NamedTuple):
    """A rectangle of pixels, both corners included."""

    left: int
    top: int
    right: int
    bottom: int


class Wedge(NamedTuple):
    """A piece of the sector: depths in cm, angles in radians from the middle beam."""

    near_cm: float
    far_cm: float
    left: float
    right: float


FLOW: Final = Wedge(7.6, 13.6, float(np.deg2rad(-16.0)), float(np.deg2rad(13.0)))


@dataclass(frozen=True)
class Geometry:
    """The sector in a picture of rows x columns; lengths in pixels, depths in cm."""

    rows: int
    columns: int

    @cached_property
    def cm_per_pixel(self) -> float:
        """Size of a square pixel such that depth and width of the sector both fit."""
        width_cm = 2 * DEPTH_CM * float(np.sin(HALF_ANGLE))
        return max(DEPTH_CM / (0.88 * self.rows), width_cm / (0.84 * self.columns))

    @cached_property
    def apex(self) -> tuple[int, int]:
        """Row and column of the point where all beams meet."""
        return round(0.05 * self.rows), self.columns // 2

    @cached_property
    def depths(self) -> int:
        """Samples along a beam: one a pixel, as a scanner that draws this picture would keep."""
        return max(32, round(DEPTH_CM / self.cm_per_pixel)) + 1

    @cached_property
    def depth_step_cm(self) -> float:
        """Distance between two samples of a beam."""
        return DEPTH_CM / (self.depths - 1)

    @cached_property
    def polar(self) -> tuple[Floats, Floats]:
        """Depth in cm and angle in radians of every sample, each of shape (depths, BEAMS)."""
        depth_cm = np.linspace(0.0, DEPTH_CM, self.depths)
        angle = np.linspace(-HALF_ANGLE, HALF_ANGLE, BEAMS)
        depth_grid, angle_grid = np.meshgrid(depth_cm, angle, indexing="ij")
        return depth_grid, angle_grid

    @cached_property
    def pixels(self) -> tuple[Floats, Floats]:
        """Depth in cm and angle in radians of every pixel, each of shape (rows, columns)."""
        row, column = np.mgrid[0 : self.rows, 0 : self.columns].astype(np.float64)
        y, x = row - self.apex[0], column - self.apex[1]
        return np.hypot(x, y) * self.cm_per_pixel, np.arctan2(x, y)

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """The pixels of the sector; all others stay black but for annotation."""
        depth_cm, angle = self.pixels
        return (depth_cm >= SKIN_CM) & (depth_cm <= DEPTH_CM) & (np.abs(angle) <= HALF_ANGLE)

    def bound(self, wedge: Wedge) -> Box:
        """Return the smallest rectangle of pixels around a wedge of the sector."""
        angles = np.array([wedge.left, wedge.right, np.clip(0.0, wedge.left, wedge.right)])
        depths_cm = np.array([[wedge.near_cm], [wedge.far_cm]])
        x = self.apex[1] + depths_cm * np.sin(angles) / self.cm_per_pixel
        y = self.apex[0] + depths_cm * np.cos(angles) / self.cm_per_pixel
        # Half a pixel is kept from the edge, so a coordinate that is whole falls on no tie.
        left, top = np.floor((x.min() + 0.01, y.min() + 0.01)).astype(int).tolist()
        right, bottom = np.ceil((x.max() - 0.01, y.max() - 0.01)).astype(int).tolist()
        return Box(max(left, 0), max(top, 0), min(right, self.columns - 1), min(bottom, self.rows - 1))

    @cached_property
    def ecg(self) -> Box:
        """The strip of the ECG, in the corner that the sector leaves free."""
        left, right = round(0.02 * self.columns), round(0.25 * self.columns)
        return Box(left, round(0.88 * self.rows), right, round(0.97 * self.rows))
