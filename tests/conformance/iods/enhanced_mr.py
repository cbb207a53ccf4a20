"""Enhanced MR, grey and in colour (PS3.3 annex A.36)."""

from __future__ import annotations

from iods.building import Specimen, Values, uid
from iods.form import Form
from iods.groups import STACK_IMAGE, STACK_SHARED, VIEW, VOLUME_TYPE, rescale, stack
from iods.modules import BASE, SRGB
from iods.x_ray_volume import DERIVED, SOURCE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(12, frames=2)

_COLOUR = Form(8, samples=3, frames=2)

_MR_VIEW: Values = {
    "ComplexImageComponent": "MAGNITUDE",
    "AcquisitionContrast": "T1",
}

MR_PULSE_SEQUENCE = (
    "PulseSequenceName",
    "MRAcquisitionType",
    "EchoPulseSequence",
    "MultipleSpinEcho",
    "MultiPlanarExcitation",
    "PhaseContrast",
    "TimeOfFlightContrast",
    "SteadyStatePulseSequence",
    "EchoPlanarPulseSequence",
    "SaturationRecovery",
    "SpectrallySelectedSuppression",
    "OversamplingPhase",
    "GeometryOfKSpaceTraversal",
    "RectilinearPhaseEncodeReordering",
    "SegmentedKSpaceTraversal",
    "NumberOfKSpaceTrajectories",
)
"""Attributes that an ORIGINAL image needs and a DERIVED one may have (PS3.3 table C.8-87)."""
_MR: Values = {
    **STACK_IMAGE,
    **_MR_VIEW,
    "Modality": "MR",
    "MagneticFieldStrength": "1.5",
    "ResonantNucleus": "1H",
    "KSpaceFiltering": "NONE",
    "ApplicableSafetyStandardAgency": "IEC",
    "PulseSequenceName": "SE",
    "MRAcquisitionType": "2D",
    "EchoPulseSequence": "SPIN",
    "MultipleSpinEcho": "NO",
    "MultiPlanarExcitation": "NO",
    "PhaseContrast": "NO",
    "TimeOfFlightContrast": "NO",
    "SteadyStatePulseSequence": "NONE",
    "EchoPlanarPulseSequence": "NO",
    "SaturationRecovery": "NO",
    "SpectrallySelectedSuppression": "NONE",
    "OversamplingPhase": "NONE",
    "GeometryOfKSpaceTraversal": "RECTILINEAR",
    "RectilinearPhaseEncodeReordering": "LINEAR",
    "SegmentedKSpaceTraversal": "SINGLE",
    "NumberOfKSpaceTrajectories": 1,
}

_MR_SHARED: Values = {
    **STACK_SHARED,
    **rescale(),
    "MRImageFrameTypeSequence": [{"FrameType": VOLUME_TYPE, **VIEW, **_MR_VIEW}],
    "MRTimingAndRelatedParametersSequence": [
        {
            "RepetitionTime": "500",
            "FlipAngle": "90",
            "EchoTrainLength": 1,
            "RFEchoTrainLength": 1,
            "GradientEchoTrainLength": 0,
            "SpecificAbsorptionRateSequence": [
                {"SpecificAbsorptionRateDefinition": "IEC_WHOLE_BODY", "SpecificAbsorptionRateValue": 1.0}
            ],
            "GradientOutputType": "DB_DT",
            "GradientOutput": 10.0,
            "OperatingModeSequence": [{"OperatingModeType": "GRADIENT", "OperatingMode": "IEC_NORMAL"}],
        }
    ],
    "MRFOVGeometrySequence": [
        {
            "InPlanePhaseEncodingDirection": "ROW",
            "MRAcquisitionFrequencyEncodingSteps": 64,
            "MRAcquisitionPhaseEncodingStepsInPlane": 64,
            "MRAcquisitionPhaseEncodingStepsOutOfPlane": 1,
            "PercentSampling": "100",
            "PercentPhaseFieldOfView": "100",
        }
    ],
    "MREchoSequence": [{"EffectiveEchoTime": 10.0}],
    "MRModifierSequence": [
        {
            "InversionRecovery": "NO",
            "FlowCompensation": "NONE",
            "Spoiling": "NONE",
            "T2Preparation": "NO",
            "SpectrallySelectedExcitation": "NONE",
            "SpatialPresaturation": "NONE",
            "PartialFourier": "NO",
            "ParallelAcquisition": "NO",
        }
    ],
    "MRImagingModifierSequence": [
        {
            "MagnetizationTransfer": "NONE",
            "BloodSignalNulling": "NO",
            "Tagging": "NONE",
            "TransmitterFrequency": 63.8,
            "PixelBandwidth": "100",
        }
    ],
    "MRReceiveCoilSequence": [
        {
            "ReceiveCoilName": "HEAD",
            "ReceiveCoilManufacturerName": "",
            "ReceiveCoilType": "VOLUME",
            "QuadratureReceiveCoil": "YES",
        }
    ],
    "MRTransmitCoilSequence": [
        {"TransmitCoilName": "BODY", "TransmitCoilManufacturerName": "", "TransmitCoilType": "BODY"}
    ],
    "MRAveragesSequence": [{"NumberOfAverages": "1"}],
}

_COLOUR_MR: Values = {"PixelPresentation": "TRUE_COLOR", "ICCProfile": SRGB}

_COLOUR_SHARED: Values = {
    "MRImageFrameTypeSequence": [
        {"FrameType": VOLUME_TYPE, **VIEW, **_MR_VIEW, "PixelPresentation": "TRUE_COLOR"}
    ],
    "PixelValueTransformationSequence": None,
    "FrameVOILUTSequence": None,
}

_DERIVED_TYPE = ["DERIVED", *VOLUME_TYPE[1:]]
_DERIVED_MR: Values = {
    **dict.fromkeys(MR_PULSE_SEQUENCE),
    "ImageType": _DERIVED_TYPE,
    "SourceImageEvidenceSequence": [
        {
            "StudyInstanceUID": uid("study"),
            "ReferencedSeriesSequence": [
                {"SeriesInstanceUID": uid("projections"), "ReferencedSOPSequence": [SOURCE]}
            ],
        }
    ],
}


def _derived(shared: Values) -> Values:
    """Return the shared groups of frames that were reformatted from others."""
    (kind,) = shared["MRImageFrameTypeSequence"]
    return {**shared, **DERIVED, "MRImageFrameTypeSequence": [{**kind, "FrameType": _DERIVED_TYPE}]}


SPECIMENS = (
    Specimen("Enhanced MR Image", f"{_CLASS}.4.1", _GREY, (BASE, _MR), shared=_MR_SHARED, per_frame=stack(2)),
    Specimen(
        "Enhanced MR Color Image",
        f"{_CLASS}.4.3",
        _COLOUR,
        (BASE, _MR, _COLOUR_MR),
        shared={**_MR_SHARED, **_COLOUR_SHARED},
        per_frame=stack(2),
    ),
    Specimen(
        "Enhanced MR Image",
        f"{_CLASS}.4.1",
        _GREY,
        (BASE, _MR, _DERIVED_MR),
        "derived",
        shared=_derived(_MR_SHARED),
        per_frame=stack(2),
    ),
    Specimen(
        "Enhanced MR Color Image",
        f"{_CLASS}.4.3",
        _COLOUR,
        (BASE, _MR, _COLOUR_MR, _DERIVED_MR),
        "derived",
        shared=_derived({**_MR_SHARED, **_COLOUR_SHARED}),
        per_frame=stack(2),
    ),
)
