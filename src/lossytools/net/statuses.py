"""What an archive's status codes mean (PS3.4 sections B.2.3 and C.4; PS3.7 annex C; PS3.18 annex I.2)."""

from __future__ import annotations

SUCCESS = 0x0000
PENDING = (0xFF00, 0xFF01)
OUT_OF_RESOURCES = range(0xA700, 0xA800)
CANNOT_STORE = 0xA700
"""Our own answer to an archive whose object we cannot write down."""

_EXACT = {
    SUCCESS: "success",
    0x0001: "attribute list error",
    0x0105: "no such attribute",
    0x0106: "invalid attribute value",
    0x0107: "attribute list error",
    0x0110: "processing failure",
    0x0111: "duplicate SOP instance",
    0x0112: "no such SOP instance",
    0x0117: "invalid SOP instance",
    0x0122: "SOP class not supported",
    0x0124: "not authorized",
    0xA701: "out of resources: cannot count the matches",
    0xA702: "out of resources: cannot send",
    0xB000: "elements were coerced, or some of several failed",
    0xB006: "elements were discarded",
    0xB007: "the data set does not match its SOP class",
    0xC122: "transfer syntax not supported",
    0xFE00: "cancelled",
}
_BY_RANGE = (
    (OUT_OF_RESOURCES, "out of resources"),
    (range(0xA800, 0xA900), "SOP class not supported"),
    (range(0xA900, 0xAA00), "the data set does not match its SOP class"),
    (range(0xC000, 0xD000), "cannot be understood or processed"),
)


def is_warning(status: int) -> bool:
    """Return whether the status says that it was done, though not quite as asked (PS3.7 section C.3)."""
    return status in {0x0001, 0x0107, 0x0116} or status >> 12 == 0xB  # noqa: PLR2004  Bxxx


def explain_status(status: int, comment: str = "") -> str:
    """Return a status in words, with the comment that the archive sent along."""
    words = _EXACT.get(status) or next((w for codes, w in _BY_RANGE if status in codes), "unknown status")
    return f"{status:04X} {words}{f' ({comment})' if comment else ''}"
