"""The form of the pixels that a lossless step keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.errors import UnsupportedPixels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.values import ImagePixel


def one_form(declared: ImagePixel, forms: Iterable[str]) -> ImagePixel:
    """Return the pixels that all frames decode to. Raises UnsupportedPixels where they differ."""
    different = sorted(set(forms))
    if len(different) != 1:
        raise UnsupportedPixels(f"the frames decode to different colour forms: {', '.join(different)}")
    return replace(declared, photometric=different[0], planar=None if declared.samples == 1 else 0)
