"""Encapsulated Pixel Data: its items, and which fragments make which frame (PS3.5 section A.4)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from struct import unpack
from typing import TYPE_CHECKING

from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.dicomio.honest_file import HonestFile

_ITEM, _DELIMITER = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)
_STREAM_STARTS = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")
"""First bytes of JPEG and JPEG-LS, JPEG 2000, JPEG XL, and of the file formats around them."""


@dataclass(frozen=True, slots=True)
class Items:
    """The items of encapsulated Pixel Data.

    start: where offsets count from, the first byte after the Basic Offset Table item.
    basic_offsets: its entries. offsets: of each fragment's Item Tag from `start`. lengths: of its
    value, in bytes. delimited: the list is closed. end: where the next element begins.
    """

    start: int
    basic_offsets: tuple[int, ...]
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    delimited: bool
    end: int

    def value_at(self, fragment: int) -> int:
        """Return where the value of fragment number `fragment`, from 0, begins in the file."""
        return self.start + self.offsets[fragment] + 8


def read_items(file: HonestFile, at: int) -> Items:
    """Walk the items from `at`, where the value of the Pixel Data begins; values are not read.

    Raises UnreadableSource where an item reaches past the end of the file or is no item.
    """
    tag, length = _item_header(file, at)
    if tag != _ITEM:
        raise UnreadableSource("encapsulated Pixel Data does not begin with a Basic Offset Table item")
    table = file.read_at(at + 8, length - length % 4)
    start = position = at + 8 + length
    offsets: list[int] = []
    lengths: list[int] = []
    while position + 8 <= file.size:
        tag, length = _item_header(file, position)
        if tag != _ITEM:
            break
        if position + 8 + length > file.size:
            raise UnreadableSource(
                f"truncated: fragment {len(offsets) + 1} claims {length} bytes,"
                f" the file holds {file.size - position - 8} more"
            )
        offsets.append(position - start)
        lengths.append(length)
        position += 8 + length
    closed = tag == _DELIMITER and position + 8 <= file.size
    if not closed and position + 8 <= file.size:
        raise UnreadableSource(f"damaged: neither an item nor the end of the items at byte {position}")
    entries = unpack(f"<{len(table) // 4}I", table)
    return Items(
        start, entries, tuple(offsets), tuple(lengths), closed, position + 8 if closed else file.size
    )


def end_of_items(file: HonestFile, at: int) -> int:
    """Return where the element after the encapsulated Pixel Data at `at` begins."""
    return read_items(file, at).end


def _item_header(file: HonestFile, at: int) -> tuple[tuple[int, int], int]:
    group, element, length = unpack("<HHI", file.read_at(at, 8))
    return (group, element), length


def share_out(
    file: HonestFile, items: Items, frames: int, extended_offsets: Sequence[int] = ()
) -> tuple[tuple[int, int], ...] | None:
    """Return for each frame its fragments as (first, stop), None where nothing says how to share them out.

    The Extended Offset Table is believed first, then the Basic Offset Table, each only if every
    entry meets a fragment; then one fragment a frame; then the start markers of the code streams. A table
    or markers of more frames than `frames` say that frames would be dropped.
    """
    place = {offset: number for number, offset in enumerate(items.offsets)}
    for table in (tuple(extended_offsets), items.basic_offsets):
        if len(table) > frames:
            return None
        if len(table) == frames and table[0] == 0 and all(offset in place for offset in table):
            starts = [place[offset] for offset in table]
            if all(a < b for a, b in pairwise(starts)):
                return _ranges(starts, len(items.offsets))
    if len(items.offsets) == frames:
        return tuple((number, number + 1) for number in range(frames))
    starts = [
        number
        for number in range(len(items.offsets))
        if file.read_at(items.value_at(number), min(8, items.lengths[number])).startswith(_STREAM_STARTS)
    ]
    if frames == 1 and items.offsets and len(starts) <= 1:
        return ((0, len(items.offsets)),)
    return _ranges(starts, len(items.offsets)) if len(starts) == frames and starts[0] == 0 else None


def _ranges(starts: list[int], stop: int) -> tuple[tuple[int, int], ...]:
    return tuple(pairwise([*starts, stop]))
