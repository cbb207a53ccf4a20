"""What is asked for, and how each figure is read from the rows of one run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from speed.contest import find
from speed.ratios import Ratio, ratio_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from speed.contest import Row

    Read = Callable[[Sequence[Row]], Ratio | None]

CLI, API, NONE = "lossytools", "lossytools API", "lossytools API, verify none"
J600, J120, LS600, J2K120 = (
    "jpeg, 600 frames",
    "jpeg, 120 frames",
    "jpegls, 600 frames",
    "jpeg2000, 120 frames",
)
FILES = "jpeg, 1,000 files"


@dataclass(frozen=True)
class Goal:
    """One goal. most: whether the figure may be at most `aim`, else at least. unit: behind the figure."""

    words: str
    aim: float
    unit: str
    read: Read
    most: bool = False

    def reached(self, value: float) -> bool:
        """Tell whether a figure is good enough."""
        return value <= self.aim if self.most else value >= self.aim


def _over(rows: Sequence[Row], above: tuple[str, str, int], below: tuple[str, str, int]) -> Ratio | None:
    """Return how many times as long one takes as another, each (case, contestant, cores)."""
    one, other = find(rows, *above), find(rows, *below)
    if one is None or other is None:
        return None
    return ratio_of(one.seconds, other.seconds)


def _faster(case: str, ours: str, peer: str, cores: int = 0) -> Read:
    return partial(_over, above=(case, peer, cores), below=(case, ours, cores))


def _plain(value: float) -> Ratio:
    return Ratio(value, value, value)


def _overhead_ms(rows: Sequence[Row]) -> Ratio | None:
    """Return what we take for a file beyond coding, decoding, reading, and writing to the disk."""
    ours, bare = find(rows, FILES, API, 1), find(rows, FILES, "bare codec, decoded, synced", 1)
    if ours is None or bare is None:
        return None
    count = len(ours.image.files)
    return _plain(1000 * (ours.median - bare.median) / count)


def _memory_mb(rows: Sequence[Row]) -> Ratio | None:
    """Return what lies in memory beyond eight frames."""
    row = find(rows, J600, CLI, 0)
    return None if row is None else _plain((row.memory.resident - 8 * row.image.frame_bytes) / 1e6)


def _seconds(rows: Sequence[Row], contestant: str) -> Ratio | None:
    row = find(rows, "start-up", contestant, 0)
    return None if row is None else _plain(row.median)


def _measured(rows: Sequence[Row]) -> Ratio | None:
    """Return how many million 8-bit samples are measured in a second on one core."""
    row = find(rows, "measuring", "measure_frame", 1)
    return None if row is None else _plain(1000 * 640 * 480 / 1e6 / row.median)


def _scaled(contestant: str) -> Read:
    return partial(_over, above=(J600, contestant, 1), below=(J600, contestant, 0))


def _verified(case: str) -> Read:
    return partial(_over, above=(case, API, 1), below=(case, NONE, 1))


GOALS = (
    Goal(
        "jpeg, 600 frames, whole process, all cores: dcmcjpeg takes",
        4,
        "times",
        _faster(J600, CLI, "dcmcjpeg"),
    ),
    Goal("the same, dcmcjpeg -ho takes", 4, "times", _faster(J600, CLI, "dcmcjpeg -ho")),
    Goal("jpeg, 120 frames, whole process: dcmcjpeg takes", 1.5, "times", _faster(J120, CLI, "dcmcjpeg")),
    Goal("the same, dcmcjpeg -ho takes", 1.5, "times", _faster(J120, CLI, "dcmcjpeg -ho")),
    Goal("jpeg, 120 frames, Python API: dcmcjpeg takes", 5, "times", _faster(J120, API, "dcmcjpeg")),
    Goal("the same, dcmcjpeg -ho takes", 5, "times", _faster(J120, API, "dcmcjpeg -ho")),
    Goal(
        "jpeg, 600 frames, whole process, one core: dcmcjpeg takes",
        2,
        "times",
        _faster(J600, CLI, "dcmcjpeg", 1),
    ),
    Goal("the same, dcmcjpeg -ho takes", 2, "times", _faster(J600, CLI, "dcmcjpeg -ho", 1)),
    Goal("jpegls:near=2, 600 frames: dcmcjpls takes", 2, "times", _faster(LS600, CLI, "dcmcjpls")),
    Goal("the same, gdcmconv takes", 2, "times", _faster(LS600, CLI, "gdcmconv --jpegls")),
    Goal(
        "jpeg2000, 120 frames, equal PSNR: gdcmconv takes",
        2.5,
        "times",
        _faster(J2K120, CLI, "gdcmconv --j2k"),
    ),
    Goal(
        "the same, Python API: pydicom compress takes", 2, "times", _faster(J2K120, API, "pydicom compress")
    ),
    Goal("jpeg2000 takes, of htj2k at equal PSNR", 4, "times", _faster(J2K120, "lossytools API, htj2k", API)),
    Goal(
        "encoding share: verify none on one core takes, of the bare codec",
        1.15,
        "times",
        partial(_over, above=(J600, NONE, 1), below=(J600, "bare codec", 1)),
        most=True,
    ),
    Goal("jpeg verified takes, of verify none, one core", 1.9, "times", _verified(J600), most=True),
    Goal("jpeg2000 verified takes, of verify none, one core", 1.5, "times", _verified(J2K120), most=True),
    Goal("scaling, jpeg, 600 frames, Python API: one core takes, of all cores", 1.8, "times", _scaled(API)),
    Goal("the same, whole process", 1.8, "times", _scaled(CLI)),
    Goal("the same, bare codec, decoded", 1.8, "times", _scaled("bare codec, decoded")),
    Goal("1,000 files, Python API: beyond codec and I/O, a file", 3, "ms", _overhead_ms, most=True),
    Goal("resident memory beyond 8 frames, 600 frames", 200, "MB", _memory_mb, most=True),
    Goal("`lossytools --help`", 0.25, "s", partial(_seconds, contestant="lossytools --help"), most=True),
    Goal("transcode of a tiny file", 0.6, "s", partial(_seconds, contestant=CLI), most=True),
    Goal("measuring 8-bit samples on one core", 400, "million a second", _measured),
)


def missing(goal: Goal, rows: Sequence[Row]) -> str:
    """Return why a figure is not there: in the words of a contestant that the goal names, if it failed."""
    for row in rows:
        if row.failed and row.contestant.rpartition(", ")[2] in goal.words:
            return row.failed
    return "not measured"
