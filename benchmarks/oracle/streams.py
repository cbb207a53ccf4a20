"""Code streams with the headers that examples speak of: real markers, zeros where the picture would be."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from lossytools.codecs.codestream import icc_profile
from lossytools.codecs.codestream.jpeg import factors_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.codecs.codestream.header import StreamHeader

_SOF55, _APP0, _APP2, _APP14, _SOS = 0xF7, 0xE0, 0xE2, 0xEE, 0xDA
_SIZ, _CAP, _COD, _QCD, _SOT = 0x51, 0x50, 0x52, 0x5C, 0x90
_PROFILES = [(132).to_bytes(4, "big") + tail for tail in (bytes(128), bytes(range(128)))]
_END = b"\xff\xd9"  # EOI and EOC
_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 " + b"\0\0\0\0jp2c"


def make_stream(header: StreamHeader | None, length: int, *, complete: bool = True) -> bytes:
    """Return a code stream of `length` bytes whose markers say what `header` says.

    header: None for bytes that no standard knows. complete: whether it ends with its end marker.
    """
    if header is None:
        return bytes(length)
    head = _HEADS[header.family](header)
    end = _END if complete and header.family in _MARKED else b""
    return head + bytes(length - len(head) - len(end)) + end


def _segment(marker: int, payload: bytes) -> bytes:
    return pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _jpeg(header: StreamHeader) -> bytes:
    """Return SOI to SOS of JPEG (10918-1 B.2) or JPEG-LS (14495-1 C.2)."""
    told = header.jfif or header.adobe_transform is not None
    names = b"RGB" if header.colour == "rgb" and not told else bytes(range(1, header.samples + 1))
    factors = factors_of(header.subsampling if header.samples > 1 else None)
    factors = (factors * header.samples)[: header.samples]
    sof = _SOF55 if header.family == "jpegls" else 0xC0 + int(header.process.removeprefix("SOF"))
    size = pack(">BHHB", header.precision, header.rows, header.columns, header.samples)
    parts = b"".join(bytes((name, h << 4 | v, 0)) for name, (h, v) in zip(names, factors, strict=True))
    scan = bytes((header.samples,)) + b"".join(bytes((name, 0)) for name in names)
    scan += bytes((header.near, 2, 0)) if header.near is not None else b"\0\x3f\0"
    return b"".join(
        (
            b"\xff\xd8",
            _segment(_APP0, b"JFIF\0\1\2\0\0\1\0\1\0\0") if header.jfif else b"",
            _adobe(header.adobe_transform),
            _profile(header.icc),
            _segment(sof, size + parts),
            _segment(_SOS, scan),
        )
    )


def _adobe(transform: int | None) -> bytes:
    return b"" if transform is None else _segment(_APP14, b"Adobe\0\x64\0\0\0\0" + bytes((transform,)))


def _profile(digest: str) -> bytes:
    """Return an APP2 segment with the ICC profile of a digest; those of the examples are known."""
    if not digest:
        return b""
    profile = next(each for each in _PROFILES if icc_profile.digest(each) == digest)
    return _segment(_APP2, icc_profile.CHUNK + b"\1\1" + profile)


def _jpeg2000(header: StreamHeader) -> bytes:
    """Return SOC to SOD of JPEG 2000 or HTJ2K (15444-1 annex A), behind JP2 boxes if the header says so."""
    wide, high = header.columns, header.rows
    size = pack(">HIIIIIIIIH", 0, wide, high, 0, 0, wide, high, 0, 0, header.samples)
    depth = header.precision - 1 | (0x80 if header.signed else 0)
    wavelet = int(header.process == "5-3")
    style = bytes((0, 0, 0, 1, int(bool(header.component_transform)), 0, 4, 4, 0, wavelet))
    return b"".join(
        (
            _JP2 if header.container else b"",
            b"\xff\x4f",
            _segment(_SIZ, size + bytes((depth, 1, 1)) * header.samples),
            _segment(_CAP, pack(">IH", 1 << 17, 0)) if header.family == "htj2k" else b"",
            _segment(_COD, style),
            _segment(_QCD, b"\x40\x40" if wavelet else b"\x41\x40\0"),
            _segment(_SOT, pack(">HIBB", 0, 0, 0, 1)) + b"\xff\x93",
        )
    )


def _jpegxl(header: StreamHeader) -> bytes:
    """Return the start of a JPEG XL of all defaults: 8 bits, three samples, XYB (18181-1 annex D)."""
    fields = ((0, 1), (3, 2), (header.rows - 1, 30), (0, 3), (3, 2), (header.columns - 1, 30), (3, 2))
    bits = at = 0
    for value, width in fields:
        bits, at = bits | value << at, at + width
    return b"\xff\x0a" + bits.to_bytes(at // 8 + 1, "little")


def _nothing(_: StreamHeader) -> bytes:
    return b""


_HEADS: dict[str, Callable[[StreamHeader], bytes]] = {
    "jpeg": _jpeg,
    "jpegls": _jpeg,
    "jpeg2000": _jpeg2000,
    "htj2k": _jpeg2000,
    "jpegxl": _jpegxl,
    "rle": _nothing,
}
_MARKED = {"jpeg", "jpegls", "jpeg2000", "htj2k"}
