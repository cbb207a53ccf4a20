"""R2c: an original that somebody has replaced is not the file that was migrated, and is never removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.archive import SMALL, make_archive
from reliability.crashes import SIGKILLED, crashed, describe
from reliability.judging import differences, digests
from reliability.running import run
from reliability.workplace import Result, expect

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.crashes import Crash
    from reliability.migration import Migration
    from reliability.workplace import Workplace

_OBJECTS = 14  # one study
_NEWER = b"a newer version"
_CRASHES: tuple[Crash | None, ...] = (
    None,
    ("link:quarantine", "before", 1),
    ("link:quarantine", "after", 1),
    ("unlink:other", "after", 1),
)


def replace_originals(workplace: Workplace) -> Result:
    """Replace originals before retire, and where it was killed in the midst of a move; then retire."""
    violations = []
    for number, crash in enumerate(_CRASHES):
        place = workplace.folder / f"replaced-{number}"
        migration = workplace.migration(place.name, place / "source")
        found = _removed(migration, crash)
        after = "undisturbed" if crash is None else f"after a crash {describe(crash)}"
        violations += [f"{after}: {words}" for words in found]
    return Result("R2c", "Replaced originals stay", len(_CRASHES) * _OBJECTS, violations)


def _removed(migration: Migration, crash: Crash | None) -> list[str]:
    """Return what became of originals that were replaced, where retire was killed before or not."""
    written = make_archive(migration.source, _OBJECTS, shape=SMALL)
    expect(migration.plan(), "plan", 0)
    expect(migration.run(), "run", 0)
    expect(migration.ask("verify"), "verify", 0)
    words = _retire_words(migration)
    if crash is not None and crashed(words, crash).status != SIGKILLED:
        return ["the crash was not reached"]
    for path in written:
        _replace(path)
    wanted = digests(migration.source)
    done = run(words)
    found = [] if done.status else ["retire says that nothing is wrong"]
    return [*found, *differences(digests(migration.source), wanted)]


def _replace(path: Path) -> None:
    """Put another file in the place of one, as editors do: what else is a name of the old one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    newer = path.with_name("newer")
    newer.write_bytes(_NEWER)
    newer.replace(path)


def _retire_words(migration: Migration) -> list[str]:
    quarantine = migration.ledger.parent / "quarantine"
    return migration.command("retire", str(migration.ledger), str(quarantine))
