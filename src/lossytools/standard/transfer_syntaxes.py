"""Transfer syntaxes and what each does to pixels (PS3.5 section 10, annex A; PS3.6 annex A)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal[
    "native", "rle", "jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl", "video", "deflated-frame", "jpip"
]
Loss = Literal["never", "always", "stream"]


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One transfer syntax.

    loss: "never" by definition, "always" inherently, "stream" where only the code stream tells.
    method: Defined Term of (0028,2114) for its lossy streams, "" where none is possible.
    """

    uid: str
    name: str
    family: Family
    loss: Loss
    method: str = ""

    @property
    def encapsulated(self) -> bool:
        """Pixel Data is a list of fragments (PS3.5 section A.4)."""
        return self.uid not in NATIVE


NATIVE = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
)
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
RLE = "1.2.840.10008.1.2.5"
_4 = "1.2.840.10008.1.2.4."
JPEG_BASELINE = _4 + "50"
JPEG_EXTENDED = _4 + "51"
JPEG_LS_LOSSLESS = _4 + "80"
JPEG_LS_NEAR_LOSSLESS = _4 + "81"
JPEG_2000_LOSSLESS = _4 + "90"
JPEG_2000 = _4 + "91"
JPEG_XL_LOSSLESS = _4 + "110"
JPEG_XL_RECOMPRESSION = _4 + "111"
JPEG_XL = _4 + "112"
HTJ2K_LOSSLESS = _4 + "201"
HTJ2K = _4 + "203"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
MPEG2_MAIN_LEVEL = _4 + "100"
MPEG2_HIGH_LEVEL = _4 + "101"
H264_LEVEL_4_1 = _4 + "102"
H264_BLURAY = _4 + "103"
H264_LEVEL_4_2 = _4 + "104"
HEVC_MAIN = _4 + "107"
HEVC_MAIN_10 = _4 + "108"


def fragmentable(uid: str) -> str:
    """Return the twin of an MPEG-2 or H.264 syntax that allows several fragments (PS3.5 section A.4)."""
    return uid + ".1"


def _video(suffix: str, name: str, method: str) -> tuple[TransferSyntax, TransferSyntax]:
    """Return a video syntax and its fragmentable twin (PS3.5 sections A.4.5 to A.4.9)."""
    return (
        TransferSyntax(_4 + suffix, name, "video", "always", method),
        TransferSyntax(_4 + suffix + ".1", f"Fragmentable {name}", "video", "always", method),
    )


TRANSFER_SYNTAXES: tuple[TransferSyntax, ...] = (
    TransferSyntax(IMPLICIT_LITTLE_ENDIAN, "Implicit VR Little Endian", "native", "never"),
    TransferSyntax(EXPLICIT_LITTLE_ENDIAN, "Explicit VR Little Endian", "native", "never"),
    TransferSyntax(DEFLATED, "Deflated Explicit VR Little Endian", "native", "never"),
    TransferSyntax(BIG_ENDIAN, "Explicit VR Big Endian", "native", "never"),
    TransferSyntax("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed", "native", "never"),
    TransferSyntax(RLE, "RLE Lossless", "rle", "never"),
    TransferSyntax(DEFLATED_FRAME, "Deflated Image Frame Compression", "deflated-frame", "never"),
    TransferSyntax(JPEG_BASELINE, "JPEG Baseline (Process 1)", "jpeg", "always", "ISO_10918_1"),
    TransferSyntax(JPEG_EXTENDED, "JPEG Extended (Process 2 and 4)", "jpeg", "always", "ISO_10918_1"),
    TransferSyntax(_4 + "57", "JPEG Lossless (Process 14)", "jpeg", "never"),
    TransferSyntax(_4 + "70", "JPEG Lossless (Process 14 SV1)", "jpeg", "never"),
    TransferSyntax(JPEG_LS_LOSSLESS, "JPEG-LS Lossless", "jpegls", "never"),
    TransferSyntax(JPEG_LS_NEAR_LOSSLESS, "JPEG-LS Near-lossless", "jpegls", "stream", "ISO_14495_1"),
    TransferSyntax(JPEG_2000_LOSSLESS, "JPEG 2000 Lossless Only", "jpeg2000", "never"),
    TransferSyntax(JPEG_2000, "JPEG 2000", "jpeg2000", "stream", "ISO_15444_1"),
    TransferSyntax(_4 + "92", "JPEG 2000 Part 2 Lossless Only", "jpeg2000", "never"),
    TransferSyntax(_4 + "93", "JPEG 2000 Part 2", "jpeg2000", "stream", "ISO_15444_1"),
    TransferSyntax(_4 + "94", "JPIP Referenced", "jpip", "stream"),
    TransferSyntax(_4 + "95", "JPIP Referenced Deflate", "jpip", "stream"),
    *_video("100", "MPEG2 Main Profile / Main Level", "ISO_13818_2"),
    *_video("101", "MPEG2 Main Profile / High Level", "ISO_13818_2"),
    *_video("102", "H.264 High Profile / Level 4.1", "ISO_14496_10"),
    *_video("103", "H.264 BD-compatible High Profile / Level 4.1", "ISO_14496_10"),
    *_video("104", "H.264 High Profile / Level 4.2 for 2D Video", "ISO_14496_10"),
    *_video("105", "H.264 High Profile / Level 4.2 for 3D Video", "ISO_14496_10"),
    *_video("106", "H.264 Stereo High Profile / Level 4.2", "ISO_14496_10"),
    TransferSyntax(_4 + "107", "HEVC Main Profile / Level 5.1", "video", "always", "ISO_23008_2"),
    TransferSyntax(_4 + "108", "HEVC Main 10 Profile / Level 5.1", "video", "always", "ISO_23008_2"),
    TransferSyntax(JPEG_XL_LOSSLESS, "JPEG XL Lossless", "jpegxl", "never"),
    TransferSyntax(JPEG_XL_RECOMPRESSION, "JPEG XL JPEG Recompression", "jpegxl", "always", "ISO_10918_1"),
    TransferSyntax(JPEG_XL, "JPEG XL", "jpegxl", "stream", "ISO_18181_1"),
    TransferSyntax(HTJ2K_LOSSLESS, "High-Throughput JPEG 2000 Lossless Only", "htj2k", "never"),
    TransferSyntax(_4 + "202", "High-Throughput JPEG 2000 with RPCL Lossless Only", "htj2k", "never"),
    TransferSyntax(HTJ2K, "High-Throughput JPEG 2000", "htj2k", "stream", "ISO_15444_15"),
    TransferSyntax(_4 + "204", "JPIP HTJ2K Referenced", "jpip", "stream"),
    TransferSyntax(_4 + "205", "JPIP HTJ2K Referenced Deflate", "jpip", "stream"),
)

BY_UID: dict[str, TransferSyntax] = {syntax.uid: syntax for syntax in TRANSFER_SYNTAXES}
