"""The objects that the examples of the rules speak of, built as evidence from their changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from lossytools.elements import tag_of
from lossytools.evidence import Evidence, StreamFact
from lossytools.rules.bases import DERIVED, DERIVED_UID, ENCAPSULATED, JPEG_HEADER, NATIVE_BYTES, SOURCE
from lossytools.rules.members import Record, member_of
from lossytools.standard.transfer_syntaxes import JPEG_BASELINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossytools.rules.definition import Changes, Example
    from lossytools.rules.members import Member


_RECORD = Record(1, "IMAGE", "1.dcm", True, DERIVED_UID, "", JPEG_BASELINE, (("01",), (), ()))


def evidence_of(changes: Changes | None = None) -> Evidence:
    """Return the good derived object with `changes`: US cine, three frames of baseline JPEG.

    Keys: a keyword of the data set ("Rows"; a value of None removes it), "meta__" and a keyword,
    "stream__" and a field of the first StreamHeader, "encapsulation__" and a field of
    Encapsulation, "implicit" for the encoding of the data set, or a field of Evidence. Text is
    stored as read from a file, unparsed; sequences are lists of such mappings.
    """
    base = Evidence("derived", bytes(128), FileMetaDataset(), Dataset(), **ENCAPSULATED)
    return _changed(replace(base, streams=(StreamFact(1, 3, JPEG_HEADER),)), DERIVED | dict(changes or {}))


def source_of(changes: Changes | None = None) -> Evidence:
    """Return the good source with `changes`, in the keys of `evidence_of`: native RGB, never lossy."""
    base = Evidence("source", bytes(128), FileMetaDataset(), Dataset(), pixel_length=NATIVE_BYTES)
    return _changed(base, SOURCE | dict(changes or {}))


def example_pair(example: Example) -> tuple[Evidence, Evidence]:
    """Return source and derived object of an example."""
    return source_of(example.source), evidence_of(example.derived)


def members_of(example: Example) -> tuple[Member, ...]:
    """Return the objects of an example of a set.

    Keys: those of `evidence_of`; "member__" and a field of Member; "record__" and a field of Record for a
    DICOMDIR with one record, which names the first object. Their names are 1.dcm, 2.dcm and so on.
    """
    return tuple(_member(f"{number}.dcm", changes) for number, changes in enumerate(example.group, start=1))


def _member(name: str, changes: Changes) -> Member:
    member = member_of(evidence_of({"name": name} | dict(changes)))
    member = replace(member, **_under("member__", changes))
    fields = _under("record__", changes)
    directory = replace(member, uid="", predecessors=(), records=(replace(_RECORD, **fields),))
    return directory if fields else member


def dataset_of(attributes: Mapping[str, Any]) -> Dataset:
    """Return a data set of keywords and values."""
    image = Dataset()
    _fill(image, attributes)
    return image


def _changed(base: Evidence, changes: Mapping[str, Any]) -> Evidence:
    keywords = {key: value for key, value in changes.items() if key[0].isupper()}
    _fill(base.image, keywords)
    _fill(base.meta, _under("meta__", changes))
    if "implicit" in changes:
        base.image.set_original_encoding(changes["implicit"], True, None)
    own = {key: value for key, value in changes.items() if key in Evidence.__dataclass_fields__}
    result = replace(base, **own)
    if (fields := _under("encapsulation__", changes)) and result.encapsulation is not None:
        result = replace(result, encapsulation=replace(result.encapsulation, **fields))
    return _restreamed(result, _under("stream__", changes))


def _under(prefix: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(prefix): value for key, value in changes.items() if key.startswith(prefix)}


def _restreamed(evidence: Evidence, fields: Mapping[str, Any]) -> Evidence:
    if not fields or not evidence.streams or evidence.streams[0].header is None:
        return evidence
    first = evidence.streams[0]
    changed = replace(first, header=replace(evidence.streams[0].header, **fields))
    return replace(evidence, streams=(changed, *evidence.streams[1:]))


def _fill(image: Dataset, attributes: Mapping[str, Any]) -> None:
    for keyword, value in attributes.items():
        tag = tag_of(keyword) or Tag(int(keyword.removeprefix("Tag"), 16))
        if value is not None:
            image[tag] = _element(tag, value)


def _element(tag: Any, value: Any) -> DataElement | RawDataElement:
    """Return an element: text as it lies in a file, items as a sequence, numbers converted."""
    vr = "UL" if tag.element == 0 else dictionary_VR(tag)
    if vr == "SQ":
        return DataElement(tag, vr, Sequence([dataset_of(item) for item in value]))
    if isinstance(value, (str, list)):
        value = (value if isinstance(value, str) else "\\".join(value)).encode("latin-1")
    if isinstance(value, bytes):
        return RawDataElement(tag, vr, len(value), value, 0, is_implicit_VR=False, is_little_endian=True)
    return DataElement(tag, vr.split()[0], value)
