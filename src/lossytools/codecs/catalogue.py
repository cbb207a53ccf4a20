"""The codecs there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.htj2k import Htj2k
from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.jpeg12 import Jpeg12
from lossytools.codecs.jpeg2000 import Jpeg2000
from lossytools.codecs.jpegls import JpegLs
from lossytools.codecs.jpegxl import JpegXl
from lossytools.codecs.lossless import LOSSLESS
from lossytools.codecs.movies.h264 import H264
from lossytools.codecs.movies.hevc import Hevc
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.mpeg2 import Mpeg2
from lossytools.codecs.recompression import JpegXlRecompress, JpegXlRestore

if TYPE_CHECKING:
    from lossytools.codecs.protocol import Codec

CODECS = (Jpeg, Jpeg12, JpegLs, Jpeg2000, Htj2k, JpegXl)
"""Every codec that loses and codes frame by frame, in the order in which they are shown."""

STREAM_CODECS = (JpegXlRecompress, JpegXlRestore)
"""Every codec that turns code streams into others which give them back."""

MOVIES = (Mpeg2, H264, Hevc)
"""Every codec that makes one bit stream of all frames."""

ALL_CODECS = (*CODECS, *MOVIES, *LOSSLESS, *STREAM_CODECS)
"""Every codec that can be named."""


def syntaxes_of(codec: type[Codec]) -> tuple[str, ...]:
    """Return the transfer syntaxes that a codec writes: those of a video follow from size, rate and bits."""
    return codec.transfer_syntaxes if issubclass(codec, MovieCodec) else (codec.transfer_syntax,)
