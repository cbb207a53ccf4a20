"""Is an object whole, so that it may be handed on: its frames decode, and its header says how to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.dicomio.source import frame_reader
from lossytools.errors import CodecMissing, SourceError, UnreadableSource
from lossytools.pipeline.inspection import look_at_pixels
from lossytools.pipeline.refusal import check_pixels
from lossytools.rules.attributes import number, text

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.dicomio.source import Source
    from lossytools.evidence import Evidence

_POSSIBLE = {
    "SamplesPerPixel": (1, 3, 4),
    "BitsAllocated": (1, 8, 16, 24, 32, 64),
    "PixelRepresentation": (0, 1),
}
"""Values that decoders know; 4 samples are of retired photometric interpretations (PS3.3 C.7.6.3.1)."""
_OF_INTEGERS = ("SamplesPerPixel", "BitsAllocated", "BitsStored", "PixelRepresentation", "Rows", "Columns")
_OF_FLOATS = ("SamplesPerPixel", "BitsAllocated", "Rows", "Columns")
_PHOTOMETRICS = frozenset(
    (
        "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "HSV", "ARGB", "CMYK", "YBR_FULL",
        "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT", "XYB",
    )
)  # fmt: skip
"""Defined Terms of Photometric Interpretation, retired ones too (PS3.3 section C.7.6.3.1.2)."""


def check_frames(source: Source, evidence: Evidence) -> None:
    """Raise UnreadableSource where there are frames that do not decode, or a header that tells nobody how to.

    Of forms that are not decoded here, such as float pixels, and videos without the extra lossytools[video],
    only the header and the length are looked at.
    """
    if not evidence.pixel_keyword:
        return
    _check_header(evidence.image, floats=evidence.pixel_keyword != "PixelData")
    try:
        looked = look_at_pixels(source, evidence)
    except CodecMissing:  # of videos, which an archive may hold and nobody here can decode
        looked = None
    if looked is None:
        _check_length(source, evidence)
    elif looked.error:
        raise UnreadableSource(looked.error)


def _check_header(image: Dataset, *, floats: bool) -> None:
    """Raise UnreadableSource where an attribute of Type 1 is absent or none that can be."""
    for keyword in _OF_FLOATS if floats else _OF_INTEGERS:
        found = number(image, keyword)
        if found is None or found not in _POSSIBLE.get(keyword, (found,)):
            raise UnreadableSource(f"{keyword} is {found}: nobody can decode these pixels")
    stored, allocated = number(image, "BitsStored") or 0, number(image, "BitsAllocated") or 0
    if not floats and not 1 <= stored <= allocated:
        raise UnreadableSource(
            f"Bits Stored {stored} of {allocated} allocated: nobody can decode these pixels"
        )
    if number(image, "SamplesPerPixel") != 1 and number(image, "PixelRepresentation") not in {0, None}:
        raise UnreadableSource("signed samples of colour: nobody can decode these pixels")
    photometric = text(image, "PhotometricInterpretation")
    if photometric not in _PHOTOMETRICS:
        raise UnreadableSource("Photometric Interpretation is none: nobody can decode these pixels")


def _check_length(source: Source, evidence: Evidence) -> None:
    """Raise UnreadableSource where pixels that were not decoded are cut short or contradict the header."""
    claimed = source.opened.pixel_length or 0
    if evidence.pixel_length is not None and evidence.pixel_length < claimed:
        raise UnreadableSource(f"truncated: Pixel Data claims {claimed} bytes")
    try:
        check_pixels(evidence)
        frame_reader(source)
    except UnreadableSource:
        raise
    except SourceError:  # a form that is not decoded here
        return
