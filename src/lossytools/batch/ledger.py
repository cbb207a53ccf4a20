"""The account of a migration: what was planned, what became of it, in one SQLite file on a local disk.

One process writes, any number read. Every commit is on the disk when it returns. Each change of state leaves
an event, whose digest covers the one before it, so that events that were altered show it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from lossytools.batch.schema import COLUMNS, INDEXES, STATES, Entry
from lossytools.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_PAGE = 1000  # rows fetched at once


class Ledger:
    """An open ledger. Changes are made inside `with ledger.commit():`, which makes them last together."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        """Take over an open connection; `lossytools.batch.opening` makes them."""
        self.path = path
        self._connection = connection
        self._lock = lock
        self.job: dict[str, str] = dict(connection.execute("SELECT name, value FROM job"))

    def close(self) -> None:
        """Close the file and let others have it."""
        self._connection.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Make all changes inside last together, or none of them. Raises LedgerError."""
        with said(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def rows(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, with few of them in memory. Raises LedgerError."""
        with said(self.path):
            cursor = self._connection.execute(sql, values)
            while page := cursor.fetchmany(_PAGE):
                yield from page

    def entries(self, where: str = "1", *values: object, scan: bool = False) -> Iterator[Entry]:
        """Yield objects in the order of their numbers; they may be changed meanwhile.

        scan: read the table from front to back, as is fastest where most objects are wanted.
        """
        table = "objects NOT INDEXED" if scan else "objects"
        sql = (
            f"SELECT {', '.join(COLUMNS)} FROM {table} WHERE ({where}) AND id > ?"  # noqa: S608  our own words
            f" ORDER BY id LIMIT {_PAGE}"
        )
        last = 0
        while page := [Entry(*row) for row in self.rows(sql, *values, last)]:
            yield from page
            last = page[-1].id

    def insert(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Add objects, each with all columns that have no default."""
        for row in rows:
            names = ", ".join(row)
            marks = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT INTO objects ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608

    def link(self, pairs: Iterable[tuple[int, str]]) -> None:
        """Add which instance, by its UID, each object refers to."""
        self._connection.executemany("INSERT OR IGNORE INTO links VALUES (?, ?)", pairs)

    def execute(self, sql: str, *values: object) -> None:
        """Change rows other than states: no event tells of it."""
        self._connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Do the same with each of `rows`."""
        self._connection.executemany(sql, rows)

    def links_of(self, bundle: int) -> dict[int, tuple[str, ...]]:
        """Return the UIDs that each object of a bundle refers to, by its number."""
        found: dict[int, list[str]] = defaultdict(list)
        sql = "SELECT object, links.uid FROM links JOIN objects ON id = object WHERE bundle = ?"
        for one, uid in self.rows(sql, bundle):
            found[one].append(uid)
        return {one: tuple(uids) for one, uids in found.items()}

    def note(self, **values: str) -> None:
        """Keep facts of the job."""
        self._connection.executemany("INSERT OR REPLACE INTO job VALUES (?, ?)", values.items())
        self.job.update(values)

    def move(self, entry: Entry, state: str, **columns: object) -> Entry:
        """Bring an object into a state, change other columns with it, and leave the event; return it anew."""
        if state not in STATES:
            raise ValueError(f"no state of an object: {state!r}")
        columns["state"] = state
        changes = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(f"UPDATE objects SET {changes} WHERE id = ?", (*columns.values(), entry.id))  # noqa: S608
        reason = str(columns.get("reason", entry.reason))
        self._append(entry.id, entry.state, state, reason)
        return replace(entry, **cast("dict[str, Any]", columns))

    def _append(self, number: int, was: str, state: str, reason: str) -> None:
        last = self._connection.execute("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        seq, chain = last or (0, "")
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        event = (seq + 1, at, number, was, state, reason)
        self._connection.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (*event, _link(chain, event))
        )

    def index(self) -> None:
        """Make the indexes, once all objects are known."""
        self._connection.executescript(INDEXES)

    def check(self) -> str:
        """Return what is wrong with the file or its chain of events, "" for nothing."""
        with said(self.path):
            (found,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            return str(found)
        chain = ""
        for expected, (*event, link) in enumerate(self.rows("SELECT * FROM events ORDER BY seq"), start=1):
            if event[0] != expected or link != _link(chain, tuple(event)):
                return f"event {expected} is not the one that was written"
            chain = link
        return ""


def _link(chain: str, event: tuple[object, ...]) -> str:
    return hashlib.sha256((chain + json.dumps(event)).encode()).hexdigest()


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Turn what SQLite says into LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: the ledger cannot be used: {error}") from error
