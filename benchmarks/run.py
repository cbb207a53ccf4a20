"""Measure lossytools beside other tools and beside the codec alone: `make bench`.

    python benchmarks/run.py [--rounds 7] [--only CASE] [--out FOLDER] [--page docs/performance.md]
    python benchmarks/run.py --growth
    python benchmarks/run.py --quick

Writes benchmark.csv, benchmark.md and benchmark.png (growth.* with --growth) into --out. Inputs are made
once, about 1 GB, into --inputs, where --growth needs 5 GB more for a while. A tool that is not installed is
shown as absent. Linux only.
"""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import lossytools
from speed import growth
from speed.cases import CASES, QUICK
from speed.charts import bars, plots
from speed.contest import compete
from speed.goals import GOALS
from speed.inputs import make_images
from speed.surroundings import surroundings
from speed.tables import disturbance, environment_table, goal_table, row_table, write_csv, write_into

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from PIL.Image import Image

    from speed.contest import Row


def main() -> int:
    """Measure, write what was measured, and print the goals."""
    asked = _parser().parse_args()
    warnings.filterwarnings("ignore", module=r"pydicom\b")
    asked.out.mkdir(parents=True, exist_ok=True)
    asked.inputs.mkdir(parents=True, exist_ok=True)
    found = surroundings()
    # As pip does when it installs; a copy of the sources would be compiled anew at every start.
    compileall.compile_dir(Path(lossytools.__file__).parent, quiet=1)
    parts = _growth(asked, found) if asked.growth else _contests(asked, found)
    name = "growth" if asked.growth else "benchmark"
    (asked.out / f"{name}.md").write_text("\n".join(parts.values()), encoding="utf-8")
    if asked.page is not None:
        _write_page(asked.page, parts, asked.out / f"{name}.png")
    print(parts["growth" if asked.growth else "goals"])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each contestant takes its turn [7]")
    parser.add_argument("--only", default="", help='cases whose title begins so, as "jpegls" or "jpeg, 600"')
    parser.add_argument("--quick", action="store_true", help="one round on small inputs: does it all work?")
    parser.add_argument("--growth", action="store_true", help="growth with frames and pixels, nothing else")
    parser.add_argument(
        "--inputs", type=Path, default=Path(tempfile.gettempdir()) / "lossytools-benchmark", metavar="FOLDER"
    )
    parser.add_argument("--out", type=Path, default=Path("benchmark_out"), metavar="FOLDER")
    parser.add_argument(
        "--page", type=Path, help="write the tables into this page too, the picture beside it"
    )
    return parser


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _contests(asked: Namespace, found: dict[str, str]) -> dict[str, str]:
    """Let the contestants take their turns, and return the parts of the page by name."""
    chosen = [case for case in (QUICK if asked.quick else CASES) if case.title.startswith(asked.only)]
    images = make_images(asked.inputs, dict.fromkeys(case.image for case in chosen), small=asked.quick)
    rows: list[Row] = []
    for case in chosen:
        _say(case.title)
        rows += compete(case, images[case.image], 1 if asked.quick else asked.rounds, _say)
        write_csv(rows, asked.out / "benchmark.csv")
    _save(bars(rows, "lossytools and others"), asked.out / "benchmark.png")
    found["processors that other work had"] = disturbance(rows)
    return {
        "goals": goal_table(GOALS, rows),
        "contests": row_table(rows),
        "environment": environment_table(found),
    }


def _growth(asked: Namespace, found: dict[str, str]) -> dict[str, str]:
    rounds = 1 if asked.quick else min(asked.rounds, 3)
    by_number, by_size = growth.grow(asked.inputs, rounds, _say, small=asked.quick)
    points = [*by_number, *by_size]
    growth.write_points(points, asked.out / "growth.csv")
    pictures = list(growth.plots_of(by_number, by_size))
    _save(plots(pictures), asked.out / "growth.png")
    lines = "\n".join(f"* {plot.title}: {plot.words}" for plot in pictures)
    table = growth.growth_table(points)
    shown = "![Seconds and memory against frames and pixels](growth.png)"
    return {"growth": f"{shown}\n\n{table}\n{lines}\n\nMade {found['date']} on {found['processor']}.\n"}


def _save(picture: Image, path: Path) -> None:
    """Write a picture of few colours, which makes it small."""
    picture.quantize(64).save(path, optimize=True)


def _write_page(page: Path, parts: Mapping[str, str], picture: Path) -> None:
    """Write the parts into the page, each between its markers, and put the picture beside it."""
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = write_into(text, name, part)
    page.write_text(text, encoding="utf-8")
    page.with_name(picture.name).write_bytes(picture.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
