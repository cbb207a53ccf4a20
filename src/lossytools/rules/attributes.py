"""Attributes of any header, damaged ones too: read without raising, and without changing the data set.

pydicom converts an element in place when it is asked for; a source must keep its elements as they
were read, so nothing here asks that way.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from lossytools.elements import UNREADABLE, converted, element_at, element_of, tag_of
from lossytools.history import stored_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom.dataelem import DataElement

    from lossytools.standard.codes import Code

_TRAILING_PADDING = 0xFFFC_FFFC


def has(image: Dataset, keyword: str) -> bool:
    """Return whether the element is there, empty or not."""
    return element_of(image, keyword) is not None


def text(image: Dataset, keyword: str) -> str:
    """Return the first value of a text element, "" when absent or empty."""
    values = stored_values(image, keyword)
    return values[0] if values else ""


def value(image: Dataset, keyword: str) -> Any:
    """Return the value as pydicom converts it, None when absent or not readable."""
    return _value_of(element_of(image, keyword), image)


def _value_at(image: Dataset, tag: int) -> Any:
    return _value_of(element_at(image, tag), image)


def _value_of(element: DataElement | RawDataElement | None, image: Dataset) -> Any:
    """Return a converted value; the data set keeps the element as it was read."""
    try:
        return None if element is None else converted(element, image)
    except UNREADABLE:
        return None


def number(image: Dataset, keyword: str) -> int | None:
    """Return a whole number (VR US or IS), None when absent, empty or none."""
    element = element_of(image, keyword)
    if element is None:
        return None
    is_text = (element.VR or "US") == "IS" or keyword == "NumberOfFrames"
    found = text(image, keyword) if is_text else _value_of(element, image)
    try:
        return int(found)
    except (TypeError, ValueError, OverflowError):
        return None


def number_at(image: Dataset, tag: int) -> int | None:
    """Return the whole number of a repeating group's element, None when absent, empty or none."""
    found = _value_at(image, tag)
    return found if isinstance(found, int) else None


def filled(image: Dataset, tag: int) -> bool:
    """Return whether an element is there with a value."""
    return not _is_empty(_plain(image, tag) or _value_at(image, tag))


def tags_in(image: Dataset, keyword: str) -> tuple[int, ...]:
    """Return the tags that an element of VR AT holds, () when absent, empty or not readable."""
    found = value(image, keyword)
    listed = found if isinstance(found, (list, MultiValue)) else (found,)
    return tuple(int(part) for part in listed if isinstance(part, int))


def unsigned64(image: Dataset, keyword: str) -> tuple[int, ...] | None:
    """Return the values of an OV or UV element, None when absent or not whole."""
    element = element_of(image, keyword)
    if element is None:
        return None
    found = element.value
    if isinstance(found, bytes):
        whole = len(found) // 8
        return None if len(found) % 8 else struct.unpack(f"<{whole}Q", found)
    if isinstance(found, int):
        return (found,)
    try:
        return tuple(int(part) for part in found or ())
    except (TypeError, ValueError):
        return None


def items(image: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence, () when absent, empty or no sequence."""
    return _items_in(element_of(image, keyword), image)


def items_at(image: Dataset, tag: int) -> tuple[Dataset, ...]:
    """Return the items of the sequence at a tag, () when absent, empty or no sequence."""
    return _items_in(element_at(image, tag), image)


def _items_in(element: DataElement | RawDataElement | None, image: Dataset) -> tuple[Dataset, ...]:
    found = _value_of(element, image)
    if not hasattr(found, "__iter__"):
        return ()
    return tuple(item for item in found if isinstance(item, Dataset))


def codes(image: Dataset, keyword: str) -> tuple[tuple[str, str], ...]:
    """Return Code Value and Coding Scheme Designator of each item of a code sequence."""
    return tuple(
        (text(item, "CodeValue"), text(item, "CodingSchemeDesignator")) for item in items(image, keyword)
    )


def pairs_of(*wanted: Code) -> frozenset[tuple[str, str]]:
    """Return concepts in the form that `codes` gives."""
    return frozenset((code.value, code.scheme) for code in wanted)


def same(source: Dataset, derived: Dataset, keyword: str) -> bool:
    """Return whether an element is equal in both; absent and empty count as equal."""
    tag = tag_of(keyword)
    return tag is None or _same_at(source, derived, tag)


def changed(source: Dataset, derived: Dataset, keywords: Iterable[str]) -> tuple[str, ...]:
    """Return which elements the source has with a value and the derived object lacks or has otherwise."""
    held = ((keyword, tag_of(keyword)) for keyword in keywords)
    return tuple(
        keyword
        for keyword, tag in held
        if tag is not None and filled(source, tag) and not _same_at(source, derived, tag)
    )


def same_item(first: Dataset, second: Dataset) -> bool:
    """Return whether two items hold equal elements, at every depth.

    Group lengths and Data Set Trailing Padding are of the encoding alone (PS3.5 7.2, PS3.10 7.2): left out.
    """
    tags = _content_tags(first)
    return tags == _content_tags(second) and all(_same_at(first, second, tag) for tag in tags)


def _content_tags(item: Dataset) -> set[int]:
    return {tag for tag in item.keys() if tag & 0xFFFF and tag != _TRAILING_PADDING}  # noqa: SIM118  no parsing


def starts_with(longer: tuple[Dataset, ...], start: tuple[Dataset, ...]) -> bool:
    """Return whether the items of `start` are the first of `longer`."""
    return len(longer) >= len(start) and all(map(same_item, longer, start))


def _same_at(first: Dataset, second: Dataset, tag: int) -> bool:
    """Return whether one element is equal in both, by its bytes or else by its converted value."""
    stored = _plain(first, tag)
    if stored is not None and stored == _plain(second, tag):
        return True
    one, other = _value_at(first, tag), _value_at(second, tag)
    if isinstance(one, Sequence) or isinstance(other, Sequence):
        old, new = tuple(one or ()), tuple(other or ())
        return len(old) == len(new) and starts_with(new, old)
    return (_is_empty(one) and _is_empty(other)) or _equal(one, other)


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except UNREADABLE:
        return False


def _is_empty(found: Any) -> bool:
    return found is None or (hasattr(found, "__len__") and len(found) == 0)


def _plain(image: Dataset, tag: int) -> bytes | None:
    """Return the bytes as stored, without padding; None where there are none any more."""
    element = element_at(image, tag)
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
        return element.value.strip(b" \0")
    return None
