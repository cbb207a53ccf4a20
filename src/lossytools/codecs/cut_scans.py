"""Find JPEG scans that end before their picture does, which libjpeg fills up without a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.codecs.codestream.jpeg import EOI, SOS
from lossytools.codecs.codestream.reading import read_header
from lossytools.codecs.codestream.segments import read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_RESTARTS = range(0xD0, 0xD8)
_FILLER = bytes.fromhex("5aa5c3963c69d2b4176e8d31f20b47e9")
"""Bits of every kind, without an FF: as many as some dozen blocks, and no code table reads only
zeros from them, which is what libjpeg puts in their place."""


def with_filler(stream: bytes) -> bytes:
    """Return the stream with bytes before every marker that ends a run of entropy-coded data.

    A decoder that has all the samples of the run reads none of them and skips to the marker
    (10918-1 B.1.1.2, and how all decoders find it again). One that still misses samples takes them
    for data. So the two streams decode alike only where no scan and no restart interval ends early.

    Not found: a cut of which the filler happens to decode to what libjpeg fills in; progressive
    refinements that are lost in rounding; data damaged without becoming shorter.
    """
    parts = []
    done = 0
    for at in _ends(stream):
        parts += [stream[done:at], _FILLER]
        done = at
    return b"".join([*parts, stream[done:]])


def _ends(stream: bytes) -> Iterator[int]:
    """Yield where markers end entropy-coded data: RSTn, EOI, and whatever stands between scans."""
    at = read_header(stream).scan_start
    coded = True
    while found := _MARKER.search(stream, at):
        marker, at = found[1][0], found.end()
        if coded:
            yield found.start()
        if marker == EOI:
            return
        coded = marker in _RESTARTS or marker == SOS
        if marker not in _RESTARTS:
            at += read_number(stream, at, 2)
