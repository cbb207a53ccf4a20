"""Try what `lossytools migrate` promises: kill it, fill its disk, poison its sources; count faults.

    python benchmarks/run_reliability.py [--only R1,R3] [--quick] [--markdown docs/reliability.md]

Prints a line for each trial and a table. Exit status 1 where anything was violated. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

from rich.console import Console
from rich.table import Table

from reliability.archive import SMALL
from reliability.catalogue import TRIALS, Trial
from reliability.page import page
from reliability.rivals import beside
from reliability.workplace import CannotBegin, Result, Workplace
from speed.surroundings import surroundings

_SHOWN = 40  # violations of a trial


def main() -> int:
    """Take the trials, print what they found, and return the exit status."""
    asked = _parser().parse_args()
    warnings.filterwarnings("ignore", module=r"pydicom\b")
    wanted = [word.strip().upper() for word in asked.only.split(",") if word.strip()]
    chosen = [trial for trial in TRIALS if not wanted or trial.id.upper() in wanted]
    started, pairs = time.perf_counter(), []
    for trial in chosen:
        pairs.append((trial, _taken(trial, quick=asked.quick)))
        _say(*pairs[-1])
        if asked.markdown:  # after each of them: all together take half an hour
            _write(asked.markdown, pairs, time.perf_counter() - started)
    _show([result for _, result in pairs])
    if asked.markdown:
        _write(asked.markdown, pairs, time.perf_counter() - started, beside(quick=asked.quick))
    return int(any(result.violations for _, result in pairs))


def _write(path: Path, pairs: list[tuple[Trial, Result]], seconds: float, beside: str = "") -> None:
    command = "python benchmarks/run_reliability.py --markdown docs/reliability.md"
    text = page(pairs, surroundings(), command, seconds)
    path.write_text(f"{text}\n{beside}" if beside else text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", metavar="R1,R3", help="these trials alone")
    parser.add_argument("--quick", action="store_true", help="few repetitions on small archives")
    parser.add_argument("--markdown", type=Path, metavar="PAGE", help="write the page there")
    return parser


def _taken(trial: Trial, *, quick: bool) -> Result:
    """Take a trial in a folder of its own, of which nothing stays."""
    with tempfile.TemporaryDirectory(prefix="lossytools-trials-", ignore_cleanup_errors=True) as folder:
        try:
            return trial.take(_workplace(Path(folder), quick=quick))
        except CannotBegin as error:
            return Result(trial.id, "Could not begin", 0, [str(error)])


def _workplace(folder: Path, *, quick: bool) -> Workplace:
    return Workplace(folder, quick, 40, SMALL) if quick else Workplace(folder)


def _say(trial: Trial, result: Result) -> None:
    print(f"{trial.id}, {result.trials}, {len(result.violations)}", flush=True)
    for words in result.violations[:_SHOWN]:
        print(f"  {words}", file=sys.stderr, flush=True)
    if len(result.violations) > _SHOWN:
        print(f"  and {len(result.violations) - _SHOWN} more", file=sys.stderr, flush=True)


def _show(results: list[Result]) -> None:
    table = Table("trial", "title", "trials", "violations", "note")
    for result in results:
        table.add_row(result.id, result.title, str(result.trials), str(len(result.violations)), result.note)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
