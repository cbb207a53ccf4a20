"""What one code stream says of itself, in one form for every standard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Family = Literal["jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl", "rle"]


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """The facts of a code stream's own markers; None where the stream does not say.

    family: the standard the stream follows.
    process: the marker or transform that names the process: "SOF0" ... "SOF15", "SOF55",
        "9-7", "5-3", "VarDCT", "Modular", "RLE".
    rows, columns: pixels. samples: components. precision: bits of a sample.
    signed: JPEG 2000 says it of each component, JPEG and JPEG-LS cannot.
    irreversible: whether the process loses information by its own markers: every JPEG but
        SOF3 does, JPEG-LS with NEAR > 0, JPEG 2000 with the 9-7 wavelet.
    near: the NEAR parameter of JPEG-LS.
    colour: "ycbcr" or "rgb" where markers (JFIF, Adobe APP14, component identifiers) tell.
    component_transform: the multiple component transform of JPEG 2000 is on.
    subsampling: "444", "422", "420", or another as "HxV,HxV,HxV"; None for one component.
    jfif: an APP0 JFIF marker is there. adobe_transform: value of APP14, None without one.
    container: boxes of a file format (JP2, JXL) surround the code stream.
    icc: SHA-256 of the ICC profile in APP2 segments of a JPEG, "" without a whole one.
    scan_start: where the entropy-coded data of a JPEG or JPEG-LS begins, in bytes; no fact of the pixels, so
        that streams which differ in nothing else are alike.
    """

    family: Family
    process: str
    rows: int
    columns: int
    samples: int
    precision: int
    irreversible: bool
    signed: bool | None = None
    near: int | None = None
    colour: Literal["ycbcr", "rgb"] | None = None
    component_transform: bool | None = None
    subsampling: str | None = None
    jfif: bool = False
    adobe_transform: int | None = None
    container: bool = False
    icc: str = ""
    scan_start: int = field(default=0, compare=False)
