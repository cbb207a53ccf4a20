"""Strings that must not be seen outside the objects: one in every text attribute, each with its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydicom.datadict import tag_for_keyword

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

_TEXT = {"PN", "LO", "SH", "ST", "LT", "UT", "UC"}
# What a program has to understand; the meaning of a code may be anything.
_MEANT = {
    tag_for_keyword(keyword)
    for keyword in ("CodeValue", "CodingSchemeDesignator", "TimezoneOffsetFromUTC", "CodingSchemeVersion")
}
_PLANTED = (
    "AdditionalPatientHistory",
    "AdmittingDiagnosesDescription",
    "ClinicalTrialSubjectID",
    "DerivationDescription",
    "EthnicGroup",
    "ImageComments",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
    "InstitutionName",
    "IssuerOfPatientID",
    "NameOfPhysiciansReadingStudy",
    "Occupation",
    "OperatorsName",
    "OtherPatientIDs",
    "PatientAddress",
    "PatientComments",
    "PatientTelephoneNumbers",
    "PerformedProcedureStepDescription",
    "PerformingPhysicianName",
    "ProtocolName",
    "RequestedProcedureDescription",
    "RequestingPhysician",
    "StationName",
)
_FOUND = re.compile(rb"CANARY[0-9]{0,5}")
_WIDE = re.compile(rb"C\0A\0N\0A\0R\0Y\0")


def plant(dataset: Dataset, numbers: Iterator[int]) -> None:
    """Put a string of its own into every text attribute, at any depth, and add some that were absent."""
    for keyword in _PLANTED:
        setattr(dataset, keyword, "")
    block = dataset.private_block(0x0011, f"CANARY{next(numbers):05}", create=True)
    block.add_new(0x01, "LO", "")
    _plant_below(dataset, numbers)


def _plant_below(dataset: Dataset, numbers: Iterator[int]) -> None:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                _plant_below(item, numbers)
        creator = element.tag.is_private_creator
        if element.VR in _TEXT and element.tag not in _MEANT and not creator:
            element.value = f"CANARY{next(numbers):05}"


def canaries_in(data: bytes) -> set[str]:
    """Return the canaries that bytes hold; one in UTF-16 counts as `CANARY`."""
    wide = {"CANARY in UTF-16"} if _WIDE.search(data) else set()
    return {found.decode() for found in _FOUND.findall(data)} | wide
