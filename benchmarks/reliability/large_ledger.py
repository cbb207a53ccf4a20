"""R26: a ledger of a million objects is looked at in a second and in 300 MB."""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

from lossytools.batch.opening import new_ledger
from lossytools.batch.planning import job_of
from lossytools.batch.recipe import parse_recipe
from reliability.migration import SOME_FAILED, recipe_text
from reliability.naming import US_CINE
from reliability.workplace import Result

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.workplace import Workplace

_SECONDS, _BYTES = 1.0, 300e6
_STUDY = 50  # objects
_PIECE = 50_000
_STATES = ("switched", "pending", "skipped", "failed")
_TIMES = 5


def look_at_many(workplace: Workplace) -> Result:
    """Fill a ledger by its own functions, and measure `migrate status` beside that of a small one."""
    rows = workplace.choose(1_000_000, 50_000)
    large, small = (workplace.folder / f"{name}.sqlite" for name in ("large", "small"))
    fill(large, rows, workplace.folder)
    fill(small, _STUDY, workplace.folder)
    whole = [measure(_asking(large)) for _ in range(_TIMES)]
    starting = [measure(_asking(small)) for _ in range(_TIMES)]
    status = max(each[0] for each in whole)
    seconds, start = (statistics.median(each[1] for each in some) for some in (whole, starting))
    peak = max(each[2] for each in whole)
    violations = [] if status == SOME_FAILED else [f"status ended with {status}"]
    if seconds - start > _SECONDS:
        violations.append(f"status takes {seconds - start:.2f} s more than of {_STUDY} objects")
    if peak > _BYTES:
        violations.append(f"status takes {peak / 1e6:.0f} MB")
    note = f"{rows:,} rows: {seconds:.2f} s, of {_STUDY} rows {start:.2f} s; {peak / 1e6:.0f} MB"
    return Result("R26", "A large ledger is looked at", _TIMES, violations, note)


def _asking(ledger: Path) -> list[str]:
    return [sys.executable, "-m", "lossytools", "migrate", "status", str(ledger)]


def fill(path: Path, rows: int, source: Path) -> None:
    """Write a ledger of so many objects in different states."""
    job = job_of(source, parse_recipe(recipe_text()), "full", None)
    with new_ledger(path, job) as ledger:
        for first in range(0, rows, _PIECE):
            with ledger.commit():
                ledger.insert(_row(number) for number in range(first, min(first + _PIECE, rows)))
        ledger.index()


def _row(number: int) -> dict[str, object]:
    study = number // _STUDY
    state = _STATES[number % 97 % 7 % len(_STATES)]
    return {
        "path": f"study{study:06}/image{number:08}.dcm",
        "size": 500_000 + number,
        "mtime_ns": number,
        "study": f"2.25.{study + 10**12}",
        "series": f"2.25.{study + 10**13}",
        "uid": f"2.25.{number + 10**14}",
        "new_uid": f"2.25.{number + 10**15}",
        "sop_class": US_CINE,
        "modality": "US",
        "manufacturer": "lossytools",
        "transfer_syntax": "1.2.840.10008.1.2.1",
        "frames": 10,
        "signed": 0,
        "bundle": study + 1,
        "rule": "cines" if number % 3 else "stills",
        "action": "transcode",
        "codec": "jpeg:quality=90",
        "state": state,
        "reason": "unreadable" if state == "failed" else "",
        "says": "cannot be read" if state == "failed" else "",
    }


def measure(command: list[str]) -> tuple[int, float, float]:
    """Return exit status, seconds and peak of resident bytes of a program."""
    started = time.perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_WRONLY, 0) for each in (1, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), time.perf_counter() - started, used.ru_maxrss * 1024.0
