"""General Equipment, PS3.3 section C.7.5.1."""

from __future__ import annotations

EQUIPMENT = (
    "Manufacturer",
    "InstitutionName",
    "InstitutionAddress",
    "StationName",
    "InstitutionalDepartmentName",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "SoftwareVersions",
    "DeviceUID",
    "SpatialResolution",
    "DateOfLastCalibration",
    "TimeOfLastCalibration",
    "DateOfManufacture",
    "DateOfInstallation",
)
"""Attributes that a Contributing Equipment item can hold as well (PS3.3 section C.12.1.1.5)."""
