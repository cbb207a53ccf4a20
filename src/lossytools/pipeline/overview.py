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
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.fidelity.focus import Focus
    from lossytools.fidelity.regions import Box
    from lossytools.pipeline.coding import Numbered
    from lossytools.values import Frame, ImagePixel, Mask


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
    needed = any(name != "whole" for name in focus.parts) or focus.scale == "actual"
    overview = _overview(source, reader, workers) if needed else None
    window = window_scale(source.image, reader.native) if focus.scale == "window" else None
    return gauge_of(overview, reader.native, focus, boxes_of(source.image), window)


def gauge_of(
    overview: Overview | None,
    native: ImagePixel,
    focus: Focus,
    boxes: Sequence[Box] = (),
    window: Scale | None = None,
) -> Gauge:
    """Return what to measure frames with. overview: of all of them, None where the focus does not need one.

    boxes: what a header says of regions. window: the scale of display levels, where that is asked for. Raises
    UnsupportedPixels where the image does not show a part that is asked for.
    """
    scale = window or Scale("stored", native.peak, native.minimum)
    masks: Mapping[str, Mask] = {}
    if overview is not None:
        dark, bright = actual_ends(overview.counts, native.minimum)
        if focus.scale == "actual":
            scale = Scale("actual", max(bright - dark, 1), dark)
        if native.photometric == "MONOCHROME1":
            dark, bright = (native.maximum - (end - native.minimum) for end in (bright, dark))
        masks = find_regions(overview.brightest, (dark, bright), boxes)
    missing = [name for name in focus.parts if name != "whole" and not np.any(masks[name])]
    if missing and focus.regions is not None:
        raise UnsupportedPixels(f"the image shows no {' and no '.join(missing)}; ask for whole instead")
    found = {name: masks.get(name) for name in focus.parts if name not in missing}
    return Gauge(scale, found, focus.ssim)


def _overview(source: Source, reader: FrameReader, workers: int) -> Overview:
    look = _Look(reader, padding_of(source.image, reader.native))
    total: Overview | None = None
    for one in in_order(look, numbered_values(source, reader), workers):
        total = one if total is None else together(total, one)
    if total is None:
        raise UnsupportedPixels("the object holds no frame")
    return total


def together(one: Overview, other: Overview) -> Overview:
    """Return what the frames of both show."""
    return Overview(np.maximum(one.brightest, other.brightest), one.counts + other.counts)


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at one frame."""

    reader: FrameReader
    padding: tuple[int, int] | None

    def __call__(self, numbered: Numbered) -> Overview:
        return overview_of(self.reader.frame(numbered[1]()), self.reader.native, self.padding)


def overview_of(frame: Frame, native: ImagePixel, padding: tuple[int, int] | None = None) -> Overview:
    """Return what one frame shows. padding: the smallest and the largest value that mean padding."""
    bright = frame if frame.ndim == 2 else frame.max(axis=2)  # noqa: PLR2004  rows and columns
    if native.photometric == "MONOCHROME1":
        bright = (native.maximum - (bright.astype(np.int64) - native.minimum)).astype(frame.dtype)
    samples: npt.NDArray[Any] = frame
    if padding is not None:
        samples = frame[(frame < padding[0]) | (frame > padding[1])]
    places = samples.ravel().astype(np.int64) - native.minimum
    return Overview(bright, np.bincount(places, minlength=native.peak + 1).astype(np.int64))
