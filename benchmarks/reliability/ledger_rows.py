"""The ledger as SQLite alone sees it: the only module here that knows its table and columns."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COLUMNS = "path, state, reason, says, action, attempts, target_sha256, uid, new_uid"
AT_THEIR_PLACE = {"switched", "verified", "retired"}
_LEFT_OUT = {"skipped", "failed", "quarantined"}
_HARMLESS = {"rule", "not-dicom", "link", "duplicate"}
_BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".part")


@dataclass(frozen=True, slots=True)
class Row:
    """One object in the ledger. path: below the source, and in the layout "source" below DEST/data too."""

    path: str
    state: str
    reason: str
    says: str
    action: str
    attempts: int
    target_sha256: str
    uid: str
    new_uid: str

    @property
    def stands(self) -> bool:
        """Whether its file is at its place in the destination."""
        return self.state in AT_THEIR_PLACE

    @property
    def is_trouble(self) -> bool:
        """Whether it should have been published and was not."""
        return not self.stands and not (self.state == "skipped" and self.reason in _HARMLESS)


def rows_of(ledger: Path) -> list[Row]:
    """Return all rows, by path."""
    found = _ask(ledger, f"SELECT {_COLUMNS} FROM objects ORDER BY path")  # noqa: S608  a constant
    return [Row(os.fsdecode(path) if isinstance(path, bytes) else path, *rest) for path, *rest in found]


def attempts_of(ledger: Path) -> dict[str, int]:
    """Return how often each object was worked on, by its path."""
    return {row.path: row.attempts for row in rows_of(ledger)}


def unfinished(rows: Iterable[Row]) -> list[str]:
    """Return in words which objects have no outcome after a run."""
    final = AT_THEIR_PLACE | _LEFT_OUT
    return [f"{row.path} is left {row.state}" for row in rows if row.state not in final]


def integrity(ledger: Path) -> str:
    """Return what SQLite says of the file, "ok" where it is whole."""
    try:
        return str(_ask(ledger, "PRAGMA integrity_check")[0][0])
    except sqlite3.DatabaseError as error:
        return str(error)


def bytes_of(ledger: Path) -> bytes:
    """Return the bytes of the ledger and of all files that SQLite has beside it."""
    paths = (ledger.with_name(ledger.name + suffix) for suffix in _BESIDE)
    return b"".join(path.read_bytes() for path in paths if path.exists())


def _ask(ledger: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(ledger, timeout=20)) as connection:
        return connection.execute(question).fetchall()
