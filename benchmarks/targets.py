"""Searching a setting for a target: how many encodes, how close, and is every frame certified?

    python benchmarks/targets.py FILE... [--codec NAME] [--exhaustive N] [--markdown PAGE]

Every object is coded by every codec at every target as `transcode --verify independent` does it, published,
read back, decoded by the second decoder (libjpeg, another build of OpenJPEG or libjxl), and measured with
NumPy alone and by `measure`. Samples of more than 8 bits count against the range that they take. Beside it
stand bisection of the knob on some frames, and, for codecs with whole numbers, how much larger what was
published is than the best of all their settings on these frames.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lossytools import Condition, Options, Target, measure, parse_codec, transcode
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import frame_reader, read_source
from lossytools.errors import CodecError, SourceError, TargetUnreachable
from lossytools.pipeline.overview import gauge_for
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch

CODECS = ("jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl")
TARGETS = (38.0, 40.0, 42.0, 44.0, 46.0, 48.0)
_NEAR = 0.001  # over the optimum, and still the same
_MARK = ("<!-- search -->", "<!-- end of search -->")


@dataclass
class Row:
    """What one codec came to over all objects and targets."""

    frames: int = 0
    short: int = 0  # frames below the target, as the second decoder and NumPy see them
    encodes: float = 0.0
    most: float = 0.0
    stills: list[float] = field(default_factory=list)
    overshoot: list[float] = field(default_factory=list)
    bisected: list[int] = field(default_factory=list)
    larger: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


def psnr(one: np.ndarray, other: np.ndarray, peak: int) -> float:
    """Return PSNR in dB, by NumPy alone."""
    mse = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return math.inf if mse == 0 else 10 * math.log10(peak * peak / mse)


def aim(path: Path, limit: float) -> Target:
    """Return the target for an object: against all that bytes hold, or what wider samples use."""
    with read_source(path) as source:
        wide = frame_reader(source).native.bits_stored > 8  # noqa: PLR2004  of a byte
    return Target((Condition("psnr", limit),), scale="actual" if wide else "stored")


def coded(path: Path, name: str, target: Target, row: Row, folder: Path) -> Path | None:
    """Code an object, publish it, and add what a second decoder and `measure` see; None where refused."""
    options = Options(
        allow_recompress=True,
        allow_quantitative=True,
        allow_larger=True,
        force=True,
        keep=target,
        verify="independent",
    )
    started = time.perf_counter()
    try:
        done = transcode(path, folder / "out.dcm", name, options)
    except (SourceError, CodecError, TargetUnreachable):
        row.refused += 1
        return None
    row.seconds += time.perf_counter() - started
    judged(path, done.target, name, target, row)
    frames = done.measurement.frames
    row.encodes += done.encodes * frames
    row.most = max(row.most, done.encodes)
    if frames == 1:
        row.stills.append(done.encodes)
    return done.target


def judged(path: Path, made: Path, name: str, target: Target, row: Row) -> None:
    """Count the frames of a published file that miss the target, by NumPy and by `measure`."""
    codec, limit = parse_codec(name), target.conditions[0].limit
    ours = [scores["whole"].psnr for scores in measure(path, made, focus=target.focus).scores]
    with read_source(path) as one, read_source(made) as other:
        before, after = frame_reader(one), frame_reader(other)
        peak = gauge_for(one, before, target.focus).scale.peak
        for number in range(before.declared.frames):
            source = before.frame(one.value_of(number, before.declared))
            decoded = codec.decode_independent(other.value_of(number, after.declared), before.native)
            reached = psnr(source, decoded, peak)
            row.frames += 1
            row.short += min(reached, ours[number]) < limit
            row.overshoot.append(reached - limit)


def compared(pair: tuple[Path, Path], name: str, target: Target, row: Row, count: int) -> None:
    """Bisect the knob on a few frames; of whole numbers try all settings, and compare the bytes published."""
    with read_source(pair[0]) as source, read_source(pair[1]) as published:
        reader = frame_reader(source)
        native, codec = reader.native, parse_codec(name)
        gauge = gauge_for(source, reader, target.focus)
        quest = FrameSearch(codec, native, target, gauge, dial_of(codec, native), second=True)
        sizes = gather(published).encapsulation.stream_bytes
        step = max(1, reader.declared.frames // count)
        for number in range(0, reader.declared.frames, step):
            frame = reader.frame(source.value_of(number, reader.declared))
            row.bisected.append(bisected(quest, frame))
            if quest.dial.whole:
                row.larger.append(sizes[number] / smallest(quest, frame) - 1)


def bisected(quest: FrameSearch, frame: np.ndarray) -> int:
    """Return the encodes of plain bisection to a twentieth of a dB, or to neighbouring settings."""
    low, high, tries = quest.dial.finest, quest.dial.coarsest, 0
    while tries < 40:  # noqa: PLR2004  enough for any
        middle = quest.dial.snap((low + high) / 2)
        trial, _ = quest.try_at(frame, middle)
        tries += 1
        if trial.holds and trial.margin <= 0.05 and not quest.dial.whole:  # noqa: PLR2004  dB
            return tries
        low, high = (middle, high) if trial.holds else (low, middle)
        if quest.dial.beside(low, 1) >= high - quest.dial.grain:
            return tries
        if quest.dial.whole and middle == low:
            low_next = quest.dial.beside(low, 1)
            trial, _ = quest.try_at(frame, low_next)
            tries += 1
            if not trial.holds:
                return tries
            low = low_next
    return tries


def smallest(quest: FrameSearch, frame: np.ndarray) -> int:
    """Return the bytes of the smallest setting that holds, of all that there are."""
    place, sizes = quest.dial.finest, []
    while True:
        trial, _ = quest.try_at(frame, place)
        if trial.holds:
            sizes.append(trial.size)
        following = quest.dial.beside(place, 1)
        if following <= place or trial.margin < -6:  # noqa: PLR2004  dB, far below
            return min(sizes)
        place = following


def table(rows: dict[str, Row]) -> str:
    """Return the rows as a table."""
    head = "| codec | frames | below | encodes: all, stills, most | bisection | overshoot: median, worst"
    lines = [f"{head} | over the optimum: mean, within 0.1 % |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, row in rows.items():
        if not row.frames:
            continue
        stills = f"{np.mean(row.stills):.2f}" if row.stills else ""
        bisection = f"{np.mean(row.bisected):.1f}" if row.bisected else ""
        over = np.array(row.larger)
        optimum = f"{over.mean():.2%}, {np.mean(over <= _NEAR):.1%}" if over.size else ""
        encodes = f"{row.encodes / row.frames:.2f}, {stills}, {row.most:.2f}"
        over_db = f"{np.median(row.overshoot):.3f}, {max(row.overshoot):.2f} dB"
        cells = (name, row.frames, row.short, encodes, bisection, over_db, optimum)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    total = sum(row.frames for row in rows.values())
    short = sum(row.short for row in rows.values())
    return "\n".join([*lines, "", f"{total} frames, {short} below their target."])


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--codec", action="append")
    parser.add_argument("--exhaustive", type=int, default=2, help="frames of each object to bisect and scan")
    parser.add_argument("--markdown", type=Path)
    wanted = parser.parse_args()
    rows = {name: Row() for name in wanted.codec or CODECS}
    with tempfile.TemporaryDirectory() as folder:
        for name, row in rows.items():
            for path in wanted.files:
                for limit in TARGETS:
                    target = aim(path, limit)
                    made = coded(path, name, target, row, Path(folder))
                    if made is not None and limit in {40.0, 46.0}:
                        compared((path, made), name, target, row, wanted.exhaustive)
            print(table({name: row}), f"{row.seconds:.0f} s", flush=True)
    text = table(rows)
    print(text)
    if wanted.markdown is not None:
        page = wanted.markdown.read_text(encoding="utf-8")
        head, tail = page.split(_MARK[0])[0], page.split(_MARK[1])[1]
        wanted.markdown.write_text(f"{head}{_MARK[0]}\n\n{text}\n\n{_MARK[1]}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
