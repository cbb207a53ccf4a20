"""Let the contestants of a case take their turns, and keep what each of them came to."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from lossytools import LossyToolsError
from speed.judging import Verdict, judge, psnr_of
from speed.processes import Memory, run, watch
from speed.ratios import search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from speed.cases import Case
    from speed.contestants import Contestant
    from speed.image import Image


@dataclass
class Row:
    """What one contestant came to in one case.

    seconds, busy: one value a round, of clock and processors. others: processors that other work had.
    bytes_out: of all files. ratio: what an encoder of JPEG 2000 was asked for, to come to our PSNR. failed:
    why there are no figures.
    """

    case: str
    image: Image
    cores: int
    contestant: str
    ours: bool
    inside: bool
    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    memory: Memory = field(default_factory=lambda: Memory(0, 0))
    bytes_out: int = 0
    ratio: float = 0
    verdict: Verdict = field(default_factory=Verdict)
    failed: str = ""

    @property
    def median(self) -> float:
        """Median of the seconds."""
        return median(self.seconds)


class Failed(Exception):
    """A contestant ends with an error; the message is its own."""


@dataclass(frozen=True)
class _Entry:
    """A contestant, ready to run: its files are known, and so is the ratio it is to be asked for."""

    contestant: Contestant
    row: Row
    pairs: tuple[tuple[Path, Path], ...]

    def commands(self) -> list[list[str]]:
        for _, target in self.pairs:
            target.unlink(missing_ok=True)
        return self.contestant.commands(self.pairs, self.row.ratio)


def compete(case: Case, image: Image, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Return a row for each contestant of a case after so many rounds.

    First each contestant runs once untimed: its memory is watched, and its result is judged.
    """
    with tempfile.TemporaryDirectory(dir=image.files[0].parent if _ours(image) else None) as folder:
        entries = [_enter(case, image, each, Path(folder)) for each in case.contestants]
        for entry in entries:
            if not entry.row.failed:
                _prepare(entry, entries[0].row, case.cores)
            say(f"  {entry.row.contestant}: {entry.row.failed or _first_words(entry.row)}")
        for number in range(rounds):
            for entry in entries:
                _take_turn(entry, case.cores)
            say(f"  round {number + 1} of {rounds}")
    return [entry.row for entry in entries]


def _ours(image: Image) -> bool:
    """Tell whether the input lies in a folder that we made: results go beside it, onto the same disk."""
    return image.files[0].is_relative_to(tempfile.gettempdir())


def _first_words(row: Row) -> str:
    psnr = row.verdict.psnr_db
    return f"{row.memory.resident / 1e6:.0f} MB" + (f", {psnr:.2f} dB" if psnr is not None else "")


def _enter(case: Case, image: Image, contestant: Contestant, folder: Path) -> _Entry:
    row = Row(
        case.name,
        image,
        case.cores,
        contestant.name,
        contestant.ours,
        contestant.inside,
        ratio=contestant.ratio,
        failed=contestant.absent,
    )
    place = folder / str(case.contestants.index(contestant))
    place.mkdir()
    return _Entry(contestant, row, tuple((source, place / source.name) for source in image.files))


def _prepare(entry: _Entry, first: Row, cores: int) -> None:
    """Find the ratio of equal PSNR, watch the memory, judge the result."""
    row = entry.row
    try:
        if row.ratio and first.verdict.psnr_db is not None:
            row.ratio = search(lambda ratio: _psnr_at(entry, ratio), first.verdict.psnr_db, row.ratio)
        row.memory, status, words = watch(entry.commands(), cores)
        _must_be_done(status, words)
        _look(entry)
    except (Failed, ValueError, LossyToolsError) as error:
        row.failed = str(error)


def _look(entry: _Entry) -> None:
    """Count the bytes that came out, and judge the first file."""
    row, targets = entry.row, [target for _, target in entry.pairs]
    if entry.contestant.record and not all(target.exists() for target in targets):
        raise Failed("no file came out")
    row.bytes_out = sum(target.stat().st_size for target in targets if target.exists())
    if entry.contestant.record:
        row.verdict = judge(*entry.pairs[0])


def _psnr_at(entry: _Entry, ratio: float) -> float:
    entry.row.ratio = ratio
    done = run(entry.commands())
    _must_be_done(done.status, done.words)
    return psnr_of(*entry.pairs[0])


def _must_be_done(status: int, words: str) -> None:
    if status:
        raise Failed(f"exit status {status}: {words}")


def _take_turn(entry: _Entry, cores: int) -> None:
    row = entry.row
    if row.failed:
        return
    done = run(entry.commands(), cores)
    if done.status:
        row.failed = f"exit status {done.status}: {done.words}"
        return
    inside = json.loads(done.said) if entry.contestant.inside else None
    row.seconds.append(inside["seconds"] if inside else done.seconds)
    row.busy.append(inside["busy"] if inside else done.busy)
    row.others.append(done.others)


def find(rows: Sequence[Row], case: str, contestant: str, cores: int) -> Row | None:
    """Return the row of a contestant where it has figures."""
    for row in rows:
        if (row.case, row.contestant, row.cores) == (case, contestant, cores) and row.seconds:
            return row
    return None
