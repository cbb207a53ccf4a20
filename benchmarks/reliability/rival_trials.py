"""What a contestant goes through: one whole conversion, the same once more, and some that are killed."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.judging import undecodable
from reliability.mounts import CannotMount, remount, small_disk
from reliability.rival_judging import Verdict, files_of, judge
from reliability.rival_tools import OUT
from reliability.running import run, start
from reliability.untouched import changed, look_at

if TYPE_CHECKING:
    from reliability.rival_tools import Attempt, Rival
    from reliability.running import Running

KILLS = 3
Writes = dict[Path, tuple[int, int]]
"""Time of modification in nanoseconds and inode of files."""


@dataclass(frozen=True, slots=True)
class Left:
    """What stood after an interruption. partial: of `standing` files, those that do not decode.

    status: of a full disk, the exit status; of a kill, 0.
    """

    partial: int
    standing: int
    status: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a contestant.

    repeated: files that a second run wrote again. touched: originals that are not as they were. full: after
    the disk was full, None where no small disk can be made here.
    """

    rival: Rival
    verdict: Verdict
    status: int
    repeated: int
    touched: int
    kills: list[Left]
    full: Left | None

    @property
    def unreported(self) -> int:
        """How many objects are missing without a word in the status."""
        return 0 if self.status else self.verdict.missing


def take(rival: Rival, source: Path) -> Row:
    """Let a contestant do all, in a folder of which nothing stays."""
    before = look_at(source)
    with tempfile.TemporaryDirectory(prefix="lossytools-rival-") as folder:
        place = Path(folder)
        attempt = _prepared(rival, source, place / "whole")
        done = run(attempt.command)
        _fetch(attempt.fetch)
        verdict, first = judge(source, attempt.results), _writes(attempt.results)
        repeated = _repeat(attempt, first)
        half = (float(done.stdout.split()[-1]) if attempt.ready else done.seconds) / 2
        kills = [_kill(rival, source, place / f"killed-{number}", half) for number in range(KILLS)]
        full = _fill(rival, source, place / "full", verdict.written // 2 + rival.index)
    return Row(rival, verdict, done.status, repeated, len(changed(before, look_at(source))), kills, full)


def _repeat(attempt: Attempt, first: Writes) -> int:
    """Give the same command again, and return how many files were written again."""
    run(attempt.command)
    _fetch(attempt.fetch)
    return sum(first.get(path) != look for path, look in _writes(attempt.results).items())


def _prepared(rival: Rival, source: Path, place: Path) -> Attempt:
    place.mkdir()
    return rival.prepare(source, place)


def _fetch(command: list[str]) -> None:
    if command:
        run(command)


def _writes(results: Path) -> Writes:
    """Return time of modification and inode of every file."""
    looks = ((path, path.stat()) for path in files_of(results))
    return {path: (status.st_mtime_ns, status.st_ino) for path, status in looks}


def _kill(rival: Rival, source: Path, place: Path, seconds: float) -> Left:
    """Kill a conversion after so many seconds."""
    attempt = _prepared(rival, source, place)
    with start(attempt.command) as running:
        _wait_for(running, attempt.ready)
        time.sleep(seconds)
        kill_session(running.process.pid)
    return _left(attempt)


def _fill(rival: Rival, source: Path, place: Path, size: int) -> Left | None:
    """Let a conversion run into a disk of so many bytes; what it left is read when there is space again."""
    attempt = _prepared(rival, source, place)
    try:
        with small_disk(place / OUT, size):
            status = run(attempt.command).status
            remount(place / OUT, f"size={size * 10}")
            return _left(attempt, status)
    except CannotMount:
        return None


def _left(attempt: Attempt, status: int = 0) -> Left:
    _fetch(attempt.salvage)
    standing = sum(1 for _ in files_of(attempt.results))
    return Left(len(undecodable(attempt.results)), standing, status)


def _wait_for(running: Running, words: str) -> None:
    """Wait until a program has said that it begins."""
    while words and words not in running.out.read_text(encoding="utf-8") and running.process.poll() is None:
        time.sleep(0.01)


def kill_session(leader: int) -> None:
    """Send SIGKILL to everything of a session: GNU parallel gives each of its jobs a group of its own."""
    while members := _members(leader):
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        time.sleep(0.005)


def _members(session: int) -> list[int]:
    """Return the processes of a session that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, member = stat.read_text(errors="replace").rpartition(")")[2].split()[:4]
            if int(member) == session and state not in "ZX":
                found.append(int(stat.parent.name))
    return found
