"""R19: a string of its own in every text attribute; none of them may be seen anywhere but in the objects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reliability.archive import SMALL, make_archive
from reliability.canaries import canaries_in
from reliability.ledger_rows import bytes_of
from reliability.workplace import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reliability.migration import Migration
    from reliability.running import Done
    from reliability.workplace import Workplace

_OBJECTS = 40
_FOLDER = "CANARY00000"  # paths may name a patient too; with --log-paths hash they are not told
_STUDY_UID = b"\x20\x00\x0d\x00"
_WRONG = (b"1.2.840.10008.5.1.4.1.1", b"ORIGINAL\\PRIMARY", b"ISO_10918_1", b"MONOCHROME2", b"ISO_IR 192")
"""What is replaced by a canary in one object each."""


def look_for_canaries(workplace: Workplace) -> Result:
    """Plan, run, verify and report with hashed paths; look for canaries in all that was said and kept."""
    place = workplace.folder / "canaries"
    migration = workplace.migration("canaries", place / "archive")
    written = make_archive(migration.source / _FOLDER, _OBJECTS, shape=SMALL, canaries=True)
    _break_some(written)
    violations, trials = [], 0
    for what, data in _seen(migration):
        trials += 1
        found = sorted(canaries_in(data))
        if found:
            violations.append(f"{what}: {', '.join(found[:5])} and {max(len(found) - 5, 0)} more")
    return Result("R19", "Values of patients are seen nowhere", trials, violations)


def _break_some(written: list[Path]) -> None:
    """Damage some objects, so that errors have something to quote."""
    breaking = (_cut, _rename_study, *(partial(_replace, wrong=wrong) for wrong in _WRONG))
    for change, path in zip(breaking, written[:: len(written) // len(breaking)], strict=False):
        path.write_bytes(change(path.read_bytes()))


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def _rename_study(data: bytes) -> bytes:
    """Put a canary into the Study Instance UID, where no text belongs."""
    at = data.index(_STUDY_UID) + len(_STUDY_UID) + 4
    return data[:at] + b"CANARY99999" + data[at + 11 :]


def _replace(data: bytes, wrong: bytes) -> bytes:
    return data.replace(wrong, b"CANARY88888"[: len(wrong)].ljust(len(wrong), b"8"), 1)


def _seen(migration: Migration) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a migration tells or keeps, with its name."""
    page, table = migration.ledger.with_name("report.html"), migration.ledger.with_name("report.csv")
    yield from _said("plan, dry, JSON", migration.plan("--dry-run", "--json", "--log-paths", "hash"))
    yield from _said("plan", migration.plan("--log-paths", "hash"))
    yield "ledger after plan", bytes_of(migration.ledger)
    yield from _said("run", migration.run())
    yield "ledger after run", bytes_of(migration.ledger)
    yield from _said("run again, JSON", migration.run("--json"))
    yield from _said("status", migration.ask("status", "--json"))
    yield from _said("verify", migration.ask("verify"))
    yield from _said("verify, JSON", migration.ask("verify", "--json"))
    yield from _said("report", migration.ask("report", "-o", str(page), "--csv", str(table)))
    yield from _said("retire, dry", migration.ask("retire", str(migration.ledger.parent / "q"), "--dry-run"))
    for path in (page, table):
        yield path.name, path.read_bytes() if path.exists() else b""
    yield "ledger at the end", bytes_of(migration.ledger)


def _said(what: str, done: Done) -> Iterator[tuple[str, bytes]]:
    # A command line that was given the source by name may say that name, not what is below it.
    yield f"{what}, stdout", done.stdout.encode()
    yield f"{what}, stderr", done.stderr.encode()
