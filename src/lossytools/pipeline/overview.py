"""One look over all frames of a source before any is measured: what is shown where, in which range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools.errors import UnsupportedPixels
from lossytools.fidelity.loss import Gauge
from lossytools.fidelity.regions import find_regions
from lossytools.fidelity.scales import Scale, actual_ends
from lossytools.pipeline.coding import numbered_values, padding_of
from lossytools.pipeline.display import boxes_of, window_scale
from lossytools.pipeline.window import in_order

if TYPE_CHECKING:
    import numpy.typing as npt

    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.fidelity.focus import Focus
    from lossytools.pipeline.coding import Numbered
    from lossytools.values import Frame, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """What all frames show together.

    brightest: (rows, columns), larger is brighter. counts: samples of each value from the smallest that the
    bits can hold, padding left out.
    """

    brightest: Frame
    counts: npt.NDArray[np.int64]


def gauge_for(source: Source, reader: FrameReader, focus: Focus, workers: int = 0) -> Gauge:
    """Return what to measure the frames of `source` with; reads all of them where the focus asks for it.

    Raises UnreadableSource; UnsupportedPixels where the image does not show a part that is asked for.
    """
    native = reader.native
    parts = [name for name in focus.parts if name != "whole"]
    overview = None
    if parts or focus.scale == "actual":
        overview = _overview(source, reader, workers)
    if focus.scale == "window":
        scale = window_scale(source.image, native)
    elif focus.scale == "actual" and overview is not None:
        low, high = actual_ends(overview.counts, native.minimum)
        scale = Scale("actual", max(high - low, 1))
    else:
        scale = Scale("stored", native.peak)
    masks = _regions(source, reader, overview) if overview is not None and parts else {}
    missing = [name for name in parts if not np.any(masks[name])]
    if missing and focus.regions is not None:
        raise UnsupportedPixels(f"the image shows no {' and no '.join(missing)}; ask for whole instead")
    found = {name: masks.get(name) for name in focus.parts if name not in missing}
    return Gauge(scale, found, focus.ssim)


def _regions(source: Source, reader: FrameReader, overview: Overview) -> dict[str, Mask]:
    native = reader.native
    dark, bright = actual_ends(overview.counts, native.minimum)
    if native.photometric == "MONOCHROME1":
        dark, bright = (native.maximum - (end - native.minimum) for end in (bright, dark))
    return dict(find_regions(overview.brightest, (dark, bright), boxes_of(source.image)))


def _overview(source: Source, reader: FrameReader, workers: int) -> Overview:
    look = _Look(reader, padding_of(source.image, reader.native))
    total: Overview | None = None
    for one in in_order(look, numbered_values(source, reader), workers):
        total = one if total is None else _together(total, one)
    if total is None:
        raise UnsupportedPixels("the object holds no frame")
    return total


def _together(one: Overview, other: Overview) -> Overview:
    return Overview(np.maximum(one.brightest, other.brightest), one.counts + other.counts)


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at one frame."""

    reader: FrameReader
    padding: tuple[int, int] | None

    def __call__(self, numbered: Numbered) -> Overview:
        native = self.reader.native
        frame = self.reader.frame(numbered[1]())
        bright = frame if frame.ndim == 2 else frame.max(axis=2)  # noqa: PLR2004  rows and columns
        if native.photometric == "MONOCHROME1":
            bright = (native.maximum - (bright.astype(np.int64) - native.minimum)).astype(frame.dtype)
        return Overview(bright, self._counts(frame))

    def _counts(self, frame: Frame) -> npt.NDArray[np.int64]:
        native = self.reader.native
        samples: npt.NDArray[Any] = frame
        if self.padding is not None:
            low, high = self.padding
            samples = frame[(frame < low) | (frame > high)]
        places = samples.ravel().astype(np.int64) - native.minimum
        return np.bincount(places, minlength=native.peak + 1).astype(np.int64)
