"""Read the Image Pixel Module of a header into one value, and refuse what makes no sense."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pydicom.errors import BytesLengthException

from lossytools.elements import converted, element_of
from lossytools.errors import UnreadableSource, UnsupportedPixels
from lossytools.history import stored_values
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_PHOTOMETRICS = {
    1: ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"),
    3: ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420", "XYB"),
}
NO_NUMBER = (BytesLengthException, struct.error, TypeError, ValueError, ArithmeticError, NotImplementedError)
"""What pydicom raises for an element that should be a number and whose bytes are none."""
_LARGEST_SIDE = 65535  # pixels: Rows and Columns are US


def image_pixel(image: Dataset) -> tuple[ImagePixel, int]:
    """Return what the header declares of the pixels, and the High Bit.

    Raises UnreadableSource where an attribute that the pixels need is absent or out of its range,
    UnsupportedPixels where lossytools has no frames for such pixels.
    """
    samples = _integer(image, "SamplesPerPixel")
    bits_allocated = _integer(image, "BitsAllocated")
    if bits_allocated not in {8, 16}:
        raise UnsupportedPixels(f"{bits_allocated} bits allocated: only 8 and 16 can be compressed with loss")
    bits_stored = _integer(image, "BitsStored", bits_allocated)
    high_bit = _integer(image, "HighBit", bits_stored - 1)
    photometric = "\\".join(stored_values(image, "PhotometricInterpretation"))
    if photometric not in _PHOTOMETRICS.get(samples, ()):
        raise UnsupportedPixels(
            f"{samples} samples per pixel as {photometric or 'nothing named'}: no such pixels"
        )
    pixels = ImagePixel(
        rows=_integer(image, "Rows"),
        columns=_integer(image, "Columns"),
        frames=_integer(image, "NumberOfFrames", 1),
        samples=samples,
        photometric=photometric,
        bits_allocated=bits_allocated,
        bits_stored=bits_stored,
        signed=_integer(image, "PixelRepresentation", 0) == 1,
        planar=_integer(image, "PlanarConfiguration", 0) if samples > 1 else None,
    )
    _check(pixels, high_bit)
    return pixels, high_bit


def _integer(image: Dataset, keyword: str, default: int | None = None) -> int:
    try:
        element = element_of(image, keyword)
        value = None if element is None else converted(element, image)
        if value is not None and value != "":
            return int(value)
    except NO_NUMBER as error:
        raise UnreadableSource(f"{keyword} is no single number: {error}") from error
    if default is None:
        raise UnreadableSource(f"{keyword} is absent: the pixels cannot be read without it")
    return default


def _check(pixels: ImagePixel, high_bit: int) -> None:
    for word, side in (("Rows", pixels.rows), ("Columns", pixels.columns)):
        if not 1 <= side <= _LARGEST_SIDE:
            raise UnreadableSource(f"{word} is {side}; 1 to {_LARGEST_SIDE} is possible")
    if pixels.frames < 1:
        raise UnreadableSource(f"Number of Frames is {pixels.frames}; 1 or more is possible")
    if not 1 <= pixels.bits_stored <= high_bit + 1 <= pixels.bits_allocated:
        raise UnreadableSource(
            f"Bits Stored {pixels.bits_stored} with High Bit {high_bit} do not fit"
            f" {pixels.bits_allocated} bits allocated"
        )
