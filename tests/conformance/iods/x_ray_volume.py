"""Volumes from X-ray projections (PS3.3 annex A.53, A.54)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.groups import ENHANCED, ORIENTATION, PIXEL_MEASURES, VIEW, VOI, anatomy, rescale, stack
from iods.modules import BASE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(12, frames=2)

SOURCE: Values = {
    "ReferencedSOPClassUID": f"{_CLASS}.12.1.1",
    "ReferencedSOPInstanceUID": uid("projection"),
}

_TYPE = ["DERIVED", "PRIMARY", "VOLUME", "NONE"]

XRAY_3D: Values = {
    **ENHANCED,
    **VIEW,
    "PatientPosition": None,
    "ImageType": _TYPE,
    "ContentQualification": "RESEARCH",
    "PresentationLUTShape": "IDENTITY",
}

XRAY_3D_SHARED: Values = {
    **PIXEL_MEASURES,
    **ORIENTATION,
    **VOI,
}

XRAY_3D_TYPE: Values = {"XRay3DFrameTypeSequence": [{"FrameType": _TYPE, **VIEW, "ReconstructionIndex": 1}]}

DERIVED: Values = {
    "DerivationImageSequence": [
        {
            "DerivationCodeSequence": code("113072", "DCM", "Multiplanar reformatting"),
            "SourceImageSequence": [
                {
                    **SOURCE,
                    "PurposeOfReferenceCodeSequence": code(
                        "121322", "DCM", "Source image for image processing operation"
                    ),
                }
            ],
        }
    ]
}

_CONTRIBUTING: Values = {
    "Manufacturer": "none",
    "ManufacturerModelName": "none",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "1",
    "ContributingSOPInstancesReferenceSequence": [
        {
            "StudyInstanceUID": uid("study"),
            "ReferencedSeriesSequence": [
                {
                    "SeriesInstanceUID": uid("projections"),
                    "SeriesNumber": 2,
                    "ReferencedInstanceSequence": [{**SOURCE, "InstanceNumber": 1}],
                }
            ],
        }
    ],
    "AcquisitionProtocolName": "ROTATION",
    "Rows": 64,
    "Columns": 64,
    "BitsStored": 12,
    "LossyImageCompression": "01",
    "LossyImageCompressionRatio": "5",
    "LossyImageCompressionMethod": "ISO_10918_1",
}

RECONSTRUCTION: Values = {
    "XRay3DReconstructionSequence": [
        {
            "ReconstructionDescription": "filtered",
            "ApplicationName": "none",
            "ApplicationVersion": "1",
            "ApplicationManufacturer": "none",
            "AlgorithmType": "FILTER_BACK_PROJ",
            "AcquisitionIndex": [1],
        }
    ]
}

_ANGIO: Values = {"Modality": "XA", **RECONSTRUCTION, "ContributingSourcesSequence": [_CONTRIBUTING]}

_CRANIO: Values = {"Modality": "DX", **RECONSTRUCTION}

SPECIMENS = (
    Specimen(
        "X-Ray 3D Angiographic Image",
        f"{_CLASS}.13.1.1",
        _GREY,
        (BASE, XRAY_3D, _ANGIO),
        shared={**XRAY_3D_SHARED, **XRAY_3D_TYPE, **DERIVED, **rescale(), **anatomy("80891009", "Heart")},
        per_frame=stack(2),
    ),
    Specimen(
        "X-Ray 3D Craniofacial Image",
        f"{_CLASS}.13.1.2",
        _GREY,
        (BASE, XRAY_3D, _CRANIO),
        shared={**XRAY_3D_SHARED, **XRAY_3D_TYPE, **DERIVED, **rescale(), **anatomy("69536005", "Head")},
        per_frame=stack(2),
    ),
)
