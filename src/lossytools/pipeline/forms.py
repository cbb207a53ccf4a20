"""The form of the pixels that a lossless step keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.errors import UnsupportedPixels
from lossytools.pixels import ybr_full_to_rgb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.dicomio.source import FrameReader
    from lossytools.values import Frame, ImagePixel


def kept_form(reader: FrameReader, value: bytes, *, to_rgb: bool) -> tuple[Frame, str]:
    """Return a frame and its photometric interpretation: a palette stays a palette.

    to_rgb: YBR_FULL becomes RGB, as native ultrasound is RGB only (PS3.3 section C.8.5.6.1.2); that rounds,
    as undoing a JPEG does.
    """
    array, photometric = reader.decoded(value)
    if to_rgb and photometric == "YBR_FULL":
        return ybr_full_to_rgb(array, reader.declared.bits_stored), "RGB"
    return array, photometric


def one_form(declared: ImagePixel, forms: Iterable[str]) -> ImagePixel:
    """Return the pixels that all frames decode to. Raises UnsupportedPixels where they differ."""
    different = sorted(set(forms))
    if len(different) != 1:
        raise UnsupportedPixels(f"the frames decode to different colour forms: {', '.join(different)}")
    return replace(declared, photometric=different[0], planar=None if declared.samples == 1 else 0)
