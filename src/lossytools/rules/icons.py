"""Family P: the icon that a header carries, an image of its own beside the pixel data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.history import FLAG, METHOD, RATIO
from lossytools.rules.attributes import has, items, number, text, value
from lossytools.rules.definition import one, rule
from lossytools.standard.encodings import NEVER_NATIVE
from lossytools.standard.photometrics import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_ICON = "IconImageSequence"
_ITEM = b"\xfe\xff\x00\xe0"  # what encapsulated pixel data begins with: an Item tag (PS3.5 section A.4)
_RECORD = (FLAG, RATIO, METHOD)
_GOOD = {
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 3,
    "Columns": 3,
    "BitsAllocated": 8,
    "PixelData": bytes(10),
}
_CODED = _GOOD | {"PhotometricInterpretation": "YBR_FULL_422", "SamplesPerPixel": 3, "PixelData": _ITEM}


def _native_faults(icon: Dataset) -> Iterator[str]:
    """Yield what a native icon's header says against its pixels."""
    found = text(icon, "PhotometricInterpretation")
    if found in NEVER_NATIVE:
        yield f"native pixel data is declared {found}"
    names = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")
    rows, columns, samples, bits = (number(icon, name) for name in names)
    data = value(icon, "PixelData")
    if not (rows and columns and samples and bits and isinstance(data, bytes)):
        return
    length = -(-rows * columns * (2 if found == "YBR_FULL_422" else samples) * bits // 8)
    if len(data) != length + length % 2:
        yield f"native pixel data has {len(data)} bytes, its header says {length + length % 2}"


@rule(
    "P25",
    "An icon describes its own pixels, and carries no lossy record",
    severity="W",
    cites="PS3.3 C.7.6.1.1.6; PS3.5 A.4",
    repair="keep the icon as it was, native; or make a new one of the derived pixels",
    holds=[
        one(**{_ICON: [_GOOD]}),
        one(**{_ICON: [_CODED]}),
        one(**{_ICON: [{}]}),
        one(**{_ICON: [_GOOD | {"BitsAllocated": 1, "PixelData": bytes(2)}]}),
    ],
    breaks=[
        one(**{_ICON: [_GOOD | {"LossyImageCompression": "01"}]}),
        one(**{_ICON: [_GOOD | {"Rows": 480}]}),
        one(**{_ICON: [_GOOD | {"PhotometricInterpretation": "YBR_ICT"}]}),
        one(**{_ICON: [_CODED | {"SamplesPerPixel": 1}]}),
    ],
    applies_to="images with an icon",
)
def icon_is_consistent(evidence: Evidence) -> Said:
    """A step that goes through every item writes its own pixel form and history into the icon's.

    Which photometric interpretations an icon may have changed over the years; that is not judged.
    """
    for icon in items(evidence.image, _ICON):
        for keyword in _RECORD:
            if has(icon, keyword):
                yield f"{keyword} stands inside the icon"
        found, samples = text(icon, "PhotometricInterpretation"), number(icon, "SamplesPerPixel")
        if samples is not None and SAMPLES.get(found, samples) != samples:
            yield f"the icon's {found} has {SAMPLES[found]} samples a pixel, declared are {samples}"
        data = value(icon, "PixelData")
        if isinstance(data, bytes) and not data.startswith(_ITEM):
            yield from (f"the icon's {said}" for said in _native_faults(icon))


RULES: tuple[Rule, ...] = (icon_is_consistent,)
