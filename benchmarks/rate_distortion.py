"""How large a cine becomes at 40, 44 and 48 dB in its worst frame with every lossy codec, and how fast.

python benchmarks/rate_distortion.py CINE... [--codec NAME] [--markdown docs/codecs.md]

The knob of each codec is searched for the coarsest setting whose worst frame still reaches the target in luma
of BT.601: the 4:2:0 of a video caps RGB, whatever is spent on it. RGB is shown beside it.
"""

from __future__ import annotations

import argparse
import io
import math
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lossytools.changes.timing import uniform_rate
from lossytools.codecs import parse_codec
from lossytools.codecs.movies.colour import planes_of
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.reading import Picture, movie_pictures
from lossytools.dicomio.source import frame_reader, read_source
from lossytools.errors import UnsupportedPixels
from lossytools.pipeline.coding import numbered_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lossytools.values import Frame, ImagePixel

TARGETS = (40, 44, 48)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_KNOBS: dict[str, tuple[Callable[[float], str], float, float, bool]] = {
    "jpeg": (lambda x: f"jpeg:quality={round(x)}", 100, 5, True),
    "jpegls": (lambda x: f"jpegls:near={round(x)}", 1, 40, True),
    "jpeg2000": (lambda x: f"jpeg2000:psnr_db={x:.2f}", 70, 25, False),
    "htj2k": (lambda x: f"htj2k:step={2**-x:.8f}", 12, 2, False),
    "jpegxl": (lambda x: f"jpegxl:distance={2**x:.5f}", -5, 4, False),
    "mpeg2": (lambda x: f"mpeg2:qscale={round(x)}", 1, 31, True),
    "h264": (lambda x: f"h264:crf={x:.2f}", 1, 40, False),
    "hevc": (lambda x: f"hevc:crf={x:.2f}", 1, 40, False),
}
"""How a number becomes a setting, its finest and coarsest value, and whether it is a whole one."""


@dataclass(frozen=True, slots=True)
class Point:
    """One setting tried: bytes, worst frame in luma and in RGB (dB), seconds to encode."""

    setting: str
    size: int
    luma_db: float
    rgb_db: float
    seconds: float


def frames_of(path: Path) -> tuple[list[Frame], ImagePixel, Fraction]:
    """Return all frames of a cine, what they are, and their rate."""
    with read_source(path) as source:
        reader = frame_reader(source)
        frames = [reader.frame(read()) for _, read in numbered_values(source, reader)]
        try:
            rate = uniform_rate(source.image)
        except UnsupportedPixels:
            rate = Fraction(25)
        return frames, reader.native, rate


def attempt(setting: str, frames: Sequence[Frame], native: ImagePixel, rate: Fraction) -> Point:
    """Code all frames in one thread, decode them, and measure the worst."""
    codec = parse_codec(setting)
    begun = time.perf_counter()
    if isinstance(codec, MovieCodec):
        out = io.BytesIO()
        codec.encode(iter(frames), native, rate, out)
        seconds, size = time.perf_counter() - begun, len(out.getvalue())
        out.seek(0)
        pictures = list(movie_pictures(out, native))
        luma = min(map(_coded_luma_db, frames, pictures))
        return Point(setting, size, luma, min(map(_psnr, frames, (p.rgb() for p in pictures))), seconds)
    streams = [codec.encode(frame, native) for frame in frames]  # type: ignore[union-attr]
    seconds, size = time.perf_counter() - begun, sum(map(len, streams))
    decoded = [codec.decode(stream, native) for stream in streams]  # type: ignore[union-attr]
    worst = [min(map(_psnr, frames, decoded)), min(map(_psnr, map(_luma, frames), map(_luma, decoded)))]
    return Point(setting, size, worst[1], worst[0], seconds)


def _luma(frame: Frame) -> Frame:
    luma: Frame = frame.astype(np.float32) @ _LUMA if frame.shape[-1] == _LUMA.size else frame
    return luma


def _coded_luma_db(frame: Frame, picture: Picture) -> float:
    """Return the PSNR of a video's luma plane, scaled from its limited range to the whole one."""
    error = planes_of(frame, 8)[0].astype(np.float32) - picture.planes.luma
    mean = float(np.mean((error * (255 / 219)) ** 2))
    return math.inf if mean == 0 else 10 * math.log10(255 * 255 / mean)


def _psnr(one: Frame, other: Frame) -> float:
    if one.ndim < other.ndim:
        one = np.repeat(one[..., None], 3, axis=2)
    error = float(np.mean((one.astype(np.float32) - other.astype(np.float32)) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255 * 255 / error)


def reach(name: str, target: float, trial: Callable[[str], Point]) -> Point | None:
    """Return the coarsest setting whose worst frame reaches `target` dB, None where the finest does not."""
    setting, fine, coarse, whole = _KNOBS[name]
    best = trial(setting(fine))
    if best.luma_db < target:
        return None
    for _ in range(7):
        middle = (fine + coarse) / 2
        if whole and round(middle) in {round(fine), round(coarse)}:
            break
        point = trial(setting(middle))
        if point.luma_db >= target:
            best, fine = point, middle
        else:
            coarse = middle
    return best


def table(path: Path, names: Sequence[str]) -> list[str]:
    """Return the rows of one cine in Markdown."""
    frames, native, rate = frames_of(path)
    known: dict[str, Point] = {}

    def trial(setting: str) -> Point:
        if setting not in known:
            known[setting] = attempt(setting, frames, native, rate)
        return known[setting]

    size = native.rows * native.columns * native.samples * len(frames)
    rows = [
        f"**{path.stem}**, {len(frames)} frames of {native.columns} x {native.rows}, {size:,} bytes native",
        "",
        "| codec | " + " | ".join(f"{t} dB: ratio, RGB dB, s" for t in TARGETS) + " |",
        "|---|" + "---|" * len(TARGETS),
    ]
    for name in names:
        try:
            found = [reach(name, target, trial) for target in TARGETS]
        except UnsupportedPixels as error:
            rows.append(f"| {name} | {' | '.join([str(error)] + [''] * (len(TARGETS) - 1))} |")
            continue
        cells = [
            "not reached" if p is None else f"{size / p.size:.1f}, {p.rgb_db:.1f}, {p.seconds:.2f}"
            for p in found
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
        print("\n".join(rows[-1:]), flush=True)
    return [*rows, ""]


def main() -> None:
    """Print the table of every cine, and write it between the marks of a page if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cines", nargs="+", type=Path)
    parser.add_argument("--codec", action="append", choices=list(_KNOBS))
    parser.add_argument("--markdown", type=Path, help="page whose part between the marks is replaced")
    asked = parser.parse_args()
    rows = [row for path in asked.cines for row in table(path, asked.codec or list(_KNOBS))]
    if asked.markdown is None:
        print("\n".join(rows))
        return
    page = asked.markdown.read_text(encoding="utf-8")
    before, _, rest = page.partition("<!-- figures -->\n")
    after = rest.partition("<!-- end of figures -->")[2]
    text = "\n".join(rows)
    asked.markdown.write_text(
        f"{before}<!-- figures -->\n\n{text}\n<!-- end of figures -->{after}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
