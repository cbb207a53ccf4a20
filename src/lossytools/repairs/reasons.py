"""Why a finding is left: the evidence that a certain repair would need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.repairs.repair import Left

if TYPE_CHECKING:
    from lossytools.rules import Finding

_STATED = "a stated value is never replaced: it may be nominal, or another step's"
_UNSEEN = "nothing in the file shows the derivation, and a source is never guessed"
_EITHER = "header and code streams differ, and nothing shows which of them is right"
_PIXELS = "only changing the pixel data mends it, and a repair leaves that byte for byte"
_SYNTAX = "the code streams do not agree on one transfer syntax that carries these pixels"
_ORIGIN = "nothing shows how the image came about, and it is never guessed"
_UNKNOWN = "nothing shows whether the image was ever lossy"
_FRAMES = "the fragments do not tell where each frame begins"

WHY: dict[str, str] = {
    **dict.fromkeys(("L03", "L04", "L07", "L09"), _UNKNOWN),
    "M01": "the pixel data at hand cannot be measured for it, and a ratio is never invented",
    "M02": "the pixel data is in no lossy code stream that would name the method",
    "M03": "nothing shows which of the steps the shorter list belongs to",
    "M05": "a step may be missing, or a term wrong: nothing shows which",
    "M13": "the code streams at hand do not show the method and ratio of the last step",
    **dict.fromkeys(("M04", "M08", "M09", "M10", "M11", "M14"), _STATED),
    **dict.fromkeys(("D02", "D04", "D21"), _ORIGIN),
    "D01": "ORIGINAL is never rewritten: equipment may deliver lossy data (PS3.3 C.7.6.1.1.5)",
    **dict.fromkeys(("D10", "D12", "D13", "D14", "U12"), _UNSEEN),
    **dict.fromkeys(("D07", "D08"), "the words of a description are left as they were written"),
    **dict.fromkeys(("U05", "P13", "P15"), _SYNTAX),
    "U06": "other objects point at this UID, so a new one is for whoever keeps them all",
    **dict.fromkeys(("P01", "P03", "P09", "P10", "P11", "P12", "P16"), _EITHER),
    **dict.fromkeys(("P14", "P18", "P21", "P24", "F02", "F03", "O01", "O02", "O04"), _PIXELS),
    **dict.fromkeys(("P04", "P07", "P08", "P20", "P28"), "nothing shows how the samples were meant"),
    **dict.fromkeys(("F01", "F04", "F05", "F06", "F07", "F08"), _FRAMES),
    "F13": "nothing shows when the frames were taken",
}
"""Rule id to the reason in words."""

CUT = "the fragments are not closed and the last may be cut: a repair would hide that"
_OF_FAMILY = {"D": _UNSEEN, "P": _EITHER}
_OTHER = "no repair of it is certain from the file alone"


def left(finding: Finding) -> Left:
    """Return the finding with the reason why it is left."""
    return Left(finding, WHY.get(finding.rule) or _OF_FAMILY.get(finding.rule[0], _OTHER))
