"""Write an object again with another header; its pixel data is copied byte for byte."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from struct import pack
from typing import IO, TYPE_CHECKING, Any, Protocol

from lossytools.dicomio.encoding import element_head, encoded, file_start
from lossytools.dicomio.reading import UNDEFINED
from lossytools.elements import shallow_copy
from lossytools.standard.transfer_syntaxes import DEFLATED, IMPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.dicomio.source import Source
    from lossytools.evidence import Encapsulation

_PIXEL_TAGS = {"PixelData": 0x7FE00010, "FloatPixelData": 0x7FE00008, "DoubleFloatPixelData": 0x7FE00009}
_PIECE = 1 << 20  # bytes copied at once


class _Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


@dataclass(slots=True)
class Copied:
    """The pixel data that was copied: the length of each value in bytes, and SHA-256 over all of them.

    A value is a fragment, or all of native pixel data; pad bytes that were added are not counted.
    """

    lengths: list[int] = field(default_factory=list)
    digest: str = hashlib.sha256().hexdigest()


def rewrite(
    out: IO[bytes], source: Source, elements: Dataset, transfer_syntax: str, items: Encapsulation | None
) -> Copied:
    """Write a whole DICOM file to `out`: our own meta, `elements`, the pixel data of `source`.

    elements: the data set without pixel data, in Explicit VR Little Endian. transfer_syntax: to declare;
    an Implicit VR or deflated source stays so. items: how the fragments are to lie: each as it is, or
    those of one frame joined where there are as many as frames. Raises UnreadableSource, OSError.
    """
    implicit = transfer_syntax == IMPLICIT_LITTLE_ENDIAN
    out.write(file_start(elements, transfer_syntax))
    at = _PIXEL_TAGS.get(source.opened.pixel_keyword, _PIXEL_TAGS["PixelData"])
    sink: Any = _Deflating(out) if transfer_syntax == DEFLATED else out
    sink.write(encoded(shallow_copy(elements, lambda tag: tag < at), implicit=implicit))
    copied = Copied()
    if items is not None:
        copied = _copy_items(sink, source, items)
    elif source.opened.pixel_keyword:
        copied = _copy_native(sink, source, at, implicit=implicit)
    sink.write(encoded(shallow_copy(elements, lambda tag: tag > at), implicit=implicit))
    if transfer_syntax == DEFLATED:
        sink.close()
    return copied


class _Deflating:
    """Deflates what is written to it (PS3.5 section A.5)."""

    def __init__(self, out: _Sink) -> None:
        self._out = out
        self._engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._size = 0

    def write(self, data: bytes) -> None:
        """Deflate `data`."""
        self._put(self._engine.compress(data))

    def close(self) -> None:
        """Write what is left, padded to an even length."""
        self._put(self._engine.flush())
        self._out.write(b"\0" * (self._size % 2))

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)


def _copy_native(sink: _Sink, source: Source, tag: int, *, implicit: bool) -> Copied:
    opened = source.opened
    length = opened.pixel_length or 0
    sink.write(element_head(tag, opened.pixel_vr, length, implicit=implicit))
    digest = hashlib.sha256()
    for piece in _pieces(source, opened.pixel_offset, length):
        sink.write(piece)
        digest.update(piece)
    return Copied([length], digest.hexdigest())


def _copy_items(sink: _Sink, source: Source, items: Encapsulation) -> Copied:
    sink.write(element_head(_PIXEL_TAGS["PixelData"], "OB", UNDEFINED))
    table = items.basic_offsets
    sink.write(pack(f"<HHI{len(table)}I", 0xFFFE, 0xE000, 4 * len(table), *table))
    digest, lengths = hashlib.sha256(), []
    for (first, stop), even in zip(_groups(source, items), items.lengths, strict=True):
        sink.write(pack("<HHI", 0xFFFE, 0xE000, even))
        lengths.append(0)
        for number in range(first, stop):
            for piece in _fragment(source, number):
                sink.write(piece)
                digest.update(piece)
                lengths[-1] += len(piece)
        sink.write(b"\0" * (even - lengths[-1]))
    sink.write(pack("<HHI", 0xFFFE, 0xE0DD, 0))
    return Copied(lengths, digest.hexdigest())


def _groups(source: Source, items: Encapsulation) -> tuple[tuple[int, int], ...]:
    """Return the fragments of the source that each item takes, as (first, stop)."""
    kept = source.items.lengths if source.items is not None else ()
    if items.lengths == kept:
        return tuple((number, number + 1) for number in range(len(kept)))
    return source.ranges or ()


def _fragment(source: Source, number: int) -> Iterator[bytes]:
    if source.items is not None:
        yield from _pieces(source, source.items.value_at(number), source.items.lengths[number])


def _pieces(source: Source, start: int, length: int) -> Iterator[bytes]:
    for at in range(0, length, _PIECE):
        yield source.opened.file.read_at(start + at, min(_PIECE, length - at))
