"""What the examples of the rules are made of: an ultrasound cine, native and as JPEG, and changes to it.

The pixel data is described and never made: evidence holds facts only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.evidence import Encapsulation, StreamFact
from lossytools.standard.codes import (
    LOSSY_COMPRESSION,
    LOSSY_PREDECESSOR,
    PROCESSED_PREDECESSOR,
    PROCESSING_EQUIPMENT,
    UNCOMPRESSED_PREDECESSOR,
    Code,
)
from lossytools.standard.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN, JPEG_BASELINE

US_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"
ENDOSCOPY = "1.2.840.10008.5.1.4.1.1.77.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
CT = "1.2.840.10008.5.1.4.1.1.2"
SOURCE_UID, DERIVED_UID, OLDER_UID = "1.2.3.4.1", "2.25.4711", "1.2.3.4.0"
NATIVE_BYTES = 480 * 640 * 3 * 3  # three frames of RGB: 2,764,800 bytes

CODE_STREAMS = Encapsulation(
    basic_offsets=(0, 92168, 184338),
    offsets=(0, 92168, 184338),  # each fragment costs its length and 8 bytes of item header
    lengths=(92160, 92162, 92160),
    delimited=True,
    frames=((0, 1), (1, 2), (2, 3)),
    stream_bytes=(92159, 92161, 92160),  # 276,480 bytes: a tenth of the native length
)
JPEG_HEADER = StreamHeader("jpeg", "SOF0", 480, 640, 3, 8, irreversible=True, subsampling="444")
J2K_HEADER = StreamHeader(
    "jpeg2000",
    "9-7",
    480,
    640,
    3,
    8,
    irreversible=True,
    signed=False,
    component_transform=True,
    subsampling="444",
)
JPEG_LS_HEADER = StreamHeader("jpegls", "SOF55", 480, 640, 3, 8, irreversible=True, near=2, subsampling="444")


def code_item(code: Code) -> dict[str, str]:
    """Return one item of a code sequence (PS3.3 section 8.8)."""
    return {
        "CodeValue": code.value,
        "CodingSchemeDesignator": code.scheme,
        "CodeMeaning": code.meaning,
    }


def source_item(uid: str, purpose: Code | None = UNCOMPRESSED_PREDECESSOR) -> dict[str, Any]:
    """Return one item of Source Image Sequence (PS3.3 section C.12.4.1.2)."""
    item: dict[str, Any] = {
        "ReferencedSOPClassUID": US_MULTIFRAME,
        "ReferencedSOPInstanceUID": uid,
        "SpatialLocationsPreserved": "YES",
    }
    if purpose is not None:
        item["PurposeOfReferenceCodeSequence"] = [code_item(purpose)]
    return item


def equipment_item(purpose: Code = PROCESSING_EQUIPMENT, maker: str = "lossytools") -> dict[str, Any]:
    """Return one item of Contributing Equipment Sequence (PS3.3 section C.12.1.1.5)."""
    return {"PurposeOfReferenceCodeSequence": [code_item(purpose)], "Manufacturer": maker}


LOSSY_CODE = code_item(LOSSY_COMPRESSION)
FROM_LOSSY = source_item(SOURCE_UID, LOSSY_PREDECESSOR)
FROM_PROCESSED = source_item(SOURCE_UID, PROCESSED_PREDECESSOR)

SHARED: dict[str, Any] = {
    "SOPClassUID": US_MULTIFRAME,
    "PatientName": "Nobody^At All",
    "PatientID": "0",
    "StudyInstanceUID": "1.2.3.4.5",
    "SeriesInstanceUID": "1.2.3.4.6",
    "StudyDate": "20250102",
    "Manufacturer": "Maker",
    "NumberOfFrames": "3",
    "FrameIncrementPointer": 0x00181063,
    "FrameTime": "40",
    "SamplesPerPixel": 3,
    "PlanarConfiguration": 0,
    "Rows": 480,
    "Columns": 640,
    "BitsAllocated": 8,
    "BitsStored": 8,
    "HighBit": 7,
    "PixelRepresentation": 0,
    "meta__FileMetaInformationGroupLength": 200,
    "meta__MediaStorageSOPClassUID": US_MULTIFRAME,
}
SOURCE: dict[str, Any] = SHARED | {
    "SOPInstanceUID": SOURCE_UID,
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "InstanceCreationDate": "20250102",
    "InstanceCreationTime": "101500",
    "PhotometricInterpretation": "RGB",
    "meta__MediaStorageSOPInstanceUID": SOURCE_UID,
    "meta__TransferSyntaxUID": EXPLICIT_LITTLE_ENDIAN,
    "meta__ImplementationClassUID": "1.2.3.9",
    "meta__ImplementationVersionName": "SCANNER_1",
}
DERIVED: dict[str, Any] = SHARED | {
    "SOPInstanceUID": DERIVED_UID,
    "ImageType": ["DERIVED", "PRIMARY"],
    "InstanceCreationDate": "20260304",
    "InstanceCreationTime": "080000",
    "DerivationDescription": "JPEG quality 90, ratio 10.0000:1",
    "DerivationCodeSequence": [LOSSY_CODE],
    "SourceImageSequence": [source_item(SOURCE_UID)],
    "ContributingEquipmentSequence": [equipment_item()],
    "PhotometricInterpretation": "YBR_FULL_422",
    "LossyImageCompression": "01",
    "LossyImageCompressionRatio": "10.0000",
    "LossyImageCompressionMethod": "ISO_10918_1",
    "meta__MediaStorageSOPInstanceUID": DERIVED_UID,
    "meta__TransferSyntaxUID": JPEG_BASELINE,
    "meta__ImplementationClassUID": "2.25.1",
    "meta__ImplementationVersionName": "LOSSYTOOLS_0_1",
}
ENCAPSULATED: dict[str, Any] = {
    "pixel_vr": "OB",
    "pixel_length": None,
    "encapsulation": CODE_STREAMS,
}

NATIVE: dict[str, Any] = {
    "meta__TransferSyntaxUID": EXPLICIT_LITTLE_ENDIAN,
    "PhotometricInterpretation": "RGB",
    "pixel_vr": "OW",
    "pixel_length": NATIVE_BYTES,
    "encapsulation": None,
    "streams": (),
}
"""Changes that leave the derived object decompressed, its record kept."""

JPEG_SOURCE: dict[str, Any] = ENCAPSULATED | {
    "meta__TransferSyntaxUID": JPEG_BASELINE,
    "PhotometricInterpretation": "YBR_FULL_422",
    "streams": (StreamFact(1, 3, JPEG_HEADER),),
}
"""Changes that make the source a JPEG, with nothing said of it in its header."""

JPEG_2000: dict[str, Any] = {
    "meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.91",
    "PhotometricInterpretation": "YBR_ICT",
    "LossyImageCompressionMethod": "ISO_15444_1",
    "streams": (StreamFact(1, 3, J2K_HEADER),),
}
"""Changes that make the derived object an irreversible JPEG 2000."""

JPEG_2000_REVERSIBLE: dict[str, Any] = JPEG_2000 | {
    "meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.90",
    "PhotometricInterpretation": "YBR_RCT",
    "LossyImageCompressionMethod": "ISO_10918_1",
    "streams": (StreamFact(1, 3, replace(J2K_HEADER, process="5-3", irreversible=False)),),
}
"""Changes that make the derived object a lossless JPEG 2000 of what once was JPEG."""

JPEG_LS: dict[str, Any] = {
    "meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.81",
    "PhotometricInterpretation": "RGB",
    "LossyImageCompressionMethod": "ISO_14495_1",
    "streams": (StreamFact(1, 3, JPEG_LS_HEADER),),
}
"""Changes that make the derived object a near-lossless JPEG-LS."""

GREY: dict[str, Any] = {
    "PhotometricInterpretation": "MONOCHROME2",
    "SamplesPerPixel": 1,
    "PlanarConfiguration": None,
    "stream__samples": 1,
    "stream__subsampling": None,
}
"""Changes that leave one sample a pixel; the measured ratio becomes a third."""

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
FRAME_ORIGINAL: dict[str, Any] = {"MRImageFrameTypeSequence": [{"FrameType": ["ORIGINAL", "PRIMARY"]}]}
FRAME_DERIVED: dict[str, Any] = {"MRImageFrameTypeSequence": [{"FrameType": ["DERIVED", "PRIMARY"]}]}
GROUP_DERIVATION: dict[str, Any] = {
    "DerivationImageSequence": [
        {"DerivationCodeSequence": [LOSSY_CODE], "SourceImageSequence": [source_item(SOURCE_UID)]}
    ]
}
ENHANCED_CLASS: dict[str, Any] = {
    "SOPClassUID": ENHANCED_MR,
    "meta__MediaStorageSOPClassUID": ENHANCED_MR,
}
ENHANCED: dict[str, Any] = ENHANCED_CLASS | {
    "SharedFunctionalGroupsSequence": [FRAME_DERIVED | GROUP_DERIVATION],
}
"""Changes that give the frames of the derived object functional groups."""

ENHANCED_SOURCE: dict[str, Any] = ENHANCED | {"SharedFunctionalGroupsSequence": [FRAME_ORIGINAL]}
"""Changes that make a source of it."""

NEVER_LOSSY: dict[str, Any] = {
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "LossyImageCompression": None,
    "LossyImageCompressionRatio": None,
    "LossyImageCompressionMethod": None,
    "DerivationDescription": None,
    "DerivationCodeSequence": None,
    "SourceImageSequence": None,
}
"""Changes that take the whole lossy record away."""

SAME_UID: dict[str, Any] = {
    "SOPInstanceUID": SOURCE_UID,
    "meta__MediaStorageSOPInstanceUID": SOURCE_UID,
    "InstanceCreationDate": "20250102",
    "InstanceCreationTime": "101500",
    "ContributingEquipmentSequence": None,
}
"""Changes that leave the source's identity in place, as a lossless step does."""
