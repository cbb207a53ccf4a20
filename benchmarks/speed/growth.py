"""How seconds and memory grow with the number of frames and with their size: our command on synthetic cines.

Every cine is written to the disk frame by frame, measured, and removed. The least of the rounds counts.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from speed.cases import JPEG
from speed.charts import Plot
from speed.contestants import ours
from speed.inputs import describe, make_cine, widen
from speed.processes import run, watch
from speed.ratios import fit_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Say = Callable[[str], None]

FRAMES = (1, 10, 100, 1_000, 10_000)
SIDES = ((264, 376), (512, 640), (768, 1024), (1200, 1664), (2048, 2048), (2048, 4096))
"""Rows and columns of 0.1 to 8.4 Mpixel."""
_EACH = 100  # frames of each size
_WIDEST = 2048


@dataclass(frozen=True)
class Point:
    """One cine. seconds: the least of the rounds. resident, own: peaks in bytes, as `Memory` says."""

    frames: int
    megapixels: float
    seconds: float
    busy: float
    resident: int
    own: int


def grow(folder: Path, rounds: int, say: Say, *, small: bool = False) -> tuple[list[Point], list[Point]]:
    """Return the points of growing numbers of frames, and those of growing frames."""
    numbers = FRAMES[:2] if small else FRAMES
    by_number = [_measure(folder, 240, 320, count, rounds, say) for count in numbers]
    sizes = SIDES[:2] if small else SIDES
    each = 2 if small else _EACH
    by_size = [_measure(folder, rows, columns, each, rounds, say) for rows, columns in sizes]
    return by_number, by_size


def _measure(folder: Path, rows: int, columns: int, frames: int, rounds: int, say: Say) -> Point:  # noqa: PLR0913, PLR0917
    with tempfile.TemporaryDirectory(dir=folder) as place:
        source = _cine(Path(place), rows, columns, frames)
        image = describe("growth", source)
        commands = ours(JPEG).commands([(source, Path(place) / "out.dcm")], 0)
        memory, _, _ = watch(commands)
        runs = [run(commands) for _ in range(rounds)]
    if any(each.status for each in runs):
        raise RuntimeError(f"{frames} frames of {columns} x {rows}: {runs[0].words}")
    best = min(runs, key=lambda each: each.seconds)
    megapixels = image.rows * image.columns / 1e6
    say(f"  {frames} frames of {columns} x {rows}: {best.seconds:.2f} s, {memory.resident / 1e6:.0f} MB")
    return Point(frames, megapixels, best.seconds, best.busy, memory.resident, memory.own)


def _cine(folder: Path, rows: int, columns: int, frames: int) -> Path:
    """Write a cine; one wider than the generator draws has every frame twice, side by side."""
    if columns <= _WIDEST:
        return make_cine(folder / "cine.dcm", rows, columns, frames)
    half, source = make_cine(folder / "half.dcm", rows, columns // 2, frames), folder / "cine.dcm"
    widen(half, source)
    half.unlink()
    return source


def plots_of(by_number: Sequence[Point], by_size: Sequence[Point]) -> Iterator[Plot]:
    """Yield the four plots: seconds and memory, against frames and pixels."""
    frames, sizes = [float(point.frames) for point in by_number], [point.megapixels for point in by_size]
    for across, xs, points in (("frames", frames, by_number), ("Mpixel a frame", sizes, by_size)):
        yield _plot("Seconds", across, "s", xs, [point.seconds for point in points])
        yield _plot("Memory", across, "MB", xs, [point.resident / 1e6 for point in points])


def _plot(what: str, across: str, unit: str, xs: Sequence[float], ys: Sequence[float]) -> Plot:
    line = fit_line(xs, ys)
    each = across.removesuffix("s").removesuffix(" a frame")
    told = f"{line.start:.3g} {unit} + {line.slope:.3g} {unit} a {each}; points within {line.worst:.0%}"
    return Plot(f"{what} against {across}", across, unit, list(zip(xs, ys, strict=True)), line, told)


def growth_table(points: Sequence[Point]) -> str:
    """Return the points in Markdown."""
    head = (
        "| frames | Mpixel a frame | s | processor s | frames/s | resident MB | own MB |\n"
        + "|--:" * 7
        + "|\n"
    )
    return head + "".join(
        f"| {p.frames:,} | {p.megapixels:.2f} | {p.seconds:.2f} | {p.busy:.2f} | {p.frames / p.seconds:.0f}"
        f" | {p.resident / 1e6:.0f} | {p.own / 1e6:.0f} |\n"
        for p in points
    )


def write_points(points: Sequence[Point], path: Path) -> None:
    """Write a line for each point."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(Point.__dataclass_fields__))
        writer.writeheader()
        writer.writerows(asdict(point) for point in points)
