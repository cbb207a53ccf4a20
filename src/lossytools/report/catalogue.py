"""The codecs and their knobs, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.knobs import knobs_of
from lossytools.codecs.limits import ROOT, limits_of, short_syntaxes
from lossytools.report.tables import rows_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from lossytools.codecs.protocol import Codec


def codec_table(codecs: Iterable[tuple[type[Codec], str]]) -> Table:
    """Return a row for each codec: what it writes, what it takes, and the words on its library."""
    head = ("codec", ROOT, "method", "takes", "library")
    return rows_table(head, ((c.name, short_syntaxes(c), _method(c), _takes(c), w) for c, w in codecs))


def _takes(codec: type[Codec]) -> str:
    words, verified = limits_of(codec)
    return words if verified else f"{words} (rows not verified)"


def _method(codec: type[Codec]) -> str:
    return getattr(codec, "method", "none: lossless")


def knob_table(codecs: Iterable[type[Codec]]) -> Table:
    """Return a row for each knob, the first of a codec being the one a bare value belongs to."""
    head = ("codec", "knob", "default", "range", "unit", "what it is")
    knobs = (knob for codec in codecs for knob in knobs_of(codec))
    return rows_table(head, ((k.codec, k.name, k.default, k.range, k.unit, k.words) for k in knobs))
