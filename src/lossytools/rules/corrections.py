"""What was corrected or taken out of an instance afterwards, which is no fault of the step that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import has, items, same, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence


def corrected(source: Evidence, derived: Evidence, keyword: str) -> bool:
    """Return whether one of the two records that it had the other's value before (PS3.3 C.12.1.1.9)."""
    sides = (source.image, derived.image), (derived.image, source.image)
    return any(
        has(before, keyword) and same(before, other, keyword)
        for image, other in sides
        for item in items(image, "OriginalAttributesSequence")
        for before in previous(item)
    )


def previous(item: Dataset) -> Iterator[Dataset]:
    """Yield the values before the modification that an item of Original Attributes Sequence is of."""
    yield from items(item, "ModifiedAttributesSequence")


def is_deidentified(evidence: Evidence) -> bool:
    """Return whether the identity was taken out, and with it may be dates and references (PS3.15 annex E)."""
    return text(evidence.image, "PatientIdentityRemoved") == "YES"
