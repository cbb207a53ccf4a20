"""Headers of JPEG XL (ISO/IEC 18181-1), bare or inside the boxes of 18181-2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.codecs.codestream.segments import read_number
from lossytools.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = b"\xff\x0a"
CONTAINER = b"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_GREY = 1  # ColourSpace
_CUSTOM = 2  # WhitePoint, Primaries


class _Bits:
    """Reads numbers from the least significant bit up (18181-1 B.2)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        if count > self._left:
            raise DecodeError("the JPEG XL header is cut")
        value = self._value & ((1 << count) - 1)
        self._value >>= count
        self._left -= count
        return value

    @property
    def more(self) -> bool:
        """A whole byte is left behind the one begun."""
        return self._left >= 16  # noqa: PLR2004 - bits

    def align(self) -> None:
        """Skip to the next whole byte."""
        self.take(self._left % 8)

    def choose(self, *options: tuple[int, int]) -> int:
        """Return a U32: two bits choose (offset, extra bits)."""
        offset, extra = options[self.take(2)]
        return offset + self.take(extra)


def jpegxl_header(stream: bytes) -> StreamHeader:
    """Return what a JPEG XL stream says of size, precision, colours and coding.

    process is "VarDCT" or "Modular" of the first frame where its header is plain to reach,
    "" where a colour profile stands in between or the first box ends before it. irreversible is
    False only where it is certain: a Modular frame without the XYB transform.

    Raises DecodeError where the header is cut (18181-1 annexes D and E).
    """
    boxed = stream.startswith(CONTAINER)
    data = _code_stream(stream) if boxed else stream
    if not data.startswith(SIGNATURE):
        raise DecodeError("a JPEG XL file without a code stream in it")
    bits = _Bits(data[2:258])
    rows, columns = _size(bits)
    precision, samples, xyb, plain = _metadata(bits)
    process = _process(bits) if plain and bits.more else ""
    return StreamHeader(
        family="jpegxl",
        process=process,
        rows=rows,
        columns=columns,
        samples=samples,
        precision=precision,
        irreversible=xyb or process != "Modular",
        container=boxed,
    )


def bare(stream: bytes) -> bytes:
    """Return the whole code stream out of the boxes of a file; a bare one comes back as it is (18181-2 9).

    Raises DecodeError where no box holds one.
    """
    if not stream.startswith(CONTAINER):
        return stream
    parts = list(_parts(stream))
    if not parts:
        raise DecodeError("JPEG XL boxes without a code stream in them")
    return b"".join(stream[start:end] for start, end in parts)


def _code_stream(stream: bytes) -> bytes:
    """Return the start of the code stream in the first jxlc or jxlp box, which may be cut."""
    for start, _ in _parts(stream):
        return stream[start:]
    raise DecodeError("JPEG XL boxes without a code stream in them")


def _parts(stream: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of the code stream lie: in a jxlc box, or behind the index of jxlp boxes."""
    at = 0
    while at + 8 <= len(stream):
        length, kind, head = read_number(stream, at, 4), stream[at + 4 : at + 8], 8
        if length == 1:
            length, head = read_number(stream, at + 8, 8), 16
        end = at + length if length else len(stream)  # 0: to the end of the file
        if kind in {b"jxlc", b"jxlp"}:
            yield at + head + (4 if kind == b"jxlp" else 0), end
        if end < at + head:
            break
        at = end


def _size(bits: _Bits) -> tuple[int, int]:
    """Return (rows, columns) of a SizeHeader."""
    small = bits.take(1)

    def side() -> int:
        return 8 * (bits.take(5) + 1) if small else 1 + bits.choose((0, 9), (0, 13), (0, 18), (0, 30))

    rows = side()
    ratio = bits.take(3)
    if not ratio:
        return rows, side()
    wide, high = _RATIOS[ratio - 1]
    return rows, rows * wide // high


def _metadata(bits: _Bits) -> tuple[int, int, bool, bool]:
    """Return (precision, samples, XYB, whether the frame header can be reached) of ImageMetadata."""
    if bits.take(1):
        return 8, 3, True, bool(bits.take(1))
    extra_fields = bits.take(1)
    if extra_fields:
        bits.take(3)  # orientation
        if bits.take(1):  # intrinsic size
            _size(bits)
        if bits.take(2):  # preview or animation
            raise DecodeError("JPEG XL with a preview or an animation is not a single frame")
    precision = _precision(bits)
    bits.take(1)  # modular buffers of 16 bits suffice
    if bits.choose((0, 0), (1, 0), (2, 4), (1, 12)):
        raise DecodeError("JPEG XL with extra channels has no form in DICOM")
    xyb = bool(bits.take(1))
    samples, plain = _colours(bits)
    if extra_fields:
        plain = plain and bool(bits.take(1))  # tone mapping all default
    plain = plain and not bits.take(2) and bool(bits.take(1))  # no extensions, usual transforms
    return precision, samples, xyb, plain


def _colours(bits: _Bits) -> tuple[int, bool]:
    """Return (samples, whether the bits behind it can be reached) of ColourEncoding."""
    if bits.take(1):  # all default: sRGB
        return 3, True
    profile, space = bits.take(1), _enumerated(bits)
    samples = 1 if space == _GREY else 3
    if profile:
        return samples, False
    custom = _enumerated(bits) == _CUSTOM  # white point
    if samples > 1 and not custom:
        custom = _enumerated(bits) == _CUSTOM  # primaries
    if custom:
        return samples, False
    if bits.take(1):
        bits.take(24)  # gamma
    else:
        _enumerated(bits)  # transfer function
    _enumerated(bits)  # rendering intent
    return samples, True


def _enumerated(bits: _Bits) -> int:
    return bits.choose((0, 0), (1, 0), (2, 4), (18, 6))


def _precision(bits: _Bits) -> int:
    if bits.take(1):
        raise DecodeError("JPEG XL of floating point samples has no form in DICOM")
    return bits.choose((8, 0), (10, 0), (12, 0), (1, 6))


def _process(bits: _Bits) -> str:
    """Return the coding of the first frame, which starts at the next whole byte."""
    bits.align()
    if bits.take(1):  # all default
        return "VarDCT"
    bits.take(2)  # frame type
    return "Modular" if bits.take(1) else "VarDCT"
