"""The bit stream of a video in the fragments of an object, as a file that a demultiplexer can read."""

from __future__ import annotations

import io
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossytools.dicomio.fragments import Items
    from lossytools.dicomio.honest_file import HonestFile


class MovieFile(io.BufferedIOBase):
    """Reads the fragments one behind the other, from the object's file, as far as they are asked for.

    Fragments of the fragmentable syntaxes and of HEVC are joined (PS3.5 sections 8.2.10, A.4).
    """

    def __init__(self, file: HonestFile, items: Items) -> None:
        """Begin at the first byte of the first fragment."""
        super().__init__()
        self._file, self._items = file, items
        self._ends = list(accumulate(items.lengths))
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte from the beginning, from here, or from the end."""
        base = (0, self._at, self._ends[-1])[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next `size` bytes, all that are left for a negative one, fewer at the end only."""
        left = max(0, self._ends[-1] - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        parts = []
        while wanted:
            fragment = bisect_right(self._ends, self._at)
            inside = self._at - (self._ends[fragment] - self._items.lengths[fragment])
            length = min(wanted, self._ends[fragment] - self._at)
            parts.append(self._file.read_at(self._items.value_at(fragment) + inside, length))
            self._at += length
            wanted -= length
        return b"".join(parts)
