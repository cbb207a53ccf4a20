"""Headers of JPEG (ISO/IEC 10918-1) and JPEG-LS (ISO/IEC 14495-1): the same marker segments."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from lossytools.codecs.codestream import icc_profile
from lossytools.codecs.codestream.header import StreamHeader
from lossytools.codecs.codestream.segments import read_number, walk
from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EOI, SOS = 0xD9, 0xDA
APP0, APP2, APP8, APP14 = 0xE0, 0xE2, 0xE8, 0xEE
_SOF0, _SOF1 = 0xC0, 0xC1
_SOF55 = 0xF7  # JPEG-LS
_SOF = {marker: f"SOF{marker - 0xC0}" for marker in range(0xC0, 0xD0) if marker not in (0xC4, 0xC8, 0xCC)}
_SOF[_SOF55] = "SOF55"
_START = re.compile(rb"\xff+\xd8")
_ADOBE_BYTES = 12  # "Adobe", version, two flags, transform: shorter ones are ignored by every decoder


class _Component(NamedTuple):
    identifier: int
    horizontal: int
    vertical: int


def start_of(stream: bytes) -> int:
    """Return where SOI lies, behind fill bytes FF, -1 where the stream is no JPEG (10918-1 B.1.1.2)."""
    found = _START.match(stream)
    return -1 if found is None else found.end() - 2


def known_header(stream: bytes) -> StreamHeader | None:
    """Return the header of a stream that begins with the bytes of the one looked at last, else None.

    The frames of an image do, with all their tables, and each is looked at several times on its way.
    """
    start, header = _LATEST[0]
    return header if stream.startswith(start) else None


_LATEST: list[tuple[bytes, StreamHeader | None]] = [(b"", None)]
"""The last header, and the bytes that say it: to the end of SOS, so that no other byte could change it."""


def jpeg_header(stream: bytes) -> StreamHeader:
    """Return what a JPEG or JPEG-LS stream says of itself between SOI and its first scan.

    Raises DecodeError where a segment is cut or the frame header is missing (10918-1 B.2.2).
    """
    header = _read(stream)
    _LATEST[0] = stream[: header.scan_start], header
    return header


def _read(stream: bytes) -> StreamHeader:
    end = 0
    found: dict[int, bytes] = {}
    chunks: list[bytes] = []
    for segment in walk(stream, start_of(stream) + 2, last=SOS):
        if segment.marker == EOI:
            break
        end = segment.end
        if _is_news(segment.marker, segment.payload):
            found.setdefault(segment.marker, segment.payload)
        if segment.marker == APP2 and segment.payload.startswith(icc_profile.CHUNK):
            chunks.append(segment.payload)
    frames = [marker for marker in found if marker in _SOF]
    if not frames or SOS not in found:
        raise DecodeError("a JPEG stream without a frame header (SOF) and a scan header (SOS)")
    profile = icc_profile.digest(icc_profile.assemble(chunks))
    return replace(_header(frames[0], found), icc=profile, scan_start=end)


def _is_news(marker: int, payload: bytes) -> bool:
    """Tell whether a segment says something we record: an APP0 may be JFIF, JFXX, AVI1 or LJIF."""
    if marker == APP0:
        return payload.startswith(b"JFIF\x00")
    if marker == APP14:
        return payload.startswith(b"Adobe") and len(payload) >= _ADOBE_BYTES
    return marker == SOS or marker in _SOF


def _header(frame: int, found: Mapping[int, bytes]) -> StreamHeader:
    payload = found[frame]
    components = _components(payload)
    adobe = found[APP14][_ADOBE_BYTES - 1] if APP14 in found else None
    near = _near(found[SOS]) if frame == _SOF55 else None
    rows, columns = read_number(payload, 1, 2), read_number(payload, 3, 2)
    if not rows or not columns:
        raise DecodeError(f"the frame header states {rows} rows and {columns} columns")
    process = _SOF[frame]
    return StreamHeader(
        family="jpeg" if near is None else "jpegls",
        process=process,
        rows=rows,
        columns=columns,
        samples=len(components),
        precision=payload[0],
        irreversible=bool(near) if near is not None else process not in {"SOF3", "SOF7", "SOF11", "SOF15"},
        near=near,
        colour=None if near is not None else _colour(components, adobe, jfif=APP0 in found),
        subsampling=subsampling([(c.horizontal, c.vertical) for c in components]),
        jfif=APP0 in found,
        adobe_transform=adobe,
    )


def _components(payload: bytes) -> list[_Component]:
    count = read_number(payload, 5, 1)
    if not count or len(payload) < 6 + 3 * count:
        raise DecodeError(f"a frame header of {len(payload)} bytes for {count} components")
    triples = [payload[at : at + 3] for at in range(6, 6 + 3 * count, 3)]
    return [_Component(name, factors >> 4, factors & 15) for name, factors, _ in triples]


def _near(scan: bytes) -> int:
    """Return NEAR, the first parameter behind the component list of SOS (14495-1 C.2.3)."""
    return read_number(scan, 1 + 2 * read_number(scan, 0, 1), 1)


def _colour(
    components: Sequence[_Component], adobe: int | None, *, jfif: bool
) -> Literal["ycbcr", "rgb"] | None:
    """Return the colour space the markers tell, in the order in which libjpeg believes them."""
    if len(components) != 3:  # noqa: PLR2004 - three colours
        return None
    if jfif:
        return "ycbcr"
    if adobe is not None:
        return "rgb" if adobe == 0 else "ycbcr"
    if bytes(c.identifier for c in components) == b"RGB":
        return "rgb"
    factors = {(c.horizontal, c.vertical) for c in components}
    return "ycbcr" if len(factors) > 1 else None  # nobody subsamples red


def subsampling(factors: Sequence[tuple[int, int]]) -> str | None:
    """Return "444", "422", "420" or "HxV,HxV,HxV" of sampling factors, None for one component."""
    if len(factors) == 1:
        return None
    if len(set(factors)) == 1:
        return "444"
    words = ",".join(f"{h}x{v}" for h, v in factors)
    return {"2x1,1x1,1x1": "422", "2x2,1x1,1x1": "420"}.get(words, words)


def factors_of(words: str | None) -> list[tuple[int, int]]:
    """Return sampling factors of the words that `subsampling` makes; one pair stands for all where equal."""
    known = {None: "1x1", "444": "1x1", "422": "2x1,1x1,1x1", "420": "2x2,1x1,1x1"}
    pairs = known.get(words, words or "").split(",")
    return [(int(pair.split("x")[0]), int(pair.split("x")[1])) for pair in pairs]


def without_leading(stream: bytes, unwanted: int) -> bytes:
    """Return the stream without the segments of one marker that follow its SOI.

    The entropy-coded data stay as they are, so every sample decodes to the same value.
    """
    start = end = start_of(stream) + 2
    for segment in walk(stream, start, last=SOS):
        if segment.marker != unwanted:
            break
        end = segment.end
    return stream[start - 2 : start] + stream[end:]


def as_extended(stream: bytes) -> bytes:
    """Return a baseline stream under the marker of the extended process, which decodes it as well.

    PS3.5 section 8.2.1 forbids SOF0 where the transfer syntax is JPEG Extended; a stream that is extended
    already comes back as it is (10918-1 B.2.2, Table B.1).
    """
    for segment in walk(stream, start_of(stream) + 2, last=SOS):
        if segment.marker == _SOF0:
            return stream[: segment.start] + bytes((0xFF, _SOF1)) + stream[segment.start + 2 :]
    return stream
