"""Mend what is said of sample values: smallest and largest, padding, colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.repairs.found import broken
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import has

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence

_COLOUR, _LIMIT = "UltrasoundColorDataPresent", "PixelPaddingRangeLimit"


def measure_ends(evidence: Evidence) -> Iterator[Repair]:
    """Write the smallest and the largest sample of all decoded frames, padding left out."""
    facts = evidence.decoded
    if facts is None or not facts.ranges or not broken(evidence, "P22"):
        return
    ends = {
        "SmallestImagePixelValue": min(low for low, _ in facts.ranges),
        "LargestImagePixelValue": max(high for _, high in facts.ranges),
    }
    because = "PS3.3 C.7.6.3: the value actually encountered"
    changes = tuple(Change(name, end, because) for name, end in ends.items() if has(evidence.image, name))
    yield Repair(("P22",), "smallest and largest value are those of the decoded frames", changes)


def drop_limit(evidence: Evidence) -> Iterator[Repair]:
    """Remove a limit of padding that has no value to start from."""
    if broken(evidence, "P23") and not has(evidence.image, "PixelPaddingValue"):
        change = remove(_LIMIT, "PS3.3 C.7.5.1.1.2: a limit means nothing without a value")
        yield Repair(("P23",), "Pixel Padding Range Limit is removed: there is no padding value", (change,))


def deny_colour(evidence: Evidence) -> Iterator[Repair]:
    """Set Ultrasound Color Data Present to 0 where no pixel can have or has a colour."""
    if broken(evidence, "P29"):
        change = Change(_COLOUR, 0, "PS3.3 C.8.5.6.1.10: no colour data in the image")
        yield Repair(("P29",), "Ultrasound Color Data Present is 0: no pixel has a colour", (change,))
