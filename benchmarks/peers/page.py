"""The page of the comparison, docs/peers.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules import find_rule
from lossytools.rules.definition import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from steps import Row

_HEAD = """# What other tools make of the same images

<!-- Written by `python benchmarks/peers/compare.py --markdown docs/peers.md`; edit that, not this page. -->

Made on {day} with {versions}.

Each tool was given the images that `benchmarks/peers/sources.py` makes: the sample cine, a still, a grey
cine, a palette cine, a radiograph of 12 bits, and the cine after it was JPEG once and was decompressed; those
that decompress, the cine as JPEG, JPEG-LS and JPEG 2000. No source breaks a rule. Every result was audited
alone and against its source. A number is how many of the results break the [rule](rules.md).

Compression rates and picture quality are not compared here; what is, is whether the record is true.
"""
_NOTES = """## What it means

Each kind of finding was looked up by hand in the files, with `dcmdump` and in the bytes of the code streams,
for DCMTK 3.6.7, GDCM 3.0.21 and pydicom 3.0.2.

* **DCMTK** keeps the best record of the three: flag, ratio, method, derivation and source are there, and the
  lists of an image that was lossy before grow by one. Under `+un` a lossy image keeps the UID of its source,
  which the option asks for (U01, D12). With `+ee` colour is declared in a transfer syntax that has no row for
  it (P01). Of an image that was lossy before, the earlier source item is replaced, and the purpose still says
  "uncompressed predecessor" (D17, D14, O03). Of a palette the ratio counts the 48 bits a pixel that its
  colours were expanded to, where the source has 8 (M10).
* **GDCM** writes flag, ratio, derivation and source, and no method (M02); its description is "lossy
  conversion" (D07). In JPEG and JPEG 2000 colour is declared RGB, where ultrasound asks for another label
  (P02), and what lies in the JPEG is subsampled YCbCr (P16). Samples of 12 bits lie in code streams that
  state 16 (P09), a precision that JPEG Extended does not have. It failed on the source that was lossy before.
  `--raw` leaves the samples of a JPEG in YBR_FULL, truly labelled; native ultrasound should be RGB (P02).
* **pydicom** leaves the record to its caller: of all that a lossy step has to write, `Dataset.compress`
  writes a new UID. The flag 00 stays beside a lossy code stream (L02), the image stays ORIGINAL (D01, D10),
  there is no method, no ratio and no source (M05, D12, O03; M06 and M07 where the source had a step behind
  it). JPEG 2000 colour is coded as RGB, which ultrasound does not allow (P02).
* None of the three appends who compressed to Contributing Equipment (U12), or says that spatial locations are
  preserved (D19): a warning and an information, as both attributes are optional. All of them decompress
  without touching flag and lists.
"""


def page(rows: Sequence[Row], versions: Mapping[str, str], day: date) -> str:
    """Return the whole page in Markdown."""
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    head = _HEAD.format(day=day.isoformat(), versions=named)
    return "\n".join([head, *_overview(rows), *_rules(rows), _NOTES, *_refusals(rows)])


def _overview(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Step by step\n"
    yield "| step | results | refused | rules broken |"
    yield "|---|---|---|---|"
    for row in rows:
        if row.step.absent:
            yield f"| `{row.step.name}` | absent | | |"
            continue
        broken = " ".join(f"{rule}&nbsp;({len(names)})" for rule, names in sorted(row.broken.items()))
        yield f"| `{row.step.name}` | {len(row.made)} | {len(row.refused) or ''} | {broken or 'none'} |"
    yield ""


def _rules(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Rule by rule\n"
    yield "| rule | title | severity here | broken by |"
    yield "|---|---|---|---|"
    for rule in sorted({rule for row in rows for rule in row.broken}):
        found = [row for row in rows if rule in row.broken]
        severity = min({row.severities[rule] for row in found}, key=list(SEVERITIES).index)
        steps = ", ".join(f"`{row.step.name}` ({_whose(row, rule)})" for row in found)
        link = f"[{rule}](rules.md#{rule.lower()})"
        yield f"| {link} | {find_rule(rule).title} | {SEVERITIES[severity]} | {steps} |"
    yield ""


def _whose(row: Row, rule: str) -> str:
    """Return the sources of the results that break a rule."""
    names = row.broken[rule]
    return "all" if len(names) == len(row.made) else ", ".join(names)


def _refusals(rows: Sequence[Row]) -> Iterator[str]:
    yield "## What was refused\n"
    yield "| step | source | words of the tool |"
    yield "|---|---|---|"
    for row in rows:
        for name, words in row.refused.items():
            yield f"| `{row.step.name}` | {name} | {words.replace('|', ' ')} |"
    yield ""
