"""Family P: the size of the picture, and what the header places in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import changed, filled, items, number, same, text
from lossytools.rules.bases import NATIVE, SAME_UID, SOURCE_UID, source_item
from lossytools.rules.definition import Remark, one, pair, pair_rule, rule
from lossytools.rules.facts import is_lossy_step
from lossytools.rules.sources import source_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_REGIONS = "SequenceOfUltrasoundRegions"
_SIZE = ("Rows", "Columns")
_PLACED = {
    "PixelSpacing": 0x00280030,
    "ImagerPixelSpacing": 0x00181164,
    "NominalScannedPixelSpacing": 0x00182010,
    _REGIONS: 0x00186011,
}
"""What is counted in pixels of this very grid, or says how large they are."""
_PRESERVED = "SpatialLocationsPreserved"
_LARGER = {
    "Rows": 960,
    "Columns": 1280,
    "stream__rows": 960,
    "stream__columns": 1280,
    "SourceImageSequence": [source_item(SOURCE_UID) | {_PRESERVED: "NO"}],
}


def _region(x0: int, y0: int, x1: int, y1: int) -> dict[str, int]:
    """Return an item of Sequence of Ultrasound Regions with these bounds."""
    names = ("MinX0", "MinY0", "MaxX1", "MaxY1")
    return dict(zip((f"RegionLocation{name}" for name in names), (x0, y0, x1, y1), strict=True))


def _resized(source: Evidence, derived: Evidence) -> bool:
    return not all(same(source.image, derived.image, name) for name in _SIZE)


@pair_rule(
    "P27",
    "Rows and Columns stay, or what is counted in pixels follows",
    severity="E",
    cites="PS3.3 C.7.6.3, 10.7",
    repair="recompute pixel spacing and regions for the new grid",
    holds=[
        pair(),
        pair(**_LARGER),
        pair({"PixelSpacing": ["0.2", "0.2"]}, **_LARGER, PixelSpacing=["0.1", "0.1"]),
        pair(
            {"PixelSpacing": ["0.2", "0.2"]},
            **_LARGER | {"SourceImageSequence": [source_item(SOURCE_UID)]},
            PixelSpacing=["0.2", "0.2"],
        ),
        pair({"PixelSpacing": ["0.2", "0.2"]}, PixelSpacing=["0.2", "0.2"]),
    ],
    breaks=[
        pair({"PixelSpacing": ["0.2", "0.2"]}, **_LARGER, PixelSpacing=["0.2", "0.2"]),
        pair({_REGIONS: [_region(0, 0, 9, 9)]}, **_LARGER, **{_REGIONS: [_region(0, 0, 9, 9)]}),
    ],
    applies_to="lossy steps that changed Rows or Columns",
)
def geometry_follows_the_grid(source: Evidence, derived: Evidence) -> Said:
    """A distance measured on a scaled picture with the old spacing is wrong by the scale.

    Lines and columns added or cut at the lower right move nothing: then the item of the source says
    Spatial Locations Preserved YES.
    """
    if not (is_lossy_step(source, derived) and _resized(source, derived)):
        return
    if any(text(item, _PRESERVED) == "YES" for item in source_items(source, derived)):
        return
    for keyword, tag in _PLACED.items():
        if filled(source.image, tag) and same(source.image, derived.image, keyword):
            yield f"Rows or Columns changed, {keyword} did not"


def _bounds(region: Dataset, axis: str, size: int) -> Iterator[str | Remark]:
    """Yield what is wrong with the bounds of a region along "X" or "Y", of `size` pixels."""
    low, high = number(region, f"RegionLocationMin{axis}0"), number(region, f"RegionLocationMax{axis}1")
    if low is None or high is None:
        return
    said = f"{axis} {low} to {high}, the image has 0 to {size - 1}"
    if low > high or low >= size or high > size:
        yield said
    elif high == size:
        yield Remark(f"{said}: the upper bound is one too large", "W")


def _moved(source: Evidence, derived: Evidence) -> Said:
    """Yield regions that a step changed though the grid is the same."""
    if not _resized(source, derived):
        for keyword in changed(source.image, derived.image, (_REGIONS,)):
            yield f"{keyword} is not that of the source"


@rule(
    "P28",
    "Ultrasound regions lie inside the image",
    severity="E",
    cites="PS3.3 C.8.5.5.1.14",
    repair="scale the regions with the image they were cut or scaled with",
    holds=[
        one(**{_REGIONS: [_region(0, 0, 639, 479)]}),
        one(**{_REGIONS: [{}]}),
        pair({_REGIONS: [_region(0, 0, 9, 9)]}, **{_REGIONS: [_region(0, 0, 9, 9)]}),
        pair({_REGIONS: [_region(0, 0, 9, 9)]}, **_LARGER, **{_REGIONS: [_region(0, 0, 19, 19)]}),
    ],
    breaks=[
        one(**{_REGIONS: [_region(84, 31, 640, 414)]}),
        one(**{_REGIONS: [_region(0, 0, 9, 9), _region(84, 31, 595, 700)]}),
        one(**{_REGIONS: [_region(20, 0, 10, 9)]}),
        pair({_REGIONS: [_region(0, 0, 9, 9)]}),
        pair({_REGIONS: [_region(0, 0, 9, 9)]}, **NATIVE | SAME_UID, **{_REGIONS: [_region(0, 0, 9, 8)]}),
    ],
    applies_to="images with regions of calibration",
    between=_moved,
)
def regions_lie_inside(evidence: Evidence) -> Said:
    """A region that reaches outside belongs to the picture before it was cut or scaled, as do its units.

    Pixels count from 0. An upper bound equal to the size, as some makers write it, is a warning.
    """
    rows, columns = (number(evidence.image, name) for name in _SIZE)
    for place, region in enumerate(items(evidence.image, _REGIONS), start=1):
        for axis, size in (("X", columns), ("Y", rows)):
            for said in _bounds(region, axis, size) if size else ():
                if isinstance(said, Remark):
                    yield Remark(f"region {place}: {said.says}", said.severity)
                else:
                    yield f"region {place}: {said}"


RULES: tuple[Rule, ...] = (geometry_follows_the_grid, regions_lie_inside)
