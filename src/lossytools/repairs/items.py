"""Mend the items of encapsulated pixel data and the tables that point at them; code streams stay."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.repairs.found import broken, headers_of
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import has
from lossytools.rules.frames import frames_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Encapsulation, Evidence

_TABLE, _LENGTHS = "ExtendedOffsetTable", "ExtendedOffsetTableLengths"
_TOTAL = "EncapsulatedPixelDataValueTotalLength"
_OFFSET_LIMIT = 1 << 32  # bytes: offsets of the Basic Offset Table have 32 bits
_ITEM_LIMIT = (1 << 32) - 2
_HEADER_BYTES = 8  # of an item: tag and length


def may_be_cut(evidence: Evidence) -> bool:
    """Return whether the fragments are not closed and nothing shows that all frames are there and whole.

    A missing delimiter is also how a truncated file looks, and whatever is written has one.
    """
    items = evidence.encapsulation
    if items is None or items.delimited:
        return False
    return not items.frames or not headers_of(evidence) or bool(broken(evidence, "F01"))


def even_fragments(evidence: Evidence) -> Iterator[Repair]:
    """Write each frame as one fragment of even length, where fragments are odd or empty.

    Only behind the end of a code stream a pad byte does no harm, so fragments of one frame are joined.
    """
    items = frames_apart(evidence)
    if items is None or items.frames is None or broken(evidence, "F02") or not broken(evidence, "F03"):
        return
    lengths = tuple(sum(items.lengths[first:stop]) for first, stop in items.frames)
    if all(2 <= length <= _ITEM_LIMIT for length in lengths):  # noqa: PLR2004 - a fragment has 2 bytes or more
        says = "each frame is one fragment of even length: code stream, then a pad byte where it is odd"
        yield Repair(("F03",), says, items=_one_a_frame(items, lengths))


def _one_a_frame(items: Encapsulation, lengths: tuple[int, ...]) -> Encapsulation:
    even = tuple(length + length % 2 for length in lengths)
    offsets = (0, *accumulate(_HEADER_BYTES + length for length in even[:-1]))
    table = offsets if items.basic_offsets and offsets[-1] < _OFFSET_LIMIT else ()
    frames = tuple((number, number + 1) for number in range(len(even)))
    return replace(items, basic_offsets=table, offsets=offsets, lengths=even, frames=frames)


def close_items(evidence: Evidence) -> Iterator[Repair]:
    """Write the VR, the undefined length and the delimiter that encapsulated pixel data has."""
    if evidence.encapsulation is not None and broken(evidence, "F09"):
        says = "encapsulated pixel data is written as OB of undefined length, closed by a delimiter"
        yield Repair(("F09",), says, items=replace(evidence.encapsulation, delimited=True))


def point_at_frames(evidence: Evidence) -> Iterator[Repair]:
    """Write the Basic Offset Table anew, empty where 32 bits are too few."""
    items = frames_apart(evidence)
    rules = broken(evidence, "F04", "F05", "F06")
    if items is None or items.frames is None or broken(evidence, "F02") or not rules:
        return
    starts = tuple(items.offsets[first] for first, _ in items.frames)
    table = starts if max(starts) < _OFFSET_LIMIT else ()
    says = f"the Basic Offset Table is {'written anew' if table else 'left empty'}, from where the frames lie"
    yield Repair(rules, says, items=replace(items, basic_offsets=table))


def empty_table_of_video(evidence: Evidence) -> Iterator[Repair]:
    """Empty the Basic Offset Table of a video, whose frames are no items."""
    items = evidence.encapsulation
    if (
        items is not None
        and items.basic_offsets
        and frames_apart(evidence) is None
        and broken(evidence, "F10")
    ):
        says = "the Basic Offset Table is left empty: the frames of a video lie in one bit stream"
        yield Repair(("F10",), says, items=replace(items, basic_offsets=()))


def point_at_fragments(evidence: Evidence) -> Iterator[Repair]:
    """Write both extended tables anew, or remove them where they may not stand."""
    rules = broken(evidence, "F07", "F08")
    items = evidence.encapsulation
    if not rules:
        return
    if items is None:
        yield Repair(rules, "no offset table beside native pixel data", _removed(evidence))
    elif items.basic_offsets or (items.frames and any(stop - first != 1 for first, stop in items.frames)):
        why = "a Basic Offset Table is there" if items.basic_offsets else "frames have several fragments"
        yield Repair(rules, f"the extended offset tables are removed: {why}", _removed(evidence))
    elif items.frames:
        bare = items.stream_bytes if len(items.stream_bytes) == len(items.lengths) else items.lengths
        because = "PS3.3 C.7.6.3.1.8: offset and length of the frames at hand"
        changes = (Change(_TABLE, _packed(items.offsets), because), Change(_LENGTHS, _packed(bare), because))
        yield Repair(
            rules, "both extended offset tables are written anew, from where the frames lie", changes
        )


def _removed(evidence: Evidence) -> tuple[Change, ...]:
    because = "PS3.3 C.7.6.3: only for fragments of one frame each, with an empty Basic Offset Table"
    return tuple(remove(name, because) for name in (_TABLE, _LENGTHS) if has(evidence.image, name))


def _packed(numbers: tuple[int, ...]) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def count_bytes(evidence: Evidence) -> Iterator[Repair]:
    """Write the length of all code streams to (7FE0,0003)."""
    items = evidence.encapsulation
    if items is not None and items.stream_bytes and broken(evidence, "F11"):
        total = sum(items.stream_bytes)
        change = Change(_TOTAL, total, "PS3.3 C.7.6.3: without pad bytes")
        yield Repair(("F11",), f"(7FE0,0003) is {total} bytes, the length of the code streams", (change,))
