"""multipart/related with one part, written and read as a stream (PS3.18 section 8.6.1.2, RFC 2046 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from lossytools.errors import UnreadableSource
from lossytools.net.conversation import PIECE
from lossytools.net.failures import EndLost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DICOM = "application/dicom"
_LONGEST_HEAD = 1 << 16  # bytes before the first part, and of its header


class Upload:
    """The body of a request with one file as its only part; its pieces can be read again for a repetition."""

    def __init__(self, path: Path) -> None:
        """Look at the size of `path`. Raises UnreadableSource."""
        boundary = uuid4().hex
        self._path = path
        self._head = f"--{boundary}\r\nContent-Type: {DICOM}\r\n\r\n".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.content_type = f'multipart/related; type="{DICOM}"; boundary={boundary}'
        try:
            self._size = path.stat().st_size
        except OSError as error:
            raise UnreadableSource(f"{path}: cannot be read: {error.strerror or error}") from error

    @property
    def length(self) -> int:
        """Length of the body in bytes."""
        return len(self._head) + self._size + len(self._tail)

    def pieces(self) -> Iterator[bytes]:
        """Yield the body, the file read along the way. Raises UnreadableSource where it has been cut."""
        yield self._head
        left = self._size
        try:
            with self._path.open("rb") as file:
                while left and (piece := file.read(min(PIECE, left))):
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise UnreadableSource(f"{self._path}: cannot be read: {error.strerror or error}") from error
        if left:
            raise UnreadableSource(f"{self._path}: was cut by {left} bytes while it was being sent")
        yield self._tail


def read_part(pieces: Iterator[bytes], boundary: str, name: str) -> Iterator[bytes]:
    """Yield the content of the only part of a multipart body that comes in `pieces`.

    name: of the end. Raises UnreadableSource where there is no part or more than one, EndLost where the
    last boundary is missing.
    """
    mark = b"\r\n--" + boundary.encode("latin-1")
    # The first boundary may stand at the very start, without the line end that belongs to it.
    rest = _behind(b"\r\n", mark, pieces, f"{name}: answers without any part")
    rest, pieces = _peeked(rest, pieces)
    if rest.startswith(b"--"):
        raise UnreadableSource(f"{name}: answers without any part")
    # The line of the boundary ends here; a part without header fields has an empty line next.
    rest = _behind(rest, b"\r\n\r\n", pieces, f"{name}: answers with a part without end of its header")
    yield from _until(rest, mark, pieces, name)


def _behind(held: bytes, wanted: bytes, pieces: Iterator[bytes], words: str) -> bytes:
    """Return what follows `wanted`, as far as it has come."""
    while wanted not in held:
        piece = next(pieces, b"")
        if not piece or len(held) > _LONGEST_HEAD:
            raise UnreadableSource(words)
        held += piece
    return held.partition(wanted)[2]


def _peeked(held: bytes, pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return at least the two bytes that tell whether a boundary is the last, where there are as many."""
    while len(held) < 2 and (piece := next(pieces, b"")):  # noqa: PLR2004  "--"
        held += piece
    return held, pieces


def _until(held: bytes, mark: bytes, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Yield all before `mark`, then read to the end and judge what stands behind it."""
    while (at := held.find(mark)) < 0:
        sure = max(len(held) - len(mark) + 1, 0)  # the last bytes may be the beginning of the mark
        yield held[:sure]
        piece = next(pieces, b"")
        if not piece:
            raise EndLost(f"{name}: the connection broke: an answer ends without its last boundary")
        held = held[sure:] + piece
    yield held[:at]
    rest, pieces = _peeked(held[at + len(mark) :], pieces)
    if not rest.startswith(b"--"):
        raise UnreadableSource(f"{name}: answers with several parts, and one instance was asked for")
    for _ in pieces:
        pass  # to the end, so that the connection can be used again
