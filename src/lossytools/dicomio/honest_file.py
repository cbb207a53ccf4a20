"""A file that hands out no byte it does not hold, whatever length it is asked for."""

from __future__ import annotations

import os
from io import BufferedReader
from threading import Lock
from typing import IO

from lossytools.errors import UnreadableSource

HEADER_BYTES = 132
"""Preamble and prefix of a DICOM file; a shorter read is how pydicom finds the end."""

_WINDOW = 1 << 13
"""Bytes kept of where a header is read: a reader asks for eight bytes, then for four, then for a value."""
_MOST = 1 << 30  # bytes; a system hands out less than 2 GiB at a time


class HonestFile:
    """A binary file that raises UnreadableSource where a reader trusts a length it does not hold.

    Without it a file of 256 bytes makes its reader set aside gigabytes.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Wrap `file`, which is open for reading in binary; pydicom asks for its `name`."""
        self.file = file
        self.name = name
        self._unbuffered = (
            file.fileno() if isinstance(file, BufferedReader) and hasattr(os, "pread") else None
        )
        self._lock = Lock()
        self.size = file.seek(0, 2)
        self._position = 0
        self._window = b""
        self._window_at = 0

    def read(self, length: int = -1) -> bytes:
        """Return `length` bytes, fewer only near the end of the file, all that are left of a negative one."""
        at = self._position
        start = at - self._window_at
        if length >= 0 and 0 <= start <= len(self._window) - length:
            self._position = at + length
            return self._window[start : start + length]
        left = max(self.size - at, 0)
        if length > max(left, HEADER_BYTES):
            raise UnreadableSource(f"truncated: an element claims {length} bytes, the file holds {left} more")
        length = left if length < 0 else min(length, left)
        self._position = at + length
        if length > _WINDOW:
            return self.read_at(at, length)
        self._window, self._window_at = self.read_at(at, min(_WINDOW, left)) if left else b"", at
        return self._window[:length]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset`, for any number of threads; the position stays."""
        if offset + length > self.size:
            raise UnreadableSource(
                f"truncated: {length} bytes claimed at {offset}, the file ends at {self.size}"
            )
        number = self._unbuffered
        value = (
            self._at(offset, length)
            if number is None or length > _MOST
            else self._unbuffered_at(number, offset, length)
        )
        if len(value) < length:
            raise UnreadableSource(
                f"{length} bytes at {offset} were there and are not: somebody cut the file"
            )
        return value

    def _at(self, offset: int, length: int) -> bytes:
        with self._lock:
            self.file.seek(offset)
            return self._read(length)

    def _unbuffered_at(self, number: int, offset: int, length: int) -> bytes:
        """Return bytes without those around them, which a buffer would fetch as well."""
        try:
            return os.pread(number, length, offset)
        except OSError as error:
            raise UnreadableSource(f"cannot be read: {error.strerror or error}") from error

    def _read(self, length: int) -> bytes:
        try:
            return self.file.read(length)
        except OSError as error:
            raise UnreadableSource(f"cannot be read: {error.strerror or error}") from error

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move as `io.IOBase.seek` does."""
        self._position = max(offset + (0, self._position, self.size)[whence], 0)
        return self._position

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position
