"""Tables for a terminal of 80 columns or more, and for a pipe."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from lossytools.report.figures import decibels, level_words, ratio_words, similarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lossytools.changes import Change
    from lossytools.fidelity.loss import Scores
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.measurement import FrameMeasurement, Measurement

_SHOWN = {
    "ContributionDescription",
    "ReferencedSOPInstanceUID",
    "SpatialLocationsPreserved",
    "SoftwareVersions",
}
"""Attributes of an item whose values are ours; of others, perhaps the hospital's, only names show."""
_ONE_OF_MANY = re.compile(r"(?<=^PerFrameFunctionalGroupsSequence)\[\d+\]")
_VALUE_LENGTH = 90  # characters


def plain_table(*columns: str, right: Iterable[str] = (), title: str | None = None) -> Table:
    """Return a table with a line below its head and no other lines; columns in `right` are numbers."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False)
    numbers = set(right)
    for column in columns:
        if column in numbers:
            table.add_column(column, justify="right", no_wrap=True)
        else:
            table.add_column(column, overflow="fold")
    return table


def changes_table(changes: Iterable[Change]) -> Table:
    """Return what a step changes in the header, with the clause that asks for each change.

    What is done to the functional groups of every frame stands once, with the value of the first.
    """
    table = plain_table("attribute", "action", "value", "because")
    said: set[tuple[str, str, str]] = set()
    for change in changes:
        name, of_frames = _ONE_OF_MANY.subn("[*]", change.name)
        row = (name, change.action, change.because)
        if not (of_frames and row in said):
            table.add_row(name, change.action, shown(change.value), change.because)
        said.add(row)
    return table


def shown(value: Any) -> str:
    """Return the value of a change, shortened; no words of other people's items.

    >>> shown((("CodeValue", "113040"), ("CodeMeaning", "Lossy Compression")))
    'Lossy Compression'
    >>> shown((("SoftwareVersions", "1.0"), ("InstitutionName", "secret")))
    'SoftwareVersions 1.0, InstitutionName'
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        text = _item(value)
    else:
        text = "\\".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 3] + "..."


def _item(pairs: tuple[tuple[str, Any], ...]) -> str:
    """Return an item: a code by its meaning, anything else pair by pair."""
    meaning = dict(pairs).get("CodeMeaning")
    return str(meaning) if meaning else ", ".join(_pair(keyword, value) for keyword, value in pairs)


def _pair(keyword: str, value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return _item(value)
    return f"{keyword} {value}" if keyword in _SHOWN else keyword


def frames_table(frames: Iterable[FrameMeasurement], scores: Sequence[Mapping[str, Scores]]) -> Table:
    """Return what each frame lost of all pixels, and the PSNR of other parts: a row fits a terminal.

    Of all pixels PSNR counts against the stored range; their SSIM is there where it was measured.
    """
    measured = scores[0] if scores else {}
    parts = [name for name in measured if name in {"sector", "text"} or "whole" not in measured]
    head = ("frame", "bytes", "ratio", "PSNR", *["SSIM"][: "whole" in measured], "max error", *parts)
    table = plain_table(*head, right=head)
    for frame, of_parts in zip(frames, scores, strict=True):
        table.add_row(
            str(frame.number),
            f"{frame.stream_bytes:,}",
            ratio_words(frame.ratio),
            decibels(frame.psnr_db),
            *(similarity(of_parts[name].ssim) for name in ("whole",) if name in measured),
            level_words(frame.max_error),
            *(decibels(of_parts[name].psnr) for name in parts),
        )
    return table


def _unseen(value: float) -> str:
    """Return a PSNR in dB of a part that has errors, which a window may show nothing of."""
    return "not seen" if math.isinf(value) else decibels(value)


def parts_table(parts: Mapping[str, PartFidelity]) -> Table:
    """Return how true each part of the image stayed: the worst frame and which it is, p1, the mean."""
    numbers = ("worst", "frame", "1st percentile", "mean")
    table = plain_table("part", "", *numbers, right=numbers)
    for name, part in parts.items():
        rows = (
            ("PSNR", part.psnr_db, _unseen if part.max_error.worst else decibels),
            ("SSIM", part.ssim, similarity),
            ("max error", part.max_error, "{:.4g}".format),
        )
        for number, (label, spread, words) in enumerate(rows):
            if spread is not None:
                figures = (words(spread.worst), str(spread.worst_frame))
                more = (words(spread.percentile_1), words(spread.mean))
                table.add_row(name if number == 0 else "", label, *figures, *more)
    return table


def information_table(information: Mapping[int, Sequence[float]]) -> Table:
    """Return VIF at each scale, fine to coarse: of the worst frame and which it is, and the mean."""
    numbers = ("worst", "frame", "mean")
    table = plain_table(
        f"VIF of {len(information)} frame{'s'[: len(information) != 1]}", *numbers, right=numbers
    )
    for scale, name in enumerate(("full size", "1/2", "1/4", "1/8")):
        figures = {number: seen[scale] for number, seen in information.items()}
        worst = min(figures, key=figures.__getitem__)
        mean = sum(figures.values()) / len(figures)
        table.add_row(name, similarity(figures[worst]), str(worst), similarity(mean))
    return table


@dataclass(frozen=True, slots=True)
class Row:
    """One derived object in a comparison. against: what the loss is measured from. seconds: of coding."""

    label: str
    against: str
    measured: Measurement
    seconds: float | None


def comparison_table(native: str, rows: Iterable[Row]) -> Table:
    """Return a row for each derived object below that of the native pixels, which `native` names."""
    numbers = ("size", "ratio", "worst PSNR", "max error", "seconds")
    table = plain_table("codec", "against", *numbers, right=numbers)
    for number, row in enumerate(rows):
        measured = row.measured
        if number == 0:
            table.add_row(native, "", f"{measured.native_bytes:,}", "1:1", "", "", "")
        table.add_row(
            row.label,
            row.against,
            f"{measured.stream_bytes:,}",
            ratio_words(measured.ratio),
            decibels(measured.worst.psnr_db),
            level_words(measured.max_error),
            "" if row.seconds is None else f"{row.seconds:.2f}",
        )
    return table


def rows_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    """Return words in rows."""
    table = plain_table(*head)
    for row in rows:
        table.add_row(*row)
    return table
