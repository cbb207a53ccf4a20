"""Classic radiology: CR, CT, MR, NM, PET, XA, XRF, DX, MG, IO and RT images (PS3.3 annex A.2 to A.28)."""

from __future__ import annotations

from iods.building import Specimen, Values, code, uid
from iods.form import Form
from iods.modules import BASE, BREAST, CHEST, CINE, PLANE

_CLASS = "1.2.840.10008.5.1.4.1.1"
_GREY_12, _GREY_16, _SIGNED = Form(12), Form(16), Form(16, signed=True)

_CR: Values = {
    "Modality": "CR",
    "BodyPartExamined": "CHEST",
    "Laterality": None,
    "ViewPosition": "PA",
    "KVP": "80",
    "PlateID": "1",
}
_CT: Values = {
    "Modality": "CT",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "PatientPosition": "HFS",
    "KVP": "120",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "HU",
}
_MR: Values = {
    "Modality": "MR",
    "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
    "PatientPosition": "HFS",
    "ScanningSequence": "SE",
    "SequenceVariant": "NONE",
    "ScanOptions": "",
    "MRAcquisitionType": "2D",
    "RepetitionTime": "500",
    "EchoTime": "10",
    "EchoTrainLength": 1,
}
_NM: Values = {
    "Modality": "NM",
    "ImageType": ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"],
    "PixelSpacing": ["4", "4"],
    "FrameIncrementPointer": [0x00540010, 0x00540020],
    "EnergyWindowVector": [1, 1],
    "NumberOfEnergyWindows": 1,
    "DetectorVector": [1, 2],
    "NumberOfDetectors": 2,
    "CountsAccumulated": 100000,
    "ActualFrameDuration": 1000,
    "EnergyWindowInformationSequence": [{}],
    "RadiopharmaceuticalInformationSequence": [
        {"Radiopharmaceutical": "Tc-99m", "RadionuclideCodeSequence": []}
    ],
    "DetectorInformationSequence": [
        {
            "CollimatorType": "PARA",
            "FocalDistance": 0,
            "ImageOrientationPatient": ["1", "0", "0", "0", "0", "-1"],
            "ImagePositionPatient": ["0", "0", "0"],
        }
    ]
    * 2,
    "PatientOrientationCodeSequence": [],
    "PatientGantryRelationshipCodeSequence": [],
}
_PET: Values = {
    "Modality": "PT",
    "SeriesType": ["STATIC", "IMAGE"],
    "Units": "BQML",
    "CountsSource": "EMISSION",
    "NumberOfSlices": 1,
    "CorrectedImage": ["DECY", "ATTN"],
    "DecayCorrection": "START",
    "CollimatorType": "NONE",
    "RescaleIntercept": "0",
    "RescaleSlope": "0.5",
    "FrameReferenceTime": "0",
    "ImageIndex": 1,
    "ActualFrameDuration": 60000,
    "DecayFactor": "1",
    "RadiopharmaceuticalInformationSequence": [
        {
            "Radiopharmaceutical": "FDG",
            "RadionuclideCodeSequence": [],
            "RadiopharmaceuticalStartTime": "090000",
        }
    ],
    "PatientOrientationCodeSequence": [],
    "PatientGantryRelationshipCodeSequence": [],
}
_XA: Values = {
    "Modality": "XA",
    "ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
    "PixelIntensityRelationship": "LOG",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "US",
    "RadiationSetting": "GR",
    "KVP": "80",
    "ExposureTime": 10,
    "XRayTubeCurrent": 100,
    "PositionerMotion": "STATIC",
    "PositionerPrimaryAngle": "0",
    "PositionerSecondaryAngle": "0",
    "BodyPartExamined": "HEART",
    "Laterality": None,
}
_XRF: Values = {
    **_XA,
    "Modality": "RF",
    "ColumnAngulation": "0",
    "PositionerMotion": None,
    "PositionerPrimaryAngle": None,
    "PositionerSecondaryAngle": None,
}
_DX: Values = {
    "Modality": "DX",
    "ImageType": ["ORIGINAL", "PRIMARY", ""],
    "PresentationIntentType": "FOR PRESENTATION",
    "AnatomicRegionSequence": CHEST,
    "Laterality": None,
    "ImageLaterality": "U",
    "BodyPartExamined": "CHEST",
    "PatientOrientation": ["L", "F"],
    "PixelIntensityRelationship": "LOG",
    "PixelIntensityRelationshipSign": -1,
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "US",
    "PresentationLUTShape": "IDENTITY",
    "WindowCenter": "2048",
    "WindowWidth": "4096",
    "DetectorType": "DIRECT",
    "DetectorID": "0",
    "DetectorConfiguration": "AREA",
    "ImagerPixelSpacing": ["0.1", "0.1"],
    "ViewPosition": "PA",
    "PositionerType": "NONE",
    "AcquisitionContextSequence": [],
    "RequestAttributesSequence": [{"RequestedProcedureID": "1", "ScheduledProcedureStepID": "1"}],
}
_PROCESSING: Values = {"PresentationIntentType": "FOR PROCESSING", "WindowCenter": None, "WindowWidth": None}
_MG: Values = {
    "Modality": "MG",
    "AnatomicRegionSequence": BREAST,
    "ImageLaterality": "L",
    "BodyPartExamined": "BREAST",
    "PatientOrientation": ["A", "F"],
    "PositionerType": "MAMMOGRAPHIC",
    "OrganExposed": "BREAST",
    "BreastImplantPresent": "NO",
    "PartialView": "NO",
    "ViewCodeSequence": [{**code("399162004", "SCT", "cranio-caudal")[0], "ViewModifierCodeSequence": []}],
    "ViewPosition": None,
}
_IO: Values = {
    "Modality": "IO",
    "ImageLaterality": "B",
    "BodyPartExamined": "JAW",
    "AnatomicRegionSequence": code("69856001", "SCT", "Mandible"),
    "PrimaryAnatomicStructureSequence": code("245607001", "SCT", "Tooth"),
    "ViewPosition": None,
}
_RT: Values = {
    "Modality": "RTIMAGE",
    "RTImageLabel": "portal",
    "RTImagePlane": "NORMAL",
    "ReportedValuesOrigin": "ACTUAL",
    "ConversionType": "DI",
    "ImageType": ["ORIGINAL", "PRIMARY", "PORTAL"],
    "OperatorsName": "",
    "RTImageDescription": "portal image",
    "PatientOrientation": [],
    "XRayImageReceptorTranslation": None,
    "XRayImageReceptorAngle": "0",
    "ImagePlanePixelSpacing": ["0.5", "0.5"],
    "RTImagePosition": ["-16", "16"],
    "RadiationMachineName": "LINAC",
    "RadiationMachineSAD": "1000",
    "RTImageSID": "1500",
    "PrimaryDosimeterUnit": "MU",
    "GantryAngle": "0",
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
}


def _x_ray(iod: str, number: str, own: Values) -> tuple[Specimen, Specimen]:
    """Return a For Presentation and a For Processing object."""
    return (
        Specimen(iod, f"{_CLASS}.1.{number}", _GREY_12, (BASE, _DX, own)),
        Specimen(iod, f"{_CLASS}.1.{number}.1", _GREY_12, (BASE, _DX, own, _PROCESSING), "For Processing"),
    )


SPECIMENS = (
    Specimen("Computed Radiography Image", f"{_CLASS}.1", Form(10), (BASE, _CR)),
    Specimen("CT Image", f"{_CLASS}.2", _SIGNED, (BASE, PLANE, _CT)),
    Specimen("MR Image", f"{_CLASS}.4", _GREY_12, (BASE, PLANE, _MR)),
    Specimen("Nuclear Medicine Image", f"{_CLASS}.20", Form(16, frames=2), (BASE, _NM)),
    Specimen("X-Ray Angiographic Image", f"{_CLASS}.12.1", Form(8, frames=3), (BASE, CINE, _XA)),
    Specimen("X-Ray Radiofluoroscopic Image", f"{_CLASS}.12.2", Form(10, frames=2), (BASE, CINE, _XRF)),
    Specimen("RT Image", f"{_CLASS}.481.1", _GREY_16, (BASE, _RT)),
    Specimen("Positron Emission Tomography Image", f"{_CLASS}.128", _SIGNED, (BASE, PLANE, _PET)),
    *_x_ray("Digital X-Ray Image", "1", {}),
    *_x_ray("Digital Mammography X-Ray Image", "2", _MG),
    *_x_ray("Digital Intra-Oral X-Ray Image", "3", _IO),
)
