"""How long `migrate run` takes beside `find | parallel dcmcjpeg`, in turn, on cines of an ordinary size."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from reliability import images
from reliability.archive import write
from reliability.migration import DONE
from reliability.rival_judging import files_of
from reliability.rival_tools import DCMCJPEG, PLAIN, migration_of
from reliability.running import run
from reliability.workplace import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from reliability.migration import Migration

ROWS, COLUMNS = 480, 640
_CONVERTERS = {"theirs": DCMCJPEG, "plain": PLAIN}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of rounds in which all took their turn, and of the plan before.

    plain: of dcmcjpeg with standard Huffman tables. sizes, psnr_db: bytes of all results, and PSNR of the
    first cine, of ours and of dcmcjpeg as it comes.
    """

    cines: int
    rows: int
    columns: int
    frames: int
    ours: list[float]
    theirs: list[float]
    plain: list[float]
    plan: float
    sizes: tuple[int, ...]
    psnr_db: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Seconds of `migrate run` through those of dcmcjpeg, round by round."""
        return _through(self.ours, self.theirs)

    @property
    def plain_ratios(self) -> list[float]:
        """The same where dcmcjpeg takes standard Huffman tables."""
        return _through(self.ours, self.plain)

    @property
    def planned(self) -> float:
        """The same of the medians with the plan included."""
        return (self.plan + median(self.ours)) / median(self.theirs)


def _through(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def contest(cines: int, frames: int, rounds: int, say: Callable[[str], None]) -> Pace:
    """Let all convert so many cines of 480 x 640 RGB, each round into a new folder."""
    with tempfile.TemporaryDirectory(prefix="lossytools-rival-") as folder:
        place = Path(folder)
        source = place / "source"
        _make_cines(source, cines, frames)
        os.sync()  # or the first rounds would share the disk with what was just made
        (place / "plan").mkdir()
        say("cines made")
        return _take_turns(source, place, rounds, say, (cines, ROWS, COLUMNS, frames))


def _take_turns(
    source: Path, place: Path, rounds: int, say: Callable[[str], None], counts: tuple[int, int, int, int]
) -> Pace:
    planned = migration_of(source, place / "plan")
    plan, turns = _plan_again(planned, place / "replanned"), ([], [], [])
    for number in range(rounds):
        migration = planned.afresh(place / "ours")
        attempts = [each.prepare(source, place / name) for name, each in _CONVERTERS.items()]
        commands = [migration.run_command(), *(attempt.command for attempt in attempts)]
        for index in ((number + turn) % len(turns) for turn in range(len(turns))):
            turns[index].append(expect(run(commands[index]), commands[index][0], DONE).seconds)
        results = (migration.destination / "data", attempts[0].results)
        sizes, psnr_db = tuple(map(_bytes_below, results)), tuple(_psnr_db(source, each) for each in results)
        for used in ("ours", *_CONVERTERS):
            shutil.rmtree(place / used)
        say(f"round {number + 1}: {turns[0][-1] / turns[1][-1]:.2f}, {turns[0][-1] / turns[2][-1]:.2f}")
    return Pace(*counts, *turns, plan, sizes, psnr_db)


def _plan_again(planned: Migration, place: Path) -> float:
    """Return how many seconds a plan takes whose source lies in the cache of the system already."""
    again = planned.afresh(place)
    again.ledger.unlink()
    return expect(again.plan(), "plan", DONE).seconds


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in files_of(folder))


def _psnr_db(source: Path, results: Path) -> float:
    """Return the PSNR of the first cine, 8 bits."""
    path = next(files_of(source))
    before, after = dcmread(path).pixel_array, dcmread(results / path.relative_to(source)).pixel_array
    return 10 * math.log10(255**2 / float(np.mean((before.astype(np.int16) - after) ** 2.0)))


def _make_cines(source: Path, cines: int, frames: int) -> None:
    """Write cines, two to a study; their pictures differ."""
    for number in range(cines):
        study, index = divmod(number, 2)
        path = source / f"study{study:02}" / f"cine{index}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(images.make_cine(study, index, (ROWS, COLUMNS), frames), path)
