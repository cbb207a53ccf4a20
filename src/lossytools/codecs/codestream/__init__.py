"""What a code stream says of itself: headers only, nothing is decoded."""

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.codecs.codestream.reading import TAIL_BYTES, bare_length, ends_properly, read_header

__all__ = ["TAIL_BYTES", "StreamHeader", "bare_length", "ends_properly", "read_header"]
