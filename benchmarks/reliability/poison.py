"""R3: sources that kill, hang or fill the memory of the process that works on them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.archive import SMALL, make_archive, write
from reliability.images import make_cine
from reliability.judging import digests
from reliability.ledger_rows import rows_of
from reliability.migration import SOME_FAILED
from reliability.workplace import Result, expect

if TYPE_CHECKING:
    from reliability.ledger_rows import Row
    from reliability.migration import Migration
    from reliability.workplace import Workplace

_LAUNCHER = (sys.executable, str(Path(__file__).with_name("poisoning.py")))
_HEALTHY = 56
_SECONDS, _MEGABYTES = 12, 2048
_BLAMED = {
    "segv": ("SIGSEGV", "signal 11"),
    "abort": ("SIGABRT", "signal 6"),
    "hang": ("longer than", "time limit"),
    "memory": ("memory", "Memory"),
}
"""What the ledger has to say of each, in one of these words."""


def poison_some(workplace: Workplace, healthy: int = _HEALTHY, seconds: int = _SECONDS) -> Result:
    """Put four poisonous sources among healthy ones, each in a study of its own."""
    migration = workplace.migration("poison", workplace.folder / "poisonous")
    _make_archive(migration.source, healthy)
    expect(migration.plan(), "plan", 0)
    done = replace(migration, launcher=_LAUNCHER).run("--seconds", str(seconds), "--memory", str(_MEGABYTES))
    violations = [] if done.status == SOME_FAILED else [f"ended with {done.told}"]
    violations += _misjudged(migration, healthy)
    return Result("R3", "Poison among healthy objects", healthy + len(_BLAMED), violations)


def _make_archive(folder: Path, healthy: int) -> None:
    make_archive(folder, healthy, shape=SMALL)
    for number, poison in enumerate(_BLAMED, start=900):
        path = folder / f"study{number}" / f"poison-{poison}.dcm"
        path.parent.mkdir()
        write(make_cine(number * 2, 0, (SMALL.rows, SMALL.columns), SMALL.frames), path)


def _misjudged(migration: Migration, healthy: int) -> list[str]:
    rows = rows_of(migration.ledger)
    poisonous = {row.path: row for row in rows if "poison-" in row.path}
    others = [row for row in rows if row.path not in poisonous]
    lost = [f"{row.path} is left {row.state}: {row.reason}, {row.says}" for row in others if not row.stands]
    there = set(digests(migration.destination / "data"))
    lost += [f"{row.path} is not in the destination" for row in others if row.path not in there]
    if len(others) != healthy:
        lost.append(f"{len(others)} healthy objects in the ledger")
    lost += [f"{path} was published" for path in there if "poison-" in path]
    return [*lost, *(words for row in poisonous.values() for words in _unblamed(row))]


def _unblamed(row: Row) -> list[str]:
    poison = Path(row.path).stem.removeprefix("poison-")
    told = f"{row.reason} {row.says}"
    found = []
    if row.state != "quarantined":
        found.append(f"{row.path} is {row.state}: {told}")
    if not any(words in told for words in _BLAMED[poison]):
        found.append(f"{row.path} is blamed for something else: {told}")
    return found
