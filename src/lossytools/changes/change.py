"""One change of a data set, with the clause that asks for it; and how changes are carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.valuerep import STR_VR

from lossytools.elements import holds, sequences, shallow_copy, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom.tag import BaseTag

Item: TypeAlias = "tuple[tuple[str, Value], ...]"
Value: TypeAlias = "str | int | bytes | tuple[str, ...] | Item | DataElement | RawDataElement"

_Own: TypeAlias = "dict[int, Dataset | Sequence]"

SIGNATURES = ("DigitalSignaturesSequence", "MACParametersSequence")


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute that a step sets, appends an item to, or removes.

    keyword: of the attribute, as "ImageType"; as "ggggeeee" in hexadecimal for a repeating group; or
    as "Outer[0].Inner" for a sequence inside an item. value: None removes; a tuple of strings is
    multi-valued; bytes of a text are in the character set of the data set; an item to append is a
    tuple of (keyword, value) pairs, a pair's own tuple of pairs being a sequence of one item; an element
    stands there as it was read.
    because: the clause that asks for it.
    """

    keyword: str
    value: Value | None
    because: str
    action: Literal["set", "append", "remove"] = "set"

    @property
    def tag(self) -> BaseTag:
        """The tag of the attribute, of the innermost one for a path."""
        return _tag(self.keyword.rpartition(".")[2])

    @property
    def name(self) -> str:
        """The keyword for people, also of a repeating group."""
        return self.keyword if "." in self.keyword else keyword_for_tag(self.tag) or str(self.tag)


def remove(keyword: str, because: str) -> Change:
    """Return the change that removes an attribute."""
    return Change(keyword, None, because, "remove")


def append(keyword: str, item: Item, because: str) -> Change:
    """Return the change that adds `item` behind the items a sequence has."""
    return Change(keyword, item, because, "append")


def apply(elements: Dataset, changes: Iterable[Change]) -> Dataset:
    """Return a new data set with the changes made; elements they do not name are the same objects.

    `elements` is left as it is.
    """
    result = shallow_copy(elements)
    own: _Own = {}
    for change in changes:
        *outer, keyword = change.keyword.split(".")
        target = result
        for step in outer:
            target = _enter(target, step, own)
        if change.action == "remove":
            _remove(target, keyword, own)
        elif change.action == "append":
            _append(target, keyword, change.value)
        else:
            target[_tag(keyword)] = _element(keyword, change.value, target)
    return result


def _tag(keyword: str) -> BaseTag:
    return tag_of(keyword) or Tag(int(keyword, 16))


def _enter(target: Dataset, step: str, own: _Own) -> Dataset:
    """Return a copy, put in place of the original, of the item that `step`, as "Name[0]", names.

    own: the sequences and items that are copies already, and are entered again as they are: an
    object of thousands of frames has a change or two in the groups of each.
    """
    name, _, number = step.removesuffix("]").partition("[")
    items: Sequence = target[_tag(name)].value
    if id(items) not in own:
        items = Sequence(list(items))
        own[id(items)] = items
        target[_tag(name)] = DataElement(_tag(name), "SQ", items)
    entered = items[int(number)]
    if id(entered) not in own:
        entered = items[int(number)] = shallow_copy(entered)
        own[id(entered)] = entered
    return entered


def _remove(target: Dataset, keyword: str, own: _Own) -> None:
    """Remove an attribute; signatures also from the items of every sequence (PS3.3 section C.12.1.1.3)."""
    tag = _tag(keyword)
    if tag in target:
        del target[tag]
    if keyword in SIGNATURES:
        for outer, items in list(sequences(target)):
            for number in [n for n, item in enumerate(items) if holds(item, tag)]:
                _remove(_enter(target, f"{outer:08X}[{number}]", own), keyword, own)


def _append(target: Dataset, keyword: str, item: Value | None) -> None:
    tag = _tag(keyword)
    # Access decodes the sequence but not what its items hold: their raw values are written as they were.
    old = list(target[tag].value or ()) if tag in target else []
    target[tag] = DataElement(tag, "SQ", Sequence([*old, _item(item, target)]))


def _item(pairs: Any, parent: Dataset) -> Dataset:
    item = Dataset()
    for keyword, value in pairs:
        item[_tag(keyword)] = _element(keyword, value, parent)
    return item


def _element(keyword: str, value: Any, parent: Dataset) -> DataElement | RawDataElement:
    if isinstance(value, (DataElement, RawDataElement)):
        return value
    tag = _tag(keyword)
    vr = dictionary_VR(tag)
    if vr == "US or SS":
        vr = "SS" if parent.get("PixelRepresentation") == 1 else "US"
    if vr == "SQ":
        return DataElement(tag, "SQ", Sequence([_item(value, parent)] if value else []))
    if " or " in vr:
        vr = "OW"
    if isinstance(value, tuple):
        return _raw(tag, vr, "\\".join(value).encode("ascii", "replace"))
    if isinstance(value, bytes) and vr == "ST":
        return _raw(tag, vr, value)
    if isinstance(value, str) and vr in STR_VR and value.isascii():
        return _raw(tag, vr, value.encode())
    return DataElement(tag, vr, value)


def _raw(tag: BaseTag, vr: str, text: bytes) -> RawDataElement:
    """Return text with exactly its own bytes: pydicom would rewrite numbers, and what it cannot decode.

    Padded to even length: PS3.5 section 6.2.
    """
    text += (b"\0" if vr == "UI" else b" ") * (len(text) % 2)
    return RawDataElement(tag, vr, len(text), text, 0, is_implicit_VR=False, is_little_endian=True)
