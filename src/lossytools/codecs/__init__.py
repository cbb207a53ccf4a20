"""Codec adapters: pixels to code stream and back, one module a standard."""

from lossytools.codecs.catalogue import CODECS
from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.jpeg2000 import Jpeg2000
from lossytools.codecs.jpegls import JpegLs
from lossytools.codecs.notation import knobs, parse_codec

__all__ = ["CODECS", "Jpeg", "Jpeg2000", "JpegLs", "knobs", "parse_codec"]
