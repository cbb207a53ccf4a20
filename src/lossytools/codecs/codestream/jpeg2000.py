"""Headers of JPEG 2000 (ISO/IEC 15444-1) and HTJ2K (15444-15), bare or inside JP2 boxes."""

from __future__ import annotations

from typing import NamedTuple

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.codecs.codestream.jpeg import subsampling
from lossytools.codecs.codestream.segments import read_number, walk
from lossytools.errors import DecodeError

SOC = b"\xff\x4f\xff\x51"
JP2 = b"\x00\x00\x00\x0cjP  "
_CAP, _SIZ, _COD, _SOT = 0x50, 0x51, 0x52, 0x90
_COMPONENTS = 36  # bytes of the payload of SIZ before what it says of the first component
_SIGNED = 0x80
_PART_15 = 1 << (32 - 15)  # bit of Pcap that says part 15 is used, 15444-1 A.5.2


class _Size(NamedTuple):
    """SIZ of 15444-1 A.5.1, what we need of it."""

    rows: int
    columns: int
    depths: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]


def jpeg2000_header(stream: bytes) -> StreamHeader:
    """Return what the main header of a JPEG 2000 code stream says, up to its first tile-part.

    Raises DecodeError where a segment is cut, or SIZ or COD is missing (15444-1 A.3).
    """
    start = code_stream_start(stream)
    found: dict[int, bytes] = {}
    for segment in walk(stream, start + 2, last=_SOT):
        found.setdefault(segment.marker, segment.payload)
    if _SIZ not in found or _COD not in found:
        raise DecodeError("a JPEG 2000 main header without SIZ and COD")
    size, style = _size(found[_SIZ]), found[_COD]
    high_throughput = _CAP in found and bool(read_number(found[_CAP], 0, 4) & _PART_15)
    wavelet = read_number(style, 9, 1)
    return StreamHeader(
        family="htj2k" if high_throughput else "jpeg2000",
        process="5-3" if wavelet == 1 else "9-7",
        rows=size.rows,
        columns=size.columns,
        samples=len(size.depths),
        precision=max((depth & 0x7F) + 1 for depth in size.depths),
        irreversible=wavelet != 1,
        signed=bool(size.depths[0] & _SIGNED),
        component_transform=bool(style[4]),
        subsampling=_sampling(size.steps),
        container=start > 0,
    )


def code_stream_start(stream: bytes) -> int:
    """Return where SOC lies: 0, or inside the jp2c box (15444-1 I.4). Raises DecodeError without."""
    at = 0
    while stream.startswith(JP2) and at + 8 <= len(stream):
        length, kind = read_number(stream, at, 4), stream[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = read_number(stream, at + 8, 8), 16
        if kind == b"jp2c":
            at += head
            break
        if length < head:
            raise DecodeError(f"a JP2 box of {length} bytes")
        at += length
    if stream[at : at + 4] != SOC:
        raise DecodeError("a JPEG 2000 file without a code stream in it")
    return at


def _size(payload: bytes) -> _Size:
    right, bottom, left, top = (read_number(payload, at, 4) for at in (2, 6, 10, 14))
    count = read_number(payload, 34, 2)
    rows, columns = bottom - top, right - left
    if rows < 1 or columns < 1 or not count or len(payload) < _COMPONENTS + 3 * count:
        raise DecodeError(f"SIZ states {rows} rows, {columns} columns, {count} components")
    triples = [payload[at : at + 3] for at in range(_COMPONENTS, _COMPONENTS + 3 * count, 3)]
    return _Size(rows, columns, tuple(t[0] for t in triples), tuple((t[1], t[2]) for t in triples))


def _sampling(steps: tuple[tuple[int, int], ...]) -> str | None:
    """Return steps between samples in the words of sampling factors, their reciprocals."""
    widest, tallest = max(x for x, _ in steps), max(y for _, y in steps)
    return subsampling([(widest // (x or 1), tallest // (y or 1)) for x, y in steps])


def with_precision(stream: bytes, bits: int) -> bytes:
    """Return a code stream whose components are said to have `bits` a sample; nothing else changes.

    SIZ states precision less one beside the sign bit (15444-1 Table A.11). Raises DecodeError.
    """
    start = code_stream_start(stream)
    segment = next(found for found in walk(stream, start + 2, last=_SOT) if found.marker == _SIZ)
    patched = bytearray(stream)
    first = segment.end - len(segment.payload) + _COMPONENTS
    for at in range(first, segment.end, 3):
        patched[at] = (patched[at] & _SIGNED) | (bits - 1)
    return bytes(patched)
