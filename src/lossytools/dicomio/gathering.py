"""Gather what an audit looks at: header, items, and the first and last bytes of every code stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom.tag import Tag

from lossytools.codecs.codestream import TAIL_BYTES, bare_length, ends_properly, read_header
from lossytools.dicomio.reading import DAMAGE
from lossytools.elements import opened, shallow_copy
from lossytools.errors import DecodeError
from lossytools.evidence import Encapsulation, Evidence, StreamFact
from lossytools.standard.enhanced import GROUPS
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.codecs.codestream.header import StreamHeader
    from lossytools.dicomio.fragments import Items
    from lossytools.dicomio.source import Source

_GROUPS = tuple(Tag(keyword) for keyword in GROUPS)
_HEAD = 2048  # bytes; most headers of code streams end before, all of the stream is read where one does not
_WITHOUT_HEADER = {"rle", "native", "deflated-frame", "jpip"}


@dataclass(frozen=True, slots=True)
class _Stream:
    """One code stream looked at from both ends."""

    header: StreamHeader | None
    error: str
    complete: bool
    length: int


def gather(source: Source) -> Evidence:
    """Return the evidence of an opened object; of the pixel data only headers and tails are read."""
    file, items = source.opened, source.items
    held = file.file.size - file.pixel_offset  # less than the element claims where the file is cut short
    encapsulation: Encapsulation | None = None
    streams: tuple[StreamFact, ...] = ()
    if items is not None:
        looked = _look(source, items)
        encapsulation = Encapsulation(
            basic_offsets=items.basic_offsets,
            offsets=items.offsets,
            lengths=items.lengths,
            delimited=items.delimited,
            frames=source.ranges,
            stream_bytes=tuple(stream.length for stream in looked),
        )
        streams = _distinct(looked)
    return Evidence(
        name=str(source.path),
        preamble=file.preamble,
        meta=file.meta,
        image=_as_encoded(_with_open_groups(source.image), implicit=file.implicit),
        pixel_keyword=file.pixel_keyword,
        pixel_vr=file.pixel_vr,
        pixel_length=None if file.pixel_length is None else min(file.pixel_length, held),
        encapsulation=encapsulation,
        streams=streams,
    )


def _as_encoded(image: Dataset, *, implicit: bool) -> Dataset:
    """Return the header; its original encoding is that of the file, where all else asks for explicit VR."""
    if not implicit:
        return image
    copy = shallow_copy(image)
    copy.set_original_encoding(
        is_implicit_vr=True, is_little_endian=True, character_encoding=image.original_character_set
    )
    return copy


def _with_open_groups(image: Dataset) -> Dataset:
    """Return the header with its functional groups decoded once; damaged ones stay as they are."""
    try:
        return opened(image, lambda tag: tag in _GROUPS)
    except (*DAMAGE, OSError):
        return image


def _look(source: Source, items: Items) -> list[_Stream]:
    syntax = BY_UID.get(source.transfer_syntax)
    if syntax is not None and syntax.family == "video":
        return [_Stream(None, "", True, sum(items.lengths))]
    headless = syntax is not None and syntax.family in _WITHOUT_HEADER
    ranges = source.ranges or ()
    if headless:
        return [_Stream(None, "", True, sum(items.lengths[a:b])) for a, b in ranges]
    return [_look_at(source, items, first, stop) for first, stop in ranges]


def _look_at(source: Source, items: Items, first: int, stop: int) -> _Stream:
    length = sum(items.lengths[first:stop])
    try:
        header = _header(source, items, first, stop)
    except DecodeError as error:
        return _Stream(None, str(error), False, length)
    last = stop - 1
    size = min(TAIL_BYTES, items.lengths[last])
    tail = source.opened.file.read_at(items.value_at(last) + items.lengths[last] - size, size)
    complete = ends_properly(tail, header.family)
    return _Stream(header, "", complete, bare_length(tail, length, header.family))


def _header(source: Source, items: Items, first: int, stop: int) -> StreamHeader:
    file = source.opened.file
    head = file.read_at(items.value_at(first), min(_HEAD, items.lengths[first]))
    try:
        return read_header(head)
    except DecodeError:
        whole = [file.read_at(items.value_at(i), items.lengths[i]) for i in range(first, stop)]
        return read_header(b"".join(whole))


def _distinct(looked: list[_Stream]) -> tuple[StreamFact, ...]:
    """Return one fact for each different header, with the first frame that has it and how many do."""
    first: dict[tuple[StreamHeader | None, bool, str], int] = {}
    counts: dict[tuple[StreamHeader | None, bool, str], int] = {}
    for number, stream in enumerate(looked, start=1):
        key = (stream.header, stream.complete, stream.error)
        if stream.header is None and not stream.error:
            continue
        first.setdefault(key, number)
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        StreamFact(number, counts[key], key[0], complete=key[1], error=key[2])
        for key, number in first.items()
    )
