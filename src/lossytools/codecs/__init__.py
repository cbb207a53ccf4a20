"""Codec adapters: pixels to code stream and back, one module a standard."""

from lossytools.codecs.catalogue import ALL_CODECS, CODECS
from lossytools.codecs.htj2k import Htj2k
from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.jpeg12 import Jpeg12
from lossytools.codecs.jpeg2000 import Jpeg2000
from lossytools.codecs.jpegls import JpegLs
from lossytools.codecs.jpegxl import JpegXl
from lossytools.codecs.movies.h264 import H264
from lossytools.codecs.movies.hevc import Hevc
from lossytools.codecs.movies.mpeg2 import Mpeg2
from lossytools.codecs.notation import knobs, parse_codec

__all__ = [
    "ALL_CODECS",
    "CODECS",
    "H264",
    "Hevc",
    "Htj2k",
    "Jpeg",
    "Jpeg12",
    "Jpeg2000",
    "JpegLs",
    "JpegXl",
    "Mpeg2",
    "knobs",
    "parse_codec",
]
