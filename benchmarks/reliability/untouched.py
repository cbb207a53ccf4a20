"""R20: originals are read and nothing else. R22: a second run does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.judging import digests
from reliability.ledger_rows import attempts_of
from reliability.migration import DONE
from reliability.workplace import Result, expect

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.migration import Migration
    from reliability.workplace import Workplace

Look = dict[str, tuple[object, ...]]


def look_at(folder: Path) -> Look:
    """Return bytes, times, inode, mode, owner and links of everything below a folder, folders too."""
    held = digests(folder)
    looks: Look = {}
    for path in sorted(folder.rglob("*")):
        status, name = path.lstat(), path.relative_to(folder).as_posix()
        looks[name] = (
            held.get(name),
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
            status.st_mode,
            status.st_uid,
            status.st_nlink,
        )
    return looks


def changed(before: Look, after: Look) -> list[str]:
    """Return in words what is not as it was."""
    paths = sorted(before.keys() | after.keys())
    return [f"{path} is not as it was" for path in paths if before.get(path) != after.get(path)]


def leave_originals(workplace: Workplace) -> Result:
    """Look at every original before and after plan, run, verify and report."""
    source = workplace.archive(workplace.objects)
    migration = workplace.migration("originals", source)
    before, violations = look_at(source), []
    steps = (
        ("plan", migration.plan),
        ("run", migration.run),
        ("verify", lambda: migration.ask("verify")),
        ("report", lambda: migration.ask("report", "-o", str(migration.ledger.with_name("page.html")))),
    )
    for name, step in steps:
        expect(step(), name, DONE)
        violations += [f"after {name} {words}" for words in changed(before, look_at(source))]
    return Result("R20", "Originals are left as they are", len(before), violations)


def run_again(workplace: Workplace) -> Result:
    """Run what has been run; nothing may be encoded or written again."""
    reference = workplace.reference()
    migration = reference.planned.afresh(workplace.folder / "again")
    expect(migration.run(), "the first run", DONE)
    before, attempts = look_at(migration.destination / "data"), attempts_of(migration.ledger)
    return Result("R22", "A second run does nothing", len(attempts), _repeated(migration, before, attempts))


def _repeated(migration: Migration, before: Look, attempts: dict[str, int]) -> list[str]:
    done = migration.run()
    found = [] if done.status == DONE else [f"it ended with {done.told}"]
    now = attempts_of(migration.ledger)
    found += [f"{path} was worked on again" for path in attempts if now[path] != attempts[path]]
    return found + changed(before, look_at(migration.destination / "data"))
