"""Publish a file: it stands at its target whole, or nothing has changed there.

A temporary file is written beside the target, flushed to the disk and checked, then linked to its name.
A lock on the temporary tells one that is being written from one that a killed run left behind; the
next run into the folder removes the latter, and so does a long one every ten seconds.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import uuid4

from lossytools.errors import DestinationError, TargetExists

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which serves as the lock
    fcntl = None  # type: ignore[assignment]

_PREFIX, _SUFFIX = ".lossytools-", ".part"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True, slots=True)
class Draft:
    """The file being written: `file` to write to, `path` to read it back from."""

    file: IO[bytes]
    path: Path


def check_target(source: Path, target: Path, *, force: bool) -> None:
    """Refuse a target that cannot be written, before any work is done.

    Raises DestinationError: no such folder, a folder at the target, the source itself, an impossible name.
    Raises TargetExists: something is there and `force` was not given.
    """
    with disk_errors(target):
        if not target.parent.is_dir():
            raise DestinationError(f"{target}: the folder {target.parent} does not exist; make it first")
        if target.is_dir():
            raise DestinationError(f"{target}: is a folder; name the file to write in it")
        if target.exists() and source.exists() and target.samefile(source):
            raise DestinationError(f"{target}: is the source itself, and originals are never overwritten")
        if target.is_symlink() or (target.exists() and not target.is_file()):
            raise DestinationError(f"{target}: is a link or a device; name a file of its own")
        if not force and target.exists():
            raise TargetExists(f"{target}: exists already; --force replaces it")


@contextmanager
def publish(target: Path, *, force: bool) -> Iterator[Draft]:
    """Give a draft to write and to check; on leaving it without an error it becomes `target`.

    Raises DestinationError where the folder is full, read-only or gone, TargetExists where a target
    has appeared in the meantime.
    """
    with disk_errors(target):
        _clear_now_and_then(target.parent)
        path, handle = _create(target.parent)
    try:
        # Closing writes what is left in the buffer, and may fail once more: that is the disk as well.
        with disk_errors(target), handle:
            yield Draft(handle, path)
            handle.flush()
            os.fsync(handle.fileno())
            if fcntl is None:
                handle.close()  # Windows renames no open file
            give_name(path, target, force=force)
        sync_folder(target.parent)
    finally:
        path.unlink(missing_ok=True)


def _create(folder: Path) -> tuple[Path, IO[bytes]]:
    """Create a locked temporary; again if another run took it for a leftover before it was locked."""
    while True:
        path = folder / f"{_PREFIX}{uuid4().hex}{_SUFFIX}"
        handle = path.open("xb")
        if _lock(handle) is not False and path.exists():
            return path, handle
        handle.close()


def _lock(handle: IO[bytes]) -> bool | None:
    """Return whether the lock was got, None where the file system cannot tell."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, for files that several runs replace; without one where there are none."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _clear_now_and_then(folder: Path) -> None:
    """Clear a folder before the first file into it, and again after a while: listing thousands takes time."""
    now = time.monotonic()
    if now - _CLEARED.get(folder, -_WHILE) >= _WHILE:
        clear_leftovers(folder)
        _CLEARED.clear()  # a run writes into one folder after the other
        _CLEARED[folder] = now


_CLEARED: dict[Path, float] = {}
_WHILE = 10.0  # seconds


def clear_leftovers(folder: Path) -> None:
    """Remove the temporaries in `folder` that certainly no running process holds.

    Where locks do not work nothing is removed: a leftover is a nuisance, another's work is not.
    """
    with os.scandir(folder) as entries:  # Path.glob takes ten times as long in a folder of thousands
        left = [e.path for e in entries if e.name.startswith(_PREFIX) and e.name.endswith(_SUFFIX)]
    for path in map(Path, left):
        # For writing, although nothing is written: network file systems lock no file that is open to read.
        with contextlib.suppress(OSError), path.open("r+b") as handle:
            if _lock(handle):
                path.unlink()


def give_name(path: Path, target: Path, *, force: bool) -> None:
    """Give the temporary its name. A link never replaces; a rename does, in one step."""
    if force:
        path.replace(target)
        return
    try:
        os.link(path, target)
    except FileExistsError as error:
        raise TargetExists(f"{target}: has appeared in the meantime; --force replaces it") from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise TargetExists(f"{target}: has appeared in the meantime; --force replaces it") from error
        path.rename(target)


def sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can; the target stands already."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def disk_errors(target: Path) -> Iterator[None]:
    """Turn what the system says of the destination into DestinationError."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        reason = error.strerror or errno.errorcode.get(error.errno, str(error.errno))
        raise DestinationError(f"{target}: cannot be written: {reason}; nothing is left there") from error
