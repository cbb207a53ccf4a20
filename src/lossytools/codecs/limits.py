"""What pixels a codec takes, in words, and whether the table it rests on could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.catalogue import syntaxes_of
from lossytools.codecs.lossless import LosslessCodec
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.standard.encodings import rows_for
from lossytools.standard.photometrics import bits_in
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.codecs.protocol import Codec

ROOT = "1.2.840.10008.1.2"
"""Beginning of the UIDs of all transfer syntaxes (PS3.6 annex A)."""


def limits_of(codec: type[Codec]) -> tuple[str, bool]:
    """Return the pixels that a codec takes, in words; False where the standard's rows were not read."""
    if issubclass(codec, StreamCodec):
        return f"code streams of {BY_UID[codec.takes].name} only", True
    if issubclass(codec, MovieCodec):
        rows, columns = codec.smallest
        bits = " or ".join(map(str, codec.depths))
        return f"RGB, MONOCHROME2; {bits} bits; even sizes from {columns} x {rows}; one rate", True
    if issubclass(codec, LosslessCodec):
        held = all(bits_in(codec.transfer_syntax, name)[0] for name in codec.declares.values())
        sign = "" if codec.signed else "; unsigned"
        return f"{', '.join(codec.declares)}; up to 16 bits{sign}", held
    rows_held = rows_for(codec.transfer_syntax)
    parts = []
    for samples, word in ((1, "grey"), (3, "RGB")):
        found = [row for row in rows_held if row.samples == samples]
        if found:
            signed = ", signed too" if any(True in row.signed for row in found) else ""
            widest = max(found, key=lambda row: len(row.bits))
            parts.append(f"{word} {_bits(widest.bits)}{signed}")
    return "; ".join(parts), all(row.verified for row in rows_held)


def _bits(pairs: Iterable[tuple[int, range]]) -> str:
    """Return pairs of Bits Allocated and Stored, of those that frames can have: 8 and 16 allocated."""
    said = []
    for allocated, stored in pairs:
        if allocated in {8, 16}:
            ends = f"{stored.start} to {stored.stop - 1}" if len(stored) > 1 else f"{stored.start}"
            said.append(f"{ends} in {allocated}")
    return " or ".join(said)


def short_syntaxes(codec: type[Codec]) -> str:
    """Return what the UIDs of the transfer syntaxes that a codec writes have behind `ROOT`."""
    return ", ".join(uid.removeprefix(ROOT) for uid in syntaxes_of(codec))
