"""Tomosynthesis and projections of the breast (PS3.3 annex A.55, A.74)."""

from __future__ import annotations

from iods.building import Specimen, Values, code
from iods.form import Form
from iods.groups import (
    COLLIMATOR,
    ENHANCED,
    IRRADIATION,
    LYING,
    VIEW,
    VOI,
    content,
    frame_pixels,
    rescale,
    stack,
)
from iods.modules import BASE, BREAST
from iods.x_ray_volume import DERIVED, RECONSTRUCTION, XRAY_3D, XRAY_3D_SHARED, XRAY_3D_TYPE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(12, frames=2)

_MAMMOGRAM: Values = {
    "Modality": "MG",
    "PresentationIntentType": "FOR PRESENTATION",
    "BreastImplantPresent": "NO",
    "PartialView": "NO",
    "OrganExposed": "BREAST",
    "PositionerType": "MAMMOGRAPHIC",
    "PixelIntensityRelationship": "LOG",
    "PixelIntensityRelationshipSign": -1,
    **LYING,
    "ViewCodeSequence": [{**code("399162004", "SCT", "cranio-caudal")[0], "ViewModifierCodeSequence": []}],
}

_BREAST_GROUPS: Values = {
    "FrameAnatomySequence": [{"FrameLaterality": "L", "AnatomicRegionSequence": BREAST}],
}

_TOMO = ["ORIGINAL", "PRIMARY", "TOMO_PROJ", "NONE"]

_PROJECTION: Values = {
    **ENHANCED,
    **_MAMMOGRAM,
    "PatientPosition": None,
    "ImageType": _TOMO,
    **VIEW,
    "VolumetricProperties": None,
    "VolumeBasedCalculationTechnique": None,
    "ContentQualification": "RESEARCH",
    "PresentationLUTShape": "IDENTITY",
    "ImageLaterality": "L",
    "AnatomicRegionSequence": BREAST,
    "PositionerMotion": "STATIC",
    "AcquisitionDuration": 1.0,
    "DetectorType": "DIRECT",
    "KVP": "28",
    "XRayTubeCurrentInmA": 100.0,
    "ExposureTimeInms": 10.0,
    "ExposureInmAs": 1.0,
    "FocalSpots": ["0.3"],
    "AnodeTargetMaterial": "TUNGSTEN",
    "BodyPartThickness": "50",
    "CompressionForce": "100",
    "PaddleDescription": "FLAT",
    "ExposureControlMode": "AUTOMATIC",
    "ExposureControlModeDescription": "automatic",
    "OrganDose": "0.01",
    "EntranceDoseInmGy": "1",
    "TypeOfDetectorMotion": "STATIONARY",
}

_PROJECTION_SHARED: Values = {
    **_BREAST_GROUPS,
    **VOI,
    **rescale(),
    **COLLIMATOR,
    **IRRADIATION,
    **frame_pixels(_TOMO, -1),
    "DerivationImageSequence": [],
    "FieldOfViewSequence": [
        {"FieldOfViewOrigin": ["0", "0"], "FieldOfViewRotation": "0", "FieldOfViewHorizontalFlip": "NO"}
    ],
    "XRayGeometrySequence": [
        {
            "DistanceSourceToDetector": "700",
            "DistanceSourceToPatient": "650",
            "EstimatedRadiographicMagnificationFactor": "1",
            "DistanceSourceToIsocenter": 650.0,
        }
    ],
    "XRayAcquisitionDoseSequence": [
        {"ExposureTimeInms": 10.0, "ExposureInmAs": 1.0, "OrganDose": "0.01", "EntranceDoseInmGy": "1"}
    ],
    "IsocenterReferenceSystemSequence": [
        {
            **dict.fromkeys(
                (
                    f"{part}Isocenter{axis}Angle"
                    for part in ("XRaySource", "BreastSupport", "Detector")
                    for axis in ("Primary", "Secondary")
                ),
                0.0,
            ),
            **dict.fromkeys(
                (
                    f"{part}{axis}PositionToIsocenter"
                    for part in ("BreastSupport", "Detector")
                    for axis in "XYZ"
                ),
                0.0,
            ),
            "DetectorActiveAreaTLHCPosition": [0.0, 0.0, 0.0],
            "DetectorActiveAreaOrientation": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        }
    ],
}

SPECIMENS = (
    Specimen(
        "Breast Tomosynthesis Image",
        f"{_CLASS}.13.1.3",
        _GREY,
        (BASE, XRAY_3D, _MAMMOGRAM, RECONSTRUCTION, {"AnatomicRegionSequence": BREAST}),
        shared={**XRAY_3D_SHARED, **DERIVED, **rescale(), **_BREAST_GROUPS},
        per_frame=tuple({**groups, **XRAY_3D_TYPE} for groups in stack(2)),
    ),
    Specimen(
        "Breast Projection X-Ray Image",
        f"{_CLASS}.13.1.4",
        _GREY,
        (BASE, _PROJECTION),
        shared=_PROJECTION_SHARED,
        per_frame=tuple(content(n) for n in (1, 2)),
    ),
    Specimen(
        "Breast Projection X-Ray Image",
        f"{_CLASS}.13.1.5",
        _GREY,
        (BASE, _PROJECTION, {"PresentationIntentType": "FOR PROCESSING"}),
        "For Processing",
        shared=_PROJECTION_SHARED,
        per_frame=tuple(content(n) for n in (1, 2)),
    ),
)
