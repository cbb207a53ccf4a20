"""Family U: group lengths, which the file's header must have and a data set had in former times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement
from pydicom.valuerep import EXPLICIT_VR_LENGTH_32

from lossytools.rules.definition import Remark, one, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said


@rule(
    "U17",
    "The file's header has its group length, the data set has none",
    severity="E",
    cites="PS3.10 7.1; PS3.5 7.2",
    repair="write the file anew: (0002,0000) counted, other group lengths dropped",
    holds=[one()],
    breaks=[one(Tag00080000=120), one(meta__FileMetaInformationGroupLength=None)],
    applies_to="files",
)
def group_lengths_are_right(evidence: Evidence) -> Said:
    """The header's length is how a reader finds the data set; elsewhere the lengths are retired.

    A group length in the data set is a warning while it is right, or cannot be counted. It is wrong as soon
    as one element of its group changes: "if present they shall be consistent".
    """
    if len(evidence.meta) and "FileMetaInformationGroupLength" not in evidence.meta:
        yield "File Meta Information has no group length"
    tags = sorted(evidence.image.keys())  # iterating the data set itself would parse every element
    lengths = [tag for tag in tags if not tag & 0xFFFF]
    wrong = [tag for tag in lengths if _is_wrong(evidence.image, tag, [each for each in tags if each > tag])]
    if wrong:
        yield f"group lengths in the data set are not those of their groups: {_shown(wrong)}"
    if kept := [tag for tag in lengths if tag not in wrong]:
        yield Remark(f"retired group lengths in the data set: {_shown(kept)}", "W")


def _shown(tags: Sequence[int]) -> str:
    return ", ".join(f"({tag >> 16:04X},0000)" for tag in tags)


def _is_wrong(image: Dataset, tag: int, behind: Sequence[int]) -> bool:
    """Return whether a group is longer or shorter in the file than it says; False where that is not known."""
    stated = image.get_item(tag)
    following = next((each for each in behind if each >> 16 > tag >> 16), _PIXELS)
    if following >= _PIXELS:  # the pixel data, which lies between, is not among these elements
        return False
    begin, end = _place(image, tag), _place(image, following)
    if begin is None or end is None or not isinstance(stated, RawDataElement):
        return False
    return end - (begin + _HEADER + 4) != int.from_bytes(stated.value or b"", "little")


_PIXELS = 0x7FE0_0008
_HEADER = 8  # bytes of tag, VR and length; a long VR has four more


def _place(image: Dataset, tag: int) -> int | None:
    """Return where an element begins in its file, None where it was not read from one."""
    element = image.get_item(tag)
    if not isinstance(element, RawDataElement) or not element.value_tell:
        return None
    wide = element.VR in EXPLICIT_VR_LENGTH_32 and image.original_encoding[0] is False
    return element.value_tell - _HEADER - 4 * wide


RULES: tuple[Rule, ...] = (group_lengths_are_right,)
