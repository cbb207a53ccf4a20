"""Which pixels each transfer syntax carries, for judging objects of others: PS3.5 section 8.2.

Rows of the syntaxes that lossytools writes stand in `standard.encodings`; the others are here.
A syntax without a row, such as JPEG XL beyond the recompressed JPEG, is not judged; nor are the bits of
a row that has none: their table could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossytools.standard.encodings import rows_for
from lossytools.standard.transfer_syntaxes import JPEG_2000, RLE

_4 = "1.2.840.10008.1.2.4."
_GREY = ("MONOCHROME1", "MONOCHROME2")
_LOSSLESS = (*_GREY, "PALETTE COLOR", "YBR_FULL", "RGB")
_VIDEO = ("YBR_PARTIAL_420",)

Bits = tuple[tuple[int, range], ...]

_BYTE: Bits = ((8, range(8, 9)),)
_NEAR: Bits = ((8, range(2, 9)), (16, range(2, 17)))
_DEEP: Bits = tuple((cell, range(1, min(cell, 38) + 1)) for cell in (8, 16, 24, 32, 40))
_ONE_BIT: Bits = ((1, range(1, 2)),)  # in PS3.5 Table 8.2.4-1 since 2024d


@dataclass(frozen=True, slots=True)
class _Row:
    """Photometric Interpretations of some syntaxes, pairs of Bits Allocated with the Bits Stored."""

    uids: tuple[str, ...]
    photometrics: tuple[str, ...]
    bits: Bits
    clause: str


def _4x(*suffixes: str) -> tuple[str, ...]:
    """Return the UIDs of compressed transfer syntaxes by what they end with."""
    return tuple(_4 + suffix for suffix in suffixes)


_ROWS: tuple[_Row, ...] = (
    _Row(_4x("57", "70"), _LOSSLESS, (), "PS3.5 Table 8.2.1-1"),
    _Row(_4x("80"), (*_GREY, "PALETTE COLOR", "RGB"), _NEAR, "PS3.5 Table 8.2.3-1"),
    _Row(_4x("80"), ("YBR_FULL",), _NEAR[:1], "PS3.5 Table 8.2.3-1"),
    _Row(_4x("90"), (*_GREY, "YBR_FULL", "RGB", "YBR_RCT"), _DEEP, "PS3.5 Table 8.2.4-1"),
    _Row(_4x("90"), ("PALETTE COLOR",), _DEEP[:2], "PS3.5 Table 8.2.4-1"),
    _Row(_4x("201", "202"), (*_LOSSLESS, "YBR_RCT"), (), "PS3.5 Table 8.2.14-1"),
    _Row(_4x("203"), (*_LOSSLESS, "YBR_RCT", "YBR_ICT"), (), "PS3.5 Table 8.2.14-1"),
    _Row(_4x("111"), ("MONOCHROME2", "YBR_FULL_422", "XYB", "RGB"), _BYTE, "PS3.5 Table 8.2.15-1"),
    _Row(_4x("100", "100.1", "101", "101.1"), (*_VIDEO, "MONOCHROME2"), _BYTE, "PS3.5 8.2.5, 8.2.6"),
    _Row(_4x("102", "102.1", "103", "103.1"), _VIDEO, _BYTE, "PS3.5 8.2.7"),
    _Row(_4x("104", "104.1", "105", "105.1", "106", "106.1"), _VIDEO, _BYTE, "PS3.5 8.2.8"),
    _Row(_4x("107"), _VIDEO, _BYTE, "PS3.5 8.2.10"),
    _Row(_4x("108"), _VIDEO, ((16, range(10, 11)),), "PS3.5 8.2.11"),
    _Row((RLE,), _LOSSLESS, (), "PS3.5 Table 8.2.2-1"),
)
_SINCE_2024D = frozenset({_4 + "90", JPEG_2000})

SAMPLES = {
    "MONOCHROME1": 1,
    "MONOCHROME2": 1,
    "PALETTE COLOR": 1,
    "RGB": 3,
    "HSV": 3,
    "ARGB": 4,
    "CMYK": 4,
    "YBR_FULL": 3,
    "YBR_FULL_422": 3,
    "YBR_PARTIAL_422": 3,
    "YBR_PARTIAL_420": 3,
    "YBR_RCT": 3,
    "YBR_ICT": 3,
    "XYB": 3,
}
"""Samples per Pixel of each Photometric Interpretation, retired ones too (PS3.3 C.7.6.3.1.2)."""


def _rows(transfer_syntax: str) -> tuple[tuple[tuple[str, ...], Bits, str], ...]:
    """Return photometric interpretations, bits and clause of each row of a transfer syntax."""
    written = [row for row in rows_for(transfer_syntax) if row.verified]
    if written:
        return tuple((row.photometrics, row.bits, row.clause) for row in written)
    return tuple((row.photometrics, row.bits, row.clause) for row in _ROWS if transfer_syntax in row.uids)


def allowed_in(transfer_syntax: str) -> tuple[tuple[str, ...], str]:
    """Return the Photometric Interpretations a transfer syntax carries and the clause, () if not held."""
    rows = _rows(transfer_syntax)
    return tuple(name for names, _, _ in rows for name in names), rows[0][2] if rows else ""


def bits_in(transfer_syntax: str, photometric: str) -> tuple[Bits, str]:
    """Return the bits that go with a Photometric Interpretation and the clause, () if not held."""
    for names, bits, clause in _rows(transfer_syntax):
        if photometric in names:
            single = transfer_syntax in _SINCE_2024D and photometric in _GREY
            return (*_ONE_BIT, *bits) if single else bits, clause
    return (), ""
