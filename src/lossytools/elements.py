"""Data sets whose elements stay as they were read, so that pydicom writes their bytes untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydicom.dataelem import DataElement, RawDataElement
    from pydicom.tag import BaseTag


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
    # Iterating over a Dataset, or asking it for items, would decode its elements.
    tags = [tag for tag in data_set.keys() if wanted is None or wanted(tag)]  # noqa: SIM118
    return raw_data_set({tag: data_set.get_item(tag) for tag in tags}, data_set)


def sequences(data_set: Dataset) -> Iterator[tuple[BaseTag, list[Dataset]]]:
    """Yield the tag and the items of every sequence; `data_set` keeps its elements as they were read."""
    copy = shallow_copy(data_set)
    for tag in sorted(copy.keys()):
        if getattr(copy.get_item(tag), "VR", "") == "SQ":
            yield tag, list(copy[tag].value or ())


def holds(data_set: Dataset, tag: BaseTag) -> bool:
    """Return whether the data set, or an item anywhere in it, has an element `tag`."""
    return tag in data_set or any(holds(item, tag) for _, items in sequences(data_set) for item in items)
