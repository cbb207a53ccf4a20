"""What an object says of references that were changed in it: the same instance, or one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes.change import Change, Item, append, remove
from lossytools.changes.identity import NAME, signature_changes, zone_of
from lossytools.changes.record import code_item
from lossytools.changes.references import reference
from lossytools.standard.codes import MODIFYING_EQUIPMENT, PROCESSING_EQUIPMENT, Code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydicom.dataset import Dataset


def coercion_changes(before: Dataset, after: Dataset, now: datetime) -> Iterator[Change]:
    """Yield the record of a coercion: the sequences as they were, when, by what, and why.

    before, after: the elements without and with the new references. Nothing where they are the same.
    """
    changed = [tag for tag in after.keys() if after.get_item(tag) is not before.get_item(tag)]  # noqa: SIM118
    if not changed:
        return
    time = now.astimezone(zone_of(before, now))
    stamp = time.strftime("%Y%m%d%H%M%S.%f%z")
    yield append(
        "OriginalAttributesSequence",
        (
            ("ModifiedAttributesSequence", tuple((f"{tag:08X}", before.get_item(tag)) for tag in changed)),
            ("AttributeModificationDateTime", stamp),
            ("ModifyingSystem", f"{NAME} {__version__}"),
            ("SourceOfPreviousValues", ""),
            ("ReasonForTheAttributeModification", "COERCE"),
        ),
        "PS3.3 C.12.1.1.9: references coerced to the instances that replace the ones named",
    )
    yield _contribution(MODIFYING_EQUIPMENT, stamp)


def succession_changes(before: Dataset, new_uid: str, now: datetime) -> Iterator[Change]:
    """Yield what makes an object with other references an instance of its own beside the old one.

    An SR document names the one it took over as its predecessor (PS3.3 section C.17.2).
    """
    time = now.astimezone(zone_of(before, now))
    because = "PS3.3 C.12.1: an instance of its own"
    yield Change("SOPInstanceUID", new_uid, because)
    yield Change("InstanceCreationDate", time.strftime("%Y%m%d"), because)
    yield Change("InstanceCreationTime", time.strftime("%H%M%S.%f"), because)
    if "InstanceCreatorUID" in before:
        yield remove("InstanceCreatorUID", because)
    yield from signature_changes(before)
    if "CompletionFlag" in before:  # SR Document General, which key objects do not have
        yield append("PredecessorDocumentsSequence", _predecessor(before), "PS3.3 C.17.2: content of another")
    yield _contribution(PROCESSING_EQUIPMENT, time.strftime("%Y%m%d%H%M%S.%f%z"))


def _predecessor(document: Dataset) -> Item:
    """Return the item that names a document (PS3.3 table C.17-3, Hierarchical SOP Instance Reference)."""
    series: Item = (
        ("SeriesInstanceUID", str(document.get("SeriesInstanceUID", ""))),
        ("ReferencedSOPSequence", reference(document)),
    )
    return (
        ("StudyInstanceUID", str(document.get("StudyInstanceUID", ""))),
        ("ReferencedSeriesSequence", series),
    )


def _contribution(purpose: Code, stamp: str) -> Change:
    return append(
        "ContributingEquipmentSequence",
        (
            ("PurposeOfReferenceCodeSequence", code_item(purpose)),
            ("Manufacturer", NAME),
            ("ManufacturerModelName", NAME),
            ("SoftwareVersions", __version__),
            ("ContributionDateTime", stamp),
            ("ContributionDescription", "References to compressed images changed to their new instances"),
        ),
        "PS3.3 C.12.1.1.5: equipment that changed references",
    )
