"""Family F: the Basic and the Extended Offset Table against the items they point at."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lossytools.rules.attributes import has, unsigned64
from lossytools.rules.bases import CODE_STREAMS, NATIVE
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import frame_count, syntax_of
from lossytools.rules.frames import frames_apart

if TYPE_CHECKING:
    from lossytools.evidence import Encapsulation, Evidence
    from lossytools.rules.definition import Rule, Said

_EXTENDED, _LENGTHS = "ExtendedOffsetTable", "ExtendedOffsetTableLengths"
_LARGEST = 0xFFFF_FFFF
_HUGE = (0, 4_000_000_000, 8_000_000_000)


def _table(*numbers: int) -> bytes:
    """Return the value of an OV element."""
    return struct.pack(f"<{len(numbers)}Q", *numbers)


_GOOD = {
    "encapsulation__basic_offsets": (),
    _EXTENDED: _table(*CODE_STREAMS.offsets),
    _LENGTHS: _table(*CODE_STREAMS.lengths),
}

_UNCOUNTED = {"NumberOfFrames": "2", "encapsulation__frames": None, "streams": ()}
_TWO_FRAMES = {
    "NumberOfFrames": "2",
    "encapsulation__frames": ((0, 2), (2, 3)),
    "encapsulation__stream_bytes": (184321, 92160),
    _EXTENDED: _table(0, 184338),
    _LENGTHS: _table(184322, 92160),
}


def _starts(items: Encapsulation) -> tuple[int, ...] | None:
    """Return where the first fragment of each frame lies, None when that is not known."""
    ranges = items.frames
    if ranges is None or any(not 0 <= first < len(items.offsets) for first, _ in ranges):
        return None
    return tuple(items.offsets[first] for first, _ in ranges)


@rule(
    "F04",
    "The Basic Offset Table is empty or has an entry for each frame",
    severity="E",
    cites="PS3.5 A.4",
    repair="write the table anew, or leave it empty",
    holds=[one(), one(encapsulation__basic_offsets=())],
    breaks=[one(encapsulation__basic_offsets=(0, 92168))],
    applies_to="encapsulated images but video",
)
def table_has_all_frames(evidence: Evidence) -> Said:
    """A reader that seeks by a short table cannot reach the last frames."""
    items, count = frames_apart(evidence), frame_count(evidence)
    entries = len(items.basic_offsets) if items is not None else 0
    if entries and count is not None and entries != count:
        yield f"the Basic Offset Table has {entries} entries, Number of Frames is {count}"


def _first_wrong(entries: tuple[int, ...], found: tuple[int, ...]) -> str:
    """Return the first frame whose entry is not where it lies, "" when all are."""
    for number, (entry, offset) in enumerate(zip(entries, found, strict=False), start=1):
        if entry != offset:
            return f"frame {number}: the table says {entry}, found {offset}"
    return ""


@rule(
    "F05",
    "Basic Offset Table entries point at frames",
    severity="E",
    cites="PS3.5 A.4",
    repair="write the table anew, or leave it empty",
    holds=[one(), one(encapsulation__basic_offsets=())],
    breaks=[
        one(encapsulation__basic_offsets=(0, 92170, 184338)),
        one(**_UNCOUNTED, encapsulation__basic_offsets=(0, 4, 184338)),
    ],
    applies_to="encapsulated images but video",
)
def table_points_at_frames(evidence: Evidence) -> Said:
    """An entry into the middle of a fragment gives a decoder bytes of two frames."""
    items = frames_apart(evidence)
    if items is None or not items.basic_offsets:
        return
    starts = _starts(items)
    if starts is None:
        known = set(items.offsets)
        wrong = [entry for entry in items.basic_offsets if entry not in known]
        if wrong:
            yield f"no item lies at {wrong[0]}, which the Basic Offset Table says"
    elif said := _first_wrong(items.basic_offsets, starts):
        yield f"Basic Offset Table, {said}"


@rule(
    "F06",
    "Offsets beyond 32 bits are not in the Basic Offset Table",
    severity="E",
    cites="PS3.5 A.4; PS3.3 C.7.6.3.1.8",
    repair="leave the Basic Offset Table empty, or write an Extended Offset Table",
    holds=[
        one(),
        one(encapsulation__offsets=_HUGE, encapsulation__basic_offsets=()),
    ],
    breaks=[
        one(encapsulation__offsets=_HUGE, encapsulation__basic_offsets=(0, 4_000_000_000, 3_705_032_704))
    ],
    applies_to="encapsulated images above 4 GiB",
)
def offsets_fit(evidence: Evidence) -> Said:
    """A larger offset is cut to 32 bits and points into an earlier frame."""
    items = evidence.encapsulation
    if items is None or not items.basic_offsets:
        return
    largest = max(_starts(items) or items.offsets or (0,))
    if largest > _LARGEST:
        yield f"a frame lies at {largest}, the Basic Offset Table ends at {_LARGEST}"


@rule(
    "F07",
    "An Extended Offset Table stands alone, with its lengths",
    severity="E",
    cites="PS3.3 C.7.6.3, C.7.6.3.1.8",
    repair="remove both extended tables, or write both beside an empty Basic Offset Table",
    holds=[one(), one(**_GOOD), one(**NATIVE)],
    breaks=[
        one(**_GOOD | {_LENGTHS: None}),
        one(**_GOOD | {_EXTENDED: None}),
        one(**_GOOD | {"encapsulation__basic_offsets": CODE_STREAMS.basic_offsets}),
        one(**NATIVE | {_EXTENDED: _table(0), _LENGTHS: _table(2)}),
        one(**_GOOD | _TWO_FRAMES),
        one(**_GOOD | {_EXTENDED: b""}),
    ],
    applies_to="images with an Extended Offset Table",
)
def extended_table_stands_alone(evidence: Evidence) -> Said:
    """Tables copied from a source point at its fragments, and two kinds of table can disagree."""
    offsets, lengths = has(evidence.image, _EXTENDED), has(evidence.image, _LENGTHS)
    if offsets != lengths:
        yield f"{_EXTENDED if offsets else _LENGTHS} stands without {_LENGTHS if offsets else _EXTENDED}"
    if not offsets:
        return
    if unsigned64(evidence.image, _EXTENDED) == ():
        yield f"{_EXTENDED} is empty"
    syntax, items = syntax_of(evidence), evidence.encapsulation
    if items is None:
        if syntax is not None and not syntax.encapsulated:
            yield f"{_EXTENDED} beside native pixel data"
        return
    if items.basic_offsets:
        yield f"{_EXTENDED} beside a Basic Offset Table that is not empty"
    if items.frames is not None and any(stop - first != 1 for first, stop in items.frames):
        yield f"{_EXTENDED}, and a frame of several fragments"


def _lengths_differ(items: Encapsulation, lengths: tuple[int, ...]) -> Said:
    """Yield the first length that is neither that of the fragment nor that of its bare stream."""
    bare = items.stream_bytes if len(items.stream_bytes) == len(items.lengths) else items.lengths
    for number, (stated, fragment, stream) in enumerate(
        zip(lengths, items.lengths, bare, strict=False), start=1
    ):
        if stated not in {fragment, stream}:
            yield f"{_LENGTHS}, frame {number}: the table says {stated}, found {fragment}"
            return


@rule(
    "F08",
    "The Extended Offset Table points at the frames",
    severity="E",
    cites="PS3.3 C.7.6.3.1.8",
    repair="write both extended tables anew, VR OV, or remove them",
    holds=[one(), one(**_GOOD), one(**_GOOD | {_LENGTHS: _table(*CODE_STREAMS.stream_bytes)})],
    breaks=[
        one(**_GOOD | {_EXTENDED: _table(0, 92168)}),
        one(**_GOOD | {_EXTENDED: _table(0, 92168, 184340)}),
        one(**_GOOD | {_LENGTHS: _table(92160, 92160, 92160)}),
        one(**_GOOD | {_EXTENDED: b"\0\0\0\0"}),
    ],
    applies_to="encapsulated images with an Extended Offset Table",
)
def extended_table_points_at_frames(evidence: Evidence) -> Said:
    """Readers fetch single frames by these tables alone; a stale one fetches bytes of others.

    A length may be that of the fragment, or that of the code stream without its pad byte.
    """
    items = evidence.encapsulation
    if items is None:
        return
    for keyword in (_EXTENDED, _LENGTHS):
        table = unsigned64(evidence.image, keyword)
        if has(evidence.image, keyword) and table is None:
            yield f"{keyword} is no list of 64-bit numbers"
        elif table and len(table) != len(items.offsets):
            yield f"{keyword} has {len(table)} entries, found {len(items.offsets)} fragments"
        elif table and keyword == _LENGTHS:
            yield from _lengths_differ(items, table)
        elif table and (said := _first_wrong(table, items.offsets)):
            yield f"{keyword}, {said}"


RULES: tuple[Rule, ...] = (
    table_has_all_frames,
    table_points_at_frames,
    offsets_fit,
    extended_table_stands_alone,
    extended_table_points_at_frames,
)
