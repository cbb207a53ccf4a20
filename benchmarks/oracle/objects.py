"""Write the objects that the examples of the rules speak of as real DICOM files.

Right or wrong, a file holds what the evidence says: elements with their bytes, items with their lengths,
code streams with their markers. Samples are zeros.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from oracle.parts import Parts, write_parts
from oracle.streams import make_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lossytools.evidence import Encapsulation, Evidence, StreamFact
    from lossytools.rules.definition import Rule

UNREAL: dict[tuple[str, int], str] = {
    ("F02", 0): "fragments are shared out so that none has two frames",
    ("F02", 1): "fragments are shared out so that no frame is without",
    ("F06", 0): "a file of 8 GB",
}
"""Examples, by rule and place among those that break it, that no file of the tests can be; and why."""


def is_a_file(rule: Rule, number: int) -> bool:
    """Return whether a file can be as an example that breaks the rule is.

    Not where the fault is one of decoded samples: the files made here hold none. Nor for a rule that
    looks neither at one object nor at a pair.
    """
    if rule.check is None and rule.check_pair is None:
        return False
    example = rule.breaks[number]
    given = {*example.derived, *(example.source or {})}
    return (rule.id, number) not in UNREAL and not given & {"decoded", "loss"}


def write_evidence(path: Path, evidence: Evidence) -> Path:
    """Write a file in which `gather` finds the evidence, and return its path."""
    items = evidence.encapsulation
    fragments = None if items is None else list(_fragments(evidence, items))
    if fragments is None and evidence.pixel_length is None:
        fragments = []  # only items may stand behind an undefined length
    return write_parts(
        path,
        Parts(
            preamble=evidence.preamble,
            meta=evidence.meta,
            image=evidence.image,
            implicit=bool(evidence.image.original_encoding[0]),
            pixel_keyword=evidence.pixel_keyword,
            pixel_vr=evidence.pixel_vr,
            pixel_length=evidence.pixel_length,
            table=items.basic_offsets if items else (),
            fragments=fragments,
            delimited=items.delimited if items else True,
        ),
    )


def _fragments(evidence: Evidence, items: Encapsulation) -> Iterator[bytes]:
    """Yield the value of every fragment."""
    ranges = items.frames or ((0, len(items.lengths)),)
    bare: Iterator[int | None] = chain(items.stream_bytes, repeat(None))
    for (first, stop), fact, size in zip(ranges, chain(_spread(evidence), repeat(None)), bare, strict=False):
        lengths = items.lengths[first:stop]
        whole = sum(lengths)
        value = _stream(fact, whole if size is None else min(size, whole)).ljust(whole, b"\0")
        for length in lengths:
            yield value[:length]
            value = value[length:]


def _stream(fact: StreamFact | None, length: int) -> bytes:
    if fact is None:
        return bytes(length)
    return make_stream(fact.header, length, complete=fact.complete)


def _spread(evidence: Evidence) -> list[StreamFact]:
    """Return the fact of each frame: facts say the first frame they are of, and how many."""
    frames = range(1, sum(fact.count for fact in evidence.streams) + 1)
    first = {fact.frame: fact for fact in evidence.streams}
    more = chain.from_iterable(repeat(fact, fact.count - 1) for fact in evidence.streams)
    return [first.get(frame) or next(more) for frame in frames]
