"""The codecs there are."""

from __future__ import annotations

from lossytools.codecs.jpeg import Jpeg
from lossytools.codecs.jpeg2000 import Jpeg2000
from lossytools.codecs.jpegls import JpegLs

CODECS = (Jpeg, JpegLs, Jpeg2000)
"""Every codec that lossytools writes, in the order in which they are shown."""
