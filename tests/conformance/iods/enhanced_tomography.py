"""Enhanced CT and PET, and what legacy objects become (PS3.3 annex A.38, A.56, A.70 to A.72)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.groups import STACK_IMAGE, STACK_SHARED, VIEW, VOLUME_TYPE, rescale, stack
from iods.modules import BASE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_CT: Values = {
    **STACK_IMAGE,
    "Modality": "CT",
    "PixelPresentation": "MONOCHROME",
}

_CT_SHARED: Values = {
    **STACK_SHARED,
    **rescale(kind="HU"),
    "CTImageFrameTypeSequence": [{"FrameType": VOLUME_TYPE, **VIEW}],
    "IrradiationEventIdentificationSequence": [{"IrradiationEventUID": uid("irradiation")}],
    "CTAcquisitionTypeSequence": [
        {"AcquisitionType": "SEQUENCED", "ConstantVolumeFlag": "NO", "FluoroscopyFlag": "NO"}
    ],
    "CTAcquisitionDetailsSequence": [
        {
            "RotationDirection": "CW",
            "RevolutionTime": 1.0,
            "SingleCollimationWidth": 1.0,
            "TotalCollimationWidth": 2.0,
            "TableHeight": "0",
            "GantryDetectorTilt": "0",
            "DataCollectionDiameter": "500",
        }
    ],
    "CTTableDynamicsSequence": [{"TableFeedPerRotation": 1.0, "TableSpeed": 1.0, "SpiralPitchFactor": 1.0}],
    "CTPositionSequence": [
        {
            "TablePosition": 0.0,
            "DataCollectionCenterPatient": [0.0, 0.0, 0.0],
            "ReconstructionTargetCenterPatient": [0.0, 0.0, 0.0],
        }
    ],
    "CTGeometrySequence": [
        {"DistanceSourceToDetector": "1000", "DistanceSourceToDataCollectionCenter": 500.0}
    ],
    "CTReconstructionSequence": [
        {
            "ReconstructionAlgorithm": "FILTER_BACK_PROJ",
            "ConvolutionKernel": "STANDARD",
            "ConvolutionKernelGroup": "SOFT_TISSUE",
            "ReconstructionDiameter": "500",
            "ReconstructionPixelSpacing": [0.5, 0.5],
            "ReconstructionAngle": 360.0,
            "ImageFilter": "NONE",
        }
    ],
    "CTExposureSequence": [
        {
            "ExposureTimeInms": 1000.0,
            "XRayTubeCurrentInmA": 100.0,
            "ExposureInmAs": 100.0,
            "ExposureModulationType": "NONE",
            "CTDIvol": 1.0,
            "CTDIPhantomTypeCodeSequence": code("113691", "DCM", "IEC Body Dosimetry Phantom"),
        }
    ],
    "CTXRayDetailsSequence": [
        {
            "KVP": "120",
            "FocalSpots": ["1"],
            "FilterType": "FLAT",
            "FilterMaterial": "ALUMINUM",
        }
    ],
}

_PET: Values = {
    **STACK_IMAGE,
    "Modality": "PT",
    "RadiopharmaceuticalInformationSequence": [
        {
            "RadiopharmaceuticalAgentNumber": 1,
            "RadionuclideCodeSequence": code("77004003", "SCT", "Fluorine-18"),
            "AdministrationRouteCodeSequence": code("47625008", "SCT", "Intravenous route"),
            "RadiopharmaceuticalVolume": "",
            "RadionuclideTotalDose": "",
            "RadionuclideHalfLife": "6586",
            "RadionuclidePositronFraction": "0.97",
            "RadiopharmaceuticalStartDateTime": "20240229090000",
            "RadiopharmaceuticalStopDateTime": "",
            "RadiopharmaceuticalSpecificActivity": "",
            "RadiopharmaceuticalCodeSequence": code("35321007", "SCT", "Fluorodeoxyglucose F^18^"),
        }
    ],
    "TypeOfDetectorMotion": "STATIONARY",
    "CollimatorType": "NONE",
    "TableHeight": "0",
    "TableMotion": "STATIC",
    "DetectorGeometry": "CYLINDRICAL_RING",
    "TransverseDetectorSeparation": 4.0,
    "AxialDetectorDimension": 4.0,
    "CoincidenceWindowWidth": 4.0,
    "EnergyWindowRangeSequence": [{"EnergyWindowLowerLimit": "435", "EnergyWindowUpperLimit": "650"}],
    "TerminationTimeThreshold": 600.0,
    "ViewCodeSequence": code("30730003", "SCT", "Sagittal"),
    "AcquisitionStartCondition": "MANUAL",
    "AcquisitionStartConditionData": "",
    "AcquisitionTerminationCondition": "TIME",
    "AcquisitionTerminationConditionData": "600",
    "CountsSource": "EMISSION",
    "AttenuationCorrected": "NO",
    "DecayCorrected": "YES",
    "DecayCorrectionDateTime": "20240229090000",
    "DeadTimeCorrected": "NO",
    "ScatterCorrected": "NO",
    "GantryMotionCorrected": "NO",
    "PatientMotionCorrected": "NO",
    "CountLossNormalizationCorrected": "NO",
    "RandomsCorrected": "NO",
    "NonUniformRadialSamplingCorrected": "NO",
    "SensitivityCalibrated": "NO",
    "DetectorNormalizationCorrection": "NO",
    "TimeOfFlightInformationUsed": "FALSE",
}

_PET_SHARED: Values = {
    **STACK_SHARED,
    **rescale("0.5", "BQML"),
    "PETFrameTypeSequence": [{"FrameType": VOLUME_TYPE, **VIEW}],
    "RadiopharmaceuticalUsageSequence": [{"RadiopharmaceuticalAgentNumber": 1}],
    "PETFrameCorrectionFactorsSequence": [
        {
            "PrimaryPromptsCountsAccumulated": 1000,
            "SliceSensitivityFactor": "1",
            "DecayFactor": "1",
            "ScatterFractionFactor": 0.1,
            "DeadTimeFactor": 1.0,
        }
    ],
    "PETReconstructionSequence": [
        {
            "ReconstructionType": "2D",
            "ReconstructionAlgorithm": "FILTER_BACK_PROJ",
            "IterativeReconstructionMethod": "NO",
            "ReconstructionDiameter": "500",
        }
    ],
    "PETFrameAcquisitionSequence": [
        {
            "TableHeight": "0",
            "GantryDetectorTilt": "0",
            "GantryDetectorSlew": "0",
            "DataCollectionDiameter": "500",
        }
    ],
    "PETPositionSequence": [
        {
            "TablePosition": 0.0,
            "DataCollectionCenterPatient": [0.0, 0.0, 0.0],
            "ReconstructionTargetCenterPatient": [0.0, 0.0, 0.0],
        }
    ],
    "RealWorldValueMappingSequence": [
        {
            "RealWorldValueFirstValueMapped": 0,
            "RealWorldValueLastValueMapped": 65535,
            "RealWorldValueIntercept": 0.0,
            "RealWorldValueSlope": 0.5,
            "LUTLabel": "BQML",
            "LUTExplanation": "activity",
            "MeasurementUnitsCodeSequence": code("Bq/ml", "UCUM", "Becquerels per milliliter"),
        }
    ],
}


def _legacy(iod: str, number: str, modality: str, kind: str, slope: Values) -> Specimen:
    """Return what a series of single frames becomes when it is converted."""
    values: Values = {**STACK_IMAGE, "Modality": modality, "ImageType": [*VOLUME_TYPE[:2], "AXIAL", "NONE"]}
    shared: Values = {
        **STACK_SHARED,
        **slope,
        f"{kind}FrameTypeSequence": [{"FrameType": [*VOLUME_TYPE[:2], "AXIAL", "NONE"], **VIEW}],
        "UnassignedSharedConvertedAttributesSequence": [{}],
    }
    frames: tuple[Values, ...] = tuple(
        {
            **groups,
            "UnassignedPerFrameConvertedAttributesSequence": [{}],
            "ConversionSourceAttributesSequence": [
                {
                    "ReferencedSOPClassUID": f"{_CLASS}.2",
                    "ReferencedSOPInstanceUID": uid(f"legacy {number}"),
                }
            ],
        }
        for number, groups in enumerate(stack(2))
    )
    return Specimen(
        iod, f"{_CLASS}.{number}", Form(16, frames=2), (BASE, values), shared=shared, per_frame=frames
    )


SPECIMENS = (
    Specimen(
        "Enhanced CT Image",
        f"{_CLASS}.2.1",
        Form(12, frames=2),
        (BASE, _CT),
        shared=_CT_SHARED,
        per_frame=stack(2),
    ),
    Specimen(
        "Enhanced PET Image",
        f"{_CLASS}.130",
        Form(16, frames=2),
        (BASE, _PET),
        shared=_PET_SHARED,
        per_frame=stack(2, TemporalPositionIndex=1),
    ),
    _legacy("Legacy Converted Enhanced CT Image", "2.2", "CT", "CTImage", rescale(kind="HU")),
    _legacy("Legacy Converted Enhanced MR Image", "4.4", "MR", "MRImage", rescale()),
    _legacy("Legacy Converted Enhanced PET Image", "128.1", "PT", "PET", rescale("0.5", "BQML")),
)
