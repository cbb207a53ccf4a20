"""What a header says of the images it was derived from, enhanced objects too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.history import stored_values
from lossytools.rules.attributes import changed, codes, items, pairs_of, text
from lossytools.standard.codes import LOSSY_COMPRESSION, LOSSY_PREDECESSOR, UNCOMPRESSED_PREDECESSOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence

PREDECESSOR = pairs_of(UNCOMPRESSED_PREDECESSOR, LOSSY_PREDECESSOR)
_LOSSY = pairs_of(LOSSY_COMPRESSION)
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def derivations(image: Dataset) -> Iterator[Dataset]:
    """Yield the data sets that tell of a derivation: the image, the items of its Derivation Image groups."""
    yield image
    for groups in _GROUPS:
        for group in items(image, groups):
            yield from items(group, "DerivationImageSequence")


def gathered(image: Dataset, keyword: str) -> Iterator[Dataset]:
    """Yield the items of a sequence at top level and inside Derivation Image functional groups."""
    for derivation in derivations(image):
        yield from items(derivation, keyword)


def source_purposes(image: Dataset) -> set[tuple[str, str]]:
    """Return the purposes of all references to source images, as (Code Value, Coding Scheme Designator)."""
    return {
        purpose
        for item in gathered(image, "SourceImageSequence")
        for purpose in codes(item, "PurposeOfReferenceCodeSequence")
    }


def has_lossy_code(image: Dataset) -> bool:
    """Return whether a derivation code says lossy compression, (113040, DCM)."""
    found = gathered(image, "DerivationCodeSequence")
    return any((text(item, "CodeValue"), text(item, "CodingSchemeDesignator")) in _LOSSY for item in found)


def names_predecessor(image: Dataset) -> bool:
    """Return whether a source item is a compression's predecessor, or gives no purpose at all."""
    for item in gathered(image, "SourceImageSequence"):
        purposes = codes(item, "PurposeOfReferenceCodeSequence")
        if not purposes or PREDECESSOR & set(purposes):
            return True
    return False


def claims_compression(image: Dataset) -> bool:
    """Return whether a code says that this is a compressed version of another image: 113040, or a purpose."""
    return has_lossy_code(image) or bool(PREDECESSOR & source_purposes(image))


def is_derived(image: Dataset) -> bool:
    """Return whether Image Type value 1 is DERIVED, or MIXED as enhanced objects have it."""
    return text(image, "ImageType") in {"DERIVED", "MIXED"}


def source_items(source: Evidence, derived: Evidence) -> tuple[Dataset, ...]:
    """Return the source items of the derived object that name this source."""
    uid = text(source.image, "SOPInstanceUID")
    found = gathered(derived.image, "SourceImageSequence")
    return tuple(item for item in found if text(item, "ReferencedSOPInstanceUID") == uid)


def older_sources(image: Dataset) -> tuple[str, ...]:
    """Return the SOP Instance UIDs of the top-level source items, in order."""
    found = items(image, "SourceImageSequence")
    return tuple("\\".join(stored_values(item, "ReferencedSOPInstanceUID")) for item in found)


def changed_in_groups(source: Evidence, derived: Evidence, keywords: tuple[str, ...]) -> Iterator[str]:
    """Yield what is said of functional group macros that the source has and the derived object has otherwise.

    Groups are compared item by item; how many there are is another rule's (F19). Of many frames the
    first with a fault is named.
    """
    for groups in _GROUPS:
        old, new = (items(each.image, groups) for each in (source, derived))
        for place, pair in enumerate(zip(old, new, strict=False), start=1):
            if found := changed(*pair, keywords):
                yield f"{groups}, item {place}: {', '.join(found)} not as in the source"
                break
