"""The frames of a cine, one after another."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from annotation import Annotation
from cine import FRAMES_IN_A_BEAT, Cine
from colour import colour
from flow import SLOWEST_SHOWN, Doppler
from geometry import Geometry
from scan import Converter, Scanner

_BRIGHTEST_BLOOD = 100


def frames(cine: Cine) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of a cine, read-only, of shape (rows, columns, 3) for RGB, else (rows, columns).

    One beat is drawn and held; later frames repeat it, so memory does not grow with their number.
    """
    beat: list[NDArray[np.uint8]] = []
    for frame in _draw_beat(cine):
        frame.setflags(write=False)
        beat.append(frame)
        yield frame
    for number in range(FRAMES_IN_A_BEAT, cine.frames):
        yield beat[number % FRAMES_IN_A_BEAT]


def _draw_beat(cine: Cine) -> Iterator[NDArray[np.uint8]]:
    geometry = Geometry(cine.rows, cine.columns)
    scanner, converter = Scanner(geometry, cine.seed), Converter(geometry)
    doppler, annotation = Doppler(geometry, cine.seed), Annotation(geometry, cine.coloured)
    for number in range(min(cine.frames, FRAMES_IN_A_BEAT)):
        phase = number / FRAMES_IN_A_BEAT
        samples, tissue = scanner.scan(phase, number)
        grey = converter.convert(samples)
        velocity = np.zeros_like(grey)
        if cine.coloured:
            velocity = converter.convert(doppler.measure(phase, tissue))
            # A scanner shows colour where the blood moves and the echo is weak, else tissue.
            velocity[(np.abs(velocity) < SLOWEST_SHOWN) | (grey > _BRIGHTEST_BLOOD)] = 0
        velocity[annotation.grey > 0] = 0
        velocity += annotation.colour + annotation.trace_ecg(phase)
        yield colour(np.maximum(grey, annotation.grey), velocity, cine.photometric)
