"""Code streams on their way: in memory while they are few, then in a nameless file beside the target."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from typing import IO, TYPE_CHECKING, Self

from lossytools.dicomio.publishing import disk_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IN_MEMORY = 32 << 20  # bytes
_PIECE = 1 << 20  # bytes


class Spool:
    """Values of pixel data in frame order, their lengths, and a digest to recognise them by.

    A context manager; what it holds goes when it closes, also after a kill.
    """

    def __init__(self, target: Path) -> None:
        """Spool to the folder of `target`: the space is needed there anyway. Raises DestinationError."""
        self.lengths: list[int] = []
        self._target = target
        self._digest = hashlib.sha256()
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  closed by __exit__
            _IN_MEMORY, dir=str(target.parent)
        )

    def __enter__(self) -> Self:
        """Return the spool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything spooled."""
        self._file.close()

    def add(self, value: bytes) -> None:
        """Put the value of the next frame behind the others. Raises DestinationError on a full disk."""
        with disk_errors(self._target):
            self._file.write(value)
        self._digest.update(value)
        self.lengths.append(len(value))

    def add_file(self, file: IO[bytes]) -> None:
        """Put what `file` holds from its beginning behind the others as one value, piece by piece."""
        file.seek(0)
        length = 0
        while piece := file.read(_PIECE):
            with disk_errors(self._target):
                self._file.write(piece)
            self._digest.update(piece)
            length += len(piece)
        self.lengths.append(length)

    @property
    def digest(self) -> str:
        """SHA-256 of all values in order, in hexadecimal."""
        return self._digest.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all values."""
        return sum(self.lengths)

    def values(self) -> Iterator[bytes]:
        """Yield all values in order; nothing may be added meanwhile."""
        self._file.seek(0)
        for length in self.lengths:
            yield self._file.read(length)

    def copy_all(self, out: IO[bytes]) -> None:
        """Write all values to `out`, one behind the other."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, out, 1 << 20)

    def copy_items(self, out: IO[bytes]) -> None:
        """Write every value to `out` as an item of one fragment of even length (PS3.5 section A.4)."""
        self._file.seek(0)
        for length in self.lengths:
            even = length + length % 2
            out.write(b"\xfe\xff\x00\xe0" + even.to_bytes(4, "little"))
            out.write(self._file.read(length))
            out.write(b"\0" * (even - length))
