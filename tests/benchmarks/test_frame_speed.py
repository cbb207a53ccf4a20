"""What every frame goes through beside its codec: measuring, colour, planes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lossytools.measurement import measure_frame
from lossytools.pixels import unpack_native, ybr_full_to_rgb
from lossytools.values import Frame, ImagePixel

if TYPE_CHECKING:
    from conftest import Timed

SHAPES = {
    "grey": ((480, 640), np.uint8),
    "colour": ((480, 640, 3), np.uint8),
    "deep": ((480, 640), np.uint16),
}
BY_PLANE = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=1)


@pytest.mark.parametrize("name", SHAPES)
def test_measure(timed: Timed, name: str) -> None:
    shape, kind = SHAPES[name]
    source = np.full(shape, 100, kind)
    decoded = source.copy()
    decoded[0, 0], decoded[1, 1] = 97, 104
    look = partial(measure_frame, number=1, native_bytes=1, stream_bytes=1, peak=255)
    measured = timed(480 * 640, look, source, decoded)
    samples = source[0, 0].size
    assert (measured.squared_error, measured.max_error) == ((9 + 16) * samples, 4)


def test_colour(timed: Timed) -> None:
    ybr = np.zeros((480, 640, 3), np.uint8)
    ybr[...] = (81, 90, 240)
    rgb = timed(480 * 640, ybr_full_to_rgb, ybr, 8)
    assert rgb[0, 0].tolist() == [238, 14, 14]  # 81 + 1.402*112; 81 + 0.344*38 - 0.714*112; 81 - 1.772*38


def test_unpack_by_plane(timed: Timed, frames: dict[ImagePixel, Frame]) -> None:
    colour = frames[replace(BY_PLANE, planar=0)]
    value = np.ascontiguousarray(colour.transpose(2, 0, 1)).tobytes()
    assert np.array_equal(timed(240 * 320, unpack_native, value, BY_PLANE), colour)
