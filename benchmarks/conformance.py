"""Take every DICOM file under the given folders through every codec, and have strangers judge the result.

    python benchmarks/conformance.py FOLDER... [--codec CODEC]... [--csv FILE]

For each file and codec: a lossy step verified by a second decoder, our audit of the pair, dciodvfy before
and after, dcmdump, and dcmdjpeg or dcmdjpls (DCMTK) where they are installed. Prints one line each: file,
codec, ratio, PSNR of the worst frame, verdict. Exit status 1 where any verdict is bad.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from lossytools import LossyToolsError, Options, audit, transcode

CODECS = ("jpeg", "jpegls", "jpeg2000")
ALLOWED = Options(
    allow_recompress=True,
    allow_larger=True,
    allow_quantitative=True,
    expand_palette=True,
    verify="independent",
    workers=1,
)
DECODERS = {"jpeg": "dcmdjpeg", "jpegls": "dcmdjpls"}
SECONDS = 120
MISTAKEN = re.compile(r"condition unsatisfied.*Module=<MRPulseSequence>")
"""PS3.3 table C.8-87 lets the attributes of DERIVED images be present; dciodvfy does not."""


@dataclass(frozen=True)
class Row:
    """One file through one codec. verdict: "good", "refused: why" or "BAD: what"."""

    file: str
    codec: str
    ratio: str
    psnr_db: str
    verdict: str


def run(*command: str) -> tuple[int, str]:
    """Return exit status and all output of a tool."""
    done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)  # noqa: S603
    return done.returncode, (done.stdout + done.stderr).decode("latin-1")


def tool(name: str) -> str | None:
    """Return the path of a tool, beside this Python or on PATH."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def complaints(path: Path) -> Counter[str]:
    """Return the errors of dciodvfy, without the values that differ from object to object.

    A deflated file, which it cannot read, is inflated by dcmconv first. An illegal UID of the source is
    its own fault also where the result has to name it as the source.
    """
    program, inflater = tool("dciodvfy"), tool("dcmconv")
    if program is None:
        return Counter()
    _, text = run(program, str(path))
    if "Dicom dataset read failed" in text and inflater is not None:
        with tempfile.NamedTemporaryFile() as plain:
            run(inflater, "+te", str(path), plain.name)
            _, text = run(program, plain.name)
    errors = [line for line in text.splitlines() if line.startswith("Error") and not MISTAKEN.search(line)]
    errors = [re.sub(r"(Illegal root for UID).*", r"\1", line) for line in errors]
    return Counter(re.sub(r"<[^>]*>|\b\d[\d.]{8,}", "<>", line) for line in errors)


def new_ones(before: Counter[str], after: Counter[str]) -> list[str]:
    """Return the complaints that the source did not give rise to, or gave rise to less often."""
    return [error for error in after - before if "Illegal root" not in error or error not in before]


def judge(source: Path, target: Path, codec: str) -> list[str]:
    """Return what strangers hold against the result."""
    bad = [f"{f.rule} {f.says}" for f in audit(target, against=source)]
    bad += [f"dciodvfy: {error}" for error in new_ones(complaints(source), complaints(target))]
    dump = tool("dcmdump")
    if dump is not None and (status := run(dump, "-q", str(target))[0]):
        bad.append(f"dcmdump ends with {status}")
    name = DECODERS.get(codec.partition(":")[0])
    decoder = tool(name) if name else None
    if decoder is not None:
        status, text = run(decoder, str(target), str(target) + ".native")
        if status:
            bad.append(f"{Path(decoder).name}: {text.strip().splitlines()[-1]}")
    return bad


def take(job: tuple[Path, str], root: Path | None = None) -> Row:
    """Take one file through one codec and return its row."""
    source, codec = job
    name = str(source.relative_to(root)) if root else source.name
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "derived.dcm"
        try:
            measured = transcode(source, target, codec, ALLOWED).measurement
        except LossyToolsError as error:
            words = str(error).replace(f"{source}: ", "")
            kind = type(error).__name__
            bad = kind in {
                "InconsistentResult",
                "EncodeError",
                "DecodeError",
                "CodecMissing",
                "DestinationError",
            }
            return Row(name, codec, "", "", f"{'BAD' if bad else 'refused'}: {kind}: {words}")
        held = judge(source, target, codec)
    verdict = "BAD: " + "; ".join(held) if held else "good"
    return Row(name, codec, f"{measured.ratio:.4g}", f"{measured.worst.psnr_db:.2f}", verdict)


def is_dicom(path: Path) -> bool:
    """Return whether the file has the prefix of PS3.10."""
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def main() -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--codec", action="append", help=f"default: {' '.join(CODECS)}")
    parser.add_argument("--csv", type=Path, help="write the table there too")
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")
    asked = parser.parse_args()
    rows: list[Row] = []
    for folder in asked.folders:
        files = (
            sorted(p for p in folder.rglob("*") if p.is_file() and is_dicom(p))
            if folder.is_dir()
            else [folder]
        )
        jobs = [(file, codec) for file in files for codec in asked.codec or CODECS]
        with ProcessPoolExecutor() as pool:
            for row in pool.map(partial(take, root=folder if folder.is_dir() else None), jobs):
                rows.append(row)
                print(
                    f"{row.file[-52:]:52} {row.codec:10} {row.ratio:>8} {row.psnr_db:>7}  {row.verdict}",
                    flush=True,
                )
    if asked.csv:
        with asked.csv.open("w", newline="") as out:
            csv.writer(out).writerows([Row.__dataclass_fields__, *map(astuple, rows)])
    kinds = Counter(row.verdict.partition(":")[0] for row in rows)
    print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    return 1 if kinds["BAD"] else 0


if __name__ == "__main__":
    sys.exit(main())
