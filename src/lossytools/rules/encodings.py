"""Family P: which form of pixels the transfer syntax and the IOD allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.elements import tag_of
from lossytools.rules.attributes import filled, number
from lossytools.rules.bases import (
    CT,
    GREY,
    JPEG_2000,
    JPEG_2000_REVERSIBLE,
    JPEG_LS,
    NATIVE,
)
from lossytools.rules.definition import Remark, one, rule
from lossytools.rules.facts import is_ultrasound, syntax_of
from lossytools.rules.pixels import photometric
from lossytools.standard import ultrasound
from lossytools.standard.photometrics import bits_in

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_4 = "1.2.840.10008.1.2.4."
_PLACES = ("PixelData", "FloatPixelData", "DoubleFloatPixelData", "PixelDataProviderURL")
_FLOATS = {"FloatPixelData", "DoubleFloatPixelData"}
_URL = "PixelDataProviderURL"
_RLE = {"meta__TransferSyntaxUID": "1.2.840.10008.1.2.5", "streams": ()}
_HTJ2K = JPEG_2000 | {"meta__TransferSyntaxUID": _4 + "203"}


@rule(
    "P02",
    "Ultrasound declares colour as its transfer syntax demands",
    severity="E",
    cites="PS3.3 C.8.5.6.1.2",
    repair="declare what the code streams hold; native colour is converted to RGB",
    holds=[
        one(),
        one(**NATIVE),
        one(**JPEG_2000),
        one(**JPEG_2000_REVERSIBLE),
        one(**_HTJ2K),
        one(**JPEG_LS),
        one(**_RLE, PhotometricInterpretation="YBR_FULL"),
        one(**NATIVE | GREY),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL_422", "SOPClassUID": CT}),
    ],
    breaks=[
        one(PhotometricInterpretation="RGB"),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL_422"}),
        one(**NATIVE | {"PhotometricInterpretation": "YBR_FULL"}),
        one(**JPEG_2000 | {"PhotometricInterpretation": "RGB"}),
        one(**_HTJ2K | {"PhotometricInterpretation": "RGB"}),
        one(**_RLE, PhotometricInterpretation="YBR_FULL_422"),
        one(**NATIVE | GREY | {"PhotometricInterpretation": "MONOCHROME1"}),
    ],
    applies_to="ultrasound, retired classes too; the syntaxes that the clause names",
)
def ultrasound_colour_fits(evidence: Evidence) -> Said:
    """One form of colour for each syntax, so that a viewer of ultrasound need know no other.

    Two faults are warnings. MONOCHROME1 is none of the Defined Terms there, but those may be extended.
    YBR_FULL where the clause wants RGB has a row in the module's table of planar configurations.
    """
    found, syntax = photometric(evidence), syntax_of(evidence)
    if not (found and evidence.pixel_keyword and is_ultrasound(evidence)):
        return
    if found == "MONOCHROME1":
        yield Remark("ultrasound is declared MONOCHROME1", "W")
        return
    wanted = ultrasound.colours_for(evidence.transfer_syntax)
    if syntax is not None and wanted and found not in {*wanted, *ultrasound.GREY}:
        says = f"ultrasound in {syntax.name} is declared {found[:16]}, not {' or '.join(wanted)}"
        yield Remark(says, "W" if (found, wanted) == ("YBR_FULL", ("RGB",)) else "E")


@rule(
    "P06",
    "The transfer syntax carries these Bits Allocated and Bits Stored",
    severity="E",
    cites="PS3.5 Tables 8.2.1-1 to 8.2.15-1",
    repair="declare what the code streams hold, or encode again in a form the syntax carries",
    holds=[
        one(),
        one(**JPEG_2000 | {"BitsAllocated": 16, "BitsStored": 12}),
        one(**JPEG_2000 | GREY | {"BitsAllocated": 1, "BitsStored": 1}),
        one(**NATIVE | {"BitsAllocated": 64}),
        one(PhotometricInterpretation="YBR_FULL", BitsStored=7),
    ],
    breaks=[
        one(BitsStored=7),
        one(BitsAllocated=16),
        one(**GREY | {"meta__TransferSyntaxUID": _4 + "51", "BitsAllocated": 16, "BitsStored": 10}),
        one(**JPEG_LS | {"PhotometricInterpretation": "YBR_FULL", "BitsAllocated": 16}),
        one(**JPEG_2000 | {"BitsAllocated": 64, "BitsStored": 39}),
        one(
            meta__TransferSyntaxUID=_4 + "108",
            PhotometricInterpretation="YBR_PARTIAL_420",
            LossyImageCompressionMethod="ISO_23008_2",
            streams=(),
        ),
    ],
    applies_to="JPEG, JPEG-LS, JPEG 2000, video, recompressed JPEG; the rows of P01",
)
def syntax_carries_bits(evidence: Evidence) -> Said:
    """A decoder of the syntax need not have another depth, and may read the wrong one."""
    allocated, stored = (number(evidence.image, name) for name in ("BitsAllocated", "BitsStored"))
    bits, clause = bits_in(evidence.transfer_syntax, photometric(evidence))
    syntax = syntax_of(evidence)
    if syntax is None or not bits or allocated is None or stored is None:
        return
    if not any(allocated == cell and stored in range_ for cell, range_ in bits):
        yield f"{syntax.name} does not carry {stored} bits stored in {allocated}, see {clause}"


@rule(
    "P32",
    "Pixels stand in one place, and floating point stands native",
    severity="E",
    cites="PS3.5 8.2, A.4",
    repair="keep the one place that holds the pixels; write floating point in a native syntax",
    holds=[
        one(),
        one(**NATIVE | {"pixel_keyword": "FloatPixelData"}),
        one(
            meta__TransferSyntaxUID=_4 + "94",
            PixelDataProviderURL="https://example.org/1",
            pixel_keyword="",
            encapsulation=None,
            streams=(),
        ),
    ],
    breaks=[
        one(FloatPixelData=b"\0\0\0\0"),
        one(**NATIVE | {"PixelDataProviderURL": "https://example.org/1"}),
        one(
            pixel_keyword="DoubleFloatPixelData",
            pixel_length=480 * 640 * 3 * 3 * 8,
            encapsulation=None,
            streams=(),
        ),
        one(PixelDataProviderURL="https://example.org/1", pixel_keyword="", encapsulation=None),
    ],
)
def pixels_stand_in_one_place(evidence: Evidence) -> Said:
    """Two places may hold two images; and no code stream is defined for floating point."""
    found = [place for place in _PLACES if place == evidence.pixel_keyword or _has(evidence, place)]
    if len(found) > 1:
        yield f"{' and '.join(found)} in one data set"
    syntax = syntax_of(evidence)
    if syntax is None or not syntax.encapsulated:
        return
    barred = _FLOATS if syntax.family == "jpip" else {*_FLOATS, _URL}
    for place in found:
        if place in barred:
            yield f"{place} under {syntax.name}"


def _has(evidence: Evidence, keyword: str) -> bool:
    """Return whether the header itself holds pixels, or tells where they are."""
    tag = tag_of(keyword)
    return tag is not None and filled(evidence.image, tag)


RULES: tuple[Rule, ...] = (ultrasound_colour_fits, syntax_carries_bits, pixels_stand_in_one_place)
