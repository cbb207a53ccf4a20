"""The scanner: scatterers to echoes, echoes to grey levels, beams to a sector.

Speckle is made as a scanner makes it. Random scatterers that belong to the tissue, and move with it, are seen
through a point spread that is constant in angle, so it widens with depth; the magnitude of the sum has a
Rayleigh distribution; its logarithm is what is shown.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

import heart
from geometry import BEAM_STEP, BEAMS, HALF_ANGLE, SKIN_CM, Floats, Geometry
from noise import blur, draw, sample

AXIAL_SIGMA_CM: Final = 0.042
LATERAL_SIGMA_BEAMS: Final = 1.35
MARGIN_BEAMS: Final = 16
# One look is full Rayleigh speckle; scanners add a few that differ in frequency or angle, which calms it.
LOOKS: Final = 2
DYNAMIC_RANGE_DB: Final = 58.0
RECEIVER_NOISE_DB: Final = -64.0


@dataclass(frozen=True)
class Scanner:
    """Draws the B-mode picture of the heart at any phase; what it can reuse it works out once."""

    geometry: Geometry
    seed: int

    @cached_property
    def _points_cm(self) -> tuple[Floats, Floats]:
        depth_cm, angle = self.geometry.polar
        return depth_cm * np.sin(angle), depth_cm * np.cos(angle)

    @cached_property
    def _sigma_depth(self) -> float:
        # Below 0.8 samples the speckle would alias in the picture; a scanner's display filter is as wide.
        return max(0.8, AXIAL_SIGMA_CM / self.geometry.depth_step_cm)

    @property
    def _tissue_shape(self) -> tuple[int, int]:
        """The tissue at rest: more than the sector, as the swing of the heart brings some in from outside."""
        return self.geometry.depths * 9 // 8, BEAMS + 2 * MARGIN_BEAMS

    @cached_property
    def _scatterers(self) -> list[Floats]:
        """Real and imaginary part of every look, smoothed a little: interpolating then keeps their power."""
        return [blur(draw(self._tissue_shape, self.seed, 1, part), 0.7, 0.7) for part in range(2 * LOOKS)]

    @cached_property
    def _patches_db(self) -> Floats:
        """Fibres, fat and shadows: slow changes of the echo that also belong to the tissue."""
        coarse = blur(draw(self._tissue_shape, self.seed, 2), 0.55 / self.geometry.depth_step_cm, 5)
        fine = blur(draw(self._tissue_shape, self.seed, 3), 0.13 / self.geometry.depth_step_cm, 6)
        return 13 * coarse + 8 * fine

    @cached_property
    def _gain_db(self) -> Floats:
        """What the path does to an echo: the bright skin, ribs at the sides, weakness far away."""
        depth_cm, angle = self.geometry.polar
        skin = 16 * np.exp(-(depth_cm - SKIN_CM) / 0.35) + 7 * np.exp(-0.5 * ((depth_cm - 1.6) / 0.18) ** 2)
        ribs = blur(draw((1, angle.shape[1]), self.seed, 4), 1, 7)
        edges = -18 * (np.abs(angle) / HALF_ANGLE) ** 5
        gain: Floats = skin + 5 * ribs + edges - 0.25 * np.maximum(depth_cm - 9, 0) ** 2
        return gain

    def scan(self, phase: float, index: int) -> tuple[Floats, heart.Moment]:
        """Return the grey levels of all samples, 0 to 255 as float, and the tissue they show.

        Args:
            phase: Time in the beat, 0 to 1.
            index: Names the frame, for the receiver's noise: that does not move with the tissue.
        """
        tissue = heart.move(*self._points_cm, phase)
        row = np.hypot(tissue.origin_x, tissue.origin_y) / self.geometry.depth_step_cm
        column = (np.arctan2(tissue.origin_x, tissue.origin_y) + HALF_ANGLE) / BEAM_STEP + MARGIN_BEAMS
        patches_db = sample(self._patches_db, row, column) * (1 - tissue.blood)
        amplitude = 10 ** ((tissue.echo_db + patches_db + self._gain_db) / 20)
        power = np.zeros_like(amplitude)
        for part, field in enumerate(self._scatterers):
            noise = draw(amplitude.shape, self.seed, 5, index, part) * 10 ** (RECEIVER_NOISE_DB / 20)
            echo = sample(field, row, column) * amplitude + noise
            power += blur(echo, self._sigma_depth, LATERAL_SIGMA_BEAMS) ** 2
        # A uniform draw has a variance of 1/12, and every look has two parts.
        level_db = 10 * np.log10(power * (6 / LOOKS) + 1e-12)
        return np.clip(255 * (1 + level_db / DYNAMIC_RANGE_DB), 0, 255), tissue


@dataclass(frozen=True)
class Converter:
    """Takes samples in beams to pixels in a sector."""

    geometry: Geometry

    @cached_property
    def _places(self) -> tuple[Floats, Floats]:
        depth_cm, angle = (plane[self.geometry.inside] for plane in self.geometry.pixels)
        return depth_cm / self.geometry.depth_step_cm, (angle + HALF_ANGLE) / BEAM_STEP

    def convert(self, samples: Floats) -> NDArray[np.int16]:
        """Return the picture of samples, rounded, 0 outside the sector."""
        picture = np.zeros((self.geometry.rows, self.geometry.columns), dtype=np.int16)
        picture[self.geometry.inside] = np.rint(sample(samples, *self._places))
        return picture
