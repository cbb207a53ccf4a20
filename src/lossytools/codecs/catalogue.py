"""The codecs there are."""

from __future__ import annotations

from lossytools.codecs.htj2k import Htj2k
from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.jpeg12 import Jpeg12
from lossytools.codecs.jpeg2000 import Jpeg2000
from lossytools.codecs.jpegls import JpegLs
from lossytools.codecs.jpegxl import JpegXl

CODECS = (Jpeg, Jpeg12, JpegLs, Jpeg2000, Htj2k, JpegXl)
"""Every codec that lossytools writes, in the order in which they are shown."""
