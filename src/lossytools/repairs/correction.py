"""The item of Original Attributes Sequence that tells what a repair changed (PS3.3 section C.12.1.1.9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.changes.change import SIGNATURES, Change, Item, Value, append
from lossytools.changes.identity import NAME, zone_of
from lossytools.rules.attributes import items, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pydicom.dataset import Dataset

_SEQUENCE = "OriginalAttributesSequence"
_BECAUSE = "PS3.3 C.12.1.1.9: what was corrected, with its values before"
_PIXEL_GROUP = 0x7FE0
_TEXT = {"CS": re.compile(r"[A-Z0-9_ ]{0,16}"), "DS": re.compile(r"[0-9+\-.eE ]{0,16}")}
_SINGLE = {"LossyImageCompression", "LossyImageCompressionRetired", "PhotometricInterpretation"}
"""Code strings of one value only."""


def correction_changes(
    image: Dataset, changes: Iterable[Change], now: datetime, version: str
) -> Iterator[Change]:
    """Yield the record of corrections of one instance; nothing for changes of its file's form alone.

    Attributes that were absent, or whose value their VR or VM does not allow, stand there empty; such
    values follow as bytes in Nonconforming Modified Attributes Sequence.
    """
    keywords = list(dict.fromkeys(change.keyword for change in changes if _is_recorded(change)))
    if not keywords:
        return
    stamp = now.astimezone(zone_of(image, now)).strftime("%Y%m%d%H%M%S.%f%z")
    before: Item = tuple((keyword, _before(image, keyword)) for keyword in keywords)
    item: Item = (
        ("ModifiedAttributesSequence", before),
        ("AttributeModificationDateTime", stamp),
        ("ModifyingSystem", f"{NAME} {version}"),
        ("SourceOfPreviousValues", ""),
        ("ReasonForTheAttributeModification", "CORRECT"),
    )
    yield append(_SEQUENCE, item, _BECAUSE)
    path = f"{_SEQUENCE}[{len(items(image, _SEQUENCE))}].NonconformingModifiedAttributesSequence"
    for keyword in keywords:
        if not _conforms(image, keyword):
            tag = int(Change(keyword, None, "").tag)
            pair: Item = (
                ("SelectorAttribute", tag),
                ("NonconformingDataElementValue", _stored(image, keyword)),
            )
            yield append(path, pair, _BECAUSE)


def _is_recorded(change: Change) -> bool:
    """Return whether an attribute changes; offset tables and group lengths are the form of the file."""
    return change.tag.group != _PIXEL_GROUP and change.tag.element != 0 and change.keyword not in SIGNATURES


def _stored(image: Dataset, keyword: str) -> bytes:
    """Return the bytes of a text element, b"" for any other."""
    tag = Change(keyword, None, "").tag
    element = image.get_item(tag) if tag in image else None
    if isinstance(element, RawDataElement) and element.VR in _TEXT:
        return element.value or b""
    return b""


def _conforms(image: Dataset, keyword: str) -> bool:
    tag = Change(keyword, None, "").tag
    vr = image.get_item(tag).VR if tag in image else ""
    stored = _stored(image, keyword).decode("latin-1").rstrip(" \0")
    parts = stored.split("\\")
    if keyword in _SINGLE and len(parts) > 1:
        return False
    return vr not in _TEXT or all(_TEXT[vr].fullmatch(part) for part in parts)


def _before(image: Dataset, keyword: str) -> Value:
    if not _conforms(image, keyword):
        return ""
    if stored := _stored(image, keyword):
        return tuple(stored.decode("latin-1").rstrip(" \0").split("\\"))
    found = value(image, keyword)
    return found if isinstance(found, int) else ""
