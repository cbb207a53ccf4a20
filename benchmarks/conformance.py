"""Take every DICOM file under the given folders through every codec, and have strangers judge the result.

    python benchmarks/conformance.py FOLDER... [--codec CODEC]... [--csv FILE]

For each file and codec: a lossy step verified by a second decoder, our audit of the pair, dciodvfy before
and after, dcmdump, and dcmdjpeg or dcmdjpls (DCMTK) where they are installed. Prints one line each: file,
codec, ratio, PSNR of the worst frame, verdict. Exit status 1 where any verdict is bad.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

from pydicom import dcmread

from lossytools import LossyToolsError, Options, audit, transcode
from lossytools.codecs.catalogue import ALL_CODECS, LOSSLESS, STREAM_CODECS
from lossytools.standard.iod_policy import policy_of
from strangers import blames, complaints, run, tool

CODECS = tuple(codec.name for codec in ALL_CODECS)
ALLOWED = Options(
    allow_recompress=True,
    allow_larger=True,
    allow_quantitative=True,
    expand_palette=True,
    verify="independent",
    workers=1,
)
DECODERS = {
    "jpeg": "dcmdjpeg",
    "jpeg12": "dcmdjpeg",
    "jpegxl-restore": "dcmdjpeg",
    "jpegls": "dcmdjpls",
    "jpegls-lossless": "dcmdjpls",
    "rle": "dcmdrle",
}
UNREAD = {"deflated-frame", "hevc"}
"""Codecs whose transfer syntaxes dciodvfy takes for native and cannot read (20260927)."""
_LOSSLESS = {codec.name for codec in (*LOSSLESS, *STREAM_CODECS)}


def options_for(codec: str) -> Options:
    """Return what is allowed: all but what makes no sense, and a second decoder where there is one."""
    name = codec.partition(":")[0]
    allowed = replace(ALLOWED, expand_palette=False) if name in _LOSSLESS else ALLOWED
    return replace(allowed, verify="first") if name == "mpeg2" else allowed


@dataclass(frozen=True)
class Row:
    """One file through one codec. iod: as in the policy. verdict: "good", "refused: why" or "BAD: what"."""

    iod: str
    file: str
    codec: str
    ratio: str
    psnr_db: str
    verdict: str


def judge(source: Path, target: Path, codec: str) -> list[str]:
    """Return what strangers hold against the result."""
    bad = [f"{f.rule} {f.says}" for f in audit(target, against=source, deep=True)]
    if codec.partition(":")[0] not in UNREAD:
        bad += [f"dciodvfy: {error}" for error in blames(complaints(source), complaints(target))]
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
    iod = iod_of(source)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "derived.dcm"
        try:
            measured = transcode(source, target, codec, options_for(codec)).measurement
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
            return Row(iod, name, codec, "", "", f"{'BAD' if bad else 'refused'}: {kind}: {words}")
        held = judge(source, target, codec)
    verdict = "BAD: " + "; ".join(held) if held else "good"
    return Row(iod, name, codec, f"{measured.ratio:.4g}", f"{measured.worst.psnr_db:.2f}", verdict)


def iod_of(path: Path) -> str:
    """Return the name of the file's IOD, "" where its SOP Class is in no IOD that we know."""
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID"])
        row = policy_of(str(header.get("SOPClassUID", "")))
    except (OSError, ValueError, EOFError, AttributeError, NotImplementedError):
        return ""
    return row.iod if row else ""


def summarise(rows: list[Row]) -> str:
    """Return a table: how many files of each IOD came through each codec."""
    codecs = list(dict.fromkeys(row.codec for row in rows))
    lines = [f"| IOD | files | {' | '.join(codecs)} |", "|---|--:|" + "--:|" * len(codecs)]
    for iod in sorted({row.iod for row in rows}):
        mine = [row for row in rows if row.iod == iod]
        good = [str(sum(row.codec == codec and row.verdict == "good" for row in mine)) for codec in codecs]
        lines.append(f"| {iod or 'none'} | {len(mine) // len(codecs)} | {' | '.join(good)} |")
    return "\n".join(lines)


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
    print(summarise(rows))
    if asked.csv:
        with asked.csv.open("w", newline="") as out:
            csv.writer(out).writerows([Row.__dataclass_fields__, *map(astuple, rows)])
    kinds = Counter(row.verdict.partition(":")[0] for row in rows)
    print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    return 1 if kinds["BAD"] else 0


if __name__ == "__main__":
    sys.exit(main())
