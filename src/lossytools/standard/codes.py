"""Coded concepts that a lossy step writes (PS3.16 context groups 7203, 7202, 7005)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept: Code Value, Coding Scheme Designator, Code Meaning (PS3.3 section 8.8)."""

    value: str
    scheme: str
    meaning: str


LOSSY_COMPRESSION = Code("113040", "DCM", "Lossy Compression")  # CID 7203 Image Derivation
UNCOMPRESSED_PREDECESSOR = Code("121320", "DCM", "Uncompressed predecessor")  # CID 7202
LOSSY_PREDECESSOR = Code("121330", "DCM", "Lossy compressed predecessor")  # CID 7202
PROCESSED_PREDECESSOR = Code("121322", "DCM", "Source image for image processing operation")  # CID 7202
MASK_IMAGE = Code("121321", "DCM", "Mask image for image processing operation")  # CID 7202
ACQUISITION_EQUIPMENT = Code("109101", "DCM", "Acquisition Equipment")  # CID 7005
PROCESSING_EQUIPMENT = Code("109102", "DCM", "Processing Equipment")  # CID 7005
MODIFYING_EQUIPMENT = Code("109103", "DCM", "Modifying Equipment")  # CID 7005

MEANINGS: dict[str, str] = {
    "109100": "Synthesizing Equipment",
    "109101": "Acquisition Equipment",
    "109102": "Processing Equipment",
    "109103": "Modifying Equipment",
    "109104": "De-identifying Equipment",
    "109105": "Frame Extracting Equipment",
    "109106": "Enhanced Multi-frame Conversion Equipment",
    "113040": "Lossy Compression",
    "121320": "Uncompressed predecessor",
    "121321": "Mask image for image processing operation",
    "121322": "Source image for image processing operation",
    "121324": "Source image",
    "121325": "Lossy compressed image",
    "121326": "Alternate SOP Class instance",
    "121327": "Full fidelity image",
    "121329": "Source image for montage",
    "121330": "Lossy compressed predecessor",
    "121358": "For Processing predecessor",
}
"""Code Value to Code Meaning, scheme DCM: what the record may name, and what is easily taken for it."""
