"""The second build of OpenJPEG: that of pylibjpeg, which is not for two threads at a time."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from lossytools.codecs.agreement import shaped
from lossytools.errors import DecodeError
from lossytools.libraries import REFUSALS, require, words_of

if TYPE_CHECKING:
    from lossytools.values import Frame, ImagePixel

ONE_AT_A_TIME = Lock()
"""pylibjpeg-openjpeg crashes the process when two threads encode; it holds the GIL anyway, so the
lock costs nothing. Its decoder logs through the same pointers and stays behind the same lock.
imagecodecs is another build of OpenJPEG and decodes in parallel, which is most of the work."""


def decoded_by_openjpeg(stream: bytes, native: ImagePixel, name: str) -> Frame:
    """Return a JPEG 2000 or HTJ2K frame as pylibjpeg-openjpeg decodes it.

    name: of the codec. Raises DecodeError, CodecMissing.
    """
    openjpeg = require("openjpeg", "pylibjpeg-openjpeg")
    try:
        with ONE_AT_A_TIME:
            return shaped(openjpeg.decode(stream, j2k_format=0), native)
    except REFUSALS as error:
        raise DecodeError(f"{name}, second decoder: {words_of(error)}") from error
