"""Families P and F: native pixel data against its header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.rules.attributes import number
from lossytools.rules.bases import GREY, NATIVE, NATIVE_BYTES
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import frame_count, syntax_of
from lossytools.rules.pixels import photometric
from lossytools.standard.encodings import NEVER_NATIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_SHARED_CHROMA = {"YBR_FULL_422": 2.0, "YBR_PARTIAL_422": 2.0, "YBR_PARTIAL_420": 1.5}
_LONGEST = 0xFFFF_FFFE  # bytes; one more stands for undefined length
_BITS_OF = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}


@rule(
    "P20",
    "Native pixels have a native Photometric Interpretation",
    severity="E",
    cites="PS3.5 8.2",
    repair="declare the colour space of the decoded samples, mostly RGB",
    holds=[one(**NATIVE), one()],
    breaks=[one(**NATIVE | {"PhotometricInterpretation": name}) for name in NEVER_NATIVE],
    applies_to="native pixel data",
)
def native_is_not_a_transform(evidence: Evidence) -> Said:
    """Component transforms live inside code streams; a label left after decoding turns colours."""
    syntax, found = syntax_of(evidence), photometric(evidence)
    if syntax is not None and syntax.family == "native" and evidence.pixel_keyword and found in NEVER_NATIVE:
        yield f"native pixel data is declared {found}"


@dataclass(frozen=True, slots=True)
class _Size:
    """What the native length is counted from."""

    pixels: int
    samples: float
    bits: int

    @property
    def padded(self) -> int:
        """The length in bytes, even: bits are packed over all frames (PS3.5 section 8.1.1)."""
        length = -(-int(self.pixels * self.samples * self.bits) // 8)
        return length + length % 2


def _size(evidence: Evidence) -> Iterator[_Size]:
    """Yield the native size, nothing where an attribute is missing."""
    names = ("Rows", "Columns", "SamplesPerPixel")
    frames, rows, columns, samples = frame_count(evidence), *(number(evidence.image, name) for name in names)
    bits = _BITS_OF.get(evidence.pixel_keyword) or number(evidence.image, "BitsAllocated")
    if frames and rows and columns and samples and bits and frames > 0:
        yield _Size(frames * rows * columns, _SHARED_CHROMA.get(photometric(evidence), samples), bits)


@rule(
    "P21",
    "Native pixel data has the length its header says",
    severity="E",
    cites="PS3.5 8.1.1; PS3.3 C.7.6.3.1.2",
    repair="correct Number of Frames, or take the missing pixels from the source",
    holds=[
        one(**NATIVE),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL_422", "pixel_length": NATIVE_BYTES // 3 * 2}),
        one(**NATIVE | GREY | {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "pixel_length": 115200}),
        one(**NATIVE | GREY | {"Rows": 1, "Columns": 1, "pixel_length": 4}),
    ],
    breaks=[
        one(**NATIVE | {"NumberOfFrames": "4"}),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL_422"}),
        one(**NATIVE | GREY | {"Rows": 1, "Columns": 1, "pixel_length": 3}),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL_422", "Columns": 639}),
    ],
    applies_to="native pixel data",
)
def native_length_fits(evidence: Evidence) -> Said:
    """Too short is truncated, too long is a header of another image.

    Native YBR_FULL_422 has two samples a pixel, whatever Samples per Pixel says.
    """
    syntax = syntax_of(evidence)
    if syntax is None or syntax.encapsulated or evidence.pixel_length is None or not evidence.pixel_keyword:
        return
    for size in _size(evidence):
        if evidence.pixel_length != size.padded:
            yield f"native pixel data has {evidence.pixel_length} bytes, its header says {size.padded}"
    if photometric(evidence) == "YBR_FULL_422" and (number(evidence.image, "Columns") or 0) % 2:
        yield "native YBR_FULL_422 with an odd number of columns"


@rule(
    "F18",
    "Native pixel data fits a length of 32 bits",
    severity="W",
    cites="PS3.5 7.1.1, 8.1.1",
    repair="write Encapsulated Uncompressed, 1.2.840.10008.1.2.1.98, or a lossless syntax",
    holds=[one(**NATIVE), one(NumberOfFrames="5000")],
    breaks=[one(**NATIVE | {"NumberOfFrames": "5000"})],  # 4,608,000,000 bytes
    applies_to="native pixel data",
)
def native_length_is_expressible(evidence: Evidence) -> Said:
    """The length of a native value has 32 bits; what is larger is cut off, or cannot be told apart."""
    syntax = syntax_of(evidence)
    if syntax is None or syntax.encapsulated or not evidence.pixel_keyword:
        return
    for size in _size(evidence):
        if size.padded > _LONGEST:
            yield f"the header says {size.padded} bytes, a native value ends at {_LONGEST}"


RULES: tuple[Rule, ...] = (native_is_not_a_transform, native_length_fits, native_length_is_expressible)
