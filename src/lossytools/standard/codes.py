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
ACQUISITION_EQUIPMENT = Code("109101", "DCM", "Acquisition Equipment")  # CID 7005
PROCESSING_EQUIPMENT = Code("109102", "DCM", "Processing Equipment")  # CID 7005
MODIFYING_EQUIPMENT = Code("109103", "DCM", "Modifying Equipment")  # CID 7005
