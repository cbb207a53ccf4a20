"""What came out: how many bytes, how far from the source, coded how, and whether the object is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.encaps import generate_fragments

from lossytools import LossyToolsError, audit, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_DQT, _SOS = 0xDB, 0xDA
_FRAMES = (0xC0, 0xC1, 0xC2)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out of the first file. psnr_db, max_error: None where no image can be decoded of it.

    coded: quantisation tables and sampling factors of a JPEG in words, "" of anything else. rules: error
    rules broken, alone or beside the source. warnings: warning rules, likewise. words: why it is unreadable.
    """

    psnr_db: float | None = None
    max_error: int | None = None
    coded: str = ""
    rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    words: str = ""

    @property
    def wrong(self) -> str:
        """What is wrong with the object, "" for nothing."""
        return ", ".join([*self.rules, self.words.removeprefix("unreadable: ")] if self.words else self.rules)


def judge(source: Path, derived: Path) -> Verdict:
    """Return what our own tools say of a result; what the source says against itself is left out."""
    try:
        known = {finding.rule for finding in audit(source)}
        found = [f for f in audit(derived) if f.rule not in known] + audit(derived, against=source)
    except LossyToolsError as error:
        return Verdict(words=_bare_words(error, derived))
    rules, warnings = (tuple(sorted({f.rule for f in found if f.severity == s})) for s in "EW")
    coded = fingerprint(derived)
    try:
        total = measure(source, derived).total
    except LossyToolsError as error:
        return Verdict(None, None, coded, rules, warnings, _bare_words(error, derived))
    return Verdict(total.psnr_db, total.max_error, coded, rules, warnings)


def _bare_words(error: LossyToolsError, path: Path) -> str:
    return "unreadable: " + str(error).removeprefix(f"{path}: ")


def psnr_of(source: Path, derived: Path) -> float:
    """Return the PSNR of a result in dB. Raises LossyToolsError."""
    return measure(source, derived).total.psnr_db


def fingerprint(path: Path) -> str:
    """Return how the first JPEG of a file is coded, as `describe_jpeg` says it, "" for other streams."""
    image = dcmread(path)
    if not image.file_meta.TransferSyntaxUID.is_encapsulated:
        return ""
    fragments = generate_fragments(image.PixelData)
    next(fragments)  # the Basic Offset Table
    return describe_jpeg(next(fragments))


def describe_jpeg(stream: bytes) -> str:
    """Return sampling factors and quantisation tables of a JPEG in words, "" for other streams.

    The tables by their sums, one for each component: equal sums of tables that libjpeg scales from the same
    originals are equal tables. ISO/IEC 10918-1 B.2.2 and B.2.4.1.
    """
    tables: dict[int, int] = {}
    for marker, payload in _segments(stream):
        if marker == _DQT:
            tables |= dict(_tables(payload))
        if marker in _FRAMES:
            triples = [payload[at : at + 3] for at in range(6, len(payload) - 2, 3)]
            factors = "/".join(f"{factor >> 4}x{factor & 15}" for _, factor, _ in triples)
            sums = "/".join(str(tables[table]) for _, _, table in triples)
            return f"sampling {factors}, tables {sums}"
    return ""


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != _SOS:  # noqa: PLR2004  a marker
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        yield stream[at + 1], stream[at + 4 : at + 2 + length]
        at += 2 + length


def _tables(payload: bytes) -> Iterator[tuple[int, int]]:
    """Yield number and sum of each quantisation table of a segment."""
    while payload:
        size = 64 * (1 + (payload[0] >> 4))
        values: Sequence[int] = payload[1 : 1 + size]
        if size > 64:  # noqa: PLR2004  16-bit values
            values = [256 * high + low for high, low in zip(values[::2], values[1::2], strict=True)]
        yield payload[0] & 15, sum(values)
        payload = payload[1 + size :]
