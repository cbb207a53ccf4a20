"""Tell the standard of a code stream by its first bytes, and read its header and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.codestream import jpeg, jpeg2000, jpegxl
from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from lossytools.codecs.codestream.header import Family, StreamHeader

TAIL_BYTES = 1024
"""Bytes at the end of a stream in which its end marker is looked for: some writers pad by hundreds."""
_END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000: the same two bytes
_PAD = b"\x00\xff"
_MARKED = frozenset({"jpeg", "jpegls", "jpeg2000", "htj2k"})


def read_header(stream: bytes) -> StreamHeader:
    """Return what a code stream says of itself; its transfer syntax is not asked.

    The first bytes suffice where they reach the first scan or tile-part. RLE and native
    frames have no marker and cannot be told.
    Raises DecodeError where no JPEG, JPEG-LS, JPEG 2000 or JPEG XL begins, or the header is cut.
    """
    known = jpeg.known_header(stream)
    if known is not None:
        return known
    if stream.startswith((jpegxl.SIGNATURE, jpegxl.CONTAINER)):
        return jpegxl.jpegxl_header(stream)
    if stream.startswith((jpeg2000.SOC, jpeg2000.JP2)):
        return jpeg2000.jpeg2000_header(stream)
    if jpeg.start_of(stream) >= 0:
        return jpeg.jpeg_header(stream)
    raise DecodeError(f"no code stream we know begins with {stream[:4].hex(' ').upper() or 'nothing'}")


def ends_properly(stream_tail: bytes, family: Family) -> bool:
    """Tell whether the stream ends with its end marker, pad bytes 00 or FF behind it allowed.

    One byte of any value is allowed as well: writers pad to even length with what stood in their memory.
    stream_tail: the last bytes of the stream, TAIL_BYTES of them. Always True for JPEG XL and RLE,
    which have no end marker. PS3.5 sections A.4 and A.4.1; 10918-1 B.2.1, 15444-1 A.4.4.
    """
    if family not in _MARKED:
        return True
    return stream_tail.rstrip(_PAD).endswith(_END) or stream_tail[:-1].endswith(_END)


def bare_length(stream_tail: bytes, length: int, family: Family) -> int:
    """Return the length in bytes of a stream without what was padded behind its end marker.

    stream_tail: the last bytes of the stream. length: of the stream with its padding.
    A stream without an end marker, and JPEG XL and RLE, count as they are.
    """
    at = stream_tail.rfind(_END) if family in _MARKED else -1
    return length if at < 0 else length - (len(stream_tail) - at - len(_END))
