"""Programs as children: with a clock that is set, a time limit, and an end for all they have started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LIMIT = 600.0  # seconds
_EPOCH = "1700000000"  # what every run says the time is, so that trees can be compared


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended. status: as subprocess has it, minus the signal for a killed one."""

    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def told(self) -> str:
        """Status and last line of what it said, for a violation."""
        last = (self.stderr.strip() or self.stdout.strip()).splitlines()[-1:] or [""]
        return f"status {self.status}: {last[0][:300]}"


def run(command: Sequence[str], *, limit: float = _LIMIT, more: Mapping[str, str] | None = None) -> Done:
    """Run a program to its end, or kill it and all it has started after `limit` seconds: status -9."""
    with start(command, more) as running:
        running.end_within(limit)
        return running.done()


@dataclass(slots=True)
class Running:
    """A program that leads a process group of its own."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path
    since: float

    def end_within(self, seconds: float) -> bool:
        """Wait; return whether it ended by itself. What is left of its group then is killed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
            self.kill()
            return True
        self.kill()
        return False

    def kill(self) -> None:
        """Send SIGKILL to the whole group and wait until nothing of it runs."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while _alive(self.process.pid):
            time.sleep(0.01)

    def done(self) -> Done:
        """Return how it ended."""
        said = [path.read_text(encoding="utf-8", errors="replace") for path in (self.out, self.err)]
        return Done(self.process.returncode, said[0], said[1], time.perf_counter() - self.since)


@contextlib.contextmanager
def start(command: Sequence[str], more: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Start a program; on leaving, nothing of its group runs any more."""
    surroundings = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH, "COLUMNS": "200", **(more or {})}
    with tempfile.TemporaryDirectory() as spare:
        out, err = Path(spare, "out"), Path(spare, "err")
        with out.open("wb") as said, err.open("wb") as complained:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complained,
                env=surroundings,
                start_new_session=True,
            )
        running = Running(process, out, err, time.perf_counter())
        try:
            yield running
        finally:
            running.kill()


def _alive(group: int) -> bool:
    """Return whether a process of the group runs; one that nobody has waited for yet does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, member = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(member) == group and state not in "ZX":
                return True
    return False
