"""Family P: look-up tables that give some stored values a colour of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import has, items, text
from lossytools.rules.bases import ENHANCED, NATIVE, NEVER_LOSSY
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import coded_lossy, flag_of, is_enhanced

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_COLOUR = {"COLOR", "MIXED"}
_GREY = ENHANCED | {"PhotometricInterpretation": "MONOCHROME2", "SamplesPerPixel": 1, "stream__samples": 1}
_GREY |= {"PlanarConfiguration": None, "LossyImageCompressionRatio": "3.3333"}
_TABLE = {"RedPaletteColorLookupTableDescriptor": b"\x00\x01\x00\x10\x10\x00"}


def colour_table(evidence: Evidence) -> str:
    """Return which table maps stored values of a grey image to colours, "" for none."""
    image = evidence.image
    if items(image, "DataFrameAssignmentSequence") or items(image, "EnhancedPaletteColorLookupTableSequence"):
        return "Enhanced Palette Color Lookup Table"
    if text(image, "PhotometricInterpretation") == "PALETTE COLOR":
        return ""
    coloured = text(image, "PixelPresentation") in _COLOUR
    if coloured or (is_enhanced(evidence) and has(image, "RedPaletteColorLookupTableDescriptor")):
        return "Supplemental Palette Color Lookup Table"
    return ""


@rule(
    "P19",
    "No loss where stored values have colours of their own",
    severity="E",
    cites="PS3.3 C.8.16.2.1.1.1",
    repair="take the source; the colours of a lossy image cannot be trusted",
    holds=[
        one(),
        one(**_GREY, PixelPresentation="MONOCHROME"),
        one(**_GREY | NATIVE | NEVER_LOSSY | {"PhotometricInterpretation": "MONOCHROME2"} | _TABLE),
    ],
    breaks=[one(**_GREY, PixelPresentation="COLOR"), one(**_GREY, **_TABLE)],
    applies_to="lossy images with Pixel Presentation COLOR or MIXED, or tables beside MONOCHROME2",
)
def colours_are_not_blurred(evidence: Evidence) -> Said:
    """Neighbouring values are neighbouring greys, until a table makes one of them red."""
    table = colour_table(evidence)
    if table and (flag_of(evidence) == "01" or coded_lossy(evidence)):
        yield f"the image is lossy and has a {table}"


RULES: tuple[Rule, ...] = (colours_are_not_blurred,)
