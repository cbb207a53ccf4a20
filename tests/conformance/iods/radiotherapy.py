"""Enhanced RT images (PS3.3 annex A.86)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.groups import ENHANCED, PIXEL_MEASURES, stack
from iods.modules import BASE, DATE, TIME

_CLASS = "1.2.840.10008.5.1.4.1.1"

_MATRIX = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]

_DEVICE: Values = {
    "Manufacturer": "lossytools",
    "ManufacturerModelName": "",
    "ManufacturerModelVersion": "",
    "DeviceSerialNumber": "",
    "SoftwareVersions": "",
    "ManufacturerDeviceIdentifier": "",
    "DeviceAlternateIdentifier": "",
    "DeviceLabel": "1",
    "DeviceTypeCodeSequence": code("130361", "DCM", "Megavoltage imager"),
    "DeviceIndex": 1,
}

_RT: Values = {
    **ENHANCED,
    "Modality": "RTIMAGE",
    "PatientPosition": None,
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "EntityLongLabel": "portal",
    "ExposureTimeInuS": "",
    "InstanceCreationDate": DATE,
    "InstanceCreationTime": TIME,
    "AuthorIdentificationSequence": [],
    "EquipmentFrameOfReferenceUID": uid("equipment"),
    "BeamModifierCoordinatesPresenceFlag": "NO",
    "NumberOfAcquisitionDevices": 1,
    "AcquisitionDeviceSequence": [_DEVICE],
    "NumberOfPatientSupportDevices": 0,
    "PatientOrientationCodeSequence": [
        {
            **code("102538003", "SCT", "recumbent")[0],
            "PatientOrientationModifierCodeSequence": code("40199007", "SCT", "supine"),
        }
    ],
    "PatientEquipmentRelationshipCodeSequence": code("102540008", "SCT", "headfirst"),
    "ReferencedSeriesSequence": [
        {
            "SeriesInstanceUID": uid("plans"),
            "ReferencedInstanceSequence": [
                {
                    "ReferencedSOPClassUID": f"{_CLASS}.481.12",
                    "ReferencedSOPInstanceUID": uid("radiation set"),
                }
            ],
        }
    ],
}

_RT_SHARED: Values = {
    **PIXEL_MEASURES,
    "RTImageFrameGeneralContentSequence": [{"FrameType": ["ORIGINAL", "PRIMARY"]}],
    "RTImageFrameContextSequence": [
        {"RTImageScopeSequence": code("130363", "DCM", "Acquisition during treatment session")}
    ],
    "RTImageFrameImagingDevicePositionSequence": [
        {
            name: [
                {
                    "ReferencedDeviceIndex": 1,
                    "DevicePositionToEquipmentMappingMatrix": _MATRIX,
                    "DevicePositionParameterSequence": [],
                }
            ]
            for name in ("ImagingSourcePositionSequence", "ImageReceptorPositionSequence")
        }
    ],
}

SPECIMENS = (
    Specimen(
        "Enhanced RT Image",
        f"{_CLASS}.481.23",
        Form(16, frames=2),
        (BASE, _RT),
        shared=_RT_SHARED,
        per_frame=stack(2),
    ),
    Specimen(
        "Enhanced Continuous RT Image",
        f"{_CLASS}.481.24",
        Form(16, frames=2),
        (BASE, _RT, {"DimensionIndexSequence": None, "DimensionOrganizationSequence": None}),
        shared=_RT_SHARED,
    ),
)
