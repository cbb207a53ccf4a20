"""Faults of compressing what should not be."""

from __future__ import annotations

from mutations.corrupting import Mutation, both, sets
from mutations.derivation import SOURCES, last_item

from lossytools.rules.bases import code_item
from lossytools.standard.codes import UNCOMPRESSED_PREDECESSOR


def _of_class(uid: str) -> Mutation:
    """Return the fault of an object and its source in a class that bears no loss."""
    named = sets(SOPClassUID=uid, meta__MediaStorageSOPClassUID=uid)
    return Mutation(both(named, last_item(SOURCES, ReferencedSOPClassUID=uid)), source=named)


_NOT_KNOWN = last_item(SOURCES, PurposeOfReferenceCodeSequence=[code_item(UNCOMPRESSED_PREDECESSOR)])

MUTATIONS = {
    "O01": _of_class("1.2.840.10008.5.1.4.1.1.66.4"),
    "O02": _of_class("1.2.3.99"),
    "O03": Mutation(_NOT_KNOWN, {"D14": "the source was lossy"}, base="twice"),
    "O04": Mutation(sets(PixelRepresentation=1), {"P08": "JPEG knows no sign"}, base="grey"),
}
