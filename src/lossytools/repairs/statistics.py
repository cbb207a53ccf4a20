"""Mend the smallest and the largest pixel value, from frames that were decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import number
from lossytools.rules.facts import was_lossy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence

_CLAUSE = "PS3.3 C.7.6.3: the value actually encountered"
_KEYWORDS = ("SmallestImagePixelValue", "LargestImagePixelValue")
_CELL = 1 << 16


def measure_ends(evidence: Evidence, ends: tuple[int, int]) -> Iterator[Repair]:
    """Set the values of a lossy image that are off by more than a grey level.

    ends: smallest and largest sample decoded, of one sample a pixel. Decoders of one stream may
    differ by one grey level; a value of signed pixels may be stored as unsigned.
    """
    stated = [(name, number(evidence.image, name), end) for name, end in zip(_KEYWORDS, ends, strict=True)]
    stale = [(name, end) for name, value, end in stated if value is not None and _gap(value, end) > 1]
    if stale and was_lossy(evidence):
        changes = tuple(Change(name, end, _CLAUSE) for name, end in stale)
        yield Repair(("P22",), "smallest and largest value are those of the decoded frames", changes)


def _gap(one: int, other: int) -> int:
    gap = (one - other) % _CELL
    return min(gap, _CELL - gap)
