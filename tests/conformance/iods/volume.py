"""Ultrasound and photoacoustic volumes (PS3.3 annex A.59, A.89)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.groups import CLOCK, ENHANCED, ORIENTATION, PIXEL_MEASURES, VOLUME_TYPE, content, position
from iods.modules import BASE

_CLASS = "1.2.840.10008.5.1.4.1.1"

_GREY = Form(8, frames=2)

_MATRIX = [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]

_IN_VOLUME: Values = {
    "UltrasoundAcquisitionGeometry": "PATIENT",
    "VolumeFrameOfReferenceUID": uid("volume"),
    "VolumeToTransducerMappingMatrix": _MATRIX,
}

_VOLUME_GROUPS: Values = {
    **PIXEL_MEASURES,
    "PlaneOrientationVolumeSequence": [{"ImageOrientationVolume": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]}],
    "ImageDataTypeSequence": [
        {
            "ImageDataTypeCodeSequence": code("110809", "DCM", "Tissue intensity"),
            "DataType": "TISSUE_INTENSITY",
            "AliasedDataType": "NO",
        }
    ],
    "FrameVOILUTSequence": [{"WindowCenter": "128", "WindowWidth": "256"}],
}

_US: Values = {
    **ENHANCED,
    **CLOCK,
    **_IN_VOLUME,
    "Modality": "US",
    "ImageType": [*VOLUME_TYPE[:2], "VOLUME", "NONE"],
    "PatientPosition": None,
    "DimensionOrganizationType": "3D",
    "AcquisitionDuration": 1.0,
    "PositionMeasuringDeviceUsed": "TRACKED",
    "PresentationLUTShape": "IDENTITY",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "AcquisitionProtocolName": "VOLUME",
    "DepthsOfFocus": 50.0,
    "MechanicalIndex": "1",
    "TransducerScanPatternCodeSequence": code("125241", "DCM", "Plane scan pattern"),
    "TransducerGeometryCodeSequence": code("125251", "DCM", "Linear ultrasound transducer geometry"),
    "TransducerBeamSteeringCodeSequence": code("125256", "DCM", "Phased beam steering"),
    "TransducerApplicationCodeSequence": code("125261", "DCM", "External Transducer"),
    "ContentQualification": "RESEARCH",
    "ViewCodeSequence": code("399006003", "SCT", "Transverse"),
    "AnatomicRegionSequence": code("10200004", "SCT", "Liver"),
    "BoneThermalIndex": "0.5",
    "CranialThermalIndex": "0.5",
    "SoftTissueThermalIndex": "0.5",
    "DepthOfScanField": 150,
}

_US_SHARED: Values = {
    **_VOLUME_GROUPS,
    "USImageDescriptionSequence": [
        {
            "FrameType": [*VOLUME_TYPE[:2], "VOLUME", "NONE"],
            "VolumetricProperties": "VOLUME",
            "VolumeBasedCalculationTechnique": "NONE",
        }
    ],
}


def _slice(number: int) -> Values:
    """Return the groups of one plane of a volume."""
    return {
        **content(number),
        "PlanePositionVolumeSequence": [{"ImagePositionVolume": [0.0, 0.0, 5.0 * number]}],
    }


_SLICES = (_slice(1), _slice(2))

_PHOTOACOUSTIC: Values = {
    **ENHANCED,
    **CLOCK,
    **_IN_VOLUME,
    "Modality": "PA",
    "PatientPosition": None,
    "ImageType": VOLUME_TYPE,
    "Laterality": "",
    "PatientFrameOfReferenceSource": "ESTIMATED",
    "PixelPresentation": "MONOCHROME",
    "VolumetricProperties": "VOLUME",
    "VolumeBasedCalculationTechnique": "NONE",
    "PositionMeasuringDeviceUsed": "TRACKED",
    "DimensionOrganizationType": "3D",
    "PresentationLUTShape": "IDENTITY",
    "AcousticCouplingMediumFlag": "NO",
    "ExcitationWavelengthSequence": [{"ExcitationWavelength": 800.0}],
}

_PHOTOACOUSTIC_SHARED: Values = {
    **ORIENTATION,
    **_VOLUME_GROUPS,
    "PhotoacousticExcitationCharacteristicsSequence": [{"ExcitationWavelength": 800.0}],
    "PhotoacousticImageFrameTypeSequence": [
        {
            "FrameType": VOLUME_TYPE,
            "PixelPresentation": "MONOCHROME",
            "VolumetricProperties": "VOLUME",
            "VolumeBasedCalculationTechnique": "NONE",
        }
    ],
}

SPECIMENS = (
    Specimen("Enhanced US Volume", f"{_CLASS}.6.2", _GREY, (BASE, _US), shared=_US_SHARED, per_frame=_SLICES),
    Specimen(
        "Photoacoustic Image",
        f"{_CLASS}.6.3",
        _GREY,
        (BASE, _PHOTOACOUSTIC),
        shared=_PHOTOACOUSTIC_SHARED,
        per_frame=tuple({**groups, **position(1)} for groups in _SLICES),
    ),
)
