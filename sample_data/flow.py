"""Colour Doppler: how fast blood moves towards the probe, inside the box."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from geometry import FLOW, Floats, Geometry
from heart import SYSTOLE, Moment
from noise import blur, draw

JET_X_CM: Final = -0.4
FASTEST: Final = 127
SLOWEST_SHOWN: Final = 14
# Whole turns a beat, so that the eddies are back in place when the beat repeats.
EDDY_TURNS: Final = 2


@dataclass(frozen=True)
class Doppler:
    """Measures the flow at any phase of the beat."""

    geometry: Geometry
    seed: int

    @cached_property
    def _eddies(self) -> Floats:
        """A pattern without a seam along the depth, as it is carried round and round."""
        shape = self.geometry.polar[0].shape
        raw = np.tile(draw(shape, self.seed, 6), (3, 1))
        return 3.4 * blur(raw, 0.16 / self.geometry.depth_step_cm, 2.2)[shape[0] : 2 * shape[0]]

    @cached_property
    def _box(self) -> Floats:
        depth_cm, angle = self.geometry.polar
        inside = (depth_cm > FLOW.near_cm) & (depth_cm < FLOW.far_cm)
        return (inside & (angle > FLOW.left) & (angle < FLOW.right)).astype(np.float64)

    def measure(self, phase: float, tissue: Moment) -> Floats:
        """Return the velocity of all samples, -127 to 127, towards the probe positive, 0 where none shows."""
        depth_cm, angle = self.geometry.polar
        across = depth_cm * np.sin(angle) - JET_X_CM
        jet = np.exp(-((across / 0.95) ** 2)) - 0.45 * np.exp(-(((np.abs(across) - 1.55) / 0.42) ** 2))
        drift = round(EDDY_TURNS * phase * self.geometry.depths)
        eddies = np.roll(self._eddies, -drift, axis=0)
        velocity = FASTEST * (1.25 * drive(phase) * jet + (0.10 + 0.16 * abs(drive(phase))) * eddies)
        shown: Floats = np.clip(velocity, -FASTEST, FASTEST) * self._box * np.clip(3 * tissue.blood - 2, 0, 1)
        return shown


def drive(phase: float) -> float:
    """Return the flow along the jet: out in systole, in by an early and an atrial wave."""
    if phase < SYSTOLE:
        return float(-np.sin(np.pi * phase / SYSTOLE))
    early, atrial = (phase - 0.55) / 0.075, (phase - 0.86) / 0.06
    return float(np.exp(-0.5 * early**2) + 0.75 * np.exp(-0.5 * atrial**2))
