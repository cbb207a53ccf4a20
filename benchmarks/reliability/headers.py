"""What every generated object has: patient, study, series, equipment, file meta information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from reliability.naming import make_uid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reliability.naming import Named

_IMPLICIT_EVERY = 5


def header_of(named: Named, modality: str) -> Dataset:
    """Return the modules that images and documents share; every fifth object is Implicit VR."""
    header = Dataset()
    header.file_meta = FileMetaDataset()
    implicit = named.uid_number % _IMPLICIT_EVERY == 0
    header.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    header.file_meta.ImplementationClassUID = make_uid("implementation")
    header.SpecificCharacterSet = "ISO_IR 192"
    header.SOPClassUID, header.SOPInstanceUID = UID(named.sop_class), named.uid
    header.StudyInstanceUID, header.SeriesInstanceUID = named.study_uid, named.series_uid
    day = f"202401{1 + named.study % 28:02}"
    header.StudyDate = header.SeriesDate = header.ContentDate = day
    header.StudyTime = header.SeriesTime = header.ContentTime = "101500"
    header.AccessionNumber, header.StudyID = f"A{named.study:05}", str(named.study)
    header.PatientName, header.PatientID = f"Trial^Paula{named.patient}", f"P{named.patient:04}"
    header.PatientBirthDate, header.PatientSex, header.ReferringPhysicianName = "19500101", "O", ""
    header.Modality, header.Manufacturer = modality, "lossytools"
    header.ManufacturerModelName, header.DeviceSerialNumber, header.SoftwareVersions = "trials", "0", "1"
    header.StudyDescription, header.SeriesDescription = "Écho de contrôle", f"Serie {named.kind}"
    if modality not in {"KO", "SR"}:
        header.Laterality = ""
    header.SeriesNumber, header.InstanceNumber = _series_number(named), str(named.index + 1)
    return header


def _series_number(named: Named) -> str:
    return str(1 + sum(named.kind.encode()) % 90)


def reference(named: Named) -> Dataset:
    """Return an item of SOP class and instance (PS3.3 table 10-11)."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = UID(named.sop_class), named.uid
    return item


def code(value: str, scheme: str, meaning: str) -> Sequence:
    """Return a sequence of one coded concept (PS3.3 section 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def by_series(references: Iterable[Named], instances: str) -> Sequence:
    """Return items of Referenced Series Sequence; `instances` is the keyword of the list in each."""
    sorted_in: dict[UID, list[Named]] = {}
    for each in references:
        sorted_in.setdefault(each.series_uid, []).append(each)
    items = []
    for series, members in sorted_in.items():
        item = Dataset()
        item.SeriesInstanceUID = series
        setattr(item, instances, Sequence(map(reference, members)))
        items.append(item)
    return Sequence(items)


def by_study(references: Iterable[Named]) -> Sequence:
    """Return items of an evidence sequence (PS3.3 table C.17-3)."""
    sorted_in: dict[UID, list[Named]] = {}
    for each in references:
        sorted_in.setdefault(each.study_uid, []).append(each)
    items = []
    for study, members in sorted_in.items():
        item = Dataset()
        item.StudyInstanceUID = study
        item.ReferencedSeriesSequence = by_series(members, "ReferencedSOPSequence")
        items.append(item)
    return Sequence(items)
