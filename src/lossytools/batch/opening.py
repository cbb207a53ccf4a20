"""Opening a ledger: a new one that is there once it is whole, one to go on with, one to look at.

A ledger that is planned lies under another name until it is whole. Whoever writes holds a lock, a file beside
the ledger that stays.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.ledger import Ledger, said
from lossytools.batch.schema import TABLES, VERSION
from lossytools.dicomio.file_systems import file_system, is_network
from lossytools.errors import LedgerError, LedgerInUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

try:
    import fcntl
except ImportError:  # Windows: SQLite's own lock serves
    fcntl = None  # type: ignore[assignment]

_APPLICATION = 0x4C535459  # "LSTY", so that `file` tells a ledger from other databases
_BESIDE = ("", "-wal", "-shm")


@contextmanager
def new_ledger(path: Path, job: Mapping[str, str], *, keep: bool = True) -> Iterator[Ledger]:
    """Give a new ledger to fill; on leaving without an error it stands at `path`, where nothing may be.

    keep: False for one that nothing stays of. Raises LedgerError: something is there, the folder cannot be
    written or lies on a network; LedgerInUse.
    """
    if path.exists():
        raise LedgerError(f"{path}: exists already; a ledger is of one job: name another")
    lock, part = _hold(path), path.with_name(path.name + ".part")
    try:
        _remove(part)  # of a plan that was killed
        ledger = _created(part, job)
        try:
            yield ledger
        finally:
            ledger.close()
        if keep:
            with said(path):
                os.link(part, path)
    except FileExistsError as error:
        raise LedgerError(f"{path}: has appeared in the meantime; name another") from error
    finally:
        _remove(part)
        _release(lock)
        if not keep:
            Path(f"{path}.lock").unlink(missing_ok=True)


def _remove(part: Path) -> None:
    for suffix in _BESIDE:
        Path(f"{part}{suffix}").unlink(missing_ok=True)


def _created(part: Path, job: Mapping[str, str]) -> Ledger:
    connection = _connect(part)
    with said(part):
        connection.executescript(
            f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION};BEGIN; {TABLES} COMMIT;"
        )
        with connection:
            connection.executemany("INSERT INTO job VALUES (?, ?)", job.items())
        return Ledger(part, connection, None)


def open_ledger(path: Path) -> Ledger:
    """Open a ledger to go on with it; nobody else can at the same time.

    Raises LedgerError where it is none, is damaged, or lies on a network; LedgerInUse.
    """
    _check_there(path)
    lock = _hold(path)
    try:
        connection = _connect(path)
        with said(path):
            _check_kind(path, connection)
            return Ledger(path, connection, lock)
    except BaseException:
        _release(lock)
        raise


def read_ledger(path: Path) -> Ledger:
    """Open a ledger to look at it, while others work on it or not. Raises LedgerError."""
    _check_there(path)
    with said(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        _check_kind(path, connection)
        return Ledger(path, connection, None)


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise LedgerError(f"{path}: there is no ledger; `lossytools migrate plan` makes one")


def _check_kind(path: Path, connection: sqlite3.Connection) -> None:
    (kind,), (version,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if kind != _APPLICATION:
        raise LedgerError(f"{path}: is no ledger of a migration")
    if version != VERSION:
        raise LedgerError(f"{path}: a ledger of version {version}; this lossytools knows {VERSION}")


def _connect(path: Path) -> sqlite3.Connection:
    with said(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def _hold(path: Path) -> int | None:
    """Take the lock of a ledger, a file beside it that stays. Raises LedgerError, LedgerInUse."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise LedgerError(f"{path}: the folder {folder} does not exist; make it first")
    if is_network(kind := file_system(folder)):
        raise LedgerError(
            f"{path}: lies on {kind}, a network file system, whose locks cannot be trusted;"
            " put the ledger on a local disk: source and destination may stay where they are"
        )
    if fcntl is None:
        return None
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be locked: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise LedgerInUse(
            f"{path}: another run works on this ledger; see `lossytools migrate status`"
        ) from error
    return lock


def _release(lock: int | None) -> None:
    if lock is not None:
        with contextlib.suppress(OSError):
            os.close(lock)
