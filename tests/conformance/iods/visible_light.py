"""Visible light: endoscopes, microscopes, cameras, also of the eye (PS3.3 annex A.32, A.41, A.76 to A.83)."""

from __future__ import annotations

import numpy as np

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.modules import BASE, CINE, EYE, SLIDE_SPECIMEN

_CLASS = "1.2.840.10008.5.1.4.1.1.77.1"
_COLOUR, _VIDEO = Form(8, samples=3), Form(8, samples=3, frames=3)
_FUNDUS = Form(8, samples=3, multi=True)

_VL: Values = {"AcquisitionContextSequence": [], "AnatomicRegionSequence": code("39937001", "SCT", "Skin")}
_SLIDE: Values = {
    "Laterality": None,
    "FrameOfReferenceUID": uid("slide"),
    "PositionReferenceIndicator": "SLIDE_CORNER",
    "ImageCenterPointCoordinatesSequence": [
        {
            "XOffsetInSlideCoordinateSystem": "1",
            "YOffsetInSlideCoordinateSystem": "1",
            "ZOffsetInSlideCoordinateSystem": "0",
        }
    ],
}
_EYE: Values = {
    "Modality": "OP",
    "ImageType": ["ORIGINAL", "PRIMARY", "", "COLOR"],
    "PixelSpacing": ["0.01", "0.01"],
    "AnatomicRegionSequence": EYE,
    "ImageLaterality": "R",
    "PatientEyeMovementCommanded": "NO",
    "RefractiveStateSequence": [],
    "EmmetropicMagnification": [],
    "IntraOcularPressure": [],
    "Laterality": None,
    **CINE,
    "SynchronizationFrameOfReferenceUID": uid("clock"),
    "SynchronizationTrigger": "NO TRIGGER",
    "AcquisitionTimeSynchronized": "N",
    "HorizontalFieldOfView": 45.0,
    "PupilDilated": "NO",
    "AcquisitionContextSequence": [],
    "AcquisitionDeviceTypeCodeSequence": code("409898007", "SCT", "Fundus Camera"),
    "IlluminationTypeCodeSequence": [],
    "LightPathFilterTypeStackCodeSequence": [],
    "ImagePathFilterTypeStackCodeSequence": [],
    "LensesCodeSequence": [],
    "DetectorType": "CCD",
    "PatientOrientation": ["L", "F"],
}
_DERMOSCOPY: Values = {
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "RecognizableVisualFeatures": "NO",
    "LightSourcePolarization": "",
    "EmitterColorTemperature": [],
    "ContactMethod": "",
    "OpticalMagnificationFactor": [],
}
_ALGORITHM: list[Values] = [
    {
        "AlgorithmFamilyCodeSequence": code("123110", "DCM", "Artificial Intelligence"),
        "AlgorithmName": "none",
        "AlgorithmVersion": "1",
    }
]
_WIDE: Values = {
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "OphthalmicAxialLength": 24.0,
    "OphthalmicAxialLengthMethod": "MEASURED",
    "OphthalmicFOV": 200.0,
    "TransformationAlgorithmSequence": _ALGORITHM,
    "RecognizableVisualFeatures": "NO",
}
_STEREOGRAPHIC: Values = {"XCoordinatesCenterPixelViewAngle": 0.0, "YCoordinatesCenterPixelViewAngle": 0.0}
_COORDINATES: Values = {
    "TransformationMethodCodeSequence": code("111791", "DCM", "Spherical projection"),
    "TwoDimensionalToThreeDimensionalMapSequence": [
        {
            "ReferencedFrameNumber": 1,
            "NumberOfMapPoints": 2,
            "TwoDimensionalToThreeDimensionalMapData": np.arange(10, dtype="<f4").tobytes(),
        }
    ],
}
_EN_FACE: Values = {
    **dict.fromkeys(
        (
            "PixelSpacing",
            "PatientEyeMovementCommanded",
            "RefractiveStateSequence",
            "EmmetropicMagnification",
            "IntraOcularPressure",
            "HorizontalFieldOfView",
            "PupilDilated",
            "AcquisitionDeviceTypeCodeSequence",
            "IlluminationTypeCodeSequence",
            "LightPathFilterTypeStackCodeSequence",
            "ImagePathFilterTypeStackCodeSequence",
            "LensesCodeSequence",
            "DetectorType",
            "AcquisitionContextSequence",
            *CINE,
        )
    ),
    "Modality": "OPTENF",
    "ImageType": ["DERIVED", "PRIMARY", "RETINA"],
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "PixelSpacing": ["0.01", "0.01"],
    "PresentationLUTShape": "IDENTITY",
    "WindowCenter": "128",
    "WindowWidth": "256",
    "RecognizableVisualFeatures": "NO",
    "OphthalmicImageTypeCodeSequence": code("128262", "DCM", "Structural reflectance map"),
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "SourceImageSequence": [
        {
            "ReferencedSOPClassUID": f"{_CLASS}.5.4",
            "ReferencedSOPInstanceUID": uid("tomography"),
            "PurposeOfReferenceCodeSequence": code("128250", "DCM", "Structural image for image processing"),
        }
    ],
    "OphthalmicFrameLocationSequence": [
        {
            "ReferencedSOPClassUID": f"{_CLASS}.5.4",
            "ReferencedSOPInstanceUID": uid("tomography"),
            "ReferenceCoordinates": [0.0, 0.0, 63.0, 0.0],
            "OphthalmicImageOrientation": "LINEAR",
        }
    ],
    "DerivationAlgorithmSequence": _ALGORITHM,
    "ReferencedSurfaceMeshIdentificationSequence": [
        {
            "ReferencedSOPClassUID": "1.2.840.10008.5.1.4.1.1.66.5",
            "ReferencedSOPInstanceUID": uid("surface"),
            "ReferencedSurfaceNumber": 1,
            "SegmentedPropertyTypeCodeSequence": code("280677004", "SCT", "Retinal nerve fiber layer"),
            "SurfaceMeshZPixelOffset": 0,
        }
    ],
}
_MONTAGE: Values = {
    "ImageType": ["DERIVED", "PRIMARY", "MONTAGE", "COLOR"],
    "SourceImageSequence": [
        {
            "ReferencedSOPClassUID": f"{_CLASS}.5.1",
            "ReferencedSOPInstanceUID": uid(f"photograph {number}"),
            "PurposeOfReferenceCodeSequence": code(
                "121322", "DCM", "Source image for image processing operation"
            ),
        }
        for number in (1, 2)
    ],
}
_GREY_EYE: Values = {"ImageType": ["ORIGINAL", "PRIMARY", "", "REDFREE"], "PresentationLUTShape": "IDENTITY"}


def _vl(iod: str, number: str, modality: str, *groups: Values, form: Form = _COLOUR) -> Specimen:
    return Specimen(iod, f"{_CLASS}.{number}", form, (BASE, _VL, {"Modality": modality}, *groups))


SPECIMENS = (
    _vl("VL Endoscopic Image", "1", "ES"),
    _vl("VL Microscopic Image", "2", "GM"),
    _vl("VL Slide-Coordinates Microscopic Image", "3", "SM", SLIDE_SPECIMEN, _SLIDE),
    _vl("VL Photographic Image", "4", "XC"),
    _vl("Video Endoscopic Image", "1.1", "ES", CINE, form=_VIDEO),
    _vl("Video Microscopic Image", "2.1", "GM", CINE, form=_VIDEO),
    _vl("Video Photographic Image", "4.1", "XC", CINE, form=_VIDEO),
    _vl("Dermoscopic Photography Image", "7", "DMS", _DERMOSCOPY),
    Specimen("Ophthalmic Photography 8 Bit Image", f"{_CLASS}.5.1", _FUNDUS, (BASE, _EYE)),
    Specimen(
        "Ophthalmic Photography 8 Bit Image", f"{_CLASS}.5.1", _FUNDUS, (BASE, _EYE, _MONTAGE), "montage"
    ),
    Specimen(
        "Ophthalmic Photography 16 Bit Image", f"{_CLASS}.5.2", Form(16, multi=True), (BASE, _EYE, _GREY_EYE)
    ),
    Specimen(
        "Ophthalmic Photography 16 Bit Image",
        f"{_CLASS}.5.2",
        Form(16, multi=True),
        (BASE, _EYE, _GREY_EYE, _MONTAGE, {"ImageType": ["DERIVED", "PRIMARY", "MONTAGE", "REDFREE"]}),
        "montage",
    ),
    Specimen(
        "Wide Field Ophthalmic Photography Stereographic Projection Image",
        f"{_CLASS}.5.5",
        _FUNDUS,
        (BASE, _EYE, _WIDE, _STEREOGRAPHIC),
    ),
    Specimen(
        "Wide Field Ophthalmic Photography 3D Coordinates Image",
        f"{_CLASS}.5.6",
        _FUNDUS,
        (BASE, _EYE, _WIDE, _COORDINATES),
    ),
    Specimen(
        "Ophthalmic Optical Coherence Tomography En Face Image",
        f"{_CLASS}.5.7",
        Form(8),
        (BASE, _EYE, _EN_FACE),
    ),
)
