"""Enhanced X-ray angiography and fluoroscopy (PS3.3 annex A.47, A.48)."""

from __future__ import annotations

from iods.building import Specimen, Values, uid
from iods.form import Form
from iods.groups import COLLIMATOR, ENHANCED, IRRADIATION, LYING, VOI, anatomy, content, frame_pixels
from iods.modules import BASE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(12, frames=2)

_PLAIN: Values = {"FrameOfReferenceUID": None, "PositionReferenceIndicator": None, "PatientPosition": None}

_PROJECTED = ["ORIGINAL", "PRIMARY", "", "NONE"]

_XA: Values = {
    **ENHANCED,
    **_PLAIN,
    "Modality": "XA",
    "ImageType": _PROJECTED,
    "ContentQualification": "RESEARCH",
    "PixelIntensityRelationship": "LOG",
    "PixelIntensityRelationshipSign": 1,
    "PresentationLUTShape": "IDENTITY",
    "PlanesInAcquisition": "SINGLE PLANE",
    "PlaneIdentification": "MONOPLANE",
    "AcquisitionProtocolName": "CARDIAC",
    "KVP": "80",
    "XRayTubeCurrentInmA": 100.0,
    "ExposureTimeInms": 10.0,
    "RadiationSetting": "GR",
    "RadiationMode": "PULSED",
    "AveragePulseWidth": 5.0,
    "AcquiredImageAreaDoseProduct": 1.0,
    "CArmPositionerTabletopRelationship": "YES",
    "PositionerType": "CARM",
    "XRayReceptorType": "DIGITAL_DETECTOR",
    "DistanceReceptorPlaneToDetectorHousing": 10.0,
    "DetectorType": "DIRECT",
    "DetectorID": "0",
    "PhysicalDetectorSize": [200.0, 200.0],
    "AcquisitionDuration": 1.0,
    **LYING,
    "FocalSpots": ["1"],
}

_XA_SHARED: Values = {
    **VOI,
    **anatomy("80891009", "Heart"),
    "XAXRFFrameCharacteristicsSequence": [{"FrameType": _PROJECTED}],
    "FieldOfViewSequence": [
        {
            "FieldOfViewShape": "RECTANGLE",
            "FieldOfViewDimensionsInFloat": [200.0, 200.0],
            "FieldOfViewOrigin": ["0", "0"],
            "FieldOfViewRotation": "0",
            "FieldOfViewHorizontalFlip": "NO",
            "FieldOfViewDescription": "",
        }
    ],
    **frame_pixels(_PROJECTED, 1),
    **COLLIMATOR,
    "PositionerPositionSequence": [{"PositionerPrimaryAngle": "0", "PositionerSecondaryAngle": "0"}],
    "PixelIntensityRelationshipLUTSequence": [
        {"LUTDescriptor": [256, 0, 16], "LUTData": bytes(512), "LUTFunction": "TO_LINEAR"}
    ],
    "PatientOrientationInFrameSequence": [{"PatientOrientation": ["L", "F"]}],
    "FrameDetectorParametersSequence": [{"DetectorActiveTime": None}],
    "TablePositionSequence": [
        {
            "TableTopVerticalPosition": 0.0,
            "TableTopLongitudinalPosition": 0.0,
            "TableTopLateralPosition": 0.0,
            "TableHorizontalRotationAngle": 0.0,
            "TableHeadTiltAngle": 0.0,
            "TableCradleTiltAngle": 0.0,
        }
    ],
    "XRayGeometrySequence": [{"DistanceSourceToIsocenter": 500.0, "DistanceSourceToDetector": "1000"}],
    **IRRADIATION,
}

_ELSEWHERE: Values = {
    "CArmPositionerTabletopRelationship": "NO",
    "PatientOrientationCodeSequence": None,
    "PatientGantryRelationshipCodeSequence": None,
}
_ISOCENTRE: Values = {
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "SynchronizationFrameOfReferenceUID": uid("clock"),
    "SynchronizationTrigger": "NO TRIGGER",
    "AcquisitionTimeSynchronized": "N",
}

_CALIBRATION: Values = {
    "ProjectionPixelCalibrationSequence": [
        {
            "DistanceObjectToTableTop": 100.0,
            "TableHeight": "0",
            "BeamAngle": 0.0,
            "ObjectPixelSpacingInCenterOfBeam": [0.1, 0.1],
        }
    ]
}

SPECIMENS = (
    Specimen(
        "Enhanced XA Image",
        f"{_CLASS}.12.1.1",
        _GREY,
        (BASE, _XA, _ISOCENTRE),
        shared={**_XA_SHARED, **_CALIBRATION},
        per_frame=tuple(content(n) for n in (1, 2)),
    ),
    Specimen(
        "Enhanced XA Image",
        f"{_CLASS}.12.1.1",
        _GREY,
        (BASE, _XA, _ELSEWHERE),
        "uncalibrated",
        shared=_XA_SHARED,
        per_frame=tuple(content(n) for n in (1, 2)),
    ),
    Specimen(
        "Enhanced XRF Image",
        f"{_CLASS}.12.2.1",
        _GREY,
        (BASE, _XA, {"Modality": "XRF"}),
        shared=_XA_SHARED,
        per_frame=tuple(content(n) for n in (1, 2)),
    ),
)
