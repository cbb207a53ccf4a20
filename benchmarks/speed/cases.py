"""The comparisons: who is given which input, and on how many cores."""

from __future__ import annotations

from dataclasses import dataclass

from speed.contestants import (
    DCMCJPEG,
    DCMCJPEG_STANDARD,
    DCMCJPLS,
    GDCM_J2K,
    GDCM_JPEG,
    GDCM_JPEGLS,
    HELP,
    MEASURING,
    PYDICOM_J2K,
    PYDICOM_JPEGLS,
    Contestant,
    api,
    bare,
    ours,
)

JPEG, JPEG_420, JPEGLS = "jpeg:quality=90", "jpeg:quality=90,subsampling=420", "jpegls:near=2"
J2K, J2K_12, HTJ2K = "jpeg2000:psnr_db=46", "jpeg2000:psnr_db=70", "htj2k:psnr_db=46"


@dataclass(frozen=True)
class Case:
    """One comparison. cores: 0 for all. contestants: in the order of their turns."""

    name: str
    image: str
    cores: int
    contestants: tuple[Contestant, ...]

    @property
    def title(self) -> str:
        """Name and cores."""
        return f"{self.name}, {'one core' if self.cores == 1 else 'all cores'}"


_JPEG_600 = (
    ours(JPEG),
    api(JPEG),
    api(JPEG, "none"),
    DCMCJPEG,
    DCMCJPEG_STANDARD,
    bare(JPEG),
    bare(JPEG, decode=True),
)
CASES = (
    Case("jpeg, 600 frames", "us600", 0, _JPEG_600),
    Case("jpeg, 600 frames", "us600", 1, _JPEG_600),
    Case("jpeg, 120 frames", "us120", 0, (ours(JPEG), api(JPEG), DCMCJPEG, DCMCJPEG_STANDARD, bare(JPEG))),
    Case("jpeg 4:2:0, 120 frames", "us120", 0, (ours(JPEG_420), api(JPEG_420), GDCM_JPEG, bare(JPEG_420))),
    Case("jpeg, 30 frames by plane", "us30", 0, (ours(JPEG), api(JPEG), DCMCJPEG, DCMCJPEG_STANDARD)),
    Case("jpeg, sample cine", "cine", 0, (ours(JPEG), api(JPEG), DCMCJPEG, DCMCJPEG_STANDARD, bare(JPEG))),
    Case(
        "jpegls, 600 frames",
        "us600",
        0,
        (ours(JPEGLS), api(JPEGLS), DCMCJPLS, GDCM_JPEGLS, PYDICOM_JPEGLS, bare(JPEGLS)),
    ),
    Case("jpegls, one CT", "ct", 0, (ours(JPEGLS), api(JPEGLS), DCMCJPLS, GDCM_JPEGLS, PYDICOM_JPEGLS)),
    Case("jpegls, 60 CT", "series", 0, (api(JPEGLS), DCMCJPLS, GDCM_JPEGLS, PYDICOM_JPEGLS)),
    Case(
        "jpeg2000, 120 frames",
        "us120",
        0,
        (ours(J2K), api(J2K), api(HTJ2K), GDCM_J2K, PYDICOM_J2K, bare(J2K)),
    ),
    Case("jpeg2000, 120 frames", "us120", 1, (api(J2K), api(J2K, "none"), bare(J2K))),
    Case("jpeg2000, 60 CT", "series", 0, (api(J2K_12), GDCM_J2K, PYDICOM_J2K, bare(J2K_12))),
    Case(
        "jpeg, 1,000 files",
        "files",
        1,
        (api(JPEG), bare(JPEG, decode=True), bare(JPEG, decode=True, sync=True), DCMCJPEG_STANDARD),
    ),
    Case("start-up", "tiny", 0, (HELP, ours(JPEG), DCMCJPEG)),
    Case("measuring", "tiny", 1, (MEASURING,)),
)
QUICK = (
    Case("jpeg, sample cine", "cine", 0, (ours(JPEG), api(JPEG), DCMCJPEG, bare(JPEG))),
    Case("jpegls, 60 CT", "series", 1, (api(JPEGLS), PYDICOM_JPEGLS)),
)
