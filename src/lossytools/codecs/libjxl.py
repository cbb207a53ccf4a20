"""The second build of libjxl: that of pyjpegxl, in the extra lossytools[verify]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossytools.codecs.agreement import shaped
from lossytools.errors import DecodeError
from lossytools.libraries import REFUSALS, require, words_of

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel


def decoded_by_libjxl(stream: bytes, native: ImagePixel, name: str) -> Frame:
    """Return a JPEG XL frame as pyjpegxl decodes it, which spreads samples over the whole of 8 or 16 bits.

    No wheel decodes JPEG XL with another code base than libjxl. name: of the codec.
    Raises DecodeError, CodecMissing.
    """
    pyjpegxl = require("pyjpegxl", "lossytools[verify]")
    try:
        _, cells = pyjpegxl.decode(stream)
        wide = "u1" if len(cells) == native.rows * native.columns * native.samples else "u2"
        values = np.frombuffer(cells, wide)
        if native.bits_stored != 8 * values.itemsize:
            full = (1 << 8 * values.itemsize) - 1
            values = (values.astype("u8") * (2 * native.peak) + full) // (2 * full)  # to the nearest
        return shaped(values.reshape(native.shape), native)
    except REFUSALS as error:
        raise DecodeError(f"{name}, second decoder: {words_of(error)}") from error
