"""One cine at a certified quality on every frame: ours, and tools that a person has to steer.

    python benchmarks/certified.py CINE [--psnr 45] [--markdown PAGE]

The others take a setting and promise nothing: theirs is bisected here, over the whole file and by our own
`measure`, until the coarsest setting whose worst frame holds is found; a patient person would do so by hand.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom
from pydicom.uid import JPEG2000

from lossytools import Condition, LossyToolsError, Options, Target, measure, transcode

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = ("jpeg", "jpeg:huffman=optimal", "jpegls", "jpeg2000", "htj2k", "jpegxl", "auto")
_MARK = ("<!-- certified -->", "<!-- end of certified -->")


def dcmcjpeg(cine: Path, out: Path, quality: int) -> None:
    """JPEG baseline without thinning out chroma, as DCMTK writes it."""
    words = ["dcmcjpeg", "+eb", "+cy", "+s4", "+q", str(quality), str(cine), str(out)]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603


def gdcmconv(cine: Path, out: Path, ratio: int) -> None:
    """JPEG 2000 at a ratio, as GDCM writes it."""
    words = ["gdcmconv", "--j2k", "--lossy", "-r", str(ratio), str(cine), str(out)]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603


def pydicom_psnr(cine: Path, out: Path, psnr: int) -> None:
    """JPEG 2000 at a PSNR, as pydicom writes it."""
    image = pydicom.dcmread(cine)
    image.compress(JPEG2000, j2k_psnr=[psnr], generate_instance_uid=False)
    image.save_as(out)


PEERS: dict[str, tuple[Callable[[Path, Path, int], None], str, int, int, bool]] = {
    "dcmcjpeg": (dcmcjpeg, "quality", 1, 100, True),
    "gdcmconv --j2k": (gdcmconv, "ratio", 2, 200, False),
    "pydicom j2k_psnr": (pydicom_psnr, "psnr", 20, 90, True),
}


def by_hand(name: str, cine: Path, folder: Path, wanted: float) -> str:
    """Return the row of a tool whose setting somebody has to find."""
    make, knob, low, high, finer_up = PEERS[name]
    tries, best, started = 0, None, time.perf_counter()
    while low <= high:
        middle = (low + high) // 2
        out = folder / "peer.dcm"
        try:
            make(cine, out, middle)
            worst = measure(cine, out).total.worst.psnr_db
        except (LossyToolsError, OSError, subprocess.CalledProcessError, ValueError) as error:
            return f"| {name} | | | | fails: {type(error).__name__} |"
        tries += 1
        holds = worst >= wanted
        if holds:
            best = (out.stat().st_size, worst, middle)
        if holds == finer_up:
            high = middle - 1
        else:
            low = middle + 1
    if best is None:
        return f"| {name} | | | | not reached at any {knob} |"
    size, worst, setting = best
    seconds = time.perf_counter() - started
    return (
        f"| {name} | {size:,} | {worst:.2f} | {tries} of the whole file | {knob} {setting}; {seconds:.1f} s |"
    )


def certified(name: str, cine: Path, folder: Path, wanted: float) -> str:
    """Return the row of one of our codecs."""
    options = Options(allow_recompress=True, force=True, keep=Target((Condition("psnr", wanted),)))
    started = time.perf_counter()
    done = transcode(cine, folder / "ours.dcm", name, options)
    seconds = time.perf_counter() - started
    worst = measure(cine, done.target).total.worst.psnr_db
    chosen = f"{done.codec}; {seconds:.1f} s"
    label = f"lossytools {name}"
    return (
        f"| {label} | {done.target.stat().st_size:,} | {worst:.2f} | {done.encodes:.2f} a frame | {chosen} |"
    )


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cine", type=Path)
    parser.add_argument("--psnr", type=float, default=45.0)
    parser.add_argument("--markdown", type=Path)
    wanted = parser.parse_args()
    rows = ["| tool | file, bytes | worst frame, dB | encodes | setting; time |", "|---|--:|--:|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        there = [name for name in PEERS if name.startswith("pydicom") or shutil.which(name.split()[0])]
        rows += [by_hand(name, wanted.cine, Path(folder), wanted.psnr) for name in there]
        rows += [certified(name, wanted.cine, Path(folder), wanted.psnr) for name in OURS]
    text = "\n".join(rows)
    print(text)
    if wanted.markdown is not None:
        page = wanted.markdown.read_text(encoding="utf-8")
        head, tail = page.split(_MARK[0])[0], page.split(_MARK[1])[1]
        wanted.markdown.write_text(f"{head}{_MARK[0]}\n\n{text}\n\n{_MARK[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
