"""Family P: what the code streams say of themselves against the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.evidence import StreamFact
from lossytools.rules.attributes import number
from lossytools.rules.bases import CT, GREY, JPEG_2000, JPEG_2000_REVERSIBLE, JPEG_HEADER, JPEG_LS
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import at, readable, syntax_of
from lossytools.rules.pixels import photometric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_4 = "1.2.840.10008.1.2.4."
_PROCESSES = {
    _4 + "50": "SOF0",
    _4 + "51": "SOF1",
    _4 + "57": "SOF3",
    _4 + "70": "SOF3",
    _4 + "80": "SOF55",
    _4 + "81": "SOF55",
}
_TRANSFORMED = {"5-3": "YBR_RCT", "9-7": "YBR_ICT"}
_J2K = {"jpeg2000", "htj2k"}
_SIGNED_GREY = GREY | {"SOPClassUID": CT, "PixelRepresentation": 1}
_TURNED = StreamFact(3, 1, StreamHeader("jpeg", "SOF0", 640, 480, 3, 8, irreversible=True))


def _sized(evidence: Evidence) -> Iterator[tuple[StreamFact, StreamHeader]]:
    """Yield the streams that state their own size: RLE does not."""
    return ((fact, header) for fact, header in readable(evidence) if header.family != "rle")


@rule(
    "P09",
    "Code streams have the precision and sign of the header",
    severity="E",
    cites="PS3.5 8.2.1, 8.2.4",
    repair="declare the precision of the code streams, or encode again from the source",
    holds=[one(), one(**JPEG_2000), one(**JPEG_2000 | _SIGNED_GREY, stream__signed=True)],
    breaks=[
        one(stream__precision=12),
        one(**JPEG_LS, stream__precision=7),
        one(**JPEG_2000, stream__signed=True),
        one(**JPEG_2000 | _SIGNED_GREY),
    ],
    applies_to="images in code streams that state a precision",
)
def precision_fits(evidence: Evidence) -> Said:
    """A window made for 12 bits shows 16-bit samples black, and the other way round white."""
    stored = number(evidence.image, "BitsStored")
    sign = number(evidence.image, "PixelRepresentation")
    for fact, header in _sized(evidence):
        if stored is not None and header.precision and header.precision != stored:
            yield f"{at(fact)}: precision {header.precision} bits, Bits Stored {stored}"
        if header.signed is not None and sign in {0, 1} and header.signed != bool(sign):
            kind = "signed" if header.signed else "unsigned"
            yield f"{at(fact)}: the stream is {kind}, Pixel Representation {sign}"


@rule(
    "P10",
    "Code streams have the size of the header",
    severity="E",
    cites="PS3.5 8.2.1 to 8.2.15",
    repair="correct Rows and Columns, or encode the frame again",
    holds=[one(), one(**JPEG_2000)],
    breaks=[one(Rows=481), one(streams=(StreamFact(1, 2, JPEG_HEADER), _TURNED))],
    applies_to="images in code streams that state a size",
)
def size_fits(evidence: Evidence) -> Said:
    """A decoder that trusts the header reads beyond its buffer or shows a sheared picture."""
    rows, columns = (number(evidence.image, name) for name in ("Rows", "Columns"))
    for fact, header in _sized(evidence):
        stated = (header.rows, header.columns)
        if rows and columns and all(stated) and stated != (rows, columns):
            yield f"{at(fact)}: {header.rows} rows of {header.columns}, the header says {rows} of {columns}"


@rule(
    "P11",
    "Code streams have as many components as there are samples a pixel",
    severity="E",
    cites="PS3.5 8.2.1 to 8.2.15",
    repair="declare what the code streams hold",
    holds=[one(), one(**GREY)],
    breaks=[one(stream__samples=1), one(stream__samples=4)],
    applies_to="images in code streams that state their components",
)
def components_fit(evidence: Evidence) -> Said:
    """Grey coded as colour, or colour as grey, is shown wrong by every second viewer."""
    samples = number(evidence.image, "SamplesPerPixel")
    for fact, header in _sized(evidence):
        if samples and header.samples and header.samples != samples:
            yield f"{at(fact)}: {header.samples} components, Samples per Pixel {samples}"


@rule(
    "P12",
    "The component transform of JPEG 2000 is declared",
    severity="E",
    cites="PS3.5 8.2.4",
    repair="declare YBR_ICT (9-7) or YBR_RCT (5-3) where the transform is on, else RGB",
    holds=[
        one(**JPEG_2000),
        one(**JPEG_2000_REVERSIBLE),
        one(**JPEG_2000 | {"PhotometricInterpretation": "RGB"}, stream__component_transform=False),
    ],
    breaks=[
        one(**JPEG_2000 | {"PhotometricInterpretation": "RGB"}),
        one(**JPEG_2000 | {"PhotometricInterpretation": "YBR_RCT"}),
        one(**JPEG_2000, stream__component_transform=False),
    ],
    applies_to="JPEG 2000 and HTJ2K in colour",
)
def transform_is_declared(evidence: Evidence) -> Said:
    """Some readers undo the transform by the stream, others by the label: both must agree."""
    found = photometric(evidence)
    for fact, header in _sized(evidence):
        wanted = _TRANSFORMED.get(header.process)
        if header.family not in _J2K or wanted is None or header.samples == 1 or not found:
            continue
        if header.component_transform and found != wanted:
            yield f"{at(fact)}: {header.process} with transform, declared {found[:16]}, not {wanted}"
        elif header.component_transform is False and found in _TRANSFORMED.values():
            yield f"{at(fact)}: no component transform, declared {found}"


@rule(
    "P13",
    "A lossless transfer syntax carries reversible streams",
    severity="E",
    cites="PS3.5 A.4",
    repair="write the lossy transfer syntax of the same standard, the flag 01 and the history",
    holds=[one(**JPEG_2000_REVERSIBLE), one(**JPEG_2000)],
    breaks=[
        one(**JPEG_2000 | {"meta__TransferSyntaxUID": _4 + "90"}),
        one(**JPEG_LS | {"meta__TransferSyntaxUID": _4 + "80"}),
        one(meta__TransferSyntaxUID=_4 + "70"),
    ],
    applies_to="lossless-only transfer syntaxes",
)
def lossless_is_reversible(evidence: Evidence) -> Said:
    """The syntax is a promise that nothing was lost; archives rely on it."""
    syntax = syntax_of(evidence)
    if syntax is None or syntax.loss != "never":
        return
    for fact, header in readable(evidence):
        if header.irreversible:
            yield f"{at(fact)}: {header.process} stream lost information under {syntax.name}"


@rule(
    "P14",
    "JPEG 2000 streams stand without file format boxes",
    severity="E",
    cites="PS3.5 A.4.4",
    repair="take the code stream out of its JP2 file",
    holds=[one(**JPEG_2000)],
    breaks=[one(**JPEG_2000, stream__container=True)],
    applies_to="JPEG 2000 and HTJ2K",
)
def stream_is_bare(evidence: Evidence) -> Said:
    """The boxes state colour and size a second time, and strict decoders refuse them."""
    for fact, header in readable(evidence):
        if header.family in _J2K and header.container:
            yield f"{at(fact)}: JP2 boxes around the code stream"


@rule(
    "P15",
    "JPEG streams use the process of their transfer syntax",
    severity="E",
    cites="PS3.5 A.4.1",
    repair="write the transfer syntax of the process at hand",
    holds=[one(), one(**JPEG_LS)],
    breaks=[
        one(stream__process="SOF2"),
        one(meta__TransferSyntaxUID=_4 + "51"),
        one(meta__TransferSyntaxUID=_4 + "70"),
    ],
    applies_to="JPEG and JPEG-LS",
)
def process_fits_syntax(evidence: Evidence) -> Said:
    """A decoder of baseline streams need not know progressive ones; SOF0 in Extended is barred too."""
    wanted = _PROCESSES.get(evidence.transfer_syntax)
    for fact, header in readable(evidence):
        if wanted is not None and header.process != wanted:
            yield f"{at(fact)}: process {header.process}, the transfer syntax wants {wanted}"


def _colour(header: StreamHeader) -> str:
    """Return the colour space that the markers of a JPEG tell, "" where they do not."""
    if header.colour is not None:
        return header.colour
    return "ycbcr" if header.jfif or header.adobe_transform == 1 else ""


@rule(
    "P16",
    "JPEG markers agree with the Photometric Interpretation",
    severity="W",
    cites="PS3.5 8.2.1",
    repair="declare the colour space of the coded components, drop the JFIF marker",
    holds=[one(), one(stream__colour="ycbcr", stream__jfif=True), one(stream__adobe_transform=1)],
    breaks=[
        one(stream__colour="rgb", stream__adobe_transform=0),
        one(PhotometricInterpretation="RGB", stream__jfif=True),
        one(PhotometricInterpretation="RGB", stream__adobe_transform=1),
    ],
    applies_to="JPEG with three components; a JFIF marker that agrees is no finding",
)
def markers_fit_photometric(evidence: Evidence) -> Said:
    """Some decoders follow the markers, others the header: where they differ colours differ."""
    found = photometric(evidence)
    for fact, header in readable(evidence):
        if header.family != "jpeg" or header.samples != 3:  # noqa: PLR2004 - a colour image
            continue
        told = _colour(header)
        if (told == "rgb" and found.startswith("YBR")) or (told == "ycbcr" and found == "RGB"):
            yield f"{at(fact)}: the markers say {told}, declared {found[:16]}"


RULES: tuple[Rule, ...] = (
    precision_fits,
    size_fits,
    components_fit,
    transform_is_declared,
    lossless_is_reversible,
    stream_is_bare,
    process_fits_syntax,
    markers_fit_photometric,
)
