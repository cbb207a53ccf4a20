"""Mend the Image Pixel Module where the code streams say what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.repairs.found import broken, headers_of
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import number
from lossytools.rules.facts import syntax_of
from lossytools.rules.pixels import PLANAR_0, photometric
from lossytools.standard.photometrics import SAMPLES
from lossytools.standard.transfer_syntaxes import JPEG_BASELINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.codecs.codestream.header import StreamHeader
    from lossytools.evidence import Evidence

_TRANSFORMED = {"5-3": "YBR_RCT", "9-7": "YBR_ICT"}
_PHOTOMETRIC = "PhotometricInterpretation"
_JPEG_COLOUR = "YBR_FULL_422"
"""The one name that JPEG has for colour differences, shared or not (PS3.5 Table 8.2.1-1)."""


def count_samples(evidence: Evidence) -> Iterator[Repair]:
    """Set Samples per Pixel where code streams and Photometric Interpretation agree against it."""
    counts = {header.samples for header in headers_of(evidence)}
    wanted = SAMPLES.get(photometric(evidence))
    if wanted is not None and counts == {wanted} and (rules := broken(evidence, "P03", "P11")):
        change = Change("SamplesPerPixel", wanted, "PS3.3 C.7.6.3.1.1: samples in this image")
        yield Repair(
            rules, f"{wanted} samples a pixel: code streams and {photometric(evidence)} agree", (change,)
        )


def declare_colour(evidence: Evidence) -> Iterator[Repair]:
    """Set Photometric Interpretation to what the markers of every code stream say."""
    declared = photometric(evidence)
    told = {_colour_of(header, declared) for header in headers_of(evidence)}
    wanted, why = told.pop() if len(told) == 1 else ("", "")
    rules = broken(evidence, "P01", "P02", "P12", "P16")
    if evidence.transfer_syntax == JPEG_BASELINE and declared == "YBR_FULL" and not wanted:
        wanted, why = _named_for_jpeg(evidence)
    if rules and wanted and wanted != declared:
        change = Change(_PHOTOMETRIC, wanted, "PS3.5 8.2.1, 8.2.4: what the code streams hold")
        yield Repair(rules, f"the colour is {wanted}: {why}", (change,))


def _colour_of(header: StreamHeader, declared: str) -> tuple[str, str]:
    """Return the Photometric Interpretation that a code stream proves and by what, ("", "") for none."""
    if header.samples != 3:  # noqa: PLR2004 - a colour image
        return "", ""
    if header.family in {"jpeg2000", "htj2k"}:
        known = declared in {"RGB", *_TRANSFORMED.values()} and header.component_transform
        return (
            (_TRANSFORMED.get(header.process, ""), f"{header.process} with component transform")
            if known
            else ("", "")
        )
    return _colour_of_jpeg(header, declared) if header.family == "jpeg" else ("", "")


def _colour_of_jpeg(header: StreamHeader, declared: str) -> tuple[str, str]:
    """Return what a JPEG proves: a JFIF marker means YCbCr only by being there, APP14 says it in a field."""
    adobe = header.adobe_transform
    if declared.startswith("YBR") and header.colour == "rgb":
        return "RGB", "APP14 transform 0" if adobe == 0 else "components named R, G and B"
    if declared != "RGB" or adobe == 0:
        return "", ""
    if adobe == 1:
        return _JPEG_COLOUR, "APP14 transform 1"
    shared = header.subsampling not in {None, "444"}
    return (_JPEG_COLOUR, f"components sampled {header.subsampling}") if shared else ("", "")


def _named_for_jpeg(evidence: Evidence) -> tuple[str, str]:
    headers = headers_of(evidence)
    if headers and all(header.samples == 3 and header.colour != "rgb" for header in headers):  # noqa: PLR2004
        return _JPEG_COLOUR, "the name that JPEG has for YBR_FULL"
    return "", ""


def lay_by_pixel(evidence: Evidence) -> Iterator[Repair]:
    """Set Planar Configuration to 0 for compressed colour, and remove it where there is no colour."""
    clause = "PS3.3 C.7.6.3.1.3"
    samples, syntax = number(evidence.image, "SamplesPerPixel"), syntax_of(evidence)
    rules = broken(evidence, "P04", "P05")
    if rules and samples == 1:
        change = remove("PlanarConfiguration", f"{clause}: only for more than one sample per pixel")
        yield Repair(rules, "Planar Configuration is removed: one sample a pixel", (change,))
    elif rules and samples and syntax is not None and syntax.family in PLANAR_0:
        change = Change(
            "PlanarConfiguration", 0, f"{clause}, PS3.5 8.2: as {syntax.name} declares its colours"
        )
        yield Repair(rules, f"Planar Configuration is 0: {syntax.name} knows no other", (change,))


def set_high_bit(evidence: Evidence) -> Iterator[Repair]:
    """Set High Bit below Bits Stored where the code streams have that precision."""
    stored = number(evidence.image, "BitsStored")
    precisions = {header.precision for header in headers_of(evidence)}
    if stored and precisions == {stored} and number(evidence.image, "HighBit") != stored - 1:
        change = Change("HighBit", stored - 1, "PS3.5 8.1.1: Bits Stored - 1")
        yield Repair(("P07",), f"High Bit is {stored - 1}: the code streams have {stored} bits", (change,))
