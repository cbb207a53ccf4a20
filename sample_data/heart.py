"""The anatomy: a beating left ventricle and atrium in an apical view, and how its tissue moves.

Lengths are in cm with x across and y away from the probe; a phase runs from 0 to 1 over one beat.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geometry import Floats

VENTRICLE_CM: Final = (-0.3, 7.2)
VENTRICLE_SIZE_CM: Final = (2.3, 3.9)
ATRIUM_CM: Final = (-0.45, 12.3)
ATRIUM_SIZE_CM: Final = (2.1, 1.85)
HINGES_CM: Final = ((-1.45, 10.7), (0.8, 10.7))
LEAFLET_CM: Final = 1.2
SYSTOLE: Final = 0.38
STRONGEST_CONTRACTION: Final = 0.22
# How far the whole heart swings, a cm of depth: the skin stays, the far wall moves most.
SWING_ACROSS: Final = 0.03
SWING_ALONG: Final = 0.05


@dataclass(frozen=True)
class Moment:
    """The tissue at one phase of the beat, on the grid it was asked for.

    Attributes:
        origin_x: Where the tissue seen here lies at rest, across, in cm.
        origin_y: The same, along the depth.
        echo_db: How strongly it reflects, 0 dB the strongest.
        blood: 1 in the cavities, 0 in tissue, smooth between.
    """

    origin_x: Floats
    origin_y: Floats
    echo_db: Floats
    blood: Floats


def contract(phase: float) -> float:
    """Return how far the ventricle is contracted, 0 at rest to 1 at the end of systole."""
    half = phase / (2 * SYSTOLE) if phase < SYSTOLE else 0.5 + (phase - SYSTOLE) / (2 * (1 - SYSTOLE))
    return float(0.5 - 0.5 * np.cos(2 * np.pi * half))


def move(x: Floats, y: Floats, phase: float) -> Moment:
    """Return the tissue at points x, y in cm at a phase of the beat."""
    origin_x, origin_y = _trace_back(x, y, contract(phase))
    rough = _roughen(origin_x, origin_y)
    ventricle = rough + _measure_ellipse(origin_x, origin_y, VENTRICLE_CM, VENTRICLE_SIZE_CM)
    atrium = rough + _measure_ellipse(origin_x, origin_y, ATRIUM_CM, ATRIUM_SIZE_CM)
    blood = 1 - _step(ventricle, 1.0, 0.025) * _step(atrium, 1.0, 0.03)
    muscle = (1 - _step(ventricle, 1.34, 0.04)) * (1 - blood)
    echo_db = -30 - 6 * (1 - muscle) * _step(ventricle, 1.6, 0.1)
    echo_db += 17 * _peak(ventricle, 1.40, 0.05) * (1 - blood)
    echo_db += 9 * (_peak(ventricle, 1.04, 0.03) + _peak(atrium, 1.06, 0.05)) * (1 - blood)
    echo_db += 4 - 13 * np.clip(_lean(x, y), 0, 1)
    leaflets = _draw_leaflets(origin_x, origin_y, phase)
    echo_db = echo_db * (1 - blood) - 66 * blood
    return Moment(origin_x, origin_y, np.maximum(echo_db, leaflets), blood)


def _trace_back(x: Floats, y: Floats, contraction: float) -> tuple[Floats, Floats]:
    """Follow the tissue back to rest: it swings, and shrinks towards the middle of the ventricle."""
    x, y = x + SWING_ACROSS * contraction * y, y + SWING_ALONG * contraction * y
    across, along = x - VENTRICLE_CM[0], y - VENTRICLE_CM[1]
    reach = _measure_ellipse(x, y, VENTRICLE_CM, VENTRICLE_SIZE_CM)
    shrunk = STRONGEST_CONTRACTION * contraction / (1 - STRONGEST_CONTRACTION * contraction)
    # The fourth power keeps the map one to one: reach times this factor rises with reach for shrunk < 1.
    stretch = 1 + shrunk / (1 + (reach / 1.25) ** 4)
    return VENTRICLE_CM[0] + across * stretch, VENTRICLE_CM[1] + along * (1 + 0.5 * (stretch - 1))


def _measure_ellipse(x: Floats, y: Floats, middle: tuple[float, float], size: tuple[float, float]) -> Floats:
    """Return 0 in the middle of an ellipse, 1 on its line, more outside."""
    measured: Floats = np.hypot((x - middle[0]) / size[0], (y - middle[1]) / size[1])
    return measured


def _roughen(x: Floats, y: Floats) -> Floats:
    """Return the bumps of a wall that is no ellipse: muscle bundles of a few millimetres to centimetres."""
    rough: Floats = 0.035 * np.sin(1.9 * x + 2.7 * y + 0.5) + 0.03 * np.sin(3.1 * x - 2.2 * y + 1.7)
    rough += 0.018 * np.sin(6.3 * x + 5.1 * y) * np.sin(7.7 * y - 2.9 * x + 0.4)
    return rough


def _lean(x: Floats, y: Floats) -> Floats:
    """Return 1 where the wall lies along the beam and reflects little, 0 where it faces the probe."""
    normal_x = (x - VENTRICLE_CM[0]) / VENTRICLE_SIZE_CM[0] ** 2
    normal_y = (y - VENTRICLE_CM[1]) / VENTRICLE_SIZE_CM[1] ** 2
    facing = np.abs(x * normal_x + y * normal_y) / (np.hypot(x, y) * np.hypot(normal_x, normal_y) + 1e-6)
    reach = _measure_ellipse(x, y, VENTRICLE_CM, VENTRICLE_SIZE_CM)
    lean: Floats = (1 - facing) ** 1.5 * _peak(reach, 1.15, 0.35)
    return lean


def _draw_leaflets(x: Floats, y: Floats, phase: float) -> Floats:
    """Return the echo in dB of the two leaflets of the mitral valve, which open after systole."""
    opened = 0.08 if phase < SYSTOLE + 0.06 else 0.08 + 0.85 * np.sin(np.pi * (phase - 0.44) / 0.56) ** 0.5
    echo = np.full_like(x, -90.0)
    for (hinge_x, hinge_y), side in zip(HINGES_CM, (1, -1), strict=True):
        end_x, end_y = side * np.cos(1.25 * opened), -np.sin(1.25 * opened)
        along = np.clip((x - hinge_x) * end_x + (y - hinge_y) * end_y, 0, LEAFLET_CM)
        gap_cm = np.hypot(x - hinge_x - along * end_x, y - hinge_y - along * end_y)
        echo = np.maximum(echo, -9 - 4 * along - 0.5 * (gap_cm / 0.045) ** 2)
    return echo


def _step(value: Floats, edge: float, softness: float) -> Floats:
    """Return 0 below an edge and 1 above it, smooth between."""
    step: Floats = 0.5 + 0.5 * np.tanh((value - edge) / softness)
    return step


def _peak(value: Floats, middle: float, softness: float) -> Floats:
    peak: Floats = np.exp(-0.5 * ((value - middle) / softness) ** 2)
    return peak
