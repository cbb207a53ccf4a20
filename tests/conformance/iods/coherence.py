"""Optical coherence tomography of the eye and of vessels (PS3.3 annex A.52, A.66)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.groups import CLOCK, ENHANCED, ORIENTATION, PIXEL_MEASURES, anatomy, content, stack
from iods.modules import BASE, EYE
from iods.x_ray_volume import DERIVED, SOURCE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(8, frames=2)

_OPT: Values = {
    **ENHANCED,
    **CLOCK,
    "Modality": "OPT",
    "PatientPosition": None,
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "AcquisitionDuration": 1.0,
    "InConcatenationNumber": 1,
    "InConcatenationTotalNumber": 1,
    "ConcatenationFrameOffsetNumber": 0,
    "PresentationLUTShape": "IDENTITY",
    "AnatomicRegionSequence": EYE,
    "ImageLaterality": "R",
    "AxialLengthOfTheEye": [],
    "OphthalmicAnatomicReferencePointXCoordinate": [],
    "OphthalmicAnatomicReferencePointYCoordinate": [],
    "HorizontalFieldOfView": 45.0,
    "RefractiveStateSequence": [],
    "EmmetropicMagnification": [],
    "IntraOcularPressure": [],
    "PupilDilated": "NO",
    "DepthSpatialResolution": 5.0,
    "MaximumDepthDistortion": 0.5,
    "AlongScanSpatialResolution": 5.0,
    "MaximumAlongScanDistortion": 0.5,
    "AcrossScanSpatialResolution": 5.0,
    "MaximumAcrossScanDistortion": 0.5,
    "IlluminationWaveLength": 840.0,
    "IlluminationPower": 700.0,
    "IlluminationBandwidth": 50.0,
    "OphthalmicVolumetricPropertiesFlag": "YES",
    "AcquisitionDeviceTypeCodeSequence": code("392012008", "SCT", "Optical Coherence Tomography Scanner"),
    "LightPathFilterTypeStackCodeSequence": [],
    "DetectorType": "CCD",
}

_OPT_SHARED: Values = {**PIXEL_MEASURES, **ORIENTATION, **anatomy("81745001", "Eye", "R")}

_OCT: Values = {
    **ENHANCED,
    **CLOCK,
    "Modality": "IVOCT",
    "PatientPosition": None,
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"],
    "PresentationIntentType": "FOR PRESENTATION",
    "PixelPresentation": "MONOCHROME",
    "VolumetricProperties": "DISTORTED",
    "AcquisitionDuration": 1.0,
    "InterpolationType": "BILINEAR",
    "OCTFocalDistance": [],
    "BeamSpotSize": [],
    "OCTAcquisitionDomain": "FREQUENCY_DOMAIN",
    "OCTOpticalCenterWavelength": [],
    "AxialResolution": [],
    "RangingDepth": 5.0,
    "ALineRate": 100.0,
    "ALinesPerFrame": 64,
    "IVUSAcquisition": "SELECTIVE",
    "ModeOfPercutaneousAccessSequence": [],
    "RecognizableVisualFeatures": "NO",
    "PresentationLUTShape": "IDENTITY",
    "ContrastBolusAgentSequence": [
        {
            **code("44588005", "SCT", "Iodine")[0],
            "ContrastBolusAgentNumber": 1,
            "ContrastBolusAdministrationRouteSequence": code("58731000052100", "SCT", "Intra-arterial route"),
            "ContrastBolusIngredientCodeSequence": code("44588005", "SCT", "Iodine"),
            "ContrastBolusVolume": "",
            "ContrastBolusIngredientConcentration": "",
        }
    ],
}

_OCT_SHARED: Values = {
    **PIXEL_MEASURES,
    **anatomy("41801008", "Coronary artery"),
    "FrameVOILUTSequence": [{"WindowCenter": "128", "WindowWidth": "256"}],
    "IntravascularOCTFrameTypeSequence": [{"FrameType": ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"]}],
}

_RAW_OCT: Values = {
    "PresentationIntentType": "FOR PROCESSING",
    "PresentationLUTShape": None,
    "InterpolationType": None,
    "EffectiveRefractiveIndex": [],
    "OCTZOffsetApplied": "NO",
    "RefractiveIndexApplied": "NO",
    "ALinePixelSpacing": 0.01,
    "PixelIntensityRelationship": "LOG",
    "FirstALineLocation": 0.0,
}

_OCT_FRAME: Values = {"IntravascularFrameContentSequence": [{"SeamLineLocation": 0}]}

_RAW_OCT_FRAME: Values = {
    **_OCT_FRAME,
    "IntravascularOCTFrameContentSequence": [
        {"OCTZOffsetCorrection": 0, "SeamLineIndex": 0, "NumberOfPaddedALines": 0}
    ],
}

_RAW_OCT_SHARED: Values = {
    **PIXEL_MEASURES,
    **anatomy("41801008", "Coronary artery"),
    "IntravascularOCTFrameTypeSequence": _OCT_SHARED["IntravascularOCTFrameTypeSequence"],
    "PixelIntensityRelationshipLUTSequence": [
        {"LUTDescriptor": [256, 0, 16], "LUTData": bytes(512), "LUTFunction": "TO_LINEAR"}
    ],
}

_DEEP = Form(16, frames=2)
_DERIVED_TYPE = ["DERIVED", "PRIMARY", "AXIAL", "NONE"]
_DERIVED_OCT: Values = {
    "ImageType": _DERIVED_TYPE,
    "AcquisitionDuration": None,
    "ReferencedSeriesSequence": [
        {"SeriesInstanceUID": uid("projections"), "ReferencedInstanceSequence": [SOURCE]}
    ],
}


def _derived(shared: Values) -> Values:
    """Return the shared groups of frames that were made from others."""
    return {**shared, **DERIVED, "IntravascularOCTFrameTypeSequence": [{"FrameType": _DERIVED_TYPE}]}


def _vessel(  # noqa: PLR0913, PLR0917 - a row of the table below
    number: str, form: Form, groups: tuple[Values, ...], shared: Values, frame: Values, variant: str = ""
) -> Specimen:
    """Return an image of a vessel."""
    return Specimen(
        "Intravascular Optical Coherence Tomography Image",
        f"{_CLASS}.{number}",
        form,
        (BASE, *groups),
        variant,
        shared=shared,
        per_frame=tuple({**content(n), **frame} for n in (1, 2)),
    )


SPECIMENS = (
    Specimen(
        "Ophthalmic Tomography Image",
        f"{_CLASS}.77.1.5.4",
        _GREY,
        (BASE, _OPT),
        shared=_OPT_SHARED,
        per_frame=stack(2),
    ),
    _vessel("14.1", _GREY, (_OCT,), _OCT_SHARED, _OCT_FRAME),
    _vessel("14.1", _GREY, (_OCT, _DERIVED_OCT), _derived(_OCT_SHARED), _OCT_FRAME, "derived"),
    _vessel("14.2", _DEEP, (_OCT, _RAW_OCT), _RAW_OCT_SHARED, _RAW_OCT_FRAME, "For Processing"),
    _vessel(
        "14.2",
        _DEEP,
        (_OCT, _RAW_OCT, _DERIVED_OCT),
        _derived(_RAW_OCT_SHARED),
        _RAW_OCT_FRAME,
        "For Processing, derived",
    ),
)
