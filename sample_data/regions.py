"""The Sequence of Ultrasound Regions: what each part of the picture measures (PS3.3 C.8.5.5)."""

from typing import Final

from pydicom.dataset import Dataset

from annotation import BEATS_IN_THE_STRIP
from cine import HEART_RATE_BPM, Cine
from geometry import DEPTH_CM, FLOW, HALF_ANGLE, SKIN_CM, Box, Geometry, Wedge

_SPACE_2D: Final = 1
_SPACE_WAVEFORM: Final = 4
_TISSUE: Final = 1
_COLOUR_FLOW: Final = 2
_ECG_TRACE: Final = 10
# Bit 0 gives way to regions that overlap, bit 1 protects the scale, bit 3 says that the trace scrolls.
_BELOW: Final = 0b0001
_PROTECTED: Final = 0b0010
_SCROLLING: Final = 0b1000
_NO_UNIT: Final = 0
_CM: Final = 3
_SECONDS: Final = 4


def list_regions(cine: Cine) -> list[Dataset]:
    """Return the region of the tissue, of the flow where there is colour, and of the ECG."""
    geometry = Geometry(cine.rows, cine.columns)
    whole = Wedge(SKIN_CM, DEPTH_CM, -HALF_ANGLE, HALF_ANGLE)
    regions = [_describe_sector(geometry, whole, _TISSUE, _PROTECTED | _BELOW)]
    if cine.coloured:
        regions.append(_describe_sector(geometry, FLOW, _COLOUR_FLOW, _PROTECTED))
    return [*regions, _describe_ecg(geometry)]


def _describe_sector(geometry: Geometry, wedge: Wedge, data_type: int, flags: int) -> Dataset:
    box = geometry.bound(wedge)
    region = _describe(box, _SPACE_2D, data_type, flags)
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = _CM
    region.PhysicalDeltaX = region.PhysicalDeltaY = geometry.cm_per_pixel
    # The reference pixel is the apex, counted from the region's corner; it may lie outside the region.
    region.ReferencePixelX0 = geometry.apex[1] - box.left
    region.ReferencePixelY0 = geometry.apex[0] - box.top
    region.ReferencePixelPhysicalValueX = region.ReferencePixelPhysicalValueY = 0.0
    region.TransducerFrequency = 2500
    if data_type == _COLOUR_FLOW:
        region.PulseRepetitionFrequency = 4200
    return region


def _describe_ecg(geometry: Geometry) -> Dataset:
    box = geometry.ecg
    region = _describe(box, _SPACE_WAVEFORM, _ECG_TRACE, _PROTECTED | _SCROLLING)
    region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection = _SECONDS, _NO_UNIT
    region.PhysicalDeltaX = BEATS_IN_THE_STRIP * 60 / HEART_RATE_BPM / (box.right - box.left)
    region.PhysicalDeltaY = 1.0
    return region


def _describe(box: Box, space: int, data_type: int, flags: int) -> Dataset:
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = space, data_type, flags
    region.RegionLocationMinX0, region.RegionLocationMinY0 = box.left, box.top
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = box.right, box.bottom
    return region
