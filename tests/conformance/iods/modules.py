"""Modules that many IODs share: patient, study, series, equipment, image plane (PS3.3 annex C)."""

from __future__ import annotations

from PIL import ImageCms

from iods.building import Values, code, uid

DATE, TIME = "20240229", "101500"

BASE: Values = {
    "SpecificCharacterSet": "ISO_IR 192",
    "PatientName": "TEST^NOBODY",
    "PatientID": "NOBODY",
    "PatientBirthDate": "",
    "PatientSex": "O",
    "StudyInstanceUID": uid("study"),
    "StudyDate": DATE,
    "StudyTime": TIME,
    "StudyID": "1",
    "AccessionNumber": "1",
    "ReferringPhysicianName": "",
    "SeriesInstanceUID": uid("series"),
    "SeriesDate": DATE,
    "SeriesTime": TIME,
    "SeriesNumber": 1,
    "Laterality": "",
    "Manufacturer": "lossytools",
    "ManufacturerModelName": "generated object",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "1",
    "InstanceNumber": 1,
    "ContentDate": DATE,
    "ContentTime": TIME,
    "AcquisitionDateTime": DATE + TIME,
    "AcquisitionDate": DATE,
    "AcquisitionTime": TIME,
    "AcquisitionNumber": 1,
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "PatientOrientation": ["L", "F"],
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
}
"""Patient, General Study, General Series, General Equipment, General Image, SOP Common."""

PLANE: Values = {
    "FrameOfReferenceUID": uid("frame of reference"),
    "PositionReferenceIndicator": "",
    "PixelSpacing": ["0.5", "0.5"],
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "ImagePositionPatient": ["0", "0", "0"],
    "SliceThickness": "5",
    "SliceLocation": "0",
}
"""Frame of Reference and Image Plane."""

CINE: Values = {"FrameTime": "40", "FrameIncrementPointer": 0x00181063}
"""Cine and Multi-frame, evenly timed."""

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

CHEST = code("43799004", "SCT", "Thoracic cavity structure")
HEART = code("80891009", "SCT", "Heart")
BREAST = code("76752008", "SCT", "Breast")
EYE = code("81745001", "SCT", "Eye")
SLIDE_SPECIMEN: Values = {
    "ContainerIdentifier": "1",
    "IssuerOfTheContainerIdentifierSequence": [],
    "ContainerTypeCodeSequence": code("433466003", "SCT", "Microscope slide"),
    "SpecimenDescriptionSequence": [
        {
            "SpecimenIdentifier": "1",
            "SpecimenUID": uid("specimen"),
            "IssuerOfTheSpecimenIdentifierSequence": [],
            "SpecimenPreparationSequence": [],
        }
    ],
}
