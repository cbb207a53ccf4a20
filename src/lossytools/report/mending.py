"""What a repair did or would do, as text: each repair with its changes, then what is left and why."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.history import stored_values
from lossytools.report.summary import aligned, printable
from lossytools.report.tables import shown
from lossytools.rules.attributes import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.pipeline.repairing import Repaired

_WIDTH = 100
_TEXT = {
    "LossyImageCompression",
    "LossyImageCompressionRetired",
    "LossyImageCompressionMethod",
    "LossyImageCompressionRatio",
    "ImageType",
    "PhotometricInterpretation",
    "MediaStorageSOPClassUID",
    "MediaStorageSOPInstanceUID",
    "TransferSyntaxUID",
}
_NUMBERS = {
    "SamplesPerPixel",
    "PlanarConfiguration",
    "HighBit",
    "SmallestImagePixelValue",
    "LargestImagePixelValue",
    "PixelPaddingRangeLimit",
    "UltrasoundColorDataPresent",
}
"""Attributes whose values speak of pixels and record, of nobody; values of others are not shown."""


def repaired_text(done: Repaired) -> str:
    """Return what a repair mended, what it changed for that, and what it leaves."""
    lines = [_head(done)]
    for repair in done.plan.repairs:
        head = f"{' '.join(repair.rules) or 'in part'}  "
        lines += ["", _wrapped(head, repair.says)]
        lines += [_change(done.before.meta, change) for change in repair.meta]
        lines += [_change(done.before.image, change) for change in repair.changes]
    if len(done.changes) > len(done.plan.changes):
        lines += ["", "record  the values before are kept in OriginalAttributesSequence  [PS3.3 C.12.1.1.9]"]
    lines += list(_left(done))
    return "\n".join(lines)


def _head(done: Repaired) -> str:
    count = len(done.plan.repairs)
    target = "none: nothing was written" if done.target is None else printable(str(done.target))
    repairs = f"{count} repair{'s'[: count != 1]}, {len(done.plan.left)} left"
    rows = [("source", printable(str(done.source))), ("target", target), ("UID, as before", done.uid)]
    return aligned([*rows, ("plan", repairs)])


def _change(holder: Dataset, change: Change) -> str:
    return f"    {change_words(holder, change)}  [{change.because}]"


def change_words(holder: Dataset, change: Change) -> str:
    r"""Return a change with the value before and after, as "HighBit: 15 -> 7"."""
    before, after = stated(holder, change), shown(change.value)
    if change.action == "remove":
        return f"{change.name}: removed" + (f", was {before}" if before else "")
    return f"{change.name}: {before or 'absent'} -> {after or 'empty'}" if _is_shown(change) else change.name


def stated(holder: Dataset, change: Change) -> str:
    """Return the value before a change, "" where it is absent, empty or not to be shown."""
    if change.keyword in _TEXT:
        return printable(_text(holder, change))
    found = number(holder, change.keyword) if change.keyword in _NUMBERS else None
    return "" if found is None else str(found)


def _text(holder: Dataset, change: Change) -> str:
    """Return a text as it is stored, blanks inside it too, without the padding at its end."""
    element = holder.get_item(change.tag) if change.tag in holder else None
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
        return element.value.decode("latin-1").rstrip(" \0")
    return "\\".join(stored_values(holder, change.keyword))


def becomes(change: Change) -> str:
    """Return the value after a change, "" where it is removed or not to be shown."""
    return shown(change.value) if _is_shown(change) else ""


def _is_shown(change: Change) -> bool:
    return change.keyword in _TEXT | _NUMBERS


def _left(done: Repaired) -> Iterator[str]:
    for left in done.plan.left:
        finding = left.finding
        yield ""
        yield _wrapped(f"left {finding.severity} {finding.rule}  ", printable(finding.says))
        yield _wrapped("    why: ", left.why)


def _wrapped(head: str, words: str) -> str:
    return textwrap.fill(words, _WIDTH, initial_indent=head, subsequent_indent="    ")
