"""Beside what people use today: the table, and the section of docs/reliability.md."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from lossytools import __version__
from reliability import rival_orthanc
from reliability.rival_words import INTRODUCTION, MEANING, NOTES, filled, pace_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reliability.rival_speed import Pace
    from reliability.rival_trials import Left, Row

HEADING = "## Beside what people use today"
_PACKAGES = (
    ("DCMTK", "dcmcjpeg"),
    ("GDCM", "gdcmconv"),
    ("GNU parallel", "parallel"),
    ("Orthanc", "Orthanc"),
)


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _lefts(lefts: Sequence[Left]) -> str:
    return ", ".join(_of(left.partial, left.standing) for left in lefts)


def _full(row: Row) -> str:
    return _of(row.full.partial, row.full.standing) if row.full else "not tried"


def _share(row: Row) -> str:
    verdict = row.verdict
    return f"{verdict.bytes_after / verdict.bytes_before:.3f}" if verdict.bytes_before else "none"


MEASURES: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("objects with an output", lambda row: _of(row.verdict.out, row.verdict.sources)),
    ("exit status", lambda row: str(row.status)),
    ("objects without an output, and status 0", lambda row: str(row.unreported)),
    ("outputs that do not decode", lambda row: str(row.verdict.undecodable)),
    ("images with other pixels than before", lambda row: str(row.verdict.lost)),
    ("of these, under the UID of the original", lambda row: str(row.verdict.same_uid)),
    ("of these, were lossy before", lambda row: str(row.verdict.again)),
    ("of these, with a history that lacks a step", lambda row: str(row.verdict.forgotten)),
    ("lossy images without the flag 01", lambda row: _of(row.verdict.unflagged, row.verdict.lossy)),
    ("lossy images without method or ratio", lambda row: _of(row.verdict.unrecorded, row.verdict.lossy)),
    ("references that lead nowhere", lambda row: str(row.verdict.dangling)),
    ("compressed images, bytes after / before", _share),
    ("originals that changed", lambda row: str(row.touched)),
    ("killed halfway: files that do not decode, three times", lambda row: _lefts(row.kills)),
    ("disk full: files that do not decode", _full),
    ("disk full: exit status", lambda row: str(row.full.status) if row.full else "not tried"),
    ("the same command again: objects written again", lambda row: str(row.repeated)),
)


def versions() -> str:
    """Return names and versions of all that took part."""
    found = [f"lossytools {__version__}"]
    for package, program in _PACKAGES:
        path = rival_orthanc.PROGRAM if program == "Orthanc" else shutil.which(program)
        if path is None:
            found.append(f"{package} absent")
            continue
        done = subprocess.run([path, "--version"], capture_output=True, check=False)  # noqa: S603
        number = re.search(r"\d+(\.\d+)+|\d{8}", done.stdout.decode("latin-1"))
        found.append(f"{package} {number.group() if number else 'of unknown version'}")
    return ", ".join(found)


def table(rows: Sequence[Row]) -> list[list[str]]:
    """Return the lines of the table: a measure, and what each contestant came to."""
    return [[name, *(measure(row) for row in rows)] for name, measure in MEASURES]


def section(rows: Sequence[Row], pace: Pace | None, absent: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of the section in Markdown. absent: who did not take part, and why."""
    yield HEADING
    words = INTRODUCTION.format(objects=rows[0].verdict.sources, tools=versions())
    yield f"\n{filled(words)}\n"
    yield "| | " + " | ".join(f"`{row.rival.name}`" for row in rows) + " |"
    yield "|---|" + "--:|" * len(rows)
    yield from (f"| {' | '.join(cells)} |" for cells in table(rows))
    yield from ("", *(f"* {words}" for words in absent))
    yield NOTES
    yield MEANING
    if pace:
        yield pace_words(pace)
