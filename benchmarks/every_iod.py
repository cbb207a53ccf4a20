"""Take every generated object through every codec for its pixels, and have strangers judge the result.

    python benchmarks/every_iod.py [WORD...]

WORD: only objects whose name holds it. Prints one line each: object, codec, errors of dciodvfy on the
source, new ones, verdict. Exit status 1 where any verdict is bad. docs/iods.md lists what is known.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "conformance"))

from typing import TYPE_CHECKING

from iods.catalogue import SPECIMENS
from iods.exceptions import known
from iods.taking import CHANGED, CHANGED_GROUPS, Taken, take
from lossytools import LossyToolsError

if TYPE_CHECKING:
    from iods.building import Specimen


def judge(taken: Taken) -> list[str]:
    """Return what is held against one result, beyond what is known of the object."""
    about, specimen = known(taken.specimen), taken.specimen
    bad = [f"dciodvfy: {error}" for error in taken.new - about.new]
    bad += taken.findings
    bad += [f"changed: {name}" for name in taken.changed - (CHANGED_GROUPS if specimen.shared else CHANGED)]
    if taken.frames != specimen.form.frames:
        bad.append(f"{taken.frames} frames decode, not {specimen.form.frames}")
    return bad


def line(job: tuple[Specimen, str]) -> tuple[str, str]:
    """Return the verdict on one object through one codec, and the line to print."""
    specimen, codec = job
    with tempfile.TemporaryDirectory() as folder:
        try:
            taken = take(specimen, codec, Path(folder))
        except LossyToolsError as error:
            return "BAD", f"{specimen.name:70} {codec:9} {'':9} BAD: {type(error).__name__}: {error}"
    bad = judge(taken)
    verdict = "BAD" if bad else "explained" if taken.new else "good"
    counts = f"{taken.errors}, {len(taken.new)} new"
    return verdict, f"{specimen.name:70} {codec:9} {counts:9} {': '.join((verdict, *bad))}"


def main() -> int:
    """Print the table and return the exit status."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")
    wanted = [word.lower() for word in sys.argv[1:]]
    jobs = [
        (specimen, codec)
        for specimen in SPECIMENS
        if not wanted or any(word in specimen.name.lower() for word in wanted)
        for codec in specimen.form.codecs
    ]
    verdicts: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        for verdict, words in pool.map(line, jobs):
            verdicts[verdict] += 1
            print(words, flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
    return 1 if verdicts["BAD"] else 0


if __name__ == "__main__":
    sys.exit(main())
