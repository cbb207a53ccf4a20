"""Who made the object and when: UID, creation, equipment, signatures (PS3.3 sections C.12.1 and C.7.5.1)."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from lossytools.changes.change import SIGNATURES, Change, Item, append, remove
from lossytools.changes.record import code_item
from lossytools.standard.codes import ACQUISITION_EQUIPMENT, PROCESSING_EQUIPMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step

NAME = "lossytools"
_EQUIPMENT = (
    "Manufacturer",
    "InstitutionName",
    "InstitutionAddress",
    "StationName",
    "InstitutionalDepartmentName",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "SoftwareVersions",
)
"""Attributes of General Equipment that a Contributing Equipment item can take over (Table C.12-1)."""


def identity_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield the new UID, when it was given, and which equipment took part."""
    yield Change("SOPInstanceUID", step.uid, "PS3.3 C.7.6.1.1.5: a lossy copy is a new instance")
    now = step.now.astimezone(_zone(image, step.now))
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


def _zone(image: Dataset, now: datetime) -> timezone:
    """Return the zone of Timezone Offset From UTC (0008,0201), that of `now` without a sensible one."""
    text = str(image.get("TimezoneOffsetFromUTC") or "").strip()
    try:
        minutes = int(text[1:3]) * 60 + int(text[3:5])
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    except (ValueError, IndexError):
        return timezone(now.utcoffset() or timedelta())


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
    taken = tuple(
        (k, str(image[k].value)) for k in _EQUIPMENT if image.get(k) and isinstance(image.get(k), str)
    )
    if not any(keyword == "Manufacturer" for keyword, _ in taken):
        taken = (("Manufacturer", "unknown"), *taken)
    item: Item = (("PurposeOfReferenceCodeSequence", code_item(ACQUISITION_EQUIPMENT)), *taken)
    yield Change("SeriesInstanceUID", series_uid, because)
    yield append("ContributingEquipmentSequence", item, "PS3.3 C.12.1.1.5: the equipment of the source")
    for keyword in _EQUIPMENT:
        if keyword in image and keyword not in {"Manufacturer", "ManufacturerModelName", "SoftwareVersions"}:
            yield remove(keyword, because)
    yield Change("Manufacturer", NAME, because)
    yield Change("ManufacturerModelName", NAME, because)
    yield Change("SoftwareVersions", version, because)


def _revoked(image: Dataset) -> Iterator[Change]:
    """Yield what no longer holds of changed pixels: signatures, and the authorisation of the original."""
    present = {element.tag for element in image.iterall()} if _nested(image) else set(image.keys())
    for change in (remove(k, "PS3.3 C.12.1.1.3: signs bytes that have changed") for k in SIGNATURES):
        if change.tag in present:
            yield change
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


def _nested(image: Dataset) -> bool:
    return any(element.VR == "SQ" for element in image)
