"""Searching the quality of a video for its worst frame: is the target met, and in how many encodes?

    python benchmarks/videos.py CINE... [--codec NAME]

Every cine is coded by every codec at every target, published and measured by `measure`. A target is out of
reach where the finest setting misses it: subsampled chroma ends there.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from lossytools import Options, Target, measure, parse_conditions, transcode
from lossytools.errors import CodecError, SourceError, TargetUnreachable

CODECS = ("h264", "hevc", "mpeg2")
TARGETS = (28, 31, 34, 37, 40, 43, 46)


def tried(path: Path, codec: str, limit: int) -> tuple[str, float]:
    """Return "met", "missed", "out of reach" or "refused", and the encodes."""
    keep = Target(parse_conditions(f"psnr>={limit}"))
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = transcode(
                path,
                Path(folder) / "out.dcm",
                codec,
                Options(allow_recompress=True, allow_larger=True, keep=keep),
            )
        except TargetUnreachable:
            return "out of reach", 0.0
        except (SourceError, CodecError):
            return "refused", 0.0
        worst = measure(path, done.target).total.worst.psnr_db
    return "met" if worst >= limit else "missed", done.encodes


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--codec", action="append")
    wanted = parser.parse_args()
    print("| codec | met | missed | out of reach | encodes: mean, most |\n|---|--:|--:|--:|--:|")
    for codec in wanted.codec or CODECS:
        ended = [tried(path, codec, limit) for path in wanted.files for limit in TARGETS]
        counts = [sum(how == word for how, _ in ended) for word in ("met", "missed", "out of reach")]
        encodes = [count for how, count in ended if how in {"met", "missed"}]
        spent = f"{sum(encodes) / len(encodes):.2f}, {max(encodes):.0f}" if encodes else ""
        print(f"| {codec} | {' | '.join(map(str, counts))} | {spent} |", flush=True)


if __name__ == "__main__":
    main()
