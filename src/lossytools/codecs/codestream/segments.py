"""Marker segments, the grammar that JPEG, JPEG-LS and JPEG 2000 share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILL = 0xFF
_ALONE = frozenset({0x01, *range(0x30, 0x40), *range(0xD0, 0xDA)})
"""Second bytes of markers that carry no length: TEM, RST, SOI, EOI/EOC, reserved ones of JPEG 2000."""


class Segment(NamedTuple):
    """A marker by its second byte, the bytes behind its length, and where it lies in the stream."""

    marker: int
    payload: bytes
    start: int
    end: int


def read_number(data: bytes, at: int, size: int) -> int:
    """Return the big-endian number of `size` bytes at `at`. Raises DecodeError where it is cut."""
    if at + size > len(data):
        raise DecodeError(f"the header is cut: byte {at + size} is needed, {len(data)} are there")
    return int.from_bytes(data[at : at + size], "big")


def walk(stream: bytes, at: int, last: int) -> Iterator[Segment]:
    """Yield the marker segments from byte `at` to the one with marker `last`, included.

    Segments are skipped by their length, so the thumbnail in an APP1 is not looked into.
    Raises DecodeError where no marker stands or a segment reaches past the end.
    """
    marker = None
    while marker != last:
        start = at
        if read_number(stream, at, 1) != _FILL:
            raise DecodeError(f"byte {at} of the header is {stream[at]:02X}, not the FF of a marker")
        while read_number(stream, at, 1) == _FILL:
            at += 1
        marker, at = stream[at], at + 1
        length = 0 if marker in _ALONE else read_number(stream, at, 2)
        if marker not in _ALONE and (length < 2 or at + length > len(stream)):  # noqa: PLR2004
            raise DecodeError(f"the segment of marker FF{marker:02X} states {length} bytes, past the end")
        yield Segment(marker, stream[at + 2 : at + length], start, at + length)
        at += length
