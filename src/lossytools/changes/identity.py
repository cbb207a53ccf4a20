"""Who made the object and when: UID, creation, equipment, signatures (PS3.3 sections C.12.1 and C.7.5.1)."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from pydicom.multival import MultiValue

from lossytools.changes.change import SIGNATURES, Change, Item, Value, append, remove
from lossytools.changes.record import code_item
from lossytools.elements import holds
from lossytools.standard.codes import ACQUISITION_EQUIPMENT, PROCESSING_EQUIPMENT
from lossytools.standard.equipment import EQUIPMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step

NAME = "lossytools"
_SOURCE_ONLY = (
    "InstitutionalDepartmentTypeCodeSequence",
    "ManufacturerDeviceClassUID",
    "GantryID",
    "UDISequence",
)
"""Attributes of General Equipment that describe the source's equipment and have no place in the item."""
_OWN = ("Manufacturer", "ManufacturerModelName", "SoftwareVersions")
_REPLACED = (*_OWN, "DeviceSerialNumber")


def identity_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield the new UID, when it was given, and which equipment took part."""
    yield Change("SOPInstanceUID", step.uid, "PS3.3 C.7.6.1.1.5: a lossy copy is a new instance")
    now = step.now.astimezone(zone_of(image, step.now))
    created = "PS3.3 C.12.1: when the SOP Instance UID was given"
    yield Change("InstanceCreationDate", now.strftime("%Y%m%d"), created)
    yield Change("InstanceCreationTime", now.strftime("%H%M%S.%f"), created)
    if "InstanceCreatorUID" in image:
        yield remove(
            "InstanceCreatorUID", "PS3.3 C.12.1: the creator of the source did not create this instance"
        )
    if step.series_uid is not None:
        yield from _own_series(image, step.series_uid, step.version)
    yield append(
        "ContributingEquipmentSequence",
        _contribution(step, now),
        "PS3.3 C.12.1.1.5: equipment that changed the image",
    )
    yield from _revoked(image)


def zone_of(image: Dataset, now: datetime) -> timezone:
    """Return the zone of Timezone Offset From UTC (0008,0201), that of `now` without a sensible one."""
    found = re.fullmatch(r"([+-])(\d\d)([0-5]\d)", str(image.get("TimezoneOffsetFromUTC") or "").strip())
    if found is None:
        return timezone(now.utcoffset() or timedelta())
    minutes = int(found[2]) % 24 * 60 + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _contribution(step: Step, now: datetime) -> Item:
    return (
        ("PurposeOfReferenceCodeSequence", code_item(PROCESSING_EQUIPMENT)),
        ("Manufacturer", NAME),
        ("ManufacturerModelName", NAME),
        ("SoftwareVersions", step.version),
        ("ContributionDateTime", now.strftime("%Y%m%d%H%M%S.%f%z")),
        ("ContributionDescription", f"Lossy compression with {step.codec}"),
    )


def _own_series(image: Dataset, series_uid: str, version: str) -> Iterator[Change]:
    """Yield the strict model: a series of this equipment, the source's equipment a contributor."""
    because = "PS3.3 A.1.2.3 c: all instances of a series are made by one equipment"
    yield Change("SeriesInstanceUID", series_uid, because)
    yield append(
        "ContributingEquipmentSequence",
        _former_equipment(image),
        "PS3.3 C.12.1.1.5: the equipment of the source",
    )
    for keyword in (*EQUIPMENT, *_SOURCE_ONLY):
        if keyword in image and keyword not in _REPLACED:
            yield remove(keyword, because)
    for keyword, value in zip(_OWN, (NAME, NAME, version), strict=True):
        yield Change(keyword, value, because)
    if "DeviceSerialNumber" in image:
        # Of Type 1 in Enhanced General Equipment (C.7.5.2); a program has no number but its version.
        yield Change("DeviceSerialNumber", version, because)


def _former_equipment(image: Dataset) -> Item:
    """Return the source's equipment: it acquired the image, or processed one that was derived already."""
    derived = str((image.get("ImageType") or [""])[0]) == "DERIVED"
    purpose = PROCESSING_EQUIPMENT if derived else ACQUISITION_EQUIPMENT
    pairs: list[tuple[str, Value]] = [("PurposeOfReferenceCodeSequence", code_item(purpose))]
    if not image.get("Manufacturer"):
        pairs.append(("Manufacturer", "unknown"))
    for keyword in EQUIPMENT:
        value = image.get(keyword)
        if value:
            pairs.append(
                (keyword, "\\".join(map(str, value)) if isinstance(value, MultiValue) else str(value))
            )
    return tuple(pairs)


def signature_changes(image: Dataset) -> Iterator[Change]:
    """Yield the removal of signatures: they sign bytes, fragments among them, that have changed."""
    for keyword in SIGNATURES:
        change = remove(keyword, "PS3.3 C.12.1.1.3: signs bytes that have changed")
        if holds(image, change.tag):
            yield change


def _revoked(image: Dataset) -> Iterator[Change]:
    """Yield what no longer holds of changed pixels: signatures, and the authorisation of the original."""
    yield from signature_changes(image)
    if image.get("SOPInstanceStatus") in {"AO", "AC"}:
        because = "PS3.3 C.12.1: a lossy copy is no authorised original"
        for keyword in (
            "SOPInstanceStatus",
            "SOPAuthorizationDateTime",
            "SOPAuthorizationComment",
            "AuthorizationEquipmentCertificationNumber",
        ):
            if keyword in image:
                yield remove(keyword, because)
