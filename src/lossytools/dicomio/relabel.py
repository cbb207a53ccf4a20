"""Bring a data set to Explicit VR Little Endian without touching a value.

pydicom re-encodes every value when the encoding changes: text is decoded and encoded again, trailing
padding goes, odd values are lost. Here only the label changes, and for big endian the byte order
(PS3.5 sections 6.2, 7.1 and A.4).
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from pydicom.datadict import dictionary_has_tag, dictionary_VR, private_dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.sequence import Sequence
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

from lossytools.elements import raw_data_set, the_tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag

_WORD_BYTES = {
    **dict.fromkeys(("US", "SS", "OW", "AT"), 2),
    **dict.fromkeys(("UL", "SL", "FL", "OF", "OL"), 4),
    **dict.fromkeys(("FD", "OD", "SV", "UV", "OV"), 8),
}
_VRS = frozenset(map(str, EXPLICIT_VR_LENGTH_16 | EXPLICIT_VR_LENGTH_32))
_SHORT_LIMIT = 65534  # bytes: longer values of a VR with a 16-bit length become UN (PS3.5 section 6.2.2)


def to_explicit_little_endian(data_set: Dataset, parents: tuple[Dataset, ...] = ()) -> Dataset:
    """Return a new data set whose elements are labelled for Explicit VR Little Endian, values untouched.

    Sequences are opened only where the label of an element inside has to change. Group Length
    elements stay, for an audit to see; pydicom does not write them (PS3.5 section 7.2).
    """
    chain = (data_set, *parents)
    elements = sorted(data_set.items(), key=itemgetter(0))
    return raw_data_set({the_tag(int(tag)): _relabel(element, chain) for tag, element in elements}, data_set)


def _relabel(
    element: DataElement | RawDataElement, chain: tuple[Dataset, ...]
) -> DataElement | RawDataElement:
    if isinstance(element, RawDataElement):
        if not element.is_implicit_VR and element.is_little_endian and element.VR:
            return element
        vr = element.VR or vr_of(element.tag, chain)
        if vr != "SQ":
            return _raw(element, vr)
        element = convert_raw_data_element(element._replace(VR="SQ"), ds=chain[0])
    if element.VR != "SQ":
        return element
    items = Sequence([to_explicit_little_endian(item, chain) for item in element.value])
    copy = DataElement(element.tag, "SQ", items)
    copy.is_undefined_length = element.is_undefined_length
    return copy


def _raw(element: RawDataElement, vr: str) -> RawDataElement:
    value = element.value or b""
    if not element.is_little_endian and vr in _WORD_BYTES:
        size = _WORD_BYTES[vr]
        whole = len(value) - len(value) % size
        value = np.frombuffer(value[:whole], f">u{size}").byteswap().tobytes() + value[whole:]
    if vr not in EXPLICIT_VR_LENGTH_32 and len(value) > _SHORT_LIMIT:
        vr = "UN"
    return RawDataElement(element.tag, vr, len(value), value, element.value_tell, False, True)


def vr_of(tag: BaseTag, chain: tuple[Dataset, ...]) -> str:
    """Return the VR of a tag that came without one; "UN" where no dictionary knows it.

    chain: the data set that holds it, then its parents: private creators and Pixel Representation
    are looked up there.
    """
    if tag.is_private_creator:
        return "LO"
    try:
        if tag.is_private:
            creator = chain[0].get(tag.group << 16 | tag.element >> 8)
            vr = private_dictionary_VR(tag, creator.value) if creator is not None else "UN"
        else:
            vr = dictionary_VR(tag)
    except (KeyError, AttributeError, TypeError):
        return "UN"
    return _settle(vr, tag, chain)


def _settle(vr: str, tag: BaseTag, chain: tuple[Dataset, ...]) -> str:
    """Return the one VR of those a dictionary offers (PS3.6 section 6, PS3.3 sections C.7.6.3 and C.11)."""
    if " or " not in vr:
        return vr
    if "OW" in vr:
        element = chain[0].get_item(tag)
        single = vr == "US or OW" and isinstance(element, RawDataElement) and element.length <= 2  # noqa: PLR2004
        return "US" if single else "OW"
    signed = next((d.PixelRepresentation for d in chain if d.get("PixelRepresentation") is not None), 0)
    return "SS" if signed == 1 else "US"


def with_known_sequences(data_set: Dataset, wanted: Callable[[bytes], bool]) -> Dataset:
    """Return a data set whose public sequences that came as UN are sequences, if their bytes are `wanted`.

    Gateways that do not know a tag write UN (PS3.5 section 6.2.2); what lies in it may be in Implicit or in
    Explicit VR, which its first element tells. The data set itself where there are none.
    """
    found = {}
    for tag, element in data_set.items():
        if isinstance(element, RawDataElement) and element.VR == "UN" and not tag.is_private:
            value = element.value or b""
            if wanted(value) and dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ":
                found[tag] = _as_sequence(element, value, data_set)
    if not found:
        return data_set
    return raw_data_set({**dict(data_set.items()), **found}, data_set)


def _as_sequence(element: RawDataElement, value: bytes, holder: Dataset) -> DataElement:
    # An item's tag and length, then the tag of its first element; a VR follows where it is explicit.
    implicit = value[12:14].decode("latin-1") not in _VRS
    known = element._replace(VR="SQ", is_implicit_VR=implicit)
    sequence = convert_raw_data_element(known, ds=holder)
    items = Sequence([to_explicit_little_endian(item, (holder,)) for item in sequence.value])
    return DataElement(element.tag, "SQ", items)
