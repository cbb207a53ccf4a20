"""A digest of what a file holds behind its File Meta Information, which is no part of the object."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 20  # bytes read at once
_GROUP_LENGTH_AT, _META_AT = 132, 144
_GROUP_LENGTH = b"\x02\0\0\0UL\x04\0"


def digest_content(path: Path) -> str:
    """Return the SHA-256 of the data set at `path` as it is coded, in hexadecimal digits.

    A file without a group length in its header is digested whole (PS3.10 section 7.1). Raises
    UnreadableSource.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            head = file.read(_META_AT)
            marked = head[_GROUP_LENGTH_AT : _META_AT - 4] == _GROUP_LENGTH
            file.seek(_META_AT + int.from_bytes(head[_META_AT - 4 :], "little") if marked else 0)
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror or error}") from error
    return digest.hexdigest()
