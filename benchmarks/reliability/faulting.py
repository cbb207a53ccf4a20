"""Run the command line with a disk that fails: LOSSYTOOLS_FAULT="EIO 20 lasting" in the environment.

Not a trial but what `disk_errors.py` starts. From write NUMBER of a process on, or at that one alone, writing
a file of the destination ends with the error. Pipes between processes are not touched, as strace would: none
fails so, and the standard library waits for ever where one does. Worker processes load this file again.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any

_ERROR, _NUMBER, _HOW = (os.environ.get("LOSSYTOOLS_FAULT") or "EIO 0 once").split()
_PLACE = "/destination/"
_open = io.open
_written = 0


class _Failing(io.FileIO):
    """A file that can be written until its turn has come."""

    def write(self, data: Any) -> int | None:
        """Write, or fail."""
        global _written  # noqa: PLW0603  it counts for the whole process
        _written += 1
        number = int(_NUMBER)
        if number and (_written == number or (_HOW == "lasting" and _written > number)):
            code = getattr(errno, _ERROR)
            raise OSError(code, os.strerror(code))
        return super().write(data)


def open_failing(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
    """Open a file; one of the destination that is written in binary may fail."""
    name = os.fsdecode(file) if isinstance(file, (str, bytes, os.PathLike)) else ""
    if _PLACE not in name or "b" not in mode or not set(mode) & set("wxa+"):
        return _open(file, mode, *more, **options)
    raw = _Failing(file, mode.replace("b", ""))
    return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)


io.open = open_failing  # Path.open

if __name__ == "__main__":
    from lossytools.cli import main

    sys.exit(main())
