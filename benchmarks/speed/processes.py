"""Run commands and say what they cost: seconds, seconds of processors, resident memory. Linux only.

Memory is looked at in a run of its own, which is not timed: looking takes time. /proc/PID/statm tells all
resident pages, and those of them that a file stands behind. A source that is mapped into memory counts among
the latter, and the system takes such pages back when it needs them.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Command = Sequence[str]

EVERY = 0.005  # seconds between two looks at the memory
_SECONDS = 1800  # after which a command is given up


@dataclass(frozen=True, slots=True)
class Run:
    """What commands, one after the other, came to.

    seconds: by the clock. busy: of processors, user and system. others: processors that other work on this
    machine had meanwhile, 0 on a quiet one. status: of the first that failed, else 0. said: standard output
    of the last one. words: the last line that was said to standard error.
    """

    seconds: float
    busy: float
    others: float
    status: int
    said: str
    words: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks of a process and all it started, in bytes. resident: all pages. own: without those of files."""

    resident: int
    own: int


def processor_seconds() -> float:
    """Return what all processes that have ended took of processors, those of their own included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(process: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def memory(process: int) -> Memory:
    """Return what a process holds in memory now, nothing where it is gone."""
    try:
        words = Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return Memory(0, 0)
    page = os.sysconf("SC_PAGE_SIZE")
    return Memory(int(words[1]) * page, (int(words[1]) - int(words[2])) * page)


def resident(process: int) -> int:
    """Return the resident memory of a process in bytes, 0 where it is gone."""
    return memory(process).resident


def family(process: int) -> list[int]:
    """Return a process, those it has started, and so on."""
    return [process, *(each for child in children(process) for each in family(child))]


@contextlib.contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Let what is started in here use the first `count` processors, 0 for all: as `taskset` does."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count] if count else before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run(commands: Sequence[Command], cores: int = 0) -> Run:
    """Run commands one after the other and time them all; the first that fails is the last."""
    status, said, words = 0, "", ""
    with on_cores(cores):
        all_before, busy, started = _machine_seconds(), processor_seconds(), time.perf_counter()
        for command in commands:
            status, said, words = _finish(command)
            if status:
                break
        seconds = time.perf_counter() - started
    busy = processor_seconds() - busy
    others = max(_machine_seconds() - all_before - busy, 0) / seconds
    return Run(seconds, busy, others, status, said, words)


def _machine_seconds() -> float:
    """Return what all work on this machine has had of its processors: /proc/stat, but for idle, iowait."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _finish(command: Command) -> tuple[int, str, str]:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        return 124, "", f"nothing after {_SECONDS} s"
    return done.returncode, done.stdout.decode("latin-1"), _last_line(done.stderr)


def _last_line(words: bytes) -> str:
    return (words.decode("latin-1").strip().splitlines() or [""])[-1]


def watch(commands: Sequence[Command], cores: int = 0) -> tuple[Memory, int, str]:
    """Run commands one after the other: the most that lay in memory at once, status and words as in `Run`."""
    peak, status, words = Memory(0, 0), 0, ""
    with on_cores(cores):
        for command in commands:
            most, status, words = _watched(command)
            peak = _most(peak, most)
            if status:
                break
    return peak, status, words


def _watched(command: Command) -> tuple[Memory, int, str]:
    peak = Memory(0, 0)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors) as running:  # noqa: S603
            while running.poll() is None:
                peak = _most(peak, _together(running.pid))
                time.sleep(EVERY)
        errors.seek(0)
        return peak, running.returncode, _last_line(errors.read())


def _together(process: int) -> Memory:
    all_of_them = [memory(each) for each in family(process)]
    return Memory(sum(one.resident for one in all_of_them), sum(one.own for one in all_of_them))


def _most(one: Memory, other: Memory) -> Memory:
    return Memory(max(one.resident, other.resident), max(one.own, other.own))
