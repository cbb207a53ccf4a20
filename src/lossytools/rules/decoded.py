"""Family P: what only the decoded frames show, beside what the header says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.evidence import LossFacts, PixelFacts
from lossytools.rules.attributes import number, same, text
from lossytools.rules.bases import GREY, JPEG_LS, JPEG_SOURCE, NATIVE, NEVER_LOSSY
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import coded_lossy, flag_of, is_lossy_step, is_ultrasound, readable, syntax_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_STATISTICS = ("SmallestImagePixelValue", "LargestImagePixelValue")
_PADDING, _LIMIT = "PixelPaddingValue", "PixelPaddingRangeLimit"
_CELL = 1 << 16
_COLOUR = "UltrasoundColorDataPresent"
_WHOLE = {"SmallestImagePixelValue": 3, "LargestImagePixelValue": 250}


def _envelopes(facts: PixelFacts) -> Iterator[tuple[int, int]]:
    """Yield the ranges a header may mean: of all frames, of the first; with padding and without."""
    for ranges in (facts.ranges, facts.padded):
        if ranges:
            yield min(low for low, _ in ranges), max(high for _, high in ranges)
            yield ranges[0]


def _rounding(evidence: Evidence) -> int:
    """Return by how much right decoders of these code streams may differ, in grey levels."""
    syntax = syntax_of(evidence)
    exact = syntax is None or syntax.family == "jpegls" or not coded_lossy(evidence)
    return 0 if exact else 1


def _near(one: int, other: int, tolerance: int) -> bool:
    """Return whether two values of cells are equal, whichever sign they were written with."""
    gap = (one - other) % _CELL
    return min(gap, _CELL - gap) <= tolerance


@rule(
    "P22",
    "Smallest and Largest Image Pixel Value are those of the pixels",
    severity="W",
    cites="PS3.3 C.7.6.3",
    repair="write the values of the decoded frames, or remove both",
    holds=[
        one(**GREY | _WHOLE),
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((3, 99), (4, 250), (5, 98)))),
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((3, 250), (0, 255), (5, 98)))),
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((4, 249),) * 3)),
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((9, 9),) * 3, padded=((3, 250),) * 3)),
        one(**GREY | NATIVE | NEVER_LOSSY | _WHOLE, decoded=PixelFacts(ranges=((0, 9),) * 3)),
    ],
    breaks=[
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((0, 250),) * 3)),
        one(**GREY | _WHOLE, decoded=PixelFacts(ranges=((3, 99),) * 3)),
    ],
    applies_to="lossy images of one sample a pixel whose frames were decoded (--deep)",
)
def statistics_are_of_the_pixels(evidence: Evidence) -> Said:
    """They are defined as the values actually encountered, and viewers set their window by them.

    Loss moves both ends. The values may be those of all frames or of the first, with padding or without.
    """
    if evidence.decoded is None or not (flag_of(evidence) == "01" or coded_lossy(evidence)):
        return
    envelopes, tolerance = list(_envelopes(evidence.decoded)), _rounding(evidence)
    for place, name in enumerate(_STATISTICS if envelopes else ()):
        stated = number(evidence.image, name)
        if stated is not None and not any(_near(stated, ends[place], tolerance) for ends in envelopes):
            yield f"{name} is {stated}, decoded is {envelopes[0][place]}"


def _padding_stays(source: Evidence, derived: Evidence) -> Said:
    """Yield padding that loss has moved while the header still names its value."""
    if derived.loss is None or not is_lossy_step(source, derived):
        return
    if derived.loss.padding_moved and number(derived.image, _PADDING) is not None:
        yield f"frame {derived.loss.padding_moved}: other pixels have the padding value than in the source"


@rule(
    "P23",
    "Pixel Padding can still be told from pixels",
    severity="W",
    cites="PS3.3 C.7.5.1.1.2",
    repair="remove (0028,0120) and (0028,0121) where padding cannot be told any more; no limit without value",
    holds=[
        one(),
        one(PixelPaddingValue=0, PixelPaddingRangeLimit=4),
        pair({_PADDING: 0}, PixelPaddingValue=0, loss=LossFacts((2, 2, 2))),
        pair({_PADDING: 0}, loss=LossFacts((2, 2, 2), padding_moved=1)),
    ],
    breaks=[
        one(PixelPaddingRangeLimit=4),
        pair({_PADDING: 0}, PixelPaddingValue=0, loss=LossFacts((2, 2, 2), padding_moved=1)),
    ],
    applies_to="images with padding; that it moved is seen only where frames are decoded (--deep)",
    between=_padding_stays,
)
def padding_has_value(evidence: Evidence) -> Said:
    """Padding is left out of windows and statistics: pixels that join it vanish, and it may show up."""
    if number(evidence.image, _LIMIT) is not None and number(evidence.image, _PADDING) is None:
        yield "Pixel Padding Range Limit without Pixel Padding Value"


def _colour_stays(source: Evidence, derived: Evidence) -> Said:
    """Yield that a lossy step changed what is said of colour."""
    if is_lossy_step(source, derived) and not same(source.image, derived.image, _COLOUR):
        yield "Ultrasound Color Data Present is not what the source says"


@rule(
    "P29",
    "Ultrasound Color Data Present agrees with the pixels",
    severity="W",
    cites="PS3.3 C.8.5.6.1.10",
    repair="write 0 to (0028,0014) where no pixel has a colour",
    holds=[
        one(),
        one(UltrasoundColorDataPresent=1, decoded=PixelFacts(coloured=True)),
        one(UltrasoundColorDataPresent=0, decoded=PixelFacts(coloured=True)),
        pair({_COLOUR: 1}, UltrasoundColorDataPresent=1),
    ],
    breaks=[
        one(UltrasoundColorDataPresent=1, decoded=PixelFacts(coloured=False)),
        one(**GREY | {_COLOUR: 1}),
        pair({_COLOUR: 1}, UltrasoundColorDataPresent=0),
    ],
    applies_to="ultrasound; pixels of a colour image are looked at only where decoded (--deep)",
    between=_colour_stays,
)
def colour_data_is_there(evidence: Evidence) -> Said:
    """Whoever looks for Doppler looks for this attribute. Coloured text alone is no colour data."""
    if not is_ultrasound(evidence) or number(evidence.image, _COLOUR) != 1:
        return
    if evidence.decoded is not None and evidence.decoded.coloured is False:
        yield "Ultrasound Color Data Present is 1, no pixel of any frame has a colour"
    elif text(evidence.image, "PhotometricInterpretation") == "MONOCHROME2":
        yield "Ultrasound Color Data Present is 1, the pixels are MONOCHROME2"


_AFTER_A_LOSSY_STEP = JPEG_LS | {
    "meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.80",
    "stream__near": 0,
    "stream__irreversible": False,
}


@pair_rule(
    "P33",
    "Near-lossless JPEG-LS keeps its bound",
    severity="E",
    cites="PS3.5 A.4.3",
    repair="encode again from the source, and compare every frame",
    holds=[
        pair(**JPEG_LS, loss=LossFacts((2, 1, 2))),
        pair(**JPEG_LS),
        pair({"PhotometricInterpretation": "YBR_FULL"}, **JPEG_LS, loss=LossFacts((2, 3, 2))),
        pair(JPEG_SOURCE | {"PhotometricInterpretation": "RGB"}, **JPEG_LS, loss=LossFacts((2, 3, 2))),
        pair(loss=LossFacts((40, 41, 40))),
        pair(**_AFTER_A_LOSSY_STEP, loss=LossFacts((2, 3, 2))),
        pair({"PixelRepresentation": 1}, **JPEG_LS, PixelRepresentation=1, loss=LossFacts((2, 4, 2))),
    ],
    breaks=[
        pair(**JPEG_LS, loss=LossFacts((2, 3, 2))),
        pair({"PixelRepresentation": 1}, **JPEG_LS, PixelRepresentation=1, loss=LossFacts((2, 5, 2))),
    ],
    applies_to="JPEG-LS whose frames were decoded beside those of the source (--deep)",
)
def bound_is_kept(source: Evidence, derived: Evidence) -> Said:
    """NEAR in the code stream promises how far any sample may be off; an encoder that wraps breaks it.

    Left out where the samples coded need not be those compared: colour was converted, or the source is
    lossy itself and another decoder may have rounded otherwise; and where NEAR is 0, for an earlier step may
    have lost what differs. Signed samples are coded as two's complement: an encoder moves those at the ends
    of the range inwards by NEAR, that no error wraps round.
    """
    bounds = [header.near or 0 for _, header in readable(derived) if header.family == "jpegls"]
    if derived.loss is None or not any(bounds) or not is_lossy_step(source, derived):
        return
    if coded_lossy(source) or not same(source.image, derived.image, "PhotometricInterpretation"):
        return
    moved = max(bounds) if number(derived.image, "PixelRepresentation") else 0
    for place, error in enumerate(derived.loss.errors, start=1):
        if error > max(bounds) + moved:
            yield f"frame {place}: a sample is off by {error} grey levels, NEAR is {max(bounds)}"
            return


RULES: tuple[Rule, ...] = (
    statistics_are_of_the_pixels,
    padding_has_value,
    colour_data_is_there,
    bound_is_kept,
)
