"""Whole slides and confocal microscopy, tiled (PS3.3 annex A.32.8, A.90)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import SIDE, Form
from iods.groups import STAMP
from iods.modules import BASE, SLIDE_SPECIMEN, SRGB

_CLASS = "1.2.840.10008.5.1.4.1.1.77.1"
_TILES = Form(8, samples=3, frames=4)
_TYPE = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]

_SLIDE: Values = {
    "Laterality": None,
    "PatientOrientation": None,
    "FrameOfReferenceUID": uid("slide"),
    "PositionReferenceIndicator": "SLIDE_CORNER",
    "AcquisitionContextSequence": [],
    "ImageType": _TYPE,
    "VolumetricProperties": "VOLUME",
    "TotalPixelMatrixColumns": 2 * SIDE,
    "TotalPixelMatrixRows": 2 * SIDE,
    "TotalPixelMatrixFocalPlanes": 1,
    "TotalPixelMatrixOriginSequence": [
        {
            "XOffsetInSlideCoordinateSystem": "1",
            "YOffsetInSlideCoordinateSystem": "1",
            "ZOffsetInSlideCoordinateSystem": "0",
        }
    ],
    "ImageOrientationSlide": ["0", "-1", "0", "-1", "0", "0"],
    "ImagedVolumeWidth": 0.064,
    "ImagedVolumeHeight": 0.064,
    "ImagedVolumeDepth": 1.0,
    "NumberOfOpticalPaths": 1,
    "OpticalPathSequence": [
        {
            "OpticalPathIdentifier": "1",
            "IlluminationTypeCodeSequence": code("111744", "DCM", "Brightfield illumination"),
            "IlluminationColorCodeSequence": code("371251000", "SCT", "White"),
            "ICCProfile": SRGB,
        }
    ],
    "DimensionOrganizationSequence": [{"DimensionOrganizationUID": uid("dimensions")}],
}
_WSI: Values = {
    **SLIDE_SPECIMEN,
    **_SLIDE,
    "Modality": "SM",
    "AcquisitionDuration": 1.0,
    "SpecimenLabelInImage": "NO",
    "FocusMethod": "AUTO",
    "ExtendedDepthOfField": "NO",
}
_FULL: Values = {"DimensionOrganizationType": "TILED_FULL"}
_SPARSE: Values = {
    "DimensionOrganizationType": "TILED_SPARSE",
    "DimensionIndexSequence": [
        {
            "DimensionOrganizationUID": uid("dimensions"),
            "DimensionIndexPointer": pointer,
            "FunctionalGroupPointer": 0x0048021A,
        }
        for pointer in (0x0048021E, 0x0048021F)
    ],
}
_MEASURES: Values = {
    "PixelMeasuresSequence": [{"PixelSpacing": ["0.0005", "0.0005"], "SliceThickness": "0.001"}]
}
_WSI_SHARED: Values = {
    **_MEASURES,
    "WholeSlideMicroscopyImageFrameTypeSequence": [{"FrameType": _TYPE}],
    "OpticalPathIdentificationSequence": [{"OpticalPathIdentifier": "1"}],
}
_CONFOCAL: Values = {
    **SLIDE_SPECIMEN,
    **_SLIDE,
    "Modality": "CFM",
    "ImageType": _TYPE,
    "ConfocalMode": "REFLECTANCE",
    "TissueLocation": "EXVIVO",
    "AnatomicRegionSequence": code("39937001", "SCT", "Skin"),
}
_CONFOCAL_SHARED: Values = {
    **_MEASURES,
    "ConfocalMicroscopyImageFrameTypeSequence": [{"FrameType": _TYPE}],
    "OpticalPathIdentificationSequence": [{"OpticalPathIdentifier": "1"}],
    "FrameAnatomySequence": [
        {"FrameLaterality": "U", "AnatomicRegionSequence": code("39937001", "SCT", "Skin")}
    ],
}


def _tile(row: int, column: int) -> Values:
    """Return the groups of one tile; row and column count tiles, from 0."""
    return {
        "FrameContentSequence": [
            {
                "DimensionIndexValues": [column + 1, row + 1],
                "FrameReferenceDateTime": STAMP,
                "FrameAcquisitionDateTime": STAMP,
                "FrameAcquisitionDuration": 1.0,
            }
        ],
        "PlanePositionSlideSequence": [
            {
                "ColumnPositionInTotalImagePixelMatrix": 1 + SIDE * column,
                "RowPositionInTotalImagePixelMatrix": 1 + SIDE * row,
                "XOffsetInSlideCoordinateSystem": str(1 - 0.032 * row),
                "YOffsetInSlideCoordinateSystem": str(1 - 0.032 * column),
                "ZOffsetInSlideCoordinateSystem": "0",
            }
        ],
    }


_PLACED = tuple(_tile(row, column) for row in (0, 1) for column in (0, 1))

SPECIMENS = (
    Specimen(
        "VL Whole Slide Microscopy Image",
        f"{_CLASS}.6",
        _TILES,
        (BASE, _WSI, _FULL),
        "TILED_FULL",
        shared=_WSI_SHARED,
    ),
    Specimen(
        "VL Whole Slide Microscopy Image",
        f"{_CLASS}.6",
        _TILES,
        (BASE, _WSI, _SPARSE),
        "TILED_SPARSE",
        shared=_WSI_SHARED,
        per_frame=_PLACED,
    ),
    Specimen(
        "Confocal Microscopy Image",
        f"{_CLASS}.8",
        _TILES,
        (BASE, _CONFOCAL, _SPARSE),
        shared=_CONFOCAL_SHARED,
        per_frame=_PLACED,
    ),
    Specimen(
        "Confocal Microscopy Tiled Pyramidal Image",
        f"{_CLASS}.9",
        _TILES,
        (BASE, _CONFOCAL, _SPARSE),
        shared=_CONFOCAL_SHARED,
        per_frame=_PLACED,
    ),
)
