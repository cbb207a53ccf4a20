"""References from one object to others: which UIDs it names at any depth, and naming others instead.

Original Attributes Sequence is left alone: what it holds was true once, and points nowhere (PS3.3
section C.12.1.1.9). So are private sequences, whose meaning nobody here knows.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from lossytools.elements import UNREADABLE, converted, shallow_copy
from lossytools.history import stored_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydicom.tag import BaseTag

_NAMING = {
    Tag(0x00081155): "ReferencedSOPInstanceUID",
    Tag(0x0040A124): "UID",  # of a content item (UIDREF)
    Tag(0x00081167): "MultiFrameSourceSOPInstanceUID",
    Tag(0x00200242): "SOPInstanceUIDOfConcatenationSource",
}
"""Elements that name an instance."""
_ORIGINAL_ATTRIBUTES = Tag(0x04000561)
_UNDEFINED = 0xFFFFFFFF
# The tags as every data set here, being little endian, has them in its sequences that are not decoded yet.
_MARKS = tuple(pack("<HH", tag.group, tag.element) for tag in _NAMING)


def instances_named(image: Dataset) -> Iterator[str]:
    """Yield the UID of every instance named anywhere in the data set, as often as it is named.

    Values of UID content items that are no instances are among them. A damaged sequence names nothing.
    """
    waiting = [image]
    while waiting:
        data_set = waiting.pop()
        for keyword in _NAMING.values():
            yield from filter(None, stored_values(data_set, keyword))
        for _, items in _naming_sequences(data_set):
            waiting.extend(items)


def _naming_sequences(data_set: Dataset) -> Iterator[tuple[BaseTag, list[Dataset]]]:
    """Yield the sequences that may name something, with their items."""
    for tag in list(data_set.keys()):
        element = data_set.get_item(tag, keep_deferred=True)
        if tag != _ORIGINAL_ATTRIBUTES and not tag.is_private and _may_name(element):
            try:
                found = converted(element, data_set)
            except UNREADABLE:  # damage is for whoever reads the object to tell
                continue
            yield tag, [item for item in found or () if isinstance(item, Dataset)]


def _may_name(element: DataElement | RawDataElement) -> bool:
    """Return whether a sequence may hold a reference; of one that is still bytes these tell, unopened."""
    if element.VR != "SQ":
        return False
    return not isinstance(element, RawDataElement) or may_hold_names(element.value or b"")


def may_hold_names(value: bytes) -> bool:
    """Return whether the bytes of a sequence may name an instance."""
    return any(mark in value for mark in _MARKS)


def renamed(elements: Dataset, names: Mapping[str, str]) -> Dataset:
    """Return the data set with every reference to a key of `names` naming its value instead.

    Elements that name none of them are the same objects; the data set itself where there are none.
    """
    result = elements
    for tag in filter(elements.__contains__, _NAMING):
        stored = stored_values(elements, _NAMING[tag])
        if len(stored) == 1 and stored[0] in names:
            result = _with(result, elements, _uid(tag, names[stored[0]]))
    for tag, items in _naming_sequences(elements):
        new = [renamed(item, names) for item in items]
        if any(one is not other for one, other in zip(items, new, strict=True)):
            result = _with(result, elements, _sequence(elements.get_item(tag), new))
    return result


def _with(result: Dataset, elements: Dataset, element: DataElement | RawDataElement) -> Dataset:
    changed = shallow_copy(elements) if result is elements else result
    changed[element.tag] = element
    return changed


def _uid(tag: BaseTag, uid: str) -> RawDataElement:
    """Return a UID as it lies in a file, padded to even length (PS3.5 section 9.1)."""
    value = uid.encode("ascii") + b"\0" * (len(uid) % 2)
    return RawDataElement(tag, "UI", len(value), value, 0, is_implicit_VR=False, is_little_endian=True)


def _sequence(old: DataElement | RawDataElement, items: list[Dataset]) -> DataElement:
    """Return a sequence of these items, its length defined or undefined as it was."""
    element = DataElement(old.tag, "SQ", Sequence(items))
    undefined = old.length == _UNDEFINED if isinstance(old, RawDataElement) else old.is_undefined_length
    element.is_undefined_length = undefined
    return element
