"""R5 and R6: a destination that is too small, and one that cannot be written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reliability.judging import differences, manifest_faults, partial_files
from reliability.ledger_rows import attempts_of, rows_of
from reliability.migration import DESTINATION
from reliability.mounts import CannotMount, remount, small_disk
from reliability.workplace import Result

if TYPE_CHECKING:
    from reliability.migration import Migration
    from reliability.workplace import Reference, Workplace

_SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""How much of the space needed there is."""
_PLENTY = 4


def fill_disk(workplace: Workplace) -> Result:
    """Run into file systems that are too small, make them larger, and take the run up again."""
    title = "Destination full"
    reference = workplace.reference()
    needed = _bytes_below(reference, workplace)
    shares = _SHARES if not workplace.quick else (0.5,)
    violations = []
    for share in shares:
        try:
            found = _fill(workplace, reference, int(needed * share), needed * _PLENTY)
        except CannotMount as error:
            return Result("R5", title, 0, [], f"skipped: {error}")
        violations += [f"{share:.0%} of the space: {words}" for words in found]
    return Result("R5", title, len(shares), violations)


def _bytes_below(reference: Reference, workplace: Workplace) -> int:
    whole = reference.planned.afresh(workplace.folder / "measured")
    whole.run()
    return sum(path.stat().st_size for path in whole.destination.rglob("*") if path.is_file())


def _fill(workplace: Workplace, reference: Reference, size: int, plenty: int) -> list[str]:
    place = workplace.folder / f"disk-{size}"
    attempt = replace(
        reference.planned.afresh(workplace.folder / f"full-{size}"), destination=place / "destination"
    )
    with small_disk(place, size):
        done = attempt.run()
        found = [] if done.status == DESTINATION else [f"ended with {done.told}"]
        found += partial_files(attempt.destination, reference.tree)
        remount(place, f"size={plenty}")
        return found + _finished(attempt, reference)


def _finished(attempt: Migration, reference: Reference) -> list[str]:
    done = attempt.run()
    if done.status != reference.done.status:
        return [f"with space enough it ended with {done.told}"]
    return [*differences(attempt.tree(), reference.tree), *manifest_faults(attempt.destination)]


def forbid_writing(workplace: Workplace) -> Result:
    """Run into a file system that is mounted read-only, a new destination and one that is there."""
    title = "Destination read-only"
    reference = workplace.reference()
    place = workplace.folder / "read-only"
    violations = []
    try:
        with small_disk(place, 1 << 20):
            (place / "destination").mkdir()
            remount(place, "ro")
            for name in ("destination", "new"):
                attempt = reference.planned.afresh(workplace.folder / f"forbidden-{name}")
                found = _forbidden(replace(attempt, destination=place / name))
                violations += [f"{name}: {words}" for words in found]
    except CannotMount as error:
        return Result("R6", title, 0, [], f"skipped: {error}")
    return Result("R6", title, 2, violations)


def _forbidden(attempt: Migration) -> list[str]:
    """Return what is wrong with a run that cannot write: it has to end with 7 and work on nothing."""
    planned = {row.path: row.state for row in rows_of(attempt.ledger)}
    done = attempt.run()
    found = [] if done.status == DESTINATION else [f"ended with {done.told}"]
    tried = [path for path, attempts in attempts_of(attempt.ledger).items() if attempts]
    moved = [row.path for row in rows_of(attempt.ledger) if row.state != planned[row.path]]
    found += [f"{path} was worked on" for path in tried]
    return found + [f"{path} has another state than planned" for path in moved]
