"""One real file for each IOD of which the test extra brings one, and the codec that it goes through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom.data import get_testdata_file


@dataclass(frozen=True)
class Real:
    """One file. package: the wheel that brings it. errors: of dciodvfy on the file as it is."""

    iod: str
    name: str
    package: str
    codec: str
    errors: int

    def path(self) -> Path:
        """Return where the file lies; raises FileNotFoundError where the test extra is not installed."""
        found = get_testdata_file(self.name, download=False)
        if not isinstance(found, str):
            raise FileNotFoundError(f"{self.name} of {self.package}: pip install 'lossytools[test]'")
        return Path(found)


REAL = (
    Real("Computed Radiography Image", "RG3_J2KR.dcm", "pydicom-data", "jpegls", 0),
    Real("CT Image", "CT_small.dcm", "pydicom", "jpeg2000", 0),
    Real("MR Image", "MR_small.dcm", "pydicom", "jpegls", 0),
    Real("Ultrasound Image", "US1_J2KR.dcm", "pydicom-data", "jpeg2000", 1),
    Real("Ultrasound Multi-frame Image", "examples_ybr_color.dcm", "pydicom", "jpeg", 0),
    Real("Secondary Capture Image", "SC_rgb_small_odd.dcm", "pydicom", "jpeg", 2),
)
