"""Data sets whose elements stay as they were read, so that pydicom writes their bytes untouched."""

from __future__ import annotations

from functools import cache, lru_cache
from struct import Struct
from struct import error as struct_error
from typing import TYPE_CHECKING, Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.sequence import Sequence
from pydicom.tag import Tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydicom.tag import BaseTag

UNREADABLE = (
    BytesLengthException,
    struct_error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    ArithmeticError,
    EOFError,
    OSError,
)
"""What pydicom raises for an element whose bytes do not fit its VR."""


@cache
def tag_of(keyword: str) -> BaseTag | None:
    """Return the tag of a keyword, None for a word that is none; rules ask for the same few all the time."""
    number = tag_for_keyword(keyword)
    return None if number is None else the_tag(number)


@lru_cache(maxsize=1 << 14)
def the_tag(number: int) -> BaseTag:
    """Return the one tag of a number: a dictionary finds the same object without asking whether it is equal.

    Tags of pydicom are compared in Python, which took a tenth of an audit.
    """
    return Tag(number)


def element_at(data_set: Dataset, tag: int) -> DataElement | RawDataElement | None:
    """Return an element as it was read, or None; nothing is converted."""
    # get_item of pydicom does the same for all that can be a tag, in five times the time.
    return data_set._dict.get(tag)  # type: ignore[call-overload, no-any-return]  # noqa: SLF001


def element_of(data_set: Dataset, keyword: str) -> DataElement | RawDataElement | None:
    """Return an element as it was read, or None; nothing is converted."""
    tag = tag_of(keyword)
    return None if tag is None else element_at(data_set, tag)


def converted(element: DataElement | RawDataElement, data_set: Dataset) -> Any:
    """Return the value of an element as pydicom converts it; `data_set` keeps the element as it was read.

    Who asks again gets the same value: it is only to be looked at. Raises what pydicom raises for damage.
    """
    if not isinstance(element, RawDataElement):
        return element.value
    kept, found = _converted.get(id(element), (None, None))
    if kept is element:
        return found
    number = _NUMBERS.get(element.VR or "")
    if number is not None and element.is_little_endian and element.length == number.size:
        (found,) = number.unpack(element.value or b"")
        return found
    charset = data_set.original_character_set or None
    found = convert_raw_data_element(element, encoding=charset, ds=data_set).value
    if len(_converted) >= _KEPT:
        _converted.clear()
    _converted[id(element)] = element, found
    return found


_KEPT = 256
_converted: dict[int, tuple[RawDataElement, Any]] = {}
"""Latest conversions by the identity of their element: many rules open the same sequences, and an element as
it was read never changes. It is kept with its value, so that no other can have its identity.
"""
_NUMBERS = {
    vr: Struct(f"<{kind}")
    for vr, kind in (("US", "H"), ("SS", "h"), ("UL", "I"), ("SL", "i"), ("FL", "f"), ("FD", "d"))
}
"""A single number, for which pydicom takes ten times as long (PS3.5 section 6.2)."""


def raw_data_set(elements: Mapping[BaseTag, DataElement | RawDataElement], like: Dataset) -> Dataset:
    """Return a data set of `elements`, in Explicit VR Little Endian and the character set of `like`.

    pydicom writes raw values as they are only while encoding and character set are those the data
    set says it was read with.
    """
    charset = like.original_character_set
    result = Dataset(dict(elements), parent_encoding=charset)
    result.set_original_encoding(is_implicit_vr=False, is_little_endian=True, character_encoding=charset)
    undefined = getattr(like, "is_undefined_length_sequence_item", False)
    result.is_undefined_length_sequence_item = undefined
    return result


def shallow_copy(data_set: Dataset, wanted: Callable[[BaseTag], bool] | None = None) -> Dataset:
    """Return a data set with the same element objects, all of them or those whose tag is `wanted`."""
    # Iterating over a Dataset would decode its elements, its items() are as they were read.
    kept = {tag: element for tag, element in data_set.items() if wanted is None or wanted(tag)}
    return raw_data_set(kept, data_set)


def sequences(
    data_set: Dataset, wanted: Callable[[BaseTag], bool] | None = None
) -> Iterator[tuple[BaseTag, list[Dataset]]]:
    """Yield the tag and the items of every sequence, or of those whose tag is `wanted`.

    `data_set` keeps its elements as they were read.
    """
    found = sorted(tag for tag, element in data_set.items() if element.VR == "SQ")
    for tag in found:
        if wanted is None or wanted(tag):
            yield tag, list(converted(data_set.get_item(tag), data_set) or ())


def holds(data_set: Dataset, tag: BaseTag) -> bool:
    """Return whether the data set, or an item anywhere in it, has an element `tag`."""
    return tag in data_set or any(holds(item, tag) for _, items in sequences(data_set) for item in items)


def items_of(data_set: Dataset, keyword: str) -> list[Dataset]:
    """Return the items of a sequence, [] where there is none; `data_set` keeps its elements as read."""
    number = tag_of(keyword)
    return next((items for _, items in sequences(data_set, lambda tag: tag == number)), [])


def opened(data_set: Dataset, wanted: Callable[[BaseTag], bool] | None = None) -> Dataset:
    """Return a data set whose sequences, those whose tag is `wanted`, are decoded once, at every depth.

    Whoever looks at thousands of items many times would decode them every time. What is no sequence
    stays as it was read.
    """
    found = list(sequences(data_set, wanted))
    result = shallow_copy(data_set) if found else data_set
    for tag, items in found:
        result[tag] = DataElement(tag, "SQ", Sequence([opened(item) for item in items]))
    return result
