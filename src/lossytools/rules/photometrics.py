"""Which Photometric Interpretations each transfer syntax carries, and how many samples each has.

Rows of the syntaxes that lossytools writes stand in `standard.encodings`; the others are here.
A syntax without a row, such as JPEG XL beyond the recompressed JPEG, is not judged.
"""

from __future__ import annotations

from lossytools.standard.encodings import rows_for

_4 = "1.2.840.10008.1.2.4."
_GREY = ("MONOCHROME1", "MONOCHROME2")
_LOSSLESS = (*_GREY, "PALETTE COLOR", "YBR_FULL", "RGB")
_VIDEO = ("YBR_PARTIAL_420",)

_TABLES: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("57", "70"), _LOSSLESS, "PS3.5 Table 8.2.1-1"),
    (("80",), _LOSSLESS, "PS3.5 Table 8.2.3-1"),
    (("90",), (*_LOSSLESS, "YBR_RCT"), "PS3.5 Table 8.2.4-1"),
    (("201", "202"), (*_LOSSLESS, "YBR_RCT"), "PS3.5 Table 8.2.14-1"),
    (("203",), (*_LOSSLESS, "YBR_RCT", "YBR_ICT"), "PS3.5 Table 8.2.14-1"),
    (("111",), ("MONOCHROME2", "YBR_FULL_422", "XYB", "RGB"), "PS3.5 Table 8.2.15-1"),
    (("100", "100.1", "101", "101.1"), (*_VIDEO, "MONOCHROME2"), "PS3.5 8.2.5, 8.2.6"),
    (("102", "102.1", "103", "103.1"), _VIDEO, "PS3.5 8.2.7"),
    (("104", "104.1", "105", "105.1", "106", "106.1"), _VIDEO, "PS3.5 8.2.8"),
    (("107", "108"), _VIDEO, "PS3.5 8.2.10"),
)
_BY_UID = {_4 + suffix: (allowed, clause) for suffixes, allowed, clause in _TABLES for suffix in suffixes}
_BY_UID["1.2.840.10008.1.2.5"] = (_LOSSLESS, "PS3.5 Table 8.2.2-1")

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


def allowed_in(transfer_syntax: str) -> tuple[tuple[str, ...], str]:
    """Return the Photometric Interpretations a transfer syntax carries and the clause, () if not held."""
    rows = rows_for(transfer_syntax)
    if rows:
        return tuple(name for row in rows for name in row.photometrics), rows[0].clause
    return _BY_UID.get(transfer_syntax, ((), ""))
