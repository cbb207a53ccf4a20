"""Overlay planes in unused bits of the cells of old equipment (PS3.5 section 8.1.2, retired in 2004)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.errors import UnsupportedPixels
from lossytools.rules.overlays import embedded_planes

if TYPE_CHECKING:
    from lossytools.dicomio.source import FrameReader
    from lossytools.evidence import Evidence


def embedded_overlays(evidence: Evidence, reader: FrameReader) -> tuple[tuple[int, int], ...]:
    """Return (group, bit) of the overlay planes that a step has to save from the cells.

    Raises UnsupportedPixels where code streams do not hold the bits that the header speaks of: what was
    there is lost, and must not become an empty overlay.
    """
    planes = embedded_planes(evidence.image)
    if reader.declared.samples > 1:
        return ()
    low = reader.high_bit + 1 - reader.declared.bits_stored
    unused = tuple((group, bit) for group, bit in planes if not low <= bit <= reader.high_bit)
    for group, bit in unused:
        for fact in evidence.streams:
            if fact.header is not None and (fact.header.irreversible or fact.header.precision <= bit):
                raise UnsupportedPixels(
                    f"overlay group {group:04X} is declared in bit {bit} of the cells, where the code streams"
                    f" of {fact.header.precision} bits hold nothing; remove the group or take an earlier copy"
                )
    return unused
