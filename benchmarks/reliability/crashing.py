"""Run the command line with a crash in it: LOSSYTOOLS_CRASH="POINT WHEN NUMBER LIMIT..." in the environment.

Not a trial but what `crashes.py` starts. Functions of the system are wrapped before lossytools is loaded, in
worker processes too, which load this file again. At call NUMBER of POINT in a process the whole process group
is killed, `before` or `after` the call. With LOSSYTOOLS_CALLS=FILE nothing is killed, and each call leaves a
line in FILE.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_POINT, _WHEN, _NUMBER = (os.environ.get("LOSSYTOOLS_CRASH") or "none before 0").split()
_CALLS = os.environ.get("LOSSYTOOLS_CALLS")
_SEEN: Counter[str] = Counter()
_STAGED, _QUARANTINED = ".lossytools", "quarantine"


def reach(point: str, call: Callable[[], Any]) -> Any:
    """Make a call of a crash point, and die before or after it if its turn has come."""
    _SEEN[point] += 1
    if _CALLS:
        with Path(_CALLS).open("a", encoding="utf-8") as log:
            log.write(f"{point} {os.getpid()}\n")
    turn = point == _POINT and _SEEN[point] == int(_NUMBER) and not _CALLS
    if turn and _WHEN == "before":
        os.killpg(0, signal.SIGKILL)
    result = call()
    if turn:
        os.killpg(0, signal.SIGKILL)
    return result


def place_of(path: object) -> str:
    """Return in one word where a path, or the file of a descriptor, lies in a migration."""
    if isinstance(path, int):
        path = f"/proc/self/fd/{path}"
        path = os.readlink(path)  # noqa: PTH115  Path has no word for what is no path yet
    name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    if _QUARANTINED in name:
        return "quarantine"
    if _STAGED in name:
        return "staging"
    if name.endswith(".txt"):
        return "manifest"
    return "data" if "/data/" in name else "other"


def _wrap(name: str, argument: int) -> None:
    """Wrap a function of `os`; the argument of that number tells where it takes effect."""
    real = getattr(os, name)

    def wrapped(*arguments: Any, **more: Any) -> Any:
        point = f"{name}:{place_of(arguments[argument])}"
        return reach(point, lambda: real(*arguments, **more))

    setattr(os, name, wrapped)


class _Connection(sqlite3.Connection):
    """A connection whose commits are crash points."""

    def commit(self) -> None:
        """Commit, as a crash point."""
        reach("commit:ledger", super().commit)

    def execute(self, statement: str, *more: Any) -> Any:
        """Execute; of statements only those that end a transaction are crash points."""
        if statement.strip().upper().startswith(("COMMIT", "END")):
            return reach("commit:ledger", lambda: super(_Connection, self).execute(statement, *more))
        return super().execute(statement, *more)

    def __exit__(self, *error: object) -> Any:
        """Leave a transaction, as a crash point."""
        return reach("commit:ledger", lambda: super(_Connection, self).__exit__(*error))


def _connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
    return _real_connect(*arguments, **{"factory": _Connection, **more})


for _name, _argument in (
    ("link", 1),
    ("replace", 1),
    ("rename", 1),
    ("unlink", 0),
    ("rmdir", 0),
    ("fsync", 0),
):
    _wrap(_name, _argument)
_real_connect = sqlite3.connect
sqlite3.connect = _connect

if __name__ == "__main__":
    from lossytools.cli import main

    sys.exit(main())
