"""Defined Terms of Lossy Image Compression Method (0028,2114), PS3.3 section C.7.6.1.1.5.1."""

from __future__ import annotations

METHODS: dict[str, str] = {
    "ISO_10918_1": "JPEG Lossy Compression",
    "ISO_14495_1": "JPEG-LS Near-lossless Compression",
    "ISO_15444_1": "JPEG 2000 Irreversible Compression",
    "ISO_15444_15": "High-Throughput JPEG 2000 Irreversible Compression",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG2 Compression",
    "ISO_14496_10": "MPEG-4 AVC/H.264 Compression",
    "ISO_23008_2": "HEVC/H.265 Lossy Compression",
}
"""Term to meaning. Terms may be extended, so another one is a warning and no error."""

NEAR_WORDS = "JPEG-LS near-lossless, maximum error {} grey levels"
"""How Derivation Description tells of NEAR."""

METHOD_OF_FAMILY: dict[str, str] = {
    "jpeg": "ISO_10918_1",
    "jpegls": "ISO_14495_1",
    "jpeg2000": "ISO_15444_1",
    "htj2k": "ISO_15444_15",
    "jpegxl": "ISO_18181_1",
}
"""Family of a lossy code stream to its term."""
