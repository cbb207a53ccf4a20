"""What a header says of how samples are shown: windows, units, regions."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom.dataset import Dataset

from lossytools.errors import UnreadableSource, UnsupportedPixels
from lossytools.fidelity.regions import Box
from lossytools.fidelity.scales import DISPLAY_PEAK, Scale, window_table
from lossytools.rules.attributes import items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from lossytools.values import ImagePixel

    _Shown = tuple[npt.NDArray[Any], tuple[float, float]]

_MODALITY = ("RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence")
_VOI = ("WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence")
_CORNERS = ("MinX0", "MinY0", "MaxX1", "MaxY1")
_BEYOND = (-1e9, 1e9)  # on either side of any window, where it shows black and white
_DAMAGE = (AttributeError, ValueError, TypeError, LookupError, NotImplementedError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a grey level is worth: `step` of `name`, such as 1 HU (PS3.3 section C.11.1.1.2)."""

    step: float
    name: str


def unit_of(image: Dataset) -> Unit | None:
    """Return the unit of rescaled values, None where the header gives them none."""
    try:
        slope = abs(float(image.get("RescaleSlope") or 0))
    except _DAMAGE:
        return None
    name = text(image, "RescaleType") or ("HU" if text(image, "Modality") == "CT" else "")
    return Unit(slope, name) if slope and name not in {"", "US"} else None  # US: unspecified


def boxes_of(image: Dataset) -> tuple[Box, ...]:
    """Return the regions of an ultrasound image, in pixels (PS3.3 section C.8.5.5.1.3)."""
    corners = (
        [number(region, f"RegionLocation{corner}") for corner in _CORNERS]
        for region in items(image, "SequenceOfUltrasoundRegions")
    )
    whole = ([corner for corner in four if corner is not None] for four in corners)
    boxes = (Box(*four) for four in whole if len(four) == len(_CORNERS))
    return tuple(box for box in boxes if box.right > box.left and box.bottom > box.top)


def window_scale(image: Dataset, pixels: ImagePixel) -> Scale:
    """Return the scale of display levels, one table for every window or VOI LUT of any frame.

    Samples of 8 bits without a window, as colours, are shown over their whole range. Raises UnsupportedPixels
    for wider ones, which nobody looks at so; UnreadableSource where the header contradicts itself. PS3.3
    sections C.11.1 and C.11.2.
    """
    values = np.arange(pixels.minimum, pixels.maximum + 1)
    inverse = pixels.photometric == "MONOCHROME1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote values
            shown = [each for view in _views(image, pixels) for each in _windows(values, view)]
    except _DAMAGE as error:
        raise UnreadableSource(
            f"window or look-up table cannot be applied: {type(error).__name__}"
        ) from error
    if not shown and pixels.bits_stored > 8:  # noqa: PLR2004  of a display
        raise UnsupportedPixels("the header has no window and no VOI LUT to look through: use --range actual")
    shown = shown or [(values, (pixels.minimum, pixels.maximum))]
    made = (window_table(each, ends, inverse=inverse) for each, ends in shown)
    tables = {table.tobytes(): table for table in made}
    return Scale("window", DISPLAY_PEAK, pixels.minimum, tuple(tables.values()))


def _views(image: Dataset, pixels: ImagePixel) -> Iterator[Dataset]:
    """Yield the attributes that a display needs, for the object or, in enhanced ones, for every frame."""
    groups = items(image, "PerFrameFunctionalGroupsSequence")[: pixels.frames] or (Dataset(),)
    shared = items(image, "SharedFunctionalGroupsSequence")
    for frame in groups:
        view = Dataset()
        view.set_original_encoding(*image.original_encoding)  # of the entries of tables that are OW
        view.PhotometricInterpretation = "MONOCHROME2"
        view.BitsStored, view.PixelRepresentation = pixels.bits_stored, int(pixels.signed)
        macros = [
            macro
            for group in (*shared, frame)
            for sequence in ("PixelValueTransformationSequence", "FrameVOILUTSequence")
            for macro in items(group, sequence)
        ]
        for holder in (image, *macros):
            for keyword in (*_MODALITY, *_VOI):
                if holder.get(keyword) not in (None, ""):
                    setattr(view, keyword, holder[keyword].value)
        yield view


def _windows(values: npt.NDArray[Any], view: Dataset) -> Iterator[_Shown]:
    """Yield what every VOI transformation makes of all sample values, and of black and white."""
    from pydicom.pixels.processing import (  # noqa: PLC0415  a third of a second
        apply_modality_lut,
        apply_voi,
        apply_windowing,
    )

    real = apply_modality_lut(values, view)
    for place, table in enumerate(view.get("VOILUTSequence") or ()):
        white = float(2 ** int(table.LUTDescriptor[2]) - 1)  # PS3.3 C.11.2.1.1
        yield apply_voi(np.rint(real).astype(np.int64), view, place), (0.0, white)
    centres = view["WindowCenter"].VM if {"WindowCenter", "WindowWidth"} <= set(view.dir()) else 0
    for place in range(centres):
        shown = apply_windowing(np.append(real, _BEYOND), view, place)
        black, white = sorted(shown[-2:].tolist())
        yield shown[:-2], (black, white)
