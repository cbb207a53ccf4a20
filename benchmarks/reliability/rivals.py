"""Take one archive through `lossytools migrate` and through what people use today, and compare what is left.

    python benchmarks/reliability/rivals.py [--objects 60] [--only NAME] [--no-pace] [--markdown FILE]

Prints a table, tool by measure. Needs dcmcjpeg, gdcmconv, Orthanc and GNU parallel; who is absent is left
out. The disk that is too small needs root. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

from rich.console import Console
from rich.table import Table

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.archive import make_archive
from reliability.rival_page import section, table
from reliability.rival_speed import contest
from reliability.rival_tools import DCMCJPEG, RIVALS
from reliability.rival_trials import Row, take

_OBJECTS, _CINES, _FRAMES, _ROUNDS = 60, 16, 30, 5
_FEW = (2, 4, 1)  # cines, frames and rounds of a quick contest


def beside(*, quick: bool = False) -> str:
    """Return the section of docs/reliability.md after taking all trials, on fewer cines where quick."""
    rows, absent = _take_all("", _OBJECTS)
    pace = contest(*(_FEW if quick else (_CINES, _FRAMES, _ROUNDS)), _say) if not DCMCJPEG.absent else None
    return "\n".join(section(rows, pace, absent))


def _take_all(only: str, objects: int) -> tuple[list[Row], list[str]]:
    """Return the rows of those who are there, and in words who is not."""
    rows, absent = [], []
    with tempfile.TemporaryDirectory(prefix="lossytools-rivals-") as folder:
        source = Path(folder) / "archive"
        make_archive(source, objects)
        for rival in (rival for rival in RIVALS if only in rival.name):
            if rival.absent:
                absent.append(f"{rival.name} took no part: no {rival.absent} here")
                continue
            rows.append(take(rival, source))
            _say(f"{rival.name}: {rows[-1].verdict.out} of {rows[-1].verdict.sources} objects")
    return rows, absent


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    """Print the table and return the exit status."""
    asked = _parser().parse_args()
    warnings.filterwarnings("ignore", module=r"pydicom\b")
    rows, absent = _take_all(asked.only, asked.objects)
    shown = Table("measure", *(row.rival.name for row in rows))
    for cells in table(rows):
        shown.add_row(*cells)
    Console(width=None if sys.stdout.isatty() else 180).print(shown)
    _print(absent)
    pace = None if asked.no_pace or DCMCJPEG.absent else contest(_CINES, _FRAMES, _ROUNDS, _say)
    if pace:
        print("migrate run / dcmcjpeg:", *(f"{ratio:.2f}" for ratio in pace.ratios))
        print("migrate run / dcmcjpeg -ho:", *(f"{ratio:.2f}" for ratio in pace.plain_ratios))
    if asked.markdown and rows:
        asked.markdown.write_text("\n".join(section(rows, pace, absent)), encoding="utf-8")
    return 0


def _print(lines: list[str]) -> None:
    for line in lines:
        print(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--objects", type=int, default=_OBJECTS, help="of the archive")
    parser.add_argument("--only", default="", metavar="NAME", help="contestants whose name holds this")
    parser.add_argument("--no-pace", action="store_true", help="do not measure how long it takes")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the section there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
