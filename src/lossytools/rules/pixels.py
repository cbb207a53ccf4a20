"""Family P: the Image Pixel Module against the transfer syntax and the IOD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import has, number, text
from lossytools.rules.bases import CT, GREY, JPEG_2000, JPEG_LS, NATIVE
from lossytools.rules.definition import one, pair, rule
from lossytools.rules.facts import coded_lossy, is_ultrasound, is_video, syntax_of
from lossytools.standard.photometrics import SAMPLES, allowed_in

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

PLANAR_0 = {"jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl", "video"}
_UNSIGNED = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
_PALETTES = (
    "RedPaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData",
    "PaletteColorLookupTableUID",
)
_MPEG4 = "1.2.840.10008.1.2.4.104"
_PALETTE = {"PhotometricInterpretation": "PALETTE COLOR", "RedPaletteColorLookupTableData": b"\0\0"}


def photometric(evidence: Evidence) -> str:
    """Return Photometric Interpretation (0028,0004), "" when absent."""
    return text(evidence.image, "PhotometricInterpretation")


@rule(
    "P01",
    "The transfer syntax carries this Photometric Interpretation",
    severity="E",
    cites="PS3.5 Tables 8.2.1-1 to 8.2.15-1",
    repair="declare what the code streams hold, or encode again in a form the syntax carries",
    holds=[one(), one(**JPEG_2000), one(**JPEG_LS), one(**NATIVE), one(PhotometricInterpretation=None)],
    breaks=[
        one(PhotometricInterpretation="YBR_FULL"),
        one(**JPEG_LS | {"PhotometricInterpretation": "YBR_FULL_422"}),
        one(meta__TransferSyntaxUID="1.2.840.10008.1.2.4.51"),
        one(meta__TransferSyntaxUID=_MPEG4, streams=(), LossyImageCompressionMethod="ISO_14496_10"),
    ],
    applies_to="encapsulated images",
)
def syntax_carries_photometric(evidence: Evidence) -> Said:
    """The tables are complete: a decoder need not know any other combination."""
    allowed, clause = allowed_in(evidence.transfer_syntax)
    found, syntax = photometric(evidence), syntax_of(evidence)
    if found and allowed and syntax is not None and found not in allowed:
        yield f"{syntax.name} does not carry {found[:16]}, see {clause}"


@rule(
    "P03",
    "Samples per Pixel fits the Photometric Interpretation",
    severity="E",
    cites="PS3.3 C.7.6.3.1.2",
    repair="declare what the pixel data holds",
    holds=[one(), one(**GREY)],
    breaks=[one(SamplesPerPixel=1), one(**GREY | {"SamplesPerPixel": 3, "PlanarConfiguration": 0})],
)
def samples_fit_photometric(evidence: Evidence) -> Said:
    """A reader takes its stride from the one and its colours from the other."""
    samples, wanted = number(evidence.image, "SamplesPerPixel"), SAMPLES.get(photometric(evidence))
    if samples is not None and wanted is not None and samples != wanted:
        yield f"{photometric(evidence)} has {wanted} samples a pixel, declared are {samples}"


@rule(
    "P04",
    "Planar Configuration is there for colour and only for colour",
    severity="E",
    cites="PS3.3 C.7.6.3.1.3",
    repair="add (0028,0006) for several samples a pixel, remove it for one",
    holds=[one(), one(**GREY)],
    breaks=[one(PlanarConfiguration=None), one(**GREY | {"PlanarConfiguration": 0})],
)
def planar_is_for_colour(evidence: Evidence) -> Said:
    """Without it the order of native colour samples is a guess."""
    samples, planar = (number(evidence.image, name) for name in ("SamplesPerPixel", "PlanarConfiguration"))
    if samples is not None and samples > 1 and planar is None:
        yield f"{samples} samples a pixel and no Planar Configuration"
    if samples == 1 and planar is not None:
        yield "1 sample a pixel, and Planar Configuration is present"


@rule(
    "P05",
    "Compressed colour is declared as Planar Configuration 0",
    severity="E",
    cites="PS3.5 8.2.1 to 8.2.15",
    repair="set (0028,0006) to 0; the code streams say how their components lie",
    holds=[one(), one(**NATIVE | {"PlanarConfiguration": 1}), one(**GREY)],
    breaks=[one(PlanarConfiguration=1), one(**JPEG_LS | {"PlanarConfiguration": 1})],
    applies_to="JPEG, JPEG-LS, JPEG 2000, HTJ2K, JPEG XL, video",
)
def compressed_is_by_pixel(evidence: Evidence) -> Said:
    """Readers that reorder by the header garble colours that the decoder put right already."""
    syntax, planar = syntax_of(evidence), number(evidence.image, "PlanarConfiguration")
    if syntax is not None and syntax.family in PLANAR_0 and planar not in {None, 0}:
        yield f"{syntax.name} with Planar Configuration {planar}"


@rule(
    "P07",
    "Bits Allocated, Bits Stored and High Bit fit together",
    severity="E",
    cites="PS3.5 8.1.1; PS3.3 C.8.5.6.1",
    repair="set High Bit to Bits Stored - 1, and Bits Allocated to 1 or a multiple of 8",
    holds=[
        one(),
        one(SOPClassUID=CT, BitsAllocated=16, BitsStored=12, HighBit=11),
        one(SOPClassUID=CT, BitsAllocated=1, BitsStored=1, HighBit=0),
    ],
    breaks=[
        one(HighBit=8),
        one(SOPClassUID=CT, BitsStored=12, HighBit=11),
        one(SOPClassUID=CT, BitsAllocated=12),
        one(BitsAllocated=16, BitsStored=12, HighBit=11),
    ],
)
def bits_fit_together(evidence: Evidence) -> Said:
    """Samples stand at the low end of their cell; ultrasound fills its cell altogether."""
    names = ("BitsAllocated", "BitsStored", "HighBit")
    allocated, stored, high = (number(evidence.image, name) for name in names)
    if stored is not None and high is not None and high != stored - 1:
        yield f"High Bit {high}, Bits Stored {stored}"
    if allocated is None:
        return
    if stored is not None and stored > allocated:
        yield f"Bits Stored {stored} above Bits Allocated {allocated}"
    if allocated != 1 and (allocated < 1 or allocated % 8):
        yield f"Bits Allocated {allocated} is neither 1 nor a multiple of 8"
    sizes = {8, 16} if photometric(evidence) == "PALETTE COLOR" else {8}
    if is_ultrasound(evidence) and stored is not None and (allocated not in sizes or stored != allocated):
        yield f"ultrasound with Bits Allocated {allocated} and Bits Stored {stored}"


@rule(
    "P08",
    "Colour, JPEG and video samples are unsigned",
    severity="E",
    cites="PS3.5 8.2.1 to 8.2.11; PS3.3 C.8.5.6.1.3",
    repair="set Pixel Representation to 0 if the samples are unsigned; signed ones need another syntax",
    holds=[one(), one(**NATIVE | GREY | {"SOPClassUID": CT, "PixelRepresentation": 1})],
    breaks=[
        one(PixelRepresentation=1),
        one(**GREY | {"SOPClassUID": CT, "PixelRepresentation": 1}),
        one(**NATIVE | GREY | {"PixelRepresentation": 1}),
    ],
    applies_to="JPEG Baseline and Extended, video, colour, ultrasound",
)
def samples_are_unsigned(evidence: Evidence) -> Said:
    """These coders know no sign: a negative sample comes back as a large one."""
    if number(evidence.image, "PixelRepresentation") != 1:
        return
    colour = (number(evidence.image, "SamplesPerPixel") or 1) > 1
    if is_video(evidence) or colour or is_ultrasound(evidence) or evidence.transfer_syntax in _UNSIGNED:
        yield "Pixel Representation is 1, signed"


def _expanded(source: Evidence, derived: Evidence) -> Said:
    """Yield lookup tables left over from a palette that was expanded."""
    left = any(has(derived.image, name) for name in _PALETTES)
    if photometric(source) == "PALETTE COLOR" and photometric(derived) in {"RGB", "YBR_FULL_422"} and left:
        yield "the palette was expanded, its lookup tables are still there"


@rule(
    "P18",
    "Palette indices are never compressed with loss",
    severity="E",
    cites="PS3.5 8.2.1 to 8.2.4; PS3.3 C.7.6.3.1.2",
    repair="expand the palette to RGB first and remove its lookup tables",
    holds=[one(), one(**NATIVE | GREY | _PALETTE), pair(GREY | _PALETTE)],
    breaks=[
        one(**GREY | _PALETTE),
        one(**JPEG_2000 | GREY | _PALETTE),
        pair(GREY | _PALETTE, RedPaletteColorLookupTableData=b"\0\0"),
    ],
    between=_expanded,
)
def palette_is_lossless(evidence: Evidence) -> Said:
    """An index that is off by one is another colour, not a slightly different one."""
    if photometric(evidence) == "PALETTE COLOR" and coded_lossy(evidence):
        yield "PALETTE COLOR in a lossy code stream"


RULES: tuple[Rule, ...] = (
    syntax_carries_photometric,
    samples_fit_photometric,
    planar_is_for_colour,
    compressed_is_by_pixel,
    bits_fit_together,
    samples_are_unsigned,
    palette_is_lossless,
)
