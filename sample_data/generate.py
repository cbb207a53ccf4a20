"""Make a synthetic ultrasound cine without lossy history: python sample_data/generate.py OUT.dcm."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from cine import PHOTOMETRICS, BadParameter, Cine, fit_frames
from header import build_header
from picture import frames

__all__ = ["BadParameter", "Cine", "frames", "main", "write_cine"]

_BAD_PARAMETER: Final = 2
_FAILED: Final = 1
_DEFAULT: Final = Cine()


def write_cine(path: str | os.PathLike[str], cine: Cine = _DEFAULT, *, force: bool = False) -> Path:
    """Write a cine as native Explicit VR Little Endian, frame by frame, and return its path.

    The file appears under its name only when it is whole.

    Raises:
        FileExistsError: Something stands at the path and force is not given.
        OSError: The file cannot be written; nothing is left behind.
    """
    path = Path(path)
    with _publish(path, force=force) as out:
        build_header(cine).save_as(out, enforce_file_format=True)
        # US Multi-frame of 8 bits: OB, with two reserved bytes and a length of 32 bits (PS3.5 7.1.2).
        out.write(b"\xe0\x7f\x10\x00OB\0\0" + cine.pixel_bytes.to_bytes(4, "little"))
        for frame in frames(cine):
            out.write(frame.data)
        out.write(bytes(cine.pixel_bytes - cine.frames * cine.frame_bytes))
    return path


@contextmanager
def _publish(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Give a file to write beside the path, and rename it to the path if nothing went wrong."""
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists; --force replaces it")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as out:
            yield out
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Make a synthetic ultrasound cine that no lossy compression has ever touched.",
        epilog="Equal parameters make equal files. One beat of 20 frames is drawn; after it the beat repeats,"
        " so a file of many gigabytes takes the time of writing it. Example, 4 GB of 600 x 800:"
        " generate.py big.dcm --rows 600 --columns 800 --gigabytes 4",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the DICOM file to write")
    parser.add_argument("--rows", type=int, default=_DEFAULT.rows, help="height of a frame [%(default)s]")
    parser.add_argument(
        "--columns", type=int, default=_DEFAULT.columns, help="width of a frame [%(default)s]"
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--frames", type=int, help=f"how many frames [{_DEFAULT.frames}]")
    size.add_argument("--gigabytes", type=float, help="as many frames as fit into so many 10^9 bytes")
    parser.add_argument(
        "--photometric",
        choices=PHOTOMETRICS,
        default=_DEFAULT.photometric,
        help="PALETTE is PALETTE COLOR; MONOCHROME2 has no colour Doppler [%(default)s]",
    )
    parser.add_argument("--seed", type=int, default=_DEFAULT.seed, help="chooses the speckle [%(default)s]")
    parser.add_argument("--frame-time-vector", action="store_true", help="unequal frame times, in a vector")
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
    return parser


def _read(options: argparse.Namespace) -> Cine:
    one = Cine(options.rows, options.columns, 1, options.photometric, options.seed)
    count = options.frames if options.frames is not None else _DEFAULT.frames
    if options.gigabytes is not None:
        count = fit_frames(options.gigabytes, one)
    return replace(one, frames=count, frame_time_vector=options.frame_time_vector)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 not written, 2 asked for what cannot be."""
    options = _build_parser().parse_args(arguments)
    try:
        cine = _read(options)
        path = write_cine(options.out, cine, force=options.force)
    except (BadParameter, FileExistsError) as problem:
        print(f"generate.py: {problem}", file=sys.stderr)
        return _BAD_PARAMETER
    except OSError as problem:
        print(f"generate.py: {options.out} was not written: {problem}", file=sys.stderr)
        return _FAILED
    print(f"{path}: {cine.frames} frames of {cine.columns} x {cine.rows}, {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
