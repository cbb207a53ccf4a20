"""Visual information fidelity (VIF): how much of what could be seen in a frame can still be seen."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools.errors import UnsupportedPixels
from lossytools.libraries import require

if TYPE_CHECKING:
    from lossytools.values import Frame

SCALES = 4
"""Scales that FFmpeg measures at, each half as fine as the one before."""
LEAST_SIDE = 16
"""Rows and columns at least, for its windows reach that far."""
_FORMAT, _PEAK = "gray16le", 65_535
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def visual_information(source: Frame, decoded: Frame, peak: int) -> tuple[float, ...]:
    """Return VIF at four scales, fine to coarse: 1 where nothing was lost, above 1 where contrast grew.

    source, decoded: frames of one shape and type, (rows, columns[, 3]). peak: 2**bits_stored - 1. Of colour
    luma is measured. As the filter `vif` of FFmpeg computes it, through PyAV.

    H. R. Sheikh, A. C. Bovik, "Image Information and Visual Quality", IEEE Transactions on Image Processing
    15 (2), 2006. Raises CodecMissing without PyAV, UnsupportedPixels for a frame that is too small.
    """
    if min(source.shape[:2]) < LEAST_SIDE:
        raise UnsupportedPixels(f"VIF needs {LEAST_SIDE} rows and columns, this has {source.shape[:2]}")
    av = require("av", "lossytools[video]")
    graph = av.filter.Graph()
    rows, columns = source.shape[:2]
    shape = {"width": columns, "height": rows, "format": _FORMAT, "time_base": Fraction(1, 25)}
    judged, reference = graph.add_buffer(**shape), graph.add_buffer(**shape)
    vif, sink = graph.add("vif"), graph.add("buffersink")
    judged.link_to(vif, 0, 0)
    reference.link_to(vif, 0, 1)
    vif.link_to(sink)
    graph.configure()
    for entry, frame in ((judged, decoded), (reference, source)):
        entry.push(_picture(av, frame, peak))
        entry.push(None)
    told = graph.pull().metadata
    return tuple(float(told[f"lavfi.vif.scale.{scale}"]) for scale in range(SCALES))


def _picture(av: Any, frame: Frame, peak: int) -> Any:
    """Return a frame as FFmpeg takes it, black to white over all of 16 bits."""
    lowest = -(peak + 1) // 2 if frame.dtype.kind == "i" else 0
    grey = frame @ _LUMA if frame.ndim > 2 else frame.astype(np.float64)  # noqa: PLR2004  rows and columns
    levels = np.clip(np.rint((grey - lowest) * (_PEAK / peak)), 0, _PEAK).astype(np.uint16)
    picture = av.VideoFrame.from_ndarray(levels, format=_FORMAT)
    picture.pts, picture.time_base = 0, Fraction(1, 25)
    return picture
