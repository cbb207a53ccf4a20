"""What pixels each transfer syntax may carry: the tables of PS3.5 section 8.2, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from lossytools.standard.transfer_syntaxes import (
    HTJ2K,
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LS_NEAR_LOSSLESS,
    JPEG_XL,
)

_MONO = ("MONOCHROME1", "MONOCHROME2")


@dataclass(frozen=True, slots=True)
class EncodingRow:
    """One row of a table of PS3.5 section 8.2.

    signed: the values of Pixel Representation allowed, as booleans.
    bits: pairs of Bits Allocated with the Bits Stored it allows.
    verified: False where the row could not be read in a source: what we write keeps to it, and what others
        wrote is not judged by it.
    """

    transfer_syntax: str
    photometrics: tuple[str, ...]
    samples: int
    signed: tuple[bool, ...]
    bits: tuple[tuple[int, range], ...]
    clause: str
    verified: bool = True


_BYTE = ((8, range(8, 9)),)
_TO_16 = ((8, range(1, 9)), (16, range(1, 17)))
_DEEP = tuple((allocated, range(1, min(allocated, 38) + 1)) for allocated in (8, 16, 24, 32, 40))

ENCODINGS: tuple[EncodingRow, ...] = (
    EncodingRow(JPEG_BASELINE, _MONO, 1, (False,), _BYTE, "PS3.5 Table 8.2.1-1"),
    EncodingRow(JPEG_BASELINE, ("YBR_FULL_422", "RGB"), 3, (False,), _BYTE, "PS3.5 Table 8.2.1-1"),
    EncodingRow(JPEG_EXTENDED, _MONO, 1, (False,), (*_BYTE, (16, range(12, 13))), "PS3.5 Table 8.2.1-1"),
    EncodingRow(
        JPEG_LS_NEAR_LOSSLESS,
        _MONO,
        1,
        (False, True),
        ((8, range(2, 9)), (16, range(2, 17))),
        "PS3.5 Table 8.2.3-1",
    ),
    EncodingRow(
        JPEG_LS_NEAR_LOSSLESS, ("YBR_FULL",), 3, (False,), ((8, range(2, 9)),), "PS3.5 Table 8.2.3-1"
    ),
    EncodingRow(
        JPEG_LS_NEAR_LOSSLESS,
        ("RGB",),
        3,
        (False,),
        ((8, range(2, 9)), (16, range(2, 17))),
        "PS3.5 Table 8.2.3-1",
    ),
    EncodingRow(JPEG_2000, _MONO, 1, (False, True), _DEEP, "PS3.5 Table 8.2.4-1"),
    EncodingRow(
        JPEG_2000, ("YBR_RCT", "YBR_ICT", "RGB", "YBR_FULL"), 3, (False,), _DEEP, "PS3.5 Table 8.2.4-1"
    ),
    EncodingRow(HTJ2K, _MONO, 1, (False, True), _TO_16, "PS3.5 Table 8.2.14-1", verified=False),
    EncodingRow(
        HTJ2K,
        ("YBR_RCT", "YBR_ICT", "RGB", "YBR_FULL"),
        3,
        (False,),
        _TO_16,
        "PS3.5 Table 8.2.14-1",
        verified=False,
    ),
    EncodingRow(JPEG_XL, _MONO, 1, (False,), _TO_16, "PS3.5 Table 8.2.15-1", verified=False),
    EncodingRow(JPEG_XL, ("RGB", "XYB"), 3, (False,), _TO_16, "PS3.5 Table 8.2.15-1", verified=False),
)
"""Rows of the lossy syntaxes that lossytools writes."""

NEVER_NATIVE = ("YBR_RCT", "YBR_ICT", "YBR_PARTIAL_420", "XYB")
"""Photometric Interpretations that exist only inside code streams (PS3.5 section 8.2)."""


def rows_for(transfer_syntax: str) -> tuple[EncodingRow, ...]:
    """Return the table rows of one transfer syntax, () where no table is held here."""
    return tuple(row for row in ENCODINGS if row.transfer_syntax == transfer_syntax)
