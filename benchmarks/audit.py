"""Audit thousands of generated headers: wall time, headers a second and processor, resident memory.

    python benchmarks/audit.py [--files 10000] [--workers 1 2] [--folder FOLDER]

The sample generator makes one small cine, lossytools compresses it, and every file is that result under a
UID of its own: headers as they are met, with little pixel data behind them. Runs `lossytools audit`
over the folder once for each number of workers and prints a line each. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lossytools import transcode
from speed.processes import children, processor_seconds, resident

SAMPLES = Path(__file__).parents[1] / "sample_data"
EVERY = 0.05  # seconds between two looks at the memory
BETWEEN = 100  # files a folder


def make_files(folder: Path, count: int) -> None:
    """Write `count` small derived objects, of the same length and each with a UID of its own."""
    sys.path.insert(0, str(SAMPLES))
    from cine import Cine  # noqa: PLC0415  a script beside its data
    from generate import write_cine  # noqa: PLC0415

    native = write_cine(folder / "native.dcm", Cine(rows=64, columns=96, frames=3))
    done = transcode(native, folder / "derived.dcm", "jpeg")
    template, uid = done.target.read_bytes(), done.uid.encode()
    native.unlink()
    done.target.unlink()
    for number in range(count):
        place = folder / f"{number // BETWEEN:04}"
        place.mkdir(exist_ok=True)
        new = uid[: -len(str(count))] + f"{number:0{len(str(count))}}".encode()
        (place / f"{number:06}.dcm").write_bytes(template.replace(uid, new))


@dataclass(frozen=True)
class Run:
    """One audit.

    seconds: by the clock. busy: of processors. own, largest: peak resident bytes of the first process and
    of the largest worker. said: its last line.
    """

    seconds: float
    busy: float
    own: int
    largest: int
    said: str


def audit(folder: Path, workers: int) -> Run:
    """Audit a folder and measure it."""
    command = [sys.executable, "-m", "lossytools", "audit", str(folder), "--workers", str(workers)]
    started, before = time.perf_counter(), processor_seconds()
    own = largest = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:  # noqa: S603
        while running.poll() is None:
            own = max(own, resident(running.pid))
            largest = max([largest, *map(resident, children(running.pid))])
            time.sleep(EVERY)
        seconds = time.perf_counter() - started
        said = (running.stderr.read() if running.stderr else "").strip().splitlines()
    return Run(seconds, processor_seconds() - before, own, largest, said[-1] if said else "")


def main() -> int:
    """Print a line for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, help="make the files here and leave them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        folder.mkdir(exist_ok=True)
        make_files(folder, asked.files)
        for workers in asked.workers:
            run = audit(folder, workers)
            rate, own = asked.files / run.seconds, asked.files / run.busy
            print(
                f"{asked.files} files, {workers} workers: {run.seconds:.1f} s, {rate:.0f} a second,", end=" "
            )
            print(f"{own:.0f} a second of a processor; {run.own / 1e6:.0f} MB, a worker", end=" ")
            print(f"{run.largest / 1e6:.0f} MB; {run.said}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
