"""Attributes that describe pixels and must follow them (PS3.3 C.7.6.3, C.7.5.1.1.2, C.9.2, C.11.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step
    from lossytools.values import ImagePixel

_PALETTE = (
    *(
        f"{colour}PaletteColorLookupTable{part}"
        for part in ("Descriptor", "Data")
        for colour in ("Red", "Green", "Blue")
    ),
    *(f"Segmented{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue")),
    "PaletteColorLookupTableUID",
)
STALE = (
    "SmallestPixelValueInSeries",
    "LargestPixelValueInSeries",
    "SmallestImagePixelValueInPlane",
    "LargestImagePixelValueInPlane",
    "HistogramSequence",
)
"""What is said of the source's pixels and cannot be said of the result without the whole series."""
_OFFSETS = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "EncapsulatedPixelDataValueTotalLength")


def pixel_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield what the code streams make of the pixels, and what no longer holds of them."""
    yield from form_changes(image, step.resolved, step.transfer_syntax)
    if step.declared.photometric == "PALETTE COLOR":
        for keyword in _PALETTE:
            if keyword in image:
                yield remove(keyword, "PS3.3 C.7.6.3.1.2: look-up tables belong to PALETTE COLOR only")
    yield from _statistics(image, step)
    yield from _padding(image, kept=step.padding_kept)
    for group, data in step.overlays:
        yield from overlay_changes(image, group, data, step.declared.frames)


def form_changes(image: Dataset, resolved: ImagePixel, transfer_syntax: str) -> Iterator[Change]:
    """Yield the Image Pixel attributes that differ from `resolved`, and the offset tables that go."""
    because = f"PS3.5 8.2: as {BY_UID[transfer_syntax].name} declares its pixels"
    wanted: dict[str, str | int] = {
        "SamplesPerPixel": resolved.samples,
        "PhotometricInterpretation": resolved.photometric,
        "BitsAllocated": resolved.bits_allocated,
        "BitsStored": resolved.bits_stored,
        "HighBit": resolved.bits_stored - 1,
        "PixelRepresentation": int(resolved.signed),
    }
    if resolved.planar is not None:
        wanted["PlanarConfiguration"] = resolved.planar
    for keyword, value in wanted.items():
        if image.get(keyword) != value:
            yield Change(keyword, value, because)
    if resolved.planar is None and "PlanarConfiguration" in image:
        yield remove("PlanarConfiguration", "PS3.3 C.7.6.3.1.3: only for more than one sample per pixel")
    for keyword in _OFFSETS:
        if keyword in image:
            yield remove(keyword, "PS3.3 C.7.6.3.1.8: describes the fragments of the source")


def _statistics(image: Dataset, step: Step) -> Iterator[Change]:
    because = "PS3.3 C.7.6.3: the value actually encountered"
    measured = {
        "SmallestImagePixelValue": step.measurement.smallest,
        "LargestImagePixelValue": step.measurement.largest,
    }
    for keyword, value in measured.items():
        if keyword in image:
            known = value is not None and step.resolved.samples == 1
            yield Change(keyword, value, because) if known else remove(keyword, because)
    for keyword in STALE:
        if keyword in image:
            yield remove(keyword, "PS3.3 C.7.6.3, C.11.5: describes the pixels of the source")


def _padding(image: Dataset, *, kept: bool) -> Iterator[Change]:
    because = "PS3.3 C.7.5.1.1.2: padding can no longer be told from pixels"
    for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
        if keyword in image and not kept:
            yield remove(keyword, because)
    if kept and "PixelPaddingRangeLimit" in image and "PixelPaddingValue" not in image:
        yield remove("PixelPaddingRangeLimit", "PS3.3 C.7.5.1.1.2: a limit means nothing without a value")


def overlay_changes(image: Dataset, group: int, data: bytes, frames: int) -> Iterator[Change]:
    """Yield one overlay plane moved from unused bits to Overlay Data (PS3.5 section 8.1.2)."""
    because = "PS3.5 8.1.2: overlay planes stand in Overlay Data, not in unused bits"
    yield Change(f"{group:04X}0100", 1, because)
    yield Change(f"{group:04X}0102", 0, because)
    yield Change(f"{group:04X}3000", data, because)
    if frames > 1 and int(f"{group:04X}0015", 16) not in image:
        yield Change(f"{group:04X}0015", frames, "PS3.3 C.9.3: frames of a multi-frame overlay")
        yield Change(f"{group:04X}0051", 1, "PS3.3 C.9.3: the first frame it lies over")
