"""Mend how the derivation is written; whether an image is derived, and from what, is never decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.changes.change import Change, remove
from lossytools.elements import element_of
from lossytools.history import stored_values
from lossytools.repairs.found import broken
from lossytools.repairs.repair import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence

_KEYWORD = "ImageType"
_DERIVED = "DERIVED"


def spell_image_type(evidence: Evidence) -> Iterator[Repair]:
    """Write value 1 as DERIVED where it is that word but for blanks or lower case.

    Blanks are not significant in a Code String (PS3.5 section 6.2), yet readers compare them.
    """
    values = stored_values(evidence.image, _KEYWORD)
    if not values or values[0].upper() != _DERIVED:
        return
    if values[0] != _DERIVED or _has_blank(evidence, last=len(values) == 1):
        change = Change(
            _KEYWORD, (_DERIVED, *values[1:]), "PS3.3 C.7.6.1.1.2, PS3.5 6.2: the value is DERIVED"
        )
        rules = broken(evidence, "D01", "D02") or ("D02",)
        yield Repair(rules, "Image Type value 1 is spelt DERIVED", (change,))


def drop_empty_sources(evidence: Evidence) -> Iterator[Repair]:
    """Remove a Source Image Sequence that names nothing."""
    if broken(evidence, "D15"):
        change = remove("SourceImageSequence", "PS3.3 C.12.4: one item or more")
        yield Repair(("D15",), "Source Image Sequence is removed: it has no items", (change,))


def _has_blank(evidence: Evidence, *, last: bool) -> bool:
    """Return whether value 1 has blanks around it; one that makes the last value even is padding."""
    element = element_of(evidence.image, _KEYWORD)
    if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes):
        return False
    first = element.value.split(b"\\")[0]
    if last and len(first) % 2 == 0:
        first = first.removesuffix(b" ")
    return first != first.strip(b" ")
