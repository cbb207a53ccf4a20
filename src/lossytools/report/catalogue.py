"""The codecs and their knobs, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.knobs import knobs_of
from lossytools.report.tables import rows_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from lossytools.codecs.protocol import FrameCodec


def codec_table(codecs: Iterable[tuple[type[FrameCodec], str]]) -> Table:
    """Return a row for each codec with the words on its library."""
    head = ("codec", "transfer syntax", "method", "library")
    return rows_table(head, ((c.name, c.transfer_syntax, c.method, words) for c, words in codecs))


def knob_table(codecs: Iterable[type[FrameCodec]]) -> Table:
    """Return a row for each knob, the first of a codec being the one a bare value belongs to."""
    head = ("codec", "knob", "default", "range", "unit", "what it is")
    knobs = (knob for codec in codecs for knob in knobs_of(codec))
    return rows_table(head, ((k.codec, k.name, k.default, k.range, k.unit, k.words) for k in knobs))
