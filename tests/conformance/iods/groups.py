"""Functional groups and dimensions that enhanced multi-frame IODs share (PS3.3 C.7.6.16, C.7.6.17)."""

from __future__ import annotations

from iods.building import Values, code, uid
from iods.modules import DATE, TIME

STAMP = DATE + TIME

ENHANCED: Values = {
    "Laterality": None,
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "AcquisitionContextSequence": [],
    "PatientPosition": "HFS",
    "DimensionOrganizationSequence": [{"DimensionOrganizationUID": uid("dimensions")}],
    "DimensionIndexSequence": [
        {
            "DimensionOrganizationUID": uid("dimensions"),
            "DimensionIndexPointer": 0x00209057,
            "FunctionalGroupPointer": 0x00209111,
        }
    ],
}
"""Frame of Reference, Acquisition Context, and In-Stack Position Number as the only dimension."""

PIXEL_MEASURES: Values = {"PixelMeasuresSequence": [{"PixelSpacing": ["0.5", "0.5"], "SliceThickness": "5"}]}
ORIENTATION: Values = {
    "PlaneOrientationSequence": [{"ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"]}]
}
VOI: Values = {"FrameVOILUTSequence": [{"WindowCenter": "2048", "WindowWidth": "4096"}]}


def anatomy(value: str, meaning: str, laterality: str = "U") -> Values:
    """Return the Frame Anatomy group."""
    return {
        "FrameAnatomySequence": [
            {"FrameLaterality": laterality, "AnatomicRegionSequence": code(value, "SCT", meaning)}
        ]
    }


def rescale(slope: str = "1", kind: str = "US") -> Values:
    """Return the Pixel Value Transformation group."""
    return {
        "PixelValueTransformationSequence": [
            {"RescaleIntercept": "0", "RescaleSlope": slope, "RescaleType": kind}
        ]
    }


def content(number: int, **more: object) -> Values:
    """Return the Frame Content group of a frame, numbered from 1."""
    return {
        "FrameContentSequence": [
            {
                "FrameAcquisitionNumber": number,
                "FrameReferenceDateTime": STAMP,
                "FrameAcquisitionDateTime": STAMP,
                "FrameAcquisitionDuration": 10.0,
                "StackID": "1",
                "InStackPositionNumber": number,
                "DimensionIndexValues": [number],
                **more,
            }
        ]
    }


def position(number: int) -> Values:
    """Return the Plane Position (Patient) group of a frame."""
    return {"PlanePositionSequence": [{"ImagePositionPatient": ["0", "0", str(5 * number)]}]}


def stack(frames: int, **more: object) -> tuple[Values, ...]:
    """Return the per-frame groups of a stack of slices."""
    return tuple({**content(number, **more), **position(number)} for number in range(1, frames + 1))


LYING: Values = {
    "PatientOrientationCodeSequence": [
        {
            **code("102538003", "SCT", "recumbent")[0],
            "PatientOrientationModifierCodeSequence": code("40199007", "SCT", "supine"),
        }
    ],
    "PatientGantryRelationshipCodeSequence": code("102540008", "SCT", "headfirst"),
}

IRRADIATION: Values = {
    "IrradiationEventIdentificationSequence": [{"IrradiationEventUID": uid("irradiation")}]
}

COLLIMATOR: Values = {
    "CollimatorShapeSequence": [
        {
            "CollimatorShape": "RECTANGULAR",
            "CollimatorLeftVerticalEdge": 1,
            "CollimatorRightVerticalEdge": 64,
            "CollimatorUpperHorizontalEdge": 1,
            "CollimatorLowerHorizontalEdge": 64,
        }
    ]
}


def frame_pixels(frame_type: list[str], sign: int) -> Values:
    """Return the group that says what a pixel means."""
    return {
        "FramePixelDataPropertiesSequence": [
            {
                "FrameType": frame_type,
                "PixelIntensityRelationship": "LOG",
                "PixelIntensityRelationshipSign": sign,
                "ImagerPixelSpacing": ["0.2", "0.2"],
                "GeometricalProperties": "UNIFORM",
                "ImageProcessingApplied": "NONE",
            }
        ]
    }


VOLUME_TYPE = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]

VIEW: Values = {
    "PixelPresentation": "MONOCHROME",
    "VolumetricProperties": "VOLUME",
    "VolumeBasedCalculationTechnique": "NONE",
}

BRAIN = anatomy("12738006", "Brain")

STACK_IMAGE: Values = {
    **ENHANCED,
    **VIEW,
    "ImageType": VOLUME_TYPE,
    "ContentQualification": "RESEARCH",
    "AcquisitionDuration": 10.0,
    "PresentationLUTShape": "IDENTITY",
}

STACK_SHARED: Values = {**PIXEL_MEASURES, **ORIENTATION, **BRAIN, **VOI}

CLOCK: Values = {
    "SynchronizationFrameOfReferenceUID": uid("clock"),
    "SynchronizationTrigger": "NO TRIGGER",
    "AcquisitionTimeSynchronized": "N",
}
"""Synchronization."""
