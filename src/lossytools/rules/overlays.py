"""Family P: overlay planes that would be lost with the unused bits they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.tag import Tag

from lossytools.rules.attributes import number_at
from lossytools.rules.bases import GREY
from lossytools.rules.definition import one, pair, rule

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_GROUPS = range(0x6000, 0x6020, 2)
_IN_BITS = GREY | {
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "Tag60000100": 16,
    "Tag60000102": 12,
    "stream__precision": 12,
}
_SAVED = _IN_BITS | {"Tag60000100": 1, "Tag60000102": 0, "Tag60003000": b"\0\0"}


def embedded_planes(image: Dataset) -> tuple[tuple[int, int], ...]:
    """Return (group, bit) of the overlay groups whose plane stands in the cells of the pixel data."""
    held = {tag >> 16 for tag in image.keys()}  # noqa: SIM118  iterating would decode
    found = []
    for group in sorted(held.intersection(_GROUPS)):
        bits, position = (number_at(image, Tag(group, element)) for element in (0x0100, 0x0102))
        if bits is not None and bits > 1 and position is not None and Tag(group, 0x3000) not in image:
            found.append((group, position))
    return tuple(found)


def _saved(source: Evidence, derived: Evidence) -> Said:
    """Yield the planes that a change of the coding should have saved."""
    if derived.encapsulation is None:
        return
    left = {group for group, _ in embedded_planes(derived.image)}
    for group, bit in embedded_planes(source.image):
        if group in left:
            yield f"overlay group {group:04X} still points to bit {bit} of the source's cells"


@rule(
    "P24",
    "Overlay planes stand in Overlay Data",
    severity="E",
    cites="PS3.5 8.1.2",
    repair="extract the plane to (60xx,3000) and write (60xx,0100) = 1, (60xx,0102) = 0",
    holds=[one(), one(**_SAVED), pair(_IN_BITS, **_SAVED)],
    breaks=[one(**_IN_BITS), pair(_IN_BITS, **_IN_BITS)],
    applies_to="images with overlay groups",
    between=_saved,
)
def overlays_have_data(evidence: Evidence) -> Said:
    """No code stream carries bits beyond Bits Stored, so a plane in them is lost at the next coding."""
    if evidence.encapsulation is None:
        return
    for group, bit in embedded_planes(evidence.image):
        yield f"overlay group {group:04X} has no Overlay Data, its plane should be in bit {bit} of the cells"


RULES: tuple[Rule, ...] = (overlays_have_data,)
