"""Let other tools compress and decompress the same images, and audit what they make.

    python benchmarks/peers/compare.py [--markdown docs/peers.md] [--keep FOLDER]

Each result is audited alone and against its source. Prints the table tool x rule broken.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from page import page
from sources import make_sources
from steps import STEPS, Refused, Row, Step, versions

from lossytools import UnreadableSource, audit
from lossytools.rules.definition import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping


def take(step: Step, sources: Mapping[str, Path], folder: Path) -> Row:
    """Take a step with every source meant for it, and audit the results."""
    row = Row(step)
    for name in () if step.absent else step.sources:
        target = folder / f"{step.name} {name}.dcm".replace("/", "_")
        try:
            step.take(sources[name], target)
            findings = [*audit(target), *audit(target, against=sources[name])]
        except (Refused, UnreadableSource) as error:
            row.refused[name] = str(error).replace(f"{target}: ", "its result is unreadable: ")
            continue
        row.made.append(name)
        for finding in findings:
            named = row.broken.setdefault(finding.rule, [])
            if name not in named:
                named.append(name)
            row.severities[finding.rule] = min(
                finding.severity, row.severities.get(finding.rule, "I"), key=list(SEVERITIES).index
            )
    return row


def main() -> int:
    """Print the table and return the exit status: 1 where our own results break a rule."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--markdown", type=Path, help="write the page there")
    parser.add_argument("--only", default="", help="steps whose name begins so, as lossytools")
    parser.add_argument("--keep", type=Path, help="leave sources and results in this folder")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore", module=r"pydicom\b")
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.keep or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        sources = make_sources(folder)
        rows = []
        for step in (step for step in STEPS if step.name.startswith(asked.only)):
            row = take(step, sources, folder)
            rows.append(row)
            counts = Counter({rule: len(names) for rule, names in row.broken.items()})
            words = "absent" if step.absent else f"{len(row.made)} made, {len(row.refused)} refused"
            print(f"{step.name:45} {words:22} {' '.join(f'{r}:{n}' for r, n in sorted(counts.items()))}")
    if asked.markdown:
        asked.markdown.write_text(page(rows, versions(), datetime.now(UTC).date()), encoding="utf-8")
    return int(any(row.broken for row in rows if row.step.name.startswith("lossytools")))


if __name__ == "__main__":
    sys.exit(main())
