"""Visual information fidelity (VIF): how much of what could be seen in a frame can still be seen."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools.errors import UnsupportedPixels
from lossytools.libraries import require

if TYPE_CHECKING:
    import numpy.typing as npt

    from lossytools.fidelity.scales import Scale
    from lossytools.values import Frame

SCALES = 4
"""Scales that FFmpeg measures at, each half as fine as the one before."""
LEAST_SIDE = 16
"""Rows and columns at least, for its windows reach that far."""
_FORMAT = "gray16le"
_LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601


def check_information(rows: int, columns: int) -> None:
    """Raise CodecMissing without PyAV, UnsupportedPixels for frames that are too small."""
    require("av", "lossytools[video]")
    if min(rows, columns) < LEAST_SIDE:
        raise UnsupportedPixels(f"VIF needs {LEAST_SIDE} rows and columns, this has {rows} and {columns}")


def visual_information(source: Frame, decoded: Frame, scale: Scale) -> tuple[float, ...]:
    """Return VIF at four scales, fine to coarse: 1 where nothing was lost, above 1 where contrast grew.

    source, decoded: frames of one shape and type, (rows, columns[, 3]). scale: what they are seen on; through
    several windows the one that shows least counts. Of colour luma is measured. A source without any texture
    has nothing to lose: 1. As the filter `vif` of FFmpeg computes it, through PyAV.

    H. R. Sheikh, A. C. Bovik, "Image Information and Visual Quality", IEEE Transactions on Image Processing
    15 (2), 2006. Raises CodecMissing without PyAV, UnsupportedPixels for a frame that is too small.
    """
    check_information(*source.shape[:2])
    views = zip(scale.views(source), scale.views(decoded), strict=True)
    return min((_information(_luma(one), _luma(other)) for one, other in views), key=sum)


def _information(source: npt.NDArray[np.uint16], decoded: npt.NDArray[np.uint16]) -> tuple[float, ...]:
    av = require("av", "lossytools[video]")
    graph = av.filter.Graph()
    rows, columns = source.shape
    shape = {"width": columns, "height": rows, "format": _FORMAT, "time_base": Fraction(1, 25)}
    judged, reference = graph.add_buffer(**shape), graph.add_buffer(**shape)
    vif, sink = graph.add("vif"), graph.add("buffersink")
    judged.link_to(vif, 0, 0)
    reference.link_to(vif, 0, 1)
    vif.link_to(sink)
    graph.configure()
    for entry, levels in ((judged, decoded), (reference, source)):
        picture = av.VideoFrame.from_ndarray(levels, format=_FORMAT)
        picture.pts, picture.time_base = 0, Fraction(1, 25)
        entry.push(picture)
        entry.push(None)
    told = graph.pull().metadata
    return tuple(float(told[f"lavfi.vif.scale.{scale}"]) for scale in range(SCALES))


def _luma(levels: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
    """Return levels of 16 bits as they are, of colour their luma."""
    grey = levels @ _LUMA if levels.ndim > 2 else levels  # noqa: PLR2004  rows and columns
    return np.asarray(np.rint(grey), np.uint16)
