"""The second decoder of RLE: pydicom's own, written in Python, slow and nobody else's code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossytools.codecs.agreement import shaped
from lossytools.errors import DecodeError
from lossytools.libraries import REFUSALS, words_of

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel


def rle_by_pydicom(stream: bytes, native: ImagePixel) -> Frame:
    """Return an RLE frame as pydicom decodes it. Raises DecodeError."""
    try:
        return shaped(_cells(stream, native), native)
    except (*REFUSALS, NotImplementedError) as error:
        raise DecodeError(f"rle, second decoder: {words_of(error)}") from error


def _cells(stream: bytes, native: ImagePixel) -> Frame:
    from pydicom.encaps import encapsulate  # noqa: PLC0415  loads all of pydicom's decoders
    from pydicom.pixels.decoders.base import get_decoder  # noqa: PLC0415
    from pydicom.uid import RLELossless  # noqa: PLC0415

    described: dict[str, Any] = {
        "transfer_syntax_uid": RLELossless,
        "rows": native.rows,
        "columns": native.columns,
        "number_of_frames": 1,
        "samples_per_pixel": native.samples,
        "photometric_interpretation": native.photometric,
        "bits_allocated": native.bits_allocated,
        "bits_stored": native.bits_stored,
        "pixel_representation": int(native.signed),
        "planar_configuration": 0,
        "pixel_keyword": "PixelData",
    }
    decoder = get_decoder(RLELossless)
    array, _ = decoder.as_array(
        encapsulate([stream], has_bot=False), raw=True, decoding_plugin="pydicom", **described
    )
    return array
