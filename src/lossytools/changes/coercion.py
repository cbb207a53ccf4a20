"""What an object says of references that were changed in it, its UID staying (PS3.3 section C.12.1.1.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes.change import Change, append
from lossytools.changes.identity import NAME, zone_of
from lossytools.changes.record import code_item
from lossytools.standard.codes import MODIFYING_EQUIPMENT

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
    yield append(
        "ContributingEquipmentSequence",
        (
            ("PurposeOfReferenceCodeSequence", code_item(MODIFYING_EQUIPMENT)),
            ("Manufacturer", NAME),
            ("ManufacturerModelName", NAME),
            ("SoftwareVersions", __version__),
            ("ContributionDateTime", stamp),
            ("ContributionDescription", "References to compressed images changed to their new instances"),
        ),
        "PS3.3 C.12.1.1.5: equipment that changed references",
    )
